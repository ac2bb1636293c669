/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin fingerprint: spellings, digests, what they are of, and long lists. */
#include "judge.h"

static fixture_t fixture;

/* Root -> Issuing -> client; and another client of the same CA. */
static issued_t root, issuing, leaf, stranger;

static const question_t ours = { .leaf = &leaf, .chain = { &issuing } };
static const question_t another = { .leaf = &stranger, .chain = { &issuing } };

static void put_fingerprint(const char *options)
{
    char entries[4096];

    format_text(entries, sizeof(entries),
                "{ control = \"required\"; plugin = \"fingerprint\"; %s }", options);
    put_policy(&fixture, "p.conf", NULL, NULL, entries);
}

/* ---- spellings, as openssl prints them and as people change them ----------------------------- */

/* Shell filters over the line that openssl prints. */
static const struct {
    const char *what;
    const char *filter;
} spellings[] = {
    { "as printed", "cat" },
    { "without the prefix", "sed 's/.*=//'" },
    { "in lower case", "tr A-F a-f" },
    { "all in lower case", "tr A-Z a-z" },
    { "all in upper case", "tr a-z A-Z" },
    { "without colons", "sed 's/.*=//' | tr -d :" },
    { "without colons, in lower case", "sed 's/.*=//' | tr -d : | tr A-F a-f" },
    { "with the prefix, without colons", "tr -d :" },
    { "with blanks for colons", "sed 's/.*=//' | tr : ' '" },
    { "with 0x", "sed 's/.*=/0x/' | tr -d :" },
    { "among blanks", "sed 's/^/   /; s/$/  /'" },
    { "with a comment", "sed 's/$/   # John'\"'\"'s laptop/'" },
    { "with CR LF", "sed 's/$/\\r/'" },
    { "behind an empty line and a comment", "sed '1i # devices\\n'" },
};

static void reads_spellings(void)
{
    const char *command = openssl(&fixture);
    static const char *const hashes[] = { "sha256", "sha1" };
    char options[128];
    size_t i, j;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (j = 0; j < COUNT(hashes); j++) {
        for (i = 0; i < COUNT(spellings); i++) {
            tap_row("%s, %s", hashes[j], spellings[i].what);
            TAP_INT(fixture_run(&fixture,
                                "%s x509 -in leaf.pem -noout -fingerprint -%s | %s >devices.list",
                                command, hashes[j], spellings[i].filter),
                    0);
            format_text(options, sizeof(options), "allow_file = \"devices.list\"; hash = \"%s\";",
                        hashes[j]);
            put_fingerprint(options);
            TAP_STR(judge_reason(&fixture, "p.conf", &ours), "success");
            TAP_STR(judge_reason(&fixture, "p.conf", &another), "no_match");
        }
    }
}

/* ---- what the digest is of ------------------------------------------------------------------- */

/* What openssl computes, as a line of hex. */
static const struct {
    const char *of;
    const char *hash;
    const char *pipe; /* what is made of the certificate; $O is the openssl command */
    const char *file;
    const char *expected;
} digests[] = {
    { "leaf", "sha256", "-outform DER | $O dgst -sha256", "leaf.pem", "success" },
    { "leaf", "sha1", "-outform DER | $O dgst -sha1", "leaf.pem", "success" },
    { "spki", "sha256", "-noout -pubkey | $O pkey -pubin -outform DER | $O dgst -sha256",
      "leaf.pem", "success" },
    { "spki", "sha1", "-noout -pubkey | $O pkey -pubin -outform DER | $O dgst -sha1",
      "leaf.pem", "success" },
    { "issuer", "sha256", "-outform DER | $O dgst -sha256", "ca.pem", "success" },
    { "issuer", "sha1", "-outform DER | $O dgst -sha1", "ca.pem", "success" },
    /* any CA of the path, the anchor among them */
    { "issuer", "sha256", "-outform DER | $O dgst -sha256", "root.pem", "success" },
    /* one thing is not taken for another */
    { "issuer", "sha256", "-outform DER | $O dgst -sha256", "leaf.pem", "no_match" },
    { "leaf", "sha256", "-outform DER | $O dgst -sha256", "ca.pem", "no_match" },
    { "spki", "sha256", "-outform DER | $O dgst -sha256", "leaf.pem", "no_match" },
    { "leaf", "sha256", "-noout -pubkey | $O pkey -pubin -outform DER | $O dgst -sha256",
      "leaf.pem", "no_match" },
    { "leaf", "sha256", "-outform DER | $O dgst -sha256", "stranger.pem", "no_match" },
};

static void knows_what_it_is_of(void)
{
    const char *command = openssl(&fixture);
    char options[256];
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 0; i < COUNT(digests); i++) {
        tap_row("of %s, %s, digest of %s", digests[i].of, digests[i].hash, digests[i].file);
        TAP_INT(fixture_run(&fixture, "O='%s'; $O x509 -in %s %s | sed 's/.*= *//' >digest.list",
                            command, digests[i].file, digests[i].pipe),
                0);
        format_text(options, sizeof(options),
                    "of = \"%s\"; hash = \"%s\"; allow_file = \"digest.list\";", digests[i].of,
                    digests[i].hash);
        put_fingerprint(options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), digests[i].expected);
        /* The same list as deny refuses the very same. */
        format_text(options, sizeof(options),
                    "of = \"%s\"; hash = \"%s\"; deny_file = \"digest.list\"; }, { control = "
                    "\"required\"; plugin = \"permit\";",
                    digests[i].of, digests[i].hash);
        put_fingerprint(options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours),
                strcmp(digests[i].expected, "success") == 0 ? "rule" : "success");
    }
}

/* A digest that GnuTLS computes, in lower-case hex. */
static const char *sha256_of(const issued_t *issued)
{
    static char hex[65];
    unsigned char digest[32];
    size_t size = sizeof(digest), i;

    judge_must(gnutls_x509_crt_get_fingerprint(issued->crt, GNUTLS_DIG_SHA256, digest, &size) >= 0
                   && size == 32,
               "no fingerprint");
    for (i = 0; i < size; i++)
        format_text(hex + 2 * i, 3, "%02x", digest[i]);
    return hex;
}

/* A CA that the client sends, or that merely names itself so, is no CA of the verified path. */
static void asks_the_verified_path(void)
{
    static const char stack[]
        = "trust = { anchors = [ \"root.pem\" ]; };\n"
          "allow_unverified = true;\n"
          "stack = (\n"
          "  { control = \"optional\"; plugin = \"validity\"; },\n"
          "  { control = \"required\"; plugin = \"fingerprint\"; of = \"issuer\";"
          " allow = [ \"%s\" ]; }\n"
          ");\n";
    issued_t stray, orphan;
    answer_t answer;

    cert_issue(&stray, &(const cert_spec_t) { .cn = "Stray", .ca = true }, NULL);
    cert_issue(&orphan, &(const cert_spec_t) { .cn = "client" }, &stray);

    fixture_printf(&fixture, "p.conf", stack, sha256_of(&issuing));
    tap_row("a verified path");
    TAP_STR(judge_reason(&fixture, "p.conf", &ours), "success");
    tap_row("no path, and the CA in what was sent");
    fixture_printf(&fixture, "p.conf", stack, sha256_of(&stray));
    answer = judge_policy(&fixture, "p.conf",
                          &(question_t) { .leaf = &orphan, .chain = { &stray } });
    TAP_STR(answer.reason, "no_match");
    TAP_HAS(answer.message, "no verified path");
    tap_row("a verified path, and a stray CA in what was sent");
    TAP_STR(judge_reason(&fixture, "p.conf",
                         &(question_t) { .leaf = &leaf, .chain = { &issuing, &stray } }),
            "no_match");
    /* The path holds but for its date: not verified, so no CA of it counts. */
    tap_row("an expired client");
    fixture_printf(&fixture, "p.conf", stack, sha256_of(&issuing));
    TAP_STR(judge_reason(&fixture, "p.conf",
                         &(question_t) { .leaf = &leaf, .chain = { &issuing },
                                         .time = CERTS_NOW + 336 * CERTS_DAY }),
            "no_match");
    cert_free(&orphan);
    cert_free(&stray);
}

/* ---- literals that cannot be meant ----------------------------------------------------------- */

static const struct {
    const char *what;
    const char *options; /* %s is the client's fingerprint */
    const char *warning;
} lengths[] = {
    { "cut short", "allow = [ \"%.62s\" ];",
      "can never match: it has 31 octets, and SHA-256 32; paste all" },
    { "too long", "allow = [ \"%s00\" ];",
      "can never match: it has 33 octets, and SHA-256 32; paste all" },
    { "a SHA-1 length for SHA-256", "allow = [ \"%.40s\" ];",
      "paste what openssl x509 -fingerprint -sha256 prints" },
    { "a SHA-256 length for SHA-1", "hash = \"sha1\"; allow = [ \"%s\" ];",
      "paste what openssl x509 -fingerprint -sha1 prints" },
};

/* Octets of their exact length: a prefix, or one more octet, matches nothing. */
static void warns_of_lengths(void)
{
    char options[256];
    size_t i;

    for (i = 0; i < COUNT(lengths); i++) {
        const char *spec = strstr(lengths[i].options, "%");
        const char *end = strchr(spec, 's') + 1;
        int size = spec[1] == '.' ? atoi(spec + 2) : 64;
        tap_row("%s", lengths[i].what);
        format_text(options, sizeof(options), "%.*s%.*s%s", (int)(spec - lengths[i].options),
                    lengths[i].options, size, sha256_of(&leaf), end);
        put_fingerprint(options);
        fixture.log[0] = '\0';
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), "no_match");
        TAP_HAS(fixture.log, "p.conf:4:");
        TAP_HAS(fixture.log, "warning: ");
        TAP_HAS(fixture.log, lengths[i].warning);
    }
}

/* All octets count: the client's fingerprint with any one digit changed is another's. */
static void compares_every_octet(void)
{
    char options[128], hex[65];
    size_t i;

    for (i = 0; i < 64; i++) {
        tap_row("digit %zu", i);
        format_text(hex, sizeof(hex), "%s", sha256_of(&leaf));
        hex[i] = hex[i] == '0' ? '1' : '0';
        format_text(options, sizeof(options), "allow = [ \"%s\" ];", hex);
        put_fingerprint(options);
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), "no_match");
    }
}

static const struct {
    const char *what;
    const char *item;
} not_hex[] = {
    { "a name", "John Doe" },
    { "a letter too many", "AB:CD:EG" },
    { "a colon alone", ":" },
    { "two colons", "AB::CD" },
    { "a minus sign", "-AB:CD" },
    { "a star", "*" },
    { "another prefix", "md5 Fingerprint=AB:CD" },
};

static void refuses_what_is_no_hex(void)
{
    char options[256];
    size_t i;

    for (i = 0; i < COUNT(not_hex); i++) {
        tap_row("%s", not_hex[i].what);
        format_text(options, sizeof(options), "allow = [ \"%s\" ];", not_hex[i].item);
        put_fingerprint(options);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "is no fingerprint");
        tap_row("%s, in a file", not_hex[i].what);
        fixture_printf(&fixture, "bad.list", "# devices\n%s\n%s\n", sha256_of(&leaf),
                       not_hex[i].item);
        put_fingerprint("allow_file = \"bad.list\";");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/bad.list:3:1: ");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "is no fingerprint");
    }
}

/* ---- long lists ------------------------------------------------------------------------------ */

/* Five thousand numbers, the client's at the beginning, in the middle, at the end, or absent. */
static void reads_long_lists(void)
{
    enum { ITEMS = 5000, LINE = 65 };
    static const int places[] = { 0, ITEMS / 2, ITEMS - 1, -1 };
    char *text = malloc(ITEMS * LINE + 1);
    size_t i, j;

    judge_must(text != NULL, "out of memory");
    for (i = 0; i < COUNT(places); i++) {
        tap_row("at %d", places[i]);
        for (j = 0; j < ITEMS; j++) {
            char line[LINE + 1];
            /* spread over all values, so that sorting has something to do */
            format_text(line, sizeof(line), "%08x%056zx", (unsigned)(j * 2654435761u), j);
            memcpy(text + j * LINE, (int)j == places[i] ? sha256_of(&leaf) : line, LINE - 1);
            text[j * LINE + LINE - 1] = '\n';
        }
        fixture_write_bytes(&fixture, "long.list", text, ITEMS * LINE);
        put_fingerprint("allow_file = \"long.list\";");
        TAP_STR(judge_reason(&fixture, "p.conf", &ours), places[i] >= 0 ? "success" : "no_match");
        TAP_STR(judge_reason(&fixture, "p.conf", &another), "no_match");
    }
    free(text);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every spelling of openssl x509 -fingerprint", reads_spellings },
        { "of the certificate, its key, or a CA", knows_what_it_is_of },
        { "of = issuer is about the verified path", asks_the_verified_path },
        { "a literal of another length warns and never matches", warns_of_lengths },
        { "every octet counts", compares_every_octet },
        { "what is no hex is an error with file and line", refuses_what_is_no_hex },
        { "thousands of fingerprints in a file", reads_long_lists },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    cert_issue(&issuing, &(const cert_spec_t) { .cn = "Issuing", .ca = true }, &root);
    cert_issue(&leaf, &(const cert_spec_t) { .cn = "client" }, &issuing);
    cert_issue(&stranger, &(const cert_spec_t) { .cn = "client" }, &issuing);
    PUT_PEM(&fixture, "root.pem", &root);
    PUT_PEM(&fixture, "ca.pem", &issuing);
    PUT_PEM(&fixture, "leaf.pem", &leaf);
    PUT_PEM(&fixture, "stranger.pem", &stranger);
    ret = tap_main("plugins/fingerprint", tests, COUNT(tests));
    cert_free(&stranger);
    cert_free(&leaf);
    cert_free(&issuing);
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin serial: serial numbers compare as integers, below the issuer that is asked for. */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

/* The longest that RFC 5280 4.1.2.2 has: 20 octets. */
#define TWENTY "7f0102030405060708090a0b0c0d0e0f10111213"
/* The same length as a number, with the octet that keeps it from being negative. */
#define TWENTY_ONE "00ff0102030405060708090a0b0c0d0e0f10111213"

static const struct {
    const char *what;
    const char *serial; /* contents of the INTEGER, in hex */
    const char *options;
    const char *expected;
} rows[] = {
    { "the number", "0a1b2c", "allow = [ \"0A1B2C\" ];", "success" },
    { "another number", "0a1b2c", "allow = [ \"0A1B2D\" ];", "no_match" },
    { "one of three", "0a1b2c", "allow = [ \"01\", \"0A1B2C\", \"FF\" ];", "success" },
    { "in lower case", "0a1b2c", "allow = [ \"0a1b2c\" ];", "success" },
    { "with colons", "0a1b2c", "allow = [ \"0A:1B:2C\" ];", "success" },
    { "with blanks", "0a1b2c", "allow = [ \"0a 1b 2c\" ];", "success" },
    { "with 0x", "0a1b2c", "allow = [ \"0x0A1B2C\" ];", "success" },
    { "as openssl x509 -serial prints it", "0a1b2c", "allow = [ \"serial=0A1B2C\" ];", "success" },
    { "without its leading zero", "0a1b2c", "allow = [ \"A1B2C\" ];", "success" },
    { "with more leading zeros", "0a1b2c", "allow = [ \"00000A1B2C\" ];", "success" },
    { "with one digit", "07", "allow = [ \"7\" ];", "success" },
    { "zero is not everything", "0a1b2c", "allow = [ \"00\" ];", "no_match" },
    /* a number is no text: neither a part of it, nor its decimal spelling */
    { "a prefix", "0a1b2c", "allow = [ \"0A1B\" ];", "no_match" },
    { "an ending", "0a1b2c", "allow = [ \"1B2C\" ];", "no_match" },
    { "decimal is read as hex", "10", "allow = [ \"16\" ];", "no_match" },

    /* the high bit: DER puts 00 in front */
    { "high bit, without 00", "00f0e1d2", "allow = [ \"F0E1D2\" ];", "success" },
    { "high bit, with 00", "00f0e1d2", "allow = [ \"00F0E1D2\" ];", "success" },
    { "high bit, with 00 and colons", "00f0e1d2", "allow = [ \"00:F0:E1:D2\" ];", "success" },
    /* RFC 5280 4.1.2.2: validity refuses it before serial is asked */
    { "a negative number of the same octets", "f0e1d2", "allow = [ \"F0E1D2\" ];", "constraint" },

    { "20 octets", TWENTY, "allow = [ \"" TWENTY "\" ];", "success" },
    { "20 octets, another last one", TWENTY,
      "allow = [ \"7f0102030405060708090a0b0c0d0e0f10111214\" ];", "no_match" },
    { "20 octets with the high bit", TWENTY_ONE,
      "allow = [ \"ff0102030405060708090a0b0c0d0e0f10111213\" ];", "success" },

    { "in deny", "0a1b2c", "deny = [ \"A1B2C\" ]; allow = [ \"A1B2C\" ];", "rule" },
    { "in deny alone", "0a1b2c", "deny = [ \"A1B2C\" ];", "rule" },
    { "not in deny", "0a1b2c", "deny = [ \"A1B2D\" ];", "success" },
    { "high bit in deny", "00f0e1d2", "deny = [ \"F0:E1:D2\" ];", "rule" },
};

static void put_serial(const char *options)
{
    char entries[1024];

    format_text(entries, sizeof(entries), "{ control = \"required\"; plugin = \"serial\"; %s }%s",
                options, strstr(options, "allow") == NULL ? ", " PERMIT : "");
    put_policy(&fixture, "p.conf", NULL, NULL, entries);
}

static void compares_numbers(void)
{
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        issued_t client;
        tap_row("%s", rows[i].what);
        cert_issue(&client, &(const cert_spec_t) { .cn = "client", .serial = rows[i].serial },
                   &root);
        put_serial(rows[i].options);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                rows[i].expected);
        cert_free(&client);
    }
}

/* What openssl prints of a serial number can be pasted, in a list and in a file. */
static void reads_what_openssl_prints(void)
{
    static const char *const serials[] = { "0a1b2c", "00f0e1d2", "07", TWENTY, TWENTY_ONE };
    const char *command = openssl(&fixture);
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    for (i = 0; i < COUNT(serials); i++) {
        issued_t client;
        tap_row("%s", serials[i]);
        cert_issue(&client, &(const cert_spec_t) { .cn = "client", .serial = serials[i] }, &root);
        PUT_PEM(&fixture, "client.pem", &client);
        TAP_INT(fixture_run(&fixture, "%s x509 -in client.pem -noout -serial >serials.list",
                            command),
                0);
        put_serial("allow_file = \"serials.list\";");
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }), "success");
        /* the text form, with colons from 9 octets on */
        TAP_INT(fixture_run(&fixture,
                            "%s x509 -in client.pem -noout -text -certopt no_header,no_version,"
                            "no_signame,no_issuer,no_validity,no_subject,no_pubkey,no_sigdump,"
                            "no_extensions | sed -n 's/.*(\\(0x[^)]*\\)).*/\\1/p;"
                            "s/^ *\\(..:.*:..\\)$/\\1/p' >serials.list && test -s serials.list",
                            command),
                0);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }), "success");
        cert_free(&client);
    }
}

/* The issuer as openssl prints it, in both ways of writing; a serial is nothing without it. */
static void asks_for_the_issuer(void)
{
    static const struct {
        const char *nameopt; /* what makes the issuer's text; NULL: the text is `issuer` */
        const char *issuer;
        const char *expected;
    } issuers[] = {
        { "-nameopt RFC2253", NULL, "success" },
        { "-nameopt compat", NULL, "success" },
        { NULL, "CN=Another CA", "no_match" },
        { NULL, "CN=The CA", "no_match" },         /* a part of the name */
        { NULL, "O=Example,CN=The CA", "no_match" }, /* in another order */
    };
    const char *command = openssl(&fixture);
    issued_t ca, client;
    char options[512];
    size_t i;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    cert_issue(&ca, &(const cert_spec_t) { .dn = "CN=The CA,O=Example,C=DE", .ca = true }, &root);
    cert_issue(&client, &(const cert_spec_t) { .cn = "client", .serial = "2a" }, &ca);
    PUT_PEM(&fixture, "client.pem", &client);
    for (i = 0; i < COUNT(issuers); i++) {
        const char *text = issuers[i].issuer;
        if (issuers[i].nameopt != NULL) {
            TAP_INT(fixture_run(&fixture,
                                "%s x509 -in client.pem -noout -issuer %s | sed 's/^issuer= *//'",
                                command, issuers[i].nameopt),
                    0);
            text = get_text(&fixture, "out");
        }
        tap_row("issuer \"%s\"", text);
        format_text(options, sizeof(options), "allow = [ \"2A\" ]; issuer = \"%s\";", text);
        put_serial(options);
        TAP_STR(judge_reason(&fixture, "p.conf",
                             &(question_t) { .leaf = &client, .chain = { &ca } }),
                issuers[i].expected);
        /* In deny the issuer narrows as well: another CA's 2A is another certificate. */
        format_text(options, sizeof(options), "deny = [ \"2A\" ]; issuer = \"%s\";", text);
        put_serial(options);
        TAP_STR(judge_reason(&fixture, "p.conf",
                             &(question_t) { .leaf = &client, .chain = { &ca } }),
                strcmp(issuers[i].expected, "success") == 0 ? "rule" : "success");
    }
    cert_free(&client);
    cert_free(&ca);
}

static const struct {
    const char *what;
    const char *item;
} mistakes[] = {
    { "a name", "John Doe" },
    { "a minus sign", "-2A" },
    { "a letter too many", "2G" },
    { "a star", "*" },
    { "longer than a serial number is",
      "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324" },
};

static void refuses_what_is_no_number(void)
{
    char options[256];
    size_t i;

    for (i = 0; i < COUNT(mistakes); i++) {
        tap_row("%s", mistakes[i].what);
        format_text(options, sizeof(options), "allow = [ \"%s\" ];", mistakes[i].item);
        put_serial(options);
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "is no serial number");
        fixture_printf(&fixture, "serials.list", "01\n\n%s\n", mistakes[i].item);
        put_serial("allow_file = \"serials.list\";");
        TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/serials.list:3:1: ");
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "serial numbers compare as integers", compares_numbers },
        { "what openssl prints can be pasted", reads_what_openssl_prints },
        { "the issuer, in both ways that openssl writes it", asks_for_the_issuer },
        { "what is no number is an error with file and line", refuses_what_is_no_number },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/serial", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

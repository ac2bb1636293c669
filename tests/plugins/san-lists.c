/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin san: what several names and lists come to, SPIFFE ids, long lists, and what is said. */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

#define DNS(text) { CERT_SAN_DNS, (text), sizeof(text) - 1 }
#define URI(text) { CERT_SAN_URI, (text), sizeof(text) - 1 }
#define EMAIL(text) { CERT_SAN_EMAIL, (text), sizeof(text) - 1 }
#define IP(octets) { CERT_SAN_IP, (octets), sizeof(octets) - 1 }
#define UPN(text) { CERT_SAN_UPN, (text), sizeof(text) - 1 }
#define MAX_NAMES 4

/* Names beyond the first end with an empty row. */
typedef struct row {
    const char *what;
    const char *options;
    cert_san_t sans[MAX_NAMES];
    const char *expected;
} row_t;

#define HOST "dns = [ \"*.example.com\" ];"

static const row_t rows[] = {
    { "no name", HOST, { { 0, NULL, 0 } }, "no_match" },
    { "a name of another type", HOST, { EMAIL("a@a.example.com") }, "no_match" },

    /* one is enough, wherever it stands */
    { "the first of two", HOST, { DNS("a.example.com"), DNS("evil.com") }, "success" },
    { "the last of two", HOST, { DNS("evil.com"), DNS("a.example.com") }, "success" },
    { "behind names of other types", HOST,
      { URI("urn:x"), EMAIL("x@evil.com"), IP("\x01\x02\x03"), DNS("a.example.com") }, "success" },
    { "behind one that is none", HOST, { DNS("a\0.example.com"), DNS("a.example.com") },
      "success" },
    { "a list of another type", HOST "ip = [ \"10.0.0.0/8\" ];", { IP("\x0a\0\0\x01") },
      "success" },
    { "five lists, the last",
      HOST "uri = [ \"urn:x\" ]; email = [ \"a@b.c\" ]; ip = [ \"::1\" ]; upn = [ \"*@c.d\" ];",
      { UPN("john@c.d") }, "success" },

    /* a deny wins, wherever it stands */
    { "denied", "deny_dns = [ \"a.example.com\" ];" HOST, { DNS("a.example.com") }, "rule" },
    { "denied, and the first is allowed", "deny_dns = [ \"b.example.com\" ];" HOST,
      { DNS("a.example.com"), DNS("b.example.com") }, "rule" },
    { "denied, and the last is allowed", "deny_dns = [ \"b.example.com\" ];" HOST,
      { DNS("b.example.com"), DNS("a.example.com") }, "rule" },
    { "denied by another type", "deny_upn = [ \"*@evil.com\" ];" HOST,
      { DNS("a.example.com"), UPN("x@evil.com") }, "rule" },
    { "a host denied", "deny_dns = [ \"evil.*\" ]; uri = [ \"urn:x\" ];",
      { URI("urn:x"), DNS("EVIL.com.") }, "rule" },
    { "a URI denied", "deny_uri = [ \"https://h/admin/**\" ];" HOST,
      { DNS("a.example.com"), URI("https://H/admin/a/b") }, "rule" },
    { "a mailbox denied", "deny_email = [ \"*@evil.com\" ];" HOST,
      { DNS("a.example.com"), EMAIL("x.y@Evil.com") }, "rule" },
    { "an address denied", "deny_ip = [ \"10.0.0.0/8\" ];" HOST,
      { DNS("a.example.com"), IP("\x0a\xff\0\0") }, "rule" },
    { "in no list, and one in deny", HOST "deny_dns = [ \"b.com\" ];", { DNS("b.com") }, "rule" },
    { "deny of a type that no name has", "deny_ip = [ \"0.0.0.0/0\" ];" HOST,
      { DNS("a.example.com") }, "success" },
    { "a host that deny_uri would have", "deny_uri = [ \"urn:*\" ];" HOST,
      { DNS("a.example.com") }, "success" },

    /* what cannot be compared may be what is denied */
    { "NUL, and a deny list", "deny_dns = [ \"evil.com\" ];" HOST,
      { DNS("a.example.com"), DNS("evil.com\0") }, "rule" },
    { "NUL, and a deny list of another type", "deny_uri = [ \"urn:x\" ];" HOST,
      { DNS("a.example.com"), DNS("evil.com\0") }, "success" },
    { "a long way to a denied path", "deny_uri = [ \"https://h/admin/**\" ];" HOST,
      { DNS("a.example.com"), URI("https://h/x/../admin/a") }, "rule" },
    { "a denied path in % form", "deny_uri = [ \"https://h/admin/**\" ];" HOST,
      { DNS("a.example.com"), URI("https://h/%61dmin/a") }, "rule" },
    { "a denied path with a query", "deny_uri = [ \"https://h/admin\" ];" HOST,
      { DNS("a.example.com"), URI("https://h/admin?") }, "rule" },
    { "a URI that is allowed just so, and a deny list",
      "deny_uri = [ \"urn:x\" ]; uri = [ \"https://h/a/../b\" ];", { URI("https://h/a/../b") },
      "rule" },
    { "an address in another family", "deny_ip = [ \"10.0.0.0/8\" ];" HOST,
      { DNS("a.example.com"), IP("\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x01") }, "rule" },
    { "an address of five octets", "deny_ip = [ \"10.0.0.0/8\" ];" HOST,
      { DNS("a.example.com"), IP("\x0a\0\0\0\0") }, "rule" },
    { "a quoted mailbox", "deny_email = [ \"x@evil.com\" ];" HOST,
      { DNS("a.example.com"), EMAIL("\"x\"@evil.com") }, "rule" },
    { "a principal that is no UTF-8", "deny_upn = [ \"x@evil.com\" ];" HOST,
      { DNS("a.example.com"), UPN("x\xff@evil.com") }, "rule" },
};

#define ID "uri = [ \"spiffe://example.org/**\" ]; spiffe = true;"
#define A10 "aaaaaaaaaa"
#define A100 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10
#define A1000 A100 A100 A100 A100 A100 A100 A100 A100 A100 A100

/* Each rule of SPIFFE-ID and X.509-SVID, broken once; the same name without `spiffe` beside it. */
static const row_t spiffe[] = {
    { "an id", ID, { URI("spiffe://example.org/ns/prod/sa/web") }, "success" },
    { "all that a path may have", ID, { URI("spiffe://example.org/a-B_9.z/..x") }, "success" },
    { "names of other types beside it", ID, { DNS("a.com"), URI("spiffe://example.org/a") },
      "success" },
    { "another trust domain", ID, { URI("spiffe://example.com/a") }, "no_match" },
    { "another scheme", ID, { URI("https://example.org/a") }, "no_match" },
    { "two ids", ID, { URI("spiffe://example.org/a"), URI("spiffe://example.org/b") },
      "no_match" },
    { "an id and another URI", ID, { URI("spiffe://example.org/a"), URI("urn:x") }, "no_match" },
    { "no URI", "dns = [ \"a.com\" ]; spiffe = true;", { DNS("a.com") }, "no_match" },
    { "a host that is listed, and a bad id", "dns = [ \"a.com\" ]; spiffe = true;",
      { DNS("a.com"), URI("spiffe://example.org/") }, "no_match" },
    { "a host that is listed, and an id", "dns = [ \"a.com\" ]; spiffe = true;",
      { DNS("a.com"), URI("spiffe://any/x") }, "success" },
    { "capitals in the scheme", ID, { URI("SPIFFE://example.org/a") }, "no_match" },
    { "the same without the rules", "uri = [ \"spiffe://example.org/**\" ];",
      { URI("SPIFFE://example.org/a") }, "success" },
    { "capitals in the trust domain", ID, { URI("spiffe://Example.org/a") }, "no_match" },
    { "an octet in the trust domain", ID, { URI("spiffe://example~org/a") }, "no_match" },
    { "no trust domain", ID, { URI("spiffe:///a") }, "no_match" },
    { "a user", ID, { URI("spiffe://a@example.org/a") }, "no_match" },
    { "a port", "uri = [ \"spiffe://*/**\" ]; spiffe = true;", { URI("spiffe://example:80/a") },
      "no_match" },
    { "the same without the rules", "uri = [ \"spiffe://*/**\" ];",
      { URI("spiffe://example:80/a") }, "success" },
    { "a query", ID, { URI("spiffe://example.org/a?b") }, "no_match" },
    { "a fragment", ID, { URI("spiffe://example.org/a#b") }, "no_match" },
    { "no path", "uri = [ \"spiffe://*.org/**\" ]; spiffe = true;",
      { URI("spiffe://example.org") }, "no_match" },
    { "a root alone", ID, { URI("spiffe://example.org/") }, "no_match" },
    { "a slash at the end", ID, { URI("spiffe://example.org/a/") }, "no_match" },
    { "the same without the rules", "uri = [ \"spiffe://example.org/**\" ];",
      { URI("spiffe://example.org/a/") }, "success" },
    { "an empty segment", ID, { URI("spiffe://example.org/a//b") }, "no_match" },
    { ".", ID, { URI("spiffe://example.org/./a") }, "no_match" },
    { "..", ID, { URI("spiffe://example.org/a/..") }, "no_match" },
    { "a % form", ID, { URI("spiffe://example.org/a%20b") }, "no_match" },
    { "a ~", ID, { URI("spiffe://example.org/~a") }, "no_match" },
    { "a star", ID, { URI("spiffe://example.org/*") }, "no_match" },
    { "the octet that stands for a star", ID, { URI("spiffe://example.org/\x01") }, "no_match" },
    { "NUL", ID, { URI("spiffe://example.org/a\0") }, "no_match" },
    /* 2048 octets: 21 before the path's name, 2027 of it */
    { "as long as may be", ID, { URI("spiffe://example.org/" A1000 A1000 A10 A10 "1234567") },
      "success" },
    { "longer", ID, { URI("spiffe://example.org/" A1000 A1000 A10 A10 "12345678") }, "no_match" },
    { "a trust domain of 255 octets", "uri = [ \"spiffe://*/a\" ]; spiffe = true;",
      { URI("spiffe://" A100 A100 A10 A10 A10 A10 A10 "12345/a") }, "success" },
    { "of 256 octets", "uri = [ \"spiffe://*/a\" ]; spiffe = true;",
      { URI("spiffe://" A100 A100 A10 A10 A10 A10 A10 "123456/a") }, "no_match" },
    { "an id that is denied", ID "deny_uri = [ \"spiffe://example.org/x/*\" ];",
      { URI("spiffe://example.org/x/y") }, "rule" },
};

static size_t count_names(const cert_san_t *sans)
{
    size_t n = 0;

    while (n < MAX_NAMES && sans[n].tag != 0)
        n++;
    return n;
}

static void put_san(const char *control, const char *options, const char *more)
{
    char entries[1024];

    format_text(entries, sizeof(entries), "{ control = \"%s\"; plugin = \"san\"; %s }%s", control,
                options, more);
    put_policy(&fixture, "p.conf", NULL, NULL, entries);
}

static void issue(issued_t *out, const cert_san_t *sans)
{
    cert_issue(out, &(const cert_spec_t) { .dn = "O=Example", .sans = sans,
                                           .n_sans = count_names(sans) }, &root);
}

static void judge_rows(const row_t *table, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        issued_t client;
        tap_row("%s", table[i].what);
        put_san("required", table[i].options, "");
        issue(&client, table[i].sans);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                table[i].expected);
        cert_free(&client);
    }
}

static void several(void)
{
    judge_rows(rows, COUNT(rows));
}

static void spiffe_ids(void)
{
    judge_rows(spiffe, COUNT(spiffe));
}

/* What else than its name makes a certificate the one of a client (X.509-SVID 5.2). */
static void spiffe_leaf(void)
{
    static const cert_san_t id[MAX_NAMES] = { URI("spiffe://example.org/a") };
    static const struct {
        const char *what;
        bool ca;
        unsigned usage;
        const char *expected;
    } kinds[] = {
        { "for signatures", false, GNUTLS_KEY_DIGITAL_SIGNATURE, "success" },
        { "no key usage", false, 0, "success" },
        { "signs certificates", false, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN,
          "no_match" },
        { "signs CRLs", false, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_CRL_SIGN, "no_match" },
        { "a CA", true, GNUTLS_KEY_DIGITAL_SIGNATURE, "no_match" },
    };
    size_t i;

    /* before validity, which refuses some of them for reasons of its own */
    fixture_write(&fixture, "p.conf",
                  "trust = { anchors = [ \"root.pem\" ]; };\n"
                  "stack = ( { control = \"requisite\"; plugin = \"san\"; " ID " },\n"
                  "  { control = \"requisite\"; plugin = \"validity\"; } );\n");
    for (i = 0; i < COUNT(kinds); i++) {
        const cert_spec_t spec = { .cn = "x", .ca = kinds[i].ca, .key_usage = kinds[i].usage,
                                   .sans = id, .n_sans = 1 };
        issued_t client;
        tap_row("%s", kinds[i].what);
        cert_issue(&client, &spec, &root);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                kinds[i].expected);
        cert_free(&client);
    }
}

/* With deny lists alone it can refuse and never grant. */
static void is_a_gate_with_deny_alone(void)
{
    static const cert_san_t good[MAX_NAMES] = { DNS("a.com") }, bad[MAX_NAMES] = { DNS("b.com") },
                            none[MAX_NAMES] = { { 0, NULL, 0 } };
    issued_t client, other, nameless;

    issue(&client, good);
    issue(&other, bad);
    issue(&nameless, none);
    put_san("required", "deny_dns = [ \"b.com\" ];", ", " PERMIT);
    tap_row("a name that is not denied");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }), "success");
    tap_row("a name that is denied");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &other }), "rule");
    tap_row("no name");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &nameless }), "success");
    tap_row("no certificate");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = NULL }), "no_certificate");
    tap_row("nothing behind it that grants");
    put_san("required", "deny_dns = [ \"b.com\" ];", "");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "nothing in this stack can let anyone in");
    tap_row("sufficient");
    put_san("sufficient", "deny_ip = [ \"10.0.0.0/8\" ];", ", " PERMIT);
    TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
    tap_row("no list");
    put_san("required", "spiffe = true;", "");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "plugin \"san\" has no list to match");
    cert_free(&client);
    cert_free(&other);
    cert_free(&nameless);
}

/* san first in the stack, where validity has not yet refused anything. */
static void asks_for_a_certificate(void)
{
    answer_t answer;

    fixture_write(&fixture, "p.conf",
                  "trust = { anchors = [ \"root.pem\" ]; };\n"
                  "stack = ( { control = \"requisite\"; plugin = \"san\"; dns = [ \"a.com\" ]; },\n"
                  "  { control = \"requisite\"; plugin = \"validity\"; } );\n");
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = NULL });
    TAP_STR(answer.reason, "no_certificate");
    TAP_STR(answer.trace, "san=no_certificate");
}

#define MANY 100000

/* Every item of a long list is found, and none beside it. Its lines are not in order. */
static void long_lists(void)
{
    static char hosts[MANY * 20], networks[MANY * 20];
    static const struct {
        const char *what;
        cert_san_t sans[MAX_NAMES];
        const char *expected;
    } clients[] = {
        { "the first", { DNS("h0.example.com") }, "success" },
        { "one in the middle", { DNS("h54321.example.com") }, "success" },
        { "the last", { DNS("h99999.example.com") }, "success" },
        { "one more", { DNS("h100000.example.com") }, "no_match" },
        { "the beginning of one", { DNS("h5.example.co") }, "no_match" },
        { "a glob in the list", { DNS("x.glob.example.com") }, "success" },
        { "an address", { IP("\x0a\x01\x86\x9f") }, "success" }, /* 10.1.134.159: 99999 */
        { "the next address", { IP("\x0a\x01\x86\xa0") }, "no_match" },
        { "an address of a network", { IP("\xac\x10\x63\x01") }, "success" },
    };
    size_t i, n, used_hosts = 0, used_networks = 0;

    for (i = 0; i < MANY; i++) {
        n = i * 7919 % MANY; /* a prime that does not divide it: each number once */
        used_hosts += format_text(hosts + used_hosts, sizeof(hosts) - used_hosts,
                                  "h%zu.example.com\n", n);
        used_networks += format_text(networks + used_networks, sizeof(networks) - used_networks,
                                     "10.%zu.%zu.%zu\n", n >> 16, n >> 8 & 255, n & 255);
    }
    format_text(hosts + used_hosts, sizeof(hosts) - used_hosts, "*.glob.example.com\n");
    format_text(networks + used_networks, sizeof(networks) - used_networks, "172.16.0.0/12\n");
    fixture_write(&fixture, "hosts.list", hosts);
    fixture_write(&fixture, "networks.list", networks);
    put_san("required", "dns_file = \"hosts.list\"; ip_file = \"networks.list\";", "");
    for (i = 0; i < COUNT(clients); i++) {
        issued_t client;
        tap_row("%s", clients[i].what);
        issue(&client, clients[i].sans);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                clients[i].expected);
        cert_free(&client);
    }
}

static const struct {
    const char *what;
    const char *options;
    cert_san_t sans[MAX_NAMES];
    const char *says;
} messages[] = {
    { "no name", HOST, { { 0, NULL, 0 } }, "the certificate has no alternative name" },
    { "names of all types", HOST,
      { DNS("b.com"), URI("urn:x"), EMAIL("a@b.c"), IP("\xc0\0\x02\x07") },
      "no alternative name is in a list: dns \"b.com\", uri \"urn:x\", email \"a@b.c\", "
      "ip \"192.0.2.7\"" },
    { "why one is none", HOST, { DNS("b..com"), IP("\x01") },
      "dns \"b..com\" (a label is empty), ip \"1 octets\" (it has neither 4 nor 16 octets)" },
    { "a NUL does not hide what follows", HOST, { DNS("a.example.com\0.evil.com") },
      "dns \"a.example.com?.evil.com\"" },
    { "why no wildcard has it", "uri = [ \"https://h/**\" ];", { URI("https://h/../a") },
      "uri \"https://h/../a\" (a segment . or ..)" },
    { "a name that is denied", "deny_dns = [ \"*.b.com\" ];" HOST, { DNS("A.b.com") },
      "dns \"A.b.com\" is in deny_dns (\"*.b.com\")" },
    { "an address that is denied", "deny_ip = [ \"10.0.0.0/8\" ];" HOST, { IP("\x0a\0\0\x01") },
      "ip \"10.0.0.1\" is in deny_ip (\"10.0.0.0/8\")" },
    { "a name that cannot be compared", "deny_dns = [ \"b.com\" ];" HOST, { DNS("b_.com\n") },
      "cannot be compared with deny_dns: a host name has letters, digits, - and _ alone" },
    { "no SPIFFE id", ID, { URI("spiffe://example.org/a//b") },
      "not an X.509-SVID: a segment of the path is empty" },
};

static void says_why(void)
{
    size_t i;

    for (i = 0; i < COUNT(messages); i++) {
        issued_t client;
        answer_t answer;
        tap_row("%s", messages[i].what);
        put_san("required", messages[i].options, "");
        issue(&client, messages[i].sans);
        answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &client });
        TAP_HAS(answer.message, messages[i].says);
        TAP_TRUE(strchr(answer.message, '\n') == NULL);
        cert_free(&client);
    }
}

/* A thousand long names make a message of four, and how many more. */
static void says_little_of_many(void)
{
    static cert_san_t many[1000];
    issued_t client;
    answer_t answer;
    size_t i;

    for (i = 0; i < COUNT(many); i++)
        many[i] = (cert_san_t) { CERT_SAN_DNS, "a.very.long.name.that.is.in.no.list", 35 };
    put_san("required", HOST, "");
    cert_issue(&client, &(const cert_spec_t) { .cn = "x", .sans = many, .n_sans = COUNT(many) },
               &root);
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &client });
    TAP_STR(answer.reason, "no_match");
    TAP_HAS(answer.message, ", and 996 more");
    cert_free(&client);
}

/* The name that let somebody in is told to those who ask. */
static void explains(void)
{
    static const cert_san_t sans[MAX_NAMES] = { URI("urn:x"), DNS("a.example.com") };
    issued_t client;
    answer_t answer;

    issue(&client, sans);
    put_san("required", HOST, "");
    fixture.flags = MTLSAUTH_OPEN_EXPLAIN;
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &client });
    fixture.flags = 0;
    TAP_STR(answer.reason, "success");
    TAP_HAS(answer.rows, "san=dns \"a.example.com\" is in dns (\"*.example.com\")");
    cert_free(&client);
}

/* Another reader of certificates agrees that the test's UPN is one, and has its text. */
static void upn_is_one(void)
{
    static const cert_san_t sans[MAX_NAMES] = { UPN("john@corp.example") };
    char oid[64] = "", text[64];
    size_t size = sizeof(oid), text_size = sizeof(text);
    gnutls_x509_crt_t crt;
    issued_t client;

    issue(&client, sans);
    TAP_TRUE(gnutls_x509_crt_init(&crt) >= 0);
    TAP_TRUE(gnutls_x509_crt_import(crt, &client.der, GNUTLS_X509_FMT_DER) >= 0);
    TAP_TRUE(gnutls_x509_crt_get_subject_alt_othername_oid(crt, 0, oid, &size) >= 0);
    TAP_STR(oid, "1.3.6.1.4.1.311.20.2.3");
    TAP_TRUE(gnutls_x509_crt_get_subject_alt_name(crt, 0, text, &text_size, NULL)
             == GNUTLS_SAN_OTHERNAME_MSUSERPRINCIPAL);
    TAP_TRUE(text_size == 17 && memcmp(text, "john@corp.example", 17) == 0);
    gnutls_x509_crt_deinit(crt);
    cert_free(&client);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "several names, several lists, and what is denied", several },
        { "SPIFFE ids", spiffe_ids },
        { "certificates of SPIFFE ids", spiffe_leaf },
        { "deny alone is a gate", is_a_gate_with_deny_alone },
        { "no certificate", asks_for_a_certificate },
        { "lists of a hundred thousand", long_lists },
        { "what was presented, and why it is not in a list", says_why },
        { "of many names some are told", says_little_of_many },
        { "the name that lets in is told", explains },
        { "the user principal names of these tests are such", upn_is_one },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/san-lists", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

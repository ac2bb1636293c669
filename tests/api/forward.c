/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.c - the headers for the application behind the server: what stands in them, for whom they
 * are made, and what a client may not send under their names.
 *
 * The oracle of the values is the openssl command.
 */
#include "forward_scene.h"

/* ---- values -------------------------------------------------------------------------------- */

#define X509 "openssl x509 -in client.pem -noout "
#define DER(name) "openssl x509 -in " name ".pem -outform DER"
#define HEX(digest) DER("client") " | openssl dgst -" digest " -r | cut -d' ' -f1"
#define BASE64(name) "$(" DER(name) " | openssl base64 -A)"
#define ISSUER "openssl x509 -in issuing.pem -noout "
#define SKI "-ext subjectKeyIdentifier | tail -1 | tr -d ' :'"
/* PEM as it stands in a URL */
#define PEM(name)                                                                                  \
    "openssl x509 -in " name ".pem | sed 's/ /%20/g; s/+/%2B/g; s,/,%2F,g; s/=/%3D/g' "            \
    "| awk '{ printf \"%s%%0A\", $0 }'; "

static const struct {
    const char *name, *command;
} oracle[] = {
    { "Client-Cert", "echo :" BASE64("client") ":" },
    /* the path that verified, from the leaf's issuer on, without the anchor */
    { "Client-Cert-Chain", "echo :" BASE64("issuing") ":, :" BASE64("middle") ":" },
    { "x-forwarded-client-cert",
      "printf 'Hash=%s;Cert=\"' $(" HEX("sha256") "); " PEM("client") "printf '\";Chain=\"'; "
      PEM("client") PEM("issuing") PEM("middle")
      "printf '\";Subject=\"CN=James Royal,OU=Access Admins,O=Access,L=Austin,ST=Texas,C=US\"'; "
      "printf '%s\\n' ';URI=spiffe://example.com/a%20b;DNS=a.example.com;DNS=b.example.com'" },
    { "Cf-Client-Cert-Der-Base64", "echo " BASE64("client") },
    { "Cf-Client-Cert-Sha256", HEX("sha256") },
    { "cf-cert-revoked", "echo false" },
    { "cf-cert-verified", "echo true" },
    { "cf-cert-presented", "echo true" },
    { "cf-cert-issuer-dn", X509 "-issuer -nameopt RFC2253" },
    { "cf-cert-subject-dn", X509 "-subject -nameopt RFC2253" },
    { "cf-cert-issuer-dn-rfc2253", X509 "-issuer -nameopt RFC2253" },
    { "cf-cert-subject-dn-rfc2253", X509 "-subject -nameopt RFC2253" },
    { "cf-cert-issuer-dn-legacy", X509 "-issuer -nameopt compat" },
    { "cf-cert-subject-dn-legacy", X509 "-subject -nameopt compat" },
    { "cf-cert-serial", X509 "-serial" },
    { "cf-cert-issuer-serial", ISSUER "-serial" },
    { "cf-cert-fingerprint-sha256", HEX("sha256") },
    { "cf-cert-fingerprint-sha1", HEX("sha1") },
    { "cf-cert-not-before", X509 "-startdate" },
    { "cf-cert-not-after", X509 "-enddate" },
    { "cf-cert-ski", X509 SKI },
    { "cf-cert-issuer-ski", ISSUER SKI },
    { "X-CERT-ISSUER-DN", X509 "-issuer -nameopt RFC2253" },
    { "X-CERT-SUBJECT-DN", X509 "-subject -nameopt RFC2253" },
    { "X-CERT-ISSUER-DN-L", X509 "-issuer -nameopt compat" },
    { "X-CERT-SUBJECT-DN-L", X509 "-subject -nameopt compat" },
    { "X-CERT-SERIAL", X509 "-serial" },
    { "X-CERT-FINGER", HEX("sha1") },
    { "X-CERT-VERIFY", "echo SUCCESS" },
    { "X-CERT-NOTBE", X509 "-startdate" },
    { "X-CERT-NOTAF", X509 "-enddate" },
};

/* What a command prints, without the label in front and the end of the line. Static buffer. */
static const char *printed(const fixture_t *fixture, const char *command)
{
    static const char *const labels[]
        = { "issuer=", "subject=", "serial=", "notBefore=", "notAfter=" };
    static char text[65536];
    size_t i, size;
    FILE *file;

    TAP_INT(fixture_run(fixture, "%s", command), 0);
    file = fopen(fixture_path(fixture, "out"), "r");
    if (file == NULL)
        return "(no output)";
    size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = '\0';
    text[strcspn(text, "\n")] = '\0';
    for (i = 0; i < COUNT(labels); i++) {
        if (strncmp(text, labels[i], strlen(labels[i])) == 0)
            return text + strlen(labels[i]);
    }
    return text;
}

static void values_as_openssl_prints_them(void)
{
    family_t family;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, round;

    family_open(&family);
    if (fixture_run(&family.scene.fixture, "openssl version") != 0) {
        tap_skip("no openssl");
        family_close(&family);
        return;
    }
    request = open_request(&family.scene, &engine, ALL TRUST STACK(VALIDITY PERMIT));
    for (round = 0; round < 3; round++) { /* also once the path and the client are remembered */
        TAP_INT(ask_family(&family, request, &family.client), 1);
        TAP_INT(mtlsauth_decision(request)->n_headers, COUNT(oracle));
        for (i = 0; i < COUNT(oracle); i++) {
            tap_row("%s", oracle[i].name);
            TAP_STR(header_of(request, oracle[i].name),
                    printed(&family.scene.fixture, oracle[i].command));
        }
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    family_close(&family);
}

/* ---- hostile names ------------------------------------------------------------------------- */

static bool is_clean(const char *value)
{
    size_t i, size = strlen(value);

    for (i = 0; i < size; i++)
        if (value[i] < ' ' || value[i] > '~')
            return false;
    return size > 0 && value[0] != ' ' && value[size - 1] != ' ';
}

static void check_all_clean(const mtlsauth_request_t *request)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    size_t i, j;

    for (i = 0; i < decision->n_headers; i++) {
        TAP_TRUE(is_clean(decision->headers[i]->value));
        for (j = 0; j < i; j++)
            TAP_TRUE(strcmp(decision->headers[i]->name, decision->headers[j]->name) != 0);
    }
}

static void hostile_common_names(void)
{
    static const struct {
        const char *cn;
        size_t size;
        const char *subject, *legacy, *xfcc;
    } rows[] = {
#define ROW(cn) (cn), sizeof(cn) - 1
        /* a header of its own */
        { ROW("a\r\nX-Admin: 1"), "CN=a\\0D\\0AX-Admin: 1", "/CN=a\\x0D\\x0AX-Admin: 1",
          "CN=a\\0D\\0AX-Admin: 1" },
        { ROW("a\nb"), "CN=a\\0Ab", "/CN=a\\x0Ab", "CN=a\\0Ab" },
        /* an end for those who read C strings */
        { ROW("admin\0.example.com"), "CN=admin\\00.example.com", "/CN=admin\\x00.example.com",
          "CN=admin\\00.example.com" },
        /* UTF-8, and what is none */
        { ROW("Ren\xc3\xa9"), "CN=Ren\\C3\\A9", "/CN=Ren\\xC3\\xA9", "CN=Ren\\C3\\A9" },
        /* the end of a quoted value, and elements behind it */
        { ROW("a\";URI=spiffe://x,By=y"), "CN=a\\\"\\;URI=spiffe://x\\,By=y",
          "/CN=a\";URI=spiffe:\\/\\/x,By=y", "CN=a\\\"\\;URI=spiffe://x\\,By=y" },
        /* a backslash that would swallow the quote, for a reader who takes it for one */
        { ROW("a\\"), "CN=a\\\\", "/CN=a\\", "CN=a\\5C" },
        { ROW("a\\\"b"), "CN=a\\\\\\\"b", "/CN=a\\\"b", "CN=a\\5C\\\"b" },
        { ROW("\\\\"), "CN=\\\\\\\\", "/CN=\\\\", "CN=\\5C\\5C" },
        /* what a reader of %HH would decode; blanks that would be trimmed, or joined */
        { ROW("100%0A x"), "CN=100%250A x", "/CN=100%250A x", "CN=100%250A x" },
        { ROW("a  b"), "CN=a%20%20b", "/CN=a%20%20b", "CN=a%20%20b" },
        { ROW("a "), "CN=a\\%20", "/CN=a%20", "CN=a\\%20" },
#undef ROW
    };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    char part[256];
    size_t i;

    scene_open(&scene);
    request = open_request(&scene, &engine, ALL TRUST STACK(VALIDITY PERMIT));
    for (i = 0; i < COUNT(rows); i++) {
        issued_t client;
        tap_row("%zu", i);
        cert_issue(&client, &(cert_spec_t) { .cn = rows[i].cn, .cn_size = rows[i].size },
                   &scene.root);
        TAP_INT(ask(request, &client), 1);
        TAP_STR(header_of(request, "X-CERT-SUBJECT-DN"), rows[i].subject);
        TAP_STR(header_of(request, "cf-cert-subject-dn-rfc2253"), rows[i].subject);
        TAP_STR(header_of(request, "X-CERT-SUBJECT-DN-L"), rows[i].legacy);
        snprintf(part, sizeof(part), ";Subject=\"%s\";URI=", rows[i].xfcc);
        TAP_HAS(header_of(request, "x-forwarded-client-cert"), part);
        check_all_clean(request);
        cert_free(&client);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

static void hostile_alternative_names(void)
{
    static const struct {
        extra_t extra;
        const char *end; /* of x-forwarded-client-cert */
    } rows[] = {
        /* the key of the URI is always there */
        { { .names = { { DNS, "a.test" } } }, "\";URI=;DNS=a.test" },
        /* the marks of the format are quoted */
        { { .names = { { URI, "x:a;URI=x:b" } } }, "\";URI=\"x:a;URI=x:b\"" },
        { { .names = { { URI, "x:a,By=x:b" } } }, "\";URI=\"x:a,By=x:b\"" },
        { { .names = { { URI, "x:a?b=c" }, { DNS, "a,b" } } },
          "\";URI=\"x:a?b=c\";DNS=\"a,b\"" },
        /* what no such name holds is no such name; the others stay */
        { { .names = { { URI, "x:a\r\nX-Admin: 1" }, { URI, "x:b" } } },
          "\";URI=x:b" },
        { { .names = { { URI, "x:a b" } } }, "\";URI=" },
        { { .names = { { URI, "x:a\"b" } } }, "\";URI=" },
        { { .names = { { URI, "x:a\\" }, { DNS, "b" } } },
          "\";URI=;DNS=b" },
    };
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i;

    scene_open(&scene);
    request = open_request(&scene, &engine, ALL TRUST STACK(VALIDITY PERMIT));
    for (i = 0; i < COUNT(rows); i++) {
        issued_t client;
        const char *value;
        tap_row("%zu: %s", i, rows[i].end);
        cert_issue(&client,
                   &(cert_spec_t) { .cn = "x", .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
                   &scene.root);
        extend(&client, &scene.root, &rows[i].extra);
        TAP_INT(ask(request, &client), 1);
        value = header_of(request, "x-forwarded-client-cert");
        TAP_TRUE(strlen(value) > strlen(rows[i].end));
        TAP_STR(value + strlen(value) - strlen(rows[i].end), rows[i].end);
        check_all_clean(request);
        cert_free(&client);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* ---- great lengths ------------------------------------------------------------------------- */

static bool has(const mtlsauth_request_t *request, const char *name)
{
    return strcmp(header_of(request, name), "(none)") != 0;
}

/* A value is whole, or it is not set; the others stay. */
static void long_values_are_left_out(void)
{
    static const struct {
        const char *why;
        unsigned n_uris, cn_size;
        bool xfcc, cert, subject;
    } rows[] = {
        { "everything fits", 500, 10, true, true, true },
        { "names of xfcc", 560, 10, false, true, true },
        { "10 KiB of base64", 640, 10, false, false, true },
        { "a distinguished name", 0, 8200, false, false, false },
    };
    static char cn[8200];
    family_t family;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i;

    memset(cn, 'n', sizeof(cn));
    family_open(&family);
    request = open_request(&family.scene, &engine, ALL TRUST STACK(VALIDITY PERMIT));
    for (i = 0; i < COUNT(rows); i++) {
        issued_t client;
        tap_row("%s", rows[i].why);
        cert_issue(&client,
                   &(cert_spec_t) { .cn = cn, .cn_size = rows[i].cn_size,
                                    .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
                   &family.issuing);
        if (rows[i].n_uris > 0)
            extend(&client, &family.issuing, &(extra_t) { .n_more = rows[i].n_uris });
        TAP_INT(ask_family(&family, request, &client), 1);
        TAP_INT(has(request, "x-forwarded-client-cert"), rows[i].xfcc);
        TAP_INT(has(request, "Client-Cert"), rows[i].cert);
        TAP_INT(has(request, "Client-Cert-Chain"), rows[i].cert); /* never alone */
        TAP_INT(has(request, "Cf-Client-Cert-Der-Base64"), rows[i].cert);
        TAP_INT(has(request, "X-CERT-SUBJECT-DN"), rows[i].subject);
        TAP_INT(has(request, "cf-cert-subject-dn-legacy"), rows[i].subject);
        TAP_INT(has(request, "Cf-Client-Cert-Sha256"), true);
        check_all_clean(request);
        cert_free(&client);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    family_close(&family);
}

/* ---- for whom ------------------------------------------------------------------------------ */

#define OPEN_STACK "allow_unverified = true;\n" TRUST
#define ASKED STACK(ENTRY("optional", "validity", "") PERMIT)
#define UNASKED STACK(PERMIT)

static void who_gets_headers(void)
{
    static const struct {
        const char *why, *policy;
        enum { NOBODY, JOHN, JANE, ALONE } client;
        int64_t time;
        int verdict, would;
        const char *verify, *verified, *presented, *subject; /* NULL: not set */
    } rows[] = {
        { "allowed", TRUST STACK(VALIDITY CN("required", "John Doe")), JOHN, CERTS_NOW, 1, 1,
          "SUCCESS", "true", "true", "CN=John Doe" },
        { "denied", TRUST STACK(VALIDITY CN("required", "John Doe")), JANE, CERTS_NOW, 0, 0, NULL,
          NULL, NULL, NULL },
        { "denied with no certificate", TRUST STACK(VALIDITY PERMIT), NOBODY, CERTS_NOW, 0, 0, NULL,
          NULL, NULL, NULL },
        { "the invariant", TRUST STACK(ENTRY("optional", "validity", "")
                                       ENTRY("sufficient", "permit", "")),
          ALONE, CERTS_NOW, 0, 0, NULL, NULL, NULL, NULL },
        { "would be allowed", "mode = \"monitor\";\n" TRUST STACK(VALIDITY PERMIT), JOHN, CERTS_NOW,
          1, 1, "SUCCESS", "true", "true", "CN=John Doe" },
        { "would be denied",
          "mode = \"monitor\";\n" TRUST STACK(VALIDITY CN("required", "John Doe")), JANE, CERTS_NOW,
          1, 0, NULL, NULL, NULL, NULL },
        { "let in without a certificate", OPEN_STACK ASKED, NOBODY, CERTS_NOW, 1, 1, "NONE",
          "false", "false", NULL },
        { "and nobody asked", OPEN_STACK UNASKED, NOBODY, CERTS_NOW, 1, 1, "NONE", "false",
          "false", NULL },
        { "let in with one that does not verify", OPEN_STACK ASKED, ALONE, CERTS_NOW, 1, 1,
          "FAILED:untrusted", "false", "true", "CN=John Doe" },
        { "that is over", OPEN_STACK ASKED, JOHN, CERTS_NOW + 336 * CERTS_DAY, 1, 1,
          "FAILED:expired", "false", "true", "CN=John Doe" },
        { "that nobody looked at", OPEN_STACK UNASKED, JOHN, CERTS_NOW, 1, 1, "FAILED:unverified",
          "false", "true", "CN=John Doe" },
    };
    scene_t scene;
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        const issued_t *clients[] = { NULL, &scene.john, &scene.jane, &scene.alone };
        const issued_t *client = clients[rows[i].client];
        const mtlsauth_decision_t *decision;
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;

        tap_row("%s", rows[i].why);
        fixture_printf(&scene.fixture, "p.conf", "%s%s", ALL, rows[i].policy);
        engine = fixture_engine_ok(&scene.fixture, "p.conf");
        request = new_request(engine);
        mtlsauth_request_time(request, rows[i].time);
        if (client != NULL)
            mtlsauth_request_leaf(request, client->der.data, client->der.size);
        TAP_INT(mtlsauth_authorize(request), rows[i].verdict);
        decision = mtlsauth_decision(request);
        TAP_INT(decision->would, rows[i].would);
        TAP_STR(header_of(request, "X-CERT-VERIFY"), rows[i].verify ? rows[i].verify : "(none)");
        TAP_STR(header_of(request, "cf-cert-verified"),
                rows[i].verified ? rows[i].verified : "(none)");
        TAP_STR(header_of(request, "cf-cert-presented"),
                rows[i].presented ? rows[i].presented : "(none)");
        TAP_STR(header_of(request, "X-CERT-SUBJECT-DN"),
                rows[i].subject ? rows[i].subject : "(none)");
        TAP_INT(decision->n_headers == 0, rows[i].verify == NULL);
        if (rows[i].client == NOBODY && rows[i].verdict == 1)
            TAP_INT(decision->n_headers, 4); /* three of cf-cert, one of x-cert */
        if (rows[i].verified == NULL || strcmp(rows[i].verified, "true") != 0) {
            /* what only a path tells */
            TAP_TRUE(!has(request, "Client-Cert-Chain"));
            TAP_TRUE(!has(request, "cf-cert-issuer-serial"));
        }
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

static void revoked_clients_that_are_let_in(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    const issued_t *revoked[] = { NULL };
    gnutls_datum_t list;

    scene_open(&scene);
    revoked[0] = &scene.john;
    list = crl_issue(&(crl_spec_t) { .revoked = revoked, .n_revoked = 1 }, &scene.root);
    fixture_write_bytes(&scene.fixture, "list.crl", list.data, list.size);
    gnutls_free(list.data);
    request = open_request(&scene, &engine, "forward = [ \"cf-cert\" ];\n" TRUST STACK(
        VALIDITY ENTRY("[revoked=ignore default=die success=ignore]", "crl",
                       "files = [ \"list.crl\" ];") PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    TAP_STR(header_of(request, "cf-cert-revoked"), "true");
    TAP_STR(header_of(request, "cf-cert-verified"), "true");
    TAP_INT(ask(request, &scene.jane), 1);
    TAP_STR(header_of(request, "cf-cert-revoked"), "false");
    TAP_INT(ask(request, NULL), 0); /* and nothing is left of who came before */
    TAP_INT(mtlsauth_decision(request)->n_headers, 0);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* A candidate is asked, and tells the application nothing. */
static void a_candidate_forwards_nothing(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.next", ALL TRUST STACK(VALIDITY PERMIT));
    request = open_request(&scene, &engine,
                           "forward = [ \"rfc9440\" ]; candidate = \"p.next\";\n" TRUST
                           STACK(VALIDITY PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    TAP_INT(mtlsauth_decision(request)->n_headers, 1);
    TAP_TRUE(has(request, "Client-Cert"));
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* ---- what is stripped ---------------------------------------------------------------------- */

static void check_spellings(const mtlsauth_decision_t *decision, const char *name, int strips)
{
    char text[64];
    size_t i, size = strlen(name);
    unsigned way;

    TAP_TRUE(size < sizeof(text) - 1);
    for (way = 0; way < 8; way++) { /* case as it is, lower, upper, mixed; each with _ for - */
        for (i = 0; i < size; i++) {
            bool up = way % 4 == 2 || (way % 4 == 3 && i % 2 == 0), as_is = way % 4 == 0;
            char c = name[i];
            if (!as_is && up && c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
            else if (!as_is && !up && c >= 'A' && c <= 'Z')
                c = (char)(c - 'A' + 'a');
            text[i] = way >= 4 && c == '-' ? '_' : c;
        }
        text[size] = '\0';
        tap_row("%s", text);
        TAP_INT(mtlsauth_decision_strips(decision, text, size), strips);
        text[size] = 'x';
        TAP_INT(mtlsauth_decision_strips(decision, text, size + 1), 0);
    }
}

static void every_name_is_stripped(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, round;

    scene_open(&scene);
    request = open_request(&scene, &engine, ALL "strip = [ \"X-Mine\" ];\n" TRUST
                           STACK(VALIDITY CN("required", "John Doe")));
    for (round = 0; round < 3; round++) { /* whatever the verdict */
        const issued_t *clients[] = { &scene.john, &scene.jane, NULL };
        const mtlsauth_decision_t *decision = mtlsauth_decision(request);
        TAP_INT(ask(request, clients[round]), round == 0);
        TAP_INT(decision->n_strip, COUNT(oracle) + 3); /* and two that are never set, and X-Mine */
        for (i = 0; i < COUNT(oracle); i++)
            check_spellings(decision, oracle[i].name, 1);
        check_spellings(decision, "cf-cert-sha256", 1);
        check_spellings(decision, "cf-cert-sha1", 1);
        check_spellings(decision, "X-Mine", 1);
        check_spellings(decision, "X-Forwarded-For", 0);
        check_spellings(decision, "Client", 0);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* Only those of the formats that are forwarded: another proxy's headers are none of ours. */
static void other_names_are_not(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    request = open_request(&scene, &engine,
                           "forward = [ \"xfcc\" ];\n" TRUST STACK(VALIDITY PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    check_spellings(mtlsauth_decision(request), "X-Forwarded-Client-Cert", 1);
    check_spellings(mtlsauth_decision(request), "Client-Cert", 0);
    check_spellings(mtlsauth_decision(request), "cf-cert-verified", 0);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "values as OpenSSL prints them", values_as_openssl_prints_them },
        { "hostile common names", hostile_common_names },
        { "hostile alternative names", hostile_alternative_names },
        { "long values are left out", long_values_are_left_out },
        { "who gets headers", who_gets_headers },
        { "revoked clients that are let in", revoked_clients_that_are_let_in },
        { "a candidate forwards nothing", a_candidate_forwards_nothing },
        { "every name is stripped", every_name_is_stripped },
        { "other names are not", other_names_are_not },
    };

    return tap_main("forward", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.c - what stands in the headers for the application behind the server.
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

int main(void)
{
    static const tap_test_t tests[] = {
        { "values as OpenSSL prints them", values_as_openssl_prints_them },
        { "hostile common names", hostile_common_names },
        { "hostile alternative names", hostile_alternative_names },
        { "long values are left out", long_values_are_left_out },
    };

    return tap_main("forward", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin validity: what RFC 5280 asks of the certificates of a path. */
#include <time.h>

#include "judge.h"

static fixture_t fixture;
static issued_t root;

static const char *ask(const issued_t *client, const issued_t *a, const issued_t *b)
{
    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    return judge_reason(&fixture, "p.conf", &(question_t) { .leaf = client, .chain = { a, b } });
}

static const cert_spec_t client_spec = { .cn = "client" };

/* ---- CAs ------------------------------------------------------------------------------------- */

static void refuses_cas_as_clients(void)
{
    issued_t ca, with_purpose;

    cert_issue(&ca, &(const cert_spec_t) { .cn = "CA", .ca = true }, &root);
    cert_issue(&with_purpose,
               &(const cert_spec_t) { .cn = "CA", .ca = true, .eku = GNUTLS_KP_TLS_WWW_CLIENT,
                                      .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE
                                          | GNUTLS_KEY_KEY_CERT_SIGN },
               &root);
    tap_row("a CA");
    TAP_STR(ask(&ca, NULL, NULL), "wrong_purpose");
    tap_row("a CA that may be a client as well");
    TAP_STR(ask(&with_purpose, NULL, NULL), "wrong_purpose");
    cert_free(&ca);
    cert_free(&with_purpose);
}

static const struct {
    const char *what;
    cert_spec_t issuer;
    const char *expected;
    bool denies; /* that it is a CA: basicConstraints with cA FALSE, as OpenSSL writes them */
} issuers[] = {
    { "a CA", { .cn = "I", .ca = true }, "success", false },
    /* (GnuTLS adds an extension only where there is one) */
    { "one that says that it is no CA", { .cn = "I", .eku = GNUTLS_KP_TLS_WWW_CLIENT },
      "constraint", true },
    { "one that says so, with keyCertSign",
      { .cn = "I", .key_usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_DIGITAL_SIGNATURE },
      "constraint", true },
    { "a client's certificate", { .cn = "I" }, "constraint", false },
    { "a client's certificate with keyCertSign",
      { .cn = "I", .key_usage = GNUTLS_KEY_KEY_CERT_SIGN },
      "constraint", false },
    { "version 1", { .cn = "I", .version = 1 }, "constraint", false },
    { "a CA without keyCertSign", { .cn = "I", .ca = true, .key_usage = GNUTLS_KEY_CRL_SIGN },
      "constraint", false },
    { "a CA for clients", { .cn = "I", .ca = true, .eku = GNUTLS_KP_TLS_WWW_CLIENT }, "success",
      false },
    { "a CA for servers", { .cn = "I", .ca = true, .eku = GNUTLS_KP_TLS_WWW_SERVER },
      "wrong_purpose", false },
    { "a CA for anything", { .cn = "I", .ca = true, .eku = GNUTLS_KP_ANY }, "success", false },
};

static void keeps_roles_of_cas(void)
{
    size_t i;

    for (i = 0; i < COUNT(issuers); i++) {
        issued_t ca, client;
        tap_row("%s", issuers[i].what);
        cert_issue(&ca, &issuers[i].issuer, &root);
        if (issuers[i].denies) {
            judge_must(gnutls_x509_crt_set_extension_by_oid(ca.crt, "2.5.29.19", "\x30", 2, 1) >= 0,
                       "no basic constraints"); /* a sequence of nothing: FALSE is the default */
            resign(&ca, &root);
        }
        cert_issue(&client, &client_spec, &ca);
        TAP_STR(ask(&client, &ca, NULL), issuers[i].expected);
        cert_free(&client);
        cert_free(&ca);
    }
}

/* path_len of certs.h is one more than the constraint; 0 is none. */
static const struct {
    const char *what;
    int first, second; /* of the two intermediates */
    const char *first_name, *second_name;
    const char *expected;
} lengths[] = {
    { "no limits", 0, 0, "A", "B", "success" },
    { "one CA below, one allowed", 2, 0, "A", "B", "success" },
    { "one CA below, none allowed", 1, 0, "A", "B", "constraint" },
    { "the lower one, none below", 0, 1, "A", "B", "success" },
    /* RFC 5280 6.1.4 (l): self-issued certificates do not count */
    { "self-issued below, one other allowed", 2, 0, "A", "A", "success" },
};

static void keeps_path_lengths(void)
{
    size_t i;

    for (i = 0; i < COUNT(lengths); i++) {
        issued_t a, b, client;
        tap_row("%s", lengths[i].what);
        cert_issue(&a, &(const cert_spec_t) { .cn = lengths[i].first_name, .ca = true,
                                              .path_len = lengths[i].first }, &root);
        cert_issue(&b, &(const cert_spec_t) { .cn = lengths[i].second_name, .ca = true,
                                              .path_len = lengths[i].second }, &a);
        cert_issue(&client, &client_spec, &b);
        TAP_STR(ask(&client, &b, &a), lengths[i].expected);
        cert_free(&client);
        cert_free(&b);
        cert_free(&a);
    }
}

/* ---- name constraints ------------------------------------------------------------------------ */

static const struct {
    const char *what;
    const char *permitted, *excluded;
    const char *dns;
    const char *expected;
} constraints[] = {
    { "inside", "example.com", NULL, "www.example.com", "success" },
    { "the very name", "example.com", NULL, "example.com", "success" },
    { "outside", "example.com", NULL, "www.example.org", "constraint" },
    { "a name that only ends so", "example.com", NULL, "badexample.com", "constraint" },
    { "in other case", "example.com", NULL, "WWW.EXAMPLE.COM", "success" },
    { "excluded", NULL, "example.com", "www.example.com", "constraint" },
    { "excluded, in other case", NULL, "example.com", "www.EXAMPLE.com", "constraint" },
    { "not excluded", NULL, "example.com", "www.example.org", "success" },
};

static void constrain(issued_t *ca, const char *permitted, const char *excluded)
{
    gnutls_x509_name_constraints_t names;
    const char *text = permitted != NULL ? permitted : excluded;
    gnutls_datum_t name = { (unsigned char *)(uintptr_t)text, (unsigned)strlen(text) };

    judge_must(gnutls_x509_name_constraints_init(&names) >= 0
                   && (permitted != NULL
                           ? gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME,
                                                                        &name)
                           : gnutls_x509_name_constraints_add_excluded(names, GNUTLS_SAN_DNSNAME,
                                                                       &name))
                       >= 0
                   && gnutls_x509_crt_set_name_constraints(ca->crt, names, 1) >= 0,
               "no name constraints");
    gnutls_x509_name_constraints_deinit(names);
    resign(ca, &root);
}

static void keeps_name_constraints(void)
{
    size_t i;

    for (i = 0; i < COUNT(constraints); i++) {
        issued_t ca, client;
        tap_row("%s", constraints[i].what);
        cert_issue(&ca, &(const cert_spec_t) { .cn = "Named", .ca = true }, &root);
        constrain(&ca, constraints[i].permitted, constraints[i].excluded);
        cert_issue(&client, &(const cert_spec_t) { .cn = "a client", .dns = constraints[i].dns },
                   &ca);
        TAP_STR(ask(&client, &ca, NULL), constraints[i].expected);
        cert_free(&client);
        cert_free(&ca);
    }
}

/*
 * RFC 5280 6.1.4 (l) does not count self-issued certificates, and 4.2.1.10 constrains names of a
 * type only where there are some: neither is a reason to refuse.
 */
static void refuses_no_more_than_the_rfc(void)
{
    issued_t a, b, client;

    tap_row("a self-issued CA below one that allows no CA below it");
    cert_issue(&a, &(const cert_spec_t) { .cn = "A", .ca = true, .path_len = 1 }, &root);
    cert_issue(&b, &(const cert_spec_t) { .cn = "A", .ca = true }, &a);
    cert_issue(&client, &client_spec, &b);
    TAP_STR(ask(&client, &b, &a), "success");
    cert_free(&client);
    cert_free(&b);
    cert_free(&a);

    tap_row("a client without a DNS name below a CA that constrains DNS names");
    cert_issue(&a, &(const cert_spec_t) { .cn = "Named", .ca = true }, &root);
    constrain(&a, "example.com", NULL);
    cert_issue(&client, &(const cert_spec_t) { .cn = "John Doe" }, &a);
    TAP_STR(ask(&client, &a, NULL), "success");
    cert_free(&client);

    /* The RFC would let it pass; but a policy may go by the common name. */
    tap_row("a common name that is a host of another domain");
    cert_issue(&client, &(const cert_spec_t) { .cn = "api.example.org" }, &a);
    TAP_STR(ask(&client, &a, NULL), "constraint");
    cert_free(&client);
    tap_row("a common name that is a host of the permitted domain");
    cert_issue(&client, &(const cert_spec_t) { .cn = "api.example.com" }, &a);
    TAP_STR(ask(&client, &a, NULL), "success");
    cert_free(&client);
    tap_row("a DNS name that is permitted does not make up for it");
    cert_issue(&client, &(const cert_spec_t) { .cn = "api.example.org", .dns = "a.example.com" },
               &a);
    TAP_STR(ask(&client, &a, NULL), "constraint");
    cert_free(&client);
    cert_free(&a);
}

/* ---- extensions ------------------------------------------------------------------------------ */

static const struct {
    const char *what;
    const char *oid;
    const char *value;
    size_t size;
    unsigned critical;
    const char *expected;
} extensions[] = {
    { "unknown", "1.3.6.1.4.1.99999.1", "\x05\x00", 2, 0, "success" },
    { "unknown and critical", "1.3.6.1.4.1.99999.1", "\x05\x00", 2, 1, "constraint" },
    /* GeneralNames with an empty dNSName, as much used CA tools write it */
    { "an empty dNSName", "2.5.29.17", "\x30\x02\x82\x00", 4, 0, "success" },
    { "an empty dNSName, critical", "2.5.29.17", "\x30\x02\x82\x00", 4, 1, "success" },
    { "an empty dNSName and a good one", "2.5.29.17", "\x30\x05\x82\x00\x82\x01\x61", 7, 0,
      "success" },
    { "alternative names that are cut", "2.5.29.17", "\x30\x05\x82\x00", 4, 0, "malformed" },
};

static void keeps_extensions(void)
{
    size_t i;

    for (i = 0; i < COUNT(extensions); i++) {
        issued_t client;
        tap_row("%s", extensions[i].what);
        /* with one extension already: GnuTLS adds none to a signed certificate that has none */
        cert_issue(&client,
                   &(const cert_spec_t) { .cn = "client",
                                          .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
                   &root);
        judge_must(gnutls_x509_crt_set_extension_by_oid(client.crt, extensions[i].oid,
                                                        extensions[i].value, extensions[i].size,
                                                        extensions[i].critical)
                       >= 0,
                   "no extension");
        resign(&client, &root);
        TAP_STR(ask(&client, NULL, NULL), extensions[i].expected);
        cert_free(&client);
    }
}

static void refuses_critical_of_cas(void)
{
    issued_t ca, client;

    cert_issue(&ca, &(const cert_spec_t) { .cn = "CA", .ca = true }, &root);
    judge_must(gnutls_x509_crt_set_extension_by_oid(ca.crt, "1.3.6.1.4.1.99999.1", "\x05\x00", 2, 1)
                   >= 0,
               "no extension");
    resign(&ca, &root);
    cert_issue(&client, &client_spec, &ca);
    TAP_STR(ask(&client, &ca, NULL), "constraint");
    cert_free(&client);
    cert_free(&ca);
}

/* What `openssl x509 -req` without -extfile makes. */
static void takes_version_1_clients(void)
{
    issued_t client;

    cert_issue(&client, &(const cert_spec_t) { .cn = "client", .version = 1 }, &root);
    TAP_STR(ask(&client, NULL, NULL), "success");
    cert_free(&client);
}

/* The same empty name, by another hand than ours. */
static void takes_an_empty_name_of_openssl(void)
{
    const char *command = openssl(&fixture);
    gnutls_datum_t der = { NULL, 0 };
    const char *path;

    if (command == NULL) {
        tap_skip("no openssl");
        return;
    }
    put_key(&fixture, "root.key", &root);
    fixture_write(&fixture, "empty.cnf",
                  "[req]\ndistinguished_name=dn\n[dn]\n[e]\nsubjectAltName=DER:30028200\n");
    TAP_INT(fixture_run(&fixture,
                        "%s genpkey -algorithm ED25519 -out e.key &&"
                        "%s req -config empty.cnf -new -key e.key -subj /CN=client -out e.csr &&"
                        "%s x509 -req -in e.csr -CA root.pem -CAkey root.key -set_serial 77 -days 9"
                        " -extfile empty.cnf -extensions e -outform DER -out e.der",
                        command, command, command),
            0);
    path = fixture_path(&fixture, "e.der");
    judge_must(gnutls_load_file(path, &der) >= 0, "openssl wrote no certificate");
    put_policy(&fixture, "p.conf", "anchors = [ \"root.pem\" ]; check_anchor_dates = false;", NULL,
               NULL);
    /* openssl dates it by the machine's clock. */
    TAP_STR(judge_reason(&fixture, "p.conf",
                         &(question_t) { .bytes = der, .time = (int64_t)time(NULL) + 1 }),
            "success");
    gnutls_free(der.data);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "a CA is no client", refuses_cas_as_clients },
        { "what issues a certificate is a CA for that", keeps_roles_of_cas },
        { "path lengths", keeps_path_lengths },
        { "name constraints on DNS names", keeps_name_constraints },
        { "path lengths and name constraints refuse no more than the RFC",
          refuses_no_more_than_the_rfc },
        { "extensions: unknown, critical, and an empty name", keeps_extensions },
        { "an unknown critical extension of a CA", refuses_critical_of_cas },
        { "a version 1 client without extensions passes", takes_version_1_clients },
        { "an empty dNSName that openssl wrote passes", takes_an_empty_name_of_openssl },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/validity-rules", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

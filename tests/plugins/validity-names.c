/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * validity-names.c - name constraints of every type (RFC 5280 4.2.1.10), several of them at once,
 * directly above the client and one CA further up. OpenSSL judges each row too.
 */
#include "judge.h"

#include <gnutls/x509.h>

static fixture_t fixture;
static issued_t root;

/* The tags of GeneralName; a directory name is written as RFC 4514 has it. */
#define EMAIL(text) NAME(0x81, text)
#define DNS(text) NAME(0x82, text)
#define URI(text) NAME(0x86, text)
#define IP(octets) NAME(0x87, octets)
#define DIR(text) NAME(0xa4, text)

enum { MOST = 3 };

typedef struct row {
    const char *what;
    name_t permitted[MOST], excluded[MOST];
    const char *dn;  /* of the client; NULL: CN=a client */
    const char *sub; /* of the CA between, which is held to them too; NULL: CN=Sub */
    name_t names[MOST];
    const char *reason;
    int differs; /* OpenSSL need not come to the same: see the row */
} row_t;

static const row_t directories[] = {
    { "inside", { DIR("O=Acme") }, { { 0 } }, "CN=a,O=Acme", "CN=Sub,O=Acme", { { 0 } },
      "success", 0 },
    { "another organization", { DIR("O=Acme") }, { { 0 } }, "CN=a,O=Evil", "CN=Sub,O=Acme",
      { { 0 } }, "constraint", 0 },
    { "in other case (7.1)", { DIR("O=Acme") }, { { 0 } }, "CN=a,O=ACME", "CN=Sub,O=acme",
      { { 0 } }, "success", 0 },
    { "the name in another attribute", { DIR("O=Acme") }, { { 0 } }, "CN=Acme", "CN=Sub,O=Acme",
      { { 0 } }, "constraint", 0 },
    { "further down, not at the beginning", { DIR("O=Acme") }, { { 0 } }, "O=Acme,CN=a",
      "CN=Sub,O=Acme", { { 0 } }, "constraint", 0 },
    { "two levels", { DIR("OU=Sales,O=Acme") }, { { 0 } }, "CN=a,OU=Sales,O=Acme",
      "CN=Sub,OU=Sales,O=Acme", { { 0 } }, "success", 0 },
    { "only the upper one of two", { DIR("OU=Sales,O=Acme") }, { { 0 } }, "CN=a,O=Acme",
      "CN=Sub,OU=Sales,O=Acme", { { 0 } }, "constraint", 0 },
    { "the second of those permitted", { DIR("O=Other"), DIR("O=Acme") }, { { 0 } }, "CN=a,O=Acme",
      "CN=Sub,O=Acme", { { 0 } }, "success", 0 },
    { "excluded", { { 0 } }, { DIR("O=Acme") }, "CN=a,O=Acme", NULL, { { 0 } }, "constraint", 0 },
    { "the second of those excluded", { { 0 } }, { DIR("O=Other"), DIR("O=Acme") }, "CN=a,O=Acme",
      NULL, { { 0 } }, "constraint", 0 },
    { "not excluded", { { 0 } }, { DIR("O=Acme") }, "CN=a,O=Other", NULL, { { 0 } }, "success", 0 },
    { "excluded below what is permitted", { DIR("O=Acme") }, { DIR("OU=Guests,O=Acme") },
      "CN=a,OU=Guests,O=Acme", "CN=Sub,O=Acme", { { 0 } }, "constraint", 0 },
    { "beside what is excluded below", { DIR("O=Acme") }, { DIR("OU=Guests,O=Acme") },
      "CN=a,OU=Sales,O=Acme", "CN=Sub,O=Acme", { { 0 } }, "success", 0 },
    { "an alternative directory name outside", { DIR("O=Acme") }, { { 0 } }, "CN=a,O=Acme",
      "CN=Sub,O=Acme", { DIR("O=Evil") }, "constraint", 0 },
    { "an alternative directory name that is excluded", { { 0 } }, { DIR("O=Evil") }, NULL, NULL,
      { DNS("a.example"), DIR("CN=x,O=Evil") }, "constraint", 0 },
};

static const row_t mailboxes[] = {
    { "at the host", { EMAIL("good.example") }, { { 0 } }, NULL, NULL, { EMAIL("a@good.example") },
      "success", 0 },
    { "at a host below it", { EMAIL("good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("a@b.good.example") }, "constraint", 0 },
    { "at any host below", { EMAIL(".good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("a@b.good.example") }, "success", 0 },
    { "at the domain whose hosts are permitted", { EMAIL(".good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("a@good.example") }, "constraint", 0 },
    { "one mailbox", { EMAIL("a@good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("a@good.example") }, "success", 0 },
    { "another mailbox there", { EMAIL("a@good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("b@good.example") }, "constraint", 0 },
    { "the second mailbox is outside", { EMAIL("good.example") }, { { 0 } }, NULL, NULL,
      { EMAIL("a@good.example"), EMAIL("a@evil.example") }, "constraint", 0 },
    { "excluded", { { 0 } }, { EMAIL("evil.example") }, NULL, NULL, { EMAIL("a@EVIL.example") },
      "constraint", 0 },
    { "in the subject, excluded", { { 0 } }, { EMAIL("evil.example") },
      "EMAIL=a@evil.example,CN=a", NULL, { { 0 } }, "constraint", 0 },
    { "in the subject, permitted", { EMAIL("good.example") }, { { 0 } },
      "EMAIL=a@good.example,CN=a", NULL, { { 0 } }, "success", 0 },
};

static const row_t uris[] = {
    { "at the host", { URI("good.example") }, { { 0 } }, NULL, NULL,
      { URI("https://good.example/x") }, "success", 0 },
    { "at another", { URI("good.example") }, { { 0 } }, NULL, NULL,
      { URI("https://evil.example/good.example") }, "constraint", 0 },
    { "with the host as a user", { URI("good.example") }, { { 0 } }, NULL, NULL,
      { URI("https://good.example@evil.example/") }, "constraint", 0 },
    { "without a host", { URI("good.example") }, { { 0 } }, NULL, NULL, { URI("urn:good.example") },
      "constraint", 0 },
    { "below what is excluded", { { 0 } }, { URI(".evil.example") }, NULL, NULL,
      { URI("spiffe://a.evil.example/x") }, "constraint", 0 },
};

static const row_t addresses[] = {
    { "the first of a network", { IP("\xc0\0\2\0\xff\xff\xff\0") }, { { 0 } }, NULL, NULL,
      { IP("\xc0\0\2\0") }, "success", 0 },
    { "the last of a network", { IP("\xc0\0\2\0\xff\xff\xff\0") }, { { 0 } }, NULL, NULL,
      { IP("\xc0\0\2\xff") }, "success", 0 },
    { "the one behind it", { IP("\xc0\0\2\0\xff\xff\xff\0") }, { { 0 } }, NULL, NULL,
      { IP("\xc0\0\3\0") }, "constraint", 0 },
    { "one that differs in the last bit", { IP("\xc0\0\2\1\xff\xff\xff\xff") }, { { 0 } }, NULL,
      NULL, { IP("\xc0\0\2\0") }, "constraint", 0 },
    { "of the other family", { IP("\xc0\0\2\0\xff\xff\xff\0") }, { { 0 } }, NULL, NULL,
      { IP("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1") }, "constraint", 0 },
    { "excluded in what is permitted", { IP("\xc0\0\2\0\xff\xff\xff\0") },
      { IP("\xc0\0\2\x80\xff\xff\xff\x80") }, NULL, NULL, { IP("\xc0\0\2\x80") }, "constraint", 0 },
    { "beside what is excluded there", { IP("\xc0\0\2\0\xff\xff\xff\0") },
      { IP("\xc0\0\2\x80\xff\xff\xff\x80") }, NULL, NULL, { IP("\xc0\0\2\x7f") }, "success", 0 },
};

static const row_t mixed[] = {
    { "a host excluded below what is permitted", { DNS("good.example") }, { DNS("a.good.example") },
      NULL, NULL, { DNS("b.a.good.example") }, "constraint", 0 },
    { "a host beside it", { DNS("good.example") }, { DNS("a.good.example") }, NULL, NULL,
      { DNS("b.good.example") }, "success", 0 },
    { "the last of three", { { 0 } }, { DNS("x.example"), DNS("y.example"), DNS("z.example") },
      NULL, NULL, { DNS("z.example") }, "constraint", 0 },
    { "a type that nothing is said of", { DNS("good.example") }, { DIR("O=Evil") }, NULL, NULL,
      { EMAIL("a@evil.example") }, "success", 0 },
    /* RFC 4632 knows no such mask; OpenSSL 3.0 goes by its bits */
    { "an address with a mask that has holes", { IP("\xc0\0\2\0\xff\0\xff\0") }, { { 0 } }, NULL,
      NULL, { IP("\xc0\0\2\1") }, "constraint", 1 },
    { "an address of a wrong size", { IP("\xc0\0\2\0") }, { { 0 } }, NULL, NULL,
      { IP("\xc0\0\2\0") }, "constraint", 0 },
};

/* ---- DER ------------------------------------------------------------------------------------- */

/* What is written into; a test's names are short. */
typedef struct der {
    unsigned char octets[1024];
    size_t size;
} der_t;

static void put(der_t *out, unsigned char tag, const void *body, size_t size)
{
    judge_must(size < 256 && out->size + size + 3 <= sizeof(out->octets), "too many names");
    out->octets[out->size++] = tag;
    if (size >= 128)
        out->octets[out->size++] = 0x81;
    out->octets[out->size++] = (unsigned char)size;
    if (size > 0)
        memcpy(out->octets + out->size, body, size);
    out->size += size;
}

static void put_name(der_t *out, const name_t *name)
{
    gnutls_x509_dn_t dn;
    gnutls_datum_t der = { NULL, 0 };

    if (name->tag != 0xa4) {
        put(out, name->tag, name->octets, name->size);
        return;
    }
    judge_must(gnutls_x509_dn_init(&dn) >= 0 && gnutls_x509_dn_set_str(dn, name->octets, NULL) >= 0
                   && gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, &der) >= 0,
               "no directory name");
    put(out, name->tag, der.data, der.size);
    gnutls_free(der.data);
    gnutls_x509_dn_deinit(dn);
}

static void put_subtrees(der_t *out, unsigned char tag, const name_t names[MOST])
{
    der_t list = { .size = 0 };
    size_t i;

    for (i = 0; i < MOST && names[i].octets != NULL; i++) {
        der_t base = { .size = 0 };
        put_name(&base, &names[i]);
        put(&list, 0x30, base.octets, base.size);
    }
    if (i > 0)
        put(out, tag, list.octets, list.size);
}

static void extend(issued_t *issued, const char *oid, const der_t *body, unsigned critical)
{
    der_t whole = { .size = 0 };

    put(&whole, 0x30, body->octets, body->size);
    judge_must(gnutls_x509_crt_set_extension_by_oid(issued->crt, oid, whole.octets, whole.size,
                                                    critical)
                   >= 0,
               "GnuTLS does not take an extension");
}

/* ---- judging --------------------------------------------------------------------------------- */

static void issue_client(issued_t *client, const row_t *row, const issued_t *issuer)
{
    der_t names = { .size = 0 };
    size_t i;

    /* GnuTLS adds an extension only where there is one. */
    cert_issue(client,
               &(const cert_spec_t) { .dn = row->dn != NULL ? row->dn : "CN=a client",
                                      .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
               issuer);
    for (i = 0; i < MOST && row->names[i].octets != NULL; i++)
        put_name(&names, &row->names[i]);
    if (i == 0)
        return;
    extend(client, "2.5.29.17", &names, 0);
    resign(client, issuer);
}

/* 1: OpenSSL lets it pass. */
static int openssl_accepts(const char *command)
{
    return fixture_run(&fixture,
                       "%s verify -attime %lld -CAfile root.pem -untrusted chain.pem client.pem",
                       command, (long long)CERTS_NOW)
        == 0;
}

static void judge_row(const row_t *row, const char *command)
{
    der_t subtrees = { .size = 0 };
    issued_t ca, sub, client;
    int between;

    cert_issue(&ca, &(const cert_spec_t) { .cn = "Constrained", .ca = true }, &root);
    put_subtrees(&subtrees, 0xa0, row->permitted);
    put_subtrees(&subtrees, 0xa1, row->excluded);
    extend(&ca, "2.5.29.30", &subtrees, 1);
    resign(&ca, &root);
    cert_issue(&sub,
               &(const cert_spec_t) { .dn = row->sub != NULL ? row->sub : "CN=Sub", .ca = true },
               &ca);
    for (between = 0; between < 2; between++) {
        const question_t question = { .leaf = &client, .chain = { &ca, between ? &sub : NULL } };
        issue_client(&client, row, between ? &sub : &ca);
        tap_row("%s%s", row->what, between ? ", one CA further up" : "");
        TAP_STR(judge_reason(&fixture, "p.conf", &question), row->reason);
        PUT_PEM(&fixture, "chain.pem", &ca, &sub);
        PUT_PEM(&fixture, "client.pem", &client);
        if (command != NULL && !row->differs)
            TAP_INT(openssl_accepts(command), strcmp(row->reason, "success") == 0);
        cert_free(&client);
    }
    cert_free(&sub);
    cert_free(&ca);
}

static void judge_rows(const row_t *rows, size_t count)
{
    const char *command = openssl(&fixture);
    size_t i;

    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    for (i = 0; i < count; i++)
        judge_row(&rows[i], command);
}

static void of_directories(void)
{
    judge_rows(directories, COUNT(directories));
}

static void of_mailboxes(void)
{
    judge_rows(mailboxes, COUNT(mailboxes));
}

static void of_uris(void)
{
    judge_rows(uris, COUNT(uris));
}

static void of_addresses(void)
{
    judge_rows(addresses, COUNT(addresses));
}

static void of_several_types(void)
{
    judge_rows(mixed, COUNT(mixed));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "directory names", of_directories },
        { "mailboxes", of_mailboxes },
        { "URIs", of_uris },
        { "addresses", of_addresses },
        { "several types, and what is malformed", of_several_types },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/validity-names", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

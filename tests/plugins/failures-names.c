/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failures with alternative names below a CA whose names are constrained: the first name only, the
 * wrong case, the wrong type, a name that ends at its NUL. Common names are in failures.c.
 */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

/* The tags of GeneralName (RFC 5280 4.2.1.6), and a name of each. */
#define EMAIL(text) NAME(0x81, text)
#define DNS(text) NAME(0x82, text)
#define URI(text) NAME(0x86, text)

/* DNS names that a CA permits or excludes, and who comes with what. */
typedef struct row {
    const char *what;
    const char *permitted, *excluded;
    name_t names[3];
    const char *reason;
} row_t;

static const row_t every_name[] = {
    { "all permitted", "good.example", NULL, { DNS("a.good.example"), DNS("good.example") },
      "success" },
    { "only the first", "good.example", NULL, { DNS("a.good.example"), DNS("evil.example") },
      "constraint" },
    { "only the last", "good.example", NULL, { DNS("evil.example"), DNS("a.good.example") },
      "constraint" },
    { "the third is not", "good.example", NULL,
      { DNS("a.good.example"), URI("https://x.test/"), DNS("evil.example") }, "constraint" },
    { "the last is excluded", NULL, "evil.example", { DNS("good.example"), DNS("a.evil.example") },
      "constraint" },
    { "the first is excluded", NULL, "evil.example", { DNS("evil.example"), DNS("good.example") },
      "constraint" },
};

static const row_t cases[] = {
    { "capitals in the name", "good.example", NULL, { DNS("A.GOOD.Example") }, "success" },
    { "capitals in the constraint", "GOOD.example", NULL, { DNS("a.good.example") }, "success" },
    { "an excluded name in capitals", NULL, "evil.example", { DNS("A.EVIL.EXAMPLE") },
      "constraint" },
    { "excluded in capitals", NULL, "EVIL.Example", { DNS("a.evil.example") }, "constraint" },
};

static const row_t types[] = {
    { "a URI is no DNS name that is permitted", "good.example", NULL,
      { DNS("evil.example"), URI("https://good.example/") }, "constraint" },
    { "an address is none", "good.example", NULL, { DNS("evil.example"), EMAIL("a@good.example") },
      "constraint" },
    /* other types are not what was constrained: RFC 5280 4.2.1.10 */
    { "a URI at an excluded name", NULL, "evil.example", { URI("https://evil.example/") },
      "success" },
    { "an address at an excluded name", NULL, "evil.example", { EMAIL("a@evil.example") },
      "success" },
};

/* Neither what stands before the NUL counts, nor what stands behind it: it is no DNS name. */
static const row_t nuls[] = {
    { "permitted before it", "good.example", NULL, { DNS("good.example\0.evil.example") },
      "constraint" },
    { "permitted behind it", "good.example", NULL, { DNS("evil.example\0.good.example") },
      "constraint" },
    { "excluded before it", NULL, "evil.example", { DNS("evil.example\0.good.example") },
      "constraint" },
    { "excluded behind it", NULL, "evil.example", { DNS("good.example\0.evil.example") },
      "constraint" },
};

static void constrain(issued_t *ca, const row_t *row)
{
    const char *text = row->permitted != NULL ? row->permitted : row->excluded;
    gnutls_datum_t name = { (unsigned char *)(uintptr_t)text, (unsigned)strlen(text) };
    gnutls_x509_name_constraints_t names = NULL;
    int ret = gnutls_x509_name_constraints_init(&names);

    if (ret >= 0)
        ret = row->permitted != NULL
            ? gnutls_x509_name_constraints_add_permitted(names, GNUTLS_SAN_DNSNAME, &name)
            : gnutls_x509_name_constraints_add_excluded(names, GNUTLS_SAN_DNSNAME, &name);
    judge_must(ret >= 0 && gnutls_x509_crt_set_name_constraints(ca->crt, names, 1) >= 0,
               "no name constraints");
    gnutls_x509_name_constraints_deinit(names);
    resign(ca, &root);
}

/* Written here, because GnuTLS takes no name with a NUL. */
static void add_alternative_names(issued_t *client, const name_t *names, size_t count)
{
    unsigned char der[128] = { 0x30, 0 };
    size_t i, size = 2;

    for (i = 0; i < count && names[i].octets != NULL; i++) {
        judge_must(size + names[i].size <= 120, "too many names for a test");
        der[size++] = names[i].tag;
        der[size++] = (unsigned char)names[i].size;
        memcpy(der + size, names[i].octets, names[i].size);
        size += names[i].size;
    }
    der[1] = (unsigned char)(size - 2);
    judge_must(gnutls_x509_crt_set_extension_by_oid(client->crt, "2.5.29.17", der, size, 0) >= 0,
               "GnuTLS does not take alternative names");
}

static void judge_rows(const row_t *rows, size_t count)
{
    size_t i;

    put_policy(&fixture, "p.conf", NULL, NULL, NULL);
    for (i = 0; i < count; i++) {
        issued_t ca, client;
        tap_row("%s", rows[i].what);
        cert_issue(&ca, &(const cert_spec_t) { .cn = "Constrained", .ca = true }, &root);
        constrain(&ca, &rows[i]);
        /* GnuTLS adds an extension only where there is one. */
        cert_issue(&client,
                   &(const cert_spec_t) { .cn = "a client",
                                          .key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE },
                   &ca);
        add_alternative_names(&client, rows[i].names, COUNT(rows[i].names));
        resign(&client, &ca);
        TAP_STR(judge_reason(&fixture, "p.conf",
                             &(question_t) { .leaf = &client, .chain = { &ca } }),
                rows[i].reason);
        cert_free(&client);
        cert_free(&ca);
    }
}

static void looks_at_every_name(void)
{
    judge_rows(every_name, COUNT(every_name));
}

static void ignores_case(void)
{
    judge_rows(cases, COUNT(cases));
}

static void keeps_types_apart(void)
{
    judge_rows(types, COUNT(types));
}

static void reads_past_nul(void)
{
    judge_rows(nuls, COUNT(nuls));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every alternative name is looked at, not the first alone", looks_at_every_name },
        { "DNS constraints do not depend on case", ignores_case },
        { "CVE-2022-21656, CVE-2021-44531: constraints of one type and names of another",
          keeps_types_apart },
        { "CVE-2009-2730: NUL in alternative names", reads_past_nul },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/failures-names", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

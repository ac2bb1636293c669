/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * alternative-names.c - how GeneralNames are framed. openssl makes certificates with the
 * extension's octets as they are told here.
 */
#include "cred/certificate.h"

#include "der_put.h"
#include "scratch.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define NAME "3010310e300c06035504030c05536d697468" /* CN=Smith */

static const struct {
    const char *hex; /* of SubjectAltName */
    const char *dns; /* the one host name; NULL: malformed; "": none */
} rows[] = {
    { "3003820161", "a" },
    { "3006820161810162", "a" },
    { "3002 8200", "" },                       /* an empty name is one; it matches nothing */
    { "3017 a412" NAME "820161", "a" },        /* directoryName */
    { "300e a009 06022a03 a003 0c0162 820161", "a" }, /* otherName */
    { "3006 88012a 820161", "a" },             /* registeredID */
    { "3009 a302 3000 a500 820161", "a" },     /* x400Address, ediPartyName */
    { "3000", NULL },                          /* at least one */
    { "3003 8202 61", NULL },                  /* runs over */
    { "3003 820161 00", NULL },                /* something behind the list */
    { "3003 020161", NULL },                   /* an INTEGER is no name */
    { "3003 890161", NULL },                   /* nor is [9] */
    { "3003 a20161", NULL },                   /* a host name that is constructed */
    { "3003 840161", NULL },                   /* a directoryName that is not */
    { "3002 a400", NULL },                     /* without a name */
    { "3017 a415" NAME "820161", NULL },       /* a host name inside it, where libtasn1 sees one */
    { "301a a415" NAME "820162 820161", NULL },
    { "300c a00a 06022a03 a001 0c 820162", NULL },
    { "300e a00c 06022a03 a003 0c0161 820162", NULL }, /* the same inside an otherName */
    { "3006 a004 06022a03", NULL },            /* an otherName without a value */
    { "3007 a005 a003 0c0162", NULL },         /* and without an OID */
};

/* The hex with colons, as openssl wants it. */
static const char *with_colons(scratch_t *scratch, const char *hex)
{
    ma_bytes_t bytes = der_hex(&scratch->arena, hex);
    char *text = ma_arena_alloc(&scratch->arena, 3 * bytes.size + 1);
    size_t i;

    if (text == NULL)
        return "";
    for (i = 0; i < bytes.size; i++)
        snprintf(text + 3 * i, 4, "%02x%s", bytes.data[i], i + 1 < bytes.size ? ":" : "");
    return text;
}

static void framing(void)
{
    scratch_t scratch;
    size_t i;

    TAP_TRUE(scratch_begin(&scratch));
    TAP_TRUE(scratch_run(&scratch, "openssl genpkey -algorithm ED25519 -out key"));
    for (i = 0; i < COUNT(rows); i++) {
        const char *why = NULL, *file = ma_arena_printf(&scratch.arena, "%zu", i);
        mtlsauth_cert_t *cert = NULL;
        tap_row("%s", rows[i].hex);
        TAP_TRUE(scratch_run(&scratch,
                             "openssl req -x509 -new -key key -subj /CN=x -outform DER -out %s"
                             " -addext 2.5.29.17=DER:%s",
                             file, with_colons(&scratch, rows[i].hex)));
        if (ma_cert_parse(scratch_read(&scratch, file), &scratch.arena, &cert, &why) != 0) {
            TAP_STR(why, "a malformed subjectAltName");
            TAP_TRUE(rows[i].dns == NULL);
        } else {
            ma_bytes_t dns = ma_cert_get(cert, MTLSAUTH_CERT_SAN_DNS);
            TAP_TRUE(rows[i].dns != NULL);
            if (rows[i].dns != NULL)
                TAP_TRUE(ma_bytes_equal(dns, (ma_bytes_t) { (const uint8_t *)rows[i].dns,
                                                           strlen(rows[i].dns) }));
        }
        ma_cert_free(cert);
    }
    scratch_end(&scratch);
}

int main(void)
{
    static const tap_test_t tests[] = { { "names are framed to their end", framing } };

    return tap_main("alternative-names", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inherited_key.c - chains whose DSA keys lack parameters. Keys are openssl's, and GnuTLS issues
 * certificates with them; then the parameters are cut out of a certificate, and its issuer's key
 * signs it again.
 */
#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs.h"
#include "cred/key.h"
#include "der_put.h"
#include "path/inherited_key.h"
#include "path/verify.h"
#include "scratch.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

enum { MAX_CAS = 4 };

/* What a CA of a chain has: DSA with or without its parameters, or with others; or RSA. */
typedef enum ca { NONE, WHOLE, BARE, OTHER, RSA } ca_t;

/* A key for every place of a chain: the first four are DSA of the same parameters. */
enum { N_KEYS = MAX_CAS + 2, KEY_OTHER = MAX_CAS, KEY_RSA };

static ma_arena_t arena;
static gnutls_x509_privkey_t keys[N_KEYS];

static void make_keys(void)
{
    scratch_t scratch;
    size_t i;

    if (!scratch_begin(&scratch)
        || !scratch_run(&scratch,
                        "for p in p q; do openssl genpkey -genparam -algorithm DSA"
                        " -pkeyopt dsa_paramgen_bits:1024 -pkeyopt dsa_paramgen_q_bits:160 -out $p;"
                        " done; for k in 0 1 2 3; do openssl genpkey -paramfile p -out k$k; done;"
                        " openssl genpkey -paramfile q -out k%d;"
                        " openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out k%d",
                        KEY_OTHER, KEY_RSA))
        exit(1);
    for (i = 0; i < N_KEYS; i++) {
        ma_bytes_t pem = scratch_read(&scratch, ma_arena_printf(&scratch.arena, "k%zu", i));
        gnutls_datum_t text = { (unsigned char *)(uintptr_t)pem.data, (unsigned)pem.size };
        if (gnutls_x509_privkey_init(&keys[i]) < 0
            || gnutls_x509_privkey_import(keys[i], &text, GNUTLS_X509_FMT_PEM) < 0) {
            printf("Bail out! no key %zu\n", i);
            exit(1);
        }
    }
    scratch_end(&scratch);
}

/* The element that is `part`, replaced in the contents of what is around it. */
static ma_bytes_t replaced(ma_bytes_t whole, ma_bytes_t part, ma_bytes_t with)
{
    size_t head = (size_t)(part.data - whole.data);

    return DER(&arena, 0, { whole.data, head }, with,
               { part.data + part.size, whole.size - head - part.size });
}

static mtlsauth_cert_t *parse(ma_bytes_t der)
{
    const void *copy = ma_arena_copy(&arena, der.data, der.size);
    mtlsauth_cert_t *cert = NULL;

    if (copy == NULL
        || ma_cert_parse((ma_bytes_t) { copy, der.size }, &arena, &cert, NULL) != 0) {
        printf("Bail out! a certificate does not parse\n");
        exit(1);
    }
    return cert;
}

/* The signature of the issuer's key, in a BIT STRING. */
static ma_bytes_t sign(const issued_t *issuer, ma_bytes_t tbs)
{
    gnutls_datum_t data = { (unsigned char *)(uintptr_t)tbs.data, (unsigned)tbs.size }, made;
    gnutls_privkey_t key = NULL;
    ma_bytes_t bits;

    if (gnutls_privkey_init(&key) < 0 || gnutls_privkey_import_x509(key, issuer->key, 0) < 0
        || gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &made) < 0)
        abort();
    bits = DER(&arena, MA_DER_BIT_STRING, { (const uint8_t *)"", 1 }, { made.data, made.size });
    gnutls_free(made.data);
    gnutls_privkey_deinit(key);
    return bits;
}

/* The same certificate without the parameters of its key. */
static ma_bytes_t make_bare(const issued_t *issued, const issued_t *issuer)
{
    const mtlsauth_cert_t *cert = parse((ma_bytes_t) { issued->der.data, issued->der.size });
    ma_der_t in = ma_der(cert->tbs);
    ma_element_t body = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_bytes_t spki, tbs;
    ma_element_t outer, algorithm;
    ma_key_t key;

    if (!ma_key_read(cert->spki, &key) || key.parameters.size == 0)
        abort();
    in = ma_der(cert->spki);
    outer = ma_der_want(&in, MA_DER_SEQUENCE);
    in = ma_der_into(&outer);
    algorithm = ma_der_want(&in, MA_DER_SEQUENCE);
    spki = DER(&arena, MA_DER_SEQUENCE,
               replaced(outer.value, algorithm.whole,
                        DER(&arena, MA_DER_SEQUENCE,
                            replaced(algorithm.value, key.parameters, (ma_bytes_t) { NULL, 0 }))));
    tbs = DER(&arena, MA_DER_SEQUENCE, replaced(body.value, cert->spki, spki));
    return DER(&arena, MA_DER_SEQUENCE, tbs, cert->algorithm, sign(issuer, tbs));
}

static gnutls_x509_privkey_t key_for(ca_t ca, size_t place)
{
    return keys[ca == RSA ? KEY_RSA : ca == OTHER ? KEY_OTHER : place];
}

static mtlsauth_result_t verify(const mtlsauth_cert_t **chain, size_t count, unsigned min_bits,
                                ma_memory_t *memory, ma_path_t *path)
{
    mtlsauth_cert_t *anchor = (mtlsauth_cert_t *)(uintptr_t)chain[0];
    ma_verify_how_t how = { .purpose = MTLSAUTH_PURPOSE_CLIENT, .max_depth = 8,
                            .strength = ma_strength_default() };
    ma_verify_answer_t answer;
    ma_trust_t trust;
    ma_buf_t why;
    char room[512];

    ma_trust_init(&trust, &arena);
    trust.anchors = (ma_cert_list_t) { &anchor, 1, 1 };
    trust.memory = memory;
    how.strength.min_bits = min_bits;
    ma_buf_fixed(&why, room, sizeof(room));
    ma_path_verify(&how,
                   &(ma_verify_query_t) { .leaf = chain[count - 1],
                                          .sources = { &trust, chain + 1, count - 2 },
                                          .now = CERTS_NOW,
                                          .arena = &arena },
                   &answer, &why);
    trust.memory = NULL;
    *path = answer.path;
    return answer.result;
}

/* Issues the chain: CAs, then a leaf. Returns how many certificates. */
static size_t issue(const ca_t *cas, issued_t *issued, const mtlsauth_cert_t **chain)
{
    size_t i;

    for (i = 0; i < MAX_CAS && cas[i] != NONE; i++) {
        const issued_t *issuer = i > 0 ? &issued[i - 1] : NULL;
        char cn[16];
        snprintf(cn, sizeof(cn), "CA %zu", i);
        cert_issue_for(&issued[i],
                       &(cert_spec_t) { .cn = cn, .ca = true, .digest = GNUTLS_DIG_SHA256 },
                       issuer, key_for(cas[i], i));
        chain[i] = parse(cas[i] == BARE
                             ? make_bare(&issued[i], issuer != NULL ? issuer : &issued[i])
                             : (ma_bytes_t) { issued[i].der.data, issued[i].der.size });
    }
    cert_issue_for(&issued[i], &(cert_spec_t) { .cn = "leaf", .digest = GNUTLS_DIG_SHA256 },
                   &issued[i - 1], keys[KEY_RSA]);
    chain[i] = parse((ma_bytes_t) { issued[i].der.data, issued[i].der.size });
    return i + 1;
}

/* All but the keys, which are everybody's. */
static void free_chain(issued_t *issued, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        gnutls_x509_crt_deinit(issued[i].crt);
        gnutls_free(issued[i].der.data);
        gnutls_free(issued[i].pem.data);
    }
}

static const struct {
    const char *name;
    ca_t cas[MAX_CAS];
    unsigned min_bits;
    mtlsauth_result_t result;
} rows[] = {
    { "no key inherits anything", { WHOLE, WHOLE }, 1024, MTLSAUTH_SUCCESS },
    { "from the anchor", { WHOLE, BARE }, 1024, MTLSAUTH_SUCCESS },
    { "and on to the next", { WHOLE, BARE, BARE }, 1024, MTLSAUTH_SUCCESS },
    { "from the nearest, not from the anchor", { OTHER, WHOLE, BARE }, 1024,
      MTLSAUTH_SUCCESS },
    { "the nearest has others", { WHOLE, OTHER, BARE }, 1024, MTLSAUTH_BAD_SIGNATURE },
    { "RSA between ends it (6.1.4 (e))", { WHOLE, RSA, BARE }, 1024, MTLSAUTH_BAD_SIGNATURE },
    { "there are none above", { RSA, BARE }, 1024, MTLSAUTH_BAD_SIGNATURE },
    { "an anchor without", { BARE }, 1024, MTLSAUTH_BAD_SIGNATURE },
    { "an anchor without, and a CA with", { BARE, WHOLE }, 1024, MTLSAUTH_BAD_SIGNATURE },
    { "an inherited prime is measured", { WHOLE, BARE }, 2048, MTLSAUTH_WEAK },
};

static void chains(void)
{
    size_t i, n;

    for (i = 0; i < COUNT(rows); i++) {
        const mtlsauth_cert_t *chain[MAX_CAS + 1];
        issued_t issued[MAX_CAS + 1];
        ma_memory_t *memory = NULL;
        ma_path_t path;
        int again;
        tap_row("%s", rows[i].name);
        n = issue(rows[i].cas, issued, chain);
        TAP_INT(ma_memory_new(64, &memory), 0);
        for (again = 0; again < 2; again++) /* and with the good signatures remembered */
            TAP_INT(verify(chain, n, rows[i].min_bits, memory, &path), rows[i].result);
        ma_memory_free(memory);
        free_chain(issued, n);
    }
}

/* A signature that holds with inherited parameters is not remembered for the key without them. */
static void remembers_the_whole_key(void)
{
    static const ca_t cas[MAX_CAS] = { WHOLE, BARE };
    const mtlsauth_cert_t *chain[MAX_CAS + 1];
    ma_strength_t strength = ma_strength_default();
    issued_t issued[MAX_CAS + 1];
    ma_memory_t *memory = NULL;
    ma_path_t path;
    size_t n = issue(cas, issued, chain);

    strength.min_bits = 1024;
    TAP_INT(ma_memory_new(64, &memory), 0);
    TAP_INT(verify(chain, 3, 1024, memory, &path), MTLSAUTH_SUCCESS);
    if (!TAP_INT(path.length, n))
        return;
    TAP_TRUE(ma_cert_same(path.certs[1], chain[1])); /* the same certificate, and another key */
    TAP_TRUE(!ma_bytes_equal(path.certs[1]->spki, chain[1]->spki));
    TAP_TRUE(ma_memory_recall(memory, &strength, path.certs[1], chain[2]));
    TAP_TRUE(!ma_memory_recall(memory, &strength, chain[1], chain[2]));
    ma_memory_free(memory);
    free_chain(issued, n);
}

/* The table of copies: one of each, and an end. */
static void has_an_end(void)
{
    static const ca_t cas[MAX_CAS] = { WHOLE, BARE };
    const mtlsauth_cert_t *chain[MAX_CAS + 1], *first;
    issued_t issued[MAX_CAS + 1];
    ma_inherited_t inherited = { .count = 0 };
    ma_path_t path = { .length = 3 };
    size_t i, n = issue(cas, issued, chain);

    for (i = 0; i < n; i++)
        path.certs[i] = chain[2 - i];
    TAP_INT(ma_path_inherit_keys(&inherited, &arena, &path), 0);
    first = path.certs[1];
    path.certs[1] = chain[1];
    TAP_INT(ma_path_inherit_keys(&inherited, &arena, &path), 0);
    TAP_TRUE(path.certs[1] == first);
    TAP_INT(inherited.count, 1);
    for (i = 0; i < 2 * MA_INHERITED_MAX; i++) {
        path.certs[1] = parse(chain[1]->der);
        TAP_INT(ma_path_inherit_keys(&inherited, &arena, &path), 0);
    }
    TAP_INT(inherited.count, MA_INHERITED_MAX);
    TAP_TRUE(path.certs[1]->spki.size < first->spki.size); /* left as it was */
    free_chain(issued, n);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "who inherits from whom", chains },
        { "what is remembered is about the whole key", remembers_the_whole_key },
        { "copies are made once, and have an end", has_an_end },
    };
    size_t i;
    int ret;

    ma_arena_init(&arena, 0);
    make_keys();
    ret = tap_main("inherited_key", tests, COUNT(tests));
    for (i = 0; i < N_KEYS; i++)
        gnutls_x509_privkey_deinit(keys[i]);
    ma_arena_free(&arena);
    return ret;
}

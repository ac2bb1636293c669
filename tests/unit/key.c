/* SPDX-License-Identifier: BSD-2-Clause */
/* key.c - kinds and sizes of public keys. The oracle is openssl, which makes the keys. */
#include "cred/key.h"

#include "der_put.h"
#include "scratch.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void kinds(void)
{
    static const struct {
        const char *options;
        ma_key_kind_t kind;
        unsigned bits;
        bool named;
    } rows[] = {
        { "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", MA_KEY_RSA, 1024, false },
        { "-algorithm RSA -pkeyopt rsa_keygen_bits:1031", MA_KEY_RSA, 1031, false }, /* odd sizes */
        { "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024", MA_KEY_RSA, 1024, false },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", MA_KEY_EC, 0, true },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-521", MA_KEY_EC, 0, true },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit",
          MA_KEY_EC, 0, false },
        { "-algorithm ED25519", MA_KEY_OTHER, 0, false },
        { "-algorithm ED448", MA_KEY_OTHER, 0, false },
        { "-algorithm X25519", MA_KEY_OTHER, 0, false },
    };
    scratch_t scratch;
    ma_key_t key;
    size_t i;

    TAP_TRUE(scratch_begin(&scratch));
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].options);
        TAP_TRUE(scratch_run(&scratch,
                             "openssl genpkey %s -out k && openssl pkey -in k -pubout"
                             " -outform DER -out k%zu",
                             rows[i].options, i));
        TAP_TRUE(ma_key_read(scratch_read(&scratch, ma_arena_printf(&scratch.arena, "k%zu", i)),
                             &key));
        TAP_INT(key.kind, rows[i].kind);
        TAP_INT(key.bits, rows[i].bits);
        TAP_INT(key.named_curve, rows[i].named);
    }
    scratch_end(&scratch);
}

#define RSA "06092a864886f70d010101"
#define DSA "06072a8648ce380401"

/* Written by hand: { AlgorithmIdentifier, contents of the BIT STRING }. */
static void by_hand(void)
{
    static const struct {
        const char *algorithm, *bits;
        bool good;
        unsigned size;
    } rows[] = {
        { RSA "0500", "00 3007 0202 00ff 0201 03", true, 8 },
        { RSA, "00 3006 0201 7f 0201 03", true, 7 }, /* parameters left out */
        { RSA "0500", "00 3006 0201 01 0201 03", true, 1 },
        { RSA "0500", "00 3006 0201 00 0201 03", false, 0 },  /* no modulus: a size of 0 is "any" */
        { RSA "0500", "00 3006 0201 80 0201 03", false, 0 },  /* a negative one */
        { RSA "0500", "00 3005 0200 0201 03", false, 0 },     /* an empty one */
        { RSA "0500", "04 3006 0201 70 0201 30", false, 0 },  /* bits that are not used */
        { RSA "0500", "00 3003 0201 7f", false, 0 },          /* no exponent */
        { RSA "0500", "00 3009 0201 7f 0201 03 0201 03", false, 0 }, /* one more */
        { RSA "0500", "00 3006 0201 7f 0201 03 00", false, 0 },      /* more behind it */
        { RSA "0500", "00", false, 0 },
        { RSA "0500", "", false, 0 },
        { DSA "300a 0202 00c1 0201 07 0201 02", "00 0201 02", true, 8 },
        { DSA "3009 0201 00 0201 07 0201 02", "00 0201 02", false, 0 },
        { DSA, "00 0201 02", true, 0 }, /* inherited */
        { DSA "3006 0201 17 0201 07", "00 0201 02", false, 0 },
    };
    ma_arena_t arena;
    ma_key_t key;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < COUNT(rows); i++) {
        ma_bytes_t algorithm = DER(&arena, MA_DER_SEQUENCE, der_hex(&arena, rows[i].algorithm));
        ma_bytes_t bits = DER(&arena, MA_DER_BIT_STRING, der_hex(&arena, rows[i].bits));
        bool good;
        tap_row("%s / %s", rows[i].algorithm, rows[i].bits);
        good = ma_key_read(DER(&arena, MA_DER_SEQUENCE, algorithm, bits), &key);
        TAP_INT(good, rows[i].good);
        if (good)
            TAP_INT(key.bits, rows[i].size);
    }
    ma_arena_free(&arena);
}

/* The key with its parameters left out, as RFC 3279 2.3.2 allows. */
static ma_bytes_t without_parameters(ma_arena_t *arena, ma_bytes_t spki)
{
    ma_der_t outer = ma_der(spki);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t algorithm = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_der_t inside = ma_der_into(&algorithm);
    ma_bytes_t oid = ma_der_want(&inside, MA_DER_OID).whole;

    return DER(arena, MA_DER_SEQUENCE, DER(arena, MA_DER_SEQUENCE, oid),
               ma_der_want(&in, MA_DER_BIT_STRING).whole);
}

static void completes(void)
{
    static const char *const options[] = { "1024 -pkeyopt dsa_paramgen_q_bits:160",
                                           "2048 -pkeyopt dsa_paramgen_q_bits:256" };
    ma_bytes_t spki, bare, whole;
    scratch_t scratch;
    ma_key_t key;
    size_t i;

    TAP_TRUE(scratch_begin(&scratch));
    for (i = 0; i < COUNT(options); i++) {
        tap_row("%s", options[i]);
        TAP_TRUE(scratch_run(&scratch,
                             "openssl genpkey -genparam -algorithm DSA"
                             " -pkeyopt dsa_paramgen_bits:%s -out p"
                             " && openssl genpkey -paramfile p -out k"
                             " && openssl pkey -in k -pubout -outform DER -out k%zu",
                             options[i], i));
        spki = scratch_read(&scratch, ma_arena_printf(&scratch.arena, "k%zu", i));
        bare = without_parameters(&scratch.arena, spki);
        TAP_TRUE(ma_key_read(spki, &key));
        TAP_INT(ma_key_complete(bare, key.parameters, &scratch.arena, &whole), 0);
        TAP_TRUE(ma_bytes_equal(whole, spki));
        /* parameters that are there give way, whatever they are */
        TAP_INT(ma_key_complete(spki, key.parameters, &scratch.arena, &whole), 0);
        TAP_TRUE(ma_bytes_equal(whole, spki));
    }
    scratch_end(&scratch);
}

/* Short keys by hand, and what is refused. */
static void completes_by_hand(void)
{
    static const uint8_t long_one[MA_KEY_MAX_COMPLETE + 1];
    const ma_bytes_t too_long = { long_one, sizeof(long_one) };
    ma_bytes_t bare, whole, parameters;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    parameters = der_hex(&arena, "3009 0201 17 0201 0b 0201 02");
    bare = der_hex(&arena, "3011 3009 " DSA " 0304 00 0201 03");
    TAP_INT(ma_key_complete(bare, parameters, &arena, &whole), 0);
    TAP_TRUE(ma_bytes_equal(
        whole, der_hex(&arena, "301c 3014 " DSA " 3009 0201 17 0201 0b 0201 02 0304 00 0201 03")));
    TAP_INT(ma_key_complete(bare, too_long, &arena, &whole), MTLSAUTH_E_LIMIT);
    TAP_INT(ma_key_complete(DER(&arena, MA_DER_SEQUENCE, der_hex(&arena, "3009 " DSA),
                                DER(&arena, MA_DER_BIT_STRING, too_long)),
                            parameters, &arena, &whole),
            MTLSAUTH_E_LIMIT);
    TAP_INT(ma_key_complete(der_hex(&arena, "3000"), parameters, &arena, &whole),
            MTLSAUTH_E_MALFORMED);
    ma_arena_free(&arena);
}

static void malformed(void)
{
    static const char *const rows[] = {
        "", "30", "3000", "3002 3000", "3005 3000 0301 00", "300a 3003 0601 2a 0301 00 0500",
        "3007 3003 0601 2a 0000", "3008 3003 0601 2a 0301 00 00",
        "3108 3003 0601 2a 0301 00",
    };
    ma_arena_t arena;
    ma_key_t key;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i]);
        TAP_TRUE(!ma_key_read(der_hex(&arena, rows[i]), &key));
    }
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "kinds and sizes, as openssl made them", kinds },
        { "RSA and DSA keys at the edges", by_hand },
        { "a DSA key with its parameters put back is what openssl made", completes },
        { "keys put together by hand, and too long ones", completes_by_hand },
        { "what is no SubjectPublicKeyInfo is malformed", malformed },
    };

    return tap_main("key", tests, COUNT(tests));
}

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
        { "what is no SubjectPublicKeyInfo is malformed", malformed },
    };

    return tap_main("key", tests, COUNT(tests));
}

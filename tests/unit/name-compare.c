/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name-compare.c - names compared. The oracle is `openssl x509 -subject_hash`: a digest of the name
 * after OpenSSL has folded it.
 */
#include "cred/name.h"
#include "names.h"

static const struct {
    const char *name;
    piece_t a[MAX_PIECES], b[MAX_PIECES];
    bool equal;
} compared[] = {
    { "no RDN", { { .tag = 0 } }, { { .tag = 0 } }, true },
    { "no RDN and one", { { .tag = 0 } }, VALUE(UTF8, "a"), false },
    { "the same", VALUE(UTF8, "John Doe"), VALUE(UTF8, "John Doe"), true },
    { "another case", VALUE(UTF8, "JOHN doe"), VALUE(UTF8, "john Doe"), true },
    { "another text", VALUE(UTF8, "John Doe"), VALUE(UTF8, "John Do"), false },
    { "not letters, though 32 apart", VALUE(UTF8, "a@[b"), VALUE(UTF8, "a`{b"), false },
    { "other string types", VALUE(PRINTABLE, "John Doe"), VALUE(UTF8, "john doe"), true },
    { "BMPString and UTF8String", VALUE(BMP, "\0Z\0\xfc\x20\xac"),
      VALUE(UTF8, "z\xc3\xbc\xe2\x82\xac"), true },
    { "UniversalString and T61String", VALUE(UNIVERSAL, "\0\0\0Z\0\0\0\xfc"), VALUE(T61, "z\xfc"),
      true },
    { "IA5String and UTF8String", VALUE(IA5, "abc"), VALUE(UTF8, "ABC"), true },
    { "NumericString is compared as it is", VALUE(NUMERIC, "12"), VALUE(PRINTABLE, "12"), false },
    { "the same NumericString", VALUE(NUMERIC, "12"), VALUE(NUMERIC, "12"), true },
    { "NumericString with another blank", VALUE(NUMERIC, "1 2"), VALUE(NUMERIC, "1  2"), false },
    { "case past ASCII", VALUE(UTF8, "\xc3\x84"), VALUE(UTF8, "\xc3\xa4"), false },
    { "composed and decomposed", VALUE(UTF8, "\xc3\xa4"), VALUE(UTF8, "a\xcc\x88"), false },
    { "runs of blanks", VALUE(UTF8, "a   b"), VALUE(UTF8, "a b"), true },
    { "other white space", VALUE(UTF8, "a\t\r\n b"), VALUE(UTF8, "a b"), true },
    { "blanks at the ends", VALUE(UTF8, "  a b "), VALUE(UTF8, "a b"), true },
    { "a blank or none", VALUE(UTF8, "a b"), VALUE(UTF8, "ab"), false },
    { "a blank more before the end", VALUE(UTF8, "a b "), VALUE(UTF8, "a b c"), false },
    { "blanks alone and nothing", VALUE(UTF8, "   "), VALUE(PRINTABLE, ""), true },
    { "no-break space is no white space", VALUE(UTF8, "a\xc2\xa0" "b"), VALUE(UTF8, "a b"), false },
    { "NUL does not end a value", VALUE(UTF8, "a\0b"), VALUE(UTF8, "a\0c"), false },
    { "addresses", { { EMAIL, IA5, BYTES("John@Example.com"), false } },
      { { EMAIL, IA5, BYTES("john@example.com"), false } }, true },
    { "another type", { { O, UTF8, BYTES("a"), false } }, { { OU, UTF8, BYTES("a"), false } },
      false },
    { "an RDN more",
      { { O, UTF8, BYTES("a"), false }, { OU, UTF8, BYTES("b"), false } },
      { { O, UTF8, BYTES("a"), false } }, false },
    { "the order of RDNs",
      { { O, UTF8, BYTES("a"), false }, { OU, UTF8, BYTES("b"), false } },
      { { OU, UTF8, BYTES("b"), false }, { O, UTF8, BYTES("a"), false } }, false },
    { "the order within an RDN",
      { { O, UTF8, BYTES("a"), false }, { OU, UTF8, BYTES("b"), true } },
      { { OU, PRINTABLE, BYTES("B"), false }, { O, UTF8, BYTES("A"), true } }, true },
    { "one RDN or two",
      { { O, UTF8, BYTES("a"), false }, { OU, UTF8, BYTES("b"), true } },
      { { O, UTF8, BYTES("a"), false }, { OU, UTF8, BYTES("b"), false } }, false },
    { "attributes twice, unlike ones",
      { { OU, UTF8, BYTES("a"), false },
        { OU, UTF8, BYTES("a"), true },
        { OU, UTF8, BYTES("b"), true } },
      { { OU, UTF8, BYTES("a"), false },
        { OU, UTF8, BYTES("b"), true },
        { OU, UTF8, BYTES("b"), true } },
      false },
    { "unknown types", { { UNKNOWN, UTF8, BYTES("a"), false } },
      { { UNKNOWN, PRINTABLE, BYTES("A"), false } }, true },
    { "BIT STRINGs", { { UNIQUE_ID, MA_DER_BIT_STRING, BYTES("\x00" "a"), false } },
      { { UNIQUE_ID, MA_DER_BIT_STRING, BYTES("\x00" "A"), false } }, false },
};

static void compares(void)
{
    ma_buf_t a, b;
    size_t i;

    ma_buf_init(&a, 0);
    ma_buf_init(&b, 0);
    for (i = 0; i < COUNT(compared); i++) {
        tap_row("%s", compared[i].name);
        ma_buf_clear(&a);
        ma_buf_clear(&b);
        put_name(&a, compared[i].a);
        put_name(&b, compared[i].b);
        TAP_TRUE(ma_name_equal(bytes_of(&a), bytes_of(&b)) == compared[i].equal);
        TAP_TRUE(ma_name_equal(bytes_of(&b), bytes_of(&a)) == compared[i].equal);
        TAP_TRUE(ma_name_equal(bytes_of(&a), bytes_of(&a)));
    }
    ma_buf_free(&b);
    ma_buf_free(&a);
}

static void compares_as_openssl(void)
{
    ma_buf_t a, b, hash_a, hash_b;
    size_t i;

    if (!have_openssl())
        return;
    ma_buf_init(&a, 0);
    ma_buf_init(&b, 0);
    ma_buf_init(&hash_a, 0);
    ma_buf_init(&hash_b, 0);
    for (i = 0; i < COUNT(compared); i++) {
        tap_row("%s", compared[i].name);
        ma_buf_clear(&a);
        ma_buf_clear(&b);
        ma_buf_clear(&hash_a);
        ma_buf_clear(&hash_b);
        put_name(&a, compared[i].a);
        put_name(&b, compared[i].b);
        TAP_TRUE(ask_about_name(bytes_of(&a), "-subject_hash", &hash_a));
        TAP_TRUE(ask_about_name(bytes_of(&b), "-subject_hash", &hash_b));
        TAP_TRUE((strcmp(ma_buf_string(&hash_a), ma_buf_string(&hash_b)) == 0)
                 == compared[i].equal);
    }
    ma_buf_free(&hash_b);
    ma_buf_free(&hash_a);
    ma_buf_free(&b);
    ma_buf_free(&a);
}

static void compares_what_openssl_refuses(void)
{
    static const piece_t bad[] = { { CN, UTF8, BYTES("a\xff"), false }, { .tag = 0 } };
    static const piece_t folded[] = { { CN, UTF8, BYTES("A\xff"), false }, { .tag = 0 } };
    ma_buf_t a, b;

    ma_buf_init(&a, 0);
    ma_buf_init(&b, 0);
    put_name(&a, bad);
    put_name(&b, folded);
    TAP_TRUE(ma_name_equal(bytes_of(&a), bytes_of(&a)));
    TAP_TRUE(!ma_name_equal(bytes_of(&a), bytes_of(&b))); /* byte for byte */
    ma_buf_free(&b);
    ma_buf_free(&a);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "compares by RFC 5280 7.1", compares },
        { "compares as OpenSSL does", compares_as_openssl },
        { "compares what OpenSSL refuses", compares_what_openssl_refuses },
    };

    return tap_main("name-compare", tests, COUNT(tests));
}

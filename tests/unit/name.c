/* SPDX-License-Identifier: BSD-2-Clause */
/* name.c - names that are malformed or too large, and the values of attributes. */
#include "cred/name.h"
#include "names.h"

/* Every function must refuse such a name, and append nothing. */
static void check_refused(ma_bytes_t name)
{
    ma_bytes_t *values = NULL;
    size_t count = 7;
    ma_arena_t arena;
    ma_buf_t text;

    ma_arena_init(&arena, 0);
    ma_buf_init(&text, 0);
    TAP_TRUE(!ma_name_valid(name));
    TAP_TRUE(!ma_name_empty(name));
    TAP_TRUE(!ma_name_rfc2253(name, &text));
    TAP_TRUE(!ma_name_legacy(name, &text));
    TAP_INT(text.size, 0);
    TAP_TRUE(!ma_name_equal(name, name));
    TAP_INT(ma_name_values(name, MA_OID_CN, &arena, &values, &count), MTLSAUTH_E_MALFORMED);
    TAP_TRUE(values == NULL && count == 7);
    ma_buf_free(&text);
    ma_arena_free(&arena);
}

static void refuses_malformed(void)
{
    static const struct {
        const char *name;
        ma_bytes_t der;
    } rows[] = {
        { "nothing", BYTES("") },
        { "a SET for the SEQUENCE", BYTES("\x31\x00") },
        { "a SEQUENCE for the SET",
          BYTES("\x30\x0c\x30\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x") },
        { "an RDN without attributes", BYTES("\x30\x02\x31\x00") },
        { "an attribute without a value", BYTES("\x30\x09\x31\x07\x30\x05\x06\x03\x55\x04\x03") },
        { "an attribute without a type", BYTES("\x30\x07\x31\x05\x30\x03\x0c\x01x") },
        { "two values", BYTES("\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x03\x0c\x01x\x0c\x01y") },
        { "something behind the name",
          BYTES("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x05\x00") },
        { "something behind the RDN",
          BYTES("\x30\x0e\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x05\x00") },
        { "a value that runs over",
          BYTES("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x02x") },
        { "an indefinite length",
          BYTES("\x30\x80\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x\x00\x00") },
        { "an empty OID", BYTES("\x30\x09\x31\x07\x30\x05\x06\x00\x0c\x01x") },
        { "an OID that is cut", BYTES("\x30\x0b\x31\x09\x30\x07\x06\x02\x55\x84\x0c\x01x") },
        { "an OID with a padded number",
          BYTES("\x30\x0d\x31\x0b\x30\x09\x06\x04\x55\x04\x80\x03\x0c\x01x") },
        { "an OID number of 20 octets",
          BYTES("\x30\x1e\x31\x1c\x30\x1a\x06\x15\x55\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
                "\x80\x80\x80\x80\x80\x80\x80\x80\x00\x0c\x01x") },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].name);
        check_refused(rows[i].der);
    }
}

static const piece_t sample[] = {
    { C, PRINTABLE, BYTES("CH"), false }, { O, UTF8, BYTES("a\xc3\xa4,"), false },
    { UNKNOWN, BMP, BYTES("\0a"), true }, { CN, UNIVERSAL, BYTES("\0\0\0x"), false },
    { .tag = 0 },
};

static void refuses_cut_names(void)
{
    ma_buf_t name;
    size_t cut;

    ma_buf_init(&name, 0);
    put_name(&name, sample);
    TAP_TRUE(ma_name_valid(bytes_of(&name)));
    for (cut = 0; cut < name.size; cut++) {
        tap_row("cut after %zu octets", cut);
        check_refused((ma_bytes_t) { (const uint8_t *)name.data, cut });
    }
    ma_buf_free(&name);
}

/* The sanitizers watch; a name that is still valid must print and equal itself. */
static void survives_changed_octets(void)
{
    ma_buf_t name, text;
    unsigned value;
    size_t i;

    ma_buf_init(&name, 0);
    ma_buf_init(&text, 0);
    put_name(&name, sample);
    for (i = 0; i < name.size; i++) {
        for (value = 0; value < 256; value++) {
            uint8_t *copy = malloc(name.size);
            ma_bytes_t changed = { copy, name.size };
            bool valid;

            if (!TAP_TRUE(copy != NULL))
                break;
            memcpy(copy, name.data, name.size);
            copy[i] = (uint8_t)value;
            valid = ma_name_valid(changed);
            tap_row("octet %zu as %02x", i, value);
            ma_buf_clear(&text);
            TAP_TRUE(ma_name_rfc2253(changed, &text) == valid);
            TAP_TRUE(ma_name_legacy(changed, &text) == valid);
            TAP_TRUE(ma_name_equal(changed, changed) == valid);
            TAP_TRUE((text.size > 0) == valid);
            free(copy);
        }
    }
    ma_buf_free(&text);
    ma_buf_free(&name);
}

static void holds_its_limits(void)
{
    static const piece_t one = { CN, UTF8, BYTES("x"), false };
    piece_t pieces[MA_NAME_MAX_RDNS + 2];
    ma_buf_t name;
    size_t i;

    ma_buf_init(&name, 0);
    memset(pieces, 0, sizeof(pieces));
    for (i = 0; i < MA_NAME_MAX_RDNS; i++)
        pieces[i] = one;
    put_name(&name, pieces);
    TAP_TRUE(ma_name_valid(bytes_of(&name)));
    pieces[i] = one;
    ma_buf_clear(&name);
    put_name(&name, pieces);
    check_refused(bytes_of(&name));

    memset(pieces, 0, sizeof(pieces));
    for (i = 0; i < MA_NAME_MAX_ATTRIBUTES; i++) {
        pieces[i] = one;
        pieces[i].joined = i > 0;
    }
    ma_buf_clear(&name);
    put_name(&name, pieces);
    TAP_TRUE(ma_name_valid(bytes_of(&name)));
    pieces[i] = pieces[i - 1];
    ma_buf_clear(&name);
    put_name(&name, pieces);
    check_refused(bytes_of(&name));
    ma_buf_free(&name);
}

static void finds_values(void)
{
    static const piece_t pieces[] = {
        { CN, BMP, BYTES("\0Z\0\xfc"), false }, { O, UTF8, BYTES("o"), false },
        { CN, T61, BYTES("\xe9"), true },       { CN, UTF8, BYTES("a\0b"), false },
        { CN, UTF8, BYTES("a\xff"), false },    { CN, MA_DER_OCTET_STRING, BYTES("raw"), false },
        { CN, UTF8, BYTES(""), false },         { .tag = 0 },
    };
    static const ma_bytes_t expected[] = {
        BYTES("Z\xc3\xbc"), BYTES("\xc3\xa9"), BYTES("a\0b"), BYTES("a\xff"), BYTES("raw"),
        BYTES(""),
    };
    static const ma_bytes_t email = EMAIL;
    ma_bytes_t *values = NULL;
    size_t i, count = 0;
    ma_arena_t arena;
    ma_buf_t name;

    ma_arena_init(&arena, 0);
    ma_buf_init(&name, 0);
    put_name(&name, pieces);
    TAP_INT(ma_name_values(bytes_of(&name), MA_OID_CN, &arena, &values, &count), 0);
    if (TAP_INT(count, COUNT(expected))) {
        for (i = 0; i < count; i++) {
            tap_row("value %zu", i);
            TAP_TRUE(ma_bytes_equal(values[i], expected[i]));
        }
    }
    TAP_INT(ma_name_values(bytes_of(&name), email, &arena, &values, &count), 0);
    TAP_INT(count, 0);
    ma_arena_free(&arena);

    ma_arena_init(&arena, 100); /* room for some, not for all */
    count = 7;
    TAP_INT(ma_name_values(bytes_of(&name), MA_OID_CN, &arena, &values, &count),
            MTLSAUTH_E_NO_MEMORY);
    TAP_INT(count, 7);
    ma_arena_free(&arena);
    ma_buf_free(&name);
}

static void knows_the_empty_name(void)
{
    static const ma_bytes_t empty = BYTES("\x30\x00");
    static const ma_bytes_t other = BYTES("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x");
    ma_buf_t text;

    ma_buf_init(&text, 0);
    TAP_TRUE(ma_name_valid(empty));
    TAP_TRUE(ma_name_empty(empty));
    TAP_TRUE(!ma_name_empty(other));
    TAP_TRUE(ma_name_rfc2253(empty, &text));
    TAP_TRUE(ma_name_legacy(empty, &text));
    TAP_STR(ma_buf_string(&text), "");
    ma_buf_free(&text);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "refuses malformed names", refuses_malformed },
        { "refuses names that are cut", refuses_cut_names },
        { "survives changed octets", survives_changed_octets },
        { "holds its limits", holds_its_limits },
        { "finds values as UTF-8", finds_values },
        { "knows the empty name", knows_the_empty_name },
    };

    return tap_main("name", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_set.c - constant sets, small and large, and what strings in hex mean. */
#include "expr/set.h"

#include <stdio.h>
#include <string.h>

#include "expr/address.h"
#include "expr/hex_value.h"
#include "tap.h"

static ma_bytes_t text_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

static ma_expr_t *node(ma_arena_t *arena, ma_expr_kind_t kind)
{
    ma_expr_t *made = ma_arena_alloc(arena, sizeof(*made));

    made->kind = kind;
    return made;
}

/* "1", "192.0.2.1", "'text" or two with ".." between, as a node. */
static ma_expr_t *item_of(ma_arena_t *arena, const char *text, size_t size)
{
    ma_expr_t *made = node(arena, MA_EXPR_INT);
    const char *dots = strstr(text, "..");
    uint8_t *octets = ma_arena_alloc(arena, 16);
    long long number;
    int prefix;

    if (text[0] == '\'') {
        made->kind = MA_EXPR_STRING;
        made->text = (ma_bytes_t) { (const uint8_t *)text + 1, size - 1 };
    } else if (dots != NULL && dots < text + size) {
        made->kind = MA_EXPR_RANGE;
        made->left = item_of(arena, text, (size_t)(dots - text));
        made->right = item_of(arena, dots + 2, size - (size_t)(dots + 2 - text));
    } else if (ma_address_read((ma_bytes_t) { (const uint8_t *)text, size }, octets,
                               &made->text.size, &prefix)) {
        made->kind = MA_EXPR_ADDRESS;
        made->text.data = octets;
        made->number = prefix;
    } else if (sscanf(text, "%lld", &number) == 1) {
        made->number = number;
    }
    return made;
}

/* Items with a blank between them. */
static ma_expr_t *set_of(ma_arena_t *arena, const char *text)
{
    ma_expr_t *set = node(arena, MA_EXPR_SET);

    set->items = ma_arena_array(arena, 32, sizeof(*set->items));
    while (*text != '\0') {
        size_t size = strcspn(text, " ");

        set->items[set->n_items++] = item_of(arena, text, size);
        text += size + (text[size] == ' ');
    }
    return set;
}

static void has_what_was_put_in(void)
{
    static const struct {
        const char *set, *value;
        ma_hex_t hex;
        bool in;
    } rows[] = {
        { "'a 'bc 'def", "'bc", MA_HEX_NOT, true },
        { "'a 'bc 'def", "'b", MA_HEX_NOT, false }, /* a beginning is not it */
        { "'a 'bc 'def", "'", MA_HEX_NOT, false },
        { "' 'a", "'", MA_HEX_NOT, true }, /* the empty string */
        { "'a", "'A", MA_HEX_NOT, false }, /* case */
        { "'1 '2 '3 '4 '5 '6 '7 '8 '9 '10 '11", "'10", MA_HEX_NOT, true }, /* hashed */
        { "'1 '2 '3 '4 '5 '6 '7 '8 '9 '10 '11", "'12", MA_HEX_NOT, false },
        { "'1 '2 '3 '4 '5 '6 '7 '8 '9 '10 '", "'", MA_HEX_NOT, true },
        { "'1 '2 '3 '4 '5 '6 '7 '8 '9 '10 '11", "'a string longer than all", MA_HEX_NOT, false },
        { "'1 '1 '1 '1 '1 '1 '1 '1 '1 '1 '1", "'1", MA_HEX_NOT, true }, /* twice is once */
        { "1 5 9", "5", MA_HEX_NOT, true },
        { "1 5 9", "4", MA_HEX_NOT, false },
        { "20..30 1..9", "1", MA_HEX_NOT, true }, /* both ends, in any order */
        { "20..30 1..9", "30", MA_HEX_NOT, true },
        { "20..30 1..9", "10", MA_HEX_NOT, false },
        { "20..30 1..9", "0", MA_HEX_NOT, false },
        { "1..5 3..9 4", "8", MA_HEX_NOT, true }, /* over one another */
        { "1..100 2..3 50", "99", MA_HEX_NOT, true }, /* one within another */
        { "1..5 6..9", "6", MA_HEX_NOT, true },   /* side by side */
        { "-5..5", "-5", MA_HEX_NOT, true },      /* below 0 */
        { "-5..5", "-6", MA_HEX_NOT, false },
        { "-9223372036854775808 9223372036854775807", "9223372036854775807", MA_HEX_NOT, true },
        { "-9223372036854775808 9223372036854775807", "0", MA_HEX_NOT, false }, /* ends do not meet */
        { "192.0.2.0/24 2001:db8::/32", "192.0.2.255", MA_HEX_NOT, true },
        { "192.0.2.0/24 2001:db8::/32", "192.0.3.0", MA_HEX_NOT, false },
        { "192.0.2.0/24 2001:db8::/32", "2001:db8:ffff::1", MA_HEX_NOT, true },
        { "192.0.2.0/24 2001:db8::/32", "2001:db9::", MA_HEX_NOT, false },
        { "0.0.0.0/0", "::1", MA_HEX_NOT, false }, /* all of a family */
        { "::/0", "10.0.0.1", MA_HEX_NOT, false },
        { "0.0.0.0/0 ::/0", "ffff::1", MA_HEX_NOT, true },
        { "10.0.0.5..10.0.1.3", "10.0.1.3", MA_HEX_NOT, true },
        { "10.0.0.5..10.0.1.3", "10.0.1.4", MA_HEX_NOT, false },
        { "10.0.0.0/25 10.0.0.128/25 10.0.0.7", "10.0.0.200", MA_HEX_NOT, true }, /* side by side */
        { "'0A:bc 'ff", "'0abc", MA_HEX_OCTETS, true },  /* case and colons */
        { "'0A:bc 'ff", "'000abc", MA_HEX_OCTETS, false }, /* octets are counted */
        { "'0A:bc 'ff", "'000ABC", MA_HEX_NUMBER, true },  /* of numbers they are not */
        { "'00 'ff", "'0", MA_HEX_NUMBER, true },
        { "'00 'ff", "'", MA_HEX_NUMBER, false }, /* 0 is something */
        { "' 'ff", "'", MA_HEX_NUMBER, true },
        { "'ab", "'no hex", MA_HEX_OCTETS, false },
    };
    ma_arena_t arena;
    size_t i, at;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const ma_expr_t *asked = item_of(&arena, rows[i].value, strlen(rows[i].value));
        ma_value_t value = { .number = asked->number, .bytes = asked->text };
        ma_set_t *set = NULL;
        size_t total;

        tap_row("%s in %s", rows[i].value, rows[i].set);
        if (!TAP_INT(ma_set_new(set_of(&arena, rows[i].set), rows[i].hex, &arena, &set, &at), 0))
            continue;
        total = arena.total;
        TAP_INT(ma_set_has(set, &value), rows[i].in);
        TAP_INT(arena.total, total);
    }
    ma_arena_free(&arena);
}

static void refuses(void)
{
    static const struct {
        const char *set;
        ma_hex_t hex;
        size_t at;
    } rows[] = {
        { "", MA_HEX_NOT, 0 },                    /* nothing */
        { "1 'a", MA_HEX_NOT, 1 },                /* two kinds */
        { "'a 1", MA_HEX_NOT, 1 },
        { "1 192.0.2.1", MA_HEX_NOT, 1 },
        { "1 9..1", MA_HEX_NOT, 1 },              /* backwards */
        { "192.0.2.9..192.0.2.1", MA_HEX_NOT, 0 },
        { "192.0.2.1..::1", MA_HEX_NOT, 0 },      /* of two families */
        { "192.0.2.0/24..192.0.3.0", MA_HEX_NOT, 0 }, /* from a network */
    };
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_set_t *set = NULL;
        size_t at = 99;

        tap_row("%s", rows[i].set);
        TAP_INT(ma_set_new(set_of(&arena, rows[i].set), rows[i].hex, &arena, &set, &at),
                MTLSAUTH_E_ARGUMENT);
        TAP_INT(at, rows[i].at);
    }
    ma_arena_free(&arena);
}

static void holds_many(void)
{
    enum { MANY = 20000 };
    ma_arena_t arena;
    ma_expr_t *set;
    ma_set_t *made = NULL;
    unsigned i, wrong = 0;
    size_t at;

    ma_arena_init(&arena, 0);
    set = node(&arena, MA_EXPR_SET);
    set->items = ma_arena_array(&arena, MANY, sizeof(*set->items));
    for (i = 0; i < MANY; i++) {
        set->items[i] = node(&arena, MA_EXPR_STRING);
        set->items[i]->text = text_of(ma_arena_printf(&arena, "device-%u", 2 * i));
    }
    set->n_items = MANY;
    if (TAP_INT(ma_set_new(set, MA_HEX_NOT, &arena, &made, &at), 0)) {
        for (i = 0; i < 2 * MANY; i++) {
            char name[32];
            ma_value_t value = { 0 };

            snprintf(name, sizeof(name), "device-%u", i);
            value.bytes = text_of(name);
            wrong += ma_set_has(made, &value) != (i % 2 == 0);
        }
        TAP_INT(wrong, 0);
    }
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "has what was put in, and nothing else", has_what_was_put_in },
        { "refuses what is no set", refuses },
        { "holds many", holds_many },
    };

    return tap_main("expr_set", tests, sizeof(tests) / sizeof(tests[0]));
}

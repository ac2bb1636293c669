/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * set.c - see set.h. A range of addresses is one of octets; integers are brought into octets that
 * sort alike, so that all ranges are sorted, merged and searched in one way.
 */
#include "expr/set.h"

#include <stdlib.h>
#include <string.h>

#include "expr/address.h"
#include "expr/hex_value.h"
#include "expr/string_table.h"

/* Both ends are in it. `size` octets of each count: 8 of an integer, 4 or 16 of an address. */
typedef struct range {
    size_t size;
    uint8_t first[16];
    uint8_t last[16];
} range_t;

struct ma_set {
    ma_hex_t hex;
    ma_string_table_t *strings; /* or NULL, and */
    range_t *ranges;            /* ascending, apart from each other */
    size_t count;
    bool numbers;
};

static int compare(const void *left, const void *right)
{
    const range_t *a = left, *b = right;

    if (a->size != b->size)
        return a->size < b->size ? -1 : 1;
    return memcmp(a->first, b->first, sizeof(a->first));
}

/* Big endian with the sign turned round: negative numbers sort first. */
static void put_number(int64_t number, uint8_t out[8])
{
    uint64_t bits = (uint64_t)number ^ (uint64_t)1 << 63;
    int i;

    for (i = 7; i >= 0; i--) {
        out[i] = (uint8_t)(bits & 0xff);
        bits >>= 8;
    }
}

static bool range_of_numbers(const ma_expr_t *first, const ma_expr_t *last, range_t *range)
{
    range->size = 8;
    put_number(first->number, range->first);
    put_number(last->number, range->last);
    return first->number <= last->number;
}

static bool range_of_addresses(const ma_expr_t *first, const ma_expr_t *last, range_t *range)
{
    size_t size = first->text.size;
    int64_t prefix = first->number;

    if ((size != 4 && size != 16) || last->text.size != size || prefix > (int64_t)(8 * size))
        return false;
    range->size = size;
    memcpy(range->first, first->text.data, size);
    memcpy(range->last, last->text.data, size);
    if (first != last)
        return prefix < 0 && last->number < 0 && memcmp(range->first, range->last, size) <= 0;
    if (prefix >= 0) {
        ma_address_first(range->first, size, (unsigned)prefix);
        ma_address_last(range->last, size, (unsigned)prefix);
    }
    return true;
}

static bool range_of(const ma_expr_t *item, ma_expr_kind_t kind, range_t *range)
{
    const ma_expr_t *first = item, *last = item;

    if (item->kind == MA_EXPR_RANGE) {
        first = item->left;
        last = item->right;
    }
    if (first->kind != kind || last->kind != kind)
        return false;
    return kind == MA_EXPR_INT ? range_of_numbers(first, last, range)
                               : range_of_addresses(first, last, range);
}

/* Does b begin before a ends, or just behind it? b sorts behind a. */
static bool touch(const range_t *a, const range_t *b)
{
    uint8_t next[16];
    size_t i;

    if (a->size != b->size)
        return false;
    if (memcmp(b->first, a->last, a->size) <= 0)
        return true;
    memcpy(next, a->last, sizeof(next));
    for (i = a->size; i > 0 && ++next[i - 1] == 0; i--) {
        /* carried into the octet before it */
    }
    return memcmp(next, b->first, a->size) == 0;
}

static size_t merge(range_t *ranges, size_t count)
{
    size_t i, n = 0;

    for (i = 1; i < count; i++) {
        if (!touch(&ranges[n], &ranges[i]))
            ranges[++n] = ranges[i];
        else if (memcmp(ranges[n].last, ranges[i].last, ranges[n].size) < 0)
            memcpy(ranges[n].last, ranges[i].last, sizeof(ranges[n].last));
    }
    return n + 1;
}

static int make_ranges(const ma_expr_t *set, ma_expr_kind_t kind, ma_arena_t *arena, ma_set_t *made,
                       size_t *at)
{
    size_t i;

    made->ranges = ma_arena_array(arena, set->n_items, sizeof(range_t));
    if (made->ranges == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < set->n_items; i++) {
        *at = i;
        if (!range_of(set->items[i], kind, &made->ranges[i]))
            return MTLSAUTH_E_ARGUMENT;
    }
    qsort(made->ranges, set->n_items, sizeof(range_t), compare);
    made->count = merge(made->ranges, set->n_items);
    made->numbers = kind == MA_EXPR_INT;
    return 0;
}

/* What an item of a hex set means, in the arena. One that is no hex equals nothing: it is left
 * out. */
static int value_of(ma_bytes_t text, ma_hex_t hex, ma_arena_t *arena, ma_bytes_t *out,
                    size_t *count)
{
    ma_hex_value_t value;
    char *copy;

    if (!ma_hex_value_read(text, hex, &value))
        return 0;
    copy = ma_arena_copy(arena, value.octets, value.size);
    if (copy == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    out[(*count)++] = (ma_bytes_t){(const uint8_t *)copy, value.size};
    return 0;
}

static int make_strings(const ma_expr_t *set, ma_arena_t *arena, ma_set_t *made, size_t *at)
{
    ma_arena_t scratch;
    ma_bytes_t *strings;
    size_t i, count = 0;
    int rc = 0;

    ma_arena_init(&scratch, 0);
    strings = ma_arena_array(&scratch, set->n_items, sizeof(*strings));
    if (strings == NULL)
        rc = MTLSAUTH_E_NO_MEMORY;
    for (i = 0; rc == 0 && i < set->n_items; i++) {
        *at = i;
        if (set->items[i]->kind != MA_EXPR_STRING)
            rc = MTLSAUTH_E_ARGUMENT;
        else if (made->hex != MA_HEX_NOT)
            rc = value_of(set->items[i]->text, made->hex, &scratch, strings, &count);
        else
            strings[count++] = set->items[i]->text;
    }
    if (rc == 0)
        rc = ma_string_table_new(strings, count, arena, &made->strings);
    ma_arena_free(&scratch);
    return rc;
}

int ma_set_new(const ma_expr_t *set, ma_hex_t hex, ma_arena_t *arena, ma_set_t **out, size_t *at)
{
    ma_expr_kind_t kind;
    ma_set_t *made;
    int rc;

    *at = 0;
    if (set->n_items == 0)
        return MTLSAUTH_E_ARGUMENT;
    made = ma_arena_alloc(arena, sizeof(*made));
    if (made == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    made->hex = hex;
    kind = set->items[0]->kind;
    if (kind == MA_EXPR_RANGE)
        kind = set->items[0]->left->kind;
    if (kind == MA_EXPR_INT || kind == MA_EXPR_ADDRESS)
        rc = make_ranges(set, kind, arena, made, at);
    else
        rc = make_strings(set, arena, made, at);
    if (rc == 0)
        *out = made;
    return rc;
}

/* The last range that begins at or before `key` is the only one that can have it. */
static bool in_ranges(const ma_set_t *set, const range_t *key)
{
    size_t low = 0, high = set->count, middle;
    const range_t *range;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (compare(&set->ranges[middle], key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return false;
    range = &set->ranges[low - 1];
    return range->size == key->size && memcmp(key->first, range->last, key->size) <= 0;
}

/* Kept out of ma_set_has(), so that plain strings do not pay for the room that these take. */
#define APART __attribute__((noinline))

APART static bool has_hex(const ma_set_t *set, ma_bytes_t text)
{
    ma_hex_value_t hex;

    return ma_hex_value_read(text, set->hex, &hex) &&
           ma_string_table_has(set->strings, ma_hex_value_bytes(&hex));
}

APART static bool has_number(const ma_set_t *set, int64_t number)
{
    range_t key = {.size = 8};

    put_number(number, key.first);
    return in_ranges(set, &key);
}

APART static bool has_address(const ma_set_t *set, ma_bytes_t address)
{
    const ma_bytes_t plain = ma_address_plain(address);
    range_t key = {.size = plain.size};

    if (plain.size != 4 && plain.size != 16)
        return false;
    memcpy(key.first, plain.data, plain.size);
    return in_ranges(set, &key);
}

bool ma_set_has(const ma_set_t *set, const ma_value_t *value)
{
    if (set->strings == NULL)
        return set->numbers ? has_number(set, value->number) : has_address(set, value->bytes);
    return set->hex == MA_HEX_NOT ? ma_string_table_has(set->strings, value->bytes)
                                  : has_hex(set, value->bytes);
}

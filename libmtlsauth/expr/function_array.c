/* SPDX-License-Identifier: BSD-2-Clause */
/* function_array.c - strings made of arrays, and arrays of strings. */
#include "expr/function_made.h"

#include <string.h>

/* Of split(). A separator is looked for octet by octet, so that its length is bounded. */
#define MOST_PARTS 128
#define LONGEST_SEPARATOR 64u

bool ma_run_join(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    const ma_bytes_t *items = arguments[0].items;
    ma_bytes_t between = arguments[1].bytes;
    size_t i, n = arguments[0].count, total = 0;
    uint8_t *made;

    (void)count;
    out->bytes = (ma_bytes_t){(const uint8_t *)"", 0};
    if (n == 1)
        out->bytes = items[0];
    if (n <= 1)
        return ma_call_pay(call, 0);
    for (i = 0; i < n; i++) {
        if (items[i].size > MA_EXPR_MAX_STRING - total ||
            (i > 0 && between.size > MA_EXPR_MAX_STRING - total - items[i].size) ||
            !ma_call_pay(call, 0))
            return false;
        total += items[i].size + (i > 0 ? between.size : 0);
    }
    made = ma_call_room(call, total);
    if (made == NULL)
        return false;
    out->bytes = (ma_bytes_t){made, total};
    for (i = 0; i < n; i++) {
        if (i > 0 && between.size > 0)
            memcpy(made, between.data, between.size);
        made += i > 0 ? between.size : 0;
        if (items[i].size > 0)
            memcpy(made, items[i].data, items[i].size);
        made += items[i].size;
    }
    return true;
}

int ma_prepare_split(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                     const char **why)
{
    (void)arena;
    *made = NULL;
    if (call->items[1]->text.size == 0 || call->items[1]->text.size > LONGEST_SEPARATOR) {
        *at = 1;
        *why = "the separator of split() has 1 to 64 octets";
        return MTLSAUTH_E_POLICY;
    }
    if (call->items[2]->number < 1 || call->items[2]->number > MOST_PARTS) {
        *at = 2;
        *why = "the limit of split() is between 1 and 128";
        return MTLSAUTH_E_POLICY;
    }
    return 0;
}

/* Where the separator is next; the end if it is not. */
static size_t find(ma_bytes_t text, size_t start, ma_bytes_t separator)
{
    size_t i;

    for (i = start; separator.size <= text.size - i; i++) {
        if (memcmp(text.data + i, separator.data, separator.size) == 0)
            return i;
    }
    return text.size;
}

bool ma_run_split(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes, separator = arguments[1].bytes;
    size_t most = (size_t)arguments[2].number, n = 0, start = 0, end;
    ma_bytes_t *parts;

    (void)count;
    if (!ma_call_pay(call, text.size) || separator.size == 0 || most < 1 || most > MOST_PARTS)
        return false;
    parts = ma_arena_array(call->arena, most, sizeof(*parts));
    if (parts == NULL)
        return false;
    for (;;) {
        end = n + 1 < most ? find(text, start, separator) : text.size;
        parts[n++] = end > start ? (ma_bytes_t){text.data + start, end - start}
                                 : (ma_bytes_t){(const uint8_t *)"", 0};
        if (end == text.size)
            break;
        start = end + separator.size;
    }
    out->items = parts;
    out->count = n;
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* function_string.c - functions that cut, join and change strings. Case is that of ASCII. */
#include "expr/function_made.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "expr/address.h"

/* The longest integer, its sign and a NUL. */
#define NUMBER_TEXT 21u

/* Octets from `first` to `last` get the other case. */
static bool change_case(ma_call_t *call, ma_bytes_t text, uint8_t first, uint8_t last,
                        ma_value_t *out)
{
    size_t i, unchanged = 0;
    uint8_t *made;

    if (!ma_call_pay(call, text.size))
        return false;
    out->bytes = text;
    while (unchanged < text.size && (text.data[unchanged] < first || text.data[unchanged] > last))
        unchanged++;
    if (unchanged == text.size)
        return true;
    made = ma_call_room(call, text.size);
    if (made == NULL)
        return false;
    for (i = 0; i < text.size; i++) {
        uint8_t octet = text.data[i];

        made[i] = octet >= first && octet <= last ? octet ^ 0x20 : octet;
    }
    out->bytes.data = made;
    return true;
}

bool ma_run_lower(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    (void)count;
    return change_case(call, arguments[0].bytes, 'A', 'Z', out);
}

bool ma_run_upper(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    (void)count;
    return change_case(call, arguments[0].bytes, 'a', 'z', out);
}

bool ma_run_starts_with(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                        ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes, part = arguments[1].bytes;

    (void)count;
    out->number =
        part.size == 0 || (part.size <= text.size && memcmp(text.data, part.data, part.size) == 0);
    return ma_call_pay(call, part.size);
}

bool ma_run_ends_with(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes, part = arguments[1].bytes;

    (void)count;
    out->number =
        part.size == 0 || (part.size <= text.size &&
                           memcmp(text.data + (text.size - part.size), part.data, part.size) == 0);
    return ma_call_pay(call, part.size);
}

bool ma_run_len(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    (void)count;
    out->number =
        (int64_t)(call->types[0] == MA_TYPE_STRINGS ? arguments[0].count : arguments[0].bytes.size);
    return ma_call_pay(call, 0);
}

/* An index into a string; below 0 it counts from the end. What lies outside is the nearest end. */
static size_t place(int64_t index, size_t size)
{
    if (index >= 0)
        return (uint64_t)index < size ? (size_t)index : size;
    /* -INT64_MIN is none */
    return index == INT64_MIN || (uint64_t)-index > size ? 0 : size - (size_t)-index;
}

bool ma_run_substring(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes;
    size_t start = place(arguments[1].number, text.size);
    size_t end = count > 2 ? place(arguments[2].number, text.size) : text.size;

    out->bytes = (ma_bytes_t){(const uint8_t *)"", 0};
    if (start < end)
        out->bytes = (ma_bytes_t){text.data + start, end - start};
    return ma_call_pay(call, 0);
}

bool ma_run_remove_bytes(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                         ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes, bytes = arguments[1].bytes;
    bool removed[256] = {false};
    size_t i, left = 0;
    uint8_t *made;

    (void)count;
    if (!ma_call_pay(call, text.size) || !ma_call_pay(call, bytes.size))
        return false;
    for (i = 0; i < bytes.size; i++)
        removed[bytes.data[i]] = true;
    for (i = 0; i < text.size; i++)
        left += !removed[text.data[i]];
    out->bytes = text;
    if (left == text.size)
        return true;
    made = ma_call_room(call, left);
    if (made == NULL)
        return false;
    out->bytes = (ma_bytes_t){made, left};
    for (i = 0; i < text.size; i++) {
        if (!removed[text.data[i]])
            *made++ = text.data[i];
    }
    return true;
}

static bool write_number(ma_call_t *call, int64_t number, ma_bytes_t *out)
{
    char *text = (char *)ma_call_room(call, NUMBER_TEXT);

    if (text == NULL)
        return false;
    *out = (ma_bytes_t){(const uint8_t *)text,
                        (size_t)snprintf(text, NUMBER_TEXT, "%" PRId64, number)};
    return true;
}

bool ma_run_to_string(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    const ma_value_t *value = &arguments[0];
    char *text;

    (void)count;
    if (call->types[0] == MA_TYPE_BOOL) {
        out->bytes = value->number != 0 ? (ma_bytes_t){(const uint8_t *)"true", 4}
                                        : (ma_bytes_t){(const uint8_t *)"false", 5};
        return ma_call_pay(call, 0);
    }
    if (call->types[0] != MA_TYPE_ADDRESS)
        return write_number(call, value->number, &out->bytes);
    text = (char *)ma_call_room(call, MA_ADDRESS_TEXT);
    if (text == NULL)
        return false;
    out->bytes.data = (const uint8_t *)text;
    out->bytes.size = ma_address_write(ma_address_plain(value->bytes), text);
    return true;
}

bool ma_run_concat(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    ma_bytes_t parts[MA_FUNCTION_MAX_ARGUMENTS];
    size_t total = 0;
    unsigned i, filled = 0;
    uint8_t *made;

    if (count > MA_FUNCTION_MAX_ARGUMENTS)
        return false;
    out->bytes = (ma_bytes_t){(const uint8_t *)"", 0};
    for (i = 0; i < count; i++) {
        parts[i] = arguments[i].bytes;
        if (call->types[i] == MA_TYPE_INT && !write_number(call, arguments[i].number, &parts[i]))
            return false;
        if (parts[i].size > MA_EXPR_MAX_STRING - total)
            return false;
        total += parts[i].size;
        if (parts[i].size > 0) {
            filled++;
            out->bytes = parts[i];
        }
    }
    if (filled <= 1)
        return ma_call_pay(call, 0);
    made = ma_call_room(call, total);
    if (made == NULL)
        return false;
    out->bytes = (ma_bytes_t){made, total};
    for (i = 0; i < count; i++) {
        if (parts[i].size > 0)
            memcpy(made, parts[i].data, parts[i].size);
        made += parts[i].size;
    }
    return true;
}

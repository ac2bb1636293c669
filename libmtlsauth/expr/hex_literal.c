/* SPDX-License-Identifier: BSD-2-Clause */
/* hex_literal.c - see hex_literal.h. */
#include "expr/hex_literal.h"

#include <string.h>

#include "expr/hex_value.h"

static uint8_t *digits_of(ma_bytes_t octets, const char digits[17], ma_arena_t *arena)
{
    uint8_t *text = ma_arena_array(arena, octets.size, 2);
    size_t i;

    for (i = 0; text != NULL && i < octets.size; i++) {
        text[2 * i] = (uint8_t)digits[octets.data[i] >> 4];
        text[2 * i + 1] = (uint8_t)digits[octets.data[i] & 15];
    }
    return text;
}

const ma_hex_literal_t *ma_hex_literal_new(ma_bytes_t text, ma_hex_t kind, ma_arena_t *arena)
{
    ma_hex_literal_t *made = ma_arena_alloc(arena, sizeof(*made));
    ma_hex_value_t value;

    if (made == NULL)
        return NULL;
    made->kind = kind;
    made->never = !ma_hex_value_read(text, kind, &value);
    if (made->never)
        return made;
    made->octets.size = value.size;
    made->octets.data = (const uint8_t *)ma_arena_copy(arena, value.octets, value.size);
    if (made->octets.data == NULL)
        return NULL;
    made->lower = digits_of(made->octets, "0123456789abcdef", arena);
    made->upper = digits_of(made->octets, "0123456789ABCDEF", arena);
    return made->lower != NULL && made->upper != NULL ? made : NULL;
}

static bool is_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Plain digits, as many as the literal has: is each the same? */
static bool same_digits(const ma_hex_literal_t *literal, const uint8_t *text, size_t size)
{
    size_t i;

    if (memcmp(text, literal->lower, size) == 0)
        return true;
    for (i = 0; i < size; i++) {
        if (text[i] != literal->lower[i] && text[i] != literal->upper[i])
            return false;
    }
    return true;
}

bool ma_hex_literal_is(const ma_hex_literal_t *literal, ma_bytes_t text)
{
    size_t size = 2 * literal->octets.size;

    if (literal->never)
        return false;
    if (size == 0 || text.size == 0)
        return size == 0 && text.size == 0;
    if (text.size < size - 1)
        return false; /* so many octets take that many digits, with a 0 in front left out */
    /*
     * Of this length, and without blanks at its ends, no text but plain digits has so many octets:
     * labels, separators and 0x take the place of digits.
     */
    if (text.size == size && is_digit(text.data[0]) && is_digit(text.data[size - 1]))
        return same_digits(literal, text.data, size);
    return ma_hex_value_is(text, literal->kind, literal->octets);
}

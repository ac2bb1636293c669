/* SPDX-License-Identifier: BSD-2-Clause */
/* hex_value.c - see hex_value.h. */
#include "expr/hex_value.h"

#include <string.h>

#include "base/match.h"

bool ma_hex_value_read(ma_bytes_t text, ma_hex_t kind, ma_hex_value_t *out)
{
    size_t zeros = 0;
    int size;

    out->size = 0;
    if (text.size == 0)
        return true;
    size = ma_hex((const char *)text.data, text.size, out->octets, sizeof(out->octets));
    if (size <= 0)
        return false;
    out->size = (size_t)size;
    if (kind != MA_HEX_NUMBER)
        return true;
    while (zeros + 1 < out->size && out->octets[zeros] == 0)
        zeros++; /* the last one stays: 0 is not nothing */
    out->size -= zeros;
    memmove(out->octets, out->octets + zeros, out->size);
    return true;
}

ma_bytes_t ma_hex_value_bytes(const ma_hex_value_t *value)
{
    return (ma_bytes_t){value->octets, value->size};
}

bool ma_hex_value_is(ma_bytes_t text, ma_hex_t kind, ma_bytes_t octets)
{
    ma_hex_value_t value;

    return ma_hex_value_read(text, kind, &value) &&
           ma_bytes_equal(ma_hex_value_bytes(&value), octets);
}

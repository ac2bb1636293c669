/* SPDX-License-Identifier: BSD-2-Clause */
/* utf8.c - see utf8.h. Nothing is allocated. */
#include "base/utf8.h"

#include "base/encode.h"

static bool is_character(uint32_t code)
{
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

size_t ma_utf8_read(const char *bytes, size_t size, uint32_t *code)
{
    /* Least code of each length: below it the form is overlong. */
    static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
    uint32_t sum;
    size_t length, i;
    unsigned lead;

    if (size == 0)
        return 0;
    lead = (unsigned char)bytes[0];
    if (lead < 0x80) {
        *code = lead;
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4)
        return 0;
    length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (length > size)
        return 0;
    sum = lead & (0x7fu >> length);
    for (i = 1; i < length; i++) {
        unsigned next = (unsigned char)bytes[i];

        if ((next & 0xc0u) != 0x80u)
            return 0;
        sum = sum << 6 | (next & 0x3fu);
    }
    if (sum < least[length] || !is_character(sum))
        return 0;
    *code = sum;
    return length;
}

size_t ma_utf8_length(const char *bytes, size_t size)
{
    uint32_t code;

    return ma_utf8_read(bytes, size, &code);
}

size_t ma_utf8_write(uint32_t code, char out[4])
{
    /* What marks the first octet of each length. */
    static const unsigned mark[5] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    size_t i;

    if (!is_character(code))
        return 0;
    for (i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80u | (code & 0x3fu));
        code >>= 6;
    }
    out[0] = (char)(mark[length] | code);
    return length;
}

bool ma_utf8_shows(uint32_t code)
{
    /* Sorted. Unicode's categories Cc, Zl and Zp, its property Default_Ignorable_Code_Point, the
       interlinear annotation marks and the noncharacters of the first plane. */
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        { 0x0000, 0x001f },   { 0x007f, 0x009f }, { 0x00ad, 0x00ad },   { 0x034f, 0x034f },
        { 0x061c, 0x061c },   { 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },   { 0x180b, 0x180f },
        { 0x200b, 0x200f },   { 0x2028, 0x202e }, { 0x2060, 0x206f },   { 0x3164, 0x3164 },
        { 0xfdd0, 0xfdef },   { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },   { 0xffa0, 0xffa0 },
        { 0xfff0, 0xfffb },   { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
        { 0xe0000, 0xe0fff },
    };
    size_t i;

    for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]) && hidden[i].first <= code; i++) {
        if (code <= hidden[i].last)
            return false;
    }
    return true;
}

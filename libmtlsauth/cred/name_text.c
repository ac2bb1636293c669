/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_text.c - names as text, to the byte as OpenSSL 3.0 prints them.
 *
 * Where OpenSSL refuses the whole certificate, because a value is not well-formed in its type, the
 * RFC 2253 form is the hex of the value's DER, which no other value is printed as; the legacy form
 * is its octets. The legacy form is ambiguous by nature: it escapes `/` and `+`, but not the
 * backslash.
 */
#include "base/encode.h"
#include "base/utf8.h"
#include "cred/name_parts.h"

#include <string.h>

/* A byte as hex behind a mark. */
static void add_escaped(ma_buf_t *out, const char *mark, unsigned char byte)
{
    ma_buf_text(out, mark);
    ma_encode_hex(out, &byte, 1, false);
}

/*
 * One character of a value. A blank is escaped at both ends and `#` at the beginning, save that
 * OpenSSL takes the only character of a value for its last.
 */
static void add_character(ma_buf_t *out, uint32_t code, bool first, bool last)
{
    char utf8[4];
    size_t i, length = ma_utf8_write(code, utf8);

    if (code < 0x20 || code > 0x7e) {
        for (i = 0; i < length; i++)
            add_escaped(out, "\\", (unsigned char)utf8[i]);
        return;
    }
    if (strchr(",+\"\\<>;", utf8[0]) != NULL || (code == ' ' && (first || last))
        || (code == '#' && first && !last))
        ma_buf_byte(out, '\\');
    ma_buf_byte(out, utf8[0]);
}

static void add_value(ma_buf_t *out, const ma_element_t *value, bool known_type)
{
    ma_characters_t characters;
    uint32_t code;
    bool first = true;

    if (!known_type || !ma_value_characters(value, &characters)) {
        ma_buf_byte(out, '#');
        ma_encode_hex(out, value->whole.data, value->whole.size, false);
        return;
    }
    while (ma_characters_next(&characters, &code)) {
        add_character(out, code, first, characters.rest.size == 0);
        first = false;
    }
}

bool ma_name_rfc2253(ma_bytes_t name, ma_buf_t *out)
{
    ma_rdns_t rdns;
    ma_rdn_t rdn;
    size_t i, j;
    bool known;

    if (!ma_name_split(name, &rdns))
        return false;
    for (i = rdns.count; i-- > 0;) {
        if (!ma_rdn_split(rdns.items[i], &rdn))
            return false;
        for (j = rdn.count; j-- > 0;) {
            known = ma_attribute_type_text(rdn.items[j].type, out);
            ma_buf_byte(out, '=');
            add_value(out, &rdn.items[j].value, known);
            if (j > 0)
                ma_buf_byte(out, '+');
        }
        if (i > 0)
            ma_buf_byte(out, ',');
    }
    return true;
}

/* What OpenSSL keeps of a value: the contents; all of a SEQUENCE; the bits of a BIT STRING. */
static ma_bytes_t kept_octets(const ma_element_t *value)
{
    if (value->tag == MA_DER_SEQUENCE)
        return value->whole;
    if (value->tag == MA_DER_BIT_STRING && value->value.size > 0)
        return (ma_bytes_t) { value->value.data + 1, value->value.size - 1 };
    return value->value;
}

static void add_octets(ma_buf_t *out, ma_bytes_t octets)
{
    size_t i;

    for (i = 0; i < octets.size; i++) {
        if (octets.data[i] < 0x20 || octets.data[i] > 0x7e) {
            add_escaped(out, "\\x", octets.data[i]);
            continue;
        }
        if (octets.data[i] == '/' || octets.data[i] == '+')
            ma_buf_byte(out, '\\');
        ma_buf_byte(out, (char)octets.data[i]);
    }
}

bool ma_name_legacy(ma_bytes_t name, ma_buf_t *out)
{
    ma_rdns_t rdns;
    ma_rdn_t rdn;
    size_t i, j;

    if (!ma_name_split(name, &rdns))
        return false;
    for (i = 0; i < rdns.count; i++) {
        if (!ma_rdn_split(rdns.items[i], &rdn))
            return false;
        for (j = 0; j < rdn.count; j++) {
            ma_buf_byte(out, j == 0 ? '/' : '+');
            (void)ma_attribute_type_text(rdn.items[j].type, out);
            ma_buf_byte(out, '=');
            add_octets(out, kept_octets(&rdn.items[j].value));
        }
    }
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name.c - see name.h: a Name taken apart, down to the characters of its values.
 *
 * It does not check that an attribute has a type of string that its definition allows, that a SET
 * is sorted, or that an attribute appears once.
 */
#include "cred/name.h"

#include "base/utf8.h"
#include "cred/name_parts.h"

bool ma_rdn_split(ma_bytes_t rdn, ma_rdn_t *out)
{
    ma_der_t set = ma_der(rdn);

    out->count = 0;
    while (ma_der_more(&set)) {
        ma_element_t pair = ma_der_want(&set, MA_DER_SEQUENCE);
        ma_der_t in = ma_der_into(&pair);
        ma_element_t type = ma_der_want(&in, MA_DER_OID);
        ma_element_t value = ma_der_any(&in);

        if (!ma_der_done(&in) || !ma_oid_valid(type.value) || out->count == MA_NAME_MAX_ATTRIBUTES)
            return false;
        out->items[out->count++] = (ma_attribute_t) { type.value, value };
    }
    return ma_der_done(&set) && out->count > 0;
}

bool ma_name_split(ma_bytes_t name, ma_rdns_t *out)
{
    ma_der_t outer = ma_der(name);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_rdn_t rdn;

    out->count = 0;
    while (ma_der_more(&in)) {
        ma_element_t set = ma_der_want(&in, MA_DER_SET);

        if (out->count == MA_NAME_MAX_RDNS || !ma_rdn_split(set.value, &rdn))
            return false;
        out->items[out->count++] = set.value;
    }
    return ma_der_done(&in) && ma_der_done(&outer);
}

bool ma_name_valid(ma_bytes_t name)
{
    ma_rdns_t rdns;

    return ma_name_split(name, &rdns);
}

bool ma_name_empty(ma_bytes_t name)
{
    ma_rdns_t rdns;

    return ma_name_split(name, &rdns) && rdns.count == 0;
}

/* Octets a character of a string type, 0 for UTF-8, -1 for what is no string. */
static int width_of(unsigned tag)
{
    switch (tag) {
    case MA_DER_UTF8_STRING:
        return 0;
    case MA_DER_NUMERIC_STRING:
    case MA_DER_PRINTABLE_STRING:
    case MA_DER_TELETEX_STRING:
    case MA_DER_IA5_STRING:
    case MA_DER_VISIBLE_STRING:
        return 1;
    case MA_DER_BMP_STRING:
        return 2;
    case MA_DER_UNIVERSAL_STRING:
        return 4;
    default:
        return -1;
    }
}

/* Reads a character; returns its length in octets, 0 at the end or if there is none. */
static size_t read_character(const ma_characters_t *characters, uint32_t *code)
{
    ma_bytes_t rest = characters->rest;
    uint32_t sum = 0;
    char utf8[4];
    unsigned i;

    if (characters->width == 0)
        return ma_utf8_read((const char *)rest.data, rest.size, code);
    if (rest.size < characters->width)
        return 0;
    for (i = 0; i < characters->width; i++)
        sum = sum << 8 | rest.data[i];
    *code = sum;
    return ma_utf8_write(sum, utf8) > 0 ? characters->width : 0;
}

bool ma_characters_next(ma_characters_t *characters, uint32_t *code)
{
    size_t length = read_character(characters, code);

    characters->rest.data += length;
    characters->rest.size -= length;
    return length > 0;
}

bool ma_value_characters(const ma_element_t *value, ma_characters_t *out)
{
    int width = width_of(value->tag);
    ma_characters_t walk = { value->value, width > 0 ? (unsigned)width : 0 };
    uint32_t code;

    if (width < 0)
        return false;
    *out = walk;
    while (ma_characters_next(&walk, &code))
        continue;
    return walk.rest.size == 0;
}

/* A value as UTF-8 in the arena; its raw bytes if it is no readable string. */
static int copy_value(const ma_element_t *value, ma_arena_t *arena, ma_bytes_t *out)
{
    ma_characters_t characters;
    ma_buf_t text;
    char utf8[4], *copy = NULL;
    uint32_t code;

    ma_buf_init(&text, 0);
    if (!ma_value_characters(value, &characters)) {
        ma_buf_add(&text, value->value.data, value->value.size);
    } else {
        while (ma_characters_next(&characters, &code))
            ma_buf_add(&text, utf8, ma_utf8_write(code, utf8));
    }
    if (ma_buf_ok(&text))
        copy = ma_arena_copy(arena, ma_buf_string(&text), text.size);
    if (copy != NULL)
        *out = (ma_bytes_t) { (const uint8_t *)copy, text.size };
    ma_buf_free(&text);
    return copy != NULL ? 0 : MTLSAUTH_E_NO_MEMORY;
}

/* Counts the attributes of a type; with `values`, copies them too. */
static int collect(const ma_rdns_t *rdns, ma_bytes_t oid, ma_arena_t *arena, ma_bytes_t *values,
                   size_t *count)
{
    ma_rdn_t rdn;
    size_t i, j;
    int ret;

    *count = 0;
    for (i = 0; i < rdns->count; i++) {
        if (!ma_rdn_split(rdns->items[i], &rdn))
            return MTLSAUTH_E_MALFORMED;
        for (j = 0; j < rdn.count; j++) {
            if (!ma_bytes_equal(rdn.items[j].type, oid))
                continue;
            ret = values != NULL ? copy_value(&rdn.items[j].value, arena, &values[*count]) : 0;
            if (ret != 0)
                return ret;
            ++*count;
        }
    }
    return 0;
}

int ma_name_values(ma_bytes_t name, ma_bytes_t oid, ma_arena_t *arena, ma_bytes_t **values,
                   size_t *count)
{
    ma_rdns_t rdns;
    ma_bytes_t *list;
    size_t n;
    int ret;

    if (!ma_name_split(name, &rdns))
        return MTLSAUTH_E_MALFORMED;
    ret = collect(&rdns, oid, arena, NULL, &n);
    if (ret != 0)
        return ret;
    list = ma_arena_array(arena, n, sizeof(*list));
    if (list == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ret = collect(&rdns, oid, arena, list, &n);
    if (ret != 0)
        return ret;
    *values = list;
    *count = n;
    return 0;
}

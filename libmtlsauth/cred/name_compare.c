/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_compare.c - whether two Names are the same (RFC 5280 7.1).
 *
 * Directory strings, IA5String and VisibleString compare by character, whatever their types: ASCII
 * case does not matter, white space at the ends does not count, and runs of it inside count as one
 * blank. Characters past ASCII must be the same; they are not normalised. Everything else compares
 * by its DER. The attributes of one RDN are a set.
 */
#include "cred/name_parts.h"

/* Characters as they are compared: folded, with white space collapsed. */
typedef struct folded {
    ma_characters_t rest;
    bool started; /* a character was given out: blanks from here on may be inner ones */
    bool held;    /* `next` was read past blanks and comes next */
    uint32_t next;
} folded_t;

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}

static uint32_t fold(uint32_t code)
{
    return code >= 'A' && code <= 'Z' ? code - 'A' + 'a' : code;
}

/* The next character; false at the end. */
static bool next_folded(folded_t *text, uint32_t *code)
{
    uint32_t read = 0;
    bool blanks = false, more;

    if (text->held) {
        text->held = false;
        *code = text->next;
        return true;
    }
    while ((more = ma_characters_next(&text->rest, &read)) && is_space(read))
        blanks = true;
    if (!more)
        return false;
    text->next = fold(read);
    text->held = blanks && text->started;
    *code = text->held ? ' ' : text->next;
    text->started = true;
    return true;
}

/* True for a value that compares by character. Like OpenSSL, NumericString does not. */
static bool open_folded(const ma_element_t *value, folded_t *out)
{
    *out = (folded_t) { .started = false };
    return value->tag != MA_DER_NUMERIC_STRING && ma_value_characters(value, &out->rest);
}

static bool same_value(const ma_element_t *a, const ma_element_t *b)
{
    folded_t left, right;
    uint32_t one = 0, other = 0;
    bool more;

    if (!open_folded(a, &left) || !open_folded(b, &right))
        return ma_bytes_equal(a->whole, b->whole);
    do {
        more = next_folded(&left, &one);
        if (more != next_folded(&right, &other) || (more && one != other))
            return false;
    } while (more);
    return true;
}

static bool same_attribute(const ma_attribute_t *a, const ma_attribute_t *b)
{
    return ma_bytes_equal(a->type, b->type) && same_value(&a->value, &b->value);
}

/* Every attribute of `a` has a partner of its own in `b`. */
static bool same_rdn(ma_bytes_t a, ma_bytes_t b)
{
    bool taken[MA_NAME_MAX_ATTRIBUTES] = { false };
    ma_rdn_t left, right;
    size_t i, j;

    if (!ma_rdn_split(a, &left) || !ma_rdn_split(b, &right) || left.count != right.count)
        return false;
    for (i = 0; i < left.count; i++) {
        for (j = 0; j < right.count; j++) {
            if (!taken[j] && same_attribute(&left.items[i], &right.items[j]))
                break;
        }
        if (j == right.count)
            return false;
        taken[j] = true;
    }
    return true;
}

/* True if the first RDNs of `left` are those of `right`. */
static bool begins(const ma_rdns_t *left, const ma_rdns_t *right)
{
    size_t i;

    if (left->count < right->count)
        return false;
    for (i = 0; i < right->count; i++) {
        if (!same_rdn(left->items[i], right->items[i]))
            return false;
    }
    return true;
}

bool ma_name_equal(ma_bytes_t a, ma_bytes_t b)
{
    ma_rdns_t left, right;

    return ma_name_split(a, &left) && ma_name_split(b, &right) && left.count == right.count
        && begins(&left, &right);
}

bool ma_name_begins(ma_bytes_t name, ma_bytes_t first)
{
    ma_rdns_t left, right;

    return ma_name_split(name, &left) && ma_name_split(first, &right) && begins(&left, &right);
}

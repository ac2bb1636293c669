/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * function_replace.c - regex_replace() and wildcard_replace().
 *
 * A replacement is text with ${1} to ${8} in it, and $$ for a dollar; any other dollar is refused
 * when the expression is compiled.
 */
#include "expr/function_made.h"

#include <string.h>

#include "expr/wildcard.h"

/* What a place of a replacement stands for. */
enum { PART_TEXT = -1, PART_DOLLAR = -2, PART_WRONG = -3 };

/* The group that is meant at `at`, or a PART_*; *size is how much of the text means it. */
static int part_at(ma_bytes_t text, size_t at, size_t *size)
{
    const uint8_t *octets = text.data + at;
    size_t left = text.size - at;

    *size = 1;
    if (octets[0] != '$')
        return PART_TEXT;
    if (left >= 2 && octets[1] == '$') {
        *size = 2;
        return PART_DOLLAR;
    }
    if (left < 4 || octets[1] != '{' || octets[2] < '1' || octets[2] > '8' || octets[3] != '}')
        return PART_WRONG;
    *size = 4;
    return octets[2] - '0';
}

static int check_replacement(ma_bytes_t text, size_t groups, const char **why)
{
    size_t i, size;

    for (i = 0; i < text.size; i += size) {
        int part = part_at(text, i, &size);

        if (part == PART_WRONG) {
            *why = "a \"$\" in a replacement stands before \"{1}\" to \"{8}\"; write \"$$\" for a "
                   "dollar";
            return MTLSAUTH_E_POLICY;
        }
        if (part > 0 && (size_t)part > groups) {
            *why = "the replacement asks for a group that the pattern does not have";
            return MTLSAUTH_E_POLICY;
        }
    }
    return 0;
}

/* Writes the replacement, and returns its length; with `out` NULL it only counts. */
static size_t fill(ma_bytes_t text, const ma_bytes_t *groups, uint8_t *out)
{
    size_t i, n = 0, size;

    for (i = 0; i < text.size; i += size) {
        int part = part_at(text, i, &size);
        ma_bytes_t from = {text.data + i, 1};

        if (part > 0)
            from = groups[part - 1];
        if (out != NULL && from.size > 0)
            memcpy(out + n, from.data, from.size);
        n += from.size;
        if (n > MA_EXPR_MAX_STRING)
            break; /* too long, whatever follows */
    }
    return n;
}

/* `before`, the replacement and `after`, one behind the other. */
static bool build(ma_call_t *call, ma_bytes_t before, ma_bytes_t replacement,
                  const ma_bytes_t *groups, ma_bytes_t after, ma_value_t *out)
{
    size_t size = fill(replacement, groups, NULL);
    uint8_t *made;

    if (size > MA_EXPR_MAX_STRING || before.size > MA_EXPR_MAX_STRING - size ||
        after.size > MA_EXPR_MAX_STRING - size - before.size)
        return false;
    made = ma_call_room(call, before.size + size + after.size);
    if (made == NULL)
        return false;
    if (before.size > 0)
        memcpy(made, before.data, before.size);
    (void)fill(replacement, groups, made + before.size);
    if (after.size > 0)
        memcpy(made + before.size + size, after.data, after.size);
    out->bytes = (ma_bytes_t){made, before.size + size + after.size};
    return true;
}

int ma_prepare_regex_replace(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                             const char **why)
{
    ma_pattern_t *pattern = NULL;
    size_t offset = 0;
    int rc;

    *at = 1;
    rc = ma_pattern_new(call->items[1]->text, arena, &pattern, &offset, why);
    if (rc == MTLSAUTH_E_POLICY) {
        *why = ma_arena_printf(arena, "%s, at octet %zu of the pattern", *why, offset);
        return *why != NULL ? rc : MTLSAUTH_E_NO_MEMORY;
    }
    if (rc != 0)
        return rc;
    *at = 2;
    rc = check_replacement(call->items[2]->text, ma_pattern_groups(pattern), why);
    if (rc != 0)
        ma_pattern_free(pattern);
    else
        *made = pattern;
    return rc;
}

void ma_release_pattern(void *made)
{
    ma_pattern_free(made);
}

bool ma_run_regex_replace(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                          ma_value_t *out)
{
    ma_bytes_t text = arguments[0].bytes, found[MA_PATTERN_CAPTURES], before, after;
    int matched = ma_pattern_match(call->made, text, call->matcher, call->steps, found);

    (void)count;
    out->bytes = text;
    if (matched <= 0)
        return matched == 0;
    before = (ma_bytes_t){text.data, text.size > 0 ? (size_t)(found[0].data - text.data) : 0};
    after = (ma_bytes_t){text.data, text.size - before.size - found[0].size};
    if (after.size > 0)
        after.data = found[0].data + found[0].size;
    return build(call, before, arguments[2].bytes, found + 1, after, out);
}

int ma_prepare_wildcard_replace(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                                const char **why)
{
    bool strict = call->n_items > 3;
    ma_wildcard_t *wildcard = NULL;
    const char *mend;
    size_t offset;
    int rc;

    *at = 3;
    if (strict && !ma_bytes_equal(call->items[3]->text, MA_OID("s"))) {
        *why = "the only flag of wildcard_replace() is \"s\"";
        return MTLSAUTH_E_POLICY;
    }
    *at = 1;
    if (!ma_wildcard_valid(call->items[1]->text, &offset, why, &mend)) {
        *why = ma_arena_printf(arena, "%s, at octet %zu; %s", *why, offset, mend);
        return *why != NULL ? MTLSAUTH_E_POLICY : MTLSAUTH_E_NO_MEMORY;
    }
    rc = ma_wildcard_new(call->items[1]->text, strict, arena, &wildcard);
    if (rc != 0)
        return rc;
    *at = 2;
    *made = wildcard;
    return check_replacement(call->items[2]->text, ma_wildcard_stars(wildcard), why);
}

bool ma_run_wildcard_replace(ma_call_t *call, const ma_value_t *arguments, unsigned count,
                             ma_value_t *out)
{
    const ma_bytes_t none = {NULL, 0};
    ma_bytes_t captures[MA_WILDCARD_CAPTURES];

    (void)count;
    out->bytes = arguments[0].bytes;
    if (!ma_call_pay(call, out->bytes.size))
        return false;
    if (!ma_wildcard_match(call->made, out->bytes, captures))
        return true;
    return build(call, none, arguments[2].bytes, captures, none, out);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check_never.c - regular expressions that nothing can match: a character that must follow `$`, or
 * come before `^`.
 *
 * It decides what is plain, outside of groups and without alternatives or options; of all else it
 * says nothing.
 */
#include "expr/check_made.h"

#include <string.h>

typedef struct scan {
    ma_bytes_t text;
    size_t at;
    size_t depth;      /* of groups that are open */
    size_t dollar;     /* where the last `$` is; the size: none */
    bool consumed;     /* something before here takes a character */
} scan_t;

/* Alternatives, options, verbs and quoted runs: not plain. */
static bool is_plain(ma_bytes_t text)
{
    size_t i;

    for (i = 0; i < text.size; i++) {
        const uint8_t next = i + 1 < text.size ? text.data[i + 1] : 0;

        if (text.data[i] == '|' || (text.data[i] == '(' && (next == '?' || next == '*')))
            return false;
        if (text.data[i] == '\\' && (next == 'Q' || next == 'K'))
            return false;
        if (text.data[i] == '\\')
            i++;
    }
    return true;
}

/* The last octet of a name in a class, as [:alpha:]. */
static size_t skip_name(ma_bytes_t text, size_t at)
{
    for (at += 2; at + 1 < text.size; at++)
        if (text.data[at] == ':' && text.data[at + 1] == ']')
            return at + 1;
    return text.size;
}

/* Behind the class that begins here. */
static size_t skip_class(ma_bytes_t text, size_t at)
{
    at++;
    if (at < text.size && text.data[at] == '^')
        at++;
    if (at < text.size && text.data[at] == ']')
        at++;
    for (; at < text.size && text.data[at] != ']'; at++) {
        if (text.data[at] == '\\')
            at++;
        else if (text.data[at] == '[' && at + 1 < text.size && text.data[at + 1] == ':')
            at = skip_name(text, at);
    }
    return at < text.size ? at + 1 : text.size;
}

/* Behind the atom that begins here; *takes: it takes a character, if it is not optional. */
static size_t skip_atom(ma_bytes_t text, size_t at, bool *takes)
{
    *takes = text.data[at] < 0x80; /* of UTF-8 only the last octet has the quantifier */
    if (text.data[at] == '[')
        return skip_class(text, at);
    if (text.data[at] != '\\' || at + 1 >= text.size)
        return at + 1;
    /* an octet that is written as itself takes one; other escapes may look at a place only */
    *takes = strchr("dDwWsSntrfe", text.data[at + 1]) != NULL
        || strchr(".^$*+?()[]{}|/-\\", text.data[at + 1]) != NULL;
    return at + 2;
}

/* Behind a quantifier, if there is one; *optional: the atom need not be there. */
static size_t skip_quantifier(ma_bytes_t text, size_t at, bool *optional)
{
    *optional = false;
    while (at < text.size && strchr("?*+{", text.data[at]) != NULL && text.data[at] != 0) {
        if (text.data[at] != '+')
            *optional = true; /* {1} too: a guess would be wrong some day */
        if (text.data[at] == '{')
            while (at < text.size && text.data[at] != '}')
                at++;
        if (at < text.size)
            at++;
    }
    return at;
}

/* One step; false: *found is what can never match. */
static bool step(scan_t *scan, size_t *found)
{
    const uint8_t octet = scan->text.data[scan->at];
    const size_t begin = scan->at;
    bool takes = false, optional;

    if (octet == '(' || octet == ')') {
        scan->depth = octet == '(' ? scan->depth + 1 : scan->depth > 0 ? scan->depth - 1 : 0;
        scan->at++;
    } else if (octet == '^' || octet == '$') {
        scan->at++;
    } else {
        scan->at = skip_atom(scan->text, scan->at, &takes);
    }
    scan->at = skip_quantifier(scan->text, scan->at, &optional);
    if (scan->depth > 0 || optional || octet == ')')
        return true;
    if (octet == '$' && scan->dollar == scan->text.size)
        scan->dollar = begin;
    *found = octet == '^' ? begin : scan->dollar;
    if (octet == '^' && scan->consumed)
        return false;
    if (takes && scan->dollar < scan->text.size)
        return false;
    scan->consumed = scan->consumed || takes;
    return true;
}

size_t ma_check_never(ma_bytes_t pattern)
{
    scan_t scan = { pattern, 0, 0, pattern.size, false };
    size_t found = pattern.size;

    if (!is_plain(pattern))
        return pattern.size;
    while (scan.at < pattern.size)
        if (!step(&scan, &found))
            return found;
    return pattern.size;
}

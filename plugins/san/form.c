/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form.c - names in the form in which equal names are equal octets.
 *
 * Hosts become lower case and lose the dot at their end; nothing else is changed, least of all
 * decoded. What readers could take for different things is refused: it is no name, or, where it is
 * a URI that somebody may have listed just so, it is compared as a whole alone.
 */
#include <string.h>

#include "san.h"

#define MAX_HOST 253u

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

/* Two wildcards in a row mean something in the path of a URI alone. */
static bool has_double(const char *text, size_t size)
{
    size_t i;

    for (i = 1; i < size; i++)
        if (text[i] == SAN_WILD && text[i - 1] == SAN_WILD)
            return true;
    return false;
}

static const char double_star[] = "** is for the path of a uri";

/* Appends; the caller has checked that everything together is no longer than SAN_MAX_NAME. */
static void put(san_form_t *out, const char *text, size_t size, bool fold)
{
    size_t i;

    for (i = 0; i < size; i++)
        out->text[out->size++] = fold ? lower(text[i]) : text[i];
}

/* ---- hosts -------------------------------------------------------------------------------- */

/* Labels of letters, digits, - and _; the star of a certificate's own wildcard is one more. */
static const char *put_host(const char *text, size_t size, san_form_t *out)
{
    size_t i;

    if (size > 0 && text[size - 1] == '.')
        size--;
    if (size == 0)
        return "it is empty";
    if (size > MAX_HOST)
        return "it is longer than a host name";
    if (has_double(text, size))
        return double_star;
    for (i = 0; i < size; i++) {
        if (text[i] == '.' && (i == 0 || i + 1 == size || text[i - 1] == '.'))
            return "a label is empty";
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], ".-_*\x01"))
            return "a host name has letters, digits, - and _ alone";
    }
    out->host_at = out->size;
    out->host_size = size;
    put(out, text, size, true);
    return NULL;
}

/* ---- mailboxes and user principal names --------------------------------------------------- */

/* Well-formed UTF-8 (RFC 3629) without controls and blanks. */
static bool is_visible_utf8(const char *text, size_t size)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + size;

    while (at < end) {
        unsigned char first = *at++;
        unsigned low = 0x80, high = 0xbf, more;
        if (first < 0x80) {
            if ((first <= ' ' && first != (unsigned char)SAN_WILD) || first == 0x7f)
                return false;
            continue;
        }
        if (first < 0xc2 || first > 0xf4)
            return false;
        more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
        low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : first == 0xc2 ? 0xa0 : low;
        high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : high; /* c2 80 to c2 9f are controls */
        for (; more > 0; more--, low = 0x80, high = 0xbf)
            if (at == end || *at < low || *at++ > high)
                return false;
    }
    return true;
}

static bool is_ascii(const char *text, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if ((unsigned char)text[i] > 0x7f)
            return false;
    return true;
}

/* No quoted local parts: `"a@b"@c` is read in more than one way. */
static const char *form_mailbox(const char *text, size_t size, bool ascii, san_form_t *out)
{
    const char *at = memchr(text, '@', size);
    size_t i, local;

    if (at == NULL)
        return "it has no @";
    local = (size_t)(at - text);
    if (local == 0)
        return "nothing is before the @";
    if (memchr(at + 1, '@', size - local - 1) != NULL)
        return "it has more than one @";
    if (!is_visible_utf8(text, local) || (ascii && !is_ascii(text, local)))
        return "an octet before the @ is no letter";
    for (i = 0; i < local; i++)
        if (is_one_of(text[i], "\"\\()<>[],;:"))
            return "a quote, a bracket or the like is before the @";
    if (has_double(text, local))
        return double_star;
    out->rest_at = 0;
    out->rest_size = local;
    put(out, text, local + 1, false);
    return put_host(at + 1, size - local - 1, out);
}

/* ---- URIs --------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* An octet that some readers decode before they compare, or take for a separator. */
static bool is_ambiguous(int octet)
{
    char c = (char)octet;

    return octet < 0x20 || octet == 0x7f
        || (octet < 0x80 && (is_letter(c) || is_digit(c) || is_one_of(c, "-._~/\\")));
}

static const char *percent_fault(const char *text, size_t size)
{
    size_t i;
    int high, low;

    for (i = 0; i < size; i++) {
        if (text[i] != '%')
            continue;
        if (size - i < 3)
            return "a % without two digits";
        high = hex_digit(text[i + 1]);
        low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0)
            return "a % without two digits";
        if (is_ambiguous(high * 16 + low))
            return "a letter, a dot, a slash or a control in % form";
    }
    return NULL;
}

/* Segments . and .. are taken out by those who resolve a path. */
static const char *dots_fault(const char *path, size_t size)
{
    size_t i, begin = 0;

    for (i = 0; i <= size; i++) {
        if (i < size && path[i] != '/')
            continue;
        if ((i - begin == 1 && path[begin] == '.')
            || (i - begin == 2 && path[begin] == '.' && path[begin + 1] == '.'))
            return "a segment . or ..";
        begin = i + 1;
    }
    return NULL;
}

/* The host and the port, if there is one. */
static const char *authority_fault(const char *text, size_t size)
{
    size_t i;

    if (size == 0 || text[0] == ':')
        return "an empty host";
    if (memchr(text, '@', size) != NULL)
        return "a user before the host";
    if (has_double(text, size))
        return double_star;
    for (i = 0; i < size; i++) {
        if (text[i] == '.'
            && (i == 0 || i + 1 == size || text[i - 1] == '.' || text[i + 1] == ':'))
            return "an empty label in its host";
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], ".-_~:[]\x01"))
            return "a host of other octets than letters, digits, - and _";
    }
    return NULL;
}

/* The octets before the colon, or 0 if that is no scheme (RFC 3986 3.1). */
static size_t scheme_size(const char *text, size_t size)
{
    size_t i;

    if (size == 0 || !is_letter(text[0]))
        return 0;
    for (i = 1; i < size && text[i] != ':'; i++)
        if (!is_letter(text[i]) && !is_digit(text[i]) && !is_one_of(text[i], "+-."))
            return 0;
    return i < size ? i : 0;
}

/* True if every octet may stand in a URI (RFC 3986 2); a backslash is a slash to some. */
static bool is_uri_text(const char *text, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if (text[i] != SAN_WILD
            && (text[i] <= ' ' || text[i] > '~' || is_one_of(text[i], "\"<>\\^`{|}")))
            return false;
    return true;
}

/* What is before `@` in an authority is no part of the host, and keeps its case. */
static void put_authority(const char *text, size_t size, san_form_t *out)
{
    size_t user = size;

    while (user > 0 && text[user - 1] != '@')
        user--;
    put(out, text, user, false);
    put(out, text + user, size - user, true);
}

static const char *form_uri(const char *text, size_t size, san_form_t *out)
{
    size_t scheme = scheme_size(text, size), begin = scheme + 1, end, i;
    const char *why = NULL;

    if (scheme == 0)
        return "it has no scheme";
    if (!is_uri_text(text, size))
        return "it has octets that no uri has";
    put(out, text, begin, true);
    end = begin;
    if (size - begin >= 2 && text[begin] == '/' && text[begin + 1] == '/') {
        begin += 2;
        for (end = begin; end < size && !is_one_of(text[end], "/?#"); end++)
            ;
        put(out, "//", 2, false);
        put_authority(text + begin, end - begin, out);
        why = authority_fault(text + begin, end - begin);
    }
    out->host_at = 0;
    out->host_size = out->size;
    out->rest_at = out->size;
    out->rest_size = size - end;
    put(out, text + end, size - end, false);
    for (i = end; why == NULL && i < size; i++)
        if (is_one_of(text[i], "?#"))
            why = "a query or a fragment";
    if (why == NULL)
        why = dots_fault(text + end, size - end);
    out->only_exact = why != NULL ? why : percent_fault(text + end, size - end);
    return NULL;
}

const char *san_form(unsigned type, const char *text, size_t size, bool pattern, san_form_t *out)
{
    out->size = out->host_at = out->host_size = out->rest_at = out->rest_size = 0;
    out->only_exact = NULL;
    if (size == 0)
        return "it is empty";
    if (size > SAN_MAX_NAME)
        return "it is longer than 2048 octets";
    if (!pattern && memchr(text, SAN_WILD, size) != NULL)
        return "it has a control in it";
    switch (type) {
    case SAN_DNS:
        return put_host(text, size, out);
    case SAN_URI:
        return form_uri(text, size, out);
    case SAN_EMAIL:
        return form_mailbox(text, size, true, out);
    case SAN_UPN:
        return form_mailbox(text, size, false, out);
    default:
        return "it is of no type that has a text";
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts.c - see hosts.h. */
#include "policy/hosts.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_port(const char *text, size_t size)
{
    size_t i;

    if (size == 0 || size > 5)
        return false;
    for (i = 0; i < size; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

/* The size without ":port", or 0 if what stands there is no port. */
static size_t without_port(const char *host, size_t size)
{
    const char *colon;

    if (host[0] == '[') {
        const char *close = memchr(host, ']', size);
        size_t end = close != NULL ? (size_t)(close - host) + 1 : 0;
        if (end == size || end == 0)
            return end;
        return host[end] == ':' && is_port(host + end + 1, size - end - 1) ? end : 0;
    }
    colon = memchr(host, ':', size);
    if (colon == NULL)
        return size;
    return is_port(colon + 1, size - (size_t)(colon - host) - 1) ? (size_t)(colon - host) : 0;
}

static bool is_literal(const char *text, size_t size)
{
    size_t i;

    if (size < 4 || text[0] != '[' || text[size - 1] != ']')
        return false;
    for (i = 1; i + 1 < size; i++)
        if (!is_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'f') && text[i] != ':'
            && text[i] != '.')
            return false;
    return true;
}

static bool is_name(const char *text, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): `size` octets were written */
        char c = text[i];
        bool dot = c == '.';
        if (dot && (i == 0 || i + 1 == size || text[i - 1] == '.'))
            return false;
        if (!dot && !is_digit(c) && !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
            return false;
    }
    return size > 0;
}

bool ma_host_normalise(const char *host, size_t size, char *out)
{
    char text[MA_HOST_MAX_RAW];
    size_t i, end;

    if (size == 0 || size > sizeof(text))
        return false;
    for (i = 0; i < size; i++)
        text[i] = lower(host[i]);
    end = without_port(text, size);
    if (end > 1 && text[end - 1] == '.')
        end--;
    if (end == 0 || end > MA_HOST_MAX || (!is_name(text, end) && !is_literal(text, end)))
        return false;
    memcpy(out, text, end);
    out[end] = '\0';
    return true;
}

bool ma_host_pattern(const char *pattern, char *out)
{
    size_t stars = strncmp(pattern, "*.", 2) == 0 ? 2 : 0;
    size_t size = strlen(pattern + stars);

    memcpy(out, "*.", stars);
    if (!ma_host_normalise(pattern + stars, size, out + stars))
        return false;
    /* What a normalised name lacks of the written one may only be the trailing dot. */
    return strlen(out + stars) + 1 >= size;
}

bool ma_host_matches(const char *pattern, const char *host)
{
    const char *dot;

    if (strncmp(pattern, "*.", 2) != 0)
        return strcmp(pattern, host) == 0;
    dot = strchr(host, '.');
    return dot != NULL && dot != host && host[0] != '[' && strcmp(dot + 1, pattern + 2) == 0;
}

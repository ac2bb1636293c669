/* SPDX-License-Identifier: BSD-2-Clause */
/* general_name.c - see general_name.h. One section a type. */
#include "path/general_name.h"

#include <string.h>

#include "cred/name.h"

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool same_ignoring_case(ma_bytes_t a, ma_bytes_t b)
{
    size_t i;

    if (a.size != b.size)
        return false;
    for (i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

static bool ends_with(ma_bytes_t name, ma_bytes_t tail)
{
    if (name.size < tail.size)
        return false;
    return same_ignoring_case((ma_bytes_t) { name.data + name.size - tail.size, tail.size }, tail);
}

/* ---- host names --------------------------------------------------------------------------- */

/* Labels of letters, digits, - and _; no empty one. */
static bool is_host(ma_bytes_t name)
{
    size_t i;

    if (name.size == 0 || name.size > 253)
        return false;
    for (i = 0; i < name.size; i++) {
        char c = lower(name.data[i]);
        if (c == '.' && (i == 0 || i + 1 == name.size || name.data[i - 1] == '.'))
            return false;
        if (c != '.' && c != '-' && c != '_' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

bool ma_is_host_name(ma_bytes_t name)
{
    return is_host(name) && memchr(name.data, '.', name.size) != NULL;
}

static ma_bytes_t without_first(ma_bytes_t bytes, size_t count)
{
    return (ma_bytes_t) { bytes.data + count, bytes.size - count };
}

static bool has_wildcard(ma_bytes_t name)
{
    return name.size > 2 && name.data[0] == '*' && name.data[1] == '.';
}

/* The constraint's own name, and everything below it. An empty one is everything. */
static bool dns_below(ma_bytes_t base, ma_bytes_t name)
{
    if (base.size == 0 || same_ignoring_case(name, base))
        return true;
    return ends_with(name, base) && name.data[name.size - base.size - 1] == '.';
}

static ma_inside_t dns_contains(ma_bytes_t base, ma_bytes_t name, bool excluded)
{
    ma_bytes_t dot, parent;

    if (!is_host(has_wildcard(name) ? without_first(name, 2) : name))
        return MA_INSIDE_BAD_NAME;
    if (dns_below(base, name))
        return MA_INSIDE_YES;
    if (!excluded || !has_wildcard(name))
        return MA_INSIDE_NO;
    /* "*.example.com" stands for the excluded "a.example.com" too. */
    dot.data = memchr(base.data, '.', base.size);
    if (dot.data == NULL)
        return MA_INSIDE_NO;
    parent = without_first(base, (size_t)(dot.data - base.data) + 1);
    return same_ignoring_case(parent, without_first(name, 2)) ? MA_INSIDE_YES : MA_INSIDE_NO;
}

/* ".example.com" is all hosts below, "example.com" that host alone: email and URI. */
static bool host_contains(ma_bytes_t base, ma_bytes_t host)
{
    if (base.size == 0)
        return true;
    if (base.data[0] == '.')
        return host.size > base.size && ends_with(host, base);
    return same_ignoring_case(host, base);
}

static bool is_host_constraint(ma_bytes_t base)
{
    if (base.size > 0 && base.data[0] == '.')
        return is_host(without_first(base, 1));
    return base.size == 0 || is_host(base);
}

/* ---- mailboxes ---------------------------------------------------------------------------- */

/* Splits at the one '@'; the local part must be printable ASCII without blanks. */
static bool split_mailbox(ma_bytes_t name, ma_bytes_t *local, ma_bytes_t *host)
{
    const uint8_t *at = name.size > 0 ? memchr(name.data, '@', name.size) : NULL;
    size_t i;

    if (at == NULL)
        return false;
    *local = (ma_bytes_t) { name.data, (size_t)(at - name.data) };
    *host = without_first(name, local->size + 1);
    for (i = 0; i < local->size; i++)
        if (local->data[i] <= ' ' || local->data[i] >= 0x7f)
            return false;
    return local->size > 0 && is_host(*host);
}

static ma_inside_t email_contains(ma_bytes_t base, ma_bytes_t name)
{
    ma_bytes_t local, host, base_local, base_host;

    if (!split_mailbox(name, &local, &host))
        return MA_INSIDE_BAD_NAME;
    if (split_mailbox(base, &base_local, &base_host))
        return ma_bytes_equal(local, base_local) && same_ignoring_case(host, base_host)
            ? MA_INSIDE_YES
            : MA_INSIDE_NO;
    return host_contains(base, host) ? MA_INSIDE_YES : MA_INSIDE_NO;
}

/* ---- URIs --------------------------------------------------------------------------------- */

/* The host of "scheme://user@host:port/..." (RFC 3986 3.2.2). False if it is no host name. */
static bool uri_host(ma_bytes_t uri, ma_bytes_t *host)
{
    const uint8_t *colon = uri.size > 0 ? memchr(uri.data, ':', uri.size) : NULL;
    ma_bytes_t rest;
    size_t i, end;

    if (colon == NULL || colon == uri.data)
        return false;
    rest = without_first(uri, (size_t)(colon - uri.data) + 1);
    if (rest.size < 2 || rest.data[0] != '/' || rest.data[1] != '/')
        return false;
    rest = without_first(rest, 2);
    for (end = 0; end < rest.size; end++)
        if (rest.data[end] == '/' || rest.data[end] == '?' || rest.data[end] == '#')
            break;
    rest.size = end;
    for (i = rest.size; i > 0; i--)
        if (rest.data[i - 1] == '@') {
            rest = without_first(rest, i);
            break;
        }
    for (i = 0; i < rest.size; i++)
        if (rest.data[i] == ':')
            rest.size = i;
    *host = rest;
    return is_host(rest);
}

static bool is_address(ma_bytes_t host)
{
    size_t i;

    for (i = 0; i < host.size; i++)
        if (host.data[i] != '.' && (host.data[i] < '0' || host.data[i] > '9'))
            return false;
    return true;
}

/* "MUST be a host name given as a fully qualified domain name" (4.2.1.10). */
static ma_inside_t uri_contains(ma_bytes_t base, ma_bytes_t name)
{
    ma_bytes_t host;

    if (!uri_host(name, &host) || is_address(host) || memchr(host.data, '.', host.size) == NULL)
        return MA_INSIDE_BAD_NAME;
    return host_contains(base, host) ? MA_INSIDE_YES : MA_INSIDE_NO;
}

/* ---- addresses ---------------------------------------------------------------------------- */

/* An address and a mask of leading ones (RFC 4632). */
static bool is_network(ma_bytes_t base)
{
    size_t i, half = base.size / 2;
    bool ended = false;

    if (base.size != 8 && base.size != 32)
        return false;
    for (i = 0; i < half * 8; i++) {
        bool one = (base.data[half + i / 8] & (0x80u >> (i % 8))) != 0;
        if (one && ended)
            return false;
        ended = ended || !one;
    }
    return true;
}

static ma_inside_t ip_contains(ma_bytes_t base, ma_bytes_t name)
{
    size_t i, half = base.size / 2;

    if (name.size != 4 && name.size != 16)
        return MA_INSIDE_BAD_NAME;
    if (name.size != half)
        return MA_INSIDE_NO;
    for (i = 0; i < half; i++)
        if (((name.data[i] ^ base.data[i]) & base.data[half + i]) != 0)
            return MA_INSIDE_NO;
    return MA_INSIDE_YES;
}

/* ---- directory names ---------------------------------------------------------------------- */

/* The constraint's RDNs are the first ones of the name, compared as 7.1 has it. */
static ma_inside_t directory_contains(ma_bytes_t base, ma_bytes_t name)
{
    return ma_name_begins(name, base) ? MA_INSIDE_YES : MA_INSIDE_NO;
}

/* ---- all types ---------------------------------------------------------------------------- */

bool ma_constraint_valid(unsigned tag, ma_bytes_t base)
{
    ma_bytes_t local, host;

    switch (tag) {
    case MA_GN_DNS:
        return base.size == 0 || is_host(base);
    case MA_GN_EMAIL:
        return is_host_constraint(base) || split_mailbox(base, &local, &host);
    case MA_GN_URI:
        return is_host_constraint(base);
    case MA_GN_IP:
        return is_network(base);
    case MA_GN_DIRECTORY:
        return ma_name_valid(base);
    default:
        return true;
    }
}

ma_inside_t ma_constraint_contains(unsigned tag, ma_bytes_t base, ma_bytes_t name, bool excluded)
{
    switch (tag) {
    case MA_GN_DNS:
        return dns_contains(base, name, excluded);
    case MA_GN_EMAIL:
        return email_contains(base, name);
    case MA_GN_URI:
        return uri_contains(base, name);
    case MA_GN_IP:
        return ip_contains(base, name);
    case MA_GN_DIRECTORY:
        return directory_contains(base, name);
    default:
        return MA_INSIDE_BAD_NAME;
    }
}

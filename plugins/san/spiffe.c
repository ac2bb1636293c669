/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spiffe.c - the rules for SPIFFE ids, and for certificates that carry one (X.509-SVID).
 *
 * An id is judged by its octets: nothing is made lower case or decoded before.
 */
#include <string.h>

#include "san.h"

/* Bits of KeyUsage (RFC 5280 4.2.1.3). */
#define KEY_CERT_SIGN (1 << 5)
#define CRL_SIGN (1 << 6)

#define MAX_TRUST_DOMAIN 255u

static bool is_in_domain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'
        || c == SAN_WILD;
}

static bool is_in_segment(char c)
{
    return is_in_domain(c) || (c >= 'A' && c <= 'Z');
}

/* Segments, each behind its slash. */
static const char *path_fault(const char *path, size_t size)
{
    size_t i, length = 0;

    for (i = 1; i <= size; i++) {
        if (i < size && path[i] != '/') {
            if (!is_in_segment(path[i]))
                return "a path has letters, digits and . - _ alone";
            length++;
            continue;
        }
        if (length == 0)
            return "a segment of the path is empty";
        if ((length == 1 && path[i - 1] == '.')
            || (length == 2 && path[i - 1] == '.' && path[i - 2] == '.'))
            return "a segment of the path is . or ..";
        length = 0;
    }
    return NULL;
}

const char *san_spiffe_fault(const char *id, size_t size)
{
    static const char scheme[] = "spiffe://";
    size_t i, begin = sizeof(scheme) - 1;

    if (size > SAN_MAX_NAME)
        return "an id has at most 2048 octets";
    if (size < begin || memcmp(id, scheme, begin) != 0)
        return "an id begins with spiffe://";
    for (i = begin; i < size && id[i] != '/'; i++)
        if (!is_in_domain(id[i]))
            return "a trust domain has small letters, digits and . - _ alone";
    if (i == begin)
        return "the trust domain is empty";
    if (i - begin > MAX_TRUST_DOMAIN)
        return "a trust domain has at most 255 octets";
    if (i == size)
        return "the id of a client has a path";
    return path_fault(id + i, size - i);
}

const char *san_spiffe_check(const mtlsauth_services_t *core, const mtlsauth_cert_t *leaf)
{
    int64_t is_ca, usage;
    const void *id, *other;
    size_t size, other_size;

    if (!core->cert_number(leaf, MTLSAUTH_CERT_CA, &is_ca)
        || !core->cert_number(leaf, MTLSAUTH_CERT_KEY_USAGE, &usage))
        return "this core does not tell what the key is for";
    if (is_ca != 0)
        return "the certificate of a CA names no client";
    if ((usage & (KEY_CERT_SIGN | CRL_SIGN)) != 0)
        return "a key that signs certificates or CRLs names no client";
    if (!core->cert_bytes(leaf, MTLSAUTH_CERT_SAN_URI, 0, &id, &size))
        return "there is no uri name";
    if (core->cert_bytes(leaf, MTLSAUTH_CERT_SAN_URI, 1, &other, &other_size))
        return "there is more than one uri name";
    if (memchr(id, SAN_WILD, size) != NULL)
        return "an id has printable octets alone";
    return san_spiffe_fault(id, size);
}

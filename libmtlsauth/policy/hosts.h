/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.h - host names: one spelling for all, and patterns that match them.
 *
 * Normalised means: lower case, without port and trailing dot. IP addresses in URLs stay as they
 * are written, IPv6 ones with their brackets.
 */
#ifndef MA_POLICY_HOSTS_H
#define MA_POLICY_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

/** Longest name (RFC 1035 2.3.4), and longest with a port and a dot. */
#define MA_HOST_MAX 253u
#define MA_HOST_MAX_RAW 262u

/**
 * Normalises a host as a client sent it into `out` (MA_HOST_MAX + 1 bytes). False if it is no
 * host name: other characters than letters, digits, `-`, `_` and `.`, an empty label, too long, a
 * port that is none.
 */
bool ma_host_normalise(const char *host, size_t size, char *out);

/** Normalises a pattern, a name or `*.` and one, into `out` (MA_HOST_MAX + 3 bytes). Ports are not
    part of patterns. */
bool ma_host_pattern(const char *pattern, char *out);
/** True if a normalised host matches: the same name, or `*.` standing for exactly one label. */
bool ma_host_matches(const char *pattern, const char *host);

#endif

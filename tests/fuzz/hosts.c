/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - fuzz target: host names and patterns.
 *
 * Up to the first line end stands a host, behind it a pattern. A normalised host stays as it is
 * when it is normalised again, and matches itself.
 */
#include "policy/hosts.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static void host_alone(const char *host)
{
    char again[MA_HOST_MAX + 1], pattern[MA_HOST_MAX + 3];

    FUZZ_CHECK(strlen(host) <= MA_HOST_MAX);
    FUZZ_CHECK(ma_host_normalise(host, strlen(host), again) && strcmp(host, again) == 0);
    if (ma_host_pattern(host, pattern))
        FUZZ_CHECK(ma_host_matches(pattern, host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char host[MA_HOST_MAX + 1], pattern[MA_HOST_MAX + 3];
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t first = end != NULL ? (size_t)(end - data) : size;
    size_t rest = end != NULL ? size - first - 1 : 0;
    char *text = malloc(size + 1);
    bool is_host;

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    is_host = ma_host_normalise(text, first, host);
    if (is_host)
        host_alone(host);
    if (rest > 0 && ma_host_pattern(text + first + 1, pattern)) {
        FUZZ_CHECK(strlen(pattern) <= MA_HOST_MAX + 2);
        if (is_host)
            (void)ma_host_matches(pattern, host);
    }
    free(text);
    return 0;
}

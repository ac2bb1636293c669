/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy.c - what says on whose behalf a connection is, and is followed by it: SOCKS, PROXY
 * protocol. */
#include <string.h>

#include "audit/find/dialogue.h"

/* ---- PROXY protocol (1: a line, 2: octets); the client says it alone ---- */

#define PROXY1_MAX 107u
#define PROXY2_SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static int proxy1_begins(const uint8_t *data, size_t size)
{
    return dialogue_begins_with(data, size, "PROXY ", 6);
}

static step_t proxy1_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                          size_t *used)
{
    const uint8_t *end = memchr(data, '\n', size < PROXY1_MAX ? size : PROXY1_MAX);

    (void)from;
    if (end == NULL)
        return size < PROXY1_MAX ? STEP_MORE : STEP_NOT;
    *used = (size_t)(end - data) + 1;
    dialogue->name = "proxy-protocol";
    return STEP_AGAIN;
}

static int proxy2_begins(const uint8_t *data, size_t size)
{
    return dialogue_begins_with(data, size, PROXY2_SIGNATURE, 12);
}

static step_t proxy2_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                          size_t *used)
{
    size_t length;

    (void)from;
    if (size < 16)
        return STEP_MORE;
    length = 16 + ((size_t)data[14] << 8 | data[15]);
    if (data[12] >> 4 != 2)
        return STEP_NOT;
    if (size < length)
        return STEP_MORE;
    *used = length;
    dialogue->name = "proxy-protocol";
    return STEP_AGAIN;
}

/* ---- SOCKS 4 and 4a ---- */

static int socks4_begins(const uint8_t *data, size_t size)
{
    return dialogue_begins_with(data, size, "\x04\x01", 2);
}

static step_t socks4_request(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                             size_t *used)
{
    size_t at = 8;
    unsigned strings;

    if (size < 9)
        return STEP_MORE;
    /* The user; and a name, where the address is 0.0.0.x. */
    strings = data[4] == 0 && data[5] == 0 && data[6] == 0 && data[7] != 0 ? 2 : 1;
    for (; strings > 0; strings--) {
        const uint8_t *end = at < size ? memchr(data + at, 0, size - at) : NULL;
        if (end == NULL)
            return size < 1024 ? STEP_MORE : STEP_NOT;
        at = (size_t)(end - data) + 1;
    }
    *used = at;
    dialogue->asked = true;
    dialogue->client = from;
    dialogue->name = "socks";
    return STEP_MORE;
}

static step_t socks4_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                          size_t *used)
{
    if (!dialogue->asked)
        return socks4_begins(data, size) == 0 ? STEP_NOT
                                              : socks4_request(dialogue, from, data, size, used);
    if (from == dialogue->client)
        return STEP_NOT;
    if (size < 8)
        return STEP_MORE;
    *used = 8;
    return data[0] == 0 && data[1] == 0x5a ? STEP_AGAIN : STEP_NOT;
}

/* ---- SOCKS 5: methods, maybe a password, then the request; the server answers each ---- */

enum { SOCKS5_METHODS, SOCKS5_PASSWORD, SOCKS5_REQUEST, SOCKS5_OVER };

static int socks5_begins(const uint8_t *data, size_t size)
{
    size_t i;

    if (size < 3)
        return size > 0 && data[0] != 5 ? 0 : -1;
    if (data[0] != 5 || data[1] == 0 || data[1] > 8 || size > 2 + (size_t)data[1])
        return 0; /* no client says more before it is answered */
    for (i = 2; i < size; i++)
        if (data[i] > 9 && data[i] < 0x80)
            return 0;
    return size < 2 + (size_t)data[1] ? -1 : 1;
}

/* Octets of a request or a reply; 0: too few to tell; or -1: not one. */
static int socks5_size(const uint8_t *data, size_t size)
{
    if (size < 5)
        return 0;
    if (data[0] != 5 || data[2] != 0)
        return -1;
    switch (data[3]) {
    case 1:
        return 4 + 4 + 2;
    case 3:
        return 4 + 1 + data[4] + 2;
    case 4:
        return 4 + 16 + 2;
    default:
        return -1;
    }
}

static step_t socks5_client(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                            size_t *used)
{
    size_t n;
    int request;

    switch (dialogue->phase[0]) {
    case SOCKS5_METHODS:
        n = size < 2 ? 2 : 2 + (size_t)data[1];
        break;
    case SOCKS5_PASSWORD:
        n = size < 2 ? 2 : 3 + (size_t)data[1];
        if (size >= n)
            n += data[n - 1];
        break;
    default:
        request = socks5_size(data, size);
        if (request < 0 || dialogue->phase[0] == SOCKS5_OVER)
            return STEP_NOT;
        n = request > 0 ? (size_t)request : size + 1;
        dialogue->asked = size >= n && data[1] == 1;
        dialogue->name = dialogue->asked ? "socks" : dialogue->name;
    }
    if (size < n)
        return STEP_MORE;
    *used = n;
    dialogue->client = from;
    dialogue->kind = 1; /* the client is known */
    if (dialogue->phase[0] == SOCKS5_REQUEST)
        dialogue->phase[0] = SOCKS5_OVER;
    return STEP_MORE;
}

static step_t socks5_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                          size_t *used)
{
    int reply;

    if (dialogue->kind == 0 || from == dialogue->client)
        return socks5_client(dialogue, from, data, size, used);
    if (size < 2)
        return STEP_MORE;
    if (dialogue->phase[0] == SOCKS5_OVER) {
        reply = socks5_size(data, size);
        if (reply < 0 || data[1] != 0)
            return STEP_NOT;
        if (reply == 0 || size < (size_t)reply)
            return STEP_MORE;
        *used = (size_t)reply;
        return dialogue->asked ? STEP_AGAIN : STEP_NOT;
    }
    *used = 2;
    if (dialogue->phase[0] == SOCKS5_METHODS) {
        dialogue->phase[0] = data[1] == 2 ? SOCKS5_PASSWORD : SOCKS5_REQUEST;
        return data[0] == 5 && (data[1] == 0 || data[1] == 2) ? STEP_MORE : STEP_NOT;
    }
    dialogue->phase[0] = SOCKS5_REQUEST;
    return data[1] == 0 ? STEP_MORE : STEP_NOT;
}

const protocol_t protocol_proxy1 = {"proxy-protocol", proxy1_begins, proxy1_step, false};
const protocol_t protocol_proxy2 = {"proxy-protocol", proxy2_begins, proxy2_step, false};
const protocol_t protocol_socks4 = {"socks", socks4_begins, socks4_step, false};
const protocol_t protocol_socks5 = {"socks", socks5_begins, socks5_step, false};

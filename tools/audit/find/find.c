/* SPDX-License-Identifier: BSD-2-Clause */
/* find.c - what the user says about ports, and what a hello looks like; see find.h. */
#include "audit/find/find.h"

#include "audit/find/dialogue.h"

const char *const *find_protocols(void)
{
    static const char *const names[] = {"tls", "dtls", "quic", "capwap", "openvpn", NULL};

    return names;
}

const char *find_hint(const find_t *find, const flow_t *flow)
{
    size_t i;

    for (i = 0; i < find->n_hints; i++) {
        const find_hint_t *hint = &find->hints[i];
        if (hint->transport == flow->transport &&
            (hint->port == flow->ends[0].port || hint->port == flow->ends[1].port))
            return hint->protocol;
    }
    return NULL;
}

hello_t find_hello(const uint8_t *data, size_t size)
{
    size_t record, message, session, suites;

    if (size < 44 || data[0] != 0x16 || data[1] != 3 || data[2] > 4 ||
        (data[5] != HELLO_CLIENT && data[5] != HELLO_SERVER) || data[9] != 3 || data[10] > 4)
        return HELLO_NONE;
    record = (size_t)data[3] << 8 | data[4];
    message = (size_t)data[6] << 16 | (size_t)data[7] << 8 | data[8];
    session = data[43];
    if (record < 42 || record > (1u << 14) || message < 38 + session || session > 32 ||
        message > (1u << 17))
        return HELLO_NONE;
    if (data[5] == HELLO_SERVER)
        return HELLO_SERVER;
    if (size < 46 + session)
        return HELLO_CLIENT;
    suites = (size_t)data[44 + session] << 8 | data[45 + session];
    return suites >= 2 && suites % 2 == 0 && message >= 40 + session + suites ? HELLO_CLIENT
                                                                              : HELLO_NONE;
}

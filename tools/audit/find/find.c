/* SPDX-License-Identifier: BSD-2-Clause */
/* find.c - what the user says about ports; see find.h. */
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

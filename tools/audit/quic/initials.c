/* SPDX-License-Identifier: BSD-2-Clause */
/* initials.c - see initials.h. */
#include "audit/quic/initials.h"

#include <string.h>

/* No stranger shall make a habit of Initials that do not open. */
#define MAX_DERIVED 32u

void quic_initials_clear(quic_initials_t *initials)
{
    unsigned derived = initials->derived, i, role;

    for (i = 0; i < 2; i++) {
        for (role = 0; role < 2; role++)
            quic_keys_free(initials->versions[i].keys[role]);
    }
    *initials = (quic_initials_t){.derived = derived};
}

size_t quic_initials_memory(const quic_initials_t *initials)
{
    size_t memory = 0;
    unsigned i, role;

    for (i = 0; i < 2; i++)
        for (role = 0; role < 2; role++)
            memory += initials->versions[i].keys[role] != NULL ? QUIC_KEYS_MEMORY : 0;
    return memory;
}

quic_keys_t *quic_initials_keys(quic_initials_t *initials, const quic_version_t *version,
                                unsigned role)
{
    ma_bytes_t id = {initials->id, initials->id_size};
    unsigned i;

    for (i = 0; i < 2; i++) {
        quic_keys_t **keys = &initials->versions[i].keys[role];

        if (initials->versions[i].version == NULL)
            initials->versions[i].version = version;
        if (initials->versions[i].version != version)
            continue;
        if (*keys == NULL && quic_keys_initial(version, id, role == QUIC_ROLE_CLIENT, keys) != 0)
            return NULL;
        return *keys;
    }
    return NULL;
}

bool quic_initials_renew(quic_initials_t *initials, const quic_header_t *header)
{
    uint8_t room[QUIC_MAX_PACKET];
    quic_keys_t *keys = NULL;
    quic_opened_t opened;

    if (initials->derived >= MAX_DERIVED)
        return false;
    initials->derived++;
    if (quic_keys_initial(header->version, header->destination, true, &keys) != 0)
        return false;
    if (!quic_keys_open(keys, header, 0, room, &opened)) {
        quic_keys_free(keys);
        return false;
    }
    quic_initials_clear(initials);
    memcpy(initials->id, header->destination.data, header->destination.size);
    initials->id_size = header->destination.size;
    initials->versions[0].version = header->version;
    initials->versions[0].keys[QUIC_ROLE_CLIENT] = keys;
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inventory.h - what loaded policies were made of that comes to an end: anchors, intermediates and
 * lists of revoked certificates.
 *
 * Everything is copied to the arena: the policies may be gone when it is looked at.
 */
#ifndef MA_POLICY_INVENTORY_H
#define MA_POLICY_INVENTORY_H

#include "crl/register.h"
#include "policy/set.h"

typedef enum ma_item_kind {
    MA_ITEM_ANCHOR,
    MA_ITEM_INTERMEDIATE,
    MA_ITEM_CRL,
    MA_ITEM_DELTA_CRL,
    MA_ITEM_CERTIFICATE /**< of no policy: see ma_inventory_add() */
} ma_item_kind_t;

/** Texts may hold what a stranger wrote: they go through an encoder. */
typedef struct ma_item {
    ma_item_kind_t kind;
    const char *name;   /**< the subject, or the list's issuer, as RFC 2253 text */
    const char *number; /**< the serial, or the list's number, in hex; "": none */
    const char *source; /**< the policy file; of a list its file or directory */
    int64_t ends;       /**< INT64_MAX: never */
} ma_item_t;

typedef struct ma_inventory {
    ma_arena_t *arena; /**< holds all of it */
    ma_item_t *items;
    size_t count;
    size_t room;
} ma_inventory_t;

void ma_inventory_init(ma_inventory_t *inventory, ma_arena_t *arena);

/**
 * Adds what a set and its candidates trust, once for each policy, and the lists that were entered
 * while it was loaded, once for each path.
 */
int ma_inventory_add_set(ma_inventory_t *inventory, const ma_set_t *set,
                         const ma_crl_register_t *lists) MTLSAUTH_MUST_CHECK;
/** Adds one certificate. */
int ma_inventory_add(ma_inventory_t *inventory, ma_item_kind_t kind, const mtlsauth_cert_t *cert,
                     const char *source) MTLSAUTH_MUST_CHECK;

#endif

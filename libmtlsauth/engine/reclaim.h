/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reclaim.h - hand the snapshot in force to requests without a lock, and free an old one when the
 * last request is done with it.
 *
 * Each request owns a slot in which it says which snapshot it looks at (a hazard pointer). Taking
 * one is: read what is in force, write it into the slot, look again; if it is still in force, the
 * slot was written before anyone could have missed it. A commit puts the old snapshot on the
 * retired list and frees those that stand in no slot; so does a request that lets go while the list
 * is not empty. The lock is for the lists: requests take it only when they are made or freed, or
 * after a reload.
 */
#ifndef MA_ENGINE_RECLAIM_H
#define MA_ENGINE_RECLAIM_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/snapshot.h"

/** One for each request. Belongs to the request's thread, but for `held`, which others read. */
typedef struct ma_slot {
    _Atomic(mtlsauth_snapshot_t *) held;
    struct ma_slot *next;
    struct ma_slot *previous;
} ma_slot_t;

typedef struct ma_reclaim {
    _Atomic(mtlsauth_snapshot_t *) current;
    atomic_bool has_retired;
    pthread_mutex_t lock; /**< for what follows */
    ma_slot_t *slots;
    mtlsauth_snapshot_t *retired;
} ma_reclaim_t;

int ma_reclaim_init(ma_reclaim_t *reclaim) MTLSAUTH_MUST_CHECK;
/** Frees all snapshots. No slot may be left. */
void ma_reclaim_free(ma_reclaim_t *reclaim);

void ma_slot_join(ma_reclaim_t *reclaim, ma_slot_t *slot);
void ma_slot_leave(ma_reclaim_t *reclaim, ma_slot_t *slot);

/** The snapshot in force, held in the slot until it is released or another one is taken. */
const mtlsauth_snapshot_t *ma_slot_take(ma_reclaim_t *reclaim, ma_slot_t *slot);
void ma_slot_release(ma_reclaim_t *reclaim, ma_slot_t *slot);

/** Puts a snapshot in force; consumes it. */
void ma_reclaim_commit(ma_reclaim_t *reclaim, mtlsauth_snapshot_t *snapshot);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* reclaim.c - see reclaim.h. All atomics are sequentially consistent: the proof needs it. */
#include "engine/reclaim.h"

int ma_reclaim_init(ma_reclaim_t *reclaim)
{
    atomic_init(&reclaim->current, NULL);
    atomic_init(&reclaim->has_retired, false);
    reclaim->slots = NULL;
    reclaim->retired = NULL;
    return pthread_mutex_init(&reclaim->lock, NULL) == 0 ? 0 : MTLSAUTH_E_NO_MEMORY;
}

void ma_reclaim_free(ma_reclaim_t *reclaim)
{
    mtlsauth_snapshot_t *next;

    mtlsauth_snapshot_free(atomic_load(&reclaim->current));
    for (; reclaim->retired != NULL; reclaim->retired = next) {
        next = reclaim->retired->next;
        mtlsauth_snapshot_free(reclaim->retired);
    }
    pthread_mutex_destroy(&reclaim->lock);
}

static bool is_held(const ma_reclaim_t *reclaim, const mtlsauth_snapshot_t *snapshot)
{
    ma_slot_t *slot;

    for (slot = reclaim->slots; slot != NULL; slot = slot->next)
        if (atomic_load(&slot->held) == snapshot)
            return true;
    return false;
}

/* Unlinks the retired snapshots that stand in no slot. Under the lock; freed by the caller, after. */
static mtlsauth_snapshot_t *unlink_unheld(ma_reclaim_t *reclaim)
{
    mtlsauth_snapshot_t *free_list = NULL, **at = &reclaim->retired;

    while (*at != NULL) {
        mtlsauth_snapshot_t *snapshot = *at;
        if (is_held(reclaim, snapshot)) {
            at = &snapshot->next;
            continue;
        }
        *at = snapshot->next;
        snapshot->next = free_list;
        free_list = snapshot;
    }
    atomic_store(&reclaim->has_retired, reclaim->retired != NULL);
    return free_list;
}

static void free_all(mtlsauth_snapshot_t *list)
{
    mtlsauth_snapshot_t *next;

    for (; list != NULL; list = next) {
        next = list->next;
        mtlsauth_snapshot_free(list);
    }
}

void ma_slot_join(ma_reclaim_t *reclaim, ma_slot_t *slot)
{
    atomic_init(&slot->held, NULL);
    pthread_mutex_lock(&reclaim->lock);
    slot->previous = NULL;
    slot->next = reclaim->slots;
    if (slot->next != NULL)
        slot->next->previous = slot;
    reclaim->slots = slot;
    pthread_mutex_unlock(&reclaim->lock);
}

void ma_slot_leave(ma_reclaim_t *reclaim, ma_slot_t *slot)
{
    mtlsauth_snapshot_t *unheld;

    pthread_mutex_lock(&reclaim->lock);
    atomic_store(&slot->held, NULL);
    if (slot->previous != NULL)
        slot->previous->next = slot->next;
    else
        reclaim->slots = slot->next;
    if (slot->next != NULL)
        slot->next->previous = slot->previous;
    unheld = unlink_unheld(reclaim);
    pthread_mutex_unlock(&reclaim->lock);
    free_all(unheld);
}

const mtlsauth_snapshot_t *ma_slot_take(ma_reclaim_t *reclaim, ma_slot_t *slot)
{
    mtlsauth_snapshot_t *snapshot = atomic_load(&reclaim->current);

    for (;;) {
        mtlsauth_snapshot_t *again;
        atomic_store(&slot->held, snapshot);
        again = atomic_load(&reclaim->current);
        if (again == snapshot)
            return snapshot;
        snapshot = again;
    }
}

void ma_slot_release(ma_reclaim_t *reclaim, ma_slot_t *slot)
{
    mtlsauth_snapshot_t *unheld;

    atomic_store(&slot->held, NULL);
    if (!atomic_load(&reclaim->has_retired))
        return;
    pthread_mutex_lock(&reclaim->lock);
    unheld = unlink_unheld(reclaim);
    pthread_mutex_unlock(&reclaim->lock);
    free_all(unheld);
}

void ma_reclaim_commit(ma_reclaim_t *reclaim, mtlsauth_snapshot_t *snapshot)
{
    mtlsauth_snapshot_t *old, *unheld;

    pthread_mutex_lock(&reclaim->lock);
    old = atomic_exchange(&reclaim->current, snapshot);
    if (old != NULL) {
        old->next = reclaim->retired;
        reclaim->retired = old;
    }
    unheld = unlink_unheld(reclaim);
    pthread_mutex_unlock(&reclaim->lock);
    free_all(unheld);
}

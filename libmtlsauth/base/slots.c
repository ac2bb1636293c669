/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots.c - see slots.h. A slot goes from NULL to its thing, once: whoever reads a pointer reads
 * what was written before it was published.
 */
#include "base/slots.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

struct ma_slots {
    size_t mask;
    uint64_t seed;
    _Atomic(void *) slots[];
};

int ma_slots_new(size_t things, ma_slots_t **out)
{
    size_t i, count = 16;
    ma_slots_t *slots;

    if (things > MA_SLOTS_MAX)
        return MTLSAUTH_E_ARGUMENT;
    while (count < things + things / 2)
        count *= 2;
    slots = calloc(1, sizeof(*slots) + count * sizeof(slots->slots[0]));
    if (slots == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (getrandom(&slots->seed, sizeof(slots->seed), 0) != (ssize_t)sizeof(slots->seed)) {
        free(slots);
        return MTLSAUTH_E_NO_MEMORY;
    }
    slots->seed |= 1; /* odd, so that multiplying by it loses nothing */
    slots->mask = count - 1;
    for (i = 0; i < count; i++)
        atomic_init(&slots->slots[i], NULL);
    *out = slots;
    return 0;
}

void ma_slots_free(ma_slots_t *slots, void (*release)(void *thing))
{
    size_t i;

    if (slots == NULL)
        return;
    for (i = 0; release != NULL && i <= slots->mask; i++) {
        void *thing = atomic_load_explicit(&slots->slots[i], memory_order_acquire);
        if (thing != NULL)
            release(thing);
    }
    free(slots);
}

/* Where a row begins: the high half of a product is mixed best. */
static size_t row_of(const ma_slots_t *slots, uint64_t hash)
{
    return (size_t)((hash * slots->seed) >> 32);
}

void *ma_slots_find(const ma_slots_t *slots, uint64_t hash, ma_slots_is_fn *is, const void *key)
{
    size_t i, row = row_of(slots, hash);

    for (i = 0; i < MA_SLOTS_ROW; i++) {
        void *thing
            = atomic_load_explicit(&slots->slots[(row + i) & slots->mask], memory_order_acquire);
        if (thing == NULL || is(thing, key))
            return thing;
    }
    return NULL;
}

void *ma_slots_keep(ma_slots_t *slots, uint64_t hash, void *thing, ma_slots_is_fn *is,
                    const void *key)
{
    size_t i, row = row_of(slots, hash);

    for (i = 0; i < MA_SLOTS_ROW; i++) {
        void *found = NULL;
        if (atomic_compare_exchange_strong_explicit(&slots->slots[(row + i) & slots->mask], &found,
                                                    thing, memory_order_acq_rel,
                                                    memory_order_acquire))
            return thing;
        if (is(found, key))
            return found;
    }
    return NULL;
}

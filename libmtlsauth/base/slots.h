/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots.h - a table of pointers that threads share without a lock: things come in and stay.
 *
 * What is put in must be constant from then on. A thing is looked for in a short row of slots that
 * begins where a hash says, mixed with a random number, so that nobody can make things that crowd
 * one place; where a row is full, nothing more comes in. Two threads that put in equal things at
 * once end up with one of them.
 */
#ifndef MA_BASE_SLOTS_H
#define MA_BASE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/types.h>

typedef struct ma_slots ma_slots_t;

/** Slots in a row: what a look costs at most. */
#define MA_SLOTS_ROW 8u
/** The most things that a table is made for. */
#define MA_SLOTS_MAX (1u << 24)

/** Is this the thing that `key` means? */
typedef bool ma_slots_is_fn(const void *thing, const void *key);

/**
 * Room for `things`, with slots to spare. Returns 0, MTLSAUTH_E_ARGUMENT or MTLSAUTH_E_NO_MEMORY.
 */
int ma_slots_new(size_t things, ma_slots_t **out) MTLSAUTH_MUST_CHECK;
/** Calls `release` (may be NULL) for each thing. No thread may use the table any more. */
void ma_slots_free(ma_slots_t *slots, void (*release)(void *thing));

/* `hash` is that of a hash function: numbers in a row would crowd one place. */

/** The first thing of the row that `is` accepts, or NULL. */
void *ma_slots_find(const ma_slots_t *slots, uint64_t hash, ma_slots_is_fn *is, const void *key);
/**
 * Puts `thing` in unless the row has one that `is` accepts. Returns the one that is in; NULL if
 * there was no room. Unless it is `thing` itself, that stays the caller's.
 */
void *ma_slots_keep(ma_slots_t *slots, uint64_t hash, void *thing, ma_slots_is_fn *is,
                    const void *key);

#endif

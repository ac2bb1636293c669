/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * string_table.c - see string_table.h.
 *
 * Open addressing, at most half full. What is looked for comes from strangers, but what is in the
 * table does not, so that nobody can make long rows of it: a hash that mixes well is enough. A
 * string longer than all of them is not hashed at all.
 */
#include "expr/string_table.h"

#include <string.h>
#include <sys/random.h>

/* So few are compared faster than one is hashed. */
#define FEW 8u

typedef struct slot {
    const uint8_t *data; /* NULL: free */
    uint32_t size;
    uint32_t hash; /* the half that did not choose the slot */
} slot_t;

struct ma_string_table {
    uint64_t key;
    size_t longest;
    size_t count; /* of slots in use from the first on, if they are few */
    size_t mask;  /* 0: few */
    slot_t slots[];
};

/* FNV-1a over words of eight octets, and a last mixing. */
static uint64_t hash_of(uint64_t key, ma_bytes_t string)
{
    const uint64_t prime = 0x100000001b3u;
    uint64_t hash = key ^ string.size, word;
    size_t i;

    for (i = 0; i < string.size; i += sizeof(word)) {
        size_t size = string.size - i < sizeof(word) ? string.size - i : sizeof(word);

        word = 0;
        memcpy(&word, string.data + i, size);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 29;
    }
    hash *= 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static bool is(const slot_t *slot, ma_bytes_t string)
{
    return slot->size == string.size &&
           (string.size == 0 || memcmp(slot->data, string.data, string.size) == 0);
}

/* The slot that has the string, or the free one where it would be. */
static size_t find(const ma_string_table_t *table, ma_bytes_t string, uint64_t hash)
{
    size_t at = (size_t)hash & table->mask;

    while (table->slots[at].data != NULL &&
           (table->slots[at].hash != (uint32_t)(hash >> 32) || !is(&table->slots[at], string)))
        at = (at + 1) & table->mask;
    return at;
}

static void put(ma_string_table_t *table, ma_bytes_t string)
{
    slot_t slot = {string.data, (uint32_t)string.size, 0};
    uint64_t hash;

    if (string.size > table->longest)
        table->longest = string.size;
    if (table->mask == 0) {
        table->slots[table->count++] = slot;
        return;
    }
    hash = hash_of(table->key, string);
    slot.hash = (uint32_t)(hash >> 32);
    table->slots[find(table, string, hash)] = slot;
}

static bool total_of(const ma_bytes_t *strings, size_t count, size_t *total)
{
    size_t i;

    *total = 0;
    for (i = 0; i < count; i++) {
        if (strings[i].size >= UINT32_MAX || strings[i].size > SIZE_MAX - *total)
            return false;
        *total += strings[i].size;
    }
    return true;
}

int ma_string_table_new(const ma_bytes_t *strings, size_t count, ma_arena_t *arena,
                        ma_string_table_t **out)
{
    ma_string_table_t *table;
    size_t i, total, slots = FEW;
    uint8_t *octets;

    if (count > SIZE_MAX / sizeof(slot_t) / 8 || !total_of(strings, count, &total))
        return MTLSAUTH_E_ARGUMENT;
    while (count > FEW && slots < 2 * count)
        slots *= 2;
    table = ma_arena_alloc(arena, sizeof(*table) + slots * sizeof(slot_t));
    octets = ma_arena_alloc(arena, total);
    if (table == NULL || octets == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    table->mask = count > FEW ? slots - 1 : 0;
    if (getrandom(&table->key, sizeof(table->key), 0) != (ssize_t)sizeof(table->key))
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < count; i++) {
        if (strings[i].size > 0)
            memcpy(octets, strings[i].data, strings[i].size);
        put(table, (ma_bytes_t){octets, strings[i].size});
        octets += strings[i].size;
    }
    *out = table;
    return 0;
}

bool ma_string_table_has(const ma_string_table_t *table, ma_bytes_t string)
{
    size_t i;

    if (string.size > table->longest)
        return false;
    if (table->mask != 0)
        return table->slots[find(table, string, hash_of(table->key, string))].data != NULL;
    for (i = 0; i < table->count; i++) {
        if (is(&table->slots[i], string))
            return true;
    }
    return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* tally.c - see tally.h: an array of rows, and open addressing into it with a keyed hash. */
#include "audit/report/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/siphash.h"

void tally_init(tally_t *tally, size_t limit, const uint64_t hash_key[2])
{
    *tally = (tally_t) { .limit = limit, .hash_key = { hash_key[0], hash_key[1] } };
}

void tally_free(tally_t *tally)
{
    size_t i;

    for (i = 0; i < tally->count; i++)
        free(tally->rows[i]);
    free(tally->rows);
    free(tally->slots);
}

/* Texts are cut between characters. */
static size_t cut(const char *text)
{
    size_t size = strlen(text), at = 0, length;

    if (size <= TALLY_MAX_TEXT)
        return size;
    while (at < TALLY_MAX_TEXT) {
        length = ma_utf8_length(text + at, size - at);
        if (length == 0)
            length = 1;
        if (at + length > TALLY_MAX_TEXT)
            break;
        at += length;
    }
    return at;
}

static void insert(tally_t *tally, uint64_t hash, size_t index)
{
    size_t slot = hash & (tally->n_slots - 1);

    while (tally->slots[slot] != 0)
        slot = (slot + 1) & (tally->n_slots - 1);
    tally->slots[slot] = (uint32_t)index + 1;
}

/* Room for one more row and its slot. */
static int grow(tally_t *tally)
{
    size_t room = tally->room > 0 ? tally->room * 2 : 16, i;
    tally_row_t **rows;
    uint32_t *slots;

    if (tally->count < tally->room)
        return 0;
    rows = realloc(tally->rows, room * sizeof(tally_row_t *));
    if (rows == NULL)
        return -1;
    tally->rows = rows;
    slots = calloc(room * 2, sizeof(*slots));
    if (slots == NULL)
        return -1;
    free(tally->slots);
    tally->slots = slots;
    tally->n_slots = room * 2;
    tally->room = room;
    for (i = 0; i < tally->count; i++)
        insert(tally, rows[i]->hash, i);
    return 0;
}

static tally_row_t *find(const tally_t *tally, uint64_t hash, const char *key, size_t size)
{
    size_t slot;
    tally_row_t *row;

    for (slot = hash & (tally->n_slots - 1); tally->n_slots > 0 && tally->slots[slot] != 0;
         slot = (slot + 1) & (tally->n_slots - 1)) {
        row = tally->rows[tally->slots[slot] - 1];
        if (row->hash == hash && strncmp(row->key, key, size) == 0 && row->key[size] == '\0')
            return row;
    }
    return NULL;
}

tally_row_t *tally_row(tally_t *tally, const char *key, const char *subject)
{
    size_t size = cut(key), subject_size, octets;
    uint64_t hash = ma_siphash(tally->hash_key, (ma_bytes_t) { (const uint8_t *)key, size });
    tally_row_t *row = find(tally, hash, key, size);

    if (row != NULL)
        return row;
    subject_size = cut(subject);
    octets = sizeof(*row) + size + subject_size + 2;
    if (tally->count >= tally->limit || octets > TALLY_MAX_OCTETS - tally->octets
        || grow(tally) != 0)
        return NULL;
    row = calloc(1, octets);
    if (row == NULL)
        return NULL;
    tally->octets += octets;
    memcpy(row->text, key, size);
    memcpy(row->text + size + 1, subject, subject_size);
    row->key = row->text;
    row->subject = row->text + size + 1;
    row->hash = hash;
    row->not_after = INT64_MIN;
    row->last_time = INT64_MIN;
    tally->rows[tally->count] = row;
    insert(tally, hash, tally->count++);
    return row;
}

/* Counters of merged summaries stop at the top rather than begin anew. */
static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

tally_row_t *tally_count(tally_t *tally, const char *key, const char *subject, int verdict,
                         uint64_t count)
{
    tally_row_t *row = tally_row(tally, key, subject);

    if (row == NULL)
        tally->left_out = plus(tally->left_out, count);
    else
        row->counts[verdict] = plus(row->counts[verdict], count);
    return row;
}

uint64_t tally_total(const tally_row_t *row)
{
    return plus(plus(row->counts[0], row->counts[1]), row->counts[2]);
}

static void add_row(tally_t *into, const tally_row_t *from)
{
    tally_row_t *row = NULL;
    int verdict;

    for (verdict = 0; verdict < 3; verdict++) {
        if (from->counts[verdict] > 0 || verdict == 0)
            row = tally_count(into, from->key, from->subject, verdict, from->counts[verdict]);
    }
    if (row == NULL)
        return;
    if (from->not_after != INT64_MIN)
        row->not_after = from->not_after;
    if (from->last_time >= row->last_time) {
        row->last_time = from->last_time;
        row->last = from->last;
        memcpy(row->last_reason, from->last_reason, sizeof(row->last_reason));
    }
}

static int by_count(const void *a, const void *b)
{
    const tally_row_t *x = *(const tally_row_t *const *)a, *y = *(const tally_row_t *const *)b;
    uint64_t m = tally_total(x), n = tally_total(y);

    if (m != n)
        return m > n ? -1 : 1;
    return strcmp(x->key, y->key);
}

const tally_row_t **tally_sorted(const tally_t *tally)
{
    const tally_row_t **rows;
    size_t i;

    if (tally->count == 0)
        return NULL;
    rows = malloc(tally->count * sizeof(const tally_row_t *));
    if (rows == NULL)
        return NULL;
    for (i = 0; i < tally->count; i++)
        rows[i] = tally->rows[i];
    qsort(rows, tally->count, sizeof(const tally_row_t *), by_count);
    return rows;
}

void tally_add(tally_t *into, const tally_t *from)
{
    const tally_row_t **rows = tally_sorted(from);
    size_t i;

    /* The most frequent first, as they are the ones to keep. */
    for (i = 0; i < from->count; i++)
        add_row(into, rows != NULL ? rows[i] : from->rows[i]);
    free(rows);
    into->left_out = plus(into->left_out, from->left_out);
}

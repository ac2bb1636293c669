/* SPDX-License-Identifier: BSD-2-Clause */
/* slots.c - a table that things come into and stay: found again, kept once, bounded, by threads
 * too. */
#include "base/slots.h"

#include <pthread.h>
#include <stdlib.h>

#include "tap.h"

enum { N_THREADS = 4, N_NUMBERS = 500 };

static bool is(const void *thing, const void *key)
{
    return *(const unsigned *)thing == *(const unsigned *)key;
}

static unsigned *number(unsigned value)
{
    unsigned *made = malloc(sizeof(*made));

    if (made == NULL)
        abort();
    *made = value;
    return made;
}

/* As good as those that tables are used with: numbers in a row crowd one place for some seeds. */
static uint64_t hash_of(unsigned value)
{
    uint64_t x = (value + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* Puts a number in; the one that is in, or NULL. */
static unsigned *keep(ma_slots_t *slots, unsigned value)
{
    unsigned *made = number(value);
    unsigned *in = ma_slots_keep(slots, hash_of(value), made, is, &value);

    if (in != made)
        free(made);
    return in;
}

static void keeps_a_thing_once(void)
{
    ma_slots_t *slots = NULL;
    const unsigned seven = 7, eight = 8;
    unsigned *first;

    if (!TAP_INT(ma_slots_new(4, &slots), 0))
        return;
    TAP_TRUE(ma_slots_find(slots, hash_of(seven), is, &seven) == NULL);
    first = keep(slots, seven);
    TAP_TRUE(first != NULL);
    TAP_TRUE(ma_slots_find(slots, hash_of(seven), is, &seven) == first);
    TAP_TRUE(keep(slots, seven) == first);
    TAP_TRUE(ma_slots_find(slots, hash_of(eight), is, &eight) == NULL);
    /* of one hash, and told apart all the same */
    TAP_TRUE(ma_slots_find(slots, hash_of(seven), is, &eight) == NULL);
    ma_slots_free(slots, free);
    ma_slots_free(NULL, free);
}

/* All in one row: it takes as many as it has slots, whatever room there is elsewhere. */
static void a_row_has_an_end(void)
{
    ma_slots_t *slots = NULL;
    unsigned i, kept = 0;

    TAP_INT(ma_slots_new(MA_SLOTS_MAX + 1, &slots), MTLSAUTH_E_ARGUMENT);
    if (!TAP_INT(ma_slots_new(1000, &slots), 0))
        return;
    for (i = 0; i < 2 * MA_SLOTS_ROW; i++) {
        unsigned *made = number(i);
        if (ma_slots_keep(slots, 1, made, is, &i) == made)
            kept++;
        else
            free(made);
    }
    TAP_INT(kept, MA_SLOTS_ROW);
    for (i = 0; i < 2 * MA_SLOTS_ROW; i++)
        TAP_INT(ma_slots_find(slots, 1, is, &i) != NULL, i < MA_SLOTS_ROW);
    ma_slots_free(slots, free);
}

static unsigned *seen[N_THREADS][N_NUMBERS];

typedef struct job {
    ma_slots_t *slots;
    unsigned **seen;
} job_t;

static void *keep_and_note(void *context)
{
    const job_t *job = context;
    unsigned i;

    for (i = 0; i < N_NUMBERS; i++)
        job->seen[i] = keep(job->slots, i);
    return NULL;
}

static void threads_end_up_with_one(void)
{
    ma_slots_t *slots = NULL;
    pthread_t threads[N_THREADS];
    job_t jobs[N_THREADS];
    unsigned i, j, same = 0;

    if (!TAP_INT(ma_slots_new(4 * N_NUMBERS, &slots), 0))
        return;
    for (i = 0; i < N_THREADS; i++) {
        jobs[i] = (job_t) { slots, seen[i] };
        TAP_INT(pthread_create(&threads[i], NULL, keep_and_note, &jobs[i]), 0);
    }
    for (i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < N_NUMBERS; i++)
        for (j = 1; j < N_THREADS; j++)
            same += seen[j][i] != NULL && seen[j][i] == seen[0][i];
    TAP_INT(same, N_NUMBERS * (N_THREADS - 1));
    ma_slots_free(slots, free);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "keeps a thing once", keeps_a_thing_once },
        { "a row has an end", a_row_has_an_end },
        { "threads end up with one of equal things", threads_end_up_with_one },
    };

    return tap_main("slots", tests, sizeof(tests) / sizeof(tests[0]));
}

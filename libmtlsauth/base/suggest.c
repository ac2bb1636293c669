/* SPDX-License-Identifier: BSD-2-Clause */
/* suggest.c - see suggest.h. Levenshtein's distance, with one row of memory. */
#include "base/suggest.h"

#include <string.h>

#define MAX_WORD 63u

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

static unsigned distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned row[MAX_WORD + 1];
    size_t i, j;

    for (j = 0; j <= b_size; j++)
        row[j] = (unsigned)j;
    for (i = 1; i <= a_size; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (j = 1; j <= b_size; j++) {
            unsigned above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_size];
}

const char *ma_suggest(const char *word, const char *const *known, size_t count)
{
    const char *best = NULL;
    unsigned best_distance = 3;
    size_t i, size = strlen(word);

    if (size > MAX_WORD)
        return NULL;
    for (i = 0; i < count; i++) {
        size_t known_size = strlen(known[i]);
        unsigned d;
        if (known_size > MAX_WORD)
            continue;
        d = distance(word, size, known[i], known_size);
        if (d < best_distance && d < size) {
            best_distance = d;
            best = known[i];
        }
    }
    return best;
}

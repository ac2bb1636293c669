/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tally.h - how often something was seen, by name and verdict; bounded, and several add up to one.
 *
 * Names beyond the limit are not kept: what they would have counted is in `left_out`. So what is
 * there is exact, but for names that came late; whoever shows a tally says how much is left out.
 */
#ifndef AUDIT_REPORT_TALLY_H
#define AUDIT_REPORT_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include <mtlsauth/mtlsauth.h>

/** Octets of a name or subject that are kept. */
#define TALLY_MAX_TEXT 512u
/** Octets of the rows of one tally, for names that are as long as they can be. */
#define TALLY_MAX_OCTETS ((size_t)6 << 20)

typedef struct tally_row {
    uint64_t counts[3];   /**< by mtlsauth_verdict_t */
    uint64_t hash;
    const char *key;
    const char *subject;  /**< "" where it has none */
    int64_t not_after;    /**< INT64_MIN: none */
    int64_t last_time;    /**< INT64_MIN: none; of the newest handshake */
    int last;             /**< its verdict */
    char last_reason[32];
    char text[];
} tally_row_t;

typedef struct tally {
    tally_row_t **rows;   /**< in the order they were first seen */
    size_t count, room;
    size_t limit;
    size_t octets; /**< of the rows */
    uint64_t left_out;    /**< counts of names that are not kept */
    uint32_t *slots;      /**< index + 1 into rows, by hash; a power of two of them */
    size_t n_slots;
    uint64_t hash_key[2];
} tally_t;

void tally_init(tally_t *tally, size_t limit, const uint64_t hash_key[2]);
void tally_free(tally_t *tally);
/** The row of a name, made if there is room; NULL: it is not kept. Longer texts are cut. */
tally_row_t *tally_row(tally_t *tally, const char *key, const char *subject);
/** Counts. */
tally_row_t *tally_count(tally_t *tally, const char *key, const char *subject, int verdict,
                         uint64_t count);
void tally_add(tally_t *into, const tally_t *from);
uint64_t tally_total(const tally_row_t *row);
/** The rows with the most first, equal ones by name; to be freed. NULL: no memory or none. */
const tally_row_t **tally_sorted(const tally_t *tally);

#endif

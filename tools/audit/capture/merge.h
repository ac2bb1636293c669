/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge.h - several captures as one, in the order of time.
 *
 * Packets of one file keep their order, as captures may be written with times that step back. Files
 * that do not overlap are read one behind the other, open one at a time.
 */
#ifndef AUDIT_CAPTURE_MERGE_H
#define AUDIT_CAPTURE_MERGE_H

#include "audit/capture/capture.h"

typedef struct merge merge_t;

/** A file that could not be read to its end; `why` is one line. May be called several times. */
typedef void merge_problem_fn(void *context, const char *path, const char *why);

/** The paths and `how` must outlive it. Files that do not open are problems as well, not errors. */
int merge_new(const char *const *paths, size_t count, const capture_how_t *how,
              merge_problem_fn *problem, void *context, merge_t **out) MTLSAUTH_MUST_CHECK;
/** False: no more packets. */
bool merge_next(merge_t *merge, packet_t *out);
uint64_t merge_position(const merge_t *merge);
uint64_t merge_size(const merge_t *merge);
void merge_free(merge_t *merge);

#endif

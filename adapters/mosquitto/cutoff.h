/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cutoff.h - clients to be cut off once the broker has nothing else in hand.
 *
 * The broker cannot bear it that a client goes while it hands a message to all who subscribed.
 * Bounded; who has no room is noted at the next message that it does not get.
 */
#ifndef ADAPTERS_MOSQUITTO_CUTOFF_H
#define ADAPTERS_MOSQUITTO_CUTOFF_H

#include <stdbool.h>
#include <stddef.h>

#define CUTOFF_MOST 64u

/** All zero at first. */
typedef struct cutoff {
    char *names[CUTOFF_MOST];
    size_t count;
    bool running;
} cutoff_t;

/** Notes a client by its identifier. true: it is new here. */
bool cutoff_add(cutoff_t *cutoff, const char *name);
/** The client has gone by itself: the broker does not bear it either to end what has ended. */
void cutoff_forget(cutoff_t *cutoff, const char *name);
/** Cuts them off, without their wills. Not from a callback about a client. */
void cutoff_run(cutoff_t *cutoff);
void cutoff_free(cutoff_t *cutoff);

#endif

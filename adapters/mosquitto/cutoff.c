/* SPDX-License-Identifier: BSD-2-Clause */
/* cutoff.c - see cutoff.h. */
#include "mosquitto/cutoff.h"

#include <stdlib.h>
#include <string.h>

#include "mosquitto/broker.h"

static size_t find(const cutoff_t *cutoff, const char *name)
{
    size_t i = 0;

    while (i < cutoff->count && strcmp(cutoff->names[i], name) != 0)
        i++;
    return i;
}

bool cutoff_add(cutoff_t *cutoff, const char *name)
{
    if (cutoff->running || name == NULL || cutoff->count >= CUTOFF_MOST
        || find(cutoff, name) < cutoff->count)
        return false;
    cutoff->names[cutoff->count] = strdup(name);
    if (cutoff->names[cutoff->count] == NULL)
        return false;
    cutoff->count++;
    return true;
}

void cutoff_forget(cutoff_t *cutoff, const char *name)
{
    size_t i = name != NULL && !cutoff->running ? find(cutoff, name) : cutoff->count;

    if (i < cutoff->count) {
        free(cutoff->names[i]);
        cutoff->names[i] = cutoff->names[--cutoff->count];
    }
}

void cutoff_run(cutoff_t *cutoff)
{
    size_t i;

    if (cutoff->running)
        return;
    cutoff->running = true; /* the broker asks about the subscriptions of those that go */
    for (i = 0; i < cutoff->count; i++)
        (void)mosquitto_kick_client_by_clientid(cutoff->names[i], false);
    cutoff_free(cutoff);
    cutoff->running = false;
}

void cutoff_free(cutoff_t *cutoff)
{
    while (cutoff->count > 0)
        free(cutoff->names[--cutoff->count]);
}

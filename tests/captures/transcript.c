/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.c - see transcript.h. A test that runs out of memory stops. */
#include "captures/transcript.h"

#include <stdlib.h>
#include <string.h>

void transcript_init(transcript_t *transcript, bool datagrams)
{
    *transcript = (transcript_t){.datagrams = datagrams};
    ma_buf_init(&transcript->keylog, 0);
}

static void *grow(void *old, size_t size)
{
    void *made = realloc(old, size);

    if (made == NULL)
        abort();
    return made;
}

void transcript_add(transcript_t *transcript, unsigned from, const void *data, size_t size)
{
    turn_t *turn = transcript->n_turns > 0 ? &transcript->turns[transcript->n_turns - 1] : NULL;

    if (turn == NULL || turn->from != from || transcript->datagrams) {
        if (transcript->n_turns == transcript->room) {
            transcript->room = transcript->room * 2 + 16;
            transcript->turns = grow(transcript->turns, transcript->room * sizeof(turn_t));
        }
        turn = &transcript->turns[transcript->n_turns++];
        *turn = (turn_t){.from = from};
    }
    if (size == 0)
        return;
    turn->data = grow(turn->data, turn->size + size);
    memcpy(turn->data + turn->size, data, size);
    turn->size += size;
}

outcome_t *transcript_outcome(transcript_t *transcript)
{
    outcome_t *outcome;

    if (transcript->n_outcomes == TRANSCRIPT_MAX_HANDSHAKES)
        abort();
    outcome = &transcript->outcomes[transcript->n_outcomes++];
    *outcome = (outcome_t){.visibility = "", .blind = "", .version = ""};
    return outcome;
}

void transcript_free(transcript_t *transcript)
{
    size_t i;

    for (i = 0; i < transcript->n_turns; i++)
        free(transcript->turns[i].data);
    free(transcript->turns);
    ma_buf_free(&transcript->keylog);
    *transcript = (transcript_t){0};
}

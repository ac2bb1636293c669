/* SPDX-License-Identifier: BSD-2-Clause */
/* waiting.c - see waiting.h. */
#include "audit/flow/waiting.h"

#include <stdlib.h>
#include <string.h>

size_t waiting_cost(size_t octets)
{
    return sizeof(waiting_piece_t) + sizeof(waiting_run_t) + octets;
}

void waiting_cut(waiting_part_t *part, uint64_t start)
{
    uint64_t off = start - part->start;

    part->start = start;
    if (off >= part->size) {
        part->size = 0;
        return;
    }
    part->data += off;
    part->size -= (uint32_t)off;
}

/* A copy of [start, end) of the part, which has them. */
static waiting_piece_t *piece_new(const waiting_part_t *whole, uint64_t start, uint64_t end,
                                  const packet_t *packet)
{
    waiting_part_t part = *whole;
    waiting_piece_t *piece;
    uint32_t length = (uint32_t)(end - start);

    waiting_cut(&part, start);
    if (part.size > length)
        part.size = length;
    piece = malloc(sizeof(*piece) + part.size);
    if (piece == NULL)
        return NULL;
    piece->next = NULL;
    piece->start = start;
    piece->size = part.size;
    piece->length = length;
    piece->time = packet->time;
    piece->packet = packet->number;
    piece->file = packet->file;
    if (part.size > 0)
        memcpy(piece->data, part.data, part.size);
    return piece;
}

/* A new run of one piece, before the run at `link`. */
static bool insert_run(waiting_t *waiting, waiting_run_t **link, waiting_piece_t *piece)
{
    waiting_run_t *run;

    if (waiting->n_runs >= WAITING_MAX_RUNS || (run = malloc(sizeof(*run))) == NULL)
        return false;
    run->start = piece->start;
    run->end = piece->start + piece->length;
    run->first = run->last = piece;
    run->next = *link;
    *link = run;
    waiting->n_runs++;
    waiting->octets += (uint32_t)(sizeof(*run) + sizeof(*piece) + piece->size);
    return true;
}

static void prepend(waiting_t *waiting, waiting_run_t *run, waiting_piece_t *piece)
{
    piece->next = run->first;
    run->first = piece;
    run->start = piece->start;
    waiting->octets += (uint32_t)(sizeof(*piece) + piece->size);
}

/* At the end of a run, which may now reach the next one and take it in. */
static void append(waiting_t *waiting, waiting_run_t *run, waiting_piece_t *piece)
{
    waiting_run_t *next = run->next;

    run->last->next = piece;
    run->last = piece;
    run->end += piece->length;
    waiting->octets += (uint32_t)(sizeof(*piece) + piece->size);
    if (next != NULL && next->start == run->end) {
        run->last->next = next->first;
        run->last = next->last;
        run->end = next->end;
        run->next = next->next;
        waiting->n_runs--;
        waiting->octets -= (uint32_t)sizeof(*next);
        free(next);
    }
}

bool waiting_add(waiting_t *waiting, const waiting_part_t *part, const packet_t *packet)
{
    waiting_run_t **link = &waiting->runs;
    waiting_piece_t *piece;
    uint64_t at = part->start;

    while (at < part->end) {
        waiting_run_t *run = *link;
        uint64_t end = part->end;
        if (run != NULL && run->end < at) {
            link = &run->next;
            continue;
        }
        if (run == NULL || end < run->start) {
            piece = piece_new(part, at, end, packet);
            if (piece == NULL)
                return false;
            if (!insert_run(waiting, link, piece)) {
                free(piece);
                return false;
            }
            return true;
        }
        if (at < run->start) {
            piece = piece_new(part, at, run->start, packet);
            if (piece == NULL)
                return false;
            prepend(waiting, run, piece);
        }
        at = run->end;
        if (at < end) {
            if (run->next != NULL && run->next->start < end)
                end = run->next->start;
            piece = piece_new(part, at, end, packet);
            if (piece == NULL)
                return false;
            append(waiting, run, piece);
            at = run->end;
        }
    }
    return true;
}

waiting_piece_t *waiting_take(waiting_t *waiting)
{
    waiting_run_t *run = waiting->runs;
    waiting_piece_t *piece;

    if (run == NULL)
        return NULL;
    piece = run->first;
    run->first = piece->next;
    run->start = piece->start + piece->length;
    waiting->octets -= (uint32_t)(sizeof(*piece) + piece->size);
    if (run->first == NULL) {
        waiting->runs = run->next;
        waiting->n_runs--;
        waiting->octets -= (uint32_t)sizeof(*run);
        free(run);
    }
    return piece;
}

void waiting_clear(waiting_t *waiting)
{
    waiting_piece_t *piece;

    while ((piece = waiting_take(waiting)) != NULL)
        free(piece);
}

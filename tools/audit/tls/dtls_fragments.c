/* SPDX-License-Identifier: BSD-2-Clause */
/* dtls_fragments.c - see dtls_fragments.h. */
#include "audit/tls/dtls_fragments.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tls/negotiation.h"

struct dtls_waiting {
    waiting_t *next;
    dtls_fragment_t fragment;
    uint8_t data[];
};

static void drop(dtls_fragments_t *f)
{
    waiting_t *first = f->first;

    f->first = first->next;
    f->count--;
    f->octets -= (uint32_t)first->fragment.data.size;
    free(first);
}

/* How far number `a` is ahead of `b`; numbers run over. */
static uint16_t ahead(uint16_t a, uint16_t b)
{
    return (uint16_t)(a - b);
}

static void drop_before_next(dtls_fragments_t *f)
{
    while (f->first != NULL && ahead(f->first->fragment.number, f->next) >= DTLS_FRAGMENTS_AHEAD)
        drop(f);
}

void dtls_fragments_restart(dtls_fragments_t *f)
{
    while (f->first != NULL)
        drop(f);
    *f = (dtls_fragments_t) { 0 };
}

size_t dtls_fragments_memory(const dtls_fragments_t *f)
{
    return f->octets + f->count * sizeof(waiting_t);
}

int dtls_fragments_waiting(const dtls_fragments_t *f)
{
    return f->first != NULL ? f->first->fragment.type : -1;
}

static bool is_before(const dtls_fragments_t *f, const dtls_fragment_t *a, const dtls_fragment_t *b)
{
    uint16_t x = ahead(a->number, f->next), y = ahead(b->number, f->next);

    return x < y || (x == y && a->offset < b->offset);
}

static bool insert(dtls_fragments_t *f, const dtls_fragment_t *fragment)
{
    waiting_t **link = &f->first, *waiting;

    while (*link != NULL && is_before(f, &(*link)->fragment, fragment))
        link = &(*link)->next;
    if (*link != NULL && (*link)->fragment.number == fragment->number
        && (*link)->fragment.offset == fragment->offset
        && (*link)->fragment.data.size >= fragment->data.size)
        return true; /* repeated */
    if (f->count >= DTLS_FRAGMENTS_MAX || fragment->data.size > DTLS_FRAGMENTS_OCTETS - f->octets)
        return false;
    waiting = malloc(sizeof(*waiting) + fragment->data.size);
    if (waiting == NULL)
        return false;
    waiting->fragment = *fragment;
    waiting->fragment.data.data = waiting->data;
    if (fragment->data.size > 0)
        memcpy(waiting->data, fragment->data.data, fragment->data.size);
    waiting->next = *link;
    *link = waiting;
    f->count++;
    f->octets += (uint32_t)fragment->data.size;
    return true;
}

/* Are all octets of the next message there, in pieces that are of one mind about it? */
static bool whole(const dtls_fragments_t *f)
{
    const waiting_t *w = f->first;
    uint32_t reach = 0, length, end;

    if (!f->synced || w == NULL || w->fragment.number != f->next)
        return false;
    length = w->fragment.length;
    for (; w != NULL && w->fragment.number == f->next; w = w->next) {
        if (w->fragment.length != length || w->fragment.type != f->first->fragment.type
            || w->fragment.decrypted != f->first->fragment.decrypted)
            continue;
        if (w->fragment.offset > reach)
            return false;
        end = w->fragment.offset + (uint32_t)w->fragment.data.size;
        reach = end > reach ? end : reach;
    }
    return reach == length;
}

/* Puts the next message together and hands it on. */
static bool hand_on(dtls_fragments_t *f, const dtls_taker_t *taker)
{
    dtls_fragment_t head = f->first->fragment;
    uint16_t number = f->next;
    uint8_t *body = malloc(head.length > 0 ? head.length : 1);

    if (body == NULL)
        return false;
    while (f->first != NULL && f->first->fragment.number == number) {
        const dtls_fragment_t *part = &f->first->fragment;
        if (part->data.size > 0 && part->length == head.length && part->type == head.type
            && part->decrypted == head.decrypted)
            memcpy(body + part->offset, part->data.data, part->data.size);
        drop(f);
    }
    f->next++;
    taker->take(taker->context, head.type, (ma_bytes_t) { body, head.length }, head.decrypted);
    free(body);
    return true;
}

bool dtls_fragments_add(dtls_fragments_t *f, const dtls_fragment_t *fragment,
                        const dtls_taker_t *taker)
{
    enum { LAST_HELLO = 3 }; /* ClientHello, ServerHello, HelloVerifyRequest */

    if (fragment->length > NEGOTIATION_MAX_MESSAGE)
        return false;
    if (!f->synced && fragment->type >= 1 && fragment->type <= LAST_HELLO) {
        f->next = fragment->number;
        f->synced = true;
        drop_before_next(f);
    }
    if (ahead(fragment->number, f->next) >= DTLS_FRAGMENTS_AHEAD)
        return true; /* repeated, or too far away to be believed */
    if (f->synced && fragment->number == f->next && fragment->data.size == fragment->length) {
        while (f->first != NULL && f->first->fragment.number == f->next)
            drop(f);
        f->next++;
        taker->take(taker->context, fragment->type, fragment->data, fragment->decrypted);
    } else if (!insert(f, fragment)) {
        return false;
    }
    while (whole(f)) {
        if (!hand_on(f, taker))
            return false;
    }
    return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* origins.c - see origins.h. */
#include "audit/session/origins.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/siphash.h"

enum {
    HEAP = 16,    /* what an allocation takes for itself, about */
    MAX_EQUAL = 8 /* of one hash, or one leaf, that are compared */
};

int origins_init(origins_t *origins, size_t n_buckets)
{
    origins->n_buckets = 16;
    while (origins->n_buckets < n_buckets)
        origins->n_buckets *= 2;
    origins->buckets = calloc(origins->n_buckets, sizeof(*origins->buckets));
    if (origins->buckets == NULL
        || getrandom(origins->key, sizeof(origins->key), 0) != (ssize_t)sizeof(origins->key))
        return MTLSAUTH_E_NO_MEMORY;
    return 0;
}

void origins_clear(origins_t *origins)
{
    free(origins->buckets);
    origins->buckets = NULL;
}

static size_t certificate_cost(size_t size)
{
    return sizeof(certificate_t) + size + HEAP;
}

static size_t origin_cost(size_t n_certificates)
{
    return sizeof(origin_t) + n_certificates * sizeof(certificate_t *) + HEAP;
}

static size_t count_of(const handshake_t *handshake)
{
    return handshake->n_certificates < HANDSHAKE_MAX_CERTIFICATES ? handshake->n_certificates
                                                                  : HANDSHAKE_MAX_CERTIFICATES;
}

size_t origins_cost(const handshake_t *handshake)
{
    const size_t count = count_of(handshake);
    size_t i, cost = origin_cost(count);

    for (i = 0; i < count; i++)
        cost += certificate_cost(handshake->certificates[i].size);
    return cost;
}

/* A certificate that is there, or a new one; NULL: no memory. */
static certificate_t *take_certificate(origins_t *origins, ma_bytes_t der)
{
    const uint64_t hash = ma_siphash_ends(origins->key, der);
    certificate_t **bucket = &origins->buckets[hash & (origins->n_buckets - 1)];
    certificate_t *certificate;
    unsigned equal = 0;

    for (certificate = *bucket; certificate != NULL; certificate = certificate->next) {
        if (certificate->hash != hash)
            continue;
        if (certificate->size == der.size
            && (der.size == 0 || memcmp(certificate->data, der.data, der.size) == 0)) {
            certificate->references++;
            return certificate;
        }
        equal++;
    }
    if (der.size > HANDSHAKE_MAX_CHAIN)
        return NULL;
    certificate = malloc(sizeof(*certificate) + der.size);
    if (certificate == NULL)
        return NULL;
    *certificate = (certificate_t) { .hash = hash, .references = 1, .size = (uint32_t)der.size };
    if (der.size > 0)
        memcpy(certificate->data, der.data, der.size);
    if (equal < MAX_EQUAL) {
        certificate->next = *bucket;
        certificate->back = bucket;
        if (*bucket != NULL)
            (*bucket)->back = &certificate->next;
        *bucket = certificate;
    }
    origins->used += certificate_cost(der.size);
    return certificate;
}

static void drop_certificate(origins_t *origins, certificate_t *certificate)
{
    if (--certificate->references > 0)
        return;
    if (certificate->back != NULL) {
        *certificate->back = certificate->next;
        if (certificate->next != NULL)
            certificate->next->back = certificate->back;
    }
    origins->used -= certificate_cost(certificate->size);
    free(certificate);
}

/* Lets the certificates go that were taken. */
static void drop_certificates(origins_t *origins, certificate_t **certificates, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        drop_certificate(origins, certificates[i]);
}

static origin_t **list_of(origins_t *origins, certificate_t **certificates, size_t count)
{
    return count > 0 ? &certificates[0]->origins : &origins->none;
}

static bool says_same(const origin_t *a, const origin_t *b, certificate_t **certificates)
{
    return a->visibility == b->visibility && a->n_left_out == b->n_left_out
           && a->n_certificates == b->n_certificates
           && (a->n_certificates == 0
               || memcmp(a->certificates, certificates,
                         a->n_certificates * sizeof(certificate_t *)) == 0);
}

/* One that says the same, or NULL; few are looked at. Is there room in the list for another one? */
static origin_t *find(origin_t *list, const origin_t *like, certificate_t **certificates,
                      bool *room)
{
    unsigned seen = 0;

    for (; list != NULL; list = list->next, seen++) {
        if (says_same(list, like, certificates))
            return list;
    }
    *room = seen < MAX_EQUAL;
    return NULL;
}

static origin_t *make(origins_t *origins, const origin_t *like, certificate_t **certificates)
{
    const size_t count = like->n_certificates;
    origin_t **list = list_of(origins, certificates, count), *origin;
    bool room = false;

    origin = find(*list, like, certificates, &room);
    if (origin != NULL) {
        origin->references++;
        drop_certificates(origins, certificates, count);
        return origin;
    }
    origin = malloc(sizeof(*origin) + count * sizeof(certificate_t *));
    if (origin == NULL) {
        drop_certificates(origins, certificates, count);
        return NULL;
    }
    *origin = *like;
    if (count > 0)
        memcpy(origin->certificates, certificates, count * sizeof(certificate_t *));
    if (room) {
        origin->listed = true;
        origin->next = *list;
        *list = origin;
    }
    origins->used += origin_cost(count);
    return origin;
}

origin_t *origins_make(origins_t *origins, const handshake_t *handshake)
{
    const size_t count = count_of(handshake);
    const origin_t like = { .visibility = handshake->visibility,
                            .n_left_out = handshake->n_left_out
                                          + (handshake->n_certificates - count),
                            .references = 1,
                            .n_certificates = (uint32_t)count };
    certificate_t *certificates[HANDSHAKE_MAX_CERTIFICATES];
    size_t i;

    for (i = 0; i < count; i++) {
        certificates[i] = take_certificate(origins, handshake->certificates[i]);
        if (certificates[i] == NULL) {
            drop_certificates(origins, certificates, i);
            return NULL;
        }
    }
    return make(origins, &like, certificates);
}

void origins_drop(origins_t *origins, origin_t *origin)
{
    origin_t **link;

    if (origin == NULL || --origin->references > 0)
        return;
    if (origin->listed) {
        link = list_of(origins, origin->certificates, origin->n_certificates);
        while (*link != origin)
            link = &(*link)->next;
        *link = origin->next;
    }
    origins->used -= origin_cost(origin->n_certificates);
    drop_certificates(origins, origin->certificates, origin->n_certificates);
    free(origin);
}

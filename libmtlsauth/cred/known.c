/* SPDX-License-Identifier: BSD-2-Clause */
/* known.c - see known.h. */
#include "cred/known.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/slots.h"

struct ma_known {
    ma_slots_t *slots; /* of kept_t */
    atomic_size_t bytes;
};

/* What is said of a certificate besides its own octets. */
#define ROOM 1024u

typedef struct kept {
    const mtlsauth_cert_t *cert;
    mtlsauth_cert_t *own; /* NULL: lent */
    ma_arena_t arena;     /* of `own` */
} kept_t;

int ma_known_new(size_t certs, ma_known_t **out)
{
    ma_known_t *known = calloc(1, sizeof(*known));
    int ret = MTLSAUTH_E_NO_MEMORY;

    if (known != NULL)
        ret = ma_slots_new(certs, &known->slots);
    if (ret != 0) {
        free(known);
        return ret;
    }
    atomic_init(&known->bytes, 0);
    *out = known;
    return 0;
}

static void release(void *thing)
{
    kept_t *kept = thing;

    ma_cert_free(kept->own);
    ma_arena_free(&kept->arena);
    free(kept);
}

void ma_known_free(ma_known_t *known)
{
    if (known == NULL)
        return;
    ma_slots_free(known->slots, release);
    free(known);
}

/* The end of a certificate is its signature: as good as random, and nobody's choice. */
static uint64_t hash_of(ma_bytes_t der)
{
    uint64_t words[2] = { der.size, 0 };

    if (der.size >= sizeof(words))
        memcpy(words, der.data + der.size - sizeof(words), sizeof(words));
    return words[0] * UINT64_C(0x9e3779b97f4a7c15) ^ words[1];
}

static bool is(const void *thing, const void *key)
{
    const kept_t *kept = thing;
    const ma_bytes_t *der = key;

    return ma_bytes_equal(kept->cert->der, *der);
}

const mtlsauth_cert_t *ma_known_find(const ma_known_t *known, ma_bytes_t der)
{
    const kept_t *kept = ma_slots_find(known->slots, hash_of(der), is, &der);

    return kept != NULL ? kept->cert : NULL;
}

/* Puts it in, or releases it. */
static const mtlsauth_cert_t *put(ma_known_t *known, kept_t *kept)
{
    const ma_bytes_t der = kept->cert->der;
    kept_t *in = ma_slots_keep(known->slots, hash_of(der), kept, is, &der);

    if (in == kept)
        atomic_fetch_add_explicit(&known->bytes, kept->arena.total, memory_order_relaxed);
    else
        release(kept);
    return in != NULL ? in->cert : NULL;
}

int ma_known_lend(ma_known_t *known, const mtlsauth_cert_t *cert)
{
    kept_t *kept = calloc(1, sizeof(*kept));

    if (kept == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    kept->cert = cert;
    (void)put(known, kept); /* without room it is read each time */
    return 0;
}

/* Reads a copy of the bytes, all of it in the arena of `kept`. */
static bool copy(kept_t *kept, ma_bytes_t der, bool issuer)
{
    char *bytes = ma_arena_copy(&kept->arena, der.data, der.size);

    if (bytes == NULL
        || ma_cert_parse((ma_bytes_t) { (const uint8_t *)bytes, der.size }, &kept->arena,
                         &kept->own, NULL)
            != 0
        || (issuer && ma_cert_prepare_key(kept->own) != 0) || ma_cert_complete(kept->own) != 0)
        return false;
    kept->cert = kept->own;
    return true;
}

const mtlsauth_cert_t *ma_known_keep(ma_known_t *known, const mtlsauth_cert_t *cert, bool issuer)
{
    kept_t *kept;

    if (atomic_load_explicit(&known->bytes, memory_order_relaxed) >= MA_KNOWN_MAX_BYTES)
        return NULL;
    kept = calloc(1, sizeof(*kept));
    if (kept == NULL)
        return NULL;
    ma_arena_init(&kept->arena, 0);
    kept->arena.begin = ROOM + 2 * cert->der.size; /* few need more, and there are thousands */
    if (!copy(kept, cert->der, issuer)) {
        release(kept);
        return NULL;
    }
    return put(known, kept);
}

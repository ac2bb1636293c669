/* SPDX-License-Identifier: BSD-2-Clause */
/* certificates.c - see certificates.h. */
#include "audit/replay/certificates.h"

#include <gnutls/crypto.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/siphash.h"
#include "common/when.h"

#define SLOTS (1u << 15)           /* a power of two */
#define MAX_ENTRIES (SLOTS / 2)
#define MAX_OCTETS (6u << 20)
#define JSON_ROOM 4096u            /* most decisions are shorter */
#define TAIL 16u

typedef struct entry {
    client_text_t text;
    uint64_t hash;
    size_t leaf_size;
    uint8_t tail[TAIL];
    char strings[];
} entry_t;

struct certificates {
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request; /**< for those that nobody judged; made when it is needed */
    uint64_t key[2];
    char *json;                  /**< of the decision at hand */
    size_t json_size, json_room;
    size_t count, octets;
    entry_t *slots[SLOTS];
};

int certificates_new(mtlsauth_engine_t *engine, certificates_t **out)
{
    certificates_t *self = calloc(1, sizeof(*self));

    if (self == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (gnutls_rnd(GNUTLS_RND_NONCE, self->key, sizeof(self->key)) < 0) {
        free(self);
        return MTLSAUTH_E_NO_MEMORY;
    }
    self->engine = engine;
    *out = self;
    return 0;
}

static void forget(certificates_t *self)
{
    size_t i;

    for (i = 0; i < SLOTS; i++) {
        free(self->slots[i]);
        self->slots[i] = NULL;
    }
    self->count = 0;
    self->octets = 0;
}

void certificates_free(certificates_t *certificates)
{
    if (certificates == NULL)
        return;
    forget(certificates);
    free(certificates->json);
    mtlsauth_request_free(certificates->request);
    free(certificates);
}

static void tail_of(ma_bytes_t leaf, uint8_t tail[TAIL])
{
    memset(tail, 0, TAIL);
    if (leaf.size >= TAIL)
        memcpy(tail, leaf.data + leaf.size - TAIL, TAIL);
    else if (leaf.size > 0)
        memcpy(tail, leaf.data, leaf.size);
}

/* A decision about a leaf that nobody judged: only for what it says of the certificate. */
static const mtlsauth_decision_t *ask(certificates_t *self, ma_bytes_t leaf)
{
    if (self->request == NULL && mtlsauth_request_new(self->engine, &self->request) != 0)
        return NULL;
    mtlsauth_request_reset(self->request);
    mtlsauth_request_leaf(self->request, leaf.data, leaf.size);
    (void)!mtlsauth_authorize(self->request);
    return mtlsauth_decision(self->request);
}

/* The decision as JSON, NUL-terminated; NULL if it cannot be written. */
static const char *json_of(certificates_t *self, const mtlsauth_decision_t *decision)
{
    size_t size = self->json_room;
    char *larger;
    int ret = mtlsauth_decision_json(decision, self->json, &size);

    if (ret == MTLSAUTH_E_SPACE) {
        if (size < JSON_ROOM)
            size = JSON_ROOM;
        larger = realloc(self->json, size);
        if (larger == NULL)
            return NULL;
        self->json = larger;
        self->json_room = size;
        ret = mtlsauth_decision_json(decision, self->json, &size);
    }
    self->json_size = size;
    return ret == 0 ? self->json : NULL;
}

/*
 * The certificate's object within a decision. The name with its quotes cannot be inside a string:
 * there each quote has a backslash before it.
 */
static json_t *object_of(const char *json, size_t size, ma_bytes_t *fragment)
{
    static const char name[] = "\"certificate\":";
    const char *at = json != NULL ? strstr(json, name) : NULL;
    json_error_t error;
    json_t *object;

    if (at == NULL)
        return NULL;
    at += sizeof(name) - 1;
    if (*at != '{')
        return NULL;
    object = json_loadb(at, size - (size_t)(at - json), JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
    if (object == NULL)
        return NULL;
    *fragment = (ma_bytes_t) { (const uint8_t *)at, (size_t)error.position };
    return object;
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text != NULL ? text : "";
}

static const char *keep(char **room, const char *text, size_t size)
{
    char *at = *room;

    memcpy(at, text, size);
    at[size] = '\0';
    *room += size + 1;
    return at;
}

static void digest_of(ma_bytes_t leaf, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[32] = { 0 };
    size_t i;

    hex[0] = '\0';
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, leaf.data, leaf.size, digest) < 0)
        return;
    for (i = 0; i < sizeof(digest); i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}

static entry_t *make(certificates_t *self, ma_bytes_t leaf, const mtlsauth_decision_t *decision)
{
    ma_bytes_t fragment = { NULL, 0 };
    const char *json = json_of(self, decision != NULL ? decision : ask(self, leaf));
    json_t *object = object_of(json, self->json_size, &fragment);
    const char *subject = member(object, "subject"), *issuer = member(object, "issuer");
    const char *serial = member(object, "serial");
    size_t size = strlen(subject) + strlen(issuer) + strlen(serial) + fragment.size + 4;
    entry_t *entry = calloc(1, sizeof(*entry) + size);
    char *room;

    if (entry != NULL) {
        room = entry->strings;
        entry->text.subject = keep(&room, subject, strlen(subject));
        entry->text.issuer = keep(&room, issuer, strlen(issuer));
        entry->text.serial = keep(&room, serial, strlen(serial));
        entry->text.not_after = INT64_MIN;
        if (object != NULL) {
            entry->text.json = keep(&room, (const char *)fragment.data, fragment.size);
            entry->text.json_size = fragment.size;
            (void)!when_parse(member(object, "not_after"), &entry->text.not_after);
        }
        digest_of(leaf, entry->text.sha256);
        entry->leaf_size = leaf.size;
        tail_of(leaf, entry->tail);
        self->octets += sizeof(*entry) + size;
    }
    json_decref(object);
    return entry;
}

const client_text_t *certificates_find(certificates_t *certificates, ma_bytes_t leaf,
                                       const mtlsauth_decision_t *decision)
{
    uint64_t hash = ma_siphash(certificates->key, leaf);
    uint8_t tail[TAIL];
    entry_t *entry;
    size_t slot;

    tail_of(leaf, tail);
    for (slot = hash & (SLOTS - 1); certificates->slots[slot] != NULL;
         slot = (slot + 1) & (SLOTS - 1)) {
        entry = certificates->slots[slot];
        if (entry->hash == hash && entry->leaf_size == leaf.size
            && memcmp(entry->tail, tail, TAIL) == 0)
            return &entry->text;
    }
    if (certificates->count >= MAX_ENTRIES || certificates->octets >= MAX_OCTETS) {
        forget(certificates);
        slot = hash & (SLOTS - 1);
    }
    entry = make(certificates, leaf, decision);
    if (entry == NULL)
        return NULL;
    entry->hash = hash;
    certificates->slots[slot] = entry;
    certificates->count++;
    return &entry->text;
}

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
#define MAX_OCTETS (12u << 20)
#define MAX_EQUAL 8u               /* of one hash that are kept and compared */
#define JSON_ROOM 4096u            /* most decisions are shorter */

typedef struct entry {
    client_text_t text;
    uint64_t hash;
    size_t size; /**< of all of it */
    ma_bytes_t leaf;
    char octets[]; /**< those of the leaf, and of the strings */
} entry_t;

/* The members of a certificate in a decision, without their quotes, and with their escapes. */
typedef struct object {
    ma_bytes_t all, subject, issuer, serial, sha256, not_after;
} object_t;

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

/* Behind `name` and the string that follows, `value`, escaped as it is; NULL: not there. */
static const char *take(const char *at, const char *name, ma_bytes_t *value)
{
    size_t size = strlen(name);

    if (at == NULL || strncmp(at, name, size) != 0 || at[size] != '"')
        return NULL;
    at += size + 1;
    value->data = (const uint8_t *)at;
    for (; *at != '"'; at++) {
        if (*at == '\\')
            at++;
        if (*at == '\0')
            return NULL;
    }
    value->size = (size_t)(at - (const char *)value->data);
    return at + 1;
}

/*
 * The certificate's object within a decision, which the library writes in just this way. Its name
 * with the quotes cannot be inside a string: there each quote has a backslash before it.
 */
static bool object_of(const char *json, object_t *object)
{
    static const char name[] = "\"certificate\":", sans[] = ",\"sans\":[";
    const char *begin = json != NULL ? strstr(json, name) : NULL, *at;
    ma_bytes_t san;

    if (begin == NULL)
        return false;
    begin += sizeof(name) - 1;
    at = take(begin, "{\"subject\":", &object->subject);
    at = take(at, ",\"issuer\":", &object->issuer);
    at = take(at, ",\"serial\":", &object->serial);
    at = take(at, ",\"sha256\":", &object->sha256);
    at = take(at, ",\"not_after\":", &object->not_after);
    if (at == NULL || strncmp(at, sans, sizeof(sans) - 1) != 0)
        return false;
    at += sizeof(sans) - 1;
    while (at != NULL && *at == '"') {
        at = take(at, "", &san);
        at += at != NULL && *at == ',';
    }
    if (at == NULL || strncmp(at, "]}", 2) != 0)
        return false;
    object->all = (ma_bytes_t) { (const uint8_t *)begin, (size_t)(at + 2 - begin) };
    return true;
}

static const char *keep(char **room, const void *octets, size_t size)
{
    char *at = *room;

    if (size > 0)
        memcpy(at, octets, size);
    at[size] = '\0';
    *room += size + 1;
    return at;
}

/* A member as text, up to its first NUL. Escapes make it no longer than it was. */
static const char *keep_member(char **room, ma_bytes_t member)
{
    const char *text;
    json_t *string;

    if (member.size == 0 || memchr(member.data, '\\', member.size) == NULL)
        return keep(room, member.data, member.size);
    string = json_loadb((const char *)member.data - 1, member.size + 2,
                        JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    text = json_string_value(string);
    text = keep(room, text, text != NULL ? strlen(text) : 0);
    json_decref(string);
    return text;
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

static void fill(client_text_t *text, char *room, const object_t *object, ma_bytes_t leaf)
{
    char not_after[32] = "";

    text->subject = keep_member(&room, object->subject);
    text->issuer = keep_member(&room, object->issuer);
    text->serial = keep_member(&room, object->serial);
    text->not_after = INT64_MIN;
    if (object->all.size > 0) {
        text->json = keep(&room, object->all.data, object->all.size);
        text->json_size = object->all.size;
    }
    if (object->not_after.size > 0 && object->not_after.size < sizeof(not_after)) {
        memcpy(not_after, object->not_after.data, object->not_after.size);
        (void)!when_parse(not_after, &text->not_after);
    }
    if (object->sha256.size == sizeof(text->sha256) - 1)
        memcpy(text->sha256, object->sha256.data, object->sha256.size);
    else
        digest_of(leaf, text->sha256);
}

static entry_t *make(certificates_t *self, ma_bytes_t leaf, const mtlsauth_decision_t *decision)
{
    object_t object = { .all = { NULL, 0 } };
    size_t size;
    entry_t *entry;

    if (!object_of(json_of(self, decision != NULL ? decision : ask(self, leaf)), &object))
        object = (object_t) { .all = { NULL, 0 } };
    size = sizeof(*entry) + leaf.size + object.subject.size + object.issuer.size
        + object.serial.size + object.all.size + 4;
    entry = calloc(1, size);
    if (entry == NULL)
        return NULL;
    entry->leaf = (ma_bytes_t) { (const uint8_t *)entry->octets, leaf.size };
    if (leaf.size > 0)
        memcpy(entry->octets, leaf.data, leaf.size);
    entry->size = size;
    fill(&entry->text, entry->octets + leaf.size, &object, leaf);
    self->octets += size;
    return entry;
}

static bool is_of(const entry_t *entry, ma_bytes_t leaf)
{
    return entry->leaf.size == leaf.size
        && (leaf.size == 0 || memcmp(entry->leaf.data, leaf.data, leaf.size) == 0);
}

/* The slot of a leaf: it is there, or the slot is empty, or has one of many that hash alike. */
static entry_t **slot_of(certificates_t *self, uint64_t hash, ma_bytes_t leaf)
{
    size_t slot = hash & (SLOTS - 1);
    unsigned equal = 0;

    for (; self->slots[slot] != NULL; slot = (slot + 1) & (SLOTS - 1)) {
        const entry_t *entry = self->slots[slot];
        if (entry->hash == hash && (is_of(entry, leaf) || ++equal == MAX_EQUAL))
            break;
    }
    return &self->slots[slot];
}

const client_text_t *certificates_find(certificates_t *certificates, ma_bytes_t leaf,
                                       const mtlsauth_decision_t *decision)
{
    uint64_t hash = ma_siphash_ends(certificates->key, leaf);
    entry_t **slot = slot_of(certificates, hash, leaf), *entry = *slot;

    if (entry != NULL && is_of(entry, leaf))
        return &entry->text;
    if (certificates->count >= MAX_ENTRIES || certificates->octets >= MAX_OCTETS) {
        forget(certificates);
        slot = slot_of(certificates, hash, leaf);
    }
    entry = make(certificates, leaf, decision);
    if (entry == NULL)
        return NULL;
    entry->hash = hash;
    if (*slot != NULL) {
        certificates->octets -= (*slot)->size;
        certificates->count--;
        free(*slot);
    }
    *slot = entry;
    certificates->count++;
    return &entry->text;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keylog.c - see keylog.h.
 *
 * What a secret belongs to (its label and the client random or session id) is kept as a hash of 64
 * bits with a key of our own. Should two ever meet, a secret that opens nothing is the worst of it:
 * no record is believed that does not verify.
 */
#include "audit/keys/keylog.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/keys/keylog_line.h"
#include "base/siphash.h"

/* A log of more is refused. A secret takes about a hundred octets; none is worth evicting. */
#define MAX_SECRETS ((size_t)1 << 22)
/* Of those that captures bring, which may come from anybody: about 10 MB. */
#define MAX_ADDED ((size_t)1 << 16)
#define CHUNK_SIZE ((size_t)1 << 16)
#define READ_SIZE ((size_t)1 << 16)
#define FIRST_SLOTS ((size_t)1 << 6)

/* Where a secret is: `place` is the chunk and the offset in it, of its size and its octets. */
typedef struct slot {
    uint64_t hash;
    uint32_t place; /* from 1: 0 is an empty slot */
} slot_t;

struct keylog {
    uint64_t key[2];
    slot_t *slots; /* a power of two of them, at most half full */
    size_t n_slots;
    size_t n_secrets; /* slots that are taken */
    uint8_t **chunks; /* they never move, so that what was lent out stays */
    size_t n_chunks, room_chunks;
    size_t used; /* of the last chunk */
    size_t n_stored;
    size_t limit; /* of n_stored, at this time */
    size_t n_added; /* of them, by keylog_add() */
    keylog_counts_t counts;
};

int keylog_new(keylog_t **out)
{
    keylog_t *log = calloc(1, sizeof(*log));

    if (log == NULL)
        return -1;
    log->n_slots = FIRST_SLOTS;
    log->limit = MAX_SECRETS;
    log->slots = calloc(log->n_slots, sizeof(*log->slots));
    if (log->slots == NULL || gnutls_rnd(GNUTLS_RND_RANDOM, log->key, sizeof(log->key)) != 0) {
        keylog_free(log);
        return -1;
    }
    *out = log;
    return 0;
}

void keylog_free(keylog_t *log)
{
    size_t i;

    if (log == NULL)
        return;
    for (i = 0; i < log->n_chunks; i++) {
        gnutls_memset(log->chunks[i], 0, CHUNK_SIZE);
        free(log->chunks[i]);
    }
    free(log->chunks);
    free(log->slots);
    gnutls_memset(log, 0, sizeof(*log));
    free(log);
}

/* The label and its subject as one string of octets; sessions have a number of their own. */
static uint64_t hash_of(const keylog_t *log, unsigned label, ma_bytes_t subject)
{
    uint8_t octets[1 + KEYLOG_MAX_SUBJECT];

    octets[0] = (uint8_t)label;
    memcpy(octets + 1, subject.data, subject.size);
    return ma_siphash(log->key, (ma_bytes_t){octets, 1 + subject.size});
}

/* The slot of a hash, or the empty one where it would be. */
static slot_t *slot_of(slot_t *slots, size_t n_slots, uint64_t hash)
{
    size_t at = (size_t)hash & (n_slots - 1);

    while (slots[at].place != 0 && slots[at].hash != hash)
        at = (at + 1) & (n_slots - 1);
    return &slots[at];
}

static int grow(keylog_t *log)
{
    size_t n_slots = log->n_slots * 2, i;
    slot_t *slots = calloc(n_slots, sizeof(*slots));

    if (slots == NULL)
        return -1;
    for (i = 0; i < log->n_slots; i++) {
        if (log->slots[i].place != 0)
            *slot_of(slots, n_slots, log->slots[i].hash) = log->slots[i];
    }
    free(log->slots);
    log->slots = slots;
    log->n_slots = n_slots;
    return 0;
}

static uint8_t *at_place(const keylog_t *log, uint32_t place)
{
    return log->chunks[(place - 1) / CHUNK_SIZE] + (place - 1) % CHUNK_SIZE;
}

static int add_chunk(keylog_t *log)
{
    if (log->n_chunks == log->room_chunks) {
        size_t room = log->room_chunks == 0 ? 16 : log->room_chunks * 2;
        uint8_t **chunks = realloc(log->chunks, room * sizeof(*chunks));

        if (chunks == NULL)
            return -1;
        log->chunks = chunks;
        log->room_chunks = room;
    }
    log->chunks[log->n_chunks] = malloc(CHUNK_SIZE);
    if (log->chunks[log->n_chunks] == NULL)
        return -1;
    log->n_chunks++;
    log->used = 0;
    return 0;
}

/* Stores a secret behind its size. A place fits 32 bits as MAX_SECRETS are at most 65 octets each.
 */
static int store(keylog_t *log, ma_bytes_t secret, uint32_t *place)
{
    uint8_t *to;

    if (log->n_stored >= log->limit || log->n_stored == MAX_SECRETS)
        return -1;
    if (log->n_chunks == 0 || CHUNK_SIZE - log->used < 1 + secret.size) {
        if (add_chunk(log) != 0)
            return -1;
    }
    *place = (uint32_t)((log->n_chunks - 1) * CHUNK_SIZE + log->used + 1);
    to = at_place(log, *place);
    to[0] = (uint8_t)secret.size;
    memcpy(to + 1, secret.data, secret.size);
    log->used += 1 + secret.size;
    log->n_stored++;
    return 0;
}

/* The last line of a label and subject wins: a log that was used again may hold older ones. */
static int put(keylog_t *log, const keylog_line_t *line)
{
    uint64_t hash = hash_of(log, line->label, (ma_bytes_t){line->subject, line->subject_size});
    ma_bytes_t secret = {line->secret, line->secret_size};
    slot_t *slot;

    if (log->n_secrets >= log->n_slots / 2 && grow(log) != 0)
        return -1;
    slot = slot_of(log->slots, log->n_slots, hash);
    if (slot->place != 0) {
        const uint8_t *old = at_place(log, slot->place);

        if (old[0] == secret.size && memcmp(old + 1, secret.data, secret.size) == 0)
            return 0;
        return store(log, secret, &slot->place);
    }
    if (store(log, secret, &slot->place) != 0)
        return -1;
    slot->hash = hash;
    log->n_secrets++;
    return 0;
}

static int add_line(keylog_t *log, const uint8_t *text, size_t size)
{
    keylog_line_t line;
    int status = 0;

    log->counts.lines++;
    switch (keylog_line_parse(text, size, &line)) {
    case KEYLOG_LINE_SECRET:
        log->counts.secrets++;
        status = put(log, &line);
        break;
    case KEYLOG_LINE_STRANGE:
        log->counts.not_understood++;
        break;
    case KEYLOG_LINE_NOTHING:
    default:
        break;
    }
    gnutls_memset(&line, 0, sizeof(line));
    return status;
}

/* Adds the whole lines of a text; *rest is where the last, unfinished one begins. */
static int add_lines(keylog_t *log, const uint8_t *text, size_t size, size_t *rest)
{
    size_t at = 0;

    while (at < size) {
        const uint8_t *end = memchr(text + at, '\n', size - at);

        if (end == NULL)
            break;
        if (add_line(log, text + at, (size_t)(end - text) - at) != 0)
            return -1;
        at = (size_t)(end - text) + 1;
    }
    *rest = at;
    return 0;
}

int keylog_add(keylog_t *log, const uint8_t *text, size_t size)
{
    const size_t before = log->n_stored;
    size_t rest;
    int status;

    log->limit = before + (MAX_ADDED - log->n_added);
    status = add_lines(log, text, size, &rest);
    if (status == 0 && rest < size)
        status = add_line(log, text + rest, size - rest);
    log->n_added += log->n_stored - before;
    log->limit = MAX_SECRETS;
    return status;
}

/*
 * Reads to the end, a buffer at a time. A line that does not fit the buffer is none; its pieces are
 * stepped over up to its end.
 */
static int read_all(keylog_t *log, int fd, uint8_t *buffer)
{
    size_t filled = 0, rest;
    bool overlong = false;

    for (;;) {
        ssize_t got = read(fd, buffer + filled, READ_SIZE - filled);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        filled += (size_t)got;
        if (overlong) {
            uint8_t *end = memchr(buffer, '\n', filled);

            rest = end == NULL ? filled : (size_t)(end - buffer) + 1;
            overlong = end == NULL;
            memmove(buffer, buffer + rest, filled - rest);
            filled -= rest;
        }
        errno = ENOMEM;
        if (add_lines(log, buffer, filled, &rest) != 0)
            return -1;
        memmove(buffer, buffer + rest, filled - rest);
        filled -= rest;
        if (filled == READ_SIZE) {
            log->counts.lines++;
            log->counts.not_understood++;
            overlong = true;
            filled = 0;
        }
    }
    errno = ENOMEM;
    return filled > 0 && !overlong ? add_line(log, buffer, filled) : 0;
}

int keylog_read(keylog_t *log, const char *path, ma_buf_t *why)
{
    uint8_t *buffer = malloc(READ_SIZE);
    int fd = -1, status = -1;

    if (buffer == NULL) {
        ma_buf_printf(why, "%s: out of memory", path);
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0)
        status = read_all(log, fd, buffer);
    if (status != 0 && log->n_stored == MAX_SECRETS)
        ma_buf_printf(why, "%s: more than %zu secrets", path, MAX_SECRETS);
    else if (status != 0)
        ma_buf_printf(why, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    gnutls_memset(buffer, 0, READ_SIZE);
    free(buffer);
    return status;
}

static ma_bytes_t find(const keylog_t *log, unsigned label, ma_bytes_t subject)
{
    const slot_t *slot;
    const uint8_t *at;

    if (log->n_secrets == 0) /* as of most captures: not worth a hash */
        return (ma_bytes_t){NULL, 0};
    slot = slot_of(log->slots, log->n_slots, hash_of(log, label, subject));
    if (slot->place == 0)
        return (ma_bytes_t){NULL, 0};
    at = at_place(log, slot->place);
    return (ma_bytes_t){at + 1, at[0]};
}

ma_bytes_t keylog_find(const keylog_t *log, secret_label_t label, const uint8_t client_random[32])
{
    return find(log, label, (ma_bytes_t){client_random, 32});
}

ma_bytes_t keylog_find_session(const keylog_t *log, ma_bytes_t session_id)
{
    if (session_id.size == 0 || session_id.size > KEYLOG_MAX_SUBJECT)
        return (ma_bytes_t){NULL, 0};
    return find(log, KEYLOG_SESSION, session_id);
}

const keylog_counts_t *keylog_counts(const keylog_t *log)
{
    return &log->counts;
}

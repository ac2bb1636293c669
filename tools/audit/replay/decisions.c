/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decisions.c - see decisions.h.
 *
 * The log is read into an array that is then sorted by key and time, so that a handshake finds its
 * decisions side by side. The key is the client's end, or its address and certificate.
 */
#include "audit/replay/decisions.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/siphash.h"
#include "common/when.h"

#define EARLY 2             /* seconds that a server's clock may be behind the capture's */
#define KEPT_ALIVE 3600     /* seconds from a handshake to its last decision */
#define WITHOUT_PORTS 10
#define MAX_SCAN 4096u      /* decisions of one key that are looked at for one handshake */

typedef struct entry {
    logged_t logged;
    uint64_t key;
    uint64_t line;
    uint8_t source[16], destination[16];
    int source_port, destination_port; /**< -1: not known */
    int resumed;                       /**< -1: not known */
    bool has_destination;
    bool used;
    const char *sha256;                /**< NULL: the client had no certificate */
    const char *version;               /**< NULL: not known */
} entry_t;

struct decisions {
    entry_t *entries;
    size_t count, room, memory;
    ma_arena_t strings;
    uint64_t key[2];
    decisions_counts_t counts;
};

/* ---- keys ---- */

static uint64_t key_of_end(const decisions_t *self, const uint8_t address[16], int port)
{
    uint8_t bytes[19] = { 1 };

    memcpy(bytes + 1, address, 16);
    bytes[17] = (uint8_t)(port >> 8);
    bytes[18] = (uint8_t)port;
    return ma_siphash(self->key, (ma_bytes_t) { bytes, sizeof(bytes) });
}

static uint64_t key_of_leaf(const decisions_t *self, const uint8_t address[16], const char *sha256)
{
    uint8_t bytes[17 + 64] = { 2 };

    memcpy(bytes + 1, address, 16);
    if (sha256 != NULL)
        memcpy(bytes + 17, sha256, strnlen(sha256, 64));
    return ma_siphash(self->key, (ma_bytes_t) { bytes, sizeof(bytes) });
}

/* ---- reading ---- */

static const char *copy(decisions_t *self, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    size_t size;
    char *to;

    if (text == NULL)
        return NULL;
    size = strlen(text) + 1;
    to = ma_arena_alloc(&self->strings, size);
    if (to != NULL)
        memcpy(to, text, size);
    return to;
}

static bool read_address(const char *text, uint8_t out[16])
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

    if (text == NULL)
        return false;
    if (inet_pton(AF_INET, text, out + 12) == 1) {
        memcpy(out, mapped, sizeof(mapped));
        return true;
    }
    return inet_pton(AF_INET6, text, out) == 1;
}

static int read_port(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    json_int_t port = json_integer_value(value);

    return json_is_integer(value) && port >= 0 && port <= 65535 ? (int)port : -1;
}

static void name_it(decisions_t *self, const json_t *request, entry_t *entry)
{
    const char *address = json_string_value(json_object_get(request, "source"));
    size_t size = strlen(address) + sizeof(" port 65535");
    char *to = ma_arena_alloc(&self->strings, size);

    if (to != NULL && entry->source_port >= 0)
        snprintf(to, size, "%s port %d", address, entry->source_port);
    else if (to != NULL)
        snprintf(to, size, "%s", address);
    entry->logged.where = to;
}

/* False: it lacks what every decision has, or what it is joined by. */
static bool read_entry(decisions_t *self, const json_t *object, entry_t *entry)
{
    const json_t *request = json_object_get(object, "request");
    const json_t *certificate = json_object_get(object, "certificate");
    const json_t *resumed = json_object_get(request, "resumed");
    const char *id = json_string_value(json_object_get(object, "id"));
    const char *time = json_string_value(json_object_get(object, "time"));

    if (id == NULL || strlen(id) != 16 || time == NULL || !when_parse(time, &entry->logged.time)
        || !read_address(json_string_value(json_object_get(request, "source")), entry->source))
        return false;
    memcpy(entry->logged.id, id, 17);
    entry->has_destination
        = read_address(json_string_value(json_object_get(request, "destination")),
                       entry->destination);
    entry->source_port = read_port(request, "source_port");
    entry->destination_port = read_port(request, "destination_port");
    entry->resumed = json_is_boolean(resumed) ? json_is_true(resumed) : -1;
    entry->sha256 = copy(self, certificate, "sha256");
    entry->version = copy(self, request, "tls_version");
    entry->logged.host = copy(self, request, "host");
    entry->logged.path = copy(self, request, "path");
    entry->logged.method = copy(self, request, "method");
    entry->logged.user = copy(self, request, "user");
    entry->logged.resource = copy(self, request, "resource");
    entry->logged.action = copy(self, request, "action");
    entry->logged.verdict = copy(self, object, "would");
    entry->logged.reason = copy(self, object, "reason");
    name_it(self, request, entry);
    entry->key = entry->source_port >= 0
        ? key_of_end(self, entry->source, entry->source_port)
        : key_of_leaf(self, entry->source, entry->sha256);
    return true;
}

/* Room for one more entry; false when the memory is used up. */
static bool make_room(decisions_t *self)
{
    size_t room = self->room > 0 ? self->room * 2 : 256;
    entry_t *entries;

    if (self->count < self->room)
        return true;
    if (room > self->memory / 2 / sizeof(*entries))
        return false;
    entries = realloc(self->entries, room * sizeof(*entries));
    if (entries == NULL)
        return false;
    self->entries = entries;
    self->room = room;
    return true;
}

static void add_line(decisions_t *self, const char *line, size_t size)
{
    const char *begin = memchr(line, '{', size);
    entry_t entry = { .line = self->counts.lines };
    json_t *object;

    if (begin == NULL) {
        self->counts.not_understood++;
        return;
    }
    object = json_loadb(begin, size - (size_t)(begin - line), 0, NULL);
    if (object == NULL || !make_room(self)) {
        if (object == NULL)
            self->counts.not_understood++;
        else
            self->counts.left_out++;
    } else if (!read_entry(self, object, &entry)) {
        self->counts.not_understood++;
    } else if (entry.logged.where == NULL) {
        self->counts.left_out++; /* the strings do not fit */
    } else {
        self->entries[self->count++] = entry;
        self->counts.decisions++;
    }
    json_decref(object);
}

/* The lines of a file; longer ones than are looked at are counted and passed over. */
static int read_lines(decisions_t *self, FILE *file)
{
    char *line = malloc(DECISIONS_MAX_LINE);
    size_t size = 0;
    bool too_long = false;
    int c;

    if (line == NULL)
        return -1;
    do {
        c = getc_unlocked(file);
        if (c != '\n' && c != EOF) {
            if (size < DECISIONS_MAX_LINE)
                line[size++] = (char)c;
            else
                too_long = true;
            continue;
        }
        if (size > 0) {
            self->counts.lines++;
            if (too_long)
                self->counts.not_understood++;
            else
                add_line(self, line, size);
        }
        size = 0;
        too_long = false;
    } while (c != EOF);
    free(line);
    return ferror(file) ? -1 : 0;
}

static int by_key(const void *a, const void *b)
{
    const entry_t *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->logged.time != y->logged.time)
        return x->logged.time < y->logged.time ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

int decisions_read(const char *path, size_t memory, decisions_t **out, ma_buf_t *why)
{
    decisions_t *self = calloc(1, sizeof(*self));
    FILE *file = NULL;
    int ret = -1;

    if (self == NULL || gnutls_rnd(GNUTLS_RND_NONCE, self->key, sizeof(self->key)) < 0) {
        ma_buf_printf(why, "%s: out of memory", path);
        goto out;
    }
    self->memory = memory;
    ma_arena_init(&self->strings, memory / 2);
    file = fopen(path, "re");
    errno = file == NULL ? errno : 0;
    if (file == NULL || read_lines(self, file) != 0) {
        ma_buf_printf(why, "%s: %s", path, errno != 0 ? strerror(errno) : "out of memory");
        goto out;
    }
    if (self->count > 0)
        qsort(self->entries, self->count, sizeof(*self->entries), by_key);
    *out = self;
    self = NULL;
    ret = 0;
out:
    if (file != NULL)
        (void)fclose(file);
    decisions_free(self);
    return ret;
}

void decisions_free(decisions_t *decisions)
{
    if (decisions == NULL)
        return;
    free(decisions->entries);
    ma_arena_free(&decisions->strings);
    free(decisions);
}

/* ---- joining ---- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool agrees(const entry_t *entry, const decisions_query_t *query)
{
    if (memcmp(entry->source, query->source, sizeof(entry->source)) != 0
        || (entry->source_port >= 0 && entry->source_port != query->source_port)
        || (entry->destination_port >= 0 && entry->destination_port != query->destination_port)
        || (entry->has_destination
            && memcmp(entry->destination, query->destination, sizeof(entry->destination)) != 0))
        return false;
    if (entry->resumed >= 0 && (entry->resumed == 1) != query->resumed)
        return false;
    if (entry->version != NULL && query->version[0] != '\0'
        && strcmp(entry->version, query->version) != 0)
        return false;
    return same_text(entry->sha256, query->sha256);
}

/* The first entry of that key that is not older than `time`. */
static size_t find(const decisions_t *self, uint64_t key, int64_t time)
{
    size_t low = 0, high = self->count, middle;

    while (low < high) {
        middle = low + (high - low) / 2;
        if (self->entries[middle].key < key
            || (self->entries[middle].key == key && self->entries[middle].logged.time < time))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const logged_t *take(decisions_t *self, uint64_t key, const decisions_query_t *query,
                            int64_t until)
{
    size_t i = find(self, key, query->time - EARLY), scanned;

    for (scanned = 0; i < self->count && scanned < MAX_SCAN; i++, scanned++) {
        entry_t *entry = &self->entries[i];
        if (entry->key != key || entry->logged.time > until)
            break;
        if (entry->used || !agrees(entry, query))
            continue;
        entry->used = true;
        self->counts.joined++;
        return &entry->logged;
    }
    return NULL;
}

const logged_t *decisions_take(decisions_t *decisions, const decisions_query_t *query)
{
    const logged_t *logged;

    /* Times that come from captures may be anything. */
    if (query->time < 0 || query->time > INT64_MAX / 4)
        return NULL;
    logged = take(decisions, key_of_end(decisions, query->source, query->source_port), query,
                  query->time + KEPT_ALIVE);
    if (logged == NULL)
        logged = take(decisions, key_of_leaf(decisions, query->source, query->sha256), query,
                      query->time + WITHOUT_PORTS);
    return logged;
}

const logged_t *decisions_unused(const decisions_t *decisions, size_t index)
{
    size_t i;

    for (i = 0; i < decisions->count; i++) {
        if (!decisions->entries[i].used && index-- == 0)
            return &decisions->entries[i].logged;
    }
    return NULL;
}

const decisions_counts_t *decisions_counts(const decisions_t *decisions)
{
    return &decisions->counts;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* link-fragments.c - datagrams from fragments: order, overlap, lies, age and memory. */
#include <stdio.h>
#include <string.h>

#include "audit/link/link.h"
#include "tap.h"

enum { SECOND = 1000000000, MAX_PAYLOAD = 1500 };

typedef struct heard {
    unsigned n;
    char text[256]; /* the payload of the last one */
    uint32_t size;
} heard_t;

static void on_segment(void *context, const segment_t *segment)
{
    heard_t *heard = context;

    heard->n++;
    heard->size = segment->size;
    snprintf(heard->text, sizeof(heard->text), "%.*s", (int)segment->size,
             (const char *)segment->payload);
}

static void put_16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* One fragment of a datagram of UDP, of zeros: `offset` octets into it. */
typedef struct piece {
    unsigned offset;
    bool more;
    unsigned size;
    unsigned version, id;
    int64_t time;
    uint8_t protocol; /* 0: UDP */
} piece_t;

static void push(links_t *links, const piece_t *piece)
{
    uint8_t bytes[40 + 8 + MAX_PAYLOAD] = { 0 };
    const unsigned size = piece->size;
    packet_t packet = { .time = piece->time, .number = 1, .link_type = 101, .data = bytes };
    unsigned header = 20;

    if (piece->version == 4) {
        bytes[0] = 0x45;
        put_16(bytes + 2, 20 + size);
        put_16(bytes + 4, piece->id);
        put_16(bytes + 6, piece->offset / 8 | (piece->more ? 0x2000u : 0));
        bytes[9] = piece->protocol != 0 ? piece->protocol : 17;
        bytes[15] = 1;
        bytes[19] = 2;
    } else {
        header = 48;
        bytes[0] = 0x60;
        put_16(bytes + 4, 8 + size);
        bytes[6] = 44;
        bytes[23] = 1;
        bytes[39] = 2;
        bytes[40] = 17;
        put_16(bytes + 42, piece->offset | (piece->more ? 1u : 0));
        put_16(bytes + 46, piece->id);
    }
    packet.captured = packet.length = header + size;
    links_push(links, &packet);
}

/* A header of UDP, of a datagram of 24 octets. */
#define HEAD "\x30\x30\x31\x31\x00\x18\x00\x00"

enum { MAX_PIECES = 6 };

static const struct {
    const char *name;
    struct {
        unsigned offset;
        bool more;
        char data[26];
        unsigned size;
    } pieces[MAX_PIECES];
    const char *expected4, *expected6; /* payload; NULL: nothing */
    unsigned n;                        /* of datagrams, for IPv4 */
} scenes[] = {
    { "in order",
      { { 0, true, HEAD, 8 }, { 8, true, "aaaaaaaa", 8 }, { 16, false, "bbbbbbbb", 8 } },
      "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", 1 },
    { "backwards",
      { { 16, false, "bbbbbbbb", 8 }, { 8, true, "aaaaaaaa", 8 }, { 0, true, HEAD, 8 } },
      "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", 1 },
    { "the last one in the middle",
      { { 0, true, HEAD, 8 }, { 16, false, "bbbbbbbb", 8 }, { 8, true, "aaaaaaaa", 8 } },
      "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", 1 },
    { "one missing", { { 0, true, HEAD, 8 }, { 16, false, "bbbbbbbb", 8 } }, NULL, NULL, 0 },
    { "one twice, all the same",
      { { 0, true, HEAD, 8 },
        { 8, true, "aaaaaaaa", 8 },
        { 8, true, "aaaaaaaa", 8 },
        { 16, false, "bbbbbbbb", 8 } },
      "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", 1 },
    { "one twice, with other octets",
      { { 0, true, HEAD, 8 },
        { 8, true, "aaaaaaaa", 8 },
        { 8, true, "xxxxxxxx", 8 },
        { 16, false, "bbbbbbbb", 8 } },
      "aaaaaaaabbbbbbbb", NULL, 1 },
    { "one over the other, and over what was missing",
      { { 0, true, HEAD, 8 }, { 16, false, "bbbbbbbb", 8 }, { 8, true, "aaaaaaaaaaaaaaaa", 16 } },
      "aaaaaaaabbbbbbbb", NULL, 1 },
    { "teardrop: the second within the first",
      { { 0, true, HEAD "aaaaaaaabbbbbbbb", 24 }, { 8, false, "xxxx", 4 } },
      NULL, NULL, 0 },
    { "two ends",
      { { 0, true, HEAD, 8 },
        { 16, false, "bbbbbbbb", 8 },
        { 16, false, "bbbb", 4 },
        { 8, true, "aaaaaaaa", 8 } },
      "aaaaaaaabbbbbbbb", NULL, 1 },
    { "one beyond the end",
      { { 0, true, HEAD, 8 },
        { 16, false, "bbbbbbbb", 8 },
        { 24, true, "xxxxxxxx", 8 },
        { 8, true, "aaaaaaaa", 8 } },
      "aaaaaaaabbbbbbbb", NULL, 1 },
    { "an end that is no multiple of eight, twice",
      { { 8, true, "aaaaaaaa", 8 },
        { 16, false, "bbb", 3 },
        { 16, false, "bbb", 3 },
        { 0, true, "\x30\x30\x31\x31\x00\x13\x00\x00", 8 } },
      "aaaaaaaabbb", "aaaaaaaabbb", 1 },
    { "a middle one that is no multiple of eight",
      { { 0, true, HEAD, 8 }, { 8, true, "aaaaaaa", 7 }, { 16, false, "bbbbbbbb", 8 } },
      NULL, NULL, 0 },
    { "all of it twice",
      { { 0, true, HEAD "aaaaaaaa", 16 },
        { 16, false, "bbbbbbbb", 8 },
        { 0, true, HEAD "aaaaaaaa", 16 },
        { 16, false, "bbbbbbbb", 8 } },
      "aaaaaaaabbbbbbbb", "aaaaaaaabbbbbbbb", 2 },
};

/* As push(), with octets that may be zero. */
static void push_bytes(links_t *links, unsigned version, unsigned offset, bool more,
                       const char *data, unsigned size)
{
    uint8_t bytes[40 + 8 + 64] = { 0 };
    const unsigned header = version == 4 ? 20 : 48;
    packet_t packet = { .number = 1, .link_type = 101, .data = bytes };

    if (version == 4) {
        bytes[0] = 0x45;
        put_16(bytes + 2, 20 + size);
        put_16(bytes + 6, offset / 8 | (more ? 0x2000u : 0));
        bytes[9] = 17;
    } else {
        bytes[0] = 0x60;
        put_16(bytes + 4, 8 + size);
        bytes[6] = 44;
        bytes[40] = 17;
        put_16(bytes + 42, offset | (more ? 1u : 0));
    }
    memcpy(bytes + header, data, size);
    packet.captured = packet.length = header + size;
    links_push(links, &packet);
}

static void play(size_t scene, unsigned version)
{
    const char *expected = version == 4 ? scenes[scene].expected4 : scenes[scene].expected6;
    heard_t heard = { 0 };
    links_t *links = NULL;
    size_t i;

    tap_row("%s, IPv%u", scenes[scene].name, version);
    if (!TAP_INT(links_new(on_segment, &heard, 1 << 20, &links), 0))
        return;
    for (i = 0; i < MAX_PIECES && scenes[scene].pieces[i].size > 0; i++)
        push_bytes(links, version, scenes[scene].pieces[i].offset, scenes[scene].pieces[i].more,
                   scenes[scene].pieces[i].data, scenes[scene].pieces[i].size);
    TAP_STR(heard.text, expected != NULL ? expected : "");
    TAP_INT(heard.n, expected != NULL ? scenes[scene].n : 0);
    links_free(links);
}

static void puts_together(void)
{
    size_t i;

    for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        play(i, 4);
        play(i, 6);
    }
}

static void refuses_beyond_65535(void)
{
    heard_t heard = { 0 };
    links_t *links = NULL;

    if (!TAP_INT(links_new(on_segment, &heard, 1 << 20, &links), 0))
        return;
    push_bytes(links, 4, 65528, false, "aaaaaaaa", 8); /* "ping of death" */
    TAP_INT(links_counts(links)->malformed, 1);
    push_bytes(links, 4, 65528, false, "aaaaaaa", 7);
    push_bytes(links, 6, 65528, false, "aaaaaaa", 7);
    TAP_INT(links_counts(links)->malformed, 1);
    TAP_INT(links_counts(links)->fragments, 2);
    TAP_INT(links_counts(links)->waiting, 2);
    links_free(links);
}

/* The two halves of a datagram, apart in time. */
static void forgets_after_a_minute(void)
{
    static const struct {
        int64_t first, second;
        bool whole;
    } rows[] = {
        { 0, 60ll * SECOND, true },
        { 0, 60ll * SECOND + 1, false },
        { 61ll * SECOND, 1ll * SECOND, true }, /* time steps back */
        { INT64_MIN, INT64_MAX, false },       /* and is nonsense */
        { INT64_MAX, INT64_MIN, false },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        heard_t heard = { 0 };
        links_t *links = NULL;
        piece_t first = { 0, true, 800, 4, 7, rows[i].first, 0 };
        piece_t second = { 800, false, 100, 4, 7, rows[i].second, 0 };
        tap_row("%zu", i);
        if (!TAP_INT(links_new(on_segment, &heard, 1 << 20, &links), 0))
            return;
        push(links, &first);
        push(links, &second);
        TAP_INT(heard.n, rows[i].whole);
        TAP_INT(links_counts(links)->evicted, rows[i].whole ? 0 : 1);
        TAP_INT(links_counts(links)->waiting, rows[i].whole ? 0 : 1);
        links_free(links);
    }
}

/* Halves that never meet, more than fit: the oldest go, the youngest is put together. */
static void stays_in_its_memory(void)
{
    enum { MANY = 20000 };
    heard_t heard = { 0 };
    links_t *links = NULL;
    piece_t piece = { 0, true, 1400, 4, 0, 0, 0 };
    unsigned i;

    if (!TAP_INT(links_new(on_segment, &heard, 1 << 20, &links), 0))
        return;
    for (i = 0; i < MANY; i++) {
        piece.id = i;
        push(links, &piece);
    }
    TAP_INT(links_counts(links)->fragments, MANY);
    TAP_INT(links_counts(links)->evicted + links_counts(links)->waiting, MANY);
    TAP_TRUE(links_counts(links)->waiting > 100 && links_counts(links)->waiting < 256);
    piece = (piece_t) { 1400, false, 100, 4, MANY - 1, 0, 0 };
    push(links, &piece);
    TAP_INT(heard.n, 1);
    TAP_INT(heard.size, 1492);
    piece.id = 0; /* its first half is gone */
    push(links, &piece);
    TAP_INT(heard.n, 1);
    links_free(links);

    /* one that outgrows all there is, alone */
    if (!TAP_INT(links_new(on_segment, &heard, 8192, &links), 0))
        return;
    piece = (piece_t) { .more = true, .size = 1400, .version = 4 };
    push(links, &piece);
    TAP_INT(links_counts(links)->waiting, 1);
    piece.offset = 4000;
    push(links, &piece);
    TAP_INT(links_counts(links)->waiting, 0);
    TAP_INT(links_counts(links)->evicted, 2);
    links_free(links);

    /* no memory at all */
    if (!TAP_INT(links_new(on_segment, &heard, 0, &links), 0))
        return;
    push(links, &piece);
    TAP_INT(links_counts(links)->evicted, 1);
    links_free(links);
}

/* Neither another number, nor another protocol or version, completes it. */
static void tells_datagrams_apart(void)
{
    heard_t heard = { 0 };
    links_t *links = NULL;
    piece_t piece = { 0, true, 800, 4, 1, 0, 0 };

    if (!TAP_INT(links_new(on_segment, &heard, 1 << 20, &links), 0))
        return;
    push(links, &piece);
    piece = (piece_t) { 800, false, 100, 4, 2, 0, 0 };
    push(links, &piece);
    piece.version = 6;
    piece.id = 1;
    push(links, &piece);
    piece.version = 4;
    piece.protocol = 6;
    push(links, &piece);
    TAP_INT(heard.n, 0);
    piece.protocol = 17;
    push(links, &piece);
    TAP_INT(heard.n, 1);
    links_free(links);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "puts datagrams together", puts_together },
        { "refuses what goes beyond 65535 octets", refuses_beyond_65535 },
        { "forgets after a minute", forgets_after_a_minute },
        { "stays in its memory", stays_in_its_memory },
        { "tells datagrams apart", tells_datagrams_apart },
    };

    return tap_main("link-fragments", tests, sizeof(tests) / sizeof(tests[0]));
}

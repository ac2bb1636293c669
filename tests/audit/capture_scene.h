/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_scene.h - for tests: capture files made in memory, and libpcap as the oracle for them.
 *
 * Header only. Include it first, as libpcap's header needs what it defines.
 */
#ifndef TESTS_AUDIT_CAPTURE_SCENE_H
#define TESTS_AUDIT_CAPTURE_SCENE_H

#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE
#endif
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "audit/capture/capture.h"
#include "tap.h"

#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define MAGIC_MODIFIED 0xa1b2cd34u

/* ---- a file that is being made ------------------------------------------------------------ */

typedef struct scene {
    ma_buf_t bytes;
    bool big;
} scene_t;

static inline void scene_begin(scene_t *scene, bool big)
{
    ma_buf_init(&scene->bytes, 0);
    scene->big = big;
}

static inline ma_bytes_t scene_bytes(const scene_t *scene)
{
    return (ma_bytes_t) { (const uint8_t *)ma_buf_string(&scene->bytes), scene->bytes.size };
}

static inline void scene_end(scene_t *scene)
{
    ma_buf_free(&scene->bytes);
}

static inline void put_number(scene_t *scene, uint64_t value, unsigned octets)
{
    unsigned i;

    for (i = 0; i < octets; i++)
        ma_buf_byte(&scene->bytes, (char)(value >> 8 * (scene->big ? octets - 1 - i : i)));
}

static inline void put_zeros(scene_t *scene, uint32_t size)
{
    while (size-- > 0)
        ma_buf_byte(&scene->bytes, 0);
}

static inline void put_16(scene_t *scene, uint32_t value)
{
    put_number(scene, value, 2);
}

static inline void put_32(scene_t *scene, uint32_t value)
{
    put_number(scene, value, 4);
}

/* Octets that differ from packet to packet. */
static inline void put_data(scene_t *scene, uint32_t size, unsigned seed)
{
    while (size-- > 0)
        ma_buf_byte(&scene->bytes, (char)(seed++ * 37));
}

static inline void put_padding(scene_t *scene, uint32_t size)
{
    for (; size % 4 != 0; size++)
        ma_buf_byte(&scene->bytes, 0);
}

/* ---- classic ------------------------------------------------------------------------------ */

static inline void put_file(scene_t *scene, uint32_t magic, unsigned major, unsigned minor,
                            uint32_t link_type)
{
    put_32(scene, magic);
    put_16(scene, major);
    put_16(scene, minor);
    put_zeros(scene, 8);
    put_32(scene, 65535);
    put_32(scene, link_type);
}

static inline void put_record(scene_t *scene, uint32_t seconds, uint32_t fraction,
                              uint32_t captured, uint32_t length)
{
    put_32(scene, seconds);
    put_32(scene, fraction);
    put_32(scene, captured);
    put_32(scene, length);
}

static inline void put_classic_packet(scene_t *scene, uint32_t seconds, uint32_t fraction,
                                      uint32_t size)
{
    put_record(scene, seconds, fraction, size, size);
    put_data(scene, size, seconds);
}

/* ---- pcapng ------------------------------------------------------------------------------- */

/* Writes the head; what is returned goes to close_block(), behind the body. */
static inline size_t open_block(scene_t *scene, uint32_t type)
{
    size_t at = scene->bytes.size;

    put_32(scene, type);
    put_32(scene, 0);
    return at;
}

static inline void close_block(scene_t *scene, size_t at)
{
    scene_t length = { .big = scene->big };

    ma_buf_init(&length.bytes, 0);
    put_32(&length, (uint32_t)(scene->bytes.size + 4 - at));
    ma_buf_add(&scene->bytes, length.bytes.data, 4);
    memcpy(scene->bytes.data + at + 4, length.bytes.data, 4);
    ma_buf_free(&length.bytes);
}

static inline void put_section(scene_t *scene, unsigned major, unsigned minor)
{
    size_t block = open_block(scene, 0x0a0d0d0a);

    put_32(scene, 0x1a2b3c4d);
    put_16(scene, major);
    put_16(scene, minor);
    put_number(scene, UINT64_MAX, 8);
    close_block(scene, block);
}

/* An interface with an if_tsresol (0: none) and an if_tsoffset (0: none). */
static inline void put_interface(scene_t *scene, unsigned link_type, uint32_t snaplen,
                                 unsigned resolution, int64_t offset)
{
    size_t block = open_block(scene, 1);

    put_16(scene, link_type);
    put_16(scene, 0);
    put_32(scene, snaplen);
    if (resolution != 0) {
        put_16(scene, 9);
        put_16(scene, 1);
        ma_buf_byte(&scene->bytes, (char)resolution);
        put_padding(scene, 1);
    }
    if (offset != 0) {
        put_16(scene, 14);
        put_16(scene, 8);
        put_number(scene, (uint64_t)offset, 8);
    }
    if (resolution != 0 || offset != 0)
        put_32(scene, 0);
    close_block(scene, block);
}

/* An enhanced packet block, or one of the old kind with `type` 2. */
static inline void put_packet(scene_t *scene, uint32_t type, uint32_t interface, uint64_t ticks,
                              uint32_t captured, uint32_t length)
{
    size_t block = open_block(scene, type);

    if (type == 2) {
        put_16(scene, interface);
        put_16(scene, 0xffff);
    } else {
        put_32(scene, interface);
    }
    put_32(scene, (uint32_t)(ticks >> 32));
    put_32(scene, (uint32_t)ticks);
    put_32(scene, captured);
    put_32(scene, length);
    put_data(scene, captured, (unsigned)ticks);
    put_padding(scene, captured);
    close_block(scene, block);
}

static inline void put_simple(scene_t *scene, uint32_t length, uint32_t captured)
{
    size_t block = open_block(scene, 3);

    put_32(scene, length);
    put_data(scene, captured, 3);
    put_padding(scene, captured);
    close_block(scene, block);
}

static inline void put_secrets(scene_t *scene, uint32_t type, const char *text, size_t size)
{
    size_t block = open_block(scene, 10);

    put_32(scene, type);
    put_32(scene, (uint32_t)size);
    ma_buf_add(&scene->bytes, text, size);
    put_padding(scene, (uint32_t)size);
    close_block(scene, block);
}

/* ---- reading it --------------------------------------------------------------------------- */

/* What is seen of a capture: "time link captured/length" a line, then how it ended and why. */
static inline void tell_packets(capture_t *capture, ma_buf_t *out)
{
    static const char *const ends[] = { "packet", "end", "cut", "damaged" };
    capture_state_t state;
    packet_t packet;

    while ((state = capture_next(capture, &packet)) == CAPTURE_PACKET)
        ma_buf_printf(out, "%lld %u %u/%u\n", (long long)packet.time, (unsigned)packet.link_type,
                      (unsigned)packet.captured, (unsigned)packet.length);
    TAP_INT(capture_next(capture, &packet), state); /* and again */
    ma_buf_text(out, ends[state]);
    if (state != CAPTURE_END)
        ma_buf_printf(out, ": %s", capture_problem(capture));
}

/* The same over memory, or "refused: " and the reason. */
static inline void tell(ma_bytes_t bytes, size_t piece, const capture_how_t *how, ma_buf_t *out)
{
    capture_t *capture = NULL;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (capture_open_memory(bytes, piece, 0, how, &capture, &why) == 0)
        tell_packets(capture, out);
    else
        ma_buf_printf(out, "refused: %s", ma_buf_string(&why));
    capture_free(capture);
    ma_buf_free(&why);
}

/* ---- libpcap ------------------------------------------------------------------------------ */

static inline pcap_t *oracle_open(FILE *file)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = file != NULL ? pcap_fopen_offline_with_tstamp_precision(
                       file, PCAP_TSTAMP_PRECISION_NANO, error)
                                : NULL;

    if (pcap == NULL && file != NULL)
        fclose(file);
    return pcap;
}

typedef struct agreement {
    uint64_t packets;   /* that both gave and that are equal */
    bool same;          /* no packet differed */
    capture_state_t ours;
    int theirs;         /* PCAP_ERROR_BREAK: the end; PCAP_ERROR */
} agreement_t;

/*
 * Reads both side by side. Three ways of libpcap's are not ours: it takes seconds for signed, cuts
 * packets to the file's snaplen, and says lengths that are below what was captured.
 */
static inline agreement_t agree(capture_t *capture, pcap_t *pcap)
{
    agreement_t result = { .same = true };
    struct pcap_pkthdr *header;
    const u_char *data;
    packet_t packet;

    for (;;) {
        uint32_t captured;
        result.ours = capture_next(capture, &packet);
        result.theirs = pcap_next_ex(pcap, &header, &data);
        if (result.ours != CAPTURE_PACKET || result.theirs != 1)
            return result;
        captured = packet.captured;
        if (captured > (uint32_t)pcap_snapshot(pcap))
            captured = (uint32_t)pcap_snapshot(pcap);
        result.same = result.same && packet.number == result.packets + 1
            && header->caplen == captured
            && (header->len == packet.length || header->len < header->caplen)
            && packet.time == (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec
            && memcmp(packet.data, data, captured) == 0
            && (int)packet.link_type == (pcap_datalink(pcap) == 12 ? 101 : pcap_datalink(pcap));
        if (!result.same)
            return result;
        result.packets++;
    }
}

#endif

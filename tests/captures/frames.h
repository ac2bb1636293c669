/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frames.h - transcripts as packets on a wire, what wires do to packets, and capture files of them.
 */
#ifndef TESTS_CAPTURES_FRAMES_H
#define TESTS_CAPTURES_FRAMES_H

#include <stdio.h>

#include "captures/transcript.h"

typedef struct frame {
    int64_t time;     /**< microseconds since 1970 */
    uint8_t *data;
    size_t size;      /**< in the capture */
    size_t length;    /**< on the wire */
} frame_t;

typedef struct frames {
    frame_t *frames;
    size_t n, room;
    int64_t clock;    /**< of the next frame */
    uint64_t seed;    /**< of what happens by chance; the same seed, the same capture */
} frames_t;

/** How a connection goes over the wire. */
typedef struct wire {
    bool ip6;
    uint8_t client[16], server[16]; /**< addresses; IPv4 uses four octets */
    uint16_t client_port, server_port;
    size_t mss;           /**< 0: 1400 */
    size_t fragment;      /**< IP packets are cut into pieces of that many octets; 0: not */
    unsigned vlan;        /**< tag; 0: none */
    bool headless;        /**< the capture begins behind the TCP handshake */
    size_t overlap;       /**< each segment repeats so many octets of the one before */
    const char *greeting[8]; /**< lines before TLS: "C:..." and "S:...", NULL at the end */
} wire_t;

void frames_init(frames_t *frames, int64_t clock, uint64_t seed);
/** Puts a whole connection on the wire. */
void frames_connection(frames_t *frames, const wire_t *wire, const transcript_t *transcript);
/** Exchanges neighbours, at most `distance` apart, but keeps their times in order. */
void frames_shuffle(frames_t *frames, size_t distance);
/** Sends every so many-th frame twice. */
void frames_repeat(frames_t *frames, size_t every);
/** Loses frame number `which`. */
void frames_lose(frames_t *frames, size_t which);
/** The capture keeps no more than `snaplen` octets of a frame. */
void frames_cut(frames_t *frames, size_t snaplen);

/** Lets go of the frames, and keeps the clock. */
void frames_clear(frames_t *frames);

/** The head of a classic pcap, and frames behind it, for captures that do not fit into memory. */
void frames_begin_pcap(FILE *file, bool nanoseconds, bool swapped);
void frames_append_pcap(const frames_t *frames, FILE *file, bool nanoseconds, bool swapped);
/** A classic pcap; `nanoseconds` and byte order as asked. 0, or -1. */
int frames_write_pcap(const frames_t *frames, const char *path, bool nanoseconds, bool swapped);
/** A pcapng, with the key log in a secrets block if it is not NULL. 0, or -1. */
int frames_write_pcapng(const frames_t *frames, const char *path, const char *keylog);
void frames_free(frames_t *frames);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reader.h - what the readers of the two formats share; of this folder only.
 */
#ifndef AUDIT_CAPTURE_READER_H
#define AUDIT_CAPTURE_READER_H

#include <string.h>

#include "audit/capture/capture.h"
#include "audit/capture/filter.h"
#include "audit/capture/stream.h"

/** Octets of a packet, at most: what libpcap accepts as well (its MAXIMUM_SNAPLEN). */
#define CAPTURE_PACKET_MAX 262144u
/** Interfaces of a section of pcapng. */
#define CAPTURE_INTERFACES_MAX 65536u

/** A classic file. */
typedef struct capture_classic {
    size_t header;      /**< octets of a record's header */
    int64_t fraction;   /**< nanoseconds of one unit of its second field */
    uint32_t link_type;
    bool lengths_swapped;       /**< older writers had them the other way round */
    bool lengths_maybe_swapped; /**< and some of them not */
    int program;                /**< of the filter */
} capture_classic_t;

/** One interface of a section of pcapng. */
typedef struct capture_interface {
    uint32_t link_type;
    uint32_t snaplen;
    uint8_t resolution; /**< as in if_tsresol */
    int64_t offset;     /**< seconds to add */
    int program;
} capture_interface_t;

typedef struct capture_sections {
    capture_interface_t *interfaces; /**< owned */
    size_t count, capacity;
} capture_sections_t;

struct capture {
    capture_stream_t stream;
    /** Reads one packet, whether it passes the filter or not; sets *program. */
    capture_state_t (*read)(capture_t *capture, packet_t *out, int *program);
    capture_classic_t classic;
    capture_sections_t sections;
    bool big;                  /**< big-endian, so far as is known */
    const capture_how_t *how;
    capture_filter_t filter;
    char *path;                /**< owned */
    uint32_t index;
    uint64_t number;           /**< packets read */
    uint64_t unfilterable;     /**< packets passed over, as the filter is not for their link type */
    uint64_t where;            /**< where what is being read begins */
    capture_state_t state;
    ma_buf_t problem;
};

/** Begin a file that has their magic. Returns 0, or -1 with the reason in capture->problem. */
int capture_classic_begin(capture_t *capture) MTLSAUTH_MUST_CHECK;
int capture_sections_begin(capture_t *capture) MTLSAUTH_MUST_CHECK;
bool capture_classic_magic(const uint8_t *four);
bool capture_sections_magic(const uint8_t *four);

/** Writes the problem of a file as a whole; returns -1. */
int capture_refuse(capture_t *capture, const char *format, ...) MTLSAUTH_PRINTF(2, 3);
/** What capture_filter_for() gives when there is no filter, and when it cannot be used. */
#define CAPTURE_UNFILTERED (-1)
#define CAPTURE_UNFILTERABLE (-2)
/** The program of the filter for a link type, or one of these; the latter with capture->problem. */
int capture_filter_for(capture_t *capture, uint32_t link_type);
/** The file is damaged at `where`; returns the state. */
capture_state_t capture_damaged(capture_t *capture, const char *format, ...) MTLSAUTH_PRINTF(2, 3);
/** There is nothing more: an end at `where`, or a cut behind it, or what the stream found. */
capture_state_t capture_over(capture_t *capture);

static inline uint16_t capture_16(const uint8_t *at, bool big)
{
    return (uint16_t)(big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

static inline uint32_t capture_32(const uint8_t *at, bool big)
{
    uint32_t forward = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    uint32_t backward
        = (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];

    return big ? forward : backward;
}

static inline uint64_t capture_64(const uint8_t *at, bool big)
{
    uint64_t first = capture_32(at, big), second = capture_32(at + 4, big);

    return big ? first << 32 | second : second << 32 | first;
}

#endif

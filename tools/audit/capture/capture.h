/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture.h - the packets of one capture file: pcap or pcapng, plain or compressed.
 *
 * The readers are pull: whoever reads several files in the order of time (merge.h) asks each for
 * its next packet. All that comes behind is pushed.
 *
 * Whatever the bytes are, a reader gives what can be read, and then says how it ended. Blocks of
 * pcapng that have no time (simple packets) are of 1970.
 */
#ifndef AUDIT_CAPTURE_CAPTURE_H
#define AUDIT_CAPTURE_CAPTURE_H

#include <stdbool.h>

#include "audit/capture/packet.h"
#include "base/buf.h"
#include "base/der.h"

typedef struct capture capture_t;

/** Key log text (NSS format) that a pcapng file carries; borrowed for the call. */
typedef void capture_secrets_fn(void *context, const uint8_t *text, size_t size);

typedef struct capture_how {
    const char *filter;            /**< a BPF expression, compiled for each link type; or NULL */
    capture_secrets_fn *secrets;   /**< may be NULL */
    void *context;
} capture_how_t;

typedef enum capture_state {
    CAPTURE_PACKET = 0, /**< here is one */
    CAPTURE_END,        /**< the file is over, as it should be */
    CAPTURE_CUT,        /**< it ends in the middle of something */
    CAPTURE_DAMAGED     /**< what follows cannot be read */
} capture_state_t;

/**
 * Opens a file; "-" is standard input. `index` goes into its packets. Returns 0, or -1 with the
 * reason in `why`, which names the file: it is no capture, cannot be read, or the filter is wrong.
 * `how` and what it points to must outlive the capture.
 */
int capture_open(const char *path, uint32_t index, const capture_how_t *how, capture_t **out,
                 ma_buf_t *why) MTLSAUTH_MUST_CHECK;

/** The same over memory that outlives it, read in pieces of that size, as a pipe would give it. */
int capture_open_memory(ma_bytes_t bytes, size_t piece, uint32_t index, const capture_how_t *how,
                        capture_t **out, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** Whether it is a filter, for any common link type. Returns 0, or -1 with libpcap's reason. */
int capture_filter_check(const char *expression, ma_buf_t *why) MTLSAUTH_MUST_CHECK;

/** The next packet that passes the filter. After anything but CAPTURE_PACKET, the same again. */
capture_state_t capture_next(capture_t *capture, packet_t *out);

/** For CAPTURE_CUT and CAPTURE_DAMAGED: what is wrong and where, one line for a person. */
const char *capture_problem(const capture_t *capture);
const char *capture_path(const capture_t *capture);
/** Octets of the file read so far and its size (0: not known), for progress. */
uint64_t capture_position(const capture_t *capture);
uint64_t capture_size(const capture_t *capture);
void capture_free(capture_t *capture);

#endif

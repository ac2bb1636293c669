/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter.h - BPF expressions as tcpdump has them, compiled by libpcap for each link type of a file.
 */
#ifndef AUDIT_CAPTURE_FILTER_H
#define AUDIT_CAPTURE_FILTER_H

#include "audit/capture/packet.h"
#include "base/buf.h"

/** Link types of one file; files that name more are not read on, if there is a filter. */
#define CAPTURE_FILTER_LINKS 64u

/** The programs of one file. All zeros: none yet. */
typedef struct capture_filter {
    struct capture_program *programs; /**< owned */
    size_t count;
} capture_filter_t;

/**
 * Returns its number for capture_filter_passes(), or -1 with libpcap's reason in `why`, which is
 * given once for each link type.
 */
int capture_filter_compile(capture_filter_t *filter, const char *expression, uint32_t link_type,
                           ma_buf_t *why) MTLSAUTH_MUST_CHECK;
bool capture_filter_passes(const capture_filter_t *filter, int program, const packet_t *packet);
void capture_filter_free(capture_filter_t *filter);

#endif

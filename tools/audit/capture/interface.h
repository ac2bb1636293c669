/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interface.h - interface description blocks of pcapng, and times as their interfaces count them.
 */
#ifndef AUDIT_CAPTURE_INTERFACE_H
#define AUDIT_CAPTURE_INTERFACE_H

#include "audit/capture/reader.h"

/** Reads the contents of a block. Returns NULL, or what is wrong with it. */
const char *capture_interface_read(capture_interface_t *out, ma_bytes_t body, bool big);
/** Nanoseconds since 1970; times that do not fit are the last that does. */
int64_t capture_interface_time(const capture_interface_t *interface, uint64_t ticks);

#endif

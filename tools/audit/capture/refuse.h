/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refuse.h - what to say of a file that is no capture.
 */
#ifndef AUDIT_CAPTURE_REFUSE_H
#define AUDIT_CAPTURE_REFUSE_H

#include "base/buf.h"
#include "base/der.h"

/** Appends what a file that begins so is instead, and what is accepted. */
void capture_refuse_format(ma_buf_t *why, ma_bytes_t begin);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * put.h - appends to a buffer, quickly: most of a row is constant text and plain ASCII.
 *
 * What is not plain goes through base/encode.h. The buffer must be one that grows; its NUL is not
 * kept up, so that it is read by size.
 */
#ifndef AUDIT_REPORT_PUT_H
#define AUDIT_REPORT_PUT_H

#include <string.h>

#include "audit/link/segment.h"
#include "base/encode.h"

static inline void put_bytes(ma_buf_t *out, const char *bytes, size_t size)
{
    if (out->capacity - out->size > size) {
        memcpy(out->data + out->size, bytes, size);
        out->size += size;
    } else {
        ma_buf_add(out, bytes, size);
    }
}

/** A string literal. */
#define PUT(out, literal) put_bytes((out), "" literal, sizeof(literal) - 1)

static inline void put_text(ma_buf_t *out, const char *text)
{
    put_bytes(out, text, strlen(text));
}

/** A number in decimal. */
void put_number(ma_buf_t *out, uint64_t number);
void put_signed(ma_buf_t *out, int64_t number);
/** A JSON string with its quotes. */
void put_json(ma_buf_t *out, const char *bytes, size_t size);
/** The same of a C string; "" for NULL. */
void put_json_text(ma_buf_t *out, const char *text);
/** RFC 3339 in UTC, without quotes; outside the years 0 to 9999 the bare number. */
void put_time(ma_buf_t *out, int64_t seconds);
/** The same from nanoseconds, with six digits behind the second. */
void put_time_fine(ma_buf_t *out, int64_t nanoseconds);
/** An address as the library's decisions have it: IPv6 as eight groups. */
void put_address(ma_buf_t *out, const uint8_t address[16], unsigned ip_version);
/** The same, IPv6 as people write it (RFC 5952). */
void put_address_short(ma_buf_t *out, const uint8_t address[16], unsigned ip_version);

#endif

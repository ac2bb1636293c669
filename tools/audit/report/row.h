/* SPDX-License-Identifier: BSD-2-Clause */
/* row.h - one judgement as one line: JSON (docs/audit.schema.json), CSV, or for a person. */
#ifndef AUDIT_REPORT_ROW_H
#define AUDIT_REPORT_ROW_H

#include "audit/replay/judgement.h"
#include "base/buf.h"

/** What a row is written with. */
typedef struct row_names {
    const char *const *files;                 /**< by place_t.file */
    size_t n_files;
    const char *(*cipher)(uint16_t suite);    /**< may be NULL */
    struct row_memo *memo;                    /**< of row_said.h; may be NULL */
} row_names_t;

/** A JSON object without an end of line. */
void row_json(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names);
void row_csv_header(ma_buf_t *out);
/** The line with its end. */
void row_csv(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names);
void row_text(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names);

/** "allow", "deny" or "undetermined". */
const char *row_verdict(int verdict);
const char *row_kind(handshake_kind_t kind);
const char *row_carrier(carrier_t carrier);
const char *row_file(const row_names_t *names, uint32_t file);
/** OpenSSL's name, or "0xc02b". `room` has 8 characters. */
const char *row_cipher(const row_names_t *names, uint16_t suite, char *room);

#endif

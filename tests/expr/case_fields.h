/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * case_fields.h - a small schema for tests of expressions, and rows of values for its fields, as
 * `http.host = "a", ip.src = 192.0.2.1` has them. Fields that a row does not name are empty.
 */
#ifndef TESTS_CASE_FIELDS_H
#define TESTS_CASE_FIELDS_H

#include "base/arena.h"
#include "expr/schema.h"

#define FIELDS_MAX 40u

const ma_schema_t *fields_schema(void);

/** The values of a request, by slot. */
typedef struct fields_row {
    ma_value_t values[FIELDS_MAX];
    uint8_t states[FIELDS_MAX]; /* MA_SLOT_* */
} fields_row_t;

/**
 * Reads assignments, separated by commas: strings, integers, addresses, true, false, unknown,
 * arrays as ["a" "b"], and of maps one name: headers["x"] = ["a" "b"]. False: *why says what is
 * wrong.
 */
bool fields_read(const char *text, ma_arena_t *arena, fields_row_t *row,
                 const char **why) MTLSAUTH_MUST_CHECK;
/** Reads one value of that type. */
bool fields_value(const char *text, size_t size, ma_type_t type, ma_arena_t *arena,
                  ma_value_t *out) MTLSAUTH_MUST_CHECK;

#endif

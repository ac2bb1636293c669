/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-keylog.c - fuzz target: a key log, read at once and again in two parts.
 *
 * What was read is what is found, and parts that end with a line are as good as the whole.
 */
#include "audit/keys/keylog.h"

#include <string.h>

#include "audit/keys/keylog_line.h"

#include "fuzz.h"

/* Each secret of the text is found, if only the last of its kind. */
static void find_all(const keylog_t *log, const uint8_t *text, size_t size)
{
    size_t at = 0;

    while (at < size) {
        const uint8_t *end = memchr(text + at, '\n', size - at);
        size_t length = end == NULL ? size - at : (size_t)(end - text) - at;
        keylog_line_t line;

        if (keylog_line_parse(text + at, length, &line) == KEYLOG_LINE_SECRET) {
            ma_bytes_t subject = {line.subject, line.subject_size};
            ma_bytes_t found = line.label == KEYLOG_SESSION
                                   ? keylog_find_session(log, subject)
                                   : keylog_find(log, (secret_label_t)line.label, line.subject);

            FUZZ_CHECK(line.subject_size > 0 && line.subject_size <= KEYLOG_MAX_SUBJECT);
            FUZZ_CHECK(line.label == KEYLOG_SESSION || line.subject_size == 32);
            FUZZ_CHECK(found.size >= 32 && found.size <= SECRET_MAX_SIZE);
        }
        at += length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *middle = size > 1 ? memchr(data + size / 2, '\n', size - size / 2) : NULL;
    size_t first = middle == NULL ? size : (size_t)(middle - data) + 1;
    keylog_t *whole = NULL, *parts = NULL;

    FUZZ_CHECK(keylog_new(&whole) == 0 && keylog_new(&parts) == 0);
    FUZZ_CHECK(keylog_add(whole, data, size) == 0);
    FUZZ_CHECK(keylog_add(parts, data, first) == 0);
    FUZZ_CHECK(keylog_add(parts, data + first, size - first) == 0);
    FUZZ_CHECK(memcmp(keylog_counts(whole), keylog_counts(parts), sizeof(keylog_counts_t)) == 0);
    find_all(whole, data, size);
    find_all(parts, data, size);
    keylog_free(whole);
    keylog_free(parts);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * input.h - read what the user names on a command line, whole and bounded.
 *
 * Files, pipes and standard input; not directories. Bytes may be secrets (private keys,
 * passwords): they are in one block that never moves, and are wiped when freed.
 *
 * What it does not check: who owns the file, and who may write it. The user named it.
 */
#ifndef COMMON_INPUT_H
#define COMMON_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

typedef struct input {
    uint8_t *data; /**< `size` bytes and a NUL; owned */
    size_t size;
    size_t room;
} input_t;

/** "-" is standard input. Returns 0, or -1 with the reason in `why`, which names the file. */
int input_read(const char *path, size_t max, input_t *out, ma_buf_t *why) MTLSAUTH_MUST_CHECK;
/** Wipes and frees. NULL and an input of zeros are fine. */
void input_free(input_t *input);

#endif

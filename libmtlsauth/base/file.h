/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - read files that policy hangs on, safely: whole, bounded, and only such as no stranger
 * may change.
 *
 * Symbolic links are followed and their target is checked (container mounts are made of them). A
 * file must be regular and, like the directory that holds it, not writable by group or others
 * and owned by root, the running user or the trusted owner. A directory with the sticky bit may be
 * writable, as far as what lies in it has a safe owner.
 */
#ifndef MA_BASE_FILE_H
#define MA_BASE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/der.h"
#include "base/error.h"
#include "base/window.h"

/** Whose files are safe. */
typedef struct ma_safety {
    bool insecure;    /**< owners and modes are not looked at */
    bool has_trusted; /**< `trusted` counts as a safe owner too */
    uid_t trusted;
} ma_safety_t;

/** A file that is read piece by piece, and that must not change its size meanwhile. */
typedef struct ma_file {
    ma_byte_source_t source; /**< first, so that one casts to the other; failures are told to `err` */
    int fd;
    struct stat identity; /**< from the open file */
    uint64_t done;
    const char *path; /**< these three are borrowed */
    const ma_pos_t *pos;
    mtlsauth_error_t **err;
} ma_file_t;

/** Opens a file of at most `max` bytes, with all checks. `pos` as for ma_file_read(). */
int ma_file_open(ma_file_t *file, const char *path, size_t max, const ma_safety_t *safety,
                 const ma_pos_t *pos, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;
/** Begins anew. */
int ma_file_rewind(ma_file_t *file) MTLSAUTH_MUST_CHECK;
void ma_file_close(ma_file_t *file);

/**
 * Reads a whole file of at most `max` bytes into the arena. `pos` is where it was named, for
 * errors (may be NULL). If `identity` is not NULL it is set from the open file.
 */
int ma_file_read(const char *path, size_t max, const ma_safety_t *safety, ma_arena_t *arena,
                 const ma_pos_t *pos, ma_bytes_t *out, struct stat *identity,
                 mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** Lists the names in a directory, sorted; names that begin with a dot are left out. */
int ma_file_list(const char *path, const ma_safety_t *safety, ma_arena_t *arena,
                 const ma_pos_t *pos, const char *const **names, size_t *count,
                 mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * Checks a canonical path and every directory above it: the strict form, for code. The file's
 * own status is given by the caller, who has it open.
 */
int ma_file_check_chain(const char *canonical, const struct stat *file, const ma_safety_t *safety,
                        const ma_pos_t *pos, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** `name` as seen from the directory of `base`; absolute names stay. In the arena. */
char *ma_path_beside(ma_arena_t *arena, const char *base, const char *name) MTLSAUTH_MUST_CHECK;

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * inherited_key.h - DSA keys that take their parameters from the certificate above (RFC 3279 2.3.2,
 * RFC 5280 6.1.4 (d) to (f)).
 *
 * On a path, such a CA is replaced by a copy with the complete key. So whatever is then judged,
 * checked with it or remembered about it is about the key that is used: the same certificate below
 * another one has another key.
 */
#ifndef MA_PATH_INHERITED_KEY_H
#define MA_PATH_INHERITED_KEY_H

#include "path/path.h"

#define MA_INHERITED_MAX 16u

/** The copies that were made for one request; zeroed at first. None is made twice. */
typedef struct ma_inherited {
    struct {
        const mtlsauth_cert_t *from;
        const uint8_t *parameters; /**< where they stand */
        const mtlsauth_cert_t *complete;
    } made[MA_INHERITED_MAX];
    unsigned count;
} ma_inherited_t;

/**
 * Replaces the CAs of the path that lack parameters. The leaf stays: its key checks nothing. What
 * has none to inherit stays, and so do those past the bound: their keys verify nothing. Copies live
 * in the arena. Returns 0 or MTLSAUTH_E_NO_MEMORY.
 */
int ma_path_inherit_keys(ma_inherited_t *inherited, ma_arena_t *arena,
                         ma_path_t *path) MTLSAUTH_MUST_CHECK;

#endif

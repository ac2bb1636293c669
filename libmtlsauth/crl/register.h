/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * register.h - which lists one load of the policies saw under which path, and whether those of the
 * next load follow them.
 *
 * Whoever takes a list away, or puts an older one back, makes revoked certificates good again. So
 * under a path that both loads name, each list must be there again: of the same issuer, scope and
 * kind, with a number that is not lower (without numbers: issued no earlier). What is no longer
 * named is not asked for: that is a change of the policy.
 */
#ifndef MA_CRL_REGISTER_H
#define MA_CRL_REGISTER_H

#include "base/arena.h"
#include "crl/crl.h"

typedef struct ma_registered_path ma_registered_path_t;

typedef struct ma_crl_register {
    ma_arena_t *arena; /**< holds all of it */
    ma_registered_path_t *first;
    ma_registered_path_t *last;
} ma_crl_register_t;

void ma_crl_register_init(ma_crl_register_t *lists, ma_arena_t *arena);
/** Enters a path as a policy names it. *out: NULL if it was entered before. */
int ma_crl_register_path(ma_crl_register_t *lists, const char *path, const ma_pos_t *pos,
                         ma_registered_path_t **out) MTLSAUTH_MUST_CHECK;
/** Enters a list that was found under a path. What is needed of it is copied. */
int ma_crl_register_list(ma_crl_register_t *lists, ma_registered_path_t *path,
                         const ma_crl_info_t *info) MTLSAUTH_MUST_CHECK;
/** Does `now` follow `before`? 0, or MTLSAUTH_E_POLICY and an error that says what does not. */
int ma_crl_register_follows(const ma_crl_register_t *now, const ma_crl_register_t *before,
                            mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;


/** A list that was entered. Borrowed from the register. */
typedef struct ma_registered_list {
    const char *path; /**< as the policy names it: a file, or the directory that holds it */
    ma_bytes_t issuer;
    ma_bytes_t number;
    int64_t next_update; /**< INT64_MAX: none */
    bool is_delta;
} ma_registered_list_t;

/** Called with each list, in the order they were entered, until it returns other than 0. */
typedef int ma_registered_fn(void *context, const ma_registered_list_t *list);
int ma_crl_register_each(const ma_crl_register_t *lists, ma_registered_fn *each,
                         void *context) MTLSAUTH_MUST_CHECK;

#endif

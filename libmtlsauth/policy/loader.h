/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.h - what one load of a policy set carries along. */
#ifndef MA_POLICY_LOADER_H
#define MA_POLICY_LOADER_H

#include <gnutls/crypto.h>

#include "plugin/instance.h"
#include "plugin/module.h"

typedef struct ma_loader {
    ma_arena_t *arena; /**< of the snapshot: everything that is made lives there */
    ma_safety_t safety;
    const ma_log_t *log;
    ma_modules_t *modules;
    ma_facts_t *facts;
    struct ma_condition *conditions; /**< all that were read; the snapshot frees them */
    ma_instance_t *instances; /**< all that were begun; the snapshot unloads them */
    bool offline;             /**< fields that nobody supplies are unknown, not errors */
    size_t remembered;        /**< verified paths that the entries want to remember */
    gnutls_hash_hd_t digest;  /**< of the policy at hand; NULL: none */
    ma_crl_register_t *crls;  /**< of the snapshot: which lists were found under which path */
    mtlsauth_error_t **err;
} ma_loader_t;

/** Reads a file safely and adds it to the digest of the policy at hand. */
int ma_loader_read(ma_loader_t *loader, const char *path, size_t max, const ma_pos_t *pos,
                   ma_bytes_t *out, struct stat *identity) MTLSAUTH_MUST_CHECK;
/** Adds bytes to that digest. `context` is the loader. */
void ma_loader_digest(void *context, ma_bytes_t bytes);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.h - the certificates a policy brings: anchors, and intermediates that are only helpers.
 *
 * Filled at load, constant after; threads share it. There is no fall-back to system roots.
 */
#ifndef MA_PATH_TRUST_H
#define MA_PATH_TRUST_H

#include "base/file.h"
#include "path/memory.h"

/** Signatures that are remembered for one policy: those of the paths that `validity` remembers. */
#define MA_TRUST_MEMORY 10240u

/** The most certificates that one policy may bring. */
#define MA_TRUST_MAX_CERTS 4096u

typedef struct ma_cert_list {
    mtlsauth_cert_t **items;
    size_t count;
    size_t room;
} ma_cert_list_t;

typedef struct ma_trust {
    ma_arena_t *arena; /**< holds all of it; outlives it */
    ma_cert_list_t anchors;
    ma_cert_list_t intermediates;
    bool partial_chain;      /**< an anchor need not be self-signed */
    bool check_anchor_dates; /**< an anchor past its dates does not count */
    ma_memory_t *memory;     /**< good signatures below these anchors; NULL without anchors */
} ma_trust_t;

typedef enum ma_trust_role { MA_TRUST_ANCHOR, MA_TRUST_INTERMEDIATE } ma_trust_role_t;

void ma_trust_init(ma_trust_t *trust, ma_arena_t *arena);

/**
 * Reads the certificates (PEM or DER) of a file, or of all files of a directory. In the role of an
 * anchor, a certificate that is not self-signed becomes an intermediate unless partial_chain is
 * set, which must be decided before. `seen`, if not NULL, is called with the bytes of each file.
 */
int ma_trust_add(ma_trust_t *trust, ma_trust_role_t role, const char *path,
                 const ma_safety_t *safety, const ma_pos_t *pos, void (*seen)(void *, ma_bytes_t),
                 void *seen_context, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** Makes what requests share; when all certificates were added. */
int ma_trust_finish(ma_trust_t *trust) MTLSAUTH_MUST_CHECK;
void ma_trust_free(ma_trust_t *trust);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certificates.h - the words for client certificates, made once for each and remembered.
 *
 * They are taken from the library's own decision, so that an audit names a client as the server's log
 * does. A certificate is known by all of its octets.
 * Memory is bounded: when it is used up all are forgotten and made anew.
 */
#ifndef AUDIT_REPLAY_CERTIFICATES_H
#define AUDIT_REPLAY_CERTIFICATES_H

#include "audit/replay/judgement.h"

typedef struct certificates certificates_t;

/** The engine must outlive it: it is asked about certificates that nobody judged. */
int certificates_new(mtlsauth_engine_t *engine, certificates_t **out) MTLSAUTH_MUST_CHECK;
/**
 * The words for a leaf. `decision` is one about just this leaf, or NULL. NULL: no memory. Borrowed
 * until the next call.
 */
const client_text_t *certificates_find(certificates_t *certificates, ma_bytes_t leaf,
                                       const mtlsauth_decision_t *decision);
void certificates_free(certificates_t *certificates);

#endif

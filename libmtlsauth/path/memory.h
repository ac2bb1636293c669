/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - signatures that were found good, remembered for as long as a policy is in force.
 *
 * Whether a signature is good is a function of the key, the signed bytes and what is strong enough,
 * and of nothing else: not of the time, not of the path. So the answer may be kept, and everything
 * else about a path is judged anew each time. Only good ones are kept: they cost an attacker a
 * certificate each, and bad ones would cost him nothing.
 *
 * Insert-only slots without a lock; when there is no room, nothing more is kept. Threads share it.
 */
#ifndef MA_PATH_MEMORY_H
#define MA_PATH_MEMORY_H

#include "cred/signature.h"

typedef struct ma_memory ma_memory_t;

/** `facts`: how many there is to be room for. */
int ma_memory_new(size_t facts, ma_memory_t **out) MTLSAUTH_MUST_CHECK;
void ma_memory_free(ma_memory_t *memory);

/** True if the signature of these very bytes with this very key was found good before. */
bool ma_memory_recall(ma_memory_t *memory, const ma_strength_t *strength,
                      const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject);
void ma_memory_keep(ma_memory_t *memory, const ma_strength_t *strength,
                    const mtlsauth_cert_t *issuer, const mtlsauth_cert_t *subject);

#endif

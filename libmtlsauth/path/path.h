/* SPDX-License-Identifier: BSD-2-Clause */
/* path.h - a path, and how long one may be. */
#ifndef MA_PATH_PATH_H
#define MA_PATH_PATH_H

#include "cred/certificate.h"

/** Certificates on one path, leaf and anchor among them; and what a client may send. */
#define MA_PATH_MAX 18u
#define MA_CHAIN_MAX 16u
#define MA_CHAIN_MAX_SIZE (64u * 1024u)

/** A path: leaf first, anchor last. The certificates are borrowed. */
typedef struct ma_path {
    const mtlsauth_cert_t *certs[MA_PATH_MAX];
    size_t length;
} ma_path_t;

#endif

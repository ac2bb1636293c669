/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * big_crl.h - CRLs of any number of entries, up to ten million, for benches.
 *
 * The same number of entries always gives the same serials and dates, so that a bench can ask for
 * any of them again. Version 2, with a CRL number; every entry has a reason code. The bytes are
 * laid out by a small writer here, because the libraries that are measured take minutes to write a
 * list of that size; GnuTLS signs them. Functions end the program with a "Bail out!" when that
 * fails.
 */
#ifndef TESTS_BENCH_BIG_CRL_H
#define TESTS_BENCH_BIG_CRL_H

#include "certs.h"

enum { BIG_CRL_SERIAL = 20 };

typedef struct big_crl {
    const uint8_t *data;
    size_t size;
    uint8_t *memory; /**< what `data` lies in */
} big_crl_t;

/** Serial i as the contents of an INTEGER: positive, none is like another. From `entries` on they
    are such as a list of that many does not have. */
void big_crl_serial(size_t i, uint8_t out[BIG_CRL_SERIAL]);

/** A list of so many serials, a day old and good for a week more at `now`, signed with the issuer's
    key: RSA or P-256 with SHA-256, or Ed25519. */
void big_crl_make(big_crl_t *out, const issued_t *issuer, size_t entries, int64_t now);
void big_crl_write(const big_crl_t *crl, const char *path);
void big_crl_free(big_crl_t *crl);

#endif

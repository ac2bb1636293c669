/* SPDX-License-Identifier: BSD-2-Clause */
/* signed.c - see signed.h. */
#include "cred/signed.h"

void ma_signed_init(ma_signed_t *what)
{
    *what = (ma_signed_t) { .hash = NULL };
    ma_buf_init(&what->bytes, 0);
}

void ma_signed_add(void *context, ma_bytes_t bytes)
{
    ma_signed_t *what = context;

    if (!what->chosen || what->keeps)
        ma_buf_add(&what->bytes, bytes.data, bytes.size);
    else if (what->hash != NULL && gnutls_hash(what->hash, bytes.data, bytes.size) < 0)
        what->broken = true;
}

/* What is signed by it is hashed first; GNUTLS_DIG_UNKNOWN: it is not. */
static gnutls_digest_algorithm_t digest_of(const ma_signature_algorithm_t *algorithm)
{
    return algorithm->sign == MA_SIGN_WEAK ? GNUTLS_DIG_UNKNOWN
                                           : gnutls_sign_get_hash_algorithm(algorithm->sign);
}

void ma_signed_choose(ma_signed_t *what, const ma_signature_algorithm_t *algorithm)
{
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;

    what->chosen = true;
    if (algorithm != NULL) {
        what->keeps = algorithm->key == GNUTLS_PK_EDDSA_ED25519
            || algorithm->key == GNUTLS_PK_EDDSA_ED448;
        digest = digest_of(algorithm);
    }
    if (what->keeps)
        return;
    if (digest != GNUTLS_DIG_UNKNOWN) {
        what->size = gnutls_hash_get_len(digest);
        what->broken = !ma_buf_ok(&what->bytes) || what->size > sizeof(what->digest)
            || gnutls_hash_init(&what->hash, digest) < 0;
        if (what->broken)
            what->hash = NULL;
        else if (gnutls_hash(what->hash, what->bytes.data, what->bytes.size) < 0)
            what->broken = true;
    }
    ma_buf_free(&what->bytes);
    ma_buf_init(&what->bytes, 0);
}

void ma_signed_finish(ma_signed_t *what)
{
    if (what->hash != NULL)
        gnutls_hash_deinit(what->hash, what->digest);
    what->hash = NULL;
    if (what->keeps && !ma_buf_ok(&what->bytes))
        what->broken = true;
}

void ma_signed_free(ma_signed_t *what)
{
    ma_signed_finish(what);
    ma_buf_free(&what->bytes);
    ma_buf_init(&what->bytes, 0);
}

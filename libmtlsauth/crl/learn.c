/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * learn.c - check the signatures of a set's lists at load, with the keys that are known by then, so
 * that no request waits for it.
 *
 * A list that no such key signed is no error: its CA may have a new key, whose certificate clients
 * send. But it may as well be a mistake, so the log tells.
 */
#include "cred/name.h"
#include "crl/revocation_set.h"

/* The file that a list came from. */
static const char *file_of(const mtlsauth_revocation_t *set, size_t list)
{
    size_t i;

    for (i = 0; i < set->n_files; i++)
        if (list >= set->files[i].first && list < set->files[i].end)
            return set->files[i].path;
    return "";
}

static void warn(const mtlsauth_revocation_t *set, size_t list, const ma_log_t *log)
{
    const ma_pos_t pos = { file_of(set, list), 0, 0 };
    ma_buf_t issuer;

    ma_buf_init(&issuer, 0);
    (void)ma_name_rfc2253(ma_crl_info(set->lists[list])->issuer, &issuer);
    ma_log_warning(log, &pos, "crl-signer",
                   "load a list that is, or add the certificate of the key that signed it",
                   "the CRL of %s is signed by none of the keys that trust has for that name",
                   ma_buf_string(&issuer));
    ma_buf_free(&issuer);
}

/* Asks all certificates of a name; sets *named if there is one. */
static bool learn(ma_crl_t *list, const ma_cert_pool_t *pools, size_t n_pools, bool *named)
{
    bool good = false;
    size_t i, j;

    for (i = 0; i < n_pools; i++) {
        for (j = 0; j < pools[i].count; j++) {
            if (!ma_name_equal(pools[i].items[j]->subject, ma_crl_info(list)->issuer))
                continue;
            *named = true;
            good = ma_crl_learn(list, pools[i].items[j]) || good;
        }
    }
    ma_crl_learned(list);
    return good;
}

void ma_revocation_learn(mtlsauth_revocation_t *set, const ma_cert_pool_t *pools, size_t n_pools,
                         const ma_log_t *log)
{
    size_t i;

    for (i = 0; i < set->n_lists; i++) {
        bool named = false;

        if (!learn(set->lists[i], pools, n_pools, &named) && named)
            warn(set, i, log);
    }
}

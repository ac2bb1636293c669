/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * learn.c - check the signatures of a set's lists at load, with the keys that are known by then, so
 * that no request waits for it.
 *
 * A list that no such key signed is no error: its CA may have a new key, whose certificate clients
 * send. But it may as well be a mistake, so the log tells. It also tells of a list that is over
 * already, and whose issuer has none in its place: where lists must be current, every client of
 * that CA is refused.
 */
#include "base/clock.h"
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

static void warn_signer(const mtlsauth_revocation_t *set, size_t list, const ma_log_t *log)
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

/* A delta that is over is passed over, and the base list judges alone. */
static bool is_over(const ma_crl_info_t *info, int64_t now)
{
    return !info->is_delta && info->next_update < now;
}

/* Is there a list for the same certificates that is not over? */
static bool is_replaced(const mtlsauth_revocation_t *set, size_t list, int64_t now)
{
    const ma_crl_info_t *info = ma_crl_info(set->lists[list]);
    size_t i;

    for (i = 0; i < set->n_lists; i++) {
        const ma_crl_info_t *other = ma_crl_info(set->lists[i]);

        if (!other->is_delta && other->next_update >= now
            && ma_bytes_equal(other->scope, info->scope)
            && ma_name_equal(other->issuer, info->issuer))
            return true;
    }
    return false;
}

static void warn_over(const mtlsauth_revocation_t *set, size_t list, const ma_log_t *log)
{
    const ma_crl_info_t *info = ma_crl_info(set->lists[list]);
    const ma_pos_t pos = {file_of(set, list), 0, 0};
    ma_buf_t issuer, ended;

    ma_buf_init(&issuer, 0);
    ma_buf_init(&ended, 0);
    (void)ma_name_rfc2253(info->issuer, &issuer);
    ma_time_text(info->next_update, &ended);
    ma_log_warning(log, &pos, "crl-over",
                   "fetch the new one, or write freshness = \"relaxed\" to judge by old ones",
                   "the CRL of %s was to be replaced by %s, and whom it is about is refused now",
                   ma_buf_string(&issuer), ma_buf_string(&ended));
    ma_buf_free(&issuer);
    ma_buf_free(&ended);
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
    int64_t now;
    size_t i;

    for (i = 0; i < set->n_lists; i++) {
        bool named = false;

        if (!learn(set->lists[i], pools, n_pools, &named) && named)
            warn_signer(set, i, log);
    }
    if (set->how.freshness != MTLSAUTH_FRESHNESS_RELAXED && ma_clock_now(&now))
        for (i = 0; i < set->n_lists; i++)
            if (is_over(ma_crl_info(set->lists[i]), now) && !is_replaced(set, i, now))
                warn_over(set, i, log);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signer.c - who may have signed a list (RFC 5280 6.3.3 (f)).
 *
 * First the certificates above the one that is judged. If none of them did, another of the name
 * that the list bears: it needs a path to the same anchor, none of whose certificates is revoked
 * (or, as far as the set demands to know, may be). A key that is not trusted never verifies
 * anything: the path comes before the signature, and paths are few.
 */
#include "crl/inquiry.h"

#include "cred/name.h"

static bool is_on(const mtlsauth_cert_t *const *path, size_t length, const mtlsauth_cert_t *cert)
{
    size_t i;

    for (i = 0; i < length; i++)
        if (path[i] == cert || ma_cert_same(path[i], cert))
            return true;
    return false;
}

/*
 * A signer whose own certificate names it as the issuer of the list that tells about it (cRLIssuer;
 * that alone brings a list of another name than the certificate's issuer's into scope): the CA
 * wanted it that way, and there is nobody else to ask. Not so for the client itself.
 */
static bool speaks_for_itself(const ma_inquiry_t *inquiry, const ma_crl_t *list,
                              const mtlsauth_cert_t *cert)
{
    return inquiry->n_open > 1 && ma_cert_same(inquiry->open[inquiry->n_open - 1], cert)
        && !ma_name_equal(ma_crl_info(list)->issuer, cert->issuer);
}

/* Nothing vouches for itself: is the answer about one of these what is being asked? */
static bool is_open(const ma_inquiry_t *inquiry, const ma_crl_t *list,
                    const ma_known_signer_t *signer)
{
    size_t i, n = inquiry->n_open;

    if (speaks_for_itself(inquiry, list, signer->cert))
        n--;
    for (i = 0; i < n; i++)
        if (is_on(signer->path, signer->length, inquiry->open[i]))
            return true;
    return false;
}

/* The path of a signer, which is asked for once; NULL past the budget. */
static const ma_known_signer_t *path_of(ma_inquiry_t *inquiry, const mtlsauth_cert_t *cert)
{
    const ma_revocation_query_t *query = inquiry->query;
    ma_known_signer_t *signer;
    size_t i;

    for (i = 0; i < inquiry->n_known; i++)
        if (inquiry->known[i].cert == cert)
            return &inquiry->known[i];
    if (inquiry->n_known == MA_SIGNER_BUDGET)
        return NULL;
    signer = &inquiry->known[inquiry->n_known++];
    signer->cert = cert;
    signer->length = query->signers->trusted(query->signers->context, cert,
                                             query->path[query->path_length - 1], signer->path);
    return signer;
}

/* Is none of its certificates revoked? Those above `place` are judged in their own turn. */
static mtlsauth_result_t judge_path(ma_inquiry_t *inquiry, const ma_place_t *place,
                                    const ma_known_signer_t *signer)
{
    const ma_revocation_how_t *how = &inquiry->set->how;
    /* Where only the leaf is to be known of, a signer must not be known as revoked. */
    mtlsauth_freshness_t freshness
        = how->scope == MTLSAUTH_SCOPE_LEAF ? MTLSAUTH_FRESHNESS_RELAXED : how->freshness;
    size_t i;

    for (i = 0; i + 1 < signer->length; i++) {
        const ma_place_t at = { signer->path, signer->length, i };
        ma_finding_t finding;

        if (is_on(place->path + place->position, place->length - place->position,
                  signer->path[i]))
            continue;
        finding = ma_inquiry_judge(inquiry, &at, freshness);
        if (finding.result != MTLSAUTH_SUCCESS)
            return finding.result;
    }
    return MTLSAUTH_SUCCESS;
}

/* A certificate that is not on the path and no CA must say that it signs lists. */
static bool may_sign(const mtlsauth_cert_t *cert)
{
    return (cert->present & MA_EXT_KEY_USAGE) != 0 ? (cert->key_usage & MA_KU_CRL_SIGN) != 0
                                                   : cert->is_ca;
}

static mtlsauth_result_t try_signer(ma_inquiry_t *inquiry, const ma_place_t *place,
                                    const ma_crl_t *list, const mtlsauth_cert_t *cert)
{
    const ma_known_signer_t *signer;
    mtlsauth_result_t result;

    if (!may_sign(cert) || !ma_name_equal(cert->subject, ma_crl_info(list)->issuer)
        || (is_on(place->path, place->length, cert) && !speaks_for_itself(inquiry, list, cert)))
        return MTLSAUTH_BAD_SIGNATURE;
    signer = path_of(inquiry, cert);
    if (signer == NULL || signer->length < 2 || is_open(inquiry, list, signer))
        return MTLSAUTH_BAD_SIGNATURE;
    result = ma_crl_signed_by(list, cert, inquiry->query->strength);
    return result != MTLSAUTH_SUCCESS ? result : judge_path(inquiry, place, signer);
}

/* How much a failure says: that of a signer that fits is told rather than that of one that does
 * not. */
static mtlsauth_result_t more_telling(mtlsauth_result_t a, mtlsauth_result_t b)
{
    return a == MTLSAUTH_BAD_SIGNATURE || b == MTLSAUTH_ERROR ? b : a;
}

static mtlsauth_result_t search_pools(ma_inquiry_t *inquiry, const ma_place_t *place,
                                      const ma_crl_t *list, const mtlsauth_cert_t **signer)
{
    const ma_signers_t *signers = inquiry->query->signers;
    mtlsauth_result_t told = MTLSAUTH_BAD_SIGNATURE, result;
    size_t i, j;

    for (i = 0; i < signers->n_pools; i++) {
        for (j = 0; j < signers->pools[i].count; j++) {
            *signer = signers->pools[i].items[j];
            result = try_signer(inquiry, place, list, *signer);
            if (result == MTLSAUTH_SUCCESS)
                return result;
            told = more_telling(told, result);
        }
    }
    return told;
}

mtlsauth_result_t ma_inquiry_signer(ma_inquiry_t *inquiry, const ma_place_t *place,
                                    const ma_crl_t *list, const mtlsauth_cert_t **signer)
{
    mtlsauth_result_t told = MTLSAUTH_BAD_SIGNATURE, result;
    size_t i;

    for (i = place->position + 1; i < place->length; i++) {
        *signer = place->path[i];
        result = ma_crl_signed_by(list, *signer, inquiry->query->strength);
        if (result == MTLSAUTH_SUCCESS)
            return result;
        told = more_telling(told, result);
    }
    if (inquiry->query->signers == NULL)
        return told;
    result = search_pools(inquiry, place, list, signer);
    return result == MTLSAUTH_SUCCESS ? result : more_telling(told, result);
}

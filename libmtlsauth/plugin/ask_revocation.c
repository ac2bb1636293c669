/* SPDX-License-Identifier: BSD-2-Clause */
/* ask_revocation.c - see ask_revocation.h: crl/ knows no paths, and path/ no lists. */
#include "plugin/ask_revocation.h"

#include <string.h>

/*
 * ma_signers_t.trusted: whoever signs lists needs a path like that of the request, to the same
 * anchor; what is asked of clients alone is not asked of them.
 */
static size_t signer_path(void *context, const mtlsauth_cert_t *signer,
                          const mtlsauth_cert_t *anchor,
                          const mtlsauth_cert_t *path[MA_SIGNER_PATH_MAX])
{
    const mtlsauth_check_t *request = context;
    const ma_verify_how_t *asked = request->how;
    const ma_verify_how_t how = { .purpose = MTLSAUTH_PURPOSE_ANY, .max_depth = asked->max_depth,
                                  .clock_skew = asked->clock_skew, .strength = asked->strength,
                                  .check_anchor_dates = asked->check_anchor_dates };
    ma_verify_answer_t answer = { .result = MTLSAUTH_UNTRUSTED };
    ma_trust_t trust = *request->trust;
    const ma_verify_query_t query = {
        .leaf = signer,
        .sources = { &trust, request->chain, request->n_chain },
        .now = request->now,
        .arena = request->arena,
    };
    char room[MA_MESSAGE_MAX];
    ma_buf_t why;
    size_t i;

    _Static_assert(MA_PATH_MAX <= MA_SIGNER_PATH_MAX, "the path of a signer fits");
    for (i = 0; i < trust.anchors.count && trust.anchors.items[i] != anchor; i++)
        ;
    if (i == trust.anchors.count)
        return 0;
    trust.anchors = (ma_cert_list_t) { &trust.anchors.items[i], 1, 1 };
    ma_buf_fixed(&why, room, sizeof(room));
    ma_path_verify(&how, &query, &answer, &why);
    if (answer.result != MTLSAUTH_SUCCESS)
        return 0;
    memcpy(path, answer.path.certs, answer.path.length * sizeof(path[0]));
    return answer.path.length;
}

static ma_cert_pool_t pool_of(const ma_cert_list_t *list)
{
    return (ma_cert_pool_t) { (const mtlsauth_cert_t *const *)list->items, list->count };
}

mtlsauth_result_t ma_ask_revocation(mtlsauth_check_t *request,
                                    const mtlsauth_revocation_t *revocation)
{
    const ma_cert_pool_t pools[] = { pool_of(&request->trust->intermediates),
                                     pool_of(&request->trust->anchors),
                                     { request->chain, request->n_chain } };
    const ma_signers_t signers = { pools, sizeof(pools) / sizeof(pools[0]), signer_path, request };
    const ma_revocation_query_t query = {
        .path = request->path.certs,
        .path_length = request->path.length,
        .signers = &signers,
        .strength = &request->how->strength,
        .known = request->known_path,
        .now = request->now,
        .replay = request->replay,
        .explain = request->explain,
    };

    return ma_revocation_check(revocation, &query, &request->message);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * candidates.c - see candidates.h.
 *
 * Issuers are tried in this order: anchors, what the client sent, the policy's intermediates;
 * within each, those whose subjectKeyIdentifier is what the subject's authorityKeyIdentifier asks
 * for come first. A mismatch is no reason to drop one (RFC 5280 4.2.1.1: a help, not a rule).
 */
#include "path/candidates.h"

#include "cred/name.h"

/*
 * Each step compares one name, and each candidate costs its signatures: a chain made to explode
 * runs out of these, not of time.
 */
#define MAX_STEPS 20000u
#define MAX_CANDIDATES 256u

typedef struct search {
    const ma_path_sources_t *sources;
    const ma_signatures_t *signatures;
    ma_candidate_fn *each;
    void *context;
    ma_path_t path;
    unsigned steps;
    unsigned candidates;
    bool exhausted;
} search_t;

static bool on_path(const ma_path_t *path, const mtlsauth_cert_t *cert)
{
    size_t i;

    for (i = 0; i < path->length; i++)
        if (ma_cert_same(path->certs[i], cert))
            return true;
    return false;
}

static bool key_fits(const mtlsauth_cert_t *subject, const mtlsauth_cert_t *issuer)
{
    return subject->aki.size > 0 && ma_bytes_equal(subject->aki, issuer->ski);
}

/* One step: may `issuer` stand above the last certificate of the path? */
static bool fits(search_t *search, const mtlsauth_cert_t *issuer, bool by_key)
{
    const mtlsauth_cert_t *subject = search->path.certs[search->path.length - 1];

    if (search->exhausted || ++search->steps > MAX_STEPS) {
        search->exhausted = true;
        return false;
    }
    return key_fits(subject, issuer) == by_key && ma_name_equal(issuer->subject, subject->issuer)
        && !on_path(&search->path, issuer)
        && !ma_signatures_known_bad(search->signatures, issuer, subject);
}

static bool try_anchors(search_t *search)
{
    const ma_cert_list_t *anchors = &search->sources->trust->anchors;
    bool stop = false;
    size_t i;
    int pass;

    for (pass = 0; pass < 2; pass++) {
        for (i = 0; i < anchors->count && !stop; i++) {
            if (!fits(search, anchors->items[i], pass == 0))
                continue;
            if (++search->candidates > MAX_CANDIDATES) {
                search->exhausted = true;
                return false;
            }
            search->path.certs[search->path.length++] = anchors->items[i];
            stop = search->each(search->context, &search->path);
            search->path.length--;
        }
    }
    return stop;
}

static bool extend(search_t *search);

static bool try_issuer(search_t *search, const mtlsauth_cert_t *issuer, bool by_key)
{
    bool stop;

    if (!fits(search, issuer, by_key))
        return false;
    search->path.certs[search->path.length++] = issuer;
    stop = extend(search);
    search->path.length--;
    return stop;
}

/* Goes on from the last certificate of the path. Depth is bounded by MA_PATH_MAX. */
static bool extend(search_t *search)
{
    const ma_path_sources_t *from = search->sources;
    const ma_cert_list_t *pool = &from->trust->intermediates;
    bool stop = try_anchors(search);
    size_t i;
    int pass;

    if (search->path.length + 1 >= MA_PATH_MAX)
        return stop; /* the anchor would not fit above another one */
    for (pass = 0; pass < 2 && !stop; pass++) {
        for (i = 0; i < from->n_chain && !stop && !search->exhausted; i++)
            stop = try_issuer(search, from->chain[i], pass == 0);
        for (i = 0; i < pool->count && !stop && !search->exhausted; i++)
            stop = try_issuer(search, pool->items[i], pass == 0);
    }
    return stop;
}

ma_search_t ma_path_candidates(const mtlsauth_cert_t *leaf, const ma_path_sources_t *sources,
                               const ma_signatures_t *signatures, ma_candidate_fn *each,
                               void *context)
{
    search_t search
        = { .sources = sources, .signatures = signatures, .each = each, .context = context };

    search.path.certs[0] = leaf;
    search.path.length = 1;
    if (extend(&search))
        return MA_SEARCH_STOPPED;
    return search.exhausted ? MA_SEARCH_LIMIT : MA_SEARCH_DONE;
}

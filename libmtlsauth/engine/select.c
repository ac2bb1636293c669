/* SPDX-License-Identifier: BSD-2-Clause */
/* select.c - see select.h. */
#include "engine/select.h"

#include <string.h>

static const char *host_of(const mtlsauth_request_t *request)
{
    return request->host[0] != '\0' ? request->host : request->sni;
}

const ma_policy_t *ma_select_policy(const ma_set_t *set, const mtlsauth_request_t *request)
{
    const ma_policy_t *policy = NULL;
    const char *host = host_of(request);

    if (request->service != NULL) {
        policy = ma_set_service(set, request->service);
        if (policy == NULL && set->single)
            return NULL; /* the one policy there is belongs to another service */
    } else if (request->failure != MTLSAUTH_SUCCESS) {
        return set->single ? set->other : NULL; /* the host cannot be relied on */
    } else if (host[0] != '\0') {
        policy = ma_set_host(set, host);
    }
    return policy != NULL ? policy : set->other;
}

bool ma_select_host_unknown(const ma_set_t *set, const ma_policy_t *policy,
                            const mtlsauth_request_t *request)
{
    const bool listed = policy != NULL && policy->hosts.count > 0;
    const bool chosen = request->service == NULL && !set->single && set->n_claims > 0;
    const int host = request->engine->core.host;

    if (!(listed || chosen) || !request->engine->offline || host < 0 || request->sni[0] != '\0')
        return false;
    return !request->attributes[host].set && !request->attributes[host].lacks;
}

/* "A between B" in the scratch arena. Host names are normalised, so they are printable. */
static const char *sentence(mtlsauth_request_t *request, const char *a, const char *between,
                            const char *b)
{
    char *text = ma_arena_printf(&request->scratch, "%s %s %s", a, between, b);

    return text != NULL ? text : between;
}

static bool policy_lists(const ma_policy_t *policy, const char *host)
{
    size_t i;

    for (i = 0; i < policy->hosts.count; i++)
        if (ma_host_matches((const char *)policy->hosts.items[i].data, host))
            return true;
    return false;
}

bool ma_select_host_fits(const ma_policy_t *policy, mtlsauth_request_t *request,
                         const char **why)
{
    const char *host = host_of(request);

    if (policy->lists_hosts && host[0] == '\0') {
        *why = "the client named no host, and this policy is for certain hosts";
        return false;
    }
    if (policy->lists_hosts && !policy_lists(policy, host)) {
        *why = sentence(request, host, "is not a host of policy", policy->name);
        return false;
    }
    if (policy->require_sni_match && request->host[0] != '\0' && request->sni[0] != '\0'
        && strcmp(request->host, request->sni) != 0) {
        *why = sentence(request, request->host, "was asked for over a connection made to",
                        request->sni);
        return false;
    }
    return true;
}

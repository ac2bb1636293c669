/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guard.c - where requests are asked and refused.
 *
 * A virtual host with MTLSAuth On asks as soon as a request has been read: before it is rewritten,
 * redirected, answered from a cache or looked at by `Require` and `Satisfy`, which can only refuse
 * what was let in here. Requests that Apache makes of it (an ErrorDocument, a directory's index)
 * have the answer of the client's request.
 *
 * The service of a <Location> or <Directory> is asked besides, once it is known where the request
 * leads: for a <Location> before anything redirects or rewrites it; for all among the fixups, which
 * run whatever `Satisfy` says, and for subrequests too.
 */
#include "apache/mod_mtlsauth.h"

#include <ap_provider.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_auth.h>

static int read_request(request_rec *request)
{
    const site_t *site = settings_site(request->server);

    if (site->on != 1)
        return DECLINED;
    return judge(request, site->service) == 1 ? DECLINED : HTTP_FORBIDDEN;
}

static int enter_place(request_rec *request)
{
    const char *service = settings_place(request)->service;

    if (service == NULL)
        return DECLINED;
    /* mod_cache answers before it is known where a request leads: it must not keep this. */
    request->no_cache = 1;
    return judge(request, service) == 1 ? DECLINED : HTTP_FORBIDDEN;
}

/* ---- Require mtlsauth [SERVICE] ----------------------------------------------------------- */

static const char *parse_require(cmd_parms *cmd, const char *line, const void **parsed)
{
    const char *service = ap_getword_conf(cmd->pool, &line);

    if (line[0] != '\0')
        return "Require mtlsauth: more than one word; write Require mtlsauth, or Require mtlsauth "
               "SERVICE";
    *parsed = service[0] != '\0' ? service : NULL;
    settings_mention(cmd, *parsed);
    return NULL;
}

static authz_status check_require(request_rec *request, const char *line, const void *parsed)
{
    const char *service = parsed;

    (void)line;
    if (service == NULL)
        service = settings_site(request->server)->service;
    request->no_cache = 1;
    return judge(request, service) == 1 ? AUTHZ_GRANTED : AUTHZ_DENIED;
}

static const authz_provider require_provider = { check_require, parse_require };

void guard_register_hooks(apr_pool_t *pool)
{
    ap_hook_post_read_request(read_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_translate_name(enter_place, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(enter_place, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "mtlsauth", AUTHZ_PROVIDER_VERSION,
                              &require_provider, AP_AUTH_INTERNAL_PER_CONF);
}

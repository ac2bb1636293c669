/* SPDX-License-Identifier: BSD-2-Clause */
/* mod_mtlsauth.c - a policy decides which TLS clients Apache httpd lets in; see README.md. */
#include "apache/mod_mtlsauth.h"

#include <http_connection.h>
#include <http_log.h>

static void register_hooks(apr_pool_t *pool)
{
    static const char *const after[] = { "mod_ssl.c", NULL };
    static const char *const core[] = { "core.c", NULL };
    static const char *const before[] = { "mod_http2.c", NULL };

    ap_hook_check_config(policies_check_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* Before the core sends the terminal's errors to the error log. */
    ap_hook_open_logs(policies_open_logs, NULL, core, APR_HOOK_REALLY_FIRST);
    ap_hook_post_config(policies_post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_process_connection(peer_process_connection, after, before, APR_HOOK_MIDDLE);
    peer_register_hooks();
    guard_register_hooks(pool);
}

module mtlsauth_module = {
    STANDARD20_MODULE_STUFF,
    settings_make_place,
    settings_merge_place,
    settings_make_site,
    settings_merge_site,
    settings_directives,
    register_hooks,
    AP_MODULE_FLAG_NONE,
};

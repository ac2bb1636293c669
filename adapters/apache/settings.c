/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - the directives. What they make lives as long as one reading of the configuration. */
#include "apache/mod_mtlsauth.h"

#include <apr_strings.h>
#include <http_core.h>
#include <strings.h>

/* ---- what they come to -------------------------------------------------------------------- */

void *settings_make_site(apr_pool_t *pool, server_rec *server)
{
    site_t *site = apr_pcalloc(pool, sizeof(*site));

    (void)server;
    site->on = -1;
    site->mentions = apr_array_make(pool, 2, sizeof(mention_t));
    return site;
}

void *settings_merge_site(apr_pool_t *pool, void *outer, void *inner)
{
    const site_t *above = outer, *own = inner;
    site_t *site = apr_pcalloc(pool, sizeof(*site));

    site->on = own->on >= 0 ? own->on : above->on;
    site->service = own->service != NULL ? own->service : above->service;
    site->verify = own->verify != VERIFY_UNSET ? own->verify : above->verify;
    site->mentions = own->mentions;
    return site;
}

void *settings_make_place(apr_pool_t *pool, char *path)
{
    (void)path;
    return apr_pcalloc(pool, sizeof(place_t));
}

void *settings_merge_place(apr_pool_t *pool, void *outer, void *inner)
{
    const place_t *above = outer, *own = inner;
    place_t *place = apr_pcalloc(pool, sizeof(*place));

    place->service = own->service != NULL ? own->service : above->service;
    return place;
}

site_t *settings_site(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &mtlsauth_module);
}

const place_t *settings_place(const request_rec *request)
{
    return ap_get_module_config(request->per_dir_config, &mtlsauth_module);
}

void settings_mention(cmd_parms *cmd, const char *service)
{
    mention_t *mention;

    if (ap_check_cmd_context(cmd, NOT_IN_HTACCESS) != NULL)
        return;
    mention = apr_array_push(settings_site(cmd->server)->mentions);
    mention->service = service;
    mention->file = cmd->directive->filename;
    mention->line = cmd->directive->line_num;
}

/* ---- directives --------------------------------------------------------------------------- */

static const char *set_on(cmd_parms *cmd, void *place, int on)
{
    (void)place;
    settings_site(cmd->server)->on = on;
    if (on)
        settings_mention(cmd, NULL);
    return NULL;
}

/* A service of a <Location> is asked besides that of its server. */
static const char *set_service(cmd_parms *cmd, void *place, const char *name)
{
    if (name[0] == '\0')
        return "MTLSAuthService: an empty name; write the name of a policy, such as api";
    if (cmd->path != NULL)
        ((place_t *)place)->service = name;
    else
        settings_site(cmd->server)->service = name;
    settings_mention(cmd, name);
    return NULL;
}

static const char *path_of(cmd_parms *cmd, const char *path, const char **out)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    if (wrong != NULL)
        return wrong;
    *out = ap_server_root_relative(cmd->pool, path);
    if (*out == NULL || path[0] == '\0')
        return apr_psprintf(cmd->pool, "%s: \"%s\" is no path", cmd->cmd->name, path);
    return NULL;
}

static const char *set_policy(cmd_parms *cmd, void *place, const char *path)
{
    (void)place;
    return path_of(cmd, path, &settings_site(cmd->server)->whole.policy);
}

static const char *set_plugin_dir(cmd_parms *cmd, void *place, const char *path)
{
    (void)place;
    return path_of(cmd, path, &settings_site(cmd->server)->whole.plugin_dir);
}

static const char *set_log(cmd_parms *cmd, void *place, const char *path)
{
    (void)place;
    return path_of(cmd, path, &settings_site(cmd->server)->whole.log);
}

static const char *set_insecure_files(cmd_parms *cmd, void *place, int on)
{
    const char *wrong = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)place;
    if (wrong == NULL)
        settings_site(cmd->server)->whole.insecure_files = on;
    return wrong;
}

/*
 * mod_ssl's own directive: Apache hands one that several modules know to each. Nothing else says
 * whether mod_ssl lets a certificate pass that was not verified; what is wrong with a value,
 * mod_ssl says.
 */
static const char *see_verify_client(cmd_parms *cmd, void *place, const char *level)
{
    site_t *site = settings_site(cmd->server);

    (void)place;
    if (ap_find_linked_module("mod_ssl.c") == NULL)
        return "SSLVerifyClient: mod_ssl is not loaded";
    if (cmd->path != NULL)
        return NULL;
    if (strcasecmp(level, "none") == 0 || strcasecmp(level, "off") == 0)
        site->verify = VERIFY_NONE;
    else if (strcasecmp(level, "optional_no_ca") == 0)
        site->verify = VERIFY_OPTIONAL_NO_CA;
    else
        site->verify = VERIFY_FIRST;
    return NULL;
}

const command_rec settings_directives[] = {
    AP_INIT_FLAG("MTLSAuth", set_on, NULL, RSRC_CONF,
                 "On: a policy decides about every request of this server or virtual host"),
    AP_INIT_TAKE1("MTLSAuthService", set_service, NULL, RSRC_CONF | ACCESS_CONF,
                  "the policy that decides; in a <Location> or <Directory>: one besides"),
    AP_INIT_TAKE1("MTLSAuthPolicy", set_policy, NULL, RSRC_CONF,
                  "a policy file, or a directory of policies"),
    AP_INIT_TAKE1("MTLSAuthPluginDir", set_plugin_dir, NULL, RSRC_CONF,
                  "the directory that plugins are loaded from"),
    AP_INIT_TAKE1("MTLSAuthDecisionLog", set_log, NULL, RSRC_CONF,
                  "a file that every decision is written to, one line of JSON each"),
    AP_INIT_FLAG("MTLSAuthInsecureFiles", set_insecure_files, NULL, RSRC_CONF,
                 "On, for development alone: accept policy files that others may change"),
    AP_INIT_TAKE1("SSLVerifyClient", see_verify_client, NULL, RSRC_CONF | OR_AUTHCFG,
                  "of mod_ssl"),
    { NULL, { NULL }, NULL, 0, RAW_ARGS, NULL },
};

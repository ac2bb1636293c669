/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.c - what OpenVPN calls. Only SUCCESS lets in; whatever is not known here is an ERROR.
 *
 * OpenVPN has one thread, in which the decisions are made. Everything is read in open, before it
 * becomes a daemon and drops privileges.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <mtlsauth/mtlsauth.h>

/* Its declarations have no attributes, and all else is hidden. */
#pragma GCC visibility push(default)
#include <openvpn-plugin.h>
#pragma GCC visibility pop

#include "openvpn/client.h"

#define NAME "mtlsauth"
#define STRUCTVER 5 /* of the arguments of version 3; later ones only append */

typedef struct plugin {
    kept_t *kept;
    plugin_log_t log;
} plugin_t;

static void say(void *context, int level, const char *line)
{
    const plugin_t *plugin = context;
    int flags = PLOG_DEBUG;

    if (level <= MTLSAUTH_LOG_ERROR)
        flags = PLOG_ERR | PLOG_NOMUTE;
    else if (level == MTLSAUTH_LOG_WARNING)
        flags = PLOG_WARN | PLOG_NOMUTE;
    else if (level <= MTLSAUTH_LOG_INFO)
        flags = PLOG_NOTE;
    plugin->log((openvpn_plugin_log_flags_t)flags, NAME, "%s", line);
}

int openvpn_plugin_min_version_required_v1(void)
{
    return 3;
}

/* Is this a server whose certificates can be read? If not it says why not. */
static bool fits(int version, const struct openvpn_plugin_args_open_in *in)
{
    if (version < STRUCTVER) {
        fprintf(stderr, NAME ": this OpenVPN's plugin interface is too old: %d, not %d or later\n",
                version, STRUCTVER);
        return false;
    }
    if (in->ssl_api != SSLAPI_OPENSSL) {
        in->callbacks->plugin_log(PLOG_ERR, NAME, "%s",
                                  "this OpenVPN is not built with OpenSSL: its certificates cannot "
                                  "be read");
        return false;
    }
    return true;
}

int openvpn_plugin_open_v3(const int version, struct openvpn_plugin_args_open_in const *in,
                           struct openvpn_plugin_args_open_return *out)
{
    settings_t settings = { 0 };
    char why[512];
    plugin_t *plugin;

    if (!fits(version, in))
        return OPENVPN_PLUGIN_FUNC_ERROR;
    plugin = calloc(1, sizeof(*plugin));
    if (plugin == NULL)
        return OPENVPN_PLUGIN_FUNC_ERROR;
    plugin->log = in->callbacks->plugin_log;
    /* The first word is the plugin's own path. */
    if (settings_read(&settings, (const char *const *)in->argv + 1, why, sizeof(why)) != 0) {
        say(plugin, MTLSAUTH_LOG_ERROR, why);
        settings_free(&settings);
    } else {
        plugin->kept = kept_open(&settings, say, plugin);
    }
    if (plugin->kept == NULL) {
        free(plugin);
        return OPENVPN_PLUGIN_FUNC_ERROR;
    }
    out->type_mask = OPENVPN_PLUGIN_MASK(OPENVPN_PLUGIN_TLS_VERIFY)
        | OPENVPN_PLUGIN_MASK(OPENVPN_PLUGIN_TLS_FINAL);
    out->handle = plugin;
    return OPENVPN_PLUGIN_FUNC_SUCCESS;
}

void openvpn_plugin_close_v1(openvpn_plugin_handle_t handle)
{
    plugin_t *plugin = handle;

    kept_close(plugin->kept);
    free(plugin);
}

void *openvpn_plugin_client_constructor_v1(openvpn_plugin_handle_t handle)
{
    (void)handle;
    return calloc(1, sizeof(client_t)); /* without one a client is not let in */
}

void openvpn_plugin_client_destructor_v1(openvpn_plugin_handle_t handle, void *context)
{
    (void)handle;
    if (context != NULL)
        client_release(context);
    free(context);
}

int openvpn_plugin_func_v3(const int version, struct openvpn_plugin_args_func_in const *in,
                           struct openvpn_plugin_args_func_return *out)
{
    const char *const *env = (const char *const *)in->envp;
    plugin_t *plugin = in->handle;
    client_t *client = in->per_client_context;
    bool allowed = false;

    (void)out;
    if (version < STRUCTVER || client == NULL)
        return OPENVPN_PLUGIN_FUNC_ERROR;
    if (in->type == OPENVPN_PLUGIN_TLS_VERIFY)
        allowed = client_certificate(client, plugin->kept, in->current_cert_depth,
                                     in->current_cert, env);
    else if (in->type == OPENVPN_PLUGIN_TLS_FINAL)
        allowed = client_final(client, plugin->kept, env);
    return allowed ? OPENVPN_PLUGIN_FUNC_SUCCESS : OPENVPN_PLUGIN_FUNC_ERROR;
}

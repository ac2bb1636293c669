/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * result_plugins.h - two plugins for tests, to be linked in: "result", which grants, and "gate",
 * which does not. Each returns what its entry says: `returns`, a name, or `number`, any integer.
 *
 * Header only. The names are written out here, not asked of the library.
 */
#ifndef TESTS_API_RESULT_PLUGINS_H
#define TESTS_API_RESULT_PLUGINS_H

#include <mtlsauth/plugin.h>

/* In the order of the numbers in types.h, ended by NULL. */
static const char *const result_names[] = {
    "error",         "success",      "ignore",        "no_certificate",
    "malformed",     "untrusted",    "bad_signature", "expired",
    "not_yet_valid", "wrong_purpose", "constraint",   "weak",
    "revoked",       "revocation_unknown", "no_match", "rule",
    "host_mismatch", "no_policy",    "no_grant",      "unverified",
    "limit",         "unavailable",  "rate_limited",  NULL,
};

enum { RESULT_RETURNS, RESULT_NUMBER, RESULT_SAYS };

static const mtlsauth_option_t result_options[] = {
    [RESULT_RETURNS] = { .name = "returns",
                         .kind = MTLSAUTH_OPTION_ENUM,
                         .preset = "success",
                         .choices = result_names,
                         .help = "the result, by its name" },
    [RESULT_NUMBER] = { .name = "number",
                        .kind = MTLSAUTH_OPTION_INT,
                        .help = "the result as a number, of any size" },
    [RESULT_SAYS] = { .name = "says", .kind = MTLSAUTH_OPTION_STRING, .help = "the message" },
};

/* Something that a later entry may read, so that a gate may stand under "optional". */
static const mtlsauth_fact_t gate_writes[] = {
    { .name = "gate.seen", .type = MTLSAUTH_TYPE_BOOL, .help = "the gate was asked" },
};

static int result_check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const char *says = self->core->option_string(self, RESULT_SAYS, 0);

    if (says != 0)
        self->core->say(request, "%s", says);
    if (self->core->option_is_set(self, RESULT_NUMBER))
        return (int)self->core->option_number(self, RESULT_NUMBER);
    return (int)self->core->option_number(self, RESULT_RETURNS);
}

static const mtlsauth_plugin_t result_plugin = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "result",
    .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "what its entry says",
    .options = result_options,
    .n_options = MTLSAUTH_COUNT(result_options),
    .check = result_check,
};

static const mtlsauth_plugin_t gate_plugin = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "gate",
    .summary = "what its entry says, and lets nobody in",
    .options = result_options,
    .n_options = MTLSAUTH_COUNT(result_options),
    .writes = gate_writes,
    .n_writes = MTLSAUTH_COUNT(gate_writes),
    .check = result_check,
};

static const mtlsauth_plugin_t *const result_plugins[] = { &result_plugin, &gate_plugin };

#define N_RESULT_PLUGINS (sizeof(result_plugins) / sizeof(result_plugins[0]))

#endif

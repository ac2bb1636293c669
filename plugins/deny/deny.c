/* SPDX-License-Identifier: BSD-2-Clause */
/* deny - never holds: refuses whoever reaches it. */
#include <mtlsauth/plugin.h>

enum { OPTION_REASON };

static const mtlsauth_option_t options[] = {
    [OPTION_REASON] = { .name = "reason",
                        .kind = MTLSAUTH_OPTION_STRING,
                        .preset = "the policy denies",
                        .help = "a sentence for the trace and the log" },
};

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->say(request, "%s", self->core->option_string(self, OPTION_REASON, NULL));
    return MTLSAUTH_RULE;
}

MTLSAUTH_PLUGIN(deny) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "deny",
    .flags = MTLSAUTH_PLUGIN_REFUSES,
    .summary = "never",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .check = check,
};

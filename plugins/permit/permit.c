/* SPDX-License-Identifier: BSD-2-Clause */
/* permit - always holds: the entry that lets in whoever passed the gates before it. */
#include <mtlsauth/plugin.h>

enum { OPTION_REASON };

static const mtlsauth_option_t options[] = {
    [OPTION_REASON] = { .name = "reason",
                        .kind = MTLSAUTH_OPTION_STRING,
                        .help = "a sentence for the trace" },
};

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const char *reason = self->core->option_string(self, OPTION_REASON, NULL);

    if (reason != NULL)
        self->core->say(request, "%s", reason);
    return MTLSAUTH_SUCCESS;
}

MTLSAUTH_PLUGIN(permit) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "permit",
    .flags = MTLSAUTH_PLUGIN_GRANT | MTLSAUTH_PLUGIN_HOLDS,
    .summary = "always",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .check = check,
};

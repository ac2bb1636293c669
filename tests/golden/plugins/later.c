/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * later.c - a plugin of a later minor version: its descriptor and the rows of its tables are longer
 * than this release knows. It must load, and its second option must be found.
 */
#include <mtlsauth/plugin.h>

typedef struct later_option {
    mtlsauth_option_t known;
    const char *appended;
} later_option_t;

typedef struct later_plugin {
    mtlsauth_plugin_t known;
    void (*appended[4])(void);
} later_plugin_t;

static const later_option_t options[] = {
    { { .name = "first", .kind = MTLSAUTH_OPTION_STRING, .help = "the first" }, "more" },
    { { .name = "second", .kind = MTLSAUTH_OPTION_INT, .max = 9, .help = "the second" }, "more" },
};

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->say(request, "the second option is %d", (int)self->core->option_number(self, 1));
    return MTLSAUTH_SUCCESS;
}

extern MTLSAUTH_EXPORT const later_plugin_t mtlsauth_plugin;
const later_plugin_t mtlsauth_plugin = {
    .known = {
        .abi_major = MTLSAUTH_PLUGIN_ABI_MAJOR,
        .abi_minor = 7,
        .struct_size = sizeof(later_plugin_t),
        .option_size = sizeof(later_option_t),
        .fact_size = sizeof(mtlsauth_fact_t),
        .name = "bad",
        .flags = MTLSAUTH_PLUGIN_GRANT,
        .options = &options[0].known,
        .n_options = MTLSAUTH_COUNT(options),
        .check = check,
    },
};

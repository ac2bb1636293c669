/* SPDX-License-Identifier: BSD-2-Clause */
/* undefined.c - needs a function that nobody has: missed at load, not at the first check. */
#include <mtlsauth/plugin.h>

int nobody_defines_this(void);

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    (void)self;
    (void)request;
    return nobody_defines_this();
}

MTLSAUTH_PLUGIN(bad) = { MTLSAUTH_PLUGIN_HEAD, .name = "bad", .flags = MTLSAUTH_PLUGIN_GRANT,
                         .check = check };

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loading.c - its load() takes memory and then fails as RETURN says, after the text SAY if there is
 * one. unload() must be called all the same.
 */
#include <stdlib.h>

#include <mtlsauth/plugin.h>

static int load(mtlsauth_instance_t *self)
{
    self->state = malloc(100);
#ifdef SAY
    self->core->fail(self, MTLSAUTH_NO_OPTION, MTLSAUTH_NO_ITEM, "mend it", "%s", SAY);
    self->core->fail(self, 99, 99, "not this", "a second text");
#endif
    return RETURN;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    (void)request;
    return self->core->option_string(self, 99, NULL) == NULL ? MTLSAUTH_SUCCESS : MTLSAUTH_ERROR;
}

static void unload(mtlsauth_instance_t *self)
{
    free(self->state);
}

MTLSAUTH_PLUGIN(bad) = { MTLSAUTH_PLUGIN_HEAD, .name = "bad", .flags = MTLSAUTH_PLUGIN_GRANT,
                         .load = load, .check = check, .unload = unload };

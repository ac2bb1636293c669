/* SPDX-License-Identifier: BSD-2-Clause */
/* score.c - a stranger's plugin that sets a fact of each type, for conditions to read. */
#include <mtlsauth/plugin.h>

enum { GOOD, POINTS, TEAM };

static const mtlsauth_fact_t writes[] = {
    [GOOD] = { .name = "acme.good", .type = MTLSAUTH_TYPE_BOOL, .help = "well known" },
    [POINTS] = { .name = "acme.points", .type = MTLSAUTH_TYPE_INT, .help = "how well" },
    [TEAM] = { .name = "acme.team", .type = MTLSAUTH_TYPE_STRING, .help = "of which team" },
};

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;

    core->set_number(request, GOOD, 1);
    core->set_number(request, POINTS, 42);
    core->set_string(request, TEAM, "red", 3);
    return MTLSAUTH_SUCCESS;
}

MTLSAUTH_PLUGIN(score) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "score",
    .summary = "always, and sets facts",
    .writes = writes,
    .n_writes = MTLSAUTH_COUNT(writes),
    .check = check,
};

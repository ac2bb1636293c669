/* SPDX-License-Identifier: BSD-2-Clause */
/* crl - holds when the path is not revoked at the judged time, as far as `freshness` demands. */
#include <mtlsauth/plugin.h>

enum { OPTION_FILES, OPTION_FRESHNESS, OPTION_SCOPE };

/* In the order of mtlsauth_freshness_t and mtlsauth_scope_t. */
static const char *const freshnesses[] = { "strict", "if_present", "relaxed", NULL };
static const char *const scopes[] = { "chain", "leaf", NULL };

static const mtlsauth_option_t options[] = {
    [OPTION_FILES] = { .name = "files",
                       .kind = MTLSAUTH_OPTION_PATHS,
                       .flags = MTLSAUTH_OPTION_REQUIRED,
                       .help = "CRL files, or directories of them: PEM, DER or base64" },
    [OPTION_FRESHNESS] = { .name = "freshness",
                           .kind = MTLSAUTH_OPTION_ENUM,
                           .preset = "strict",
                           .choices = freshnesses,
                           .help = "what a missing or an old CRL means" },
    [OPTION_SCOPE] = { .name = "scope",
                       .kind = MTLSAUTH_OPTION_ENUM,
                       .preset = "chain",
                       .choices = scopes,
                       .help = "the whole path below the anchor, or the client's certificate alone" },
};

static const char *const reads[] = { "cert_verified" };

static const mtlsauth_fact_t writes[] = {
    { .name = "cert_revoked", .type = MTLSAUTH_TYPE_BOOL, .help = "the path is revoked" },
};

static int load(mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    mtlsauth_revocation_t *revocation = NULL;
    int ret;

    if (core->option_count(self, OPTION_FILES) == 0) {
        core->fail(self, OPTION_FILES, MTLSAUTH_NO_ITEM, "name a CRL file",
                   "files: the list is empty");
        return MTLSAUTH_E_POLICY;
    }
    ret = core->revocation_new(self, OPTION_FILES,
                               (uint32_t)core->option_number(self, OPTION_FRESHNESS),
                               (uint32_t)core->option_number(self, OPTION_SCOPE), &revocation);
    self->state = revocation;
    return ret;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    return self->core->revoked(request, self->state);
}

static void unload(mtlsauth_instance_t *self)
{
    self->core->revocation_free(self->state);
}

MTLSAUTH_PLUGIN(crl) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "crl",
    .summary = "the path is not revoked, as far as freshness demands to know",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .writes = writes,
    .reads = reads,
    .n_writes = MTLSAUTH_COUNT(writes),
    .n_reads = MTLSAUTH_COUNT(reads),
    .load = load,
    .check = check,
    .unload = unload,
};

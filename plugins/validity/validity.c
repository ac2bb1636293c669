/* SPDX-License-Identifier: BSD-2-Clause */
/* validity - holds when a path to an anchor verifies at the judged time (RFC 5280 6.1). */
#include <stdlib.h>

#include <mtlsauth/plugin.h>

enum {
    OPTION_PURPOSE,
    OPTION_MAX_DEPTH,
    OPTION_CLOCK_SKEW,
    OPTION_MIN_REMAINING,
    OPTION_MAX_LIFETIME,
    OPTION_ALGORITHMS,
    OPTION_MIN_KEY_BITS,
    OPTION_MAX_KEY_BITS,
    OPTION_REQUIRED_POLICIES,
    OPTION_INITIAL_POLICIES,
    OPTION_EXPLICIT_POLICY,
    OPTION_INHIBIT_MAPPING,
    OPTION_INHIBIT_ANY,
    OPTION_CACHE
};

/* In the order of mtlsauth_purpose_t. */
static const char *const purposes[] = { "client", "server", "any", NULL };

#define DAY 86400
#define CENTURY (INT64_C(36525) * DAY)

static const mtlsauth_option_t options[] = {
    [OPTION_PURPOSE] = { .name = "purpose",
                         .kind = MTLSAUTH_OPTION_ENUM,
                         .preset = "client",
                         .choices = purposes,
                         .help = "what the certificate must be for" },
    [OPTION_MAX_DEPTH] = { .name = "max_depth",
                           .kind = MTLSAUTH_OPTION_INT,
                           .min = 0,
                           .max = 16,
                           .preset = "8",
                           .help = "intermediates between the client's certificate and the anchor" },
    [OPTION_CLOCK_SKEW] = { .name = "clock_skew",
                            .kind = MTLSAUTH_OPTION_DURATION,
                            .min = 0,
                            .max = DAY,
                            .preset = "0s",
                            .help = "how far dates may be off" },
    [OPTION_MIN_REMAINING] = { .name = "min_remaining",
                               .kind = MTLSAUTH_OPTION_DURATION,
                               .min = 0,
                               .max = CENTURY,
                               .preset = "0s",
                               .help = "how long the certificate must still be valid" },
    [OPTION_MAX_LIFETIME] = { .name = "max_lifetime",
                              .kind = MTLSAUTH_OPTION_DURATION,
                              .min = 1,
                              .max = CENTURY,
                              .help = "the longest that a certificate may be valid in all" },
    [OPTION_ALGORITHMS] = { .name = "algorithms",
                            .kind = MTLSAUTH_OPTION_STRINGS,
                            .help = "signature algorithms that are accepted, such as rsa-sha256; "
                                    "default: all without SHA-1; legacy: those too" },
    [OPTION_MIN_KEY_BITS] = { .name = "min_key_bits",
                              .kind = MTLSAUTH_OPTION_INT,
                              .min = 512,
                              .max = 16384,
                              .preset = "2048",
                              .help = "the smallest RSA or DSA key that is accepted" },
    [OPTION_MAX_KEY_BITS] = { .name = "max_key_bits",
                              .kind = MTLSAUTH_OPTION_INT,
                              .min = 512,
                              .max = 16384,
                              .preset = "8192",
                              .help = "the largest key that is used" },
    [OPTION_REQUIRED_POLICIES] = { .name = "required_policies",
                                   .kind = MTLSAUTH_OPTION_STRINGS,
                                   .help = "certificate policies (OIDs) of which the path must be "
                                           "valid for one" },
    [OPTION_INITIAL_POLICIES] = { .name = "initial_policies",
                                  .kind = MTLSAUTH_OPTION_STRINGS,
                                  .help = "the same, but only where a CA on the path requires a "
                                          "policy (RFC 5280 6.1.1 (c))" },
    [OPTION_EXPLICIT_POLICY] = { .name = "explicit_policy",
                                 .kind = MTLSAUTH_OPTION_BOOL,
                                 .preset = "false",
                                 .help = "the path must be valid for some policy (6.1.1 (f))" },
    [OPTION_INHIBIT_MAPPING] = { .name = "inhibit_mapping",
                                 .kind = MTLSAUTH_OPTION_BOOL,
                                 .preset = "false",
                                 .help = "no CA may map policies (6.1.1 (e))" },
    [OPTION_INHIBIT_ANY] = { .name = "inhibit_any",
                             .kind = MTLSAUTH_OPTION_BOOL,
                             .preset = "false",
                             .help = "anyPolicy stands for nothing (6.1.1 (g))" },
    [OPTION_CACHE] = { .name = "cache",
                       .kind = MTLSAUTH_OPTION_INT,
                       .min = 0,
                       .max = 1048576,
                       .preset = "8192",
                       .help = "verified paths that are remembered until the next reload; 0: none" },
};

static const mtlsauth_fact_t writes[] = {
    { .name = "cert_verified", .type = MTLSAUTH_TYPE_BOOL, .help = "a path verified" },
    { .name = "cert_failure", .type = MTLSAUTH_TYPE_STRING, .help = "why none did" },
};

/* The items of a list as a table, which the caller frees; NULL: out of memory. */
static const char **items(const mtlsauth_instance_t *self, unsigned option)
{
    size_t i, count = self->core->option_count(self, option);
    const char **table = calloc(count + 1, sizeof(*table));

    for (i = 0; table != NULL && i < count; i++)
        table[i] = self->core->option_item(self, option, i, NULL);
    return table;
}

static uint32_t policy_flags(const mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    uint32_t flags = 0;

    if (core->option_number(self, OPTION_EXPLICIT_POLICY)
        || core->option_is_set(self, OPTION_REQUIRED_POLICIES))
        flags |= MTLSAUTH_POLICY_EXPLICIT;
    if (core->option_number(self, OPTION_INHIBIT_MAPPING))
        flags |= MTLSAUTH_POLICY_INHIBIT_MAPPING;
    if (core->option_number(self, OPTION_INHIBIT_ANY))
        flags |= MTLSAUTH_POLICY_INHIBIT_ANY;
    return flags;
}

static int load(mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    unsigned policies = core->option_is_set(self, OPTION_REQUIRED_POLICIES)
        ? OPTION_REQUIRED_POLICIES
        : OPTION_INITIAL_POLICIES;
    mtlsauth_verifier_t *verifier = NULL;
    mtlsauth_verify_t parameters = {
        .struct_size = (uint32_t)sizeof(parameters),
        .purpose = (uint32_t)core->option_number(self, OPTION_PURPOSE),
        .max_depth = (uint32_t)core->option_number(self, OPTION_MAX_DEPTH),
        .clock_skew = core->option_number(self, OPTION_CLOCK_SKEW),
        .min_remaining = core->option_number(self, OPTION_MIN_REMAINING),
        .max_lifetime = core->option_number(self, OPTION_MAX_LIFETIME),
        .min_key_bits = (uint32_t)core->option_number(self, OPTION_MIN_KEY_BITS),
        .max_key_bits = (uint32_t)core->option_number(self, OPTION_MAX_KEY_BITS),
        .policy_flags = policy_flags(self),
        .cache_size = (uint32_t)core->option_number(self, OPTION_CACHE),
        .n_algorithms = core->option_count(self, OPTION_ALGORITHMS),
        .n_policies = core->option_count(self, policies),
    };
    const char **algorithm_names = items(self, OPTION_ALGORITHMS);
    const char **policy_names = items(self, policies);
    int ret = MTLSAUTH_E_NO_MEMORY;

    if (core->option_is_set(self, OPTION_REQUIRED_POLICIES)
        && core->option_is_set(self, OPTION_INITIAL_POLICIES)) {
        core->fail(self, OPTION_INITIAL_POLICIES, MTLSAUTH_NO_ITEM, "keep one of them",
                   "required_policies and initial_policies are two answers to one question");
        ret = MTLSAUTH_E_POLICY;
    } else if (algorithm_names != NULL && policy_names != NULL) {
        parameters.algorithms = algorithm_names;
        parameters.policies = policy_names;
        ret = core->verifier_new(self, &parameters, &verifier);
    }
    free(algorithm_names);
    free(policy_names);
    self->state = verifier;
    return ret;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    return self->core->verify(request, self->state);
}

static void unload(mtlsauth_instance_t *self)
{
    self->core->verifier_free(self->state);
}

MTLSAUTH_PLUGIN(validity) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "validity",
    .summary = "a path to an anchor verifies at the judged time",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .writes = writes,
    .n_writes = MTLSAUTH_COUNT(writes),
    .load = load,
    .check = check,
    .unload = unload,
};

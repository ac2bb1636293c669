/* SPDX-License-Identifier: BSD-2-Clause */
/* validity - holds when a path to an anchor verifies at the judged time (RFC 5280 6.1). */
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
    OPTION_REQUIRED_POLICIES
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
                            .flags = MTLSAUTH_OPTION_LATER,
                            .help = "signature algorithms that are accepted" },
    [OPTION_MIN_KEY_BITS] = { .name = "min_key_bits",
                              .kind = MTLSAUTH_OPTION_INT,
                              .flags = MTLSAUTH_OPTION_LATER,
                              .help = "the smallest key that is accepted" },
    [OPTION_MAX_KEY_BITS] = { .name = "max_key_bits",
                              .kind = MTLSAUTH_OPTION_INT,
                              .flags = MTLSAUTH_OPTION_LATER,
                              .help = "the largest key that is tried" },
    [OPTION_REQUIRED_POLICIES] = { .name = "required_policies",
                                   .kind = MTLSAUTH_OPTION_STRINGS,
                                   .flags = MTLSAUTH_OPTION_LATER,
                                   .help = "certificate policies of which one must be asserted" },
};

static const mtlsauth_fact_t writes[] = {
    { .name = "cert_verified", .type = MTLSAUTH_TYPE_BOOL, .help = "a path verified" },
    { .name = "cert_failure", .type = MTLSAUTH_TYPE_STRING, .help = "why none did" },
};

static int load(mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    const mtlsauth_verify_t parameters = {
        .struct_size = (uint32_t)sizeof(parameters),
        .purpose = (uint32_t)core->option_number(self, OPTION_PURPOSE),
        .max_depth = (uint32_t)core->option_number(self, OPTION_MAX_DEPTH),
        .clock_skew = core->option_number(self, OPTION_CLOCK_SKEW),
        .min_remaining = core->option_number(self, OPTION_MIN_REMAINING),
        .max_lifetime = core->option_number(self, OPTION_MAX_LIFETIME),
    };
    mtlsauth_verifier_t *verifier = NULL;
    int ret = core->verifier_new(self, &parameters, &verifier);

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

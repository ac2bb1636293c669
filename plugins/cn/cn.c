/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cn - holds when every common name of the subject matches `allow` and none matches `deny`.
 *
 * A subject can have several; with "every", nobody adds a wanted name to an unwanted one. An empty
 * name, or one with a NUL in it, matches nothing. A subject without a common name matches no
 * `allow`, and no `deny`.
 */
#include <mtlsauth/plugin.h>

enum { OPTION_ALLOW, OPTION_DENY, OPTION_CASE };
enum { CASE_SENSITIVE, CASE_INSENSITIVE };

static const char *const cases[] = { "sensitive", "insensitive", NULL };

static const mtlsauth_option_t options[] = {
    [OPTION_ALLOW] = { .name = "allow",
                       .kind = MTLSAUTH_OPTION_STRINGS,
                       .flags = MTLSAUTH_OPTION_ALLOW,
                       .help = "names to let in; * is any run of characters but a dot" },
    [OPTION_DENY] = { .name = "deny",
                      .kind = MTLSAUTH_OPTION_STRINGS,
                      .flags = MTLSAUTH_OPTION_DENY,
                      .help = "names to keep out" },
    [OPTION_CASE] = { .name = "case",
                      .kind = MTLSAUTH_OPTION_ENUM,
                      .preset = "sensitive",
                      .choices = cases,
                      .help = "whether A and a differ" },
};

/* The pattern of a list that a name matches, or NULL. */
static const char *match(const mtlsauth_instance_t *self, unsigned list, const char *name,
                         size_t size)
{
    const mtlsauth_services_t *core = self->core;
    unsigned flags
        = core->option_number(self, OPTION_CASE) == CASE_INSENSITIVE ? MTLSAUTH_GLOB_FOLD : 0;
    size_t i, pattern_size, count = core->option_count(self, list);

    for (i = 0; i < count; i++) {
        const char *pattern = core->option_item(self, list, i, &pattern_size);
        if (core->glob(pattern, pattern_size, name, size, flags))
            return pattern;
    }
    return NULL;
}

/* For messages: a name may be of any length. The core makes it printable. */
static int shown(size_t size)
{
    return size < 200 ? (int)size : 200;
}

static int check_name(const mtlsauth_instance_t *self, mtlsauth_check_t *request,
                      const char *name, size_t size)
{
    const mtlsauth_services_t *core = self->core;
    const char *pattern = match(self, OPTION_DENY, name, size);

    if (pattern != NULL) {
        core->say(request, "common name \"%.*s\" is in deny (\"%s\")", shown(size), name, pattern);
        return MTLSAUTH_RULE;
    }
    if (!core->option_is_set(self, OPTION_ALLOW))
        return MTLSAUTH_SUCCESS;
    pattern = match(self, OPTION_ALLOW, name, size);
    if (pattern == NULL) {
        core->say(request, "common name \"%.*s\" is not in allow", shown(size), name);
        return MTLSAUTH_NO_MATCH;
    }
    if (core->explains(request))
        core->say(request, "common name \"%.*s\" is in allow (\"%s\")", shown(size), name,
                  pattern);
    return MTLSAUTH_SUCCESS;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;
    const mtlsauth_cert_t *leaf = core->leaf(request);
    const void *name;
    size_t i, size;
    int result, allow_result = MTLSAUTH_SUCCESS;

    if (leaf == NULL) {
        core->say(request, "the client presented no certificate");
        return MTLSAUTH_NO_CERTIFICATE;
    }
    for (i = 0; core->cert_bytes(leaf, MTLSAUTH_CERT_COMMON_NAME, i, &name, &size); i++) {
        result = check_name(self, request, name, size);
        if (result == MTLSAUTH_RULE)
            return result;
        if (result != MTLSAUTH_SUCCESS)
            allow_result = result;
    }
    if (i == 0 && core->option_is_set(self, OPTION_ALLOW)) {
        core->say(request, "the subject has no common name");
        return MTLSAUTH_NO_MATCH;
    }
    return allow_result;
}

MTLSAUTH_PLUGIN(cn) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "cn",
    .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "every common name matches allow, and none matches deny",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .check = check,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* test_file.c - see test_file.h. */
#include "test_file.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "common/when.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SUFFIX ".test"
#define POLICY_SUFFIX ".conf"

static const char *const known_settings[] = { "policy", "time", "set", "tests" };

static const char *const known_of_test[]
    = { "name",   "service",   "cert",  "chain",   "time",    "set",        "verdict", "mode",
        "reason", "candidate", "entry", "message", "headers", "no_headers", "strips" };

/* What a test takes from the file where it says nothing itself. */
typedef struct defaults {
    setting_t *settings;
    size_t n_settings;
    int64_t time;
    bool has_time;
} defaults_t;

/* ---- values of a test, and of the defaults ------------------------------------------------- */

static int read_time(const ma_group_t *group, int64_t *time, bool *has_time)
{
    const char *text = NULL;
    ma_pos_t pos;
    int ret = ma_group_string(group, "time", &text);

    if (ret != 0 || text == NULL)
        return ret;
    *has_time = strcmp(text, "now") != 0;
    if (!*has_time || when_parse(text, time))
        return 0;
    pos = ma_group_pos(group, ma_group_get(group, "time"));
    return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos,
                   "write \"now\", \"2026-03-01T12:00:00Z\" or seconds since 1970",
                   "time: \"%s\" is no time", text);
}

/* Another value for the same thing; unlike a --set, a header counts by its name. */
static bool replaces(const setting_t *own, const setting_t *preset)
{
    return own->attribute == preset->attribute && own->header_size == preset->header_size
        && (own->header_size == 0
            || strncasecmp(own->header, preset->header, own->header_size) == 0);
}

/* The defaults that none of the test's own settings replaces go behind those. */
static void add_defaults(const defaults_t *defaults, setting_t *settings, size_t *count)
{
    size_t i, k, own = *count;

    for (i = 0; i < defaults->n_settings; i++) {
        for (k = 0; k < own; k++)
            if (replaces(&settings[k], &defaults->settings[i]))
                break;
        if (k == own)
            settings[(*count)++] = defaults->settings[i];
    }
}

/* One "FIELD=VALUE" of the list, into settings[count]. */
static int read_setting(const ma_group_t *group, const ma_strings_t *list, size_t i,
                        setting_t *settings)
{
    ma_buf_t why;
    size_t k;
    int ret = 0;

    ma_buf_init(&why, 0);
    if (setting_parse((const char *)list->items[i].data, &settings[i], &why) != 0)
        ret = ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &list->pos[i], NULL, "set: %s",
                      ma_buf_string(&why));
    for (k = 0; ret == 0 && k < i; k++)
        if (setting_same(&settings[k], &settings[i]))
            ret = ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &list->pos[i], "remove one",
                          "set: %s is set twice", settings[i].name);
    ma_buf_free(&why);
    return ret;
}

/* `set`, and the defaults that it leaves as they are. */
static int read_settings(const ma_group_t *group, const defaults_t *defaults, setting_t **out,
                         size_t *count)
{
    ma_strings_t list = { .set = false };
    setting_t *settings;
    size_t i;
    int ret = ma_group_strings(group, "set", false, &list);

    if (ret != 0)
        return ret;
    /* Both numbers are bounded by the scanner. */
    settings = ma_arena_array(group->loader->arena, list.count + defaults->n_settings,
                              sizeof(*settings));
    if (settings == NULL)
        return ma_fail_memory(group->loader->err);
    for (i = 0; ret == 0 && i < list.count; i++)
        ret = read_setting(group, &list, i, settings);
    if (ret != 0)
        return ret;
    *count = list.count;
    add_defaults(defaults, settings, count);
    *out = settings;
    return 0;
}

/* ---- certificates -------------------------------------------------------------------------- */

static int read_credential(const ma_loader_t *loader, const char *path, const ma_pos_t *pos,
                           credential_t *out)
{
    ma_buf_t why;
    int ret = 0;

    /* A file of that name, in the directory at hand; not standard input. */
    if (strcmp(path, "-") == 0)
        path = "./-";
    ma_buf_init(&why, 0);
    if (credential_read(path, "", out, &why) != 0)
        ret = ma_fail(loader->err, MTLSAUTH_E_IO, pos, NULL, "%s", ma_buf_string(&why));
    ma_buf_free(&why);
    return ret;
}

/* What was read before a failure is the test's, and freed with it. */
static int read_certificates(const ma_group_t *group, test_case_t *test)
{
    ma_strings_t chain = { .set = false };
    const char *cert = NULL;
    ma_pos_t pos;
    size_t i;
    int ret = ma_group_path(group, "cert", &cert);

    if (ret == 0)
        ret = ma_group_strings(group, "chain", true, &chain);
    if (ret != 0)
        return ret;
    if (cert == NULL && chain.set)
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &chain.at, "add cert, or remove it",
                       "chain: without cert the client sent no certificate");
    if (cert != NULL) {
        pos = ma_group_pos(group, ma_group_get(group, "cert"));
        ret = read_credential(group->loader, cert, &pos, &test->leaf);
    }
    if (ret != 0 || chain.count == 0)
        return ret;
    test->chain = ma_arena_array(group->loader->arena, chain.count, sizeof(*test->chain));
    if (test->chain == NULL)
        return ma_fail_memory(group->loader->err);
    for (i = 0; ret == 0 && i < chain.count; i++) {
        ret = read_credential(group->loader, (const char *)chain.items[i].data, &chain.pos[i],
                              &test->chain[i]);
        test->n_chain = ret == 0 ? i + 1 : i;
    }
    return ret;
}

/* ---- tests --------------------------------------------------------------------------------- */

static int read_name(const ma_group_t *group, test_case_t *test)
{
    ma_pos_t pos = ma_group_pos(group, group->setting);
    int ret = ma_group_string(group, "name", &test->name);

    test->line = pos.line;
    if (ret == 0 && (test->name == NULL || test->name[0] == '\0'))
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "add name = \"what it shows\"",
                       "a test without a name");
    return ret;
}

/* A setting that stands at the other level of the file: `mend` says where it belongs. */
static int check_place(const ma_group_t *group, const char *const *elsewhere, size_t n_elsewhere,
                       const char *const *known, size_t n_known, const char *mend)
{
    const config_setting_t *setting;
    size_t i, k;
    ma_pos_t pos;

    for (i = 0; i < n_elsewhere; i++) {
        setting = ma_group_get(group, elsewhere[i]);
        for (k = 0; k < n_known; k++)
            if (strcmp(known[k], elsewhere[i]) == 0)
                break;
        if (setting == NULL || k < n_known)
            continue;
        pos = ma_document_name_pos(group->document, setting);
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, mend,
                       "the setting \"%s\" stands in the wrong place", elsewhere[i]);
    }
    return 0;
}

static int read_test(const ma_group_t *group, const defaults_t *defaults, test_case_t *test)
{
    int ret = check_place(group, known_settings, COUNT(known_settings), known_of_test,
                          COUNT(known_of_test), "put it at the top of the file, outside of tests");

    if (ret == 0)
        ret = ma_group_only(group, known_of_test, COUNT(known_of_test), "a test");
    test->time = defaults->time;
    test->has_time = defaults->has_time;
    if (ret == 0)
        ret = read_name(group, test);
    if (ret == 0)
        ret = ma_group_string(group, "service", &test->service);
    if (ret == 0)
        ret = read_time(group, &test->time, &test->has_time);
    if (ret == 0)
        ret = read_settings(group, defaults, &test->settings, &test->n_settings);
    if (ret == 0)
        ret = test_expect_read(group, &test->expect);
    if (ret == 0)
        ret = read_certificates(group, test);
    return ret;
}

static int read_tests(const ma_group_t *root, const defaults_t *defaults, test_file_t *file)
{
    const config_setting_t *tests = ma_group_get(root, "tests");
    ma_pos_t pos = { file->path, 1, 1 };
    int i, count, ret = 0;

    if (tests != NULL && config_setting_type(tests) != CONFIG_TYPE_LIST)
        return ma_group_wrong_type(root, tests, "a list of groups", "write ( { ... }, { ... } )");
    count = tests != NULL ? config_setting_length(tests) : 0;
    if (tests != NULL)
        pos = ma_group_pos(root, tests);
    if (count == 0)
        return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &pos,
                       "add tests = ( { name = \"...\"; verdict = \"deny\"; } );",
                       "there is no test in this file");
    file->cases = ma_arena_array(&file->arena, (size_t)count, sizeof(*file->cases));
    if (file->cases == NULL)
        return ma_fail_memory(root->loader->err);
    for (i = 0; ret == 0 && i < count; i++) {
        ma_group_t group = *root;

        group.setting = config_setting_get_elem(tests, (unsigned)i);
        if (config_setting_type(group.setting) != CONFIG_TYPE_GROUP)
            return ma_group_wrong_type(root, group.setting, "a group", "write { ... }");
        file->count = (size_t)i + 1;
        ret = read_test(&group, defaults, &file->cases[i]);
    }
    return ret;
}

/* ---- the file ------------------------------------------------------------------------------ */

/* The policy that the file names, or the one that stands beside it under its name. */
static int read_policy(const ma_group_t *root, test_file_t *file)
{
    size_t size = strlen(file->path), suffix = strlen(SUFFIX);
    ma_pos_t pos = { file->path, 1, 1 };
    int ret = ma_group_path(root, "policy", &file->policy);

    if (ret != 0 || file->policy != NULL)
        return ret;
    if (size <= suffix || strcmp(file->path + size - suffix, SUFFIX) != 0)
        return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &pos,
                       "add policy = \"NAME" POLICY_SUFFIX "\", or name the file NAME" SUFFIX,
                       "which policy to test is not said");
    file->policy = ma_arena_printf(&file->arena, "%.*s" POLICY_SUFFIX, (int)(size - suffix),
                                   file->path);
    return file->policy != NULL ? 0 : ma_fail_memory(root->loader->err);
}

static int read_root(const ma_group_t *root, test_file_t *file)
{
    const defaults_t none = { .settings = NULL };
    defaults_t defaults = none;
    int ret = check_place(root, known_of_test, COUNT(known_of_test), known_settings,
                          COUNT(known_settings), "put it in a test: tests = ( { ... } );");

    if (ret == 0)
        ret = ma_group_only(root, known_settings, COUNT(known_settings), "a file of tests");
    if (ret == 0)
        ret = read_policy(root, file);
    if (ret == 0)
        ret = read_time(root, &defaults.time, &defaults.has_time);
    if (ret == 0)
        ret = read_settings(root, &none, &defaults.settings, &defaults.n_settings);
    if (ret == 0)
        ret = read_tests(root, &defaults, file);
    return ret;
}

/* The owner of a file that was named on the command line counts as safe, as a policy's does. */
static ma_safety_t safety_of(const char *path, bool insecure)
{
    ma_safety_t safety = { .insecure = insecure };
    struct stat st;

    if (stat(path, &st) == 0) {
        safety.has_trusted = true;
        safety.trusted = st.st_uid;
    }
    return safety;
}

int test_file_read(const char *path, bool insecure, test_file_t *out, mtlsauth_error_t **err)
{
    test_file_t file = { .path = path };
    ma_loader_t loader = { .safety = safety_of(path, insecure), .offline = true, .err = err };
    ma_document_t document;
    ma_group_t root = { &loader, &document, NULL };
    int ret;

    ma_arena_init(&file.arena, 0);
    loader.arena = &file.arena;
    ret = ma_document_read(&loader, path, NULL, &document);
    if (ret == 0) {
        root.setting = config_root_setting(&document.config);
        ret = read_root(&root, &file);
        ma_document_free(&document);
    }
    if (ret == 0)
        *out = file;
    else
        test_file_free(&file);
    return ret;
}

void test_file_free(test_file_t *file)
{
    size_t i, k;

    for (i = 0; i < file->count; i++) {
        credential_free(&file->cases[i].leaf);
        for (k = 0; k < file->cases[i].n_chain; k++)
            credential_free(&file->cases[i].chain[k]);
    }
    ma_arena_free(&file->arena);
    *file = (test_file_t) { .path = NULL };
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - see settings.h. */
#include "policy/settings.h"

#include <string.h>

#include "base/suggest.h"

const config_setting_t *ma_group_get(const ma_group_t *group, const char *name)
{
    int i, count = config_setting_length(group->setting);

    /* Walked here: config_setting_get_member() reads dots in a name as a path. */
    for (i = 0; i < count; i++) {
        config_setting_t *member = config_setting_get_elem(group->setting, (unsigned)i);
        if (member != NULL && strcmp(config_setting_name(member), name) == 0)
            return member;
    }
    return NULL;
}

ma_pos_t ma_group_pos(const ma_group_t *group, const config_setting_t *setting)
{
    return ma_document_pos(group->document, setting);
}

static const char *type_name(const config_setting_t *setting)
{
    switch (config_setting_type(setting)) {
    case CONFIG_TYPE_GROUP:
        return "a group";
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return "a number";
    case CONFIG_TYPE_FLOAT:
        return "a fraction";
    case CONFIG_TYPE_STRING:
        return "a string";
    case CONFIG_TYPE_BOOL:
        return "true or false";
    case CONFIG_TYPE_ARRAY:
        return "an array";
    default:
        return "a list";
    }
}

int ma_group_wrong_type(const ma_group_t *group, const config_setting_t *setting,
                        const char *expected, const char *mend)
{
    const char *name = config_setting_name(setting);
    ma_pos_t pos = ma_group_pos(group, setting);

    return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, mend, "%s%sexpected %s, found %s",
                   name != NULL ? name : "", name != NULL ? ": " : "", expected,
                   type_name(setting));
}

int ma_group_bool(const ma_group_t *group, const char *name, bool *value)
{
    const config_setting_t *setting = ma_group_get(group, name);

    if (setting == NULL)
        return 0;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        return ma_group_wrong_type(group, setting, "true or false", "write true or false");
    *value = config_setting_get_bool(setting) != 0;
    return 0;
}

int ma_group_string(const ma_group_t *group, const char *name, const char **value)
{
    const config_setting_t *setting = ma_group_get(group, name);
    char *copy;

    if (setting == NULL)
        return 0;
    if (config_setting_type(setting) != CONFIG_TYPE_STRING)
        return ma_group_wrong_type(group, setting, "a string",
                                   "write one text in double quotes");
    copy = ma_arena_string(group->loader->arena, config_setting_get_string(setting));
    if (copy == NULL)
        return ma_fail_memory(group->loader->err);
    *value = copy;
    return 0;
}

int ma_group_path(const ma_group_t *group, const char *name, const char **value)
{
    const char *path = NULL;
    int ret = ma_group_string(group, name, &path);

    if (ret != 0 || path == NULL)
        return ret;
    if (path[0] == '\0') {
        ma_pos_t pos = ma_group_pos(group, ma_group_get(group, name));
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "name a file",
                       "%s: the path is empty", name);
    }
    path = ma_path_beside(group->loader->arena, group->document->file, path);
    if (path == NULL)
        return ma_fail_memory(group->loader->err);
    *value = path;
    return 0;
}

/* "write one of a, b, c"; not names of files for lists, which would double it. */
static bool list_known(const char *const *known, size_t count, ma_buf_t *out)
{
    const size_t suffix = strlen(MA_NAME_FILE_SUFFIX);
    size_t i, size, listed = 0;

    for (i = 0; i < count; i++) {
        size = strlen(known[i]);
        if (size > suffix && strcmp(known[i] + size - suffix, MA_NAME_FILE_SUFFIX) == 0)
            continue;
        ma_buf_printf(out, "%s%s", listed++ == 0 ? "write one of " : ", ", known[i]);
    }
    return listed > 1 && ma_buf_ok(out);
}

static int fail_unknown(const ma_group_t *group, const ma_pos_t *pos, const char *name,
                        const char *const *known, size_t count, const char *where)
{
    const char *near = ma_suggest(name, known, count);
    char room[512];
    ma_buf_t mend;

    if (near != NULL)
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, pos, NULL,
                       "unknown setting \"%s\" in %s; did you mean \"%s\"?", name, where, near);
    ma_buf_fixed(&mend, room, sizeof(room));
    return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, pos,
                   list_known(known, count, &mend) ? room : "remove it",
                   "unknown setting \"%s\" in %s", name, where);
}

int ma_group_only(const ma_group_t *group, const char *const *known, size_t count,
                  const char *where)
{
    int i, members = config_setting_length(group->setting);
    size_t k;

    for (i = 0; i < members; i++) {
        const config_setting_t *member = config_setting_get_elem(group->setting, (unsigned)i);
        const char *name = config_setting_name(member);
        ma_pos_t pos = ma_document_name_pos(group->document, member);
        for (k = 0; k < count; k++)
            if (strcmp(known[k], name) == 0)
                break;
        if (k == count)
            return fail_unknown(group, &pos, name, known, count, where);
    }
    return 0;
}

bool ma_duration(const char *text, int64_t *seconds)
{
    static const int64_t limit = INT64_C(100) * 366 * 86400;
    int64_t value = 0, unit;
    const char *at = text;

    for (; *at >= '0' && *at <= '9'; at++) {
        value = value * 10 + (*at - '0');
        if (value > limit)
            return false;
    }
    if (at == text || *at == '\0' || at[1] != '\0')
        return false;
    switch (*at) {
    case 's':
        unit = 1;
        break;
    case 'm':
        unit = 60;
        break;
    case 'h':
        unit = 3600;
        break;
    case 'd':
        unit = 86400;
        break;
    default:
        return false;
    }
    if (value > limit / unit)
        return false;
    *seconds = value * unit;
    return true;
}

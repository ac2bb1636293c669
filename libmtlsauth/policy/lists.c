/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lists.c - lists of strings: NAME = [ ... ] in a policy and NAME_file = "lines.txt" beside it.
 *
 * A list file has one item a line, trimmed; # at the start of a line or after white space begins a
 * comment. See settings.h.
 */
#include <string.h>

#include "base/encode.h"
#include "policy/settings.h"

static int grow(const ma_group_t *group, ma_strings_t *list)
{
    ma_arena_t *arena = group->loader->arena;
    size_t room = list->room == 0 ? 8 : list->room * 2;
    ma_bytes_t *items = ma_arena_array(arena, room, sizeof(*items));
    ma_pos_t *pos = ma_arena_array(arena, room, sizeof(*pos));

    if (items == NULL || pos == NULL)
        return ma_fail_memory(group->loader->err);
    if (list->count > 0) {
        memcpy(items, list->items, list->count * sizeof(*items));
        memcpy(pos, list->pos, list->count * sizeof(*pos));
    }
    list->items = items;
    list->pos = pos;
    list->room = room;
    return 0;
}

/* `base`: the file that paths are relative to, or NULL if the items are no paths. */
static int append(const ma_group_t *group, ma_strings_t *list, const char *bytes, size_t size,
                  const ma_pos_t *pos, const char *base)
{
    ma_arena_t *arena = group->loader->arena;
    char *copy = ma_arena_copy(arena, bytes, size);
    int ret;

    if (list->count >= MA_LIST_MAX_ITEMS)
        return ma_fail(group->loader->err, MTLSAUTH_E_LIMIT, pos, "shorten the list",
                       "more than %u items in a list", MA_LIST_MAX_ITEMS);
    if (copy != NULL && base != NULL)
        copy = ma_path_beside(arena, base, copy);
    if (copy == NULL)
        return ma_fail_memory(group->loader->err);
    if (list->count == list->room) {
        ret = grow(group, list);
        if (ret != 0)
            return ret;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): grow() was called where there is none */
    list->items[list->count] = (ma_bytes_t) { (const uint8_t *)copy, strlen(copy) };
    list->pos[list->count++] = *pos;
    return 0;
}

static int read_inline(const ma_group_t *group, const config_setting_t *setting, bool paths,
                       ma_strings_t *list)
{
    int type = config_setting_type(setting), ret = 0;
    int i, count;

    if (type != CONFIG_TYPE_ARRAY && type != CONFIG_TYPE_LIST)
        return ma_group_wrong_type(group, setting, "a list of strings", "write [ \"...\" ]");
    count = config_setting_length(setting);
    for (i = 0; ret == 0 && i < count; i++) {
        const config_setting_t *item = config_setting_get_elem(setting, (unsigned)i);
        ma_pos_t pos = ma_group_pos(group, item);
        const char *text;
        if (config_setting_type(item) != CONFIG_TYPE_STRING)
            return ma_group_wrong_type(group, item, "a string", "put it in quotes");
        text = config_setting_get_string(item);
        if (text[0] == '\0')
            return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "remove it",
                           "%s: an empty item matches nothing", config_setting_name(setting));
        ret = append(group, list, text, strlen(text), &pos,
                     paths ? group->document->file : NULL);
    }
    return ret;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts the comment and the blanks off a line; the column of what is left is set. */
static ma_bytes_t trim(const char *line, size_t size, unsigned *column)
{
    size_t begin = 0, end;

    for (end = 0; end < size; end++)
        if (line[end] == '#' && (end == 0 || is_blank(line[end - 1])))
            break;
    while (begin < end && is_blank(line[begin]))
        begin++;
    while (end > begin && is_blank(line[end - 1]))
        end--;
    *column = (unsigned)begin + 1;
    return (ma_bytes_t) { (const uint8_t *)line + begin, end - begin };
}

static int read_line(const ma_group_t *group, ma_strings_t *list, const char *line, size_t size,
                     ma_pos_t *pos, const char *base)
{
    size_t i, step;
    ma_bytes_t item;

    if (size > MA_LIST_MAX_LINE)
        return ma_fail(group->loader->err, MTLSAUTH_E_LIMIT, pos, "write one item a line",
                       "a line of more than %u bytes", MA_LIST_MAX_LINE);
    item = trim(line, size, &pos->column);
    for (i = 0; i < item.size; i += step) {
        step = ma_utf8_length((const char *)item.data + i, item.size - i);
        if (step == 0 || item.data[i] == '\0')
            return ma_fail(group->loader->err, MTLSAUTH_E_SYNTAX, pos,
                           "save the file as plain UTF-8", "bytes that are not text");
    }
    if (item.size == 0)
        return 0;
    return append(group, list, (const char *)item.data, item.size, pos, base);
}

static int read_list_file(const ma_group_t *group, const config_setting_t *setting,
                          const char *path, bool paths, ma_strings_t *list)
{
    ma_pos_t named_at = ma_group_pos(group, setting);
    ma_pos_t pos = { path, 0, 0 };
    ma_bytes_t bytes;
    const char *at, *end;
    int ret = ma_loader_read(group->loader, path, MA_LIST_MAX_FILE, &named_at, &bytes, NULL);

    if (ret != 0)
        return ret;
    at = (const char *)bytes.data;
    end = at + bytes.size;
    if (bytes.size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3; /* a byte order mark is no part of the first item */
    while (ret == 0 && at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline != NULL ? newline : end;
        pos.line++;
        ret = read_line(group, list, at, (size_t)(stop - at), &pos, paths ? path : NULL);
        at = stop + 1;
    }
    return ret;
}

int ma_group_strings(const ma_group_t *group, const char *name, bool paths, ma_strings_t *out)
{
    const config_setting_t *setting = ma_group_get(group, name);
    const config_setting_t *file_setting;
    ma_strings_t list = { .set = false };
    const char *path = NULL;
    char *file_name = ma_arena_printf(group->loader->arena, "%s" MA_NAME_FILE_SUFFIX, name);
    int ret = 0;

    if (file_name == NULL)
        return ma_fail_memory(group->loader->err);
    file_setting = ma_group_get(group, file_name);
    if (setting == NULL && file_setting == NULL)
        return 0;
    list.set = true;
    list.at = ma_group_pos(group, setting != NULL ? setting : file_setting);
    if (setting != NULL)
        ret = read_inline(group, setting, paths, &list);
    if (ret == 0)
        ret = ma_group_path(group, file_name, &path);
    if (ret == 0 && path != NULL)
        ret = read_list_file(group, file_setting, path, paths, &list);
    if (ret == 0)
        *out = list;
    return ret;
}

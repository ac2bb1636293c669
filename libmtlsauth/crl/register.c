/* SPDX-License-Identifier: BSD-2-Clause */
/* register.c - see register.h. */
#include "crl/register.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cred/name.h"

typedef struct registered {
    ma_bytes_t issuer;
    ma_bytes_t scope;
    ma_bytes_t number;
    int64_t this_update;
    int64_t next_update;
    bool is_delta;
    struct registered *next;
} registered_t;

struct ma_registered_path {
    const char *path;
    ma_pos_t pos;
    registered_t *first;
    registered_t *last;
    ma_registered_path_t *next;
};

void ma_crl_register_init(ma_crl_register_t *lists, ma_arena_t *arena)
{
    *lists = (ma_crl_register_t) { .arena = arena };
}

static ma_registered_path_t *find(const ma_crl_register_t *lists, const char *path)
{
    ma_registered_path_t *entry = lists->first;

    while (entry != NULL && strcmp(entry->path, path) != 0)
        entry = entry->next;
    return entry;
}

int ma_crl_register_path(ma_crl_register_t *lists, const char *path, const ma_pos_t *pos,
                         ma_registered_path_t **out)
{
    ma_registered_path_t *entry = NULL;

    if (find(lists, path) == NULL) {
        entry = ma_arena_alloc(lists->arena, sizeof(*entry));
        if (entry == NULL)
            return MTLSAUTH_E_NO_MEMORY;
        entry->path = ma_arena_string(lists->arena, path);
        if (entry->path == NULL)
            return MTLSAUTH_E_NO_MEMORY;
        if (pos != NULL)
            entry->pos = *pos;
        if (lists->last != NULL)
            lists->last->next = entry;
        else
            lists->first = entry;
        lists->last = entry;
    }
    *out = entry;
    return 0;
}

static bool copy(ma_arena_t *arena, ma_bytes_t bytes, ma_bytes_t *out)
{
    const char *made = ma_arena_copy(arena, bytes.data, bytes.size);

    *out = (ma_bytes_t) { (const uint8_t *)made, bytes.size };
    return made != NULL;
}

int ma_crl_register_list(ma_crl_register_t *lists, ma_registered_path_t *path,
                         const ma_crl_info_t *info)
{
    registered_t *list = ma_arena_alloc(lists->arena, sizeof(*list));

    if (list == NULL || !copy(lists->arena, info->issuer, &list->issuer)
        || !copy(lists->arena, info->scope, &list->scope)
        || !copy(lists->arena, info->number, &list->number))
        return MTLSAUTH_E_NO_MEMORY;
    list->this_update = info->this_update;
    list->next_update = info->next_update;
    list->is_delta = info->is_delta;
    if (path->last != NULL)
        path->last->next = list;
    else
        path->first = list;
    path->last = list;
    return 0;
}

int ma_crl_register_each(const ma_crl_register_t *lists, ma_registered_fn *each, void *context)
{
    const ma_registered_path_t *path;
    const registered_t *list;
    int ret = 0;

    for (path = lists->first; ret == 0 && path != NULL; path = path->next) {
        for (list = path->first; ret == 0 && list != NULL; list = list->next) {
            const ma_registered_list_t shown = { .path = path->path,
                                                 .issuer = list->issuer,
                                                 .number = list->number,
                                                 .next_update = list->next_update,
                                                 .is_delta = list->is_delta };
            ret = each(context, &shown);
        }
    }
    return ret;
}

/* ---- comparing ----------------------------------------------------------------------------- */

static bool same_series(const registered_t *a, const registered_t *b)
{
    return a->is_delta == b->is_delta && ma_bytes_equal(a->scope, b->scope)
        && (ma_bytes_equal(a->issuer, b->issuer) || ma_name_equal(a->issuer, b->issuer));
}

/* Is `now` not older? Numbers are minimal INTEGERs that are not negative. */
static bool not_older(const registered_t *now, const registered_t *before)
{
    if (now->number.size == 0 || before->number.size == 0)
        return now->this_update >= before->this_update;
    if (now->number.size != before->number.size)
        return now->number.size > before->number.size;
    return memcmp(now->number.data, before->number.data, now->number.size) >= 0;
}

static void add_name(ma_buf_t *out, const registered_t *list)
{
    ma_buf_text(out, list->is_delta ? "the delta CRL of " : "the CRL of ");
    if (!ma_name_rfc2253(list->issuer, out))
        ma_buf_text(out, "(no name)");
}

static void add_age(ma_buf_t *out, const registered_t *list)
{
    size_t i;

    if (list->number.size > 0)
        ma_buf_text(out, "number 0x");
    for (i = 0; i < list->number.size; i++)
        ma_buf_printf(out, "%02X", list->number.data[i]);
    if (list->number.size > 0)
        ma_buf_text(out, " of ");
    ma_time_text(list->this_update, out);
}

/* `other`: the list that is there instead; NULL: there is none. */
static int fail(const ma_registered_path_t *path, const registered_t *before,
                const registered_t *other, mtlsauth_error_t **err)
{
    ma_buf_t text;
    int ret;

    ma_buf_init(&text, 0);
    add_name(&text, before);
    ma_buf_text(&text, other != NULL ? " went back from " : " is gone; it was ");
    add_age(&text, before);
    if (other != NULL) {
        ma_buf_text(&text, " to ");
        add_age(&text, other);
    }
    ret = ma_fail(err, MTLSAUTH_E_POLICY, &path->pos,
                  "put that list or a newer one back; to do without it, restart the server or name "
                  "another path",
                  "in \"%s\", %s", path->path, ma_buf_string(&text));
    ma_buf_free(&text);
    return ret;
}

/*
 * Looks for each list of a path among those that are there now. They mostly stand in the same
 * order, so the search for one begins behind where the one before was found.
 */
static int follows(const ma_registered_path_t *now, const ma_registered_path_t *before,
                   mtlsauth_error_t **err)
{
    const registered_t *list, *at, *start = now->first, *other;

    for (list = before->first; list != NULL; list = list->next) {
        bool found = false, wrapped = false;

        other = NULL;
        for (at = start;;) {
            if (at == NULL && !wrapped) {
                at = now->first;
                wrapped = true;
            }
            if (at == NULL || (wrapped && at == start))
                break;
            if (same_series(at, list)) {
                other = at;
                found = not_older(at, list);
                if (found)
                    break;
            }
            at = at->next;
        }
        if (!found)
            return fail(now, list, other, err);
        start = other->next;
    }
    return 0;
}

int ma_crl_register_follows(const ma_crl_register_t *now, const ma_crl_register_t *before,
                            mtlsauth_error_t **err)
{
    const ma_registered_path_t *path, *old;
    int ret = 0;

    for (path = now->first; ret == 0 && path != NULL; path = path->next) {
        old = find(before, path->path);
        if (old != NULL)
            ret = follows(path, old, err);
    }
    return ret;
}

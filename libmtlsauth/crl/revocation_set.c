/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation_set.c - load the lists of a set from files and directories.
 *
 * Whoever names a file means a list in it: a file without one, a directory without any file, and a
 * list that does not parse are errors. A file that is reached twice (by a link, or because it is
 * named and its directory too) counts once.
 */
#include "crl/revocation_set.h"

#include <stdlib.h>
#include <string.h>

#include "cred/pem.h"

/** Every check looks at the issuer of every list. */
enum { MAX_LISTS = 4096 };

/* What to try when a file is not what it should be. */
static const char mend[] = "name CRLs in PEM (-----BEGIN X509 CRL-----), in DER, or in base64 as "
                           "\"cfssl gencrl\" prints it";

int ma_revocation_new(const ma_revocation_how_t *how, mtlsauth_revocation_t **out)
{
    mtlsauth_revocation_t *set;

    if ((unsigned)how->freshness > MTLSAUTH_FRESHNESS_RELAXED
        || (unsigned)how->scope > MTLSAUTH_SCOPE_LEAF)
        return MTLSAUTH_E_ARGUMENT;
    set = calloc(1, sizeof(*set));
    if (set == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    set->how = *how;
    if (how->remembered > 0 && ma_slots_new(how->remembered, &set->courses) != 0) {
        free(set);
        return MTLSAUTH_E_NO_MEMORY;
    }
    *out = set;
    return 0;
}

void ma_revocation_free(mtlsauth_revocation_t *set)
{
    size_t i;

    if (set == NULL)
        return;
    for (i = 0; i < set->n_lists; i++)
        ma_crl_free(set->lists[i]);
    ma_slots_free(set->courses, free);
    free(set->lists);
    free(set->files);
    free(set);
}

/* Makes room for one more item; `items` is NULL when out of memory, and the old ones stay. */
static void *room_for_one(void *items, size_t count, size_t *room, size_t size)
{
    size_t more = *room < 8 ? 8 : *room * 2;
    void *grown;

    if (count < *room)
        return items;
    if (more > SIZE_MAX / size)
        return NULL;
    grown = realloc(items, more * size);
    if (grown != NULL)
        *room = more;
    return grown;
}

/* Notes a file. Returns 1 if it was noted before, 0, or a negative status. */
static int note_file(mtlsauth_revocation_t *set, const struct stat *st)
{
    ma_file_id_t *files;
    size_t i;

    for (i = 0; i < set->n_files; i++)
        if (set->files[i].device == st->st_dev && set->files[i].inode == st->st_ino)
            return 1;
    files = room_for_one(set->files, set->n_files, &set->room_files, sizeof(*files));
    if (files == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    set->files = files;
    files[set->n_files].device = st->st_dev;
    files[set->n_files].inode = st->st_ino;
    set->n_files++;
    return 0;
}

/* Reading the lists of one file. */
typedef struct reading {
    mtlsauth_revocation_t *set;
    size_t count;
    const char *why;
} reading_t;

static int add_list(void *context, ma_bytes_t der)
{
    reading_t *reading = context;
    mtlsauth_revocation_t *set = reading->set;
    ma_crl_t **lists;
    int ret;

    reading->count++;
    if (set->n_lists == MAX_LISTS) {
        reading->why = "more than 4096 lists in one set";
        return MTLSAUTH_E_LIMIT;
    }
    lists = room_for_one(set->lists, set->n_lists, &set->room_lists, sizeof(ma_crl_t *));
    if (lists == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    set->lists = lists;
    ret = ma_crl_parse(der, &lists[set->n_lists], &reading->why);
    if (ret == 0)
        set->n_lists++;
    return ret;
}

static int add_bytes(mtlsauth_revocation_t *set, const char *path, ma_bytes_t bytes,
                     ma_arena_t *arena, const ma_pos_t *pos, mtlsauth_error_t **err)
{
    reading_t reading = { .set = set };
    const char *why = NULL;
    int ret = ma_pem_each(bytes, "X509 CRL", true, arena, add_list, &reading, &why);

    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(err);
    if (ret != 0 && reading.why != NULL)
        return ma_fail(err, ret, pos, mend, "CRL %zu of \"%s\" is not good: %s", reading.count,
                       path, reading.why);
    if (ret != 0)
        return ma_fail(err, ret, pos, mend, "\"%s\" is no CRL file: %s", path,
                       why != NULL ? why : "malformed");
    if (reading.count == 0)
        return ma_fail(err, MTLSAUTH_E_MALFORMED, pos, mend, "\"%s\" holds no CRL", path);
    return 0;
}

static int add_file(mtlsauth_revocation_t *set, const char *path, const ma_safety_t *safety,
                    const ma_pos_t *pos, mtlsauth_error_t **err)
{
    ma_arena_t arena;
    ma_bytes_t bytes;
    struct stat st;
    int ret;

    ma_arena_init(&arena, 0);
    ret = ma_file_read(path, MA_CRL_MAX_SIZE, safety, &arena, pos, &bytes, &st, err);
    if (ret != 0)
        goto out;
    ret = note_file(set, &st);
    if (ret == 1)
        ret = 0;
    else if (ret < 0)
        ret = ma_fail_memory(err);
    else
        ret = add_bytes(set, path, bytes, &arena, pos, err);
out:
    ma_arena_free(&arena);
    return ret;
}

static bool is_directory(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int add_directory(mtlsauth_revocation_t *set, const char *path, const ma_safety_t *safety,
                         const ma_pos_t *pos, mtlsauth_error_t **err)
{
    const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
    const char *const *names;
    size_t i, n_names = 0, n_files = 0;
    ma_arena_t arena;
    int ret;

    ma_arena_init(&arena, 0);
    ret = ma_file_list(path, safety, &arena, pos, &names, &n_names, err);
    for (i = 0; ret == 0 && i < n_names; i++) {
        char *name = ma_arena_printf(&arena, "%s%s%s", path, slash, names[i]);
        if (name == NULL) {
            ret = ma_fail_memory(err);
        } else if (!is_directory(name)) {
            ret = add_file(set, name, safety, pos, err);
            n_files++;
        }
    }
    if (ret == 0 && n_files == 0)
        ret = ma_fail(err, MTLSAUTH_E_MALFORMED, pos, "put the CRLs of your CAs into it",
                      "the directory \"%s\" holds no CRL", path);
    ma_arena_free(&arena);
    return ret;
}

int ma_revocation_add(mtlsauth_revocation_t *set, const char *path, const ma_safety_t *safety,
                      const ma_pos_t *pos, mtlsauth_error_t **err)
{
    if (path[0] != '\0' && is_directory(path))
        return add_directory(set, path, safety, pos, err);
    return add_file(set, path, safety, pos, err);
}

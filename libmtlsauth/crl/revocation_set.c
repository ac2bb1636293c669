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

#include "cred/pem_reader.h"

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
    for (i = 0; i < set->n_files; i++)
        free(set->files[i].path);
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

static ma_set_file_t *find_file(const mtlsauth_revocation_t *set, const struct stat *st)
{
    size_t i;

    for (i = 0; i < set->n_files; i++)
        if (set->files[i].device == st->st_dev && set->files[i].inode == st->st_ino)
            return &set->files[i];
    return NULL;
}

/* Notes a file that is about to be read; NULL when out of memory. */
static ma_set_file_t *note_file(mtlsauth_revocation_t *set, const char *path,
                                const struct stat *st)
{
    ma_set_file_t *files, *file;

    files = room_for_one(set->files, set->n_files, &set->room_files, sizeof(*files));
    if (files == NULL)
        return NULL;
    set->files = files;
    file = &files[set->n_files];
    *file = (ma_set_file_t) { .device = st->st_dev, .inode = st->st_ino, .path = strdup(path),
                              .first = set->n_lists, .end = set->n_lists };
    if (file->path == NULL)
        return NULL;
    set->n_files++;
    return file;
}

/* Reading the lists of one file. */
typedef struct reading {
    mtlsauth_revocation_t *set;
    size_t count;
    const char *why;    /* of the list at hand */
    const char *no_crl; /* why it is no file of lists */
} reading_t;

/* Reads the list that is seen next. */
static int add_list(reading_t *reading, ma_window_t *in)
{
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
    ret = ma_crl_read(in, &lists[set->n_lists], &reading->why);
    if (ret == 0)
        set->n_lists++;
    return ret;
}

/* Lists in DER, one after another. */
static int add_der(reading_t *reading, ma_window_t *file)
{
    int ret = 0;

    while (ret == 0 && ma_window_need(file, 1))
        ret = add_list(reading, file);
    return ret != 0 ? ret : file->status;
}

/* The object of a PEM file that is at hand: one list and nothing else. */
static int add_object(reading_t *reading, ma_pem_reader_t *pem)
{
    ma_window_t in;
    int ret;

    ma_window_source(&in, &pem->source);
    ret = add_list(reading, &in);
    if (ret == 0 && ma_window_need(&in, 1)) {
        reading->why = "the list is followed by more";
        ret = MTLSAUTH_E_MALFORMED;
    }
    if (in.status != 0)
        ret = in.status;
    if (pem->why != NULL) /* the text is damaged: what was made of it does not matter */
        reading->why = NULL;
    ma_window_free(&in);
    return ret;
}

/* `blocks`: how many PEM blocks there are, of any label. */
static int add_pem(reading_t *reading, ma_window_t *text, bool bare, size_t *blocks)
{
    ma_pem_reader_t pem;
    int ret;

    ma_pem_begin(&pem, text, "X509 CRL");
    if (bare) {
        ret = ma_pem_bare(&pem);
        if (ret > 0)
            ret = add_object(reading, &pem);
    } else {
        while ((ret = ma_pem_next(&pem)) > 0) {
            ret = add_object(reading, &pem);
            if (ret != 0)
                break;
        }
    }
    reading->no_crl = pem.why;
    *blocks = pem.blocks;
    ma_pem_end(&pem);
    return ret;
}

static int add_lists(reading_t *reading, ma_file_t *file)
{
    size_t blocks = 0;
    ma_window_t in;
    int ret;

    ma_window_source(&in, &file->source);
    if (ma_window_need(&in, 1) && *in.at == MA_DER_SEQUENCE) {
        ret = add_der(reading, &in);
    } else {
        ret = add_pem(reading, &in, false, &blocks);
        if (ret == 0 && in.status == 0 && blocks == 0) {
            /* Not PEM: the whole text may be base64. */
            ma_window_free(&in);
            ma_window_source(&in, &file->source);
            ret = ma_file_rewind(file);
            if (ret == 0)
                ret = add_pem(reading, &in, true, &blocks);
        }
    }
    if (ret == 0)
        ret = in.status;
    ma_window_free(&in);
    return ret;
}

/* What the file itself has told already, as that it cannot be read, is the error that stays. */
static int tell(const reading_t *reading, int ret, const char *path, const ma_pos_t *pos,
                mtlsauth_error_t **err)
{
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(err);
    if (ret != 0 && reading->why != NULL)
        return ma_fail(err, ret, pos, mend, "CRL %zu of \"%s\" is not good: %s", reading->count,
                       path, reading->why);
    if (ret != 0)
        return ma_fail(err, ret, pos, mend, "\"%s\" is no CRL file: %s", path,
                       reading->no_crl != NULL ? reading->no_crl : "malformed");
    if (reading->count == 0)
        return ma_fail(err, MTLSAUTH_E_MALFORMED, pos, mend, "\"%s\" holds no CRL", path);
    return 0;
}

/* Enters the lists of a file under the path that is being added, however often it is reached. */
static int enter_lists(const mtlsauth_revocation_t *set, const ma_set_file_t *file)
{
    int ret = 0;
    size_t i;

    for (i = file->first; ret == 0 && set->path != NULL && i < file->end; i++)
        ret = ma_crl_register_list(set->lists_seen, set->path, ma_crl_info(set->lists[i]));
    return ret;
}

static int add_file(mtlsauth_revocation_t *set, const char *path, const ma_safety_t *safety,
                    const ma_pos_t *pos, mtlsauth_error_t **err)
{
    reading_t reading = { .set = set };
    ma_set_file_t *found, *known;
    ma_file_t file;
    int ret = ma_file_open(&file, path, MA_CRL_MAX_SIZE, safety, pos, err);

    if (ret != 0)
        return ret;
    known = find_file(set, &file.identity);
    found = known != NULL ? known : note_file(set, path, &file.identity);
    if (known == NULL && found != NULL) {
        ret = tell(&reading, add_lists(&reading, &file), path, pos, err);
        found->end = set->n_lists;
    }
    if (found == NULL || (ret == 0 && enter_lists(set, found) != 0))
        ret = ma_fail_memory(err);
    ma_file_close(&file);
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
    int ret;

    if (set->lists_seen != NULL
        && ma_crl_register_path(set->lists_seen, path, pos, &set->path) != 0)
        return ma_fail_memory(err);
    if (path[0] != '\0' && is_directory(path))
        ret = add_directory(set, path, safety, pos, err);
    else
        ret = add_file(set, path, safety, pos, err);
    set->path = NULL;
    return ret;
}

void ma_revocation_register(mtlsauth_revocation_t *set, ma_crl_register_t *lists)
{
    set->lists_seen = lists;
}

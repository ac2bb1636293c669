/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - see file.h.
 *
 * A file is opened first and checked on the descriptor, so that what was checked is what is read.
 * Its directory is that of the resolved path: where a change of the name's meaning would happen.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errno_text.h"

#define MAX_DIRECTORY_ENTRIES 65536u

static bool safe_owner(uid_t owner, const ma_safety_t *safety)
{
    return owner == 0 || owner == geteuid() || (safety->has_trusted && owner == safety->trusted);
}

/* `sticky` permits a directory that all may write to but in which nobody can replace our file. */
static int check_mode(const char *path, const struct stat *st, const ma_safety_t *safety,
                      bool sticky, const ma_pos_t *pos, mtlsauth_error_t **err)
{
    if (safety->insecure)
        return 0;
    if (!safe_owner(st->st_uid, safety))
        return ma_fail(err, MTLSAUTH_E_UNSAFE, pos, "chown it to root or to the user that runs this",
                       "%s belongs to user %lu, who may change it at any time", path,
                       (unsigned long)st->st_uid);
    if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0 && !(sticky && (st->st_mode & S_ISVTX) != 0))
        return ma_fail(err, MTLSAUTH_E_UNSAFE, pos, "run chmod go-w on it",
                       "%s can be written by group or others (mode %04o)", path,
                       (unsigned)(st->st_mode & 07777));
    return 0;
}

static int fail_errno(const char *path, const ma_pos_t *pos, const char *what, int number,
                      mtlsauth_error_t **err)
{
    const char *mend = NULL;
    char text[MA_ERRNO_TEXT_SIZE];

    if (number == ENOENT)
        mend = pos != NULL ? "correct the name; a relative path begins where this file is"
                           : "correct the name";
    else if (number == EACCES)
        mend = "let the user who runs this read it, and search the directories above";
    return ma_fail(err, MTLSAUTH_E_IO, pos, mend, "cannot %s %s: %s", what, path,
                   ma_errno_text(number, text));
}

/* Cuts a path to its directory, in place. */
static void to_directory(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL)
        /* NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.strcpy): a path has a character */
        strcpy(path, ".");
    else
        slash[slash == path ? 1 : 0] = '\0';
}

static int check_directory_of(const char *path, const ma_safety_t *safety, const ma_pos_t *pos,
                              mtlsauth_error_t **err)
{
    char *real;
    struct stat st;
    int ret;

    if (safety->insecure)
        return 0;
    real = realpath(path, NULL);
    if (real == NULL)
        return fail_errno(path, pos, "resolve", errno, err);
    to_directory(real);
    if (stat(real, &st) != 0)
        ret = fail_errno(real, pos, "look at", errno, err);
    else
        ret = check_mode(real, &st, safety, true, pos, err);
    free(real);
    return ret;
}

static int fail_changed(const ma_file_t *file)
{
    return ma_fail(file->err, MTLSAUTH_E_IO, file->pos,
                   "write it elsewhere and rename it into place",
                   "%s changed its size while it was read", file->path);
}

/* ma_byte_source_t: read. At the end it is known whether the size has stayed what it was. */
static int read_piece(ma_byte_source_t *source, uint8_t *room, size_t size, size_t *got)
{
    ma_file_t *file = (ma_file_t *)(void *)source;
    ssize_t n;

    do
        n = read(file->fd, room, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail_errno(file->path, file->pos, "read", errno, file->err);
    file->done += (uint64_t)n;
    if (file->done > (uint64_t)file->identity.st_size
        || (n == 0 && size > 0 && file->done != (uint64_t)file->identity.st_size))
        return fail_changed(file);
    *got = (size_t)n;
    return 0;
}

static int check_open(ma_file_t *file, size_t max, const ma_safety_t *safety)
{
    struct stat *st = &file->identity;
    int ret;

    if (fstat(file->fd, st) != 0)
        return fail_errno(file->path, file->pos, "look at", errno, file->err);
    if (!S_ISREG(st->st_mode))
        return ma_fail(file->err, MTLSAUTH_E_IO, file->pos, "name a file",
                       "%s is not a regular file", file->path);
    ret = check_mode(file->path, st, safety, false, file->pos, file->err);
    if (ret != 0)
        return ret;
    if (st->st_size < 0 || (uintmax_t)st->st_size > max)
        return ma_fail(file->err, MTLSAUTH_E_LIMIT, file->pos, "split it, or name the right file",
                       "%s is larger than %zu bytes", file->path, max);
    return 0;
}

int ma_file_open(ma_file_t *file, const char *path, size_t max, const ma_safety_t *safety,
                 const ma_pos_t *pos, mtlsauth_error_t **err)
{
    int ret;

    *file = (ma_file_t) { .source = { read_piece }, .path = path, .pos = pos, .err = err };
    /* O_NONBLOCK: opening a fifo must not hang; regular files do not care. */
    do
        file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (file->fd < 0 && errno == EINTR);
    if (file->fd < 0)
        return fail_errno(path, pos, "open", errno, err);
    ret = check_directory_of(path, safety, pos, err);
    if (ret == 0)
        ret = check_open(file, max, safety);
    if (ret != 0)
        ma_file_close(file);
    return ret;
}

int ma_file_rewind(ma_file_t *file)
{
    if (lseek(file->fd, 0, SEEK_SET) != 0)
        return fail_errno(file->path, file->pos, "read", errno, file->err);
    file->done = 0;
    return 0;
}

void ma_file_close(ma_file_t *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

/* Reads all of it into the arena, and a NUL behind it. */
static int read_all(ma_file_t *file, ma_arena_t *arena, ma_bytes_t *out)
{
    size_t size = (size_t)file->identity.st_size, done = 0, got = 1;
    uint8_t *data = ma_arena_alloc(arena, size + 1);
    int ret = 0;

    if (data == NULL)
        return ma_fail_memory(file->err);
    /* There is room for one more byte than there should be: so what grew is noticed. */
    while (ret == 0 && got > 0) {
        got = 0;
        ret = read_piece(&file->source, data + done, size + 1 - done, &got);
        done += got;
    }
    if (ret != 0)
        return ret;
    data[size] = 0;
    *out = (ma_bytes_t) { data, size };
    return 0;
}

int ma_file_read(const char *path, size_t max, const ma_safety_t *safety, ma_arena_t *arena,
                 const ma_pos_t *pos, ma_bytes_t *out, struct stat *identity,
                 mtlsauth_error_t **err)
{
    ma_file_t file;
    int ret = ma_file_open(&file, path, max, safety, pos, err);

    if (ret != 0)
        return ret;
    ret = read_all(&file, arena, out);
    if (ret == 0 && identity != NULL)
        *identity = file.identity;
    ma_file_close(&file);
    return ret;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends a name to a list that doubles inside the arena. */
static int add_name(ma_arena_t *arena, const char ***names, size_t *count, size_t *room,
                    const char *name)
{
    if (*count == *room) {
        size_t more = *room == 0 ? 16 : *room * 2;
        const char **grown = ma_arena_array(arena, more, sizeof(*grown));
        if (grown == NULL)
            return MTLSAUTH_E_NO_MEMORY;
        if (*count > 0)
            memcpy(grown, *names, *count * sizeof(*grown));
        *names = grown;
        *room = more;
    }
    (*names)[*count] = ma_arena_string(arena, name);
    if ((*names)[*count] == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    (*count)++;
    return 0;
}

static int read_names(DIR *dir, const char *path, ma_arena_t *arena, const ma_pos_t *pos,
                      const char ***names, size_t *count, mtlsauth_error_t **err)
{
    size_t room = 0;
    struct dirent *entry;

    for (;;) {
        errno = 0;
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else has this stream */
        entry = readdir(dir);
        if (entry == NULL)
            return errno == 0 ? 0 : fail_errno(path, pos, "list", errno, err);
        if (entry->d_name[0] == '.')
            continue;
        if (*count >= MAX_DIRECTORY_ENTRIES)
            return ma_fail(err, MTLSAUTH_E_LIMIT, pos, NULL, "%s has more than %u files", path,
                           MAX_DIRECTORY_ENTRIES);
        if (add_name(arena, names, count, &room, entry->d_name) != 0)
            return ma_fail_memory(err);
    }
}

int ma_file_list(const char *path, const ma_safety_t *safety, ma_arena_t *arena,
                 const ma_pos_t *pos, const char *const **names, size_t *count,
                 mtlsauth_error_t **err)
{
    const char **list = NULL;
    size_t n = 0;
    struct stat st;
    DIR *dir = opendir(path);
    int ret;

    if (dir == NULL)
        return fail_errno(path, pos, "open", errno, err);
    if (fstat(dirfd(dir), &st) != 0)
        ret = fail_errno(path, pos, "look at", errno, err);
    else
        ret = check_mode(path, &st, safety, true, pos, err);
    if (ret == 0)
        ret = read_names(dir, path, arena, pos, &list, &n, err);
    closedir(dir);
    if (ret != 0)
        return ret;
    if (n > 1)
        qsort(list, n, sizeof(*list), by_name);
    *names = list;
    *count = n;
    return 0;
}

int ma_file_check_chain(const char *canonical, const struct stat *file, const ma_safety_t *safety,
                        const ma_pos_t *pos, mtlsauth_error_t **err)
{
    struct stat st;
    char *path;
    int ret;

    if (!S_ISREG(file->st_mode))
        return ma_fail(err, MTLSAUTH_E_IO, pos, "name a file", "%s is not a regular file",
                       canonical);
    ret = check_mode(canonical, file, safety, false, pos, err);
    if (ret != 0 || safety->insecure)
        return ret;
    path = strdup(canonical);
    if (path == NULL)
        return ma_fail_memory(err);
    do {
        to_directory(path);
        if (stat(path, &st) != 0)
            ret = fail_errno(path, pos, "look at", errno, err);
        else
            ret = check_mode(path, &st, safety, true, pos, err);
    } while (ret == 0 && strcmp(path, "/") != 0 && strcmp(path, ".") != 0);
    free(path);
    return ret;
}

char *ma_path_beside(ma_arena_t *arena, const char *base, const char *name)
{
    const char *slash = strrchr(base, '/');

    if (name[0] == '/' || slash == NULL)
        return ma_arena_string(arena, name);
    return ma_arena_printf(arena, "%.*s/%s", (int)(slash - base), base, name);
}

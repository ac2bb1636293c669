/* SPDX-License-Identifier: BSD-2-Clause */
/* replace.c - see replace.h. */
#include "common/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(ma_buf_t *why, const char *path, const char *reason)
{
    ma_buf_printf(why, "%s: %s", path, reason);
    return -1;
}

/* "/etc/x/api.conf" to "/etc/x/.api.conf.XXXXXX"; the path is an absolute one. */
static int name_beside(const char *path, ma_buf_t *out)
{
    const char *name = strrchr(path, '/') + 1;

    ma_buf_add(out, path, (size_t)(name - path));
    ma_buf_printf(out, ".%s.XXXXXX", name);
    return ma_buf_ok(out) ? 0 : -1;
}

static int write_all(int fd, const ma_buf_t *content)
{
    size_t done = 0;

    while (done < content->size) {
        ssize_t wrote = write(fd, content->data + done, content->size - done);
        if (wrote < 0 && errno != EINTR)
            return -1;
        if (wrote > 0)
            done += (size_t)wrote;
    }
    return 0;
}

/* Bytes first and the owner's mode last, so that nobody reads what they could not read before. */
static int fill(int fd, const struct stat *old, const ma_buf_t *content, const char *path,
                ma_buf_t *why)
{
    struct stat made;

    if (fstat(fd, &made) != 0 || write_all(fd, content) != 0)
        return fail(why, path, strerror(errno));
    if ((made.st_uid != old->st_uid || made.st_gid != old->st_gid)
        && fchown(fd, old->st_uid, old->st_gid) != 0)
        return fail(why, path, "left as it is: you cannot make a file of the same owner and group");
    if (fchmod(fd, old->st_mode & 07777) != 0 || fsync(fd) != 0)
        return fail(why, path, strerror(errno));
    return 0;
}

/* So that the new name outlives a crash. Some file systems cannot; the content is safe already. */
static void sync_directory(char *path)
{
    int fd;

    strrchr(path, '/')[1] = '\0';
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
}

/* `path` is canonical, and cut to its directory in the end. */
static int replace(char *path, const struct stat *old, char *temporary, const ma_buf_t *content,
                   ma_buf_t *why)
{
    int fd = mkstemp(temporary), ret;

    if (fd < 0)
        return fail(why, path, strerror(errno));
    ret = fill(fd, old, content, path, why);
    if (close(fd) != 0 && ret == 0)
        ret = fail(why, path, strerror(errno));
    if (ret == 0 && rename(temporary, path) != 0)
        ret = fail(why, path, strerror(errno));
    if (ret != 0)
        (void)unlink(temporary);
    else
        sync_directory(path);
    return ret;
}

int replace_file(const char *path, const ma_buf_t *content, ma_buf_t *why)
{
    char *canonical = realpath(path, NULL);
    struct stat old;
    ma_buf_t name;
    int ret;

    ma_buf_init(&name, 0);
    if (canonical == NULL || stat(canonical, &old) != 0)
        ret = fail(why, path, strerror(errno));
    else if (!S_ISREG(old.st_mode))
        ret = fail(why, path, "is no regular file, and cannot be replaced");
    else if (name_beside(canonical, &name) != 0)
        ret = fail(why, path, "out of memory");
    else
        ret = replace(canonical, &old, name.data, content, why);
    ma_buf_free(&name);
    free(canonical);
    return ret;
}

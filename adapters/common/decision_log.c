/* SPDX-License-Identifier: BSD-2-Clause */
/* decision_log.c - see decision_log.h. */
#include "common/decision_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Nearly all lines fit; one that does not takes memory for itself. */
#define ROOM 8192u

int decision_log_open(const char *path)
{
    return open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
}

static int write_line(int fd, const char *line, size_t size)
{
    ssize_t written;

    do
        written = write(fd, line, size);
    while (written < 0 && errno == EINTR);
    if (written >= 0 && (size_t)written < size)
        errno = ENOSPC;
    return written == (ssize_t)size ? 0 : -1;
}

int decision_log_write(int fd, const mtlsauth_decision_t *decision)
{
    char room[ROOM], *line = room, *larger = NULL;
    size_t size = sizeof(room);
    int ret = mtlsauth_decision_json(decision, line, &size);

    if (ret == MTLSAUTH_E_SPACE) {
        line = larger = malloc(size);
        if (larger == NULL)
            return -1;
        ret = mtlsauth_decision_json(decision, line, &size);
    }
    if (ret == 0) {
        line[size] = '\n'; /* in place of the NUL */
        ret = write_line(fd, line, size + 1);
    } else {
        errno = ENOMEM;
    }
    free(larger);
    return ret == 0 ? 0 : -1;
}

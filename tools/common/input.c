/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - see input.h. read() and not stdio, whose buffers would keep a copy. */
#include "common/input.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(ma_buf_t *why, const char *path, const char *reason)
{
    ma_buf_printf(why, "%s: %s", strcmp(path, "-") == 0 ? "standard input" : path, reason);
    return -1;
}

/* Fills the room, which is one byte more than is allowed. */
static int read_all(int fd, const char *path, input_t *input, ma_buf_t *why)
{
    ssize_t got;

    do {
        got = read(fd, input->data + input->size, input->room - input->size);
        if (got > 0)
            input->size += (size_t)got;
    } while ((got > 0 && input->size < input->room) || (got < 0 && errno == EINTR));
    if (got < 0)
        return fail(why, path, strerror(errno));
    if (input->size == input->room) {
        ma_buf_printf(why, "%s: longer than %zu bytes", path, input->room - 1);
        return -1;
    }
    input->data[input->size] = '\0';
    return 0;
}

int input_read(const char *path, size_t max, input_t *out, ma_buf_t *why)
{
    input_t input = { NULL, 0, max + 1 };
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    int ret = -1;

    if (fd < 0)
        return fail(why, path, strerror(errno));
    if (fstat(fd, &status) != 0)
        fail(why, path, strerror(errno));
    else if (S_ISDIR(status.st_mode))
        fail(why, path, "is a directory; name a file");
    else if ((input.data = malloc(input.room)) == NULL)
        fail(why, path, "out of memory");
    else
        ret = read_all(fd, path, &input, why);
    if (!standard)
        close(fd);
    if (ret == 0)
        *out = input;
    else
        input_free(&input);
    return ret;
}

void input_free(input_t *input)
{
    if (input == NULL || input->data == NULL)
        return;
    gnutls_memset(input->data, 0, input->room);
    free(input->data);
    *input = (input_t) { NULL, 0, 0 };
}

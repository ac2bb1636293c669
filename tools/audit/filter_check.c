/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * filter_check.c - see filter_check.h.
 *
 * libpcap looks up the names in an expression: ports and protocols in files, hosts over the network,
 * which the sandbox lets nobody do. A process tries it in a sandbox of its own.
 */
#include "audit/filter_check.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/capture/capture.h"
#include "audit/sandbox.h"

static int try_in_sandbox(const command_t *self, const char *expression)
{
    ma_buf_t why;
    int status = STATUS_OK;

    ma_buf_init(&why, 0);
    (void)sandbox_enter(NULL, 0, true, &why);
    ma_buf_clear(&why);
    if (capture_filter_check(expression, &why) != 0)
        status = wrong_usage(self, "--filter: %s%s", ma_buf_string(&why),
                             strstr(ma_buf_string(&why), "unknown host") != NULL
                                 ? "; names are not looked up on the network: write addresses"
                                 : "");
    ma_buf_free(&why);
    return status;
}

int filter_check(const command_t *self, const char *expression)
{
    int status = -1;
    const pid_t process = fork();

    if (process == 0)
        _exit(try_in_sandbox(self, expression));
    if (process < 0) {
        say("--filter: cannot be tried: %s", strerror(errno));
        return STATUS_ERROR;
    }
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
        /* once more */
    }
    if (!WIFEXITED(status)) {
        say("--filter: libpcap failed on it; write a simpler one");
        return STATUS_ERROR;
    }
    return WEXITSTATUS(status) == STATUS_OK ? STATUS_NONE : STATUS_ERROR;
}

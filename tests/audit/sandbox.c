/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.c - what the sandbox forbids is forbidden, and what reading needs is not. Each attempt is
 * made by a child that entered it.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, syscall() */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/sandbox.h"
#include "tap.h"

#define ALLOWED "allowed"
#define OTHER "other"

/* What each child tries: 0, or errno. */

static int read_allowed(void)
{
    char octets[8];
    int file = open(ALLOWED, O_RDONLY);

    return file >= 0 && read(file, octets, sizeof(octets)) > 0 && close(file) == 0 ? 0 : errno;
}

static int seek_allowed(void)
{
    int file = open(ALLOWED, O_RDONLY);

    return file >= 0 && lseek(file, 1, SEEK_SET) == 1 ? 0 : errno;
}

static int take_memory(void)
{
    char *memory = malloc(8u << 20);

    if (memory == NULL)
        return errno;
    memset(memory, 1, 8u << 20);
    free(memory);
    return 0;
}

static int duplicate_input(void)
{
    return dup(STDIN_FILENO) >= 0 ? 0 : errno;
}

static int write_output(void)
{
    return write(STDERR_FILENO, "", 0) == 0 ? 0 : errno;
}

static int open_to_write(void)
{
    return open(ALLOWED, O_WRONLY) >= 0 ? 0 : errno;
}

static int open_to_both(void)
{
    return open(ALLOWED, O_RDWR) >= 0 ? 0 : errno;
}

static int create(void)
{
    return open("made", O_WRONLY | O_CREAT, 0600) >= 0 ? 0 : errno;
}

/* Reading is what is asked for, and a file comes into being all the same. */
static int create_to_read(void)
{
    return open("made", O_RDONLY | O_CREAT, 0600) >= 0 ? 0 : errno;
}

static int truncate_allowed(void)
{
    return open(ALLOWED, O_RDONLY | O_TRUNC) >= 0 ? 0 : errno;
}

/* The system call that musl's open() is, where there still is one; glibc's is another. */
static int older_open(int flags)
{
#ifdef SYS_open
    return syscall(SYS_open, ALLOWED, flags, 0600) >= 0 ? 0 : errno;
#else
    return open(ALLOWED, flags, 0600) >= 0 ? 0 : errno;
#endif
}

static int older_read(void)
{
    return older_open(O_RDONLY);
}

static int older_write(void)
{
    return older_open(O_WRONLY);
}

static int older_create(void)
{
    return older_open(O_RDONLY | O_CREAT);
}

static int older_truncate(void)
{
    return older_open(O_RDONLY | O_TRUNC);
}

static int read_other(void)
{
    return open(OTHER, O_RDONLY) >= 0 ? 0 : errno;
}

static int read_passwords(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0 ? 0 : errno;
}

static int read_names(void)
{
    return open("/etc/protocols", O_RDONLY) >= 0 || errno == ENOENT ? 0 : errno;
}

static int remove_allowed(void)
{
    return unlink(ALLOWED) == 0 ? 0 : errno;
}

static int rename_allowed(void)
{
    return rename(ALLOWED, "renamed") == 0 ? 0 : errno;
}

static int change_mode(void)
{
    return chmod(ALLOWED, 0777) == 0 ? 0 : errno;
}

static int internet_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 0 : errno;
}

static int new_process(void)
{
    const pid_t process = fork();

    if (process == 0)
        _exit(0);
    return process > 0 ? 0 : errno;
}

static int signal_parent(void)
{
    return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int map_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
               ? 0
               : errno;
}

static int make_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : errno;
}

static int run_program(void)
{
    return execl("/bin/true", "true", (char *)NULL) == 0 ? 0 : errno;
}

#define KILLED (-1)
#define REFUSED (-2)
#define UNTRIED (-3)

typedef struct {
    int (*body)(void);
    bool names;
    int needs; /* what must be in force, or it is not tried */
    int status;
} attempt_t;

static void *enter_and_try(void *argument)
{
    static const char *const paths[] = {ALLOWED, "-", "not-there"};
    attempt_t *attempt = argument;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if ((sandbox_enter(paths, 3, attempt->names, &why) & attempt->needs) != attempt->needs)
        attempt->status = 99;
    else
        attempt->status = attempt->body() == 0 ? 0 : 1;
    ma_buf_free(&why);
    return NULL;
}

/*
 * In a process of its own, of which one thread goes into the sandbox: the other can still write
 * which lines ran, in a build that counts them.
 */
static int attempt(int (*body)(void), bool names, int needs)
{
    attempt_t tried = {body, names, needs, 1};
    pthread_t thread;
    pid_t process;
    int status = 0;

    (void)fflush(NULL);
    process = fork();
    if (process == 0) {
        if (pthread_create(&thread, NULL, enter_and_try, &tried) != 0 ||
            pthread_join(thread, NULL) != 0)
            _exit(98);
        _exit(tried.status);
    }
    TAP_INT(waitpid(process, &status, 0), process);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? KILLED : 0;
    TAP_TRUE(WEXITSTATUS(status) != 98);
    return WEXITSTATUS(status) == 99 ? UNTRIED : WEXITSTATUS(status) == 0 ? 0 : REFUSED;
}

static void attempts(void)
{
    static const struct {
        const char *what;
        int (*body)(void);
        int want;
        int needs;    /* what must be in force to expect it */
        bool names;
    } rows[] = {
        {"reads a capture", read_allowed, 0, 0, false},
        {"seeks in it", seek_allowed, 0, 0, false},
        {"takes memory", take_memory, 0, 0, false},
        {"duplicates its input", duplicate_input, 0, 0, false},
        {"writes to what is open", write_output, 0, 0, false},
        {"opens a capture to write", open_to_write, REFUSED, SANDBOX_SECCOMP, false},
        {"opens a capture to read and write", open_to_both, REFUSED, SANDBOX_SECCOMP, false},
        {"makes a file", create, REFUSED, SANDBOX_SECCOMP, false},
        {"makes a file to read", create_to_read, REFUSED, SANDBOX_SECCOMP, false},
        {"empties a capture", truncate_allowed, REFUSED, SANDBOX_SECCOMP, false},
        {"reads a capture by the older call", older_read, 0, 0, false},
        {"writes by the older call", older_write, REFUSED, SANDBOX_SECCOMP, false},
        {"makes by the older call", older_create, REFUSED, SANDBOX_SECCOMP, false},
        {"empties by the older call", older_truncate, REFUSED, SANDBOX_SECCOMP, false},
        {"reads another file", read_other, REFUSED, SANDBOX_LANDLOCK, false},
        {"reads the users", read_passwords, REFUSED, SANDBOX_LANDLOCK, false},
        {"reads the users, with names", read_passwords, REFUSED, SANDBOX_LANDLOCK, true},
        {"reads names without need", read_names, REFUSED, SANDBOX_LANDLOCK, false},
        {"reads names", read_names, 0, 0, true},
        {"removes a capture", remove_allowed, REFUSED, SANDBOX_SECCOMP, false},
        {"renames a capture", rename_allowed, REFUSED, SANDBOX_SECCOMP, false},
        {"changes its mode", change_mode, REFUSED, SANDBOX_SECCOMP, false},
        {"makes a socket", internet_socket, REFUSED, SANDBOX_SECCOMP, false},
        {"makes a local socket", local_socket, REFUSED, SANDBOX_SECCOMP, false},
        {"makes a process", new_process, REFUSED, SANDBOX_SECCOMP, false},
        {"signals another process", signal_parent, REFUSED, SANDBOX_SECCOMP, false},
        {"maps code", map_code, REFUSED, SANDBOX_SECCOMP, false},
        {"turns data into code", make_code, REFUSED, SANDBOX_SECCOMP, false},
        {"runs a program", run_program, KILLED, SANDBOX_SECCOMP, false},
    };
    size_t i;
    unsigned untried = 0;
    int came;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s", rows[i].what);
        came = attempt(rows[i].body, rows[i].names, rows[i].needs);
        if (came == UNTRIED)
            untried++;
        else
            TAP_INT(came, rows[i].want);
        TAP_INT(access(ALLOWED, R_OK), 0);
        TAP_TRUE(access("made", F_OK) != 0);
    }
    if (untried > 0)
        printf("# %u not tried: not all of the sandbox is to be had here\n", untried);
}

static void write_file(const char *name)
{
    FILE *file = fopen(name, "w");

    if (file == NULL || fputs("octets\n", file) < 0 || fclose(file) != 0)
        exit(99);
}

int main(void)
{
    static const tap_test_t tests[] = {{"forbids all but reading captures", attempts}};
    char folder[] = "/tmp/sandbox-test-XXXXXX";
    int ret;

    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        return 99;
    write_file(ALLOWED);
    write_file(OTHER);
    ret = tap_main("sandbox", tests, sizeof(tests) / sizeof(tests[0]));
    (void)unlink(ALLOWED);
    (void)unlink(OTHER);
    (void)rmdir(folder);
    return ret;
}

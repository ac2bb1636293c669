/* SPDX-License-Identifier: BSD-2-Clause */
/* sandbox.c - see sandbox.h. */
#define _GNU_SOURCE /* syscall(), O_PATH */

#include "audit/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif
#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

/* Sanitizers, and what counts the lines that run, do at exit what no sandbox lets through. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(MTLSAUTH_COVERAGE)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define WATCHED 1
#endif
#endif

static void add_reason(ma_buf_t *why, const char *what, int error)
{
    ma_buf_printf(why, "%s%s: %s", why->size > 0 ? "; " : "", what, strerror(error));
}

/* ---- landlock --------------------------------------------------------------------------------- */

#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)
/* All that the first version of the interface knows; opening for reading is among it. */
#define HANDLED                                                                                \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | \
     LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |                             \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |                           \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/*
 * A file that is not there cannot be opened later either. What is a directory may be opened, so that
 * this is said of it; nothing in it.
 */
static void allow_file(int ruleset, const char *path)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};
    struct stat file;

    rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (rule.parent_fd < 0)
        return;
    if (fstat(rule.parent_fd, &file) == 0 && S_ISDIR(file.st_mode))
        rule.allowed_access = LANDLOCK_ACCESS_FS_READ_DIR;
    (void)syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    (void)close(rule.parent_fd);
}

static const char *const name_files[] = {"/etc/nsswitch.conf", "/etc/services", "/etc/protocols",
                                         "/etc/hosts",         "/etc/networks", "/etc/ethers"};

static int enter_landlock(const char *const *paths, size_t count, bool names, ma_buf_t *why)
{
    const struct landlock_ruleset_attr attributes = {.handled_access_fs = HANDLED};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
    size_t i;
    long done;

    if (ruleset < 0) {
        add_reason(why, "landlock", errno);
        return SANDBOX_NONE;
    }
    for (i = 0; i < count; i++)
        if (strcmp(paths[i], "-") != 0)
            allow_file(ruleset, paths[i]);
    for (i = 0; names && i < sizeof(name_files) / sizeof(name_files[0]); i++)
        allow_file(ruleset, name_files[i]);
    done = syscall(SYS_landlock_restrict_self, ruleset, 0);
    if (done != 0)
        add_reason(why, "landlock", errno);
    (void)close(ruleset);
    return done == 0 ? SANDBOX_LANDLOCK : SANDBOX_NONE;
}
#else
static int enter_landlock(const char *const *paths, size_t count, bool names, ma_buf_t *why)
{
    (void)paths;
    (void)count;
    (void)names;
    add_reason(why, "landlock", ENOSYS);
    return SANDBOX_NONE;
}
#endif

/* ---- seccomp ---------------------------------------------------------------------------------- */

#ifdef HAVE_SECCOMP
/* Reading, writing to what is open, memory, time. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(lseek), SCMP_SYS(_llseek), SCMP_SYS(dup), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(fstat64),
    SCMP_SYS(newfstatat), SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(stat), SCMP_SYS(fadvise64),
    SCMP_SYS(fadvise64_64), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(brk), SCMP_SYS(munmap),
    SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(tgkill), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(restart_syscall),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(getrusage),
};

/* What only an attack would try ends the process; what else is not allowed fails. */
static const int fatal[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_writev),
};

/* Is it a terminal, and how wide? Others could type into it. */
static const unsigned long terminal[] = {TCGETS, TIOCGWINSZ};

static int add_rules(scmp_filter_ctx filter)
{
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if (allowed[i] >= 0) /* this machine has it */
            ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (i = 0; ret == 0 && i < sizeof(fatal) / sizeof(fatal[0]); i++)
        ret = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, fatal[i], 0);
    if (ret == 0)
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
    if (ret == 0 && SCMP_SYS(open) >= 0) /* musl's, where there still is one */
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                               SCMP_A1(SCMP_CMP_MASKED_EQ, O_ACCMODE | O_CREAT | O_TRUNC, O_RDONLY));
    if (ret == 0 && SCMP_SYS(mmap) >= 0)
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (ret == 0 && SCMP_SYS(mmap2) >= 0)
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap2), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (ret == 0)
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    for (i = 0; ret == 0 && i < sizeof(terminal) / sizeof(terminal[0]); i++)
        ret = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                               SCMP_A1(SCMP_CMP_EQ, terminal[i], 0));
    return ret;
}

static int enter_seccomp(ma_buf_t *why)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int ret;

    if (filter == NULL) {
        add_reason(why, "seccomp", ENOMEM);
        return SANDBOX_NONE;
    }
    ret = add_rules(filter);
    if (ret == 0)
        ret = seccomp_load(filter);
    if (ret != 0)
        add_reason(why, "seccomp", -ret);
    seccomp_release(filter);
    return ret == 0 ? SANDBOX_SECCOMP : SANDBOX_NONE;
}
#else
static int enter_seccomp(ma_buf_t *why)
{
    add_reason(why, "seccomp: not in this build", ENOSYS);
    return SANDBOX_NONE;
}
#endif

int sandbox_enter(const char *const *paths, size_t count, bool names, ma_buf_t *why)
{
    int held;

#ifdef WATCHED
    ma_buf_text(why, "not in a build with sanitizers or coverage");
    return SANDBOX_NONE;
#endif
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        add_reason(why, "no_new_privs", errno);
        return SANDBOX_NONE;
    }
    held = enter_landlock(paths, count, names, why);
    return held | enter_seccomp(why);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit.c - the audit of large captures beside tshark's extraction of certificates and a bare loop
 * over the packets: audit MAKE_LOAD AUDIT PLUGINS DIRECTORY [CONNECTIONS].
 *
 * Each is a process of its own; time is of CPU, user and system, with the median of runs that take
 * turns. tshark runs once: it takes a minute. Captures are in the page cache.
 */
#define _DEFAULT_SOURCE /* wait4() */

#include <fcntl.h>
#include <pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS = 5, MAX_WORDS = 15 };

typedef struct cost {
    double seconds;
    double megabytes; /**< resident, at the worst moment */
} cost_t;

/* ---- the loop ---------------------------------------------------------------------------------- */

static int loop(const char *path)
{
    char why[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_open_offline(path, why);
    struct pcap_pkthdr *header;
    const u_char *data;
    unsigned long octets = 0;

    if (pcap == NULL)
        return 1;
    while (pcap_next_ex(pcap, &header, &data) == 1)
        octets += header->caplen;
    pcap_close(pcap);
    return octets == 0;
}

/* ---- processes ---------------------------------------------------------------------------------- */

static void redirect(int number, int flags, const char *path)
{
    const int file = open(path, flags, 0600);

    if (file < 0 || dup2(file, number) < 0)
        _exit(126);
    (void)close(file);
}

/* Becomes that program. */
static void run(const char *const *words)
{
    char *argv[MAX_WORDS + 1] = {NULL};
    unsigned i;

    for (i = 0; i < MAX_WORDS && words[i] != NULL; i++)
        argv[i] = strdup(words[i]);
    execvp(argv[0], argv);
    _exit(127);
}

/* argv NULL: the loop over `path`. Ends the program if the work goes wrong. */
static cost_t measure(const char *const *argv, const char *path)
{
    struct rusage usage;
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        redirect(STDOUT_FILENO, O_WRONLY, "/dev/null");
        redirect(STDERR_FILENO, O_WRONLY, "/dev/null");
        if (argv == NULL)
            _exit(loop(path));
        run(argv);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status)) {
        fprintf(stderr, "bench: %s broke off\n", argv != NULL ? argv[0] : "the loop");
        exit(1);
    }
    if (WEXITSTATUS(status) != 0) {
        fprintf(stderr, "bench: %s: exit status %d\n", argv != NULL ? argv[0] : "the loop",
                WEXITSTATUS(status));
        exit(1);
    }
    return (cost_t){(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                        (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
                    (double)usage.ru_maxrss / 1024};
}

static int by_seconds(const void *a, const void *b)
{
    const cost_t *left = a, *right = b;

    return (left->seconds > right->seconds) - (left->seconds < right->seconds);
}

/* ---- captures ----------------------------------------------------------------------------------- */

typedef struct scene {
    const char *name;
    const char *connections, *clients, *octets, *ca; /**< of make-load */
} scene_t;

static void make_load(const char *maker, const scene_t *scene, const char *folder)
{
    const char *const argv[] = {maker,         folder,    scene->connections, scene->clients,
                                scene->octets, scene->ca, NULL};

    (void)mkdir(folder, 0700);
    (void)measure(argv, NULL);
}

static double size_of(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? (double)info.st_size / 1e9 : 0;
}

static void bench(const scene_t *scene, const char *audit, const char *plugins,
                  const char *folder)
{
    char policy[4200], capture[4200];
    const char *const own[] = {audit, "--insecure-files", "--plugin-dir", plugins, "--policy", policy,
                         "--json", capture, NULL};
    const char *const tshark[] = {"tshark", "-r", capture, "-Y", "tls.handshake.type==11", "-T", "fields",
                            "-e", "tls.handshake.certificate", NULL};
    cost_t ours[RUNS], loops[RUNS], theirs;
    unsigned i;

    snprintf(policy, sizeof(policy), "%s/load.conf", folder);
    snprintf(capture, sizeof(capture), "%s/load.pcap", folder);
    (void)measure(NULL, capture); /* into the page cache */
    for (i = 0; i < RUNS; i++) {
        loops[i] = measure(NULL, capture);
        ours[i] = measure(own, NULL);
    }
    qsort(ours, RUNS, sizeof(cost_t), by_seconds);
    qsort(loops, RUNS, sizeof(cost_t), by_seconds);
    printf("%-24s %5.2f %9.3f %9.3f %9.2f %7.1f", scene->name, size_of(capture),
           ours[RUNS / 2].seconds, loops[RUNS / 2].seconds,
           loops[RUNS / 2].seconds / ours[RUNS / 2].seconds, ours[RUNS / 2].megabytes);
    fflush(stdout);
    theirs = measure(tshark, NULL);
    printf(" %9.2f %9.0f %7.0f\n", theirs.seconds, theirs.seconds / ours[RUNS / 2].seconds,
           theirs.megabytes);
}

int main(int argc, char **argv)
{
    static const scene_t scenes[] = {
        {"100,000 of 64 clients", "100000", "64", "6600", "p256"},
        {"100,000 of 10,000", "100000", "10000", "6600", "p256"},
        {"the same, RSA-2048 CA", "100000", "10000", "6600", "rsa"},
        {"bulk", "800", "64", "2300000", "p256"},
    };
    char folder[4096];
    unsigned i;

    if (argc != 5) {
        fprintf(stderr, "usage: audit MAKE_LOAD AUDIT PLUGINS DIRECTORY\n");
        return 2;
    }
    printf("Captures judged by validity, crl and cn, JSON lines out: seconds of CPU (medians of %d\n"
           "runs), resident MB; beside a bare pcap_next_ex loop and tshark's tls.handshake.type==11.\n",
           RUNS);
    printf("%-24s %5s %9s %9s %9s %7s %9s %9s %7s\n", "capture", "GB", "audit", "loop", "loop/",
           "MB", "tshark", "tshark/", "MB");
    for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        snprintf(folder, sizeof(folder), "%s/%u", argv[4], i);
        make_load(argv[1], &scenes[i], folder);
        bench(&scenes[i], argv[2], argv[3], folder);
    }
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - how long one client waits while a policy with a CRL of a million entries is loaded
 * again and again: a thread authorizes without a pause, another reloads. The first decision by a
 * new policy is among those that are timed, with all that it finds not yet done.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/crl_readers.h"

enum { ENTRIES = 1000000, RELOADS = 7, MOST = 1 << 23, QUIET = 1000000 };

typedef struct loop {
    mtlsauth_request_t *request;
    atomic_bool stop;
    uint32_t *times; /* nanoseconds */
    size_t count;
    size_t most;
    bool wrong;
} loop_t;

static uint64_t wall_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void *authorize(void *argument)
{
    loop_t *loop = argument;

    while (!atomic_load(&loop->stop) && loop->count < loop->most) {
        uint64_t before = wall_now(), after;
        if (mtlsauth_authorize(loop->request) != 1)
            loop->wrong = true;
        after = wall_now();
        loop->times[loop->count++]
            = after - before > UINT32_MAX ? UINT32_MAX : (uint32_t)(after - before);
    }
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static void print_row(const char *what, loop_t *loop)
{
    if (loop->wrong || loop->count == 0) {
        fprintf(stderr, "bench: a wrong answer %s\n", what);
        exit(1);
    }
    qsort(loop->times, loop->count, sizeof(loop->times[0]), by_size);
    printf("%-16s %10zu %10.2f %10.2f %10.2f\n", what, loop->count,
           loop->times[loop->count / 2] / 1e3, loop->times[loop->count / 1000 * 999] / 1e3,
           loop->times[loop->count - 1] / 1e3);
}

/* Returns the milliseconds of one reload. */
static double reload_meanwhile(loop_t *loop, mtlsauth_engine_t *engine)
{
    pthread_t thread;
    uint64_t before;
    unsigned i;
    int wrong = 0;

    if (pthread_create(&thread, NULL, authorize, loop) != 0)
        exit(1);
    before = wall_now();
    for (i = 0; i < RELOADS; i++)
        wrong |= mtlsauth_engine_reload(engine, NULL);
    before = wall_now() - before;
    atomic_store(&loop->stop, true);
    pthread_join(thread, NULL);
    loop->wrong |= wrong != 0;
    return (double)before / RELOADS / 1e6;
}

int main(void)
{
    static crl_scene_t scene;
    static loop_t loop;
    mtlsauth_engine_t *engine;
    double each;

    crl_scene_open(&scene);
    crl_scene_fill(&scene, ENTRIES);
    engine = crl_scene_engine(&scene, "crl.conf", &loop.request);
    loop.times = malloc(MOST * sizeof(loop.times[0]));
    if (loop.times == NULL)
        return 1;
    printf("\nOne decision, with a CRL of %d entries, microseconds by the wall clock.\n", ENTRIES);
    printf("%-16s %10s %10s %10s %10s\n", "", "decisions", "median", "99.9 %", "worst");
    loop.most = QUIET;
    authorize(&loop);
    print_row("no reload", &loop);
    loop.count = 0;
    loop.most = MOST;
    each = reload_meanwhile(&loop, engine);
    print_row("during reloads", &loop);
    printf("(%d reloads of %.0f ms each)\n", RELOADS, each);
    mtlsauth_request_free(loop.request);
    mtlsauth_engine_free(engine);
    crl_scene_close(&scene);
    free(loop.times);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * threads.c - one engine, many threads and processes: every answer is that of one whole policy,
 * while another thread reloads as fast as it can. To be run under ThreadSanitizer too.
 */
#include "scene.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_THREADS = 8, N_RELOADS = 150, N_LEAST = 200, N_CHILDREN = 4 };

#define CRL ENTRY("requisite", "crl", "files = [ \"ca.crl\" ];")
#define JOHN TRUST STACK(VALIDITY CRL CN("required", "John Doe"))
#define JANE TRUST STACK(VALIDITY CRL CN("required", "Jane Roe"))

/* What all threads share, and what they found wrong: CUnit is for one thread. */
typedef struct shared {
    scene_t *scene;
    mtlsauth_engine_t *engine;
    char digests[2][65]; /* of the policy for John, and of that for Jane */
    atomic_bool stop;
    atomic_uint wrong;
    atomic_uint seen[2]; /* decisions by each */
} shared_t;

/* 0 or 1: the policy that a decision says it is of; -1: none of ours. */
static int policy_of(const shared_t *shared, const mtlsauth_decision_t *decision)
{
    int i;

    for (i = 0; i < 2; i++)
        if (strcmp(decision->policy_digest, shared->digests[i]) == 0)
            return i;
    return -1;
}

/* One question, of John (0), of Jane (1) or of one who signed his own (2). */
static bool is_right(shared_t *shared, mtlsauth_request_t *request, unsigned who)
{
    const issued_t *clients[3] = { &shared->scene->john, &shared->scene->jane,
                                   &shared->scene->alone };
    int allowed = ask(request, clients[who]);
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    int policy = policy_of(shared, decision);

    if (policy < 0)
        return false;
    atomic_fetch_add(&shared->seen[policy], 1);
    if (who == 2)
        return allowed == 0 && decision->result == MTLSAUTH_UNTRUSTED && decision->n_trace == 1;
    if (allowed != ((unsigned)policy == who) || decision->n_trace != 3)
        return false;
    return decision->result == (allowed ? MTLSAUTH_SUCCESS : MTLSAUTH_NO_MATCH);
}

static void *worker(void *argument)
{
    shared_t *shared = argument;
    mtlsauth_request_t *request = NULL;
    unsigned i;

    if (mtlsauth_request_new(shared->engine, &request) != 0) {
        atomic_fetch_add(&shared->wrong, 1);
        return NULL;
    }
    for (i = 0; i < N_LEAST || !atomic_load(&shared->stop); i++) {
        if (!is_right(shared, request, i % 3))
            atomic_fetch_add(&shared->wrong, 1);
        if (i % 16 == 0) { /* requests come and go too */
            mtlsauth_request_free(request);
            if (mtlsauth_engine_has_service(shared->engine, "p") != 1
                || mtlsauth_request_new(shared->engine, &request) != 0) {
                atomic_fetch_add(&shared->wrong, 1);
                return NULL;
            }
        }
    }
    mtlsauth_request_free(request);
    return NULL;
}

/* Reloads: John, Jane, something broken, in turns; and some that are prepared for nothing. */
static void *reloader(void *argument)
{
    static const char *const policies[3] = { JANE, "stack = (", JOHN };
    shared_t *shared = argument;
    unsigned i;

    for (i = 0; i < N_RELOADS; i++) {
        mtlsauth_snapshot_t *unwanted = NULL;
        fixture_write(&shared->scene->fixture, "p.conf", policies[i % 3]);
        if ((mtlsauth_engine_reload(shared->engine, NULL) == 0) != (i % 3 != 1))
            atomic_fetch_add(&shared->wrong, 1);
        if (i % 6 == 0 && mtlsauth_engine_prepare(shared->engine, &unwanted, NULL) == 0)
            mtlsauth_snapshot_free(unwanted);
    }
    atomic_store(&shared->stop, true);
    return NULL;
}

/* Learns what the two policies' digests are; ends with that for John in force. */
static void open_shared(shared_t *shared, scene_t *scene)
{
    static const char *const policies[2] = { JOHN, JANE };
    mtlsauth_request_t *request;
    gnutls_datum_t list;
    int i;

    scene_open(scene);
    list = crl_issue(&(crl_spec_t) { .number = 1 }, &scene->root);
    fixture_write_bytes(&scene->fixture, "ca.crl", list.data, list.size);
    gnutls_free(list.data);
    shared->scene = scene;
    fixture_write(&scene->fixture, "p.conf", JOHN);
    shared->engine = fixture_engine_ok(&scene->fixture, "p.conf");
    request = new_request(shared->engine);
    for (i = 1; i >= 0; i--) {
        fixture_write(&scene->fixture, "p.conf", policies[i]);
        TAP_INT(mtlsauth_engine_reload(shared->engine, NULL), 0);
        (void)!ask(request, NULL);
        snprintf(shared->digests[i], sizeof(shared->digests[i]), "%s",
                 mtlsauth_decision(request)->policy_digest);
    }
    TAP_TRUE(strcmp(shared->digests[0], shared->digests[1]) != 0);
    mtlsauth_request_free(request);
}

static void close_shared(shared_t *shared)
{
    mtlsauth_engine_free(shared->engine);
    scene_close(shared->scene);
}

static void threads_under_reloads(void)
{
    pthread_t threads[N_THREADS + 1];
    shared_t shared = { .stop = false };
    scene_t scene;
    size_t i, started = 0;

    open_shared(&shared, &scene);
    while (started < N_THREADS && pthread_create(&threads[started], NULL, worker, &shared) == 0)
        started++;
    TAP_INT(started, N_THREADS);
    if (pthread_create(&threads[started], NULL, reloader, &shared) == 0)
        started++;
    else
        atomic_store(&shared.stop, true);
    TAP_INT(started, N_THREADS + 1);
    for (i = 0; i < started; i++)
        TAP_INT(pthread_join(threads[i], NULL), 0);
    TAP_INT(atomic_load(&shared.wrong), 0);
    TAP_TRUE(atomic_load(&shared.seen[0]) > 0); /* both were in force at times */
    TAP_TRUE(atomic_load(&shared.seen[1]) > 0);
    close_shared(&shared);
}

/* ---- processes ------------------------------------------------------------------------------ */

/* A child's life: it decides with a request of its own and with one made before the fork. */
static int child(shared_t *shared, mtlsauth_request_t *inherited, int out)
{
    mtlsauth_request_t *request = NULL;
    char ids[2][16];
    unsigned i;

    if (mtlsauth_request_new(shared->engine, &request) != 0)
        return 1;
    for (i = 0; i < 30; i++)
        if (!is_right(shared, request, i % 3) || !is_right(shared, inherited, i % 3))
            return 2;
    memcpy(ids[0], mtlsauth_decision(request)->id, sizeof(ids[0]));
    memcpy(ids[1], mtlsauth_decision(inherited)->id, sizeof(ids[1]));
    if (write(out, ids, sizeof(ids)) != (ssize_t)sizeof(ids))
        return 3;
    mtlsauth_request_free(request);
    mtlsauth_request_free(inherited);
    /* each process reloads for itself */
    if (mtlsauth_engine_reload(shared->engine, NULL) != 0)
        return 4;
    mtlsauth_engine_free(shared->engine);
    return 0;
}

static void check_ids(int in)
{
    char ids[2 * N_CHILDREN][16];
    size_t i, j;

    /* Shorter than a pipe holds, and all who write have ended. */
    if (!TAP_INT(read(in, ids, sizeof(ids)), sizeof(ids)))
        return;
    for (i = 0; i < COUNT(ids); i++)
        for (j = 0; j < i; j++)
            TAP_TRUE(memcmp(ids[i], ids[j], sizeof(ids[0])) != 0);
}

static void fork_after_open(void)
{
    shared_t shared = { .stop = false };
    mtlsauth_request_t *request;
    pid_t children[N_CHILDREN];
    scene_t scene;
    int i, status, ends[2];

    open_shared(&shared, &scene);
    request = new_request(shared.engine);
    TAP_INT(ask(request, &scene.john), 1);
    if (!TAP_INT(pipe(ends), 0))
        return;
    fflush(stdout);
    for (i = 0; i < N_CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(child(&shared, request, ends[1]));
        TAP_TRUE(children[i] > 0);
    }
    /* the parent goes on meanwhile */
    TAP_TRUE(is_right(&shared, request, 1));
    for (i = 0; i < N_CHILDREN; i++) {
        if (children[i] <= 0 || !TAP_INT(waitpid(children[i], &status, 0), children[i]))
            continue;
        TAP_TRUE(WIFEXITED(status));
        TAP_INT(WEXITSTATUS(status), 0);
    }
    close(ends[1]); /* or reading would wait for ids that nobody writes */
    check_ids(ends[0]);
    close(ends[0]);
    TAP_TRUE(is_right(&shared, request, 0));
    mtlsauth_request_free(request);
    close_shared(&shared);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "fork after open", fork_after_open },
        { "threads under a reload loop", threads_under_reloads },
    };

    return tap_main("threads", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * remembered.c - what the library remembers of earlier requests changes no answer, and a client
 * seen before costs no memory and no lock.
 *
 * The oracle is the same policy with cache = 0, which judges every request from its bytes alone:
 * both are asked the same questions, in an order that gives the one that remembers every chance to
 * mix them up.
 */
#include "scene.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "allocations.h"

/* ---- what is counted ------------------------------------------------------------------------ */

#if ALLOCATIONS_COUNT
static unsigned long locks;

MTLSAUTH_EXPORT int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    static int (*real)(pthread_mutex_t *);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    locks++;
    return real(mutex);
}

MTLSAUTH_EXPORT int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    static int (*real)(pthread_rwlock_t *);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "pthread_rwlock_rdlock");
    locks++;
    return real(lock);
}
#endif

/* ---- the scene ------------------------------------------------------------------------------ */

enum { FORGED = 5, CHANGED, N_CLIENTS, N_CHAIN = 8 };

typedef struct world {
    fixture_t fixture;
    issued_t root, root2;
    issued_t impostor; /* has the name of the CA, and another key */
    issued_t clients[N_CLIENTS];
    issued_t chain[N_CHAIN]; /* what clients may send along */
} world_t;

static void put_list(world_t *world, const char *name, const issued_t *issuer,
                     const issued_t *revoked)
{
    const crl_spec_t spec = { .revoked = &revoked, .n_revoked = revoked != NULL,
                              .next_update = CERTS_NOW + 200 * CERTS_DAY };
    gnutls_datum_t list = crl_issue(&spec, issuer);

    fixture_write_bytes(&world->fixture, name, list.data, list.size);
    gnutls_free(list.data);
}

/*
 * One CA with three certificates: by the first root, by the second (revoked by it), and by the
 * first with dates that are over soon. A CA below it, a stranger, and a client as a client's
 * companion.
 */
static void make_world(world_t *world)
{
    const cert_spec_t ca = { .cn = "CA", .ca = true };
    const cert_spec_t short_ca = { .cn = "CA", .ca = true, .not_after = CERTS_NOW + CERTS_DAY };
    issued_t *chain = world->chain, *clients = world->clients;

    cert_issue(&world->root, &(cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    cert_issue(&world->root2, &(cert_spec_t) { .cn = "Root Two", .ca = true }, NULL);
    cert_issue(&chain[0], &ca, &world->root);
    cert_issue_for(&chain[1], &ca, &world->root2, chain[0].key);
    cert_issue_for(&chain[2], &short_ca, &world->root, chain[0].key);
    cert_issue(&chain[3], &(cert_spec_t) { .cn = "CA Below", .ca = true }, &chain[0]);
    cert_issue(&chain[4], &(cert_spec_t) { .cn = "Stranger", .ca = true }, NULL);
    cert_issue_for(&chain[5], &(cert_spec_t) { .cn = "Root", .ca = true }, NULL, world->root.key);
    cert_issue(&clients[0], &(cert_spec_t) { .cn = "John Doe" }, &chain[0]);
    cert_issue(&clients[1], &(cert_spec_t) { .cn = "Jane Roe", .not_after = CERTS_NOW + 9 },
               &chain[0]);
    cert_issue(&clients[2], &(cert_spec_t) { .cn = "John Below" }, &chain[3]);
    cert_issue(&clients[3], &(cert_spec_t) { .cn = "Revoked" }, &chain[0]);
    cert_issue(&clients[4], &(cert_spec_t) { .cn = "John Strange" }, &chain[4]);
    cert_issue(&world->impostor, &ca, NULL);
    cert_issue(&clients[FORGED], &(cert_spec_t) { .cn = "John Forged" }, &world->impostor);
    cert_issue(&clients[CHANGED], &(cert_spec_t) { .cn = "John Changed" }, &chain[0]);
    clients[CHANGED].der.data[clients[CHANGED].der.size - 1] ^= 1; /* of the signature */
    chain[6] = clients[0]; /* whose certificate is sent by others too */
    chain[7] = world->root;
    fixture_write_bytes(&world->fixture, "ca.pem", world->root.pem.data, world->root.pem.size);
    fixture_write_bytes(&world->fixture, "ca2.pem", world->root2.pem.data, world->root2.pem.size);
    fixture_write_bytes(&world->fixture, "short.pem", chain[2].pem.data, chain[2].pem.size);
    put_list(world, "root.crl", &world->root, NULL);
    put_list(world, "root2.crl", &world->root2, &chain[1]);
    put_list(world, "ca.crl", &chain[0], &clients[3]);
    put_list(world, "below.crl", &chain[3], NULL);
}

/* `pool`: whether the policy brings the CA that is over soon. */
static mtlsauth_engine_t *open_policy(world_t *world, const char *name, bool pool,
                                      const char *validity)
{
    fixture_printf(&world->fixture, name,
                   "trust = { anchors = [ \"ca.pem\", \"ca2.pem\" ]; %s };\n"
                   "stack = ( { control = \"requisite\"; plugin = \"validity\"; %s },\n"
                   "  { control = \"requisite\"; plugin = \"crl\"; freshness = \"if_present\";\n"
                   "    files = [ \"root.crl\", \"root2.crl\", \"ca.crl\", \"below.crl\" ]; },\n"
                   "  { control = \"required\"; plugin = \"cn\"; allow = [ \"J*\" ]; } );\n",
                   pool ? "intermediates = [ \"short.pem\" ];" : "", validity);
    return fixture_engine_ok(&world->fixture, name);
}

/* ---- questions ------------------------------------------------------------------------------ */

typedef struct question {
    unsigned client;
    unsigned chain[4];
    unsigned n_chain;
    int64_t time;
} question_t;

/* Pseudo-random, the same each time: a test that fails must fail again. */
static unsigned next(uint32_t *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 16) % below;
}

static question_t draw(uint32_t *state)
{
    static const int64_t times[] = {
        CERTS_NOW,                   /* all is valid */
        CERTS_NOW + 9,               /* Jane's last second */
        CERTS_NOW + 10,              /* and the first after it */
        CERTS_NOW + CERTS_DAY,       /* the last of the CA that is over soon */
        CERTS_NOW + CERTS_DAY + 1,   /* the first after it */
        CERTS_NOW - 31 * CERTS_DAY,  /* nothing is valid yet, and no list made */
        CERTS_NOW - 1 * CERTS_DAY,   /* thisUpdate of the lists */
        CERTS_NOW - 1 * CERTS_DAY - 1,
        CERTS_NOW + 200 * CERTS_DAY, /* nextUpdate */
        CERTS_NOW + 200 * CERTS_DAY + 1,
    };
    question_t question = { .client = next(state, N_CLIENTS), .n_chain = next(state, 5) };
    unsigned i;

    for (i = 0; i < question.n_chain; i++) /* mostly what leads somewhere */
        question.chain[i] = next(state, next(state, 3) > 0 ? 4 : N_CHAIN);
    question.time = times[next(state, 3) > 0 ? 0 : next(state, COUNT(times))];
    return question;
}

static int ask_question(const world_t *world, mtlsauth_request_t *request,
                        const question_t *question)
{
    const issued_t *client = &world->clients[question->client];
    unsigned i;

    mtlsauth_request_reset(request);
    mtlsauth_request_leaf(request, client->der.data, client->der.size);
    for (i = 0; i < question->n_chain; i++)
        mtlsauth_request_chain(request, world->chain[question->chain[i]].der.data,
                               world->chain[question->chain[i]].der.size);
    mtlsauth_request_time(request, question->time);
    return mtlsauth_authorize(request);
}

/* All that a decision says, but for its id. */
static const char *told(const mtlsauth_request_t *request, char *text, size_t size)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    size_t i, at = (size_t)snprintf(text, size, "%d %s: %s", decision->verdict, decision->reason,
                                    decision->message);

    for (i = 0; i < decision->n_trace && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "\n#     %s %s: %s",
                               decision->trace[i]->plugin, decision->trace[i]->result,
                               decision->trace[i]->message);
    return text;
}

static bool agree(const world_t *world, mtlsauth_request_t *remembers,
                  mtlsauth_request_t *forgets, const question_t *question)
{
    char ours[4096], oracle[4096];
    unsigned i;

    ask_question(world, remembers, question);
    ask_question(world, forgets, question);
    if (strcmp(told(remembers, ours, sizeof(ours)), told(forgets, oracle, sizeof(oracle))) == 0)
        return true;
    printf("# client %u at %+lld with", question->client, (long long)(question->time - CERTS_NOW));
    for (i = 0; i < question->n_chain; i++)
        printf(" %u", question->chain[i]);
    printf("\n#   remembered: %s\n#   afresh:     %s\n", ours, oracle);
    return false;
}

static void compare(world_t *world, bool pool, const char *cache, const char *validity,
                    uint32_t flags)
{
    enum { QUESTIONS = 6000 };
    char with[256], without[256];
    mtlsauth_engine_t *remembers, *forgets;
    mtlsauth_request_t *a, *b;
    uint32_t state = 7;
    unsigned i, allowed = 0;
    bool same = true;

    world->fixture.flags = flags;
    snprintf(with, sizeof(with), "%s %s", cache, validity);
    snprintf(without, sizeof(without), "cache = 0; %s", validity);
    remembers = open_policy(world, "remembers.conf", pool, with);
    forgets = open_policy(world, "forgets.conf", pool, without);
    a = new_request(remembers);
    b = new_request(forgets);
    for (i = 0; i < QUESTIONS && same; i++) {
        const question_t question = draw(&state);
        same = agree(world, a, b, &question);
        allowed += mtlsauth_decision(b)->verdict == MTLSAUTH_ALLOW;
    }
    TAP_TRUE(same);
    TAP_TRUE(allowed > QUESTIONS / 10 && allowed < QUESTIONS / 10 * 9); /* both kinds came */
    mtlsauth_request_free(a);
    mtlsauth_request_free(b);
    mtlsauth_engine_free(remembers);
    mtlsauth_engine_free(forgets);
}

static world_t world;

static void same_answers(void)
{
    compare(&world, false, "", "", 0);
    compare(&world, true, "", "", 0); /* with an intermediate of the policy's own */
}

static void same_explanations(void)
{
    compare(&world, false, "", "", MTLSAUTH_OPEN_EXPLAIN);
    compare(&world, true, "", "", MTLSAUTH_OPEN_EXPLAIN);
}

static void same_with_options(void)
{
    compare(&world, true, "", "min_remaining = \"5s\";", MTLSAUTH_OPEN_EXPLAIN);
    compare(&world, true, "", "clock_skew = \"1s\"; purpose = \"any\"; max_depth = 1;",
            MTLSAUTH_OPEN_EXPLAIN);
    compare(&world, true, "cache = 1;", "", 0); /* next to no room */
}

/* A replay judges by the dates of the lists. */
static void same_replays(void)
{
    compare(&world, true, "", "", MTLSAUTH_OPEN_OFFLINE);
    compare(&world, true, "", "", MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_EXPLAIN);
}

/* The path is remembered, and holds a while longer by clock_skew; the field is of the request. */
static void dates_are_judged_anew(void)
{
    static const struct {
        int64_t after; /* CERTS_NOW; Jane's last second is 9 */
        const char *reason;
    } rows[] = {
        { 0, "success" }, { 9, "success" }, { 10, "rule" }, { 9, "success" }, { 11, "rule" },
        { 10, "rule" }, { 0, "success" },
    };
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i;

    world.fixture.flags = 0;
    fixture_printf(&world.fixture, "current.conf",
                   "trust = { anchors = [ \"ca.pem\" ]; };\n"
                   "stack = ( { control = \"requisite\"; plugin = \"validity\";\n"
                   "    clock_skew = \"1h\"; },\n"
                   "  { control = \"requisite\"; plugin = \"deny\";\n"
                   "    when = \"not tls_client_auth.cert_current\"; },\n"
                   "  { control = \"required\"; plugin = \"permit\"; } );\n");
    engine = fixture_engine_ok(&world.fixture, "current.conf");
    request = new_request(engine);
    for (i = 0; i < COUNT(rows); i++) {
        const question_t question = { .client = 1, .chain = { 0 }, .n_chain = 1,
                                      .time = CERTS_NOW + rows[i].after };
        (void)ask_question(&world, request, &question);
        TAP_STR(mtlsauth_decision(request)->reason, rows[i].reason);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

/* A signature that is bad stays bad, however often it comes, and between good ones. */
static void forgeries_stay_forged(void)
{
    static const unsigned clients[] = { FORGED, CHANGED };
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, times;

    world.fixture.flags = 0;
    engine = open_policy(&world, "forged.conf", false, "");
    request = new_request(engine);
    for (i = 0; i < COUNT(clients); i++) {
        for (times = 0; times < 5; times++) {
            question_t question = { .client = clients[i], .chain = { 0 }, .n_chain = 1,
                                    .time = CERTS_NOW };
            tap_row("client %u, time %zu", clients[i], times);
            TAP_INT(ask_question(&world, request, &question), 0);
            TAP_STR(mtlsauth_decision(request)->reason, "bad_signature");
            question.client = 0;
            TAP_INT(ask_question(&world, request, &question), 1);
        }
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
}

static void a_hit_is_free(void)
{
#if ALLOCATIONS_COUNT
    const question_t question = { .client = 0, .chain = { 0 }, .n_chain = 1, .time = CERTS_NOW };
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    unsigned i;

    world.fixture.flags = 0;
    engine = open_policy(&world, "free.conf", false, "");
    request = new_request(engine);
    for (i = 0; i < 4; i++) /* met, kept, recalled, and the room of the request found */
        TAP_INT(ask_question(&world, request, &question), 1);
    TAP_TRUE(allocations > 0 && locks > 0); /* they are counted: loading takes both */
    allocations = locks = 0;
    for (i = 0; i < 100; i++)
        ask_question(&world, request, &question);
    TAP_INT(mtlsauth_decision(request)->verdict, MTLSAUTH_ALLOW);
    TAP_INT(allocations, 0);
    TAP_INT(locks, 0);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
#else
    tap_skip("nothing is counted here: a sanitizer, or no glibc");
#endif
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "what is remembered changes no answer", same_answers },
        { "nor what is said of it", same_explanations },
        { "whatever the options", same_with_options },
        { "nor a replay's", same_replays },
        { "dates of the certificate are judged anew", dates_are_judged_anew },
        { "what is forged stays forged", forgeries_stay_forged },
        { "a client seen before costs no allocation and no lock", a_hit_is_free },
    };
    int status;

    fixture_open(&world.fixture);
    make_world(&world);
    status = tap_main("remembered", tests, COUNT(tests));
    fixture_close(&world.fixture);
    return status;
}

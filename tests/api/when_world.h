/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * when_world.h - what the tests of conditions share: the fields that the server supplies, John and
 * one whose certificate is revoked, and one question to one policy.
 */
#ifndef TESTS_WHEN_WORLD_H
#define TESTS_WHEN_WORLD_H

#include "scene.h"

enum { HOST, PATH, SOURCE, RESUMED, HEADERS, N_ATTRIBUTES };

static const char *const attributes[N_ATTRIBUTES] = {
    [HOST] = "http.host",   [PATH] = "http.request.uri.path",    [SOURCE] = "ip.src",
    [RESUMED] = "tls.resumed", [HEADERS] = "http.request.headers",
};

#define DENY_WHEN(when) ENTRY("requisite", "deny", "when = \"" when "\";")
typedef struct world {
    scene_t scene;
    issued_t revoked;
} world_t;

static inline void world_open(world_t *world)
{
    const issued_t *revoked = &world->revoked;
    gnutls_datum_t list;

    scene_open(&world->scene);
    cert_issue(&world->revoked, &(cert_spec_t) { .cn = "Revoked" }, &world->scene.root);
    /* one that is over by the clock of the machine would be warned of */
    list = crl_issue(&(crl_spec_t) { .revoked = &revoked, .n_revoked = 1,
                                     .next_update = CERTS_NOW + 36500 * CERTS_DAY },
                     &world->scene.root);
    fixture_write_bytes(&world->scene.fixture, "ca.crl", list.data, list.size);
    gnutls_free(list.data);
    world->scene.fixture.attributes = attributes;
    world->scene.fixture.n_attributes = N_ATTRIBUTES;
}

static inline void world_close(world_t *world)
{
    cert_free(&world->revoked);
    scene_close(&world->scene);
}

/* One question. NULL: not given. */
typedef struct question {
    const issued_t *client;
    const char *host, *path;
} question_t;

static inline int judge(mtlsauth_request_t *request, const question_t *question)
{
    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CERTS_NOW);
    if (question->client != NULL)
        mtlsauth_request_leaf(request, question->client->der.data, question->client->der.size);
    if (question->host != NULL)
        mtlsauth_request_string(request, HOST, question->host, strlen(question->host));
    if (question->path != NULL)
        mtlsauth_request_string(request, PATH, question->path, strlen(question->path));
    return mtlsauth_authorize(request);
}

/* One engine of p.conf, and what it says to one question. */
typedef struct answer {
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    int allow;
} answer_t;

static inline answer_t world_ask(world_t *world, const question_t *question)
{
    answer_t answer = { .engine = fixture_engine_ok(&world->scene.fixture, "p.conf") };

    answer.request = new_request(answer.engine);
    answer.allow = judge(answer.request, question);
    return answer;
}

static inline void answer_free(answer_t *answer)
{
    mtlsauth_request_free(answer->request);
    mtlsauth_engine_free(answer->engine);
}

#endif

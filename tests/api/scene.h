/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scene.h - what most tests of the public functions begin with: a directory with an anchor in it,
 * a client whose certificate that anchor issued, and one who signed his own. Header only.
 */
#ifndef TESTS_API_SCENE_H
#define TESTS_API_SCENE_H

#include "certs.h"
#include "fixture.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Pieces of policies. */
#define TRUST "trust = { anchors = [ \"ca.pem\" ]; };\n"
#define ENTRY(control, plugin, more)                                                               \
    "  { control = \"" control "\"; plugin = \"" plugin "\"; " more " },\n"
#define OTHER(control, file) "  { control = \"" control "\"; file = \"" file "\"; },\n"
#define STACK(entries) "stack = (\n" entries ");\n"
#define VALIDITY ENTRY("requisite", "validity", "")
#define PERMIT ENTRY("required", "permit", "")
#define DENY ENTRY("requisite", "deny", "")
#define CN(control, name) ENTRY(control, "cn", "allow = [ \"" name "\" ];")

typedef struct scene {
    fixture_t fixture;
    issued_t root;  /* the anchor: ca.pem */
    issued_t john;  /* "John Doe", issued by it */
    issued_t jane;  /* "Jane Roe", issued by it */
    issued_t alone; /* "John Doe" too, signed by himself */
} scene_t;

static inline void scene_open(scene_t *scene)
{
    fixture_open(&scene->fixture);
    cert_issue(&scene->root, &(cert_spec_t) { .cn = "Test Root", .ca = true }, NULL);
    cert_issue(&scene->john, &(cert_spec_t) { .cn = "John Doe" }, &scene->root);
    cert_issue(&scene->jane, &(cert_spec_t) { .cn = "Jane Roe" }, &scene->root);
    cert_issue(&scene->alone, &(cert_spec_t) { .cn = "John Doe" }, NULL);
    fixture_write_bytes(&scene->fixture, "ca.pem", scene->root.pem.data, scene->root.pem.size);
}

static inline void scene_close(scene_t *scene)
{
    cert_free(&scene->root);
    cert_free(&scene->john);
    cert_free(&scene->jane);
    cert_free(&scene->alone);
    fixture_close(&scene->fixture);
}

/* A request object, which the machine must have memory for. */
static inline mtlsauth_request_t *new_request(mtlsauth_engine_t *engine)
{
    mtlsauth_request_t *request = NULL;

    TAP_INT(mtlsauth_request_new(engine, &request), 0);
    return request;
}

/* Asks for one client (NULL: who presented none) at the tests' time, and nothing else. */
static inline int ask(mtlsauth_request_t *request, const issued_t *client)
{
    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CERTS_NOW);
    if (client != NULL)
        mtlsauth_request_leaf(request, client->der.data, client->der.size);
    return mtlsauth_authorize(request);
}

static inline const char *reason_of(const mtlsauth_request_t *request)
{
    return mtlsauth_decision(request)->reason;
}

/* How often a text stands in what was logged. */
static inline size_t logged(const scene_t *scene, const char *text)
{
    const char *at = scene->fixture.log;
    size_t count = 0;

    for (; (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    return count;
}

/* The trace in short: "1 validity ignore, 2.1 cn ok". Static buffer. */
static inline const char *trace_of(const mtlsauth_request_t *request)
{
    static char text[2048];
    const mtlsauth_decision_t *decision = mtlsauth_decision(request);
    size_t i, used = 0;

    text[0] = '\0';
    for (i = 0; i < decision->n_trace && used < sizeof(text); i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %s %s",
                                 i > 0 ? ", " : "", decision->trace[i]->entry,
                                 decision->trace[i]->plugin, decision->trace[i]->action);
    return text;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* decision_text.c - decisions as a server's log and a decision log have them. */
#include "scene.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/decision_line.h"
#include "common/decision_log.h"

/* The line with the id as "ID". Static buffer. */
static const char *line_of(const mtlsauth_request_t *request)
{
    static char out[DECISION_LINE_SIZE];
    char *id;

    decision_line(mtlsauth_decision(request), out);
    id = strstr(out, mtlsauth_decision(request)->id);
    if (id != NULL) {
        memmove(id + 2, id + 16, strlen(id + 16) + 1);
        memcpy(id, "ID", 2);
    }
    return out;
}

static void lines(void)
{
    static const struct {
        const char *head;     /* of the policy */
        const char *next;     /* stack of its candidate, or NULL */
        int client;           /* 0: none, 1: John, 2: Jane */
        const char *line;
        int matters;
    } rows[] = {
        /* let in */
        { "", NULL, 1, "allow (success) policy=p entry=2 id=ID: the policy lets this client in", 0 },
        /* kept out */
        { "", NULL, 2, "deny (no_match) policy=p entry=2 id=ID: common name \"Jane Roe\" is not in allow", 1 },
        { "", NULL, 0, "deny (no_certificate) policy=p entry=1 id=ID: the client presented no certificate", 1 },
        /* monitor mode: who would be kept out is said; who would not is let in as ever */
        { "mode = \"monitor\";\n", NULL, 2,
          "allow (monitor: would deny, no_match) policy=p entry=2 id=ID: common name \"Jane Roe\" is not in allow", 1 },
        { "mode = \"monitor\";\n", NULL, 1, "allow (success) policy=p entry=2 id=ID: the policy lets this client in", 0 },
        /* a candidate that differs, and one that does not */
        { "candidate = \"p.next\";\n", VALIDITY DENY, 1,
          "allow (success) policy=p entry=2 id=ID candidate=p.next would deny (rule): "
          "the policy denies; the policy lets this client in", 1 },
        { "candidate = \"p.next\";\n", VALIDITY CN("required", "John Doe"), 1,
          "allow (success) policy=p entry=2 id=ID: the policy lets this client in", 0 },
    };
    scene_t scene;
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        const issued_t *clients[] = { NULL, &scene.john, &scene.jane };
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;
        const mtlsauth_decision_t *decision;
        tap_row("%s", rows[i].line);
        if (rows[i].next != NULL)
            fixture_printf(&scene.fixture, "p.next", TRUST "stack = (%s);", rows[i].next);
        fixture_printf(&scene.fixture, "p.conf", "%s" TRUST STACK(VALIDITY CN("required", "John Doe")),
                       rows[i].head);
        engine = fixture_engine_ok(&scene.fixture, "p.conf");
        request = new_request(engine);
        (void)!ask(request, clients[rows[i].client]);
        decision = mtlsauth_decision(request);
        TAP_STR(line_of(request), rows[i].line);
        TAP_INT(decision_matters(decision), rows[i].matters);
        TAP_STR(decision_verdict(decision), decision->verdict == MTLSAUTH_ALLOW ? "allow" : "deny");
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

/* A name that fills the line is cut, not written past its end. */
static void long_lines(void)
{
    char name[4000];
    mtlsauth_decision_t decision = { .reason = "rule", .policy = "p", .entry = "", .id = "0", .message = name };
    struct {
        char line[DECISION_LINE_SIZE];
        char behind;
    } room = { "", 'x' };

    memset(name, 'a', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    decision_line(&decision, room.line);
    TAP_INT(strlen(room.line), DECISION_LINE_SIZE - 1);
    TAP_INT(room.behind, 'x');
    TAP_HAS(room.line, "deny (rule) policy=p entry=- id=0: aaaa");
}

/* Octets of a file, NUL-terminated; to be freed. */
static char *file_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 17);

    if (file != NULL && text != NULL)
        (void)!fread(text, 1, (1 << 17) - 1, file);
    if (file != NULL)
        fclose(file);
    return text;
}

/* Each decision is one line, the very JSON of the library, also one that is longer than most. */
static void json_lines(void)
{
    static char names[24][210];
    char expected[1 << 16], *text;
    size_t sizes[2], at = 0, i;
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    cert_san_t sans[24];
    issued_t large;
    int fd;

    scene_open(&scene);
    for (i = 0; i < COUNT(sans); i++) {
        snprintf(names[i], sizeof(names[i]), "%02zu.%0190d", i, 0);
        sans[i] = (cert_san_t) { CERT_SAN_URI, names[i], strlen(names[i]) };
    }
    cert_issue(&large, &(cert_spec_t) { .cn = "John Doe", .sans = sans, .n_sans = COUNT(sans),
                                        .dn = NULL }, &scene.root);
    fixture_write(&scene.fixture, "p.conf", TRUST "forward = [ \"xfcc\", \"rfc9440\" ];\n" STACK(
                      VALIDITY CN("required", "John Doe")));
    engine = fixture_engine_ok(&scene.fixture, "p.conf");
    request = new_request(engine);
    fd = decision_log_open(fixture_path(&scene.fixture, "log"));
    TAP_TRUE(fd >= 0);
    for (i = 0; i < 2; i++) {
        (void)!ask(request, i == 0 ? &scene.jane : &large);
        TAP_INT(decision_log_write(fd, mtlsauth_decision(request)), 0);
        sizes[i] = sizeof(expected) - at - 1;
        TAP_INT(mtlsauth_decision_json(mtlsauth_decision(request), expected + at, &sizes[i]), 0);
        at += sizes[i];
        expected[at++] = '\n';
        expected[at] = '\0';
    }
    TAP_TRUE(sizes[0] < 8192 && sizes[1] > 8192);
    text = file_text(fixture_path(&scene.fixture, "log"));
    TAP_STR(text, expected);
    free(text);
    close(fd);
    /* a log that cannot be written is an error, and one that cannot be opened */
    TAP_INT(decision_log_write(fd, mtlsauth_decision(request)), -1);
    TAP_INT(errno, EBADF);
    TAP_INT(decision_log_open(fixture_path(&scene.fixture, "none/log")), -1);
    TAP_INT(errno, ENOENT);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    cert_free(&large);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "a decision in a line", lines },
        { "what is too long is cut", long_lines },
        { "a decision log", json_lines },
    };
    return tap_main("decision text", tests, COUNT(tests));
}

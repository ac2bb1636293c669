/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_bench.c - see plugin_bench.h. */
#include "golden/plugin_bench.h"

#include <stdio.h>
#include <stdlib.h>

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : otherwise;
}

void bench_open(fixture_t *fixture)
{
    fixture_open(fixture);
    fixture_printf(fixture, "bad.conf", BENCH_POLICY, "bad");
}

void bench_build(const fixture_t *fixture, const char *out, const char *source, const char *flags)
{
    const char *src = environment("srcdir", ".");
    int status = fixture_run(fixture,
                             "%s -std=c11 -w -shared -fPIC"
                             " -I '%s/libmtlsauth/include'"
                             " -I '%s/libmtlsauth/include' -o '%s/%s'"
                             " '%s/tests/golden/plugins/%s' %s",
                             environment("CC", "cc"), src, environment("builddir", "."),
                             fixture->dir, out, src, source, flags);

    if (status != 0) {
        printf("Bail out! cannot build %s with %s\n", source, flags);
        exit(99);
    }
}

void bench_replace(const fixture_t *fixture, const char *flags)
{
    bench_build(fixture, "new.so", "plain.c", flags);
    TAP_INT(rename(fixture_path(fixture, "new.so"), fixture_path(fixture, "plugins/bad.so")), 0);
}

answer_t bench_ask_entry(mtlsauth_engine_t *engine, size_t entry)
{
    answer_t answer = { -1, "", "" };
    mtlsauth_request_t *request = NULL;
    const mtlsauth_decision_t *decision;

    if (engine == NULL || mtlsauth_request_new(engine, &request) != 0)
        return answer;
    answer.allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    if (decision->n_trace > entry) {
        snprintf(answer.result, sizeof(answer.result), "%s", decision->trace[entry]->result);
        snprintf(answer.message, sizeof(answer.message), "%s", decision->trace[entry]->message);
    }
    mtlsauth_request_free(request);
    return answer;
}

answer_t bench_ask(mtlsauth_engine_t *engine)
{
    return bench_ask_entry(engine, 0);
}

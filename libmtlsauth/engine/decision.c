/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision.c - from a question to its answer: mtlsauth_authorize() and what it leaves to read.
 *
 * A decision begins as a denial, and every way out that is not the end leaves it one.
 */
#include "engine/decision.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/match.h"
#include "engine/credential.h"
#include "engine/dispatch.h"
#include "engine/forward.h"
#include "engine/select.h"

static void deny(mtlsauth_decision_t *decision, mtlsauth_result_t result, const char *message)
{
    decision->verdict = MTLSAUTH_DENY;
    decision->would = MTLSAUTH_DENY;
    decision->result = result;
    decision->reason = mtlsauth_result_name((int)result);
    decision->message = message;
}

void ma_decision_clear(mtlsauth_request_t *request)
{
    request->credential = (ma_credential_t) { .result = MTLSAUTH_SUCCESS };
    ma_arena_reset(&request->scratch);
    memset(request->id, '0', sizeof(request->id) - 1);
    request->decision = (mtlsauth_decision_t) {
        .struct_size = (uint32_t)sizeof(request->decision),
        .id = request->id,
        .server = request->engine->server,
        .policy = "",
        .policy_digest = "",
        .mode = "enforce",
        .entry = "",
    };
    deny(&request->decision, MTLSAUTH_ERROR, "nothing was decided yet");
}

const mtlsauth_request_t *ma_request_of(const mtlsauth_decision_t *decision)
{
    const char *inside = (const char *)decision;

    return (const mtlsauth_request_t *)(const void *)(inside
                                                      - offsetof(mtlsauth_request_t, decision));
}

/*
 * 16 hex digits that no other decision is likely to have: the request's random number, its count,
 * and the clock, which tells apart the children of a fork that share the first two.
 */
static void name_decision(mtlsauth_request_t *request)
{
    static const char digit[] = "0123456789abcdef";
    struct timespec now = { 0, 0 };
    uint64_t x = request->nonce + ++request->counter * UINT64_C(0x9e3779b97f4a7c15);
    size_t i;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    x ^= (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9); /* mixes all bits into all */
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    x ^= x >> 31;
    for (i = 0; i < sizeof(request->id) - 1; i++)
        request->id[i] = digit[(x >> (60 - 4 * i)) & 15];
    request->id[i] = '\0';
}

static bool prepare_check(mtlsauth_request_t *request, const mtlsauth_snapshot_t *snapshot,
                          const ma_policy_t *policy, ma_judgement_t *judgement)
{
    ma_arena_t *arena = &request->scratch;
    size_t n_facts = snapshot->facts.count - snapshot->facts.n_attributes;

    *judgement = (ma_judgement_t) { .message = "", .entry = "" };
    judgement->rows = ma_arena_array(arena, policy->n_entries, sizeof(*judgement->rows));
    judgement->trace = ma_arena_array(arena, policy->n_entries, sizeof(*judgement->trace));
    judgement->check.facts = ma_arena_array(arena, n_facts, sizeof(ma_fact_value_t));
    if (judgement->rows == NULL || judgement->trace == NULL || judgement->check.facts == NULL)
        return false;
    judgement->check.leaf = request->credential.leaf;
    judgement->check.chain = request->credential.chain;
    judgement->check.n_chain = request->credential.n_chain;
    judgement->check.now = request->decision.time;
    judgement->check.replay = request->engine->offline && request->has_time;
    judgement->check.offline = request->engine->offline;
    judgement->check.explain = request->engine->explain;
    judgement->check.strip = policy->strip;
    judgement->check.n_strip = policy->n_strip;
    judgement->check.trust = &policy->trust;
    judgement->check.known = snapshot->known;
    judgement->check.defs = &snapshot->facts;
    judgement->check.attributes = request->attributes;
    judgement->check.arena = arena;
    return true;
}

static void refuse(ma_judgement_t *judgement, mtlsauth_result_t reason, const char *message)
{
    judgement->allow = false;
    judgement->reason = reason;
    judgement->message = message;
    judgement->entry = "";
}

static const char host_unknown[] = "the host that the client asked for is not known";

static void leave_open(ma_judgement_t *judgement)
{
    refuse(judgement, MTLSAUTH_UNAVAILABLE, host_unknown);
    judgement->undetermined = true;
}

/* What one policy says. The stack runs only if the question itself is sound. */
static void judge(mtlsauth_request_t *request, const mtlsauth_snapshot_t *snapshot,
                  const ma_policy_t *policy, ma_judgement_t *judgement)
{
    const char *why = "";

    if (!prepare_check(request, snapshot, policy, judgement))
        refuse(judgement, MTLSAUTH_ERROR, "out of memory");
    else if (request->failure != MTLSAUTH_SUCCESS)
        refuse(judgement, request->failure, request->failure_text);
    else if (ma_select_host_unknown(&snapshot->set, policy, request))
        leave_open(judgement);
    else if (!ma_select_host_fits(policy, request, &why))
        refuse(judgement, MTLSAUTH_HOST_MISMATCH, why);
    else if (request->credential.result != MTLSAUTH_SUCCESS)
        refuse(judgement, request->credential.result, request->credential.why);
    else
        ma_dispatch(policy, judgement);
}

static int verdict_of(const ma_judgement_t *judgement)
{
    if (judgement->undetermined)
        return MTLSAUTH_UNDETERMINED;
    return judgement->allow ? MTLSAUTH_ALLOW : MTLSAUTH_DENY;
}

static void judge_candidate(mtlsauth_request_t *request, const mtlsauth_snapshot_t *snapshot,
                            const ma_policy_t *policy)
{
    ma_judgement_t *candidate = &request->candidate;
    const ma_judgement_t *enforced = &request->judgement;

    judge(request, snapshot, policy, candidate);
    request->candidate_view = (mtlsauth_candidate_t) {
        .policy = policy->name,
        .verdict = verdict_of(candidate),
        .reason = mtlsauth_result_name((int)candidate->reason),
        .message = candidate->message,
    };
    request->decision.candidate = &request->candidate_view;
    if (candidate->allow != enforced->allow || candidate->reason != enforced->reason)
        ma_log(&request->engine->log, MTLSAUTH_LOG_NOTICE,
               "candidate policy=%s would %s reason=%s, policy=%s says %s reason=%s id=%s: %s",
               policy->name, candidate->allow ? "allow" : "deny",
               request->candidate_view.reason, request->decision.policy,
               enforced->allow ? "allow" : "deny", mtlsauth_result_name((int)enforced->reason),
               request->id, candidate->message);
}

/* An application that is told nothing would take the client for nobody, or for somebody else. */
static void forward(mtlsauth_request_t *request, const ma_policy_t *policy)
{
    if (request->judgement.allow && ma_forward(request, policy) != 0)
        refuse(&request->judgement, MTLSAUTH_ERROR, "out of memory");
}

static void conclude(mtlsauth_request_t *request, const ma_policy_t *policy)
{
    mtlsauth_decision_t *decision = &request->decision;
    const ma_judgement_t *judgement = &request->judgement;

    decision->would = verdict_of(judgement);
    decision->verdict = policy->monitor ? MTLSAUTH_ALLOW : decision->would;
    decision->result = judgement->reason;
    decision->reason = mtlsauth_result_name((int)judgement->reason);
    decision->message = judgement->message;
    decision->entry = judgement->entry;
    decision->trace = (const mtlsauth_trace_t *const *)judgement->trace;
    decision->n_trace = judgement->n_trace;
}

static void log_decision(const mtlsauth_request_t *request)
{
    const mtlsauth_decision_t *decision = &request->decision;
    bool let_pass = decision->verdict != decision->would;
    int level = let_pass ? MTLSAUTH_LOG_NOTICE : MTLSAUTH_LOG_INFO;
    ma_bytes_t subject = { (const uint8_t *)"", 0 };

    if (!ma_log_wants(&request->engine->log, level))
        return;
    if (request->credential.leaf != NULL)
        subject = ma_cert_get(request->credential.leaf, MTLSAUTH_CERT_SUBJECT_TEXT);
    ma_log(&request->engine->log, level, "%s policy=%s reason=%s entry=%s id=%s subject=%.*s: %s",
           let_pass                              ? "monitor, would deny"
               : decision->verdict == MTLSAUTH_ALLOW ? "allow"
                                                 : "deny",
           decision->policy, decision->reason, decision->entry, decision->id,
           (int)(subject.size < 512 ? subject.size : 512), (const char *)subject.data,
           decision->message);
}

static void decide(mtlsauth_request_t *request)
{
    mtlsauth_decision_t *decision = &request->decision;
    const mtlsauth_snapshot_t *snapshot
        = ma_slot_take(&request->engine->reclaim, &request->slot);
    const ma_policy_t *policy;

    decision->time = request->time;
    if (!request->has_time && !ma_clock_now(&decision->time)) {
        deny(decision, MTLSAUTH_ERROR, "the clock cannot be read");
        return;
    }
    ma_credential_read(request, snapshot->known);
    policy = ma_select_policy(&snapshot->set, request);
    if (policy == NULL && request->failure != MTLSAUTH_SUCCESS) {
        deny(decision, request->failure, request->failure_text);
        return;
    }
    if (policy == NULL && ma_select_host_unknown(&snapshot->set, policy, request)) {
        deny(decision, MTLSAUTH_UNAVAILABLE, host_unknown);
        decision->verdict = decision->would = MTLSAUTH_UNDETERMINED;
        return;
    }
    if (policy == NULL) {
        deny(decision, MTLSAUTH_NO_POLICY, "no policy is for this service or host");
        return;
    }
    decision->policy = policy->name;
    decision->policy_digest = policy->digest;
    decision->mode = policy->monitor ? "monitor" : "enforce";
    decision->strip = policy->strip;
    decision->n_strip = policy->n_strip;
    judge(request, snapshot, policy, &request->judgement);
    forward(request, policy);
    conclude(request, policy);
    if (policy->candidate != NULL)
        judge_candidate(request, snapshot, policy->candidate);
}

int mtlsauth_authorize(mtlsauth_request_t *request)
{
    if (request == NULL)
        return 0;
    ma_decision_clear(request);
    name_decision(request);
    decide(request);
    log_decision(request);
    return request->decision.verdict == MTLSAUTH_ALLOW ? 1 : 0;
}

/* For a caller that passes no request: a denial like any other. */
static const mtlsauth_decision_t no_request = {
    .struct_size = (uint32_t)sizeof(mtlsauth_decision_t),
    .verdict = MTLSAUTH_DENY,
    .would = MTLSAUTH_DENY,
    .result = MTLSAUTH_ERROR,
    .reason = "error",
    .message = "there is no request",
    .id = "0000000000000000",
    .server = "",
    .policy = "",
    .policy_digest = "",
    .mode = "enforce",
    .entry = "",
};

const mtlsauth_decision_t *mtlsauth_decision(const mtlsauth_request_t *request)
{
    return request != NULL ? &request->decision : &no_request;
}

int mtlsauth_decision_strips(const mtlsauth_decision_t *decision, const char *name, size_t size)
{
    if (decision == NULL || name == NULL)
        return 0;
    return ma_header_listed(decision->strip, decision->n_strip, name, size);
}

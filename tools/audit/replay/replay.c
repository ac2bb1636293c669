/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replay.c - see replay.h.
 *
 * A side is a policy with its engine and one request object, which is used for all handshakes.
 */
#include "audit/replay/replay.h"

#include <stdlib.h>
#include <string.h>

#include "audit/replay/certificates.h"
#include "audit/replay/server.h"
#include "base/clock.h"

#define NANOSECONDS 1000000000

typedef struct side {
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    verdict_t verdict;
} side_t;

struct replay {
    replay_how_t how;
    const server_t *server;
    handshake_sink_t sink;
    certificates_t *certificates;
    side_t policy, baseline; /**< the baseline's engine is NULL without one */
    replay_counts_t counts;
};

/* ---- setting up ---- */

static void warn(void *context, int level, const char *line)
{
    const replay_t *self = context;

    if (level == MTLSAUTH_LOG_WARNING && self->how.warn != NULL)
        self->how.warn(self->how.context, line);
}

static int open_side(replay_t *self, const char *policy, side_t *side, ma_buf_t *why)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_error_t *err = NULL;
    int ret = -1;

    how.flags = MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_TRUST_OWNER
        | (self->how.insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0);
    how.log_level = MTLSAUTH_LOG_WARNING;
    how.log = warn;
    how.log_context = self;
    how.policy = policy;
    how.plugin_dir = self->how.plugin_dir;
    how.server = self->server->name;
    how.attributes = server_attributes;
    how.n_attributes = ATTRIBUTES;
    if (mtlsauth_engine_open(&side->engine, &how, &err) != 0)
        ma_buf_text(why, mtlsauth_error_text(err));
    else if (mtlsauth_request_new(side->engine, &side->request) != 0)
        ma_buf_text(why, "out of memory");
    else
        ret = 0;
    mtlsauth_error_free(err);
    return ret;
}

static void close_side(side_t *side)
{
    mtlsauth_request_free(side->request);
    mtlsauth_engine_free(side->engine);
}

void replay_free(replay_t *replay)
{
    if (replay == NULL)
        return;
    certificates_free(replay->certificates);
    close_side(&replay->policy);
    close_side(&replay->baseline);
    free(replay);
}

/* ---- what is known of a handshake ---- */

static void put_text(side_t *side, attribute_t attribute, const char *text)
{
    mtlsauth_request_string(side->request, attribute, text, strlen(text));
}

static void fill_tls(const replay_t *self, const handshake_t *handshake, side_t *side)
{
    const char *version = handshake_version_name(handshake), *cipher = NULL;

    if (server_supplies(self->server, ATTRIBUTE_TLS_SNI))
        mtlsauth_request_string(side->request, ATTRIBUTE_TLS_SNI,
                                (const char *)handshake->sni.data, handshake->sni.size);
    if (handshake->version == 0)
        return; /* there was no ServerHello, which says the rest */
    if (server_supplies(self->server, ATTRIBUTE_TLS_VERSION) && version[0] != '\0')
        put_text(side, ATTRIBUTE_TLS_VERSION, version);
    if (self->how.cipher_name != NULL)
        cipher = self->how.cipher_name(handshake->cipher_suite);
    if (server_supplies(self->server, ATTRIBUTE_TLS_CIPHER) && cipher != NULL && cipher[0] != '\0')
        put_text(side, ATTRIBUTE_TLS_CIPHER, cipher);
    /* TLS 1.3 says the protocol under encryption: without keys none is not the same as not seen. */
    if (server_supplies(self->server, ATTRIBUTE_TLS_ALPN)
        && (handshake->alpn.size > 0 || handshake->decrypted
            || (handshake->version != 0x0304 && handshake->version != 0xfefc)))
        mtlsauth_request_string(side->request, ATTRIBUTE_TLS_ALPN,
                                (const char *)handshake->alpn.data, handshake->alpn.size);
    if (server_supplies(self->server, ATTRIBUTE_TLS_RESUMED))
        mtlsauth_request_bool(side->request, ATTRIBUTE_TLS_RESUMED, handshake->resumed);
}

static const endpoint_t *client_end(const handshake_t *handshake)
{
    return &handshake->flow->ends[handshake->client & 1u];
}

static const endpoint_t *server_end(const handshake_t *handshake)
{
    return &handshake->flow->ends[~handshake->client & 1u];
}

static void fill_end(const replay_t *self, side_t *side, const endpoint_t *end, size_t size,
                     attribute_t address, attribute_t port)
{
    if (server_supplies(self->server, address))
        mtlsauth_request_address(side->request, address, end->address, size);
    if (server_supplies(self->server, port))
        mtlsauth_request_int(side->request, port, end->port);
}

static void fill_logged(const replay_t *self, const logged_t *logged, side_t *side)
{
    const struct {
        attribute_t attribute;
        const char *text;
    } rows[] = {
        { ATTRIBUTE_HTTP_HOST, logged->host },     { ATTRIBUTE_HTTP_METHOD, logged->method },
        { ATTRIBUTE_HTTP_PATH, logged->path },     { ATTRIBUTE_APP_USER, logged->user },
        { ATTRIBUTE_APP_RESOURCE, logged->resource }, { ATTRIBUTE_APP_ACTION, logged->action },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].text != NULL && server_supplies(self->server, rows[i].attribute))
            put_text(side, rows[i].attribute, rows[i].text);
    }
}

static bool hands_chain(const replay_t *self, const handshake_t *handshake)
{
    return handshake->resumed ? self->server->chain_resumed : self->server->chain;
}

static void fill_certificates(const replay_t *self, const handshake_t *handshake, side_t *side)
{
    size_t i;

    if (handshake->n_certificates == 0)
        return;
    mtlsauth_request_leaf(side->request, handshake->certificates[0].data,
                          handshake->certificates[0].size);
    for (i = 1; i < handshake->n_certificates && hands_chain(self, handshake); i++)
        mtlsauth_request_chain(side->request, handshake->certificates[i].data,
                               handshake->certificates[i].size);
}

/* ---- judging ---- */

/* Why there can be no verdict, or NULL: there can. */
static const char *unknown(const replay_t *self, const handshake_t *handshake)
{
    const char *why = handshake->why != NULL ? handshake->why : "";

    switch (handshake->visibility) {
    case VISIBLE_CERTIFICATE:
    case VISIBLE_RESUMED_LINKED:
        if (handshake->visibility == VISIBLE_RESUMED_LINKED && handshake->n_certificates == 0 &&
            handshake->n_left_out == 0)
            return NULL; /* from a handshake that was seen to have none */
        if (handshake->n_certificates == 0 || handshake->certificates[0].size == 0)
            return "the certificate is not in the capture";
        if (handshake->n_left_out > 0 && hands_chain(self, handshake))
            return "the client sent more certificates than are kept";
        return NULL;
    case VISIBLE_NONE_SENT:
    case VISIBLE_NOT_REQUESTED:
        return NULL;
    case VISIBLE_RESUMED_UNLINKED:
        return why[0] != '\0' ? why : "resumed from a handshake that is not in the capture";
    case VISIBLE_ENCRYPTED:
        return why[0] != '\0' ? why : "encrypted, and there are no keys";
    default:
        return why[0] != '\0' ? why : "the capture does not show all of the handshake";
    }
}

static void judge_side(const replay_t *self, const judgement_t *judgement, const logged_t *logged,
                       side_t *side)
{
    const handshake_t *handshake = judgement->handshake;
    size_t size = handshake->flow->ip_version == 4 ? 4 : 16;
    const mtlsauth_decision_t *decision;
    bool none;

    mtlsauth_request_reset(side->request);
    if (self->how.service != NULL)
        mtlsauth_request_service(side->request, self->how.service);
    mtlsauth_request_time(side->request, judgement->time);
    none = handshake->visibility == VISIBLE_NONE_SENT
        || handshake->visibility == VISIBLE_NOT_REQUESTED;
    if (!none)
        fill_certificates(self, handshake, side);
    fill_tls(self, handshake, side);
    fill_end(self, side, client_end(handshake), size, ATTRIBUTE_IP_SRC, ATTRIBUTE_TCP_SRCPORT);
    fill_end(self, side, server_end(handshake), size, ATTRIBUTE_IP_DST, ATTRIBUTE_TCP_DSTPORT);
    if (logged != NULL)
        fill_logged(self, logged, side);
    (void)!mtlsauth_authorize(side->request); /* monitor mode or not, `would` is what counts */
    decision = mtlsauth_decision(side->request);
    side->verdict = (verdict_t) { .judged = true,
                                  .would = decision->would,
                                  .reason = decision->reason,
                                  .message = decision->message,
                                  .decision = decision };
}

static void judge_none(const char *why, side_t *side)
{
    side->verdict = (verdict_t) { .judged = false,
                                  .would = MTLSAUTH_UNDETERMINED,
                                  .reason = mtlsauth_result_name(MTLSAUTH_UNAVAILABLE),
                                  .message = why,
                                  .decision = NULL };
}

static int64_t time_of(const replay_t *self, const handshake_t *handshake, const logged_t *logged)
{
    if (self->how.at != REPLAY_AT_CAPTURE)
        return self->how.time;
    if (logged != NULL)
        return logged->time;
    return handshake->end.time / NANOSECONDS - (handshake->end.time % NANOSECONDS < 0 ? 1 : 0);
}

static void count(replay_t *self, const judgement_t *judgement)
{
    int would = judgement->verdict.would;

    self->counts.rows++;
    self->counts.allowed += would == MTLSAUTH_ALLOW;
    self->counts.undetermined += would == MTLSAUTH_UNDETERMINED;
    self->counts.denied += would != MTLSAUTH_ALLOW && would != MTLSAUTH_UNDETERMINED;
    self->counts.changed += judgement->changed;
}

/* One row: the policies' word on a handshake, or on one request of its connection. */
static void judge(replay_t *self, judgement_t *judgement, const logged_t *logged)
{
    const handshake_t *handshake = judgement->handshake;
    const char *why = unknown(self, handshake);
    bool has_baseline = self->baseline.engine != NULL;

    judgement->time = time_of(self, handshake, logged);
    judgement->logged_id = logged != NULL ? logged->id : "";
    judgement->host = logged != NULL ? logged->host : NULL;
    judgement->path = logged != NULL ? logged->path : NULL;
    judgement->method = logged != NULL ? logged->method : NULL;
    judgement->user = logged != NULL ? logged->user : NULL;
    judgement->resource = logged != NULL ? logged->resource : NULL;
    judgement->action = logged != NULL ? logged->action : NULL;
    judgement->supplies = self->server->supplies;
    if (why != NULL) {
        judge_none(why, &self->policy);
        judge_none(why, &self->baseline);
    } else {
        judge_side(self, judgement, logged, &self->policy);
        if (has_baseline)
            judge_side(self, judgement, logged, &self->baseline);
    }
    judgement->verdict = self->policy.verdict;
    judgement->baseline = has_baseline ? &self->baseline.verdict : NULL;
    judgement->changed = has_baseline
        && (self->policy.verdict.would != self->baseline.verdict.would
            || strcmp(self->policy.verdict.reason, self->baseline.verdict.reason) != 0);
    if (handshake->n_certificates > 0 && handshake->visibility != VISIBLE_NONE_SENT
        && handshake->visibility != VISIBLE_NOT_REQUESTED)
        judgement->client = certificates_find(self->certificates, handshake->certificates[0],
                                              self->policy.verdict.decision);
    count(self, judgement);
    if (self->how.judged != NULL)
        self->how.judged(self->how.context, judgement);
}

static void mapped(const handshake_t *handshake, const endpoint_t *end, uint8_t out[16])
{
    static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

    memcpy(out, end->address, 16);
    if (handshake->flow->ip_version == 4) {
        memcpy(out, prefix, sizeof(prefix));
        memcpy(out + 12, end->address, 4);
    }
}

/* The rows of the server's log that belong to the handshake; false: there are none. */
static bool judge_logged(replay_t *self, judgement_t *judgement)
{
    const handshake_t *handshake = judgement->handshake;
    const client_text_t *client;
    decisions_query_t query = { .time = handshake->end.time / NANOSECONDS };
    const logged_t *logged;
    char sha256[65];

    mapped(handshake, client_end(handshake), query.source);
    mapped(handshake, server_end(handshake), query.destination);
    query.source_port = client_end(handshake)->port;
    query.destination_port = server_end(handshake)->port;
    query.version = handshake_version_name(handshake);
    query.resumed = handshake->resumed;
    if (handshake->n_certificates > 0) {
        client = certificates_find(self->certificates, handshake->certificates[0], NULL);
        if (client != NULL) {
            memcpy(sha256, client->sha256, sizeof(sha256));
            query.sha256 = sha256;
        }
    }
    while ((logged = decisions_take(self->how.decisions, &query)) != NULL) {
        judgement->row++;
        judge(self, judgement, logged);
    }
    return judgement->row > 0;
}

static void handshake_seen(void *context, const handshake_t *handshake)
{
    replay_t *self = context;
    judgement_t judgement = { .handshake = handshake };

    self->counts.handshakes++;
    if (self->how.decisions == NULL || unknown(self, handshake) != NULL
        || !judge_logged(self, &judgement))
        judge(self, &judgement, NULL);
}

static void ticket_seen(void *context, const flow_t *flow, const uint8_t client_random[32],
                        ma_bytes_t ticket)
{
    (void)context; /* session/ is who wants them */
    (void)flow;
    (void)client_random;
    (void)ticket;
}

int replay_new(const replay_how_t *how, replay_t **out, ma_buf_t *why)
{
    replay_t *self = calloc(1, sizeof(*self));
    int ret = -1;

    if (self == NULL) {
        ma_buf_text(why, "out of memory");
        return -1;
    }
    self->how = *how;
    self->sink = (handshake_sink_t) { handshake_seen, ticket_seen, self };
    self->server = server_find(how->as);
    if (self->server == NULL)
        ma_buf_printf(why, "no server \"%s\" is known", how->as);
    else if (how->at == REPLAY_AT_NOW && !ma_clock_now(&self->how.time))
        ma_buf_text(why, "the clock cannot be read");
    else if (open_side(self, how->policy, &self->policy, why) == 0
             && (how->baseline == NULL
                 || open_side(self, how->baseline, &self->baseline, why) == 0)) {
        ret = certificates_new(self->policy.engine, &self->certificates);
        if (ret != 0)
            ma_buf_text(why, "out of memory");
    }
    if (ret == 0) {
        *out = self;
        return 0;
    }
    replay_free(self);
    return -1;
}

void replay_context(replay_t *replay, void *context)
{
    replay->how.context = context;
}

const handshake_sink_t *replay_sink(replay_t *replay)
{
    return &replay->sink;
}

const replay_counts_t *replay_counts(const replay_t *replay)
{
    return &replay->counts;
}

int replay_exit_status(const replay_counts_t *counts, bool baseline, bool unreadable)
{
    if ((baseline ? counts->changed : counts->denied) > 0)
        return 1;
    return unreadable || counts->undetermined > 0 ? 3 : 0;
}

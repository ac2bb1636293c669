/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * row_json.c - see row.h.
 *
 * First come the members of a decision (docs/decision.schema.json), then those of the audit. A
 * handshake that was not judged has the same members, empty.
 */
#include "audit/replay/server.h"
#include "audit/report/community.h"
#include "audit/report/put.h"
#include "audit/report/row.h"
#include "audit/report/row_said.h"

static bool handed(const judgement_t *judgement, attribute_t attribute)
{
    return (judgement->supplies >> attribute & 1u) != 0;
}

/* As the library spells hosts: lower case, no dot at the end. */
static void put_host(ma_buf_t *out, const char *bytes, size_t size)
{
    char host[256];
    size_t i;

    if (size > sizeof(host)) {
        put_json(out, bytes, size);
        return;
    }
    for (i = 0; i < size; i++)
        host[i] = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] + 32) : bytes[i];
    if (size > 0 && host[size - 1] == '.')
        size--;
    put_json(out, host, size);
}

static void put_end(ma_buf_t *out, const judgement_t *judgement, const endpoint_t *end,
                    bool client)
{
    if (handed(judgement, client ? ATTRIBUTE_IP_SRC : ATTRIBUTE_IP_DST)) {
        put_text(out, client ? "\"source\":\"" : "\"destination\":\"");
        put_address(out, end->address, judgement->handshake->flow->ip_version);
        PUT(out, "\",");
    }
    if (handed(judgement, client ? ATTRIBUTE_TCP_SRCPORT : ATTRIBUTE_TCP_DSTPORT)) {
        put_text(out, client ? "\"source_port\":" : "\"destination_port\":");
        put_number(out, end->port);
        PUT(out, ",");
    }
}

/* What only the server's own log tells. */
static void put_logged(ma_buf_t *out, const judgement_t *judgement, attribute_t attribute,
                       const char *name, const char *value)
{
    if (value == NULL || !handed(judgement, attribute))
        return;
    put_text(out, name);
    put_json_text(out, value);
    PUT(out, ",");
}

/* What the policy was asked with: a server that knows less was taken for. */
static void put_request(ma_buf_t *out, const judgement_t *judgement)
{
    const handshake_t *handshake = judgement->handshake;
    const char *version = handshake_version_name(handshake);
    unsigned client = handshake->client & 1u;

    PUT(out, ",\"request\":{");
    if (judgement->host != NULL && handed(judgement, ATTRIBUTE_HTTP_HOST)) {
        PUT(out, "\"host\":");
        put_host(out, judgement->host, strlen(judgement->host));
        PUT(out, ",");
    }
    if (handshake->sni.size > 0 && handed(judgement, ATTRIBUTE_TLS_SNI)) {
        PUT(out, "\"sni\":");
        put_host(out, (const char *)handshake->sni.data, handshake->sni.size);
        PUT(out, ",");
    }
    put_logged(out, judgement, ATTRIBUTE_HTTP_METHOD, "\"method\":", judgement->method);
    put_logged(out, judgement, ATTRIBUTE_HTTP_PATH, "\"path\":", judgement->path);
    put_end(out, judgement, &handshake->flow->ends[client], true);
    put_end(out, judgement, &handshake->flow->ends[!client], false);
    if (handed(judgement, ATTRIBUTE_TLS_VERSION) && version[0] != '\0') {
        PUT(out, "\"tls_version\":\"");
        put_text(out, version);
        PUT(out, "\",");
    }
    if (handed(judgement, ATTRIBUTE_TLS_RESUMED) && handshake->version != 0)
        put_text(out, handshake->resumed ? "\"resumed\":true," : "\"resumed\":false,");
    put_logged(out, judgement, ATTRIBUTE_APP_USER, "\"user\":", judgement->user);
    put_logged(out, judgement, ATTRIBUTE_APP_RESOURCE, "\"resource\":", judgement->resource);
    put_logged(out, judgement, ATTRIBUTE_APP_ACTION, "\"action\":", judgement->action);
    if (out->size > 0 && !out->failed && out->data[out->size - 1] == ',')
        out->size--;
    PUT(out, "}");
}

static void put_headers(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t i;

    PUT(out, ",\"headers\":{");
    for (i = 0; decision != NULL && i < decision->n_headers; i++) {
        if (i > 0)
            PUT(out, ",");
        put_json_text(out, decision->headers[i]->name);
        PUT(out, ":");
        put_json_text(out, decision->headers[i]->value);
    }
    PUT(out, "},\"strip\":[");
    for (i = 0; decision != NULL && i < decision->n_strip; i++) {
        if (i > 0)
            PUT(out, ",");
        put_json_text(out, decision->strip[i]);
    }
    PUT(out, "]");
}

static void put_decision(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names)
{
    const verdict_t *verdict = &judgement->verdict;
    const mtlsauth_decision_t *decision = verdict->decision;

    PUT(out, "{\"id\":\"");
    put_text(out, decision != NULL ? decision->id : "");
    PUT(out, "\",\"time\":\"");
    put_time(out, judgement->time);
    PUT(out, "\"");
    row_said(out, verdict, names->memo);
    PUT(out, ",\"certificate\":");
    if (judgement->client != NULL && judgement->client->json != NULL)
        put_bytes(out, judgement->client->json, judgement->client->json_size);
    else
        PUT(out, "null");
    if (decision != NULL)
        put_request(out, judgement);
    else
        PUT(out, ",\"request\":{}");
    put_headers(out, decision);
}

static void put_cipher(ma_buf_t *out, const handshake_t *handshake, const row_names_t *names)
{
    char room[8];

    if (handshake->version == 0)
        PUT(out, ",\"cipher\":\"\"");
    else {
        PUT(out, ",\"cipher\":");
        put_json_text(out, row_cipher(names, handshake->cipher_suite, room));
    }
}

static void put_handshake(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names)
{
    const handshake_t *handshake = judgement->handshake;

    PUT(out, ",\"index\":");
    put_number(out, handshake->index);
    PUT(out, ",\"row\":");
    put_number(out, judgement->row);
    put_text(out, judgement->verdict.judged ? ",\"judged\":true" : ",\"judged\":false");
    PUT(out, ",\"visibility\":\"");
    put_text(out, visibility_name(handshake->visibility));
    PUT(out, "\",\"why\":");
    put_json_text(out, handshake->why);
    PUT(out, ",\"carrier\":\"");
    put_text(out, row_carrier(handshake->carrier));
    PUT(out, "\",\"kind\":\"");
    put_text(out, row_kind(handshake->kind));
    PUT(out, "\",\"found_in\":");
    put_json_text(out, handshake->found_in);
    PUT(out, ",\"version\":\"");
    put_text(out, handshake_version_name(handshake));
    PUT(out, "\"");
    put_cipher(out, handshake, names);
    PUT(out, ",\"sni\":");
    put_json(out, (const char *)handshake->sni.data, handshake->sni.size);
    PUT(out, ",\"alpn\":");
    put_json(out, (const char *)handshake->alpn.data, handshake->alpn.size);
    put_text(out, handshake->resumed ? ",\"resumed\":true" : ",\"resumed\":false");
    put_text(out, handshake->finished ? ",\"finished\":true" : ",\"finished\":false");
    if (handshake->refused) {
        PUT(out, ",\"alert\":{\"description\":");
        put_number(out, handshake->alert);
        put_text(out, handshake->alert_from_client ? ",\"from\":\"client\"}"
                                                   : ",\"from\":\"server\"}");
    } else {
        PUT(out, ",\"alert\":null");
    }
    PUT(out, ",\"certificates\":");
    put_number(out, handshake->n_certificates + handshake->n_left_out);
    PUT(out, ",\"leaf_sha256\":\"");
    put_text(out, judgement->client != NULL ? judgement->client->sha256 : "");
    PUT(out, "\"");
}

static void put_flow(ma_buf_t *out, const handshake_t *handshake)
{
    const flow_t *flow = handshake->flow;
    unsigned client = handshake->client & 1u;
    char community[COMMUNITY_SIZE];

    PUT(out, ",\"flow\":{\"source\":\"");
    put_address_short(out, flow->ends[client].address, flow->ip_version);
    PUT(out, "\",\"source_port\":");
    put_number(out, flow->ends[client].port);
    PUT(out, ",\"destination\":\"");
    put_address_short(out, flow->ends[!client].address, flow->ip_version);
    PUT(out, "\",\"destination_port\":");
    put_number(out, flow->ends[!client].port);
    put_text(out, flow->transport == TRANSPORT_UDP ? ",\"transport\":\"udp\""
                                                   : ",\"transport\":\"tcp\"");
    community_id(flow, community);
    PUT(out, ",\"community_id\":\"");
    put_text(out, community);
    PUT(out, "\"}");
}

static void put_packet(ma_buf_t *out, const place_t *place)
{
    if (place->packet == 0)
        PUT(out, "null");
    else
        put_number(out, place->packet);
}

static void put_capture(ma_buf_t *out, const handshake_t *handshake, const row_names_t *names)
{
    PUT(out, ",\"capture\":{\"file\":");
    put_json_text(out, row_file(names, handshake->begin.file));
    PUT(out, ",\"begin\":");
    put_packet(out, &handshake->begin);
    PUT(out, ",\"certificate\":");
    put_packet(out, &handshake->certificate);
    PUT(out, ",\"end\":");
    put_packet(out, &handshake->end);
    PUT(out, ",\"begin_time\":\"");
    put_time_fine(out, handshake->begin.time);
    PUT(out, "\",\"end_time\":\"");
    put_time_fine(out, handshake->end.time);
    PUT(out, "\"}");
    if (handshake->visibility != VISIBLE_RESUMED_LINKED) {
        PUT(out, ",\"origin\":null");
        return;
    }
    PUT(out, ",\"origin\":{\"file\":");
    put_json_text(out, row_file(names, handshake->origin.file));
    PUT(out, ",\"packet\":");
    put_number(out, handshake->origin.packet);
    PUT(out, ",\"time\":\"");
    put_time_fine(out, handshake->origin.time);
    PUT(out, "\"}");
}

static void put_baseline(ma_buf_t *out, const judgement_t *judgement)
{
    const verdict_t *baseline = judgement->baseline;

    if (baseline == NULL) {
        PUT(out, ",\"baseline\":null");
    } else {
        PUT(out, ",\"baseline\":{\"policy\":");
        put_json_text(out, baseline->decision != NULL ? baseline->decision->policy : "");
        PUT(out, ",\"would\":\"");
        put_text(out, row_verdict(baseline->would));
        PUT(out, "\",\"reason\":\"");
        put_text(out, baseline->reason);
        PUT(out, "\",\"message\":");
        put_json_text(out, baseline->message);
        PUT(out, "}");
    }
    put_text(out, judgement->changed ? ",\"changed\":true" : ",\"changed\":false");
    PUT(out, ",\"logged_id\":");
    put_json_text(out, judgement->logged_id);
}

void row_json(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names)
{
    put_decision(out, judgement, names);
    put_handshake(out, judgement, names);
    put_flow(out, judgement->handshake);
    put_capture(out, judgement->handshake, names);
    put_baseline(out, judgement);
    PUT(out, "}");
}

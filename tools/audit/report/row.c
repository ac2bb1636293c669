/* SPDX-License-Identifier: BSD-2-Clause */
/* row.c - a judgement as CSV and as a line for a person, and words that all rows use: see row.h. */
#include "audit/report/row.h"

#include <stdio.h>

#include "audit/report/community.h"
#include "audit/report/put.h"

const char *row_verdict(int verdict)
{
    return verdict == MTLSAUTH_ALLOW ? "allow"
        : verdict == MTLSAUTH_UNDETERMINED ? "undetermined" : "deny";
}

const char *row_kind(handshake_kind_t kind)
{
    return kind == HANDSHAKE_RENEGOTIATION ? "renegotiation"
        : kind == HANDSHAKE_POST ? "post_handshake" : "first";
}

const char *row_carrier(carrier_t carrier)
{
    return carrier == CARRIER_QUIC ? "quic" : carrier == CARRIER_DTLS ? "dtls" : "tls";
}

const char *row_file(const row_names_t *names, uint32_t file)
{
    return file < names->n_files ? names->files[file] : "";
}

const char *row_cipher(const row_names_t *names, uint16_t suite, char *room)
{
    const char *name = names->cipher != NULL ? names->cipher(suite) : NULL;

    if (name != NULL && name[0] != '\0')
        return name;
    snprintf(room, 8, "0x%04x", (unsigned)suite);
    return room;
}

/* ---- CSV ---- */

static void field(ma_buf_t *out, const char *text)
{
    ma_encode_csv(out, text, strlen(text));
    PUT(out, ",");
}

static void field_number(ma_buf_t *out, uint64_t number)
{
    put_number(out, number);
    PUT(out, ",");
}

void row_csv_header(ma_buf_t *out)
{
    PUT(out, "row,time,verdict,reason,message,changed,baseline_verdict,baseline_reason,"
             "visibility,why,finished,alert,subject,issuer,serial,sha256,not_after,source,"
             "source_port,destination,destination_port,transport,community_id,carrier,found_in,"
             "version,cipher,sni,alpn,resumed,file,begin,certificate,end,logged_id\r\n");
}

static void csv_client(ma_buf_t *out, const client_text_t *client)
{
    field(out, client != NULL ? client->subject : "");
    field(out, client != NULL ? client->issuer : "");
    field(out, client != NULL ? client->serial : "");
    field(out, client != NULL ? client->sha256 : "");
    if (client != NULL && client->not_after != INT64_MIN)
        put_time(out, client->not_after);
    PUT(out, ",");
}

static void csv_flow(ma_buf_t *out, const handshake_t *handshake)
{
    const flow_t *flow = handshake->flow;
    unsigned client = handshake->client & 1u;
    char community[COMMUNITY_SIZE];

    put_address_short(out, flow->ends[client].address, flow->ip_version);
    PUT(out, ",");
    field_number(out, flow->ends[client].port);
    put_address_short(out, flow->ends[!client].address, flow->ip_version);
    PUT(out, ",");
    field_number(out, flow->ends[!client].port);
    put_text(out, flow->transport == TRANSPORT_UDP ? "udp," : "tcp,");
    community_id(flow, community);
    put_text(out, community);
    PUT(out, ",");
}

void row_csv(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names)
{
    const handshake_t *handshake = judgement->handshake;
    char room[8];

    field_number(out, judgement->row);
    put_time(out, judgement->time);
    PUT(out, ",");
    field(out, row_verdict(judgement->verdict.would));
    field(out, judgement->verdict.reason);
    field(out, judgement->verdict.message);
    put_text(out, judgement->changed ? "true," : "false,");
    field(out, judgement->baseline != NULL ? row_verdict(judgement->baseline->would) : "");
    field(out, judgement->baseline != NULL ? judgement->baseline->reason : "");
    field(out, visibility_name(handshake->visibility));
    field(out, handshake->why != NULL ? handshake->why : "");
    put_text(out, handshake->finished ? "true," : "false,");
    if (handshake->refused)
        put_number(out, handshake->alert);
    PUT(out, ",");
    csv_client(out, judgement->client);
    csv_flow(out, handshake);
    field(out, row_carrier(handshake->carrier));
    field(out, handshake->found_in != NULL ? handshake->found_in : "");
    field(out, handshake_version_name(handshake));
    field(out, handshake->version != 0 ? row_cipher(names, handshake->cipher_suite, room) : "");
    ma_encode_csv(out, (const char *)handshake->sni.data, handshake->sni.size);
    PUT(out, ",");
    ma_encode_csv(out, (const char *)handshake->alpn.data, handshake->alpn.size);
    put_text(out, handshake->resumed ? ",true," : ",false,");
    field(out, row_file(names, handshake->begin.file));
    field_number(out, handshake->begin.packet);
    if (handshake->certificate.packet != 0)
        put_number(out, handshake->certificate.packet);
    PUT(out, ",");
    field_number(out, handshake->end.packet);
    if (judgement->logged_id != NULL)
        ma_encode_csv(out, judgement->logged_id, strlen(judgement->logged_id));
    PUT(out, "\r\n");
}

/* ---- text ---- */

static void text_end(ma_buf_t *out, const flow_t *flow, unsigned end)
{
    if (flow->ip_version != 4)
        PUT(out, "[");
    put_address_short(out, flow->ends[end].address, flow->ip_version);
    put_text(out, flow->ip_version != 4 ? "]:" : ":");
    put_number(out, flow->ends[end].port);
}

static void text_shown(ma_buf_t *out, const char *text)
{
    ma_encode_terminal(out, text, strlen(text));
}

void row_text(ma_buf_t *out, const judgement_t *judgement, const row_names_t *names)
{
    const handshake_t *handshake = judgement->handshake;
    unsigned client = handshake->client & 1u;

    put_time(out, judgement->time);
    ma_buf_printf(out, " %-12s ", row_verdict(judgement->verdict.would));
    text_end(out, handshake->flow, client);
    PUT(out, " > ");
    text_end(out, handshake->flow, !client);
    PUT(out, " ");
    if (judgement->client == NULL)
        put_text(out, judgement->verdict.judged ? "(no certificate)" : "(certificate not seen)");
    else if (judgement->client->json == NULL)
        PUT(out, "(certificate that cannot be read)");
    else
        text_shown(out, judgement->client->subject);
    PUT(out, ": ");
    put_text(out, judgement->verdict.reason);
    if (judgement->verdict.message[0] != '\0') {
        PUT(out, ": ");
        text_shown(out, judgement->verdict.message);
    }
    if (judgement->changed) {
        PUT(out, "; was ");
        put_text(out, row_verdict(judgement->baseline->would));
        PUT(out, ": ");
        put_text(out, judgement->baseline->reason);
    }
    if (judgement->verdict.judged && handshake->refused)
        ma_buf_printf(out, "; refused with alert %u", (unsigned)handshake->alert);
    else if (judgement->verdict.judged && !handshake->finished)
        PUT(out, "; the handshake did not finish");
    PUT(out, " (");
    text_shown(out, visibility_name(handshake->visibility));
    PUT(out, ", ");
    text_shown(out, row_file(names, handshake->begin.file));
    PUT(out, " packet ");
    put_number(out, handshake->begin.packet);
    PUT(out, ")\n");
}

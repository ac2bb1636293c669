/* SPDX-License-Identifier: BSD-2-Clause */
/* negotiation.c - see negotiation.h: when handshakes begin and end. */
#include "audit/tls/negotiation.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tls/hello.h"
#include "audit/tls/negotiation_state.h"

enum { LEVEL_FATAL = 2 };
enum {
    ALERT_CLOSE_NOTIFY = 0,
    ALERT_NO_CERTIFICATE = 41,
    ALERT_USER_CANCELED = 90,
    ALERT_NO_RENEGOTIATION = 100
};

int negotiation_new(const flow_t *flow, carrier_t carrier, const char *found_in,
                    const handshake_sink_t *sink, negotiation_t **out)
{
    negotiation_t *n = calloc(1, sizeof(*n));

    if (n == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    n->flow = flow;
    n->sink = sink;
    n->found_in = found_in;
    n->carrier = carrier;
    *out = n;
    return 0;
}

static void free_list(kept_t *kept)
{
    while (kept != NULL) {
        kept_t *next = kept->next;
        free(kept);
        kept = next;
    }
}

static void free_kept(negotiation_t *n)
{
    free_list(n->kept);
    n->kept = NULL;
    n->n_kept = 0;
}

ma_bytes_t negotiation_keep(negotiation_t *n, ma_bytes_t bytes)
{
    const size_t size = sizeof(kept_t) + bytes.size;
    kept_t *kept;

    if (bytes.size == 0 || size > NEGOTIATION_MAX_KEPT - n->n_kept || (kept = malloc(size)) == NULL)
        return (ma_bytes_t) { NULL, 0 };
    memcpy(kept->data, bytes.data, bytes.size);
    kept->next = n->kept;
    n->kept = kept;
    n->n_kept += size;
    return (ma_bytes_t) { kept->data, bytes.size };
}

place_t place_of(const packet_t *packet)
{
    return (place_t) { packet->time, packet->number, packet->file };
}

void negotiation_seen(negotiation_t *n, const packet_t *packet)
{
    if (!n->progress.awaits_verdict)
        n->handshake->end = place_of(packet);
}

/* Of a handshake that is over only its names go on, for authentication behind it. */
static void drop_details(negotiation_t *n)
{
    handshake_t *h = n->handshake;
    kept_t *kept = n->kept;
    bool go_on = version_is_13(h->version);

    n->kept = NULL;
    n->n_kept = 0;
    h->sni = go_on ? negotiation_keep(n, h->sni) : (ma_bytes_t) { NULL, 0 };
    h->alpn = go_on ? negotiation_keep(n, h->alpn) : (ma_bytes_t) { NULL, 0 };
    h->session_id = h->offered_id = h->offered_ticket = (ma_bytes_t) { NULL, 0 };
    h->n_certificates = h->n_left_out = h->n_tickets = 0;
    free_list(kept);
}

void negotiation_hand_on(negotiation_t *n)
{
    if (!n->open)
        return;
    negotiation_judge(&n->progress, n->handshake);
    n->sink->handshake(n->sink->context, n->handshake);
    n->open = false;
    n->strays = 0;
    if (n->handshake->finished) {
        n->finished = true;
        n->version = n->handshake->version;
    }
    drop_details(n);
}

bool negotiation_begin(negotiation_t *n, handshake_kind_t kind, unsigned client,
                       const packet_t *packet)
{
    bool fresh = n->handshake == NULL;
    handshake_t *h;

    negotiation_hand_on(n);
    if (fresh && (n->handshake = calloc(1, sizeof(*n->handshake))) == NULL)
        return false;
    h = n->handshake;
    if (fresh) {
        free_kept(n);
    } else if (kind == HANDSHAKE_POST) {
        h->finished = h->refused = h->requested = h->request_visible = h->resumed = false;
        h->alert = 0;
        h->alert_from_client = false;
        h->certificate = (place_t) { 0 };
    } else {
        memset(h, 0, sizeof(*h));
        free_kept(n);
    }
    memset(&n->progress, 0, sizeof(n->progress));
    h->flow = n->flow;
    h->carrier = n->carrier;
    h->found_in = n->found_in;
    h->why = "";
    h->kind = kind;
    h->index = n->index++;
    h->client = n->client = client;
    n->has_client = true;
    h->begin = h->end = place_of(packet);
    n->open = true;
    return true;
}

/* TLS 1.2 and older is over when both ends protect, and something came behind. */
static void look_whether_over(negotiation_t *n)
{
    const progress_t *p = &n->progress;

    if (p->changed[0] && p->changed[1] && p->behind[0] && p->behind[1]) {
        n->handshake->finished = true;
        negotiation_hand_on(n);
    }
}

void negotiation_change_cipher(negotiation_t *n, unsigned from, const packet_t *packet)
{
    progress_t *p = &n->progress;
    handshake_t *h = n->handshake;

    if (!n->open || version_is_13(h->version))
        return;
    negotiation_seen(n, packet);
    p->changed[from] = true;
    /* A server that goes on to protect without its part of a full handshake resumes. Datagrams
       get lost unnoticed: there the id that it repeats must say so. */
    if (from != h->client && p->server_hello && !p->server_done && !p->server_certificate
        && !p->lost[from] && !p->client_key && !p->hidden[from]) {
        h->resumed = n->carrier == CARRIER_TLS
            || (h->session_id.size > 0 && ma_bytes_equal(h->session_id, h->offered_id));
    }
}

/* A renegotiation shows as handshake records behind the handshake. One record of the server alone
   may be a HelloRequest that nobody answers. */
static bool begin_hidden(negotiation_t *n, unsigned from, const packet_t *packet)
{
    if (!n->finished || version_is_13(n->version))
        return false;
    if (from != n->client && ++n->strays < 2)
        return false;
    if (!negotiation_begin(n, HANDSHAKE_RENEGOTIATION, n->client, packet))
        return false;
    n->handshake->version = n->version;
    return true;
}

static void hidden_13(negotiation_t *n, unsigned from, const packet_t *packet)
{
    const progress_t *p = &n->progress;
    handshake_t *h = n->handshake;

    if (from != h->client || p->awaits_verdict || h->kind == HANDSHAKE_POST) {
        if (p->awaits_verdict)
            negotiation_hand_on(n);
        return;
    }
    if (p->hidden[1 - from] || p->server_done) {
        h->finished = true;
        negotiation_seen(n, packet);
        negotiation_hand_on(n);
    }
}

void negotiation_encrypted(negotiation_t *n, unsigned from, const char *why,
                           const packet_t *packet)
{
    progress_t *p = &n->progress;

    if (!n->open && !begin_hidden(n, from, packet))
        return;
    negotiation_seen(n, packet);
    if (version_is_13(n->handshake->version)) {
        if (!p->awaits_verdict) {
            p->hidden[from] = true;
            p->hidden_why = p->hidden_why != NULL ? p->hidden_why : why;
        } /* else it is no part of the handshake */
        hidden_13(n, from, packet);
    } else if (p->changed[from]) {
        p->behind[from] = true;
        look_whether_over(n);
    } else {
        p->hidden[from] = true;
        p->hidden_why = p->hidden_why != NULL ? p->hidden_why : why;
    }
}

void negotiation_application(negotiation_t *n, unsigned from, const packet_t *packet)
{
    progress_t *p = &n->progress;

    if (!n->open)
        return;
    if (version_is_13(n->handshake->version)) {
        if (p->awaits_verdict)
            negotiation_hand_on(n);
        return;
    }
    if (p->changed[from]) {
        negotiation_seen(n, packet);
        p->behind[from] = true;
        p->application[from] = true;
        look_whether_over(n);
    } else if (n->handshake->kind == HANDSHAKE_FIRST) {
        p->application[from] = true;
    }
    /* Data both ways although messages are missing: it is over. */
    if (n->open && n->handshake->kind == HANDSHAKE_FIRST && p->application[0] && p->application[1])
        negotiation_hand_on(n);
}

static bool ends(const negotiation_t *n, uint8_t level, uint8_t description)
{
    if (description == ALERT_CLOSE_NOTIFY || description == ALERT_USER_CANCELED)
        return false;
    return level == LEVEL_FATAL || version_is_13(n->handshake->version)
        || (description == ALERT_NO_RENEGOTIATION
            && n->handshake->kind == HANDSHAKE_RENEGOTIATION);
}

void negotiation_alert(negotiation_t *n, unsigned from, uint8_t level, uint8_t description,
                       const packet_t *packet)
{
    handshake_t *h = n->handshake;

    if (!n->open)
        return;
    if (n->progress.awaits_verdict && from == h->client) {
        negotiation_hand_on(n);
        return;
    }
    negotiation_seen(n, packet);
    if (ends(n, level, description)) {
        h->refused = true;
        h->finished = false;
        h->alert = description;
        h->alert_from_client = from == h->client;
        negotiation_hand_on(n);
    } else if (n->progress.awaits_verdict) {
        negotiation_hand_on(n);
    } else if (description == ALERT_NO_CERTIFICATE && from == h->client && h->version == 0x0300
               && h->requested && !n->progress.given) {
        n->progress.empty = true; /* how SSLv3 says it (RFC 6101 5.4.2) */
        h->certificate = place_of(packet);
    }
}

void negotiation_lost(negotiation_t *n, unsigned from, const char *why, const packet_t *packet)
{
    if (!n->open)
        return;
    if (n->progress.awaits_verdict) {
        negotiation_hand_on(n);
        return;
    }
    (void)packet;
    n->progress.lost[from] = true;
    if (n->progress.lost_why == NULL)
        n->progress.lost_why = why;
}

void negotiation_cut(negotiation_t *n, unsigned from, uint8_t type, const char *why,
                     const packet_t *packet)
{
    enum { CLIENT_HELLO = 1, SERVER_HELLO = 2 };

    if (!n->open && (type == CLIENT_HELLO || type == SERVER_HELLO)) {
        handshake_kind_t kind = n->finished ? HANDSHAKE_RENEGOTIATION : HANDSHAKE_FIRST;
        unsigned client = type == CLIENT_HELLO ? from : 1 - from;
        if (!negotiation_begin(n, kind, n->has_client ? n->client : client, packet))
            return;
    }
    negotiation_lost(n, from, why, packet);
}

const handshake_t *negotiation_current(const negotiation_t *n)
{
    return n->index > 0 ? n->handshake : NULL;
}

bool negotiation_open(const negotiation_t *n)
{
    return n->open;
}

bool negotiation_early_data(const negotiation_t *n)
{
    return n->progress.early_data;
}

bool negotiation_encrypt_then_mac(const negotiation_t *n)
{
    return n->progress.encrypt_then_mac;
}

void negotiation_forget(negotiation_t *n)
{
    if (n->open)
        return;
    free_kept(n);
    free(n->handshake);
    n->handshake = NULL;
}

void negotiation_end(negotiation_t *n)
{
    negotiation_hand_on(n);
    n->finished = n->has_client = false;
}

size_t negotiation_memory(const negotiation_t *n)
{
    return sizeof(*n) + n->n_kept + (n->handshake != NULL ? sizeof(*n->handshake) : 0);
}

void negotiation_free(negotiation_t *n)
{
    if (n == NULL)
        return;
    free_kept(n);
    free(n->handshake);
    free(n);
}

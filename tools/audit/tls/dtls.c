/* SPDX-License-Identifier: BSD-2-Clause */
/* dtls.c - see dtls.h: datagrams to records (RFC 6347 4.1), epoch by epoch. */
#include "audit/tls/dtls.h"

#include <stdlib.h>
#include <string.h>

#include "audit/tls/dtls_fragments.h"
#include "audit/tls/hello.h"
#include "audit/tls/negotiation.h"
#include "audit/tls/opener.h"
#include "audit/tls/wire.h"

enum { HEADER = 13, MESSAGE_HEADER = 12, RECORD_MAX = (1u << 14) + 2048u };
enum { CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION = 23, WITH_ID = 25 };
enum { CLIENT_HELLO = 1, HELLO_VERIFY_REQUEST = 3 };
enum { CISCO = 0x0100 };

/** One direction. */
typedef struct side {
    dtls_fragments_t fragments;
    opener_t opener;
    unsigned epoch;   /**< of what comes next */
    bool change_waits; /**< ChangeCipherSpec came before messages that belong before it */
} side_t;

struct dtls {
    negotiation_t *negotiation;
    const keylog_t *keys;
    packet_t packet;       /**< the last one */
    side_t sides[2];
    unsigned from;         /**< of the call */
    uint8_t random[32];    /**< of the last ClientHello */
    bool begun;
};

/** A record, as in the datagram. */
typedef struct dtls_record {
    const uint8_t *header;
    unsigned type, version, epoch;
    const uint8_t *body;
    size_t size;
} dtls_record_t;

int dtls_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
             const handshake_sink_t *sink, dtls_t **out)
{
    dtls_t *d = calloc(1, sizeof(*d));
    int status;

    if (d == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    status = negotiation_new(flow, CARRIER_DTLS, found_in, sink, &d->negotiation);
    if (status != 0) {
        free(d);
        return status;
    }
    d->keys = keys;
    *out = d;
    return 0;
}

static void lose(dtls_t *d, unsigned from, const char *why)
{
    int type = dtls_fragments_waiting(&d->sides[from].fragments);

    negotiation_cut(d->negotiation, from, type > 0 ? (uint8_t)type : 0, why, &d->packet);
}

static void take(void *context, uint8_t type, ma_bytes_t body, bool decrypted)
{
    dtls_t *d = context;
    dtls_fragments_t *fragments = &d->sides[d->from].fragments;

    if (type == CLIENT_HELLO && body.size >= 34) {
        memcpy(d->random, body.data + 2, 32);
        d->begun = true;
    }
    if (type == HELLO_VERIFY_REQUEST)
        fragments->synced = false; /* servers count on, or begin again */
    negotiation_message(d->negotiation, d->from, type, body, decrypted, &d->packet);
}

static void change_cipher(dtls_t *d, unsigned from, unsigned epoch)
{
    const handshake_t *h = negotiation_current(d->negotiation);
    side_t *side = &d->sides[from];

    side->change_waits = false;
    side->epoch = epoch;
    negotiation_change_cipher(d->negotiation, from, &d->packet);
    if (h != NULL)
        (void)opener_12(&side->opener, d->keys, h, h->client == from,
                        negotiation_encrypt_then_mac(d->negotiation));
    else
        opener_close(&side->opener, "no keys");
}

/* Another ClientHello of number 0 begins anew: in clear, a new connection of the same ends. */
static bool begins_anew(const dtls_t *d, const dtls_fragment_t *fragment)
{
    return d->begun && fragment->type == CLIENT_HELLO && fragment->number == 0
        && fragment->offset == 0 && fragment->data.size >= 34
        && memcmp(fragment->data.data + 2, d->random, 32) != 0;
}

static void begin_anew(dtls_t *d, bool in_clear)
{
    unsigned i;

    for (i = 0; i < 2; i++) {
        dtls_fragments_restart(&d->sides[i].fragments);
        d->sides[i].change_waits = false;
        if (in_clear) {
            opener_close(&d->sides[i].opener, NULL);
            d->sides[i].epoch = 0;
        }
    }
    if (in_clear)
        negotiation_end(d->negotiation);
}

static void messages(dtls_t *d, unsigned from, ma_bytes_t bytes, bool decrypted)
{
    dtls_taker_t taker = { take, d };
    side_t *side = &d->sides[from];
    wire_t in = wire(bytes);

    while (in.left >= MESSAGE_HEADER) {
        dtls_fragment_t fragment = { .decrypted = decrypted };
        fragment.type = (uint8_t)wire_number(&in, 1);
        fragment.length = wire_number(&in, 3);
        fragment.number = (uint16_t)wire_number(&in, 2);
        fragment.offset = wire_number(&in, 3);
        fragment.data = wire_vector(&in, 3);
        if (in.failed || fragment.offset > fragment.length
            || fragment.data.size > fragment.length - fragment.offset)
            return;
        if (begins_anew(d, &fragment))
            begin_anew(d, !decrypted);
        if (!dtls_fragments_add(&side->fragments, &fragment, &taker))
            lose(d, from, "a message is too long, or in too many pieces");
    }
    if (side->change_waits && side->fragments.synced
        && dtls_fragments_waiting(&side->fragments) < 0)
        change_cipher(d, from, side->epoch + 1);
}

/* In the version before the RFC the ChangeCipherSpec has a message's number. */
static void count_change(dtls_t *d, unsigned from, const dtls_record_t *record)
{
    if (record->version == CISCO)
        d->sides[from].fragments.next++;
}

static void clear_record(dtls_t *d, unsigned from, const dtls_record_t *record)
{
    side_t *side = &d->sides[from];

    switch (record->type) {
    case HANDSHAKE:
        messages(d, from, (ma_bytes_t) { record->body, record->size }, false);
        break;
    case ALERT:
        if (record->size == 2 && side->epoch == 0)
            negotiation_alert(d->negotiation, from, record->body[0], record->body[1], &d->packet);
        break;
    case CHANGE_CIPHER:
        if (side->epoch > 0 || side->change_waits)
            break;
        count_change(d, from, record);
        if (dtls_fragments_waiting(&side->fragments) >= 0 || !side->fragments.synced)
            side->change_waits = true;
        else
            change_cipher(d, from, 1);
        break;
    default:
        break;
    }
}

static void opened(dtls_t *d, unsigned from, const dtls_record_t *record, unsigned type,
                   const uint8_t *content, size_t size)
{
    switch (type) {
    case HANDSHAKE:
        messages(d, from, (ma_bytes_t) { content, size }, true);
        break;
    case ALERT:
        if (size == 2)
            negotiation_alert(d->negotiation, from, content[0], content[1], &d->packet);
        break;
    case CHANGE_CIPHER:
        count_change(d, from, record);
        change_cipher(d, from, record->epoch + 1);
        break;
    default:
        break;
    }
}

static bool open_record(dtls_t *d, unsigned from, const dtls_record_t *record)
{
    opener_t *opener = &d->sides[from].opener;
    uint8_t content[RECORD_MAX], type = (uint8_t)record->type;
    record_t sealed = {
        .type = type,
        .version = (uint16_t)record->version,
        .header = record->header,
        .header_size = HEADER,
        .payload = record->body,
        .size = record->size,
    };
    wire_t number = wire((ma_bytes_t) { record->header + 3, 8 });
    int length;

    sealed.sequence = (uint64_t)wire_number(&number, 4) << 32;
    sealed.sequence |= wire_number(&number, 4);
    length = protection_open(opener->protection, &sealed, content, &type);
    if (length < 0 || (size_t)length > record->size)
        return false; /* a datagram may be forged: the keys stay */
    opened(d, from, record, type, content, (size_t)length);
    return true;
}

/* Without keys. Handshake records behind a handshake are repeated ones, as far as one can tell: a
   renegotiation shows when its ChangeCipherSpec comes. */
static void hidden_record(dtls_t *d, unsigned from, const dtls_record_t *record)
{
    const side_t *side = &d->sides[from];
    const char *why = side->opener.protection != NULL ? "the keys do not open it"
        : side->opener.why != NULL ? side->opener.why : "no keys";

    if (record->type == CHANGE_CIPHER) {
        negotiation_encrypted(d->negotiation, from, why, &d->packet);
        change_cipher(d, from, record->epoch + 1);
    } else if (record->type == HANDSHAKE && negotiation_open(d->negotiation)) {
        negotiation_encrypted(d->negotiation, from, why, &d->packet);
    }
}

static void protected_record(dtls_t *d, unsigned from, const dtls_record_t *record)
{
    side_t *side = &d->sides[from];

    if (side->change_waits) {
        if (record->type != APPLICATION)
            return; /* what is missing may still come */
        lose(d, from, "datagrams are missing in the capture");
        dtls_fragments_restart(&side->fragments);
        change_cipher(d, from, record->epoch);
    }
    if (record->epoch == side->epoch + 1 && negotiation_open(d->negotiation))
        change_cipher(d, from, record->epoch); /* it was lost */
    if (record->epoch != side->epoch)
        return;
    if (record->type == APPLICATION)
        negotiation_application(d->negotiation, from, &d->packet);
    else if (side->opener.protection == NULL || !open_record(d, from, record))
        hidden_record(d, from, record);
    if (!negotiation_open(d->negotiation) && d->sides[0].opener.protection == NULL
        && d->sides[1].opener.protection == NULL)
        negotiation_forget(d->negotiation);
}

/* The header of DTLS 1.3 (RFC 9147 4): what is behind cannot be told apart. */
static void unified_record(dtls_t *d, unsigned from)
{
    const handshake_t *h = negotiation_current(d->negotiation);

    if (h != NULL && version_is_13(h->version) && negotiation_open(d->negotiation))
        negotiation_encrypted(d->negotiation, from, "DTLS 1.3 is not decrypted", &d->packet);
}

static bool is_version(unsigned version)
{
    return version == 0xfeff || version == 0xfefd || version == CISCO;
}

/* The record at the start; false: there is none. */
static bool read_record(ma_bytes_t bytes, dtls_record_t *out)
{
    const uint8_t *at = bytes.data;

    if (bytes.size < HEADER)
        return false;
    *out = (dtls_record_t) {
        .header = at,
        .type = at[0],
        .version = wire_u16(at + 1),
        .epoch = wire_u16(at + 3),
        .body = at + HEADER,
        .size = wire_u16(at + 11),
    };
    return out->type >= CHANGE_CIPHER && out->type <= WITH_ID && is_version(out->version)
        && out->size <= RECORD_MAX && out->size <= bytes.size - HEADER;
}

void dtls_datagram(dtls_t *d, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet)
{
    dtls_record_t record;

    d->packet = *packet;
    d->from = from;
    while (size > 0) {
        if ((data[0] & 0xe0) == 0x20) {
            unified_record(d, from);
            return;
        }
        if (!read_record((ma_bytes_t) { data, size }, &record) || record.type == WITH_ID)
            return; /* a connection id's length is in no header */
        if (record.epoch == 0)
            clear_record(d, from, &record);
        else
            protected_record(d, from, &record);
        data += HEADER + record.size;
        size -= HEADER + record.size;
    }
}

void dtls_end(dtls_t *d)
{
    unsigned from;

    for (from = 0; from < 2; from++) {
        if (dtls_fragments_waiting(&d->sides[from].fragments) >= 0)
            lose(d, from, "datagrams are missing in the capture");
    }
    negotiation_end(d->negotiation);
}

size_t dtls_memory(const dtls_t *d)
{
    if (d == NULL)
        return 0;
    return sizeof(*d) + negotiation_memory(d->negotiation)
        + dtls_fragments_memory(&d->sides[0].fragments)
        + dtls_fragments_memory(&d->sides[1].fragments) + opener_memory(&d->sides[0].opener)
        + opener_memory(&d->sides[1].opener);
}

void dtls_free(dtls_t *d)
{
    if (d == NULL)
        return;
    dtls_fragments_restart(&d->sides[0].fragments);
    dtls_fragments_restart(&d->sides[1].fragments);
    opener_close(&d->sides[0].opener, NULL);
    opener_close(&d->sides[1].opener, NULL);
    negotiation_free(d->negotiation);
    free(d);
}

bool dtls_is(const uint8_t *data, size_t size)
{
    dtls_record_t record;
    size_t length, part;

    if (!read_record((ma_bytes_t) { data, size }, &record) || record.size == 0)
        return false;
    if (record.type != HANDSHAKE || record.epoch != 0)
        return true;
    if (record.size < MESSAGE_HEADER)
        return false;
    length = wire_u24(record.body + 1);
    part = wire_u24(record.body + 9);
    return length <= NEGOTIATION_MAX_MESSAGE && part <= record.size - MESSAGE_HEADER
        && wire_u24(record.body + 6) <= length && part <= length - wire_u24(record.body + 6);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* records.c - what is done with each record of a conversation. See conversation_state.h. */
#include <string.h>

#include "audit/tls/conversation_state.h"
#include "audit/tls/hello.h"
#include "audit/tls/wire.h"

enum { SERVER_HELLO = 2, FINISHED = 20, KEY_UPDATE = 24 };

/* The shortest record that can hold a Finished of TLS 1.3: with 32 octets of it and 8 of a tag. */
#define SHORTEST_FINISHED (4u + 32u + 1u + 8u)

static const char wrong_keys[] = "the keys do not open it";

static bool of_client(const conversation_t *c, unsigned from)
{
    const handshake_t *h = negotiation_current(c->negotiation);

    return h != NULL && h->client == from;
}

static bool wants(void *context, uint8_t type)
{
    const conversation_t *c = context;

    return negotiation_wants(c->negotiation, c->from, type);
}

/* In TLS 1.3 a ChangeCipherSpec means nothing (RFC 8446 D.4), and may come before the ServerHello. */
static void undo_changes(conversation_t *c)
{
    unsigned i;

    for (i = 0; i < 2; i++) {
        c->sides[i].changed = false;
        opener_close(&c->sides[i].opener, NULL);
    }
}

static bool awaits_second_hello(const conversation_t *c)
{
    const handshake_t *h = negotiation_current(c->negotiation);

    return h != NULL && h->hello_retry && h->version == 0;
}

static void take(conversation_t *c, uint8_t type, ma_bytes_t body, bool decrypted)
{
    side_t *side = &c->sides[c->from];
    const handshake_t *h;

    if (c->tls13 && decrypted && type == FINISHED && !side->traffic)
        side->finished = true;
    else if (c->tls13 && decrypted && type == KEY_UPDATE)
        side->updated = true;
    negotiation_message(c->negotiation, c->from, type, body, decrypted, c->packet);
    if (type == SERVER_HELLO && !c->tls13) {
        h = negotiation_current(c->negotiation);
        c->tls13 = h != NULL && version_is_13(h->version);
        if (c->tls13 || awaits_second_hello(c))
            undo_changes(c);
    }
}

static void take_clear(void *context, uint8_t type, ma_bytes_t body)
{
    take(context, type, body, false);
}

static void take_decrypted(void *context, uint8_t type, ma_bytes_t body)
{
    take(context, type, body, true);
}

void records_messages(conversation_t *c, unsigned from, const uint8_t *data, size_t size,
                      bool decrypted)
{
    message_taker_t taker = { wants, decrypted ? take_decrypted : take_clear, c, !decrypted };

    if (!messages_feed(&c->sides[from].messages, data, size, &taker))
        records_lose(c, from, "a message is too long");
}

/* Where there are no keys nothing of a finished handshake is asked for again. */
static void forget(conversation_t *c)
{
    if (!c->tls13 && !negotiation_open(c->negotiation) && c->sides[0].opener.protection == NULL
        && c->sides[1].opener.protection == NULL)
        negotiation_forget(c->negotiation);
}

static void change_cipher(conversation_t *c, unsigned from)
{
    side_t *side = &c->sides[from];
    const handshake_t *h = negotiation_current(c->negotiation);

    if (c->tls13 || awaits_second_hello(c))
        return;
    negotiation_change_cipher(c->negotiation, from, c->packet);
    side->changed = true;
    if (h != NULL)
        opener_12(&side->opener, c->keys, h, of_client(c, from),
                  negotiation_encrypt_then_mac(c->negotiation));
    else
        opener_close(&side->opener, "no keys");
}

/* A record of TLS 1.3 that cannot be opened. A client's short one is an alert, and ends nothing. */
static void hidden_13(conversation_t *c, unsigned from, uint32_t length)
{
    if (!of_client(c, from) || length >= SHORTEST_FINISHED)
        negotiation_encrypted(c->negotiation, from, c->sides[from].opener.why, c->packet);
}

static body_t begin_13(conversation_t *c, unsigned from, uint8_t type, uint32_t length)
{
    side_t *side = &c->sides[from];
    opener_t *opener = &side->opener;

    switch (type) {
    case RECORD_CHANGE_CIPHER:
        return BODY_SKIP;
    case RECORD_ALERT:
        return side->opened || length != 2 ? BODY_SKIP : BODY_WHOLE;
    case RECORD_APPLICATION:
        if (opener->protection == NULL && opener->why == NULL)
            (void)opener_13(opener, c->keys, negotiation_current(c->negotiation),
                            of_client(c, from), side->traffic);
        if (opener->protection != NULL)
            return BODY_WHOLE;
        hidden_13(c, from, length);
        return BODY_SKIP;
    default:
        records_lose(c, from, "a record that TLS 1.3 encrypts came in clear");
        return BODY_SKIP;
    }
}

/* Ciphers whose records hang together have to see all of them: streams, and CBC before TLS 1.1. */
static bool chained(const conversation_t *c)
{
    const handshake_t *h = negotiation_current(c->negotiation);
    static const uint16_t rc4[] = { 0x0003, 0x0004, 0x0005, 0x0017, 0x0018, 0x0020, 0x0024, 0x0028,
                                    0x002b, 0x0066, 0x008a, 0x008e, 0x0092, 0xc002, 0xc007, 0xc00c,
                                    0xc011, 0xc016, 0xc033 };
    size_t i;

    if (h == NULL || h->version <= 0x0301)
        return true;
    for (i = 0; i < sizeof(rc4) / sizeof(rc4[0]); i++) {
        if (h->cipher_suite == rc4[i])
            return true;
    }
    return false;
}

static body_t begin_protected(conversation_t *c, unsigned from, uint8_t type)
{
    side_t *side = &c->sides[from];
    bool keys = side->opener.protection != NULL;

    switch (type) {
    case RECORD_HANDSHAKE:
        if (keys)
            return BODY_WHOLE;
        negotiation_encrypted(c->negotiation, from,
                              side->opener.why != NULL ? side->opener.why : "no keys", c->packet);
        break;
    case RECORD_CHANGE_CIPHER:
        if (keys)
            return BODY_WHOLE;
        change_cipher(c, from);
        break;
    case RECORD_ALERT:
        return keys ? BODY_WHOLE : BODY_SKIP;
    default:
        if (type == RECORD_APPLICATION)
            negotiation_application(c->negotiation, from, c->packet);
        if (keys && chained(c))
            return BODY_WHOLE;
        side->opener.sequence++;
        break;
    }
    forget(c);
    return BODY_SKIP;
}

body_t records_begin(conversation_t *c, unsigned from, uint8_t type, uint32_t length)
{
    if (c->tls13)
        return begin_13(c, from, type, length);
    if (c->sides[from].changed)
        return begin_protected(c, from, type);
    switch (type) {
    case RECORD_HANDSHAKE:
        return BODY_CLEAR;
    case RECORD_ALERT:
        return length == 2 ? BODY_WHOLE : BODY_SKIP;
    case RECORD_CHANGE_CIPHER:
        change_cipher(c, from);
        return BODY_SKIP;
    case RECORD_APPLICATION: /* early data, or data whose ChangeCipherSpec is missing */
        negotiation_application(c->negotiation, from, c->packet);
        return BODY_SKIP;
    default:
        return BODY_SKIP;
    }
}

/* The keys change behind a Finished and a KeyUpdate. */
static void next_keys(side_t *side)
{
    if (side->finished) {
        opener_close(&side->opener, NULL);
        side->traffic = true;
    } else if (side->updated && side->opener.protection != NULL) {
        if (protection_update(side->opener.protection) != 0)
            opener_close(&side->opener, wrong_keys);
        side->opener.sequence = 0;
    }
    side->finished = side->updated = false;
}

static void opened(conversation_t *c, unsigned from, uint8_t type, const uint8_t *content,
                   size_t size)
{
    switch (type) {
    case RECORD_HANDSHAKE:
        records_messages(c, from, content, size, true);
        break;
    case RECORD_ALERT:
        if (size == 2)
            negotiation_alert(c->negotiation, from, content[0], content[1], c->packet);
        break;
    case RECORD_CHANGE_CIPHER:
        change_cipher(c, from);
        break;
    case RECORD_APPLICATION:
        if (c->tls13)
            negotiation_application(c->negotiation, from, c->packet);
        break;
    default:
        break;
    }
}

/* Early data is under other keys, and lies before what the handshake's keys open. */
static bool may_be_early(conversation_t *c, unsigned from)
{
    return c->tls13 && !c->sides[from].opened && of_client(c, from)
        && negotiation_early_data(c->negotiation);
}

static void not_opened(conversation_t *c, unsigned from, uint8_t type, size_t size)
{
    side_t *side = &c->sides[from];

    if (may_be_early(c, from)) {
        side->early = true;
        return;
    }
    opener_close(&side->opener, wrong_keys);
    if (c->tls13)
        hidden_13(c, from, (uint32_t)size);
    else if (type == RECORD_HANDSHAKE)
        negotiation_encrypted(c->negotiation, from, wrong_keys, c->packet);
}

static void open_record(conversation_t *c, unsigned from, const uint8_t *body, size_t size)
{
    side_t *side = &c->sides[from];
    uint8_t content[RECORD_MAX], type = side->head[0];
    record_t record = {
        .type = type,
        .version = (uint16_t)wire_u16(side->head + 1),
        .sequence = side->opener.sequence,
        .header = side->head,
        .header_size = RECORD_HEADER,
        .payload = body,
        .size = size,
    };
    int length = protection_open(side->opener.protection, &record, content, &type);

    if (length < 0 || (size_t)length > size) {
        not_opened(c, from, side->head[0], size);
        return;
    }
    side->opened = true;
    side->opener.sequence++;
    opened(c, from, type, content, (size_t)length);
    if (!side->dead)
        next_keys(side);
}

void records_whole(conversation_t *c, unsigned from, const uint8_t *body, size_t size)
{
    side_t *side = &c->sides[from];
    bool clear = c->tls13 ? side->head[0] == RECORD_ALERT : !side->changed;

    if (clear && size == 2)
        negotiation_alert(c->negotiation, from, body[0], body[1], c->packet);
    else if (side->opener.protection != NULL)
        open_record(c, from, body, size);
    forget(c);
}

/* RFC 5246 E.2: version, lengths of suites, id and challenge; suites of three octets. */
void records_v2(conversation_t *c, unsigned from, const uint8_t *body, size_t size)
{
    static const uint8_t no_id_no_suites[] = { 0, 0, 0, 1, 0 };
    uint8_t hello[2 + 32 + sizeof(no_id_no_suites)] = { 0 };
    wire_t in = wire((ma_bytes_t) { body, size });
    size_t suites = wire_number(&in, 2), id = wire_number(&in, 2), length = wire_number(&in, 2);
    ma_bytes_t challenge;

    (void)wire_bytes(&in, suites);
    (void)wire_bytes(&in, id);
    challenge = wire_bytes(&in, length);
    if (in.failed || in.left > 0 || challenge.size < 16 || challenge.size > 32) {
        records_lose(c, from, "the hello of SSLv2 is malformed");
        return;
    }
    memcpy(hello, c->sides[from].head + 3, 2);
    memcpy(hello + 34 - challenge.size, challenge.data, challenge.size);
    memcpy(hello + 34, no_id_no_suites, sizeof(no_id_no_suites));
    negotiation_message(c->negotiation, from, 1, (ma_bytes_t) { hello, sizeof(hello) }, false,
                        c->packet);
}

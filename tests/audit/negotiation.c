/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * negotiation.c - handshakes written down message by message: what no peer of today says, and what
 * no honest one would.
 */
#include "audit/tls/negotiation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "audit/listener.h"
#include "audit/tls/conversation.h"
#include "tap.h"

/** What happens: a message, or something else. */
typedef enum what { END, MESSAGE, SECRET, CHANGE, HIDDEN, DATA, ALERT, LOST, CUT } what_t;

/** `body` is in hex, "*" stands for 32 octets of 11. Messages of SECRET were decrypted. */
typedef struct event {
    what_t what;
    unsigned from, type;
    const char *body;
} event_t;

enum { CLIENT, SERVER };

#define HELLO MESSAGE, CLIENT, 1, "0303*0000040001c02f0100"
#define SERVER_HELLO MESSAGE, SERVER, 2, "0303*00c02f00"
#define SERVER_HELLO_13 MESSAGE, SERVER, 2, "0303*001301000006002b00020304"
#define OWN_CERTIFICATE MESSAGE, SERVER, 11, "000006000003dddddd"
#define REQUEST MESSAGE, SERVER, 13, "0101000402010403" "0000"
#define DONE MESSAGE, SERVER, 14, ""
#define CERTIFICATE MESSAGE, CLIENT, 11, "000006000003aabbcc"
#define KEY MESSAGE, CLIENT, 16, ""
#define REQUEST_13 SECRET, SERVER, 13, "00" "0000"
#define FINISHED_S SECRET, SERVER, 20, ""
#define FINISHED_C SECRET, CLIENT, 20, ""
#define CERTIFICATE_13 SECRET, CLIENT, 11, "00000008000003aabbcc0000"

typedef struct row {
    const char *name;
    carrier_t carrier;
    event_t events[16];
    visibility_t expect;    /**< of the last handshake */
    size_t count;           /**< of handshakes */
    const char *why;        /**< part of it */
    const char *ticket;     /**< offered_ticket */
    bool finished;
} row_t;

static const row_t rows[] = {
    { .name = "a certificate", .events = { { HELLO }, { SERVER_HELLO }, { OWN_CERTIFICATE },
      { REQUEST }, { DONE }, { CERTIFICATE }, { KEY }, { CHANGE, CLIENT, 0, "" },
      { HIDDEN, CLIENT, 0, "" }, { CHANGE, SERVER, 0, "" }, { HIDDEN, SERVER, 0, "" } },
      .expect = VISIBLE_CERTIFICATE, .count = 1, .finished = true },
    { .name = "the server's own is never the client's", .events = { { HELLO }, { SERVER_HELLO },
      { OWN_CERTIFICATE }, { REQUEST }, { DONE } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "before the client's" },
    { .name = "a ServerHello of the client turns nothing round", .events = { { HELLO },
      { MESSAGE, CLIENT, 2, "0303*00c02f00" }, { OWN_CERTIFICATE } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "client sent a ServerHello" },
    { .name = "a ClientHello of the server turns nothing round", .events = { { HELLO },
      { MESSAGE, SERVER, 1, "0303*0000040001c02f0100" }, { OWN_CERTIFICATE } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "both ends" },
    { .name = "nor does one behind the handshake", .events = { { HELLO }, { SERVER_HELLO },
      { OWN_CERTIFICATE }, { REQUEST }, { DONE }, { CERTIFICATE }, { KEY },
      { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" }, { CHANGE, SERVER, 0, "" },
      { HIDDEN, SERVER, 0, "" }, { SECRET, SERVER, 1, "0303*0000040001c02f0100" },
      { SECRET, SERVER, 11, "000006000003dddddd" } },
      .expect = VISIBLE_CERTIFICATE, .count = 1, .finished = true },
    { .name = "nor does a piece of one", .events = { { HELLO }, { SERVER_HELLO },
      { OWN_CERTIFICATE }, { REQUEST }, { DONE }, { CERTIFICATE }, { KEY },
      { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" }, { CHANGE, SERVER, 0, "" },
      { HIDDEN, SERVER, 0, "" }, { CUT, SERVER, 1, "" },
      { SECRET, SERVER, 11, "000006000003dddddd" } },
      .expect = VISIBLE_INCOMPLETE, .count = 2, .why = "lost" },
    { .name = "only the client was captured", .events = { { HELLO }, { CERTIFICATE }, { KEY },
      { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" } },
      .expect = VISIBLE_CERTIFICATE, .count = 1 },
    { .name = "only the server, which does not ask", .events = { { SERVER_HELLO },
      { OWN_CERTIFICATE }, { DONE } }, .expect = VISIBLE_NOT_REQUESTED, .count = 1 },
    { .name = "not asked as far as seen", .events = { { HELLO }, { SERVER_HELLO },
      { OWN_CERTIFICATE } }, .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "server's part" },
    { .name = "bytes missing where it would ask", .events = { { HELLO }, { SERVER_HELLO },
      { LOST, SERVER, 0, "" }, { DONE } }, .expect = VISIBLE_INCOMPLETE, .count = 1,
      .why = "lost" },
    { .name = "the client's certificate cut off", .events = { { HELLO }, { SERVER_HELLO },
      { OWN_CERTIFICATE }, { REQUEST }, { DONE }, { CUT, CLIENT, 11, "" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "lost" },
    { .name = "a ClientHello cut off", .events = { { CUT, CLIENT, 1, "" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "lost" },
    { .name = "something else cut off", .events = { { CUT, CLIENT, 11, "" } }, .count = 0 },
    { .name = "malformed", .events = { { HELLO }, { SERVER_HELLO }, { DONE },
      { MESSAGE, CLIENT, 11, "000006000004aabbcc" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "malformed" },
    { .name = "octets behind the list", .events = { { HELLO }, { SERVER_HELLO }, { DONE },
      { MESSAGE, CLIENT, 11, "000006000003aabbcc00" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "malformed" },
    { .name = "a certificate of no octets", .events = { { HELLO }, { SERVER_HELLO }, { DONE },
      { MESSAGE, CLIENT, 11, "000003000000" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "malformed" },
    { .name = "empty", .events = { { HELLO }, { SERVER_HELLO }, { REQUEST }, { DONE },
      { MESSAGE, CLIENT, 11, "000000" } }, .expect = VISIBLE_NONE_SENT, .count = 1 },
    { .name = "the first Certificate counts", .events = { { HELLO }, { SERVER_HELLO }, { REQUEST },
      { DONE }, { CERTIFICATE }, { MESSAGE, CLIENT, 11, "000000" } },
      .expect = VISIBLE_CERTIFICATE, .count = 1 },
    /* RFC 6101 5.4.2: a warning instead of an empty Certificate; only SSLv3 has it */
    { .name = "SSLv3 has none", .events = { { HELLO }, { MESSAGE, SERVER, 2, "0300*00000500" },
      { REQUEST }, { DONE }, { ALERT, CLIENT, 0x0129, "" } },
      .expect = VISIBLE_NONE_SENT, .count = 1 },
    { .name = "TLS 1.0 does not say it so", .events = { { HELLO },
      { MESSAGE, SERVER, 2, "0301*00000500" }, { REQUEST }, { DONE },
      { ALERT, CLIENT, 0x0129, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1 },
    /* RFC 7250 */
    { .name = "a raw key", .events = { { HELLO },
      { MESSAGE, SERVER, 2, "0303*00c02f0000050013000102" }, { REQUEST }, { DONE },
      { MESSAGE, CLIENT, 11, "000003aabbcc" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "raw public key" },
    /* resumption */
    { .name = "resumed by id", .events = { { MESSAGE, CLIENT, 1, "0303*04aabbccdd0002c02f0100" },
      { MESSAGE, SERVER, 2, "0303*04aabbccddc02f00" }, { CHANGE, SERVER, 0, "" },
      { HIDDEN, SERVER, 0, "" }, { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" } },
      .expect = VISIBLE_RESUMED_UNLINKED, .count = 1, .finished = true },
    { .name = "an id repeated, and yet a full handshake", .events = {
      { MESSAGE, CLIENT, 1, "0303*04aabbccdd0002c02f0100" },
      { MESSAGE, SERVER, 2, "0303*04aabbccddc02f00" }, { OWN_CERTIFICATE },
      { CHANGE, SERVER, 0, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1 },
    { .name = "bytes missing before the change", .events = {
      { MESSAGE, CLIENT, 1, "0303*04aabbccdd0002c02f0100" },
      { MESSAGE, SERVER, 2, "0303*04aabbccddc02f00" }, { LOST, SERVER, 0, "" },
      { CHANGE, SERVER, 0, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "lost" },
    { .name = "DTLS: messages may be missing", .carrier = CARRIER_DTLS, .events = {
      { MESSAGE, CLIENT, 1, "fefd*0000" "0002c02f0100" }, { MESSAGE, SERVER, 2, "fefd*00c02f00" },
      { CHANGE, SERVER, 0, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1 },
    { .name = "a PSK, the second", .events = {
      { MESSAGE, CLIENT, 1, "0303*0000" "02130101000016002900120010" "0002a1a200000000"
        "0002b1b200000000" },
      { MESSAGE, SERVER, 2, "0303*00130100000c002b00020304002900020001" } },
      .expect = VISIBLE_RESUMED_UNLINKED, .count = 1, .ticket = "b1b2" },
    /* TLS 1.3 */
    { .name = "1.3 without keys", .events = { { HELLO }, { SERVER_HELLO_13 },
      { HIDDEN, SERVER, 0, "" }, { HIDDEN, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" } },
      .expect = VISIBLE_ENCRYPTED, .count = 1, .finished = true, .why = "hidden" },
    { .name = "1.3 without the client", .events = { { HELLO }, { SERVER_HELLO_13 },
      { HIDDEN, SERVER, 0, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1 },
    { .name = "a draft", .events = { { HELLO },
      { MESSAGE, SERVER, 2, "0303*001301000006002b00027f1c" }, { HIDDEN, SERVER, 0, "" },
      { HIDDEN, CLIENT, 0, "" } }, .expect = VISIBLE_ENCRYPTED, .count = 1, .finished = true,
      .why = "hidden" },
    { .name = "an old draft", .events = { { HELLO }, { MESSAGE, SERVER, 2, "7f12*1301" },
      { HIDDEN, SERVER, 0, "" }, { HIDDEN, CLIENT, 0, "" } },
      .expect = VISIBLE_ENCRYPTED, .count = 1, .finished = true, .why = "hidden" },
    { .name = "1.3 read", .events = { { HELLO }, { SERVER_HELLO_13 }, { REQUEST_13 },
      { FINISHED_S }, { CERTIFICATE_13 }, { FINISHED_C } },
      .expect = VISIBLE_CERTIFICATE, .count = 1, .finished = true },
    { .name = "1.3 not asked", .events = { { HELLO }, { SERVER_HELLO_13 }, { FINISHED_S },
      { HIDDEN, CLIENT, 0, "" } }, .expect = VISIBLE_NOT_REQUESTED, .count = 1, .finished = true },
    { .name = "1.3 part of the server hidden", .events = { { HELLO }, { SERVER_HELLO_13 },
      { HIDDEN, SERVER, 0, "" }, { FINISHED_S }, { FINISHED_C } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .finished = true },
    { .name = "1.3 in clear is not believed", .events = { { HELLO }, { SERVER_HELLO_13 },
      { MESSAGE, CLIENT, 11, "00000008000003aabbcc0000" }, { MESSAGE, SERVER, 20, "" },
      { MESSAGE, CLIENT, 20, "" } }, .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "in clear" },
    { .name = "an alert behind the client's Finished", .events = { { HELLO }, { SERVER_HELLO_13 },
      { REQUEST_13 }, { FINISHED_S }, { CERTIFICATE_13 }, { FINISHED_C },
      { ALERT, SERVER, 0x022a, "" } }, .expect = VISIBLE_CERTIFICATE, .count = 1 },
    { .name = "asked behind it, and an answer to another request", .events = { { HELLO },
      { SERVER_HELLO_13 }, { FINISHED_S }, { FINISHED_C }, { SECRET, SERVER, 13, "01aa0000" },
      { SECRET, CLIENT, 11, "01bb000008000003aabbcc0000" }, { FINISHED_C } },
      .expect = VISIBLE_CERTIFICATE, .count = 3, .finished = true },
    { .name = "brotli", .events = { { HELLO }, { SERVER_HELLO_13 }, { REQUEST_13 }, { FINISHED_S },
      { SECRET, CLIENT, 25, "0002000010000003aabbcc" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "not read" },
    { .name = "compressed too well", .events = { { HELLO }, { SERVER_HELLO_13 }, { REQUEST_13 },
      { FINISHED_S }, { SECRET, CLIENT, 25, "0001ffffff000003aabbcc" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "too large" },
    { .name = "compressed nonsense", .events = { { HELLO }, { SERVER_HELLO_13 }, { REQUEST_13 },
      { FINISHED_S }, { SECRET, CLIENT, 25, "0001000010000003aabbcc" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1 },
    /* what lies behind a handshake */
    { .name = "a protected handshake record of the client", .events = { { HELLO },
      { SERVER_HELLO }, { DONE }, { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" },
      { CHANGE, SERVER, 0, "" }, { HIDDEN, SERVER, 0, "" }, { HIDDEN, CLIENT, 0, "" } },
      .expect = VISIBLE_ENCRYPTED, .count = 2, .why = "hidden" },
    { .name = "a HelloRequest that nobody answers", .events = { { HELLO },
      { SERVER_HELLO }, { DONE }, { CHANGE, CLIENT, 0, "" }, { HIDDEN, CLIENT, 0, "" },
      { CHANGE, SERVER, 0, "" }, { HIDDEN, SERVER, 0, "" }, { HIDDEN, SERVER, 0, "" } },
      .expect = VISIBLE_NOT_REQUESTED, .count = 1, .finished = true },
    { .name = "refused in clear", .events = { { HELLO }, { ALERT, SERVER, 0x0228, "" } },
      .expect = VISIBLE_INCOMPLETE, .count = 1, .why = "the server broke off" },
    { .name = "nothing of a handshake", .events = { { DATA, CLIENT, 0, "" },
      { ALERT, SERVER, 0x0228, "" }, { HIDDEN, CLIENT, 0, "" }, { CHANGE, SERVER, 0, "" },
      { CERTIFICATE }, { LOST, CLIENT, 0, "" } }, .count = 0 },
};

static size_t unhex(const char *text, uint8_t *out)
{
    size_t size = 0;

    while (*text != '\0') {
        unsigned octet = 0;
        if (*text == '*') {
            memset(out + size, 0x11, 32);
            size += 32;
            text++;
            continue;
        }
        sscanf(text, "%2x", &octet);
        out[size++] = (uint8_t)octet;
        text += 2;
    }
    return size;
}

static void happen(negotiation_t *n, const event_t *event, const packet_t *packet)
{
    uint8_t body[512];
    size_t size = unhex(event->body, body);
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL)
        abort();
    memcpy(copy, body, size);
    switch (event->what) {
    case MESSAGE:
    case SECRET:
        negotiation_message(n, event->from, (uint8_t)event->type, (ma_bytes_t) { copy, size },
                            event->what == SECRET, packet);
        break;
    case CHANGE:
        negotiation_change_cipher(n, event->from, packet);
        break;
    case HIDDEN:
        negotiation_encrypted(n, event->from, "hidden", packet);
        break;
    case DATA:
        negotiation_application(n, event->from, packet);
        break;
    case ALERT:
        negotiation_alert(n, event->from, (uint8_t)(event->type >> 8), (uint8_t)event->type,
                          packet);
        break;
    case LOST:
        negotiation_lost(n, event->from, "lost", packet);
        break;
    case CUT:
        negotiation_cut(n, event->from, (uint8_t)event->type, "lost", packet);
        break;
    default:
        break;
    }
    free(copy);
}

static void run(const row_t *row, listener_t *listener)
{
    negotiation_t *n = NULL;
    size_t i;

    if (negotiation_new(&listener->flow, row->carrier, "", &listener->sink, &n) != 0)
        abort();
    for (i = 0; i < 16 && row->events[i].what != END; i++) {
        packet_t packet = { .number = i + 1 };
        happen(n, &row->events[i], &packet);
    }
    negotiation_end(n);
    negotiation_free(n);
}

static void message_by_message(void)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const row_t *row = &rows[i];
        listener_t listener;
        tap_row("%s", row->name);
        listener_open(&listener);
        run(row, &listener);
        TAP_INT(listener.n_heard, row->count);
        if (listener.n_heard > 0) {
            const heard_t *heard = &listener.heard[listener.n_heard - 1];
            TAP_STR(visibility_name(heard->handshake.visibility), visibility_name(row->expect));
            TAP_HAS(heard->handshake.why, row->why != NULL ? row->why : "");
            TAP_INT(heard->handshake.finished, row->finished);
            TAP_INT(heard->handshake.client, 0);
            if (row->ticket != NULL)
                TAP_STR(heard->offered_ticket, row->ticket);
            if (row->expect == VISIBLE_CERTIFICATE)
                TAP_TRUE(heard->leaf.size == 3 && memcmp(heard->leaf.data, "\xaa\xbb\xcc", 3) == 0);
        }
        listener_close(&listener);
    }
}

#ifdef HAVE_ZLIB
/* RFC 8879, with zlib. */
static void expands(void)
{
    static const uint8_t message[] = { 0, 0, 0, 8, 0, 0, 3, 0xaa, 0xbb, 0xcc, 0, 0 };
    uint8_t body[256] = { 0, 1, 0, 0, sizeof(message), 0, 0, 0 };
    uLongf size = sizeof(body) - 8;
    row_t row = { .events = { { HELLO }, { SERVER_HELLO_13 }, { REQUEST_13 }, { FINISHED_S },
                              { SECRET, CLIENT, 25, NULL }, { FINISHED_C } } };
    char text[600];
    listener_t listener;
    size_t i;

    TAP_INT(compress(body + 8, &size, message, sizeof(message)), Z_OK);
    body[7] = (uint8_t)size;
    for (i = 0; i < size + 8; i++)
        sprintf(text + 2 * i, "%02x", body[i]);
    row.events[4].body = text;
    listener_open(&listener);
    run(&row, &listener);
    TAP_INT(listener.n_heard, 1);
    TAP_INT(listener.heard[0].handshake.visibility, VISIBLE_CERTIFICATE);
    TAP_TRUE(listener.heard[0].leaf.size == 3);
    listener_close(&listener);
}
#endif

/* More certificates than are kept. */
static void counts_what_it_leaves_out(void)
{
    enum { MANY = 70 };
    uint8_t body[3 + 4 * MANY] = { 0, 4 * MANY >> 8, 4 * MANY & 255 };
    static const event_t before[] = { { HELLO }, { SERVER_HELLO }, { REQUEST }, { DONE } };
    packet_t packet = { .number = 1 };
    negotiation_t *n = NULL;
    listener_t listener;
    size_t i;

    for (i = 0; i < MANY; i++) {
        body[3 + 4 * i + 2] = 1;
        body[3 + 4 * i + 3] = (uint8_t)i;
    }
    listener_open(&listener);
    if (negotiation_new(&listener.flow, CARRIER_TLS, "", &listener.sink, &n) != 0)
        abort();
    for (i = 0; i < 4; i++)
        happen(n, &before[i], &packet);
    negotiation_message(n, CLIENT, 11, (ma_bytes_t) { body, sizeof(body) }, false, &packet);
    negotiation_end(n);
    negotiation_free(n);
    TAP_INT(listener.heard[0].handshake.n_certificates, HANDSHAKE_MAX_CERTIFICATES);
    TAP_INT(listener.heard[0].handshake.n_left_out, MANY - HANDSHAKE_MAX_CERTIFICATES);
    listener_close(&listener);
}

/* RFC 5246 E.2: the first hello in SSLv2's form; and what TLS begins with. */
static void hellos_of_old(void)
{
    static const char v2[] = "802e0103010015000000100000040000050000"
                             "0a000009000064000062000003"
                             "000102030405060708090a0b0c0d0e0f";
    static const struct {
        const char *what, *bytes;
        int begins;
    } cases[] = {
        { "SSLv2's form", v2, 1 },
        { "its lengths do not add up", "802f01030100150000001000000400000500000a", 0 },
        { "too few", "160301", -1 },
        { "a ClientHello", "1603010100010000fc0303", 1 },
        { "a ServerHello", "160303004a020000460303", 1 },
        { "a Certificate", "160303004a0b0000460303", 0 },
        { "data", "170303004a020000460303", 0 },
        { "a hello in pieces", "160301000201", 1 },
        { "a record too long", "160301ffff010000fc0303", 0 },
        { "HTTP", "474554202f20485454", 0 },
    };
    uint8_t bytes[256];
    size_t i, size;
    uint64_t skipped = 0;
    listener_t listener;
    chunk_t chunk;
    peers_t peers = { .chunks = &chunk, .n_chunks = 1 };

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tap_row("%s", cases[i].what);
        size = unhex(cases[i].bytes, bytes);
        TAP_INT(conversation_begins(bytes, size), cases[i].begins);
    }
    size = unhex(v2, bytes);
    chunk = (chunk_t) { CLIENT, bytes, size };
    for (i = 0; i < FEEDINGS; i++) {
        listener_open(&listener);
        feed_stream(&listener, &peers, NULL, (feeding_t)i, SIZE_MAX, &skipped);
        TAP_INT(listener.n_heard, 1);
        TAP_INT(listener.heard[0].handshake.client_random[16], 0);
        TAP_INT(listener.heard[0].handshake.client_random[31], 15);
        listener_close(&listener);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "message by message", message_by_message },
#ifdef HAVE_ZLIB
        { "expands", expands },
#endif
        { "counts what it leaves out", counts_what_it_leaves_out },
        { "hellos of old", hellos_of_old },
    };

    return tap_main("negotiation", tests, sizeof(tests) / sizeof(tests[0]));
}

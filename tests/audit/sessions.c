/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sessions.c - which handshake a resumed one is linked to: stories of handshakes by hand.
 */
#include "audit/session/sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { TLS12 = 0x0303, TLS13 = 0x0304, MEMORY = 1 << 20, MAX_STEPS = 8 };

static ma_bytes_t text(const char *string)
{
    return (ma_bytes_t) { (const uint8_t *)string, string != NULL ? strlen(string) : 0 };
}

/* What came out at the end: as "linked 1: a b". */
typedef struct heard {
    char text[256];
    const handshake_t *same; /* the very one that was put in */
    unsigned handshakes, tickets;
} heard_t;

static void on_handshake(void *context, const handshake_t *handshake)
{
    heard_t *heard = context;
    size_t i, used;

    heard->handshakes++;
    heard->same = handshake;
    used = (size_t)snprintf(heard->text, sizeof(heard->text), "%s %u:",
                            visibility_name(handshake->visibility),
                            (unsigned)handshake->origin.packet);
    for (i = 0; i < handshake->n_certificates && used < 200; i++)
        used += (size_t)snprintf(heard->text + used, sizeof(heard->text) - used, " %.*s",
                                 (int)handshake->certificates[i].size,
                                 (const char *)handshake->certificates[i].data);
}

static void on_ticket(void *context, const flow_t *flow, const uint8_t client_random[32],
                      ma_bytes_t ticket)
{
    heard_t *heard = context;

    (void)flow;
    (void)client_random;
    (void)ticket;
    heard->tickets++;
}

/* One handshake, or with `late` a ticket for the connection of that random. */
typedef struct step {
    char random;
    uint16_t version;
    bool resumed;
    visibility_t visibility;
    const char *id, *offered_id, *offered_ticket, *ticket;
    const char *certificate, *issuer;
    const char *late;
    const char *expected; /* NULL: untouched */
    uint16_t port;        /* 0: 443 */
    handshake_kind_t kind;
    unsigned client;      /* which end */
    uint8_t server;       /* last octet of its address; 0: 2 */
    bool udp;
} step_t;

#define CERT VISIBLE_CERTIFICATE
#define RESUMED true, VISIBLE_RESUMED_UNLINKED
#define LINKED_A "resumed:linked 1: a i"
#define UNLINKED "resumed:unlinked 0:"

static const struct {
    const char *name;
    step_t steps[MAX_STEPS];
} stories[] = {
    { "an id of TLS 1.2",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a", .issuer = "i" },
        { 2, TLS12, RESUMED, .id = "s", .offered_id = "s", .expected = LINKED_A },
        { 3, TLS12, RESUMED, .id = "s", .offered_id = "s", .expected = LINKED_A } } },
    { "another id",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a" },
        { 2, TLS12, RESUMED, .id = "t", .offered_id = "t" } } },
    { "an id offered and not taken: a handshake of its own, which is the newest from there",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a" },
        { 2, TLS12, false, CERT, .id = "s", .offered_id = "s", .certificate = "b" },
        { 3, TLS12, RESUMED, .id = "s", .offered_id = "s", .expected = "resumed:linked 2: b" } } },
    { "a ticket; the id that goes with it is of the client's making",
      { { 1, TLS12, false, CERT, .ticket = "T", .certificate = "a", .issuer = "i" },
        { 2, TLS12, RESUMED, .id = "x", .offered_id = "x", .offered_ticket = "T",
          .expected = LINKED_A } } },
    { "tickets that are renewed, all along the chain",
      { { 1, TLS12, false, CERT, .ticket = "T", .certificate = "a", .issuer = "i" },
        { 2, TLS12, RESUMED, .offered_ticket = "T", .ticket = "U", .expected = LINKED_A },
        { 3, TLS12, RESUMED, .offered_ticket = "U", .ticket = "V", .expected = LINKED_A },
        { 4, TLS12, RESUMED, .offered_ticket = "V", .expected = LINKED_A },
        { 5, TLS12, RESUMED, .offered_ticket = "W" } } },
    { "a ticket that is unknown, with an id that is known",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a", .issuer = "i" },
        { 2, TLS12, RESUMED, .id = "s", .offered_id = "s", .offered_ticket = "?",
          .expected = LINKED_A } } },
    { "a ticket is no id, nor an id a ticket",
      { { 1, TLS12, false, CERT, .id = "s", .ticket = "T", .certificate = "a" },
        { 2, TLS12, RESUMED, .offered_id = "T" },
        { 3, TLS12, RESUMED, .offered_ticket = "s" } } },
    { "TLS 1.3: tickets come later, and after a resumption too",
      { { 1, TLS13, false, CERT, .certificate = "a", .issuer = "i" },
        { 1, .late = "T" },
        { 1, .late = "U" },
        { 2, TLS13, RESUMED, .offered_ticket = "U", .expected = LINKED_A },
        { 2, .late = "V" },
        { 3, TLS13, RESUMED, .offered_ticket = "V", .expected = LINKED_A },
        { 4, TLS13, RESUMED, .offered_ticket = "T", .expected = LINKED_A } } },
    { "TLS 1.3: a ticket of a connection that was not seen",
      { { 1, TLS13, false, CERT, .certificate = "a" },
        { 2, .late = "T" },
        { 3, TLS13, RESUMED, .offered_ticket = "T" } } },
    { "TLS 1.3: the id is for show",
      { { 1, TLS13, false, CERT, .id = "s", .certificate = "a" },
        { 2, TLS13, RESUMED, .id = "s", .offered_id = "s" } } },
    { "TLS 1.3: tickets after a later authentication have its certificate",
      { { 1, TLS13, false, VISIBLE_NOT_REQUESTED, .id = NULL },
        { 1, .late = "T" },
        { 1, TLS13, false, CERT, .certificate = "a", .issuer = "i", .kind = HANDSHAKE_POST },
        { 1, .late = "U" },
        { 2, TLS13, RESUMED, .offered_ticket = "T", .expected = "resumed:linked 1:" },
        { 3, TLS13, RESUMED, .offered_ticket = "U", .expected = "resumed:linked 3: a i" } } },
    { "TLS 1.3: a later authentication that is declined changes nothing",
      { { 1, TLS13, false, CERT, .certificate = "a", .issuer = "i" },
        { 1, TLS13, false, VISIBLE_NONE_SENT, .kind = HANDSHAKE_POST },
        { 1, .late = "U" },
        { 3, TLS13, RESUMED, .offered_ticket = "U", .expected = LINKED_A } } },
    { "TLS 1.3: a later authentication within a resumed connection",
      { { 1, TLS13, true, CERT, .certificate = "a", .issuer = "i", .kind = HANDSHAKE_POST },
        { 1, .late = "U" },
        { 3, TLS13, RESUMED, .offered_ticket = "U", .expected = LINKED_A } } },
    { "nobody: none was sent, or none was asked for",
      { { 1, TLS12, false, VISIBLE_NONE_SENT, .id = "s" },
        { 2, TLS12, false, VISIBLE_NOT_REQUESTED, .id = "t" },
        { 3, TLS12, RESUMED, .offered_id = "s", .expected = "resumed:linked 1:" },
        { 4, TLS12, RESUMED, .offered_id = "t", .expected = "resumed:linked 2:" } } },
    { "an origin that could not be seen is none",
      { { 1, TLS12, false, VISIBLE_ENCRYPTED, .id = "s" },
        { 2, TLS12, false, VISIBLE_INCOMPLETE, .id = "t" },
        { 3, TLS12, RESUMED, .offered_id = "s" },
        { 4, TLS12, RESUMED, .offered_id = "t" } } },
    { "nor is it taken for nobody, whom there was before",
      { { 1, TLS12, false, VISIBLE_NONE_SENT, .id = "s" },
        { 2, TLS12, false, VISIBLE_ENCRYPTED, .id = "t" },
        { 3, TLS12, RESUMED, .offered_id = "t" },
        { 4, TLS12, RESUMED, .offered_id = "s", .expected = "resumed:linked 1:" } } },
    { "and hides the one before it",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a" },
        { 2, TLS12, false, VISIBLE_INCOMPLETE, .id = "s" },
        { 3, TLS12, RESUMED, .offered_id = "s" } } },
    { "a certificate that was left out is not nobody",
      { { 1, TLS12, false, CERT, .id = "s" }, { 2, TLS12, RESUMED, .offered_id = "s" } } },
    { "a resumption that did not come to its end stays so, and changes nothing",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a", .issuer = "i" },
        { 2, TLS12, true, VISIBLE_INCOMPLETE, .id = "s", .offered_id = "s", .ticket = "T" },
        { 3, TLS12, RESUMED, .offered_id = "s", .expected = LINKED_A },
        { 4, TLS12, RESUMED, .offered_ticket = "T" } } },
    { "resumed without keys: what decides is known all the same",
      { { 1, TLS13, false, CERT, .certificate = "a", .issuer = "i" },
        { 1, .late = "T" },
        { 2, TLS13, true, VISIBLE_ENCRYPTED, .offered_ticket = "T", .expected = LINKED_A },
        { 3, TLS13, true, VISIBLE_ENCRYPTED, .offered_ticket = "U", .expected = UNLINKED } } },
    { "of the same server only",
      { { 1, TLS12, false, CERT, .id = "s", .ticket = "T", .certificate = "a", .port = 8443 },
        { 2, TLS12, RESUMED, .offered_id = "s" },
        { 3, TLS12, RESUMED, .offered_ticket = "T" },
        { 4, TLS12, RESUMED, .offered_id = "s", .port = 8443, .server = 3 },
        { 5, TLS12, RESUMED, .offered_id = "s", .port = 8443, .udp = true },
        { 6, TLS12, RESUMED, .offered_id = "s", .port = 8443, .expected = "resumed:linked 1: a" } } },
    { "the client may be the end that was seen second",
      { { 1, TLS12, false, CERT, .id = "s", .certificate = "a", .issuer = "i", .client = 1 },
        { 2, TLS12, RESUMED, .offered_id = "s", .expected = LINKED_A },
        { 3, TLS13, false, CERT, .certificate = "b", .client = 1 },
        { 3, .late = "T", .client = 1 },
        { 4, TLS13, RESUMED, .offered_ticket = "T", .expected = "resumed:linked 3: b" } } },
    { "DTLS 1.2 has ids",
      { { 1, 0xfefd, false, CERT, .id = "s", .certificate = "a", .issuer = "i" },
        { 2, 0xfefd, RESUMED, .offered_id = "s", .expected = LINKED_A } } },
    { "no ServerHello, no session",
      { { 1, 0, false, CERT, .id = "s", .ticket = "", .certificate = "a" },
        { 2, TLS12, RESUMED, .offered_id = "s" } } },
};

/* A client of its own for each random; the server is 192.0.2.2. */
static void fill_flow(flow_t *flow, const step_t *step)
{
    endpoint_t *client = &flow->ends[step->client], *server = &flow->ends[1 - step->client];

    *flow = (flow_t) { .ip_version = 4, .transport = step->udp ? TRANSPORT_UDP : TRANSPORT_TCP };
    memcpy(client->address, "\xc0\x00\x02\x01", 4);
    memcpy(server->address, "\xc0\x00\x02\x02", 4);
    if (step->server != 0)
        server->address[3] = step->server;
    client->port = (uint16_t)(50000 + step->random);
    server->port = step->port != 0 ? step->port : 443;
}

static void fill_handshake(handshake_t *handshake, const flow_t *flow, const step_t *step,
                           unsigned number)
{
    *handshake = (handshake_t) { .flow = flow,
                                 .client = step->client,
                                 .kind = step->kind,
                                 .found_in = "",
                                 .why = "",
                                 .visibility = step->visibility,
                                 .begin = { .packet = number },
                                 .version = step->version,
                                 .resumed = step->resumed,
                                 .tickets_visible = true,
                                 .session_id = text(step->id),
                                 .offered_id = text(step->offered_id),
                                 .offered_ticket = text(step->offered_ticket) };
    memset(handshake->client_random, step->random, 32);
    if (step->ticket != NULL)
        handshake->tickets[handshake->n_tickets++] = text(step->ticket);
    if (step->certificate != NULL)
        handshake->certificates[handshake->n_certificates++] = text(step->certificate);
    if (step->issuer != NULL)
        handshake->certificates[handshake->n_certificates++] = text(step->issuer);
}

static void play_step(sessions_t *sessions, heard_t *heard, const step_t *step, unsigned number)
{
    const handshake_sink_t *sink = sessions_sink(sessions);
    const unsigned tickets = heard->tickets;
    handshake_t handshake;
    flow_t flow;

    fill_flow(&flow, step);
    if (step->late != NULL) {
        uint8_t client_random[32];
        memset(client_random, step->random, sizeof(client_random));
        sink->ticket(sink->context, &flow, client_random, text(step->late));
        TAP_INT(heard->tickets, tickets + 1);
        return;
    }
    fill_handshake(&handshake, &flow, step, number);
    sink->handshake(sink->context, &handshake);
    if (step->expected == NULL) /* passed on as it is */
        TAP_TRUE(heard->same == &handshake);
    else
        TAP_STR(heard->text, step->expected);
}

static void tells_stories(void)
{
    size_t i;
    unsigned j;

    for (i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        heard_t heard = { .text = "" };
        handshake_sink_t next = { on_handshake, on_ticket, &heard };
        sessions_t *sessions = NULL;
        if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
            return;
        for (j = 0; j < MAX_STEPS && stories[i].steps[j].random != 0; j++) {
            tap_row("%s, step %u", stories[i].name, j + 1);
            play_step(sessions, &heard, &stories[i].steps[j], j + 1);
        }
        TAP_INT(sessions_counts(sessions)->evicted, 0);
        sessions_free(sessions);
    }
}

static void needs_no_sink_for_tickets(void)
{
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, NULL, &heard };
    const step_t first = { 1, TLS13, false, CERT, .certificate = "a" };
    const uint8_t client_random[32] = { 0 };
    sessions_t *sessions = NULL;
    flow_t flow;

    if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
        return;
    fill_flow(&flow, &first);
    sessions_sink(sessions)->ticket(sessions_sink(sessions)->context, &flow, client_random,
                                    text("T"));
    TAP_INT(heard.handshakes, 0);
    sessions_free(sessions);
}

/* Without id and ticket nothing is kept. */
static void keeps_only_what_can_resume(void)
{
    static const step_t steps[] = {
        { 1, TLS12, false, CERT, .certificate = "a" },
        { 1, TLS12, false, VISIBLE_NOT_REQUESTED, .offered_id = "x" },
        { 1, 0, false, VISIBLE_INCOMPLETE, .id = NULL },
        { 1, TLS12, RESUMED, .offered_id = "x", .id = "x", .ticket = "T" },
    };
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, on_ticket, &heard };
    sessions_t *sessions = NULL;
    unsigned i;

    if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
        return;
    for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        play_step(sessions, &heard, &steps[i], i + 1);
    TAP_INT(sessions_counts(sessions)->remembered, 0);
    TAP_INT(sessions_counts(sessions)->unlinked, 1);
    TAP_INT(heard.handshakes, 4);
    sessions_free(sessions);
}

enum { CERTIFICATE_SIZE = 900 };

/* Session `number` of client `client`: full, or resumed. True if it was linked to that certificate. */
static bool session(sessions_t *sessions, heard_t *heard, unsigned client, unsigned number,
                    bool resumed)
{
    const handshake_sink_t *sink = sessions_sink(sessions);
    uint8_t certificate[CERTIFICATE_SIZE] = { 0 };
    const step_t step = { 1, TLS12, resumed, resumed ? VISIBLE_RESUMED_UNLINKED : CERT,
                          .id = NULL };
    handshake_t handshake;
    char id[32], expected[64];
    flow_t flow;

    fill_flow(&flow, &step);
    fill_handshake(&handshake, &flow, &step, number);
    snprintf(id, sizeof(id), "%u", number);
    snprintf((char *)certificate, sizeof(certificate), "client %u", client);
    handshake.session_id = handshake.offered_id = text(id);
    if (!resumed) {
        handshake.certificates[0] = (ma_bytes_t) { certificate, sizeof(certificate) };
        handshake.n_certificates = 1;
    }
    sink->handshake(sink->context, &handshake);
    snprintf(expected, sizeof(expected), "resumed:linked %u: client %u", number, client);
    return strcmp(heard->text, expected) == 0;
}

/* Many sessions of few clients: certificates are kept once, so that all of them fit. */
static void keeps_certificates_once(void)
{
    enum { SESSIONS = 5000, CLIENTS = 50 };
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, on_ticket, &heard };
    sessions_t *sessions = NULL;
    unsigned i, linked = 0;

    if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
        return;
    for (i = 1; i <= SESSIONS; i++)
        session(sessions, &heard, i % CLIENTS, i, false);
    for (i = 1; i <= SESSIONS; i++)
        linked += session(sessions, &heard, i % CLIENTS, i, true);
    TAP_INT(linked, SESSIONS);
    TAP_INT(sessions_counts(sessions)->evicted, 0);
    sessions_free(sessions);
}

/* More clients than fit: the one that is used stays, the oldest go, all is counted. */
static void stays_in_its_memory(void)
{
    enum { SESSIONS = 20000 };
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, on_ticket, &heard };
    const sessions_counts_t *counts;
    sessions_t *sessions = NULL;
    unsigned i, linked = 0, kept;

    if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
        return;
    counts = sessions_counts(sessions);
    session(sessions, &heard, 1, 1, false);
    for (i = 2; i <= SESSIONS; i++) {
        session(sessions, &heard, i, i, false);
        if (i % 100 == 0)
            linked += session(sessions, &heard, 1, 1, true);
    }
    TAP_INT(linked, SESSIONS / 100);
    TAP_TRUE(!session(sessions, &heard, 2, 2, true));
    TAP_TRUE(session(sessions, &heard, SESSIONS, SESSIONS, true));
    kept = SESSIONS - (unsigned)counts->evicted;
    /* a certificate of 900 octets each, in a million */
    TAP_TRUE(kept > 500 && kept < MEMORY / CERTIFICATE_SIZE);
    for (i = 2; i <= SESSIONS; i++)
        kept -= session(sessions, &heard, i, i, true);
    TAP_INT(kept, 1); /* the first */
    sessions_free(sessions);
}

/* Of one size and with the same ends, which is what is hashed: told apart all the same. */
static void compares_certificates_whole(void)
{
    enum { ALIKE = 40 };
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, on_ticket, &heard };
    const step_t full = { 1, TLS12, false, CERT, .id = NULL };
    const step_t resumed = { 1, TLS12, RESUMED, .id = NULL };
    char certificate[120], id[16], expected[200];
    sessions_t *sessions = NULL;
    handshake_t handshake;
    flow_t flow;
    unsigned i, round;

    if (!TAP_INT(sessions_new(&next, MEMORY, &sessions), 0))
        return;
    fill_flow(&flow, &full);
    for (round = 0; round < 2; round++) {
        for (i = 10; i < 10 + ALIKE; i++) {
            fill_handshake(&handshake, &flow, round == 0 ? &full : &resumed, i);
            snprintf(id, sizeof(id), "%u", i);
            snprintf(certificate, sizeof(certificate), "%050u%u%050u", 0, i, 0);
            handshake.session_id = handshake.offered_id = text(id);
            handshake.certificates[0] = text(certificate);
            handshake.n_certificates = round == 0;
            sessions_sink(sessions)->handshake(sessions_sink(sessions)->context, &handshake);
            snprintf(expected, sizeof(expected), "resumed:linked %u: %s", i, certificate);
            if (round == 1)
                TAP_STR(heard.text, expected);
        }
    }
    sessions_free(sessions);
}

/* No memory to speak of, and a chain that would take a large part of it. */
static void gives_up_what_is_too_large(void)
{
    heard_t heard = { .text = "" };
    handshake_sink_t next = { on_handshake, on_ticket, &heard };
    static const size_t memories[] = { 0, 100, 500, 2000 };
    size_t i;

    for (i = 0; i < sizeof(memories) / sizeof(memories[0]); i++) {
        sessions_t *sessions = NULL;
        tap_row("%zu", memories[i]);
        if (!TAP_INT(sessions_new(&next, memories[i], &sessions), 0))
            return;
        session(sessions, &heard, 1, 1, false);
        TAP_TRUE(!session(sessions, &heard, 1, 1, true));
        TAP_INT(sessions_counts(sessions)->evicted, 1);
        TAP_INT(sessions_counts(sessions)->remembered, 0);
        sessions_free(sessions);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "links what resumes to what it resumes", tells_stories },
        { "needs no sink for tickets", needs_no_sink_for_tickets },
        { "keeps only what can be resumed", keeps_only_what_can_resume },
        { "keeps certificates once", keeps_certificates_once },
        { "stays in its memory, the oldest going first", stays_in_its_memory },
        { "compares certificates whole", compares_certificates_whole },
        { "gives up what is too large", gives_up_what_is_too_large },
    };

    return tap_main("sessions", tests, sizeof(tests) / sizeof(tests[0]));
}

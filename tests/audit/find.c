/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find.c - where TLS begins: dialogues as rows. Each line is who (A, B) and what, or -n: octets are
 * missing. All is played as it stands and, where segments do not matter, octet by octet.
 */
#include <stdio.h>

#include "find_doubles.h"
#include "tap.h"

#define TLS "A{CH}", "B{SH}"
#define FOUND(name) "tls(" name ") A<{CH}> B<{SH}> end"
#define LDAP_REQUEST "{301d02010177188016}1.3.6.1.4.1.1466.20037"
#define SIX(x) x x x x x x
#define MYSQL_GREETING "{2c0000000a}5.7.1{00}" SIX("abcdef") "g"

typedef struct row {
    const char *name;
    const char *said[14];
    const char *found;
    bool segments; /* they matter */
} row_t;

static const row_t rows[] = {
    {"TLS", {TLS, "Aabc", "Bxyz"}, "tls() A<{CH}> B<{SH}> A<abc> B<xyz> end", false},
    {"nothing", {"Ahello", "Bhello"}, "", false},
    {"nothing at all", {NULL}, "", false},
    {"skipped", {"A{CH}7", "Aab", "Acdef"}, "tls() A<{CH}7def> end", true},
    {"smtp",
     {"B220 a ESMTP\r\n", "AEHLO b\r\n", "B250-a\r\n250-STARTTLS\r\n250 OK\r\n", "ASTARTTLS\r\n",
      "B220 2.0.0 Ready\r\n", TLS},
     FOUND("smtp"),
     false},
    {"smtp, the empty line of a reply",
     {"B220 a\r\n", "Astarttls\r\n", "B220\r\n", TLS},
     FOUND("smtp"),
     false},
    {"smtp, refused",
     {"B220 a\r\n", "ASTARTTLS\r\n", "B454 no\r\n", "AMAIL FROM:<x>\r\n"},
     "",
     false},
    {"smtp, refused and then taken",
     {"B220 a\r\n", "ASTARTTLS\r\n", "B454 no\r\n", "ASTARTTLS\r\n", "B220 go\r\n", TLS},
     FOUND("smtp"),
     false},
    {"smtp, the client alone",
     {"AEHLO b\r\n", "ASTARTTLS\r\n", "A{CH}", "Aabc"},
     "tls(smtp) A<{CH}abc> end",
     false},
    {"smtp, the reply comes late",
     {"B220 a\r\n", "ASTARTTLS\r\n", "A{CH}", "B220 go\r\n", "B{SH}"},
     FOUND("smtp"),
     false},
    {"smtp, the reply with what follows it",
     {"B220 a\r\n", "ASTARTTLS\r\n", "A{CH}", "B220 go\r\n{SH}"},
     FOUND("smtp"),
     false},
    {"imap",
     {"B* OK\r\n", "Aa1 CAPABILITY\r\n", "B* CAPABILITY STARTTLS\r\na1 OK\r\n", "Aa2 STARTTLS\r\n",
      "Ba2 OK go\r\n", TLS},
     FOUND("imap"),
     false},
    {"imap, another's answer",
     {"B* OK\r\n", "Aa2 STARTTLS\r\n", "Ba1 OK go\r\n", "B* x\r\n"},
     "",
     false},
    {"imap, refused", {"B* OK\r\n", "Aa2 STARTTLS\r\n", "Ba2 BAD\r\n", "Bmore\r\n"}, "", false},
    {"pop3", {"B+OK x\r\n", "ASTLS\r\n", "B+OK\r\n", TLS}, FOUND("pop3"), false},
    {"ftp", {"B220 x\r\n", "AAUTH TLS\r\n", "B234 go\r\n", TLS}, FOUND("ftp"), false},
    {"ftp, SSL", {"B220 x\r\n", "AAUTH SSL\r\n", "B234 go\r\n", TLS}, FOUND("ftp"), false},
    {"nntp", {"B200 x\r\n", "ASTARTTLS\r\n", "B382 go\r\n", TLS}, FOUND("nntp"), false},
    {"sieve",
     {"B\"STARTTLS\"\r\nOK\r\n", "ASTARTTLS\r\n", "BOK \"go\"\r\n", TLS},
     FOUND("sieve"),
     false},
    {"irc", {"ASTARTTLS\r\n", "B:x NOTICE y\r\n", "B:x 670 * :go\r\n", TLS}, FOUND("irc"), false},
    {"xmpp",
     {"A<?xml version='1.0'?><stream:stream to='x'>",
      "B<?xml version='1.0'?><stream:stream><stream:features><starttls xmlns='y'/>"
      "</stream:features>",
      "A<starttls xmlns='y'/>", "B<proceed xmlns='y'/>", TLS},
     FOUND("xmpp"),
     false},
    {"ldap", {"A" LDAP_REQUEST, "B{300c02010178070a010004000400}", TLS}, FOUND("ldap"), false},
    {"ldap, long lengths",
     {"A{3084000000210201017784000000188016}1.3.6.1.4.1.1466.20037",
      "B{308400000010020101788400000007}{0a010004000400}", TLS},
     FOUND("ldap"),
     false},
    {"ldap, refused", {"A" LDAP_REQUEST, "B{300c02010178070a013404000400}", "Amore"}, "", false},
    {"postgresql", {"A{0000000804d2162f}", "BS", TLS}, FOUND("postgresql"), false},
    {"postgresql, GSS first",
     {"A{0000000804d21630}", "BN", "A{0000000804d2162f}", "BS", TLS},
     FOUND("postgresql"),
     false},
    {"postgresql, refused", {"A{0000000804d2162f}", "BN", "A{0000000900030000}x"}, "", false},
    {"mysql",
     {"B" MYSQL_GREETING, "A{2000000185aeff19}" SIX("{00000000}") "{00000000}", TLS},
     FOUND("mysql"),
     false},
    {"mysql, without",
     {"B" MYSQL_GREETING, "A{2000000185a6ff19}" SIX("{00000000}") "{00000000}"},
     "",
     false},
    {"rdp", {"A{0300001300}{e0000000000001000800}{03000000}", "Amore"}, "", false},
    {"rdp, taken",
     {"A{030000130ee000000000000100080003000000}", "B{030000130ed000001234000200080001000000}",
      TLS},
     FOUND("rdp"),
     false},
    {"http-connect",
     {"ACONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "BHTTP/1.1 200 OK\r\nA: b\r\n\r\n", TLS},
     FOUND("http-connect"),
     false},
    {"http-connect, after a password",
     {"ACONNECT x:443 HTTP/1.1\r\n\r\n", "BHTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno",
      "ACONNECT x:443 HTTP/1.1\r\nA: b\r\n\r\n", "B\r\nHTTP/1.1 200 OK\r\n\r\n", TLS},
     FOUND("http-connect"),
     false},
    {"http-upgrade",
     {"AOPTIONS * HTTP/1.1\r\nUpgrade: TLS/1.0\r\nConnection: Upgrade\r\n\r\n",
      "BHTTP/1.1 101 Switching\r\nUpgrade: TLS/1.0\r\n\r\n", TLS},
     FOUND("http-upgrade"),
     false},
    {"smtp in http-connect",
     {"ACONNECT x:25 HTTP/1.1\r\n\r\n", "BHTTP/1.1 200 OK\r\n\r\n", "B220 x\r\n", "ASTARTTLS\r\n",
      "B220 go\r\n", TLS},
     FOUND("smtp"),
     false},
    {"socks 4", {"A{040101bb01020304}me{00}", "B{005a000000000000}", TLS}, FOUND("socks"), false},
    {"socks 4a",
     {"A{040101bb00000001}me{00}host{00}", "B{005a000000000000}", TLS},
     FOUND("socks"),
     false},
    {"socks 4, refused", {"A{040101bb01020304}me{00}", "B{005b000000000000}", "Ax"}, "", false},
    {"socks 5",
     {"A{050100}", "B{0500}", "A{050100010102030401bb}", "B{05000001000000000000}", TLS},
     FOUND("socks"),
     false},
    {"socks 5, with a password and a name",
     {"A{05020002}", "B{0502}", "A{0102}me{02}pw", "B{0100}", "A{0501000301}h{01bb}",
      "B{050000030168}{01bb}", TLS},
     FOUND("socks"),
     false},
    {"socks 5, refused", {"A{050100}", "B{05ff}", "Ax"}, "", false},
    {"proxy-protocol",
     {"APROXY TCP4 1.2.3.4 1.2.3.5 1 443\r\n{CH}", "B{SH}"},
     FOUND("proxy-protocol"),
     false},
    {"proxy-protocol 2",
     {"A{0d0a0d0a000d0a515549540a2111000c0102030401020305000101bb}{CH}", "B{SH}"},
     FOUND("proxy-protocol"),
     false},
    {"postgresql behind it",
     {"APROXY UNKNOWN\r\n", "A{0000000804d2162f}", "BS", TLS},
     FOUND("postgresql"),
     false},

    {"both suddenly", {"A{ff}abc", "B{fe}d", TLS, "Ax"}, "tls() A<{CH}> B<{SH}> A<x> end", true},
    {"both suddenly, the answer first",
     {"A{ff}abc", "B{fe}d", "B{SH}", "A{CH}", "Ax"},
     "tls() A<{CH}> B<{SH}> A<x> end",
     true},
    {"both suddenly, in parts",
     {"A{ff}abc", "A{CH}", "Aab", "B{SH}"},
     "tls() A<{CH}ab> B<{SH}> end",
     true},
    {"only one of them", {"A{ff}abc", "B{fe}d", "A{CH}", "Bother"}, "", true},
    {"not at a segment's start", {"A{ff}abc", "Ax{CH}", "B{SH}"}, "", true},
    {"the server's answer came first", {"B{SH}", "A{CH}"}, FOUND(""), true},

    {"a gap in TLS", {"A{CH}", "A-5", "Ax"}, "tls() A<{CH}> A[5] A<x> end", true},
    {"a gap in what was to be skipped",
     {"A{CH}7", "Aa", "A-5", "Ax"},
     "tls() A<{CH}7> A[5] A<x> end",
     true},
    {"a gap in lines",
     {"B220 a\r\n", "AEHLO x", "A-10", "Ab\r\nSTARTTLS\r\n", "B220 go\r\n", TLS},
     FOUND("smtp"),
     true},
    {"a gap in what is not of lines",
     {"A{0000000804d2162f}", "B-1", "A{CH}", "B{SH}"},
     FOUND(""),
     true},
};

/* The life of a flow. */
static void play(const row_t *row, flow_consumer_t consumer, bool octets)
{
    static const flow_t flow = {.ip_version = 4, .transport = TRANSPORT_TCP};
    packet_t packet = {.number = 1};
    uint64_t skip[2] = {0, 0};
    void *state = consumer.open(consumer.context, &flow);
    size_t i, j, n;

    CU_ASSERT_FATAL(state != NULL);
    for (i = 0; row->said[i] != NULL; i++) {
        unsigned from = row->said[i][0] == 'B';
        uint8_t raw[1024], *data;
        if (row->said[i][1] == '-') {
            skip[from] = consumer.gap(state, from, strtoull(row->said[i] + 2, NULL, 10), &packet);
            continue;
        }
        n = expand(row->said[i] + 1, raw);
        data = malloc(n); /* of its size, so that a sanitizer sees more */
        CU_ASSERT_FATAL(data != NULL);
        memcpy(data, raw, n);
        for (j = 0; j < n;) {
            size_t part = octets ? 1 : n - j;
            if (skip[from] > 0) {
                part = skip[from] < n - j ? (size_t)skip[from] : n - j;
                if (skip[from] != FLOW_SKIP_REST)
                    skip[from] -= part;
            } else {
                skip[from] = consumer.bytes(state, from, data + j, part, &packet);
            }
            j += part;
        }
        free(data);
    }
    consumer.end(state, FLOW_END_CLOSED);
}

static void play_row(const row_t *row, bool octets)
{
    ma_buf_t log;
    handshake_sink_t sink = {.context = &log};
    find_t find = {.sink = &sink};

    ma_buf_init(&log, 0);
    tap_row("%s%s", row->name, octets ? ", octet by octet" : "");
    play(row, find_tcp(&find), octets);
    shorten_log(&log);
    TAP_STR(ma_buf_string(&log), row->found);
    TAP_INT(find.flows_without, row->found[0] == '\0');
    TAP_INT(find.held, 0);
    ma_buf_free(&log);
}

static void tls_is_found(void)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        play_row(&rows[i], false);
        if (!rows[i].segments)
            play_row(&rows[i], true);
    }
}

/* What is not TLS is looked at for so long, and no octet of it is kept. */
static void other_flows_are_given_up(void)
{
    static const char *const said[] = {"abc\r\n", "abc", "{ff}bc", "<abc"};
    static const flow_t flow = {.ip_version = 4, .transport = TRANSPORT_TCP};
    ma_buf_t log;
    handshake_sink_t sink = {.context = &log};
    find_t find = {.sink = &sink};
    flow_consumer_t consumer = find_tcp(&find);
    packet_t packet = {.number = 1};
    size_t i, j;

    ma_buf_init(&log, 0);
    for (i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        void *state = consumer.open(consumer.context, &flow);
        uint64_t skip = 0;
        uint8_t data[256];
        size_t n = expand(said[i], data), total = 0;
        for (j = 0; j < 100000 && skip != FLOW_SKIP_REST; j++, total += n)
            skip = consumer.bytes(state, 0, data, n, &packet);
        TAP_TRUE(skip == FLOW_SKIP_REST);
        TAP_TRUE(total <= FIND_MAX_OCTETS + 16);
        TAP_TRUE(consumer.bytes(state, 1, data, n, &packet) == FLOW_SKIP_REST);
        TAP_INT(find.held, 0);
        consumer.end(state, FLOW_END_CLOSED);
    }
    TAP_STR(ma_buf_string(&log), "");
    ma_buf_free(&log);
}

#define RESET "{38}abcdefgh{0000000000}"
#define RESET_BACK "{40}ABCDEFGH{0100000000}abcdefgh{00000000}"
#define AUTH "0123456789abcdefghij{0000000154000000}"

static const row_t datagrams[] = {
    {"dtls",
     {"A{16feff}a", "B{16feff}b", "A{17fefd}c"},
     "dtls() A<{16}{fe}{ff}a> B<{16}{fe}{ff}b> A<{17}{fe}{fd}c> end",
     true},
    {"quic",
     {"A{c000000001}a", "B{c000000001}b", "A{40}c"},
     "quic A<{c0}{00}{00}{00}{01}a> B<{c0}{00}{00}{00}{01}b> A<@c> end",
     true},
    {"nothing", {"Aabc", "Bdef"}, "", true},
    {"dtls in the company of STUN and RTP",
     {"A{000100002112a442}0123456789ab", "B{80}rtp", "A{16feff}a",
      "B{010100002112a442}0123456789ab", "A{80}rtp", "B{16feff}b"},
     "dtls(stun) A<{16}{fe}{ff}a> B<{16}{fe}{ff}b> end",
     true},
    {"dtls in a channel of TURN",
     {"A{4000000416feff}aXXX", "B{80}x"},
     "dtls(turn) A<{16}{fe}{ff}a> end",
     true},
    {"dtls in an indication",
     {"A{0016000c2112a442}0123456789ab{00120000}{0013000416feff}a"},
     "dtls(turn) A<{16}{fe}{ff}a> end",
     true},
    {"an indication that says too much",
     {"A{0016000c2112a442}0123456789ab{0013ffff16feff}a"},
     "",
     true},
    {"capwap",
     {"A{0010000000}", "A{0100000016feff}a", "B{0100000016feff}b", "A{00200000}x"},
     "dtls(capwap) A<{16}{fe}{ff}a> B<{16}{fe}{ff}b> end",
     true},
    {"openvpn",
     {"A" RESET, "B" RESET_BACK, "A{28}abcdefgh{0100000000}ABCDEFGH",
      "A{20}abcdefgh{0000000001}{CH}", "B{20}ABCDEFGH{0100000001}abcdefgh{00000001}{SH}",
      "A{30}data"},
     "tls(openvpn) A<{CH}> B<{SH}> end",
     true},
    {"openvpn, out of order and repeated",
     {"A" RESET, "A{20}abcdefgh{0000000003}c", "A{20}abcdefgh{0000000001}a",
      "A{20}abcdefgh{0000000001}X", "A{20}abcdefgh{0000000003}Y", "A{20}abcdefgh{0000000002}b"},
     "tls(openvpn) A<abc> end",
     true},
    {"openvpn, lost",
     {"A" RESET, "A{20}abcdefgh{0000000001}a", "A{20}abcdefgh{0000000010}c"},
     "tls(openvpn) A<a> A[1] A[1] A[1] end",
     true},
    {"openvpn, renegotiated",
     {"A" RESET, "A{20}abcdefgh{0000000001}a", "A{19}abcdefgh{0000000000}",
      "A{21}abcdefgh{0000000001}b"},
     "tls(openvpn) A<a> end tls(openvpn) A<b> end",
     true},
    {"openvpn, another session",
     {"A" RESET, "A{20}abcdefgh{0000000001}a", "A{38}xbcdefgh{0000000000}",
      "A{20}xbcdefgh{0000000001}b"},
     "tls(openvpn) A<a> end tls(openvpn) A<b> end",
     true},
    {"openvpn under tls-auth",
     {"A{38}abcdefgh" AUTH "{0000000000}", "A{20}abcdefgh" AUTH "{0000000001}{CH}"},
     "tls(openvpn) A<{CH}> end",
     true},
    {"openvpn under tls-crypt",
     {"A{38}abcdefgh{0000000154000000}0123456789abcdef0123456789abcdefVWXYZ", "A{20}abc"},
     "",
     true},
};

static void datagrams_are_found(void)
{
    size_t i;

    for (i = 0; i < sizeof(datagrams) / sizeof(datagrams[0]); i++) {
        const row_t *row = &datagrams[i];
        ma_buf_t log;
        handshake_sink_t sink = {.context = &log};
        find_t find = {.sink = &sink};

        ma_buf_init(&log, 0);
        tap_row("%s", row->name);
        play(row, find_udp(&find), false);
        shorten_log(&log);
        TAP_STR(ma_buf_string(&log), row->found);
        TAP_INT(find.held, 0);
        ma_buf_free(&log);
    }
}

static const row_t streams[] = {
    {"openvpn over TCP",
     {"A{000e}" RESET, "A{000f}{20}abcdefgh{0000000001}a{000f}{20}abcdefgh{0000000002}b",
      "A{0010}{30}data89abcdef012", "A{000f}{20}abcdefgh{0000000003}c"},
     "tls(openvpn) A<abc> end",
     false},
};

static void openvpn_is_found_in_streams(void)
{
    play_row(&streams[0], false);
    play_row(&streams[0], true);
}

static void hints_are_followed(void)
{
    static const find_hint_t hints[] = {{TRANSPORT_TCP, 0, "tls"}, {TRANSPORT_UDP, 0, "dtls"}};
    static const row_t row = {"", {"Aabc"}, "", true};
    ma_buf_t log;
    handshake_sink_t sink = {.context = &log};
    find_t find = {.sink = &sink, .hints = hints, .n_hints = 2};

    ma_buf_init(&log, 0);
    play(&row, find_tcp(&find), false);
    TAP_STR(ma_buf_string(&log), "tls() A<abc> end");
    TAP_STR(find_protocols()[0], "tls");
    ma_buf_free(&log);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"TLS is found", tls_is_found},
        {"other flows are given up", other_flows_are_given_up},
        {"datagrams are found", datagrams_are_found},
        {"OpenVPN is found in streams", openvpn_is_found_in_streams},
        {"hints are followed", hints_are_followed},
    };

    return tap_main("find", tests, sizeof(tests) / sizeof(tests[0]));
}

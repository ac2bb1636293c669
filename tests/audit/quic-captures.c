/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic-captures.c - public captures of QUIC, as far as handshake messages can be read from them.
 *
 * Packets come from libpcap, and their UDP payload is found in the simplest way: the stages for
 * that have tests of their own.
 */
#define _DEFAULT_SOURCE /* libpcap's headers want u_int and its like */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/quic/quic.h"
#include "audit/quic_double.h"
#include "tap.h"

/* A connection by the client's port. */
typedef struct peer {
    uint16_t port;
    quic_t *quic;
} peer_t;

static const char *corpus(const char *name)
{
    static char paths[4][1024];
    static unsigned next;
    const char *root = getenv("MTLSAUTH_CORPORA"), *source = getenv("srcdir");
    char *path = paths[next++ % 4];

    if (root != NULL)
        snprintf(path, sizeof(paths[0]), "%s/captures/%s", root, name);
    else
        snprintf(path, sizeof(paths[0]), "%s/../shared/corpora/captures/%s",
                 source != NULL ? source : ".", name);
    return path;
}

/* The UDP header of a frame; NULL: it has none. */
static const uint8_t *udp_of(int link, const uint8_t *data, size_t size, size_t *left)
{
    size_t skip = link == DLT_EN10MB ? 14 : link == DLT_LINUX_SLL ? 16 : link == DLT_NULL ? 4 : 0;

    if (link == DLT_PPP)
        skip = size > 1 && data[0] == 0xff ? 4 : 2;
    if (size < skip + 48)
        return NULL;
    data += skip;
    size -= skip;
    if (data[0] >> 4 == 4 && data[9] == 17)
        skip = (size_t)(data[0] & 15) * 4;
    else if (data[0] >> 4 == 6 && data[6] == 17)
        skip = 40;
    else
        return NULL;
    *left = (size_t)data[skip + 4] << 8 | data[skip + 5];
    return *left >= 8 && *left <= size - skip ? data + skip : NULL;
}

/* Decryption secrets of a pcapng file. */
static void read_secrets(const char *path, keylog_t *keys)
{
    FILE *file = fopen(path, "rb");
    static uint8_t block[1 << 20];
    uint32_t head[2], type, size; /* of this machine's order, as these files are */

    if (file == NULL)
        return;
    while (fread(head, 8, 1, file) == 1 && head[1] >= 12 && head[1] - 8 <= sizeof(block) &&
           fread(block, head[1] - 8, 1, file) == 1) {
        if (head[0] != 10)
            continue;
        memcpy(&type, block, 4);
        memcpy(&size, block + 4, 4);
        if (type == 0x544c534b && size <= head[1] - 20)
            CU_ASSERT_FATAL(keylog_add(keys, block + 8, size) == 0);
    }
    fclose(file);
}

static void take(peer_t *peers, size_t n, const uint8_t *udp, size_t left, const keylog_t *keys)
{
    static const flow_t flow;
    static const handshake_sink_t sink;
    static const packet_t packet;
    uint16_t ports[2] = {(uint16_t)(udp[0] << 8 | udp[1]), (uint16_t)(udp[2] << 8 | udp[3])};
    size_t i;

    for (i = 0; i < n && peers[i].quic != NULL; i++) {
        if (peers[i].port == ports[0] || peers[i].port == ports[1])
            break;
    }
    if (i == n || (peers[i].quic == NULL && !quic_is(udp + 8, left - 8)))
        return;
    if (peers[i].quic == NULL) {
        peers[i].port = ports[0];
        CU_ASSERT_FATAL(quic_new(&flow, keys, &sink, &peers[i].quic) == 0);
    }
    quic_datagram(peers[i].quic, peers[i].port == ports[0] ? 0 : 1, udp + 8, left - 8, &packet);
}

static void story_of(const char *path, const keylog_t *keys)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_open_offline(path, error);
    struct pcap_pkthdr *header;
    const uint8_t *data;
    peer_t peers[8] = {{0, NULL}};
    size_t i;

    CU_ASSERT_FATAL(pcap != NULL);
    while (pcap_next_ex(pcap, &header, &data) == 1) {
        size_t left;
        const uint8_t *udp = udp_of(pcap_datalink(pcap), data, header->caplen, &left);

        if (udp != NULL)
            take(peers, 8, udp, left, keys);
    }
    for (i = 0; i < 8 && peers[i].quic != NULL; i++) {
        quic_end(peers[i].quic);
        quic_free(peers[i].quic);
    }
    pcap_close(pcap);
}

static void captures(void)
{
    static const struct {
        const char *file, *keylog;
        const char *story;
    } rows[] = {
        {"syncsynchalt+illustrated-quic/captures/capture.pcap",
         "syncsynchalt+illustrated-quic/captures/keylog.txt", "c1 s2 S8 S11 S15 S20 C20."},
        {"syncsynchalt+illustrated-quic/captures/capture.pcap", NULL, "c1 s2 sX cX cA."},
        {"OISF+suricata-verify/tests/quic-retry-multiple/input.pcap", NULL, "c1 s2 sX cX cA."},
        {"zeek+zeek/testing/btest/Traces/quic/interop/quic-go_quic-go/zerortt.pcap", NULL,
         "c1 s2 sX cX cA c1 s2 sX cX cA.."},
        {"ntop+nDPI/tests/cfgs/default/pcap/quic-v2.pcapng", NULL, "c1 s2 S8 S11 S15 S20 S4 C20."},
        {"princeb612+hotplace/test/testcase/quic/http3/http3.pcapng",
         "princeb612+hotplace/test/testcase/quic/http3/sslkeylog",
         "c1 s2 S8 S11 S15 S20 C20 S4 S4."},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *path = corpus(rows[i].file);
        FILE *there = fopen(path, "rb");
        keylog_t *keys = NULL;
        ma_buf_t why;

        if (there == NULL) {
            tap_skip("no corpora");
            return;
        }
        fclose(there);
        tap_row("%s", rows[i].file);
        ma_buf_init(&why, 1024);
        CU_ASSERT_FATAL(keylog_new(&keys) == 0);
        if (rows[i].keylog != NULL)
            TAP_INT(keylog_read(keys, corpus(rows[i].keylog), &why), 0);
        TAP_STR(ma_buf_string(&why), "");
        read_secrets(path, keys);
        quic_double_story[0] = '\0';
        story_of(path, keys);
        TAP_STR(quic_double_story, rows[i].story);
        keylog_free(keys);
        ma_buf_free(&why);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {{"public captures", captures}};

    return tap_main("quic-captures", tests, sizeof(tests) / sizeof(tests[0]));
}

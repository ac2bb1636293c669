/* SPDX-License-Identifier: BSD-2-Clause */
/* link.c - link layers, tunnels and odd lengths: frames by hand, and what becomes of each. */
#include "audit/link/link.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "link_frames.h"
#include "tap.h"

/* The packet that most rows carry: 192.0.2.1:12345 to 192.0.2.2:443, three octets, "hi!". */
#define PORTS "3039 01bb "
#define TCP PORTS "00000001 00000000 5010 ffff 0000 0000 "
#define HI "686921 "
#define IP4(total, protocol) "4500" total "0001 0000 40" protocol "0000 c0000201 c0000202 "
#define IP6(length, next) \
    "60000000" length next "40 20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define PACKET4 IP4("002b", "06") TCP HI
#define PACKET6 IP6("0017", "06") TCP HI
#define MACS "020000000001 020000000002 "
#define FRAME4 MACS "0800 " PACKET4
#define IS4 "tcp 192.0.2.1:12345 192.0.2.2:443 3/3 hi!"
#define IS6 "tcp 2001:db8::1:12345 2001:db8::2:443 3/3 hi!"
/* An outer IPv4 header, of 198.51.100.1 and .2. */
#define OUTER(total, protocol) "4500" total "0001 0000 40" protocol "0000 c6336401 c6336402 "
#define UDP(port, length) "c000" port length "0000 "

typedef struct row {
    uint32_t link_type;
    const char *hex;
    uint32_t cut_off; /* octets that the capture left out at the end */
    const char *expected;
} row_t;

static const row_t rows[] = {
    /* Ethernet */
    { 1, FRAME4, 0, IS4 },
    { 1, MACS "86dd " PACKET6, 0, IS6 },
    /* padded to sixty octets: no payload at all, and six of padding */
    { 1, MACS "0800 " IP4("0028", "06") TCP "000000000000", 0,
      "tcp 192.0.2.1:12345 192.0.2.2:443 0/0 " },
    { 1, MACS "0806 0001 0800 0604 0001", 0, "not_ip" },
    { 1, MACS "08", 0, "malformed" },
    { 1, MACS "08", 30, "cut" },
    { 1, "", 0, "malformed" },
    /* LLC with SNAP, of a length; with more behind it; with IP's own number */
    { 1, MACS "0033 aaaa03 000000 0800 " PACKET4 "0000", 0, IS4 },
    { 1, MACS "002e 060603 " PACKET4, 0, IS4 },
    { 1, MACS "0026 424203 0000", 0, "not_ip" },
    /* SNAP of RFC 2684: a frame of Ethernet */
    { 100, "aaaa03 0080c2 0007 0000 " FRAME4, 0, IS4 },
    { 100, "aaaa03 000000 0800 " PACKET4, 0, IS4 },
    /* VLAN, QinQ of both kinds, three deep */
    { 1, MACS "8100 0064 0800 " PACKET4, 0, IS4 },
    { 1, MACS "88a8 0064 8100 0065 86dd " PACKET6, 0, IS6 },
    { 1, MACS "9100 0064 8100 0065 8100 0066 0800 " PACKET4, 0, IS4 },
    { 1, MACS "8100 00", 0, "malformed" },
    /* VLAN with LLC inside */
    { 1, MACS "8100 0064 0033 aaaa03 000000 0800 " PACKET4, 0, IS4 },
    /* VN-Tag, E-Tag, I-Tag */
    { 1, MACS "8926 00010002 0800 " PACKET4, 0, IS4 },
    { 1, MACS "893f 000100020003 0800 " PACKET4, 0, IS4 },
    { 1, MACS "88e7 00000001 " FRAME4, 0, IS4 },
    /* Cisco's metadata with a security group tag */
    { 1, MACS "8909 01 01 0001 000a 0800 " PACKET4, 0, IS4 },
    { 1, MACS "8909 01 ff 0001 000a 0800 " PACKET4, 0, "malformed" },
    /* MPLS: two labels; IPv6; a pseudowire with its control word, and without */
    { 1, MACS "8847 00010040 00011140 " PACKET4, 0, IS4 },
    { 1, MACS "8847 00010040 00010040", 0, "malformed" },
    { 1, MACS "8848 00011140 " PACKET6, 0, IS6 },
    { 1, MACS "8847 00011140 00000000 " FRAME4, 0, IS4 },
    { 1, MACS "8847 00011140 " FRAME4, 0, IS4 },
    /* ... from a station whose address begins with 4 */
    { 1, MACS "8847 00011140 4500ffff0001 020000000002 0800 " PACKET4, 0, IS4 },
    /* PPPoE: a session, with the protocol shortened, padded; its discovery */
    { 1, MACS "8864 11 00 0001 002d 0021 " PACKET4 "0000", 0, IS4 },
    { 1, MACS "8864 11 00 0001 002c 21 " PACKET4, 0, IS4 },
    { 1, MACS "8864 11 00 0001 0041 0057 " PACKET6, 0, IS6 },
    { 1, MACS "8864 11 00 0001 0006 c021 01010004", 0, "not_ip" },
    { 1, MACS "8864 21 00 0001 002d 0021 " PACKET4, 0, "malformed" },
    { 1, MACS "8863 11 09 0000 0004 0101 0000", 0, "not_ip" },
    /* PPP: bare, in HDLC's framing, with a direction, over Ethernet; Cisco's HDLC */
    { 9, "0021 " PACKET4, 0, IS4 },
    { 9, "ff03 0057 " PACKET6, 0, IS6 },
    { 50, "ff03 0021 " PACKET4, 0, IS4 },
    { 50, "0f00 0800 " PACKET4, 0, IS4 },
    { 51, "11 00 0001 002d 0021 " PACKET4, 0, IS4 },
    { 104, "8f00 86dd " PACKET6, 0, IS6 },
    { 166, "0003 0021 " PACKET4, 0, IS4 },
    { 204, "01 ff03 0021 " PACKET4, 0, IS4 },
    { 204, "00 0021 " PACKET4, 0, IS4 },
    { 9, "0281 00011140 " PACKET4, 0, IS4 },
    /* Linux's "any" interface, old and new */
    { 113, "0000 0001 0006 0200000000010000 0800 " PACKET4, 0, IS4 },
    { 113, "0000 0001 0006 0200000000010000 8100 0064 0800 " PACKET4, 0, IS4 },
    { 113, "0000 0001 0006 0200000000010000 0004 aaaa03 000000 0800 " PACKET4, 0, IS4 },
    { 113, "0000 0001 0006 02000000", 12, "cut" },
    { 276, "86dd 0000 00000002 0001 00 06 0200000000010000 " PACKET6, 0, IS6 },
    /* NULL in both orders, LOOP; IPv6 of Linux, NetBSD, FreeBSD and Darwin */
    { 0, "02000000 " PACKET4, 0, IS4 },
    { 0, "00000002 " PACKET4, 0, IS4 },
    { 0, "0a000000 " PACKET6, 0, IS6 },
    { 0, "00000018 " PACKET6, 0, IS6 },
    { 0, "1c000000 " PACKET6, 0, IS6 },
    { 0, "1e000000 " PACKET6, 0, IS6 },
    { 108, "0000001e " PACKET6, 0, IS6 },
    { 108, "00000002 " PACKET4, 0, IS4 },
    { 0, "07000000 " PACKET4, 0, "not_ip" },
    /* raw IP under all its numbers */
    { 101, PACKET4, 0, IS4 },
    { 101, PACKET6, 0, IS6 },
    { 12, PACKET4, 0, IS4 },
    { 14, PACKET6, 0, IS6 },
    { 228, PACKET4, 0, IS4 },
    { 229, PACKET6, 0, IS6 },
    { 101, "00", 0, "not_ip" },
    { 101, "", 0, "malformed" },
    /* netfilter's log: a prefix, then the packet; of a machine of the other order */
    { 239, "02 00 0000 0800 0a00 61626300 2f00 0900 " PACKET4 "00", 0, IS4 },
    { 239, "0a 00 0000 0043 0009 " PACKET6 "00", 0, IS6 },
    { 239, "02 00 0000 0000 0900 " PACKET4, 0, "malformed" },
    { 239, "02 00 0000 0800 0a00 61626300", 0, "not_ip" },
    /* 802.11: to the access point, with QoS, with four addresses and HT's control; encrypted; empty */
    { 105, "0801 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800 " PACKET4, 0,
      IS4 },
    { 105, "8802 0000 020000000001 020000000002 020000000003 0000 0000 aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 105,
      "8883 0000 020000000001 020000000002 020000000003 0000 020000000004 0000 00000000"
      "aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 105, "0841 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800 " PACKET4, 0,
      "not_ip" },
    { 105, "4801 0000 020000000001 020000000002 020000000003 0000", 0, "not_ip" },
    { 105, "8000 0000 020000000001 020000000002 020000000003 0000", 0, "not_ip" },
    /* a part of one, and several in one */
    { 105, "0805 0000 020000000001 020000000002 020000000003 0000 aaaa03 000000 0800 " PACKET4, 0,
      "other" },
    { 105, "8802 0000 020000000001 020000000002 020000000003 0000 8000 aaaa03 000000 0800 " PACKET4,
      0, "other" },
    /* radiotap: bare; with time stamp and the flag that says "padded"; two words of what is there */
    { 127,
      "00 00 0800 00000000 0801 0000 020000000001 020000000002 020000000003 0000"
      "aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 127,
      "00 00 1100 03000000 0000000000000000 20 8802 0000 020000000001 020000000002 020000000003"
      "0000 0000 0000 aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 127,
      "00 00 0d00 02000080 00000000 20 8802 0000 020000000001 020000000002 020000000003"
      "0000 0000 0000 aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 127, "00 00 0700 00000000", 0, "malformed" },
    { 127, "00 00 0c00 ffffffff ffffffff", 0, "malformed" },
    /* Prism of a length, AVS, PPI with 802.11 and with Ethernet in it */
    { 119,
      "00000044 0c000000 00000000 0801 0000 020000000001 020000000002 020000000003 0000"
      "aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 163,
      "80211001 0000000c 00000000 0801 0000 020000000001 020000000002 020000000003 0000"
      "aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 192,
      "00 00 0800 69000000 0801 0000 020000000001 020000000002 020000000003 0000"
      "aaaa03 000000 0800 " PACKET4,
      0, IS4 },
    { 192, "00 00 0800 01000000 " FRAME4, 0, IS4 },
    { 192, "00 00 0800 c0000000 00 00 0800 c0000000", 0, "malformed" },
    /* of a type that nobody reads */
    { 147, PACKET4, 0, "unknown_link" },

    /* IPv4: options; header too short; total below the header, or of another version */
    { 101, "4600002f00010000400600 00 c0000201 c0000202 01010100 " TCP HI, 0, IS4 },
    { 101, "4400002b00010000400600 00 c0000201 c0000202 " TCP HI, 0, "malformed" },
    { 101, IP4("0013", "06") TCP HI, 0, "malformed" },
    { 1, MACS "0800 " PACKET6, 0, "malformed" },
    /* a length of 0, to be cut up by the network card: all that is there */
    { 101, IP4("0000", "06") TCP HI, 0, IS4 },
    { 229, IP6("0000", "06") TCP HI, 0, IS6 },
    /* a length beyond the frame: what is there */
    { 101, IP4("1034", "06") TCP HI, 0, IS4 },
    /* ICMP, ESP, and no next header */
    { 101, IP4("001c", "01") "0800000000000000", 0, "other" },
    { 229, IP6("0008", "32") "0000000000000000", 0, "other" },
    { 229, IP6("0000", "3b"), 0, "other" },
    /* cut by the capture: in the payload, in TCP's options, before its flags */
    { 101, IP4("0033", "06") TCP HI, 8, "tcp 192.0.2.1:12345 192.0.2.2:443 3/11 hi!" },
    { 101, IP4("0034", "06") PORTS "00000001 00000000 8010 ffff", 20,
      "tcp 192.0.2.1:12345 192.0.2.2:443 0/0 " },
    { 101, IP4("002b", "06") PORTS "00000001 00", 15, "cut" },
    { 101, "4500", 40, "cut" },
    /* TCP: header longer than what there is, or shorter than one */
    { 101, IP4("0028", "06") PORTS "00000001 00000000 f010 ffff 0000 0000", 0, "malformed" },
    { 101, IP4("0028", "06") PORTS "00000001 00000000 4010 ffff 0000 0000", 0, "malformed" },
    { 101, IP4("0024", "06") PORTS "00000001 00000000 5010 ffff", 0, "malformed" },
    /* UDP: plain; padded within IP; a length of 0; lengths that cannot be; cut */
    { 101, IP4("001f", "11") PORTS "000b 0000 " HI, 0, "udp 192.0.2.1:12345 192.0.2.2:443 3/3 hi!" },
    { 101, IP4("0021", "11") PORTS "000b 0000 " HI "ffff", 0,
      "udp 192.0.2.1:12345 192.0.2.2:443 3/3 hi!" },
    { 101, IP4("001f", "11") PORTS "0000 0000 " HI, 0, "udp 192.0.2.1:12345 192.0.2.2:443 3/3 hi!" },
    { 101, IP4("001f", "11") PORTS "0007 0000 " HI, 0, "malformed" },
    { 101, IP4("001f", "11") PORTS "000c 0000 " HI, 0, "malformed" },
    { 101, IP4("0023", "11") PORTS "000f 0000 " HI, 4, "udp 192.0.2.1:12345 192.0.2.2:443 3/7 hi!" },

    /* IPv6: hop-by-hop, routing and destination options; AH; a fragment that is alone; mobility */
    { 229,
      IP6("002f", "00") "2b00 0104 00000000 3c00 0000 00000000 0600 0104 00000000 " TCP HI, 0, IS6 },
    { 229, IP6("002f", "33") "0604 0000 00000001 00000001 00000000 00000000 00000000 " TCP HI, 0, IS6 },
    { 228, IP4("0043", "33") "0604 0000 00000001 00000001 00000000 00000000 00000000 " TCP HI, 0, IS4 },
    { 229, IP6("001f", "2c") "0600 0000 00000007 " TCP HI, 0, IS6 },
    { 229, IP6("001f", "87") "0600 0104 00000000 " TCP HI, 0, IS6 },
    { 229, IP6("001f", "00") "06ff 0104 00000000 " TCP HI, 0, "malformed" },
    /* hop-by-hop is nothing to IPv4 */
    { 228, IP4("0033", "00") "0600 0104 00000000 " TCP HI, 0, "other" },

    /* IP in IP, all four ways; EtherIP; MPLS in IP */
    { 101, OUTER("003f", "04") PACKET4, 0, IS4 },
    { 101, OUTER("0053", "29") PACKET6, 0, IS6 },
    { 101, IP6("002b", "04") PACKET4, 0, IS4 },
    { 101, IP6("003f", "29") PACKET6, 0, IS6 },
    { 101, OUTER("004f", "61") "3000 " FRAME4, 0, IS4 },
    { 101, OUTER("004f", "61") "2000 " FRAME4, 0, "other" },
    { 101, OUTER("0043", "89") "00011140 " PACKET4, 0, IS4 },
    /* GRE: bare; checksum, key and sequence; bridged; ERSPAN I, II, III; MPLS; WCCP; PPTP */
    { 101, OUTER("0043", "2f") "0000 0800 " PACKET4, 0, IS4 " tunnel" },
    { 101, OUTER("0063", "2f") "b000 86dd 00000000 00000001 00000002 " PACKET6, 0, IS6 " tunnel" },
    { 101, OUTER("0051", "2f") "0000 6558 " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("0051", "2f") "0000 88be " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("005d", "2f") "1000 88be 00000001 10010064 00000000 " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("0061", "2f") "1000 22eb 00000001 20010064 00000000 00000000 " FRAME4, 0,
      IS4 " tunnel" },
    { 101, OUTER("0069", "2f") "1000 22eb 00000001 20010064 00000000 00000001 0000000000000000 " FRAME4,
      0, IS4 " tunnel" },
    { 101, OUTER("0047", "2f") "0000 8847 00011140 " PACKET4, 0, IS4 " tunnel" },
    { 101, OUTER("0047", "2f") "0000 883e 00010000 " PACKET4, 0, IS4 " tunnel" },
    { 101, OUTER("0053", "2f") "3081 880b 002f0001 00000001 00000001 ff03 0021 " PACKET4, 0,
      IS4 " tunnel" },
    { 101, OUTER("0018", "2f") "0000 0000", 0, "other" },
    { 101, OUTER("0047", "2f") "4000 0800 00000000 " PACKET4, 0, "other" },
    { 101, OUTER("0018", "2f") "b000 0800", 0, "malformed" },
    /* VXLAN on both ports, with a group's policy */
    { 101, OUTER("0061", "11") UDP("12b5", "0049") "08000000 00000100 " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("0061", "11") UDP("2118", "0049") "88000007 00000100 " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("003c", "11") UDP("12b5", "0028") "08000000 00000100 " MACS "0806 00010800060400010000", 0,
      "not_ip" },
    /* something else on its port: no valid number, nothing inside that is known */
    { 101, OUTER("001f", "11") UDP("12b5", "000b") HI, 0, "udp 198.51.100.1:49152 198.51.100.2:4789 3/3 hi!" },
    { 101, OUTER("0061", "11") UDP("12b5", "0049") "00000000 00000100 " FRAME4, 0,
      "udp 198.51.100.1:49152 198.51.100.2:4789 65/65" },
    { 101, OUTER("0034", "11") UDP("12b5", "0020") "08000000 00000100 " MACS "1234 0000", 0,
      "udp 198.51.100.1:49152 198.51.100.2:4789 24/24" },
    /* Geneve: a frame, with options; IP itself; of another version; options beyond the end */
    { 101, OUTER("0061", "11") UDP("17c1", "0049") "00006558 00000100 " FRAME4, 0, IS4 " tunnel" },
    { 101, OUTER("0069", "11") UDP("17c1", "0051") "02406558 00000100 0108000100000000 " FRAME4, 0,
      IS4 " tunnel" },
    { 101, OUTER("0067", "11") UDP("17c1", "004f") "000086dd 00000100 " PACKET6, 0, IS6 " tunnel" },
    { 101, OUTER("0061", "11") UDP("17c1", "0049") "40006558 00000100 " FRAME4, 0,
      "udp 198.51.100.1:49152 198.51.100.2:6081 65/65" },
    { 101, OUTER("0061", "11") UDP("17c1", "0049") "3f006558 00000100 " FRAME4, 0,
      "udp 198.51.100.1:49152 198.51.100.2:6081 65/65" },
    /* GTP-U: a packet, with a sequence, with two extensions; an echo; extensions that do not end */
    { 101, OUTER("004f", "11") UDP("0868", "003b") "30ff002b 00000001 " PACKET4, 0, IS4 " tunnel" },
    { 101, OUTER("0053", "11") UDP("0868", "003f") "32ff002f 00000001 00010000 " PACKET4, 0,
      IS4 " tunnel" },
    { 101,
      OUTER("005b", "11") UDP("0868", "0047") "34ff0037 00000001 00000085 01100985 01100900 " PACKET4, 0,
      IS4 " tunnel" },
    { 101, OUTER("0028", "11") UDP("0868", "0014") "32010004 00000000 00010000", 0,
      "udp 198.51.100.1:49152 198.51.100.2:2152 12/12" },
    { 101, OUTER("002c", "11") UDP("0868", "0018") "34ff0008 00000001 00000085 00000000", 0,
      "udp 198.51.100.1:49152 198.51.100.2:2152 16/16" },
    /* Teredo: bare, with authentication and origin; no prefix of its own */
    { 101,
      OUTER("005b", "11") UDP("0dd8", "0047")
          "6000000000170640 20010000000000000000000000000001 20010db8000000000000000000000002" TCP HI,
      0, "tcp 2001::1:12345 2001:db8::2:443 3/3 hi!" },
    { 101,
      OUTER("0070", "11") UDP("0dd8", "005c")
          "0001 00 00 0000000000000000 00 0000 1234 12345678"
          "6000000000170640 20010000000000000000000000000001 20010db8000000000000000000000002" TCP HI,
      0, "tcp 2001::1:12345 2001:db8::2:443 3/3 hi!" },
    { 101, OUTER("005b", "11") UDP("0dd8", "0047") PACKET6, 0,
      "udp 198.51.100.1:49152 198.51.100.2:3544 63/63" },
    /* a tunnel in a tunnel */
    { 101,
      OUTER("0079", "11") UDP("12b5", "0065") "08000000 00000100 " MACS "0800 " OUTER("0047", "2f")
          "2000 0800 00000007 " PACKET4,
      0, IS4 " tunnel" },
};

static const char *end_name(const link_counts_t *counts)
{
    return counts->not_ip          ? "not_ip"
           : counts->other        ? "other"
           : counts->malformed    ? "malformed"
           : counts->cut          ? "cut"
           : counts->unknown_link ? "unknown_link"
                                  : "nothing";
}

typedef struct heard {
    char text[256];
    unsigned n;
    segment_t segment;
} heard_t;

static void on_segment(void *context, const segment_t *segment)
{
    heard_t *heard = context;
    const int family = segment->ip_version == 4 ? AF_INET : AF_INET6;
    char source[64], destination[64];

    heard->n++;
    heard->segment = *segment;
    inet_ntop(family, segment->source.address, source, sizeof(source));
    inet_ntop(family, segment->destination.address, destination, sizeof(destination));
    snprintf(heard->text, sizeof(heard->text), "%s %s:%u %s:%u %" PRIu32 "/%" PRIu32 "%s%.*s%s",
             segment->transport == TRANSPORT_TCP ? "tcp" : "udp", source, segment->source.port,
             destination, segment->destination.port, segment->size, segment->length,
             segment->size <= 3 ? " " : "", segment->size <= 3 ? (int)segment->size : 0,
             (const char *)segment->payload, segment->tunnel != 0 ? " tunnel" : "");
}

/* Pushes one frame through a links_t of its own. */
static void push_one(uint32_t link_type, const char *hex, uint32_t cut_off, heard_t *heard)
{
    links_t *links = NULL;
    frame_t frame;
    packet_t packet;

    memset(heard, 0, sizeof(*heard));
    frame_from_hex(&frame, hex);
    packet = frame_packet(&frame, link_type, 1);
    packet.length += cut_off;
    if (!TAP_INT(links_new(on_segment, heard, 1 << 20, &links), 0))
        return;
    links_push(links, &packet);
    TAP_INT((long long)links_counts(links)->packets, 1);
    TAP_INT((long long)links_counts(links)->segments, heard->n);
    if (heard->n == 0)
        snprintf(heard->text, sizeof(heard->text), "%s", end_name(links_counts(links)));
    links_free(links);
    frame_free(&frame);
}

static void reads_each(void)
{
    heard_t heard;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%zu: %u %s", i, rows[i].link_type, rows[i].hex);
        push_one(rows[i].link_type, rows[i].hex, rows[i].cut_off, &heard);
        TAP_STR(heard.text, rows[i].expected);
    }
}

/* Every frame of the table, cut anywhere, with and without its length: no harm, one count each. */
static void survives_cuts(void)
{
    heard_t heard;
    size_t i, size, cut;
    char hex[1024];

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size = strlen(rows[i].hex);
        for (cut = 0; cut < size; cut++) {
            memcpy(hex, rows[i].hex, cut);
            hex[cut] = '\0';
            tap_row("%zu: %s", i, hex);
            push_one(rows[i].link_type, hex, 0, &heard);
            TAP_TRUE(heard.text[0] != '\0');
            push_one(rows[i].link_type, hex, 100, &heard);
            TAP_TRUE(heard.text[0] != '\0');
        }
    }
}

static void tells_of_tcp(void)
{
    heard_t heard;

    push_one(101, IP4("002b", "06") PORTS "01020304 00000000 50ff ffff 0000 0000 " HI, 0, &heard);
    TAP_INT(heard.segment.sequence, 0x01020304);
    TAP_INT(heard.segment.tcp_flags, TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK);
    TAP_INT(heard.segment.ip_version, 4);
    push_one(101, PACKET6, 0, &heard);
    TAP_INT(heard.segment.tcp_flags, TCP_ACK);
    TAP_INT(heard.segment.ip_version, 6);
}

/* Of pairs of frames: is it one tunnel or are there two? */
static void tells_tunnels_apart(void)
{
#define VXLAN(ends, number)                                                                        \
    "45000061000100004011 0000" ends UDP("12b5", "0049") "08000000" number "00 " FRAME4
#define GRE(ends, key) "4500004700010000402f 0000" ends "2000 0800" key PACKET4
#define GTP(ends, id) "4500004f000100004011 0000" ends UDP("0868", "003b") "30ff002b" id PACKET4
#define THERE "c6336401 c6336402"
#define BACK "c6336402 c6336401"
#define ELSEWHERE "c6336403 c6336401"
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        /* there and back */
        { VXLAN(THERE, "000001"), VXLAN(BACK, "000001"), true },
        /* one network of several switches */
        { VXLAN(THERE, "000001"), VXLAN(ELSEWHERE, "000001"), true },
        { VXLAN(THERE, "000001"), VXLAN(THERE, "000002"), false },
        /* keys of GRE and GTP's numbers differ by direction */
        { GRE(THERE, "00000001"), GRE(BACK, "00000002"), true },
        { GRE(THERE, "00000001"), GRE(ELSEWHERE, "00000001"), false },
        { GTP(THERE, "00000001"), GTP(BACK, "00000002"), true },
        { GTP(THERE, "00000001"), GTP(ELSEWHERE, "00000001"), false },
        /* of different kinds */
        { GTP(THERE, "00000001"), GRE(THERE, "00000001"), false },
    };
    heard_t a, b;
    size_t i;

    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        tap_row("%zu", i);
        push_one(101, pairs[i].a, 0, &a);
        push_one(101, pairs[i].b, 0, &b);
        TAP_INT(a.n + b.n, 2);
        TAP_TRUE(a.segment.tunnel != 0 && b.segment.tunnel != 0);
        TAP_INT(a.segment.tunnel == b.segment.tunnel, pairs[i].same);
    }
}

/* As deep as it may be, and one deeper. */
static void nests_so_deep(void)
{
    char hex[4096] = "";
    heard_t heard;
    unsigned tags;

    for (tags = LINK_MAX_DEPTH - 3; tags <= LINK_MAX_DEPTH - 2; tags++) {
        unsigned i;
        strcpy(hex, MACS "8100 ");
        for (i = 1; i < tags; i++)
            strcat(hex, "0064 8100 ");
        strcat(hex, "0064 0800 " PACKET4);
        push_one(1, hex, 0, &heard);
        TAP_STR(heard.text, tags == LINK_MAX_DEPTH - 3 ? IS4 : "malformed");
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads each kind of frame", reads_each },
        { "survives cuts anywhere", survives_cuts },
        { "tells of TCP what flows want to know", tells_of_tcp },
        { "tells tunnels apart, the same in both directions", tells_tunnels_apart },
        { "nests so deep and no deeper", nests_so_deep },
    };

    return tap_main("link", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_classic.c - pcap files of all kinds and with all kinds of damage, what is refused, and
 * filters. Where libpcap reads a file it must agree.
 */
#include "capture_scene.h"

static const capture_how_t plain = { NULL, NULL, NULL };

typedef struct classic_row {
    const char *what;
    uint32_t magic;
    bool big;
    unsigned major, minor;
    uint32_t link_type;
    uint32_t seconds, fraction, captured, length; /* of the one packet */
    uint32_t octets;                              /* that are there of it */
    const char *expect;
} classic_row_t;

static const classic_row_t classic_rows[] = {
    { "microseconds", MAGIC_MICRO, false, 2, 4, 1, 1700000000, 123456, 60, 60, 60,
      "1700000000123456000 1 60/60\nend" },
    { "the other byte order", MAGIC_MICRO, true, 2, 4, 1, 1700000000, 123456, 60, 1500, 60,
      "1700000000123456000 1 60/1500\nend" },
    { "nanoseconds", MAGIC_NANO, false, 2, 4, 113, 1, 999999999, 8, 8, 8,
      "1999999999 113 8/8\nend" },
    { "nanoseconds in the other order", MAGIC_NANO, true, 2, 4, 1, 1, 7, 8, 8, 8,
      "1000000007 1 8/8\nend" },
    { "modified, with eight octets more", MAGIC_MODIFIED, false, 2, 4, 1, 5, 6, 20, 20, 20,
      "5000006000 1 20/20\nend" },
    { "after 2038", MAGIC_MICRO, false, 2, 4, 1, 4000000000u, 1, 4, 4, 4,
      "4000000000000001000 1 4/4\nend" },
    { "a fraction of more than a second", MAGIC_MICRO, false, 2, 4, 1, 1, 2500000, 4, 4, 4,
      "3500000000 1 4/4\nend" },
    { "an empty packet", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 0, 0, 0, "1000000000 1 0/0\nend" },
    { "a frame check sequence", MAGIC_MICRO, false, 2, 4, 0x24000001, 1, 0, 4, 4, 4,
      "1000000000 1 4/4\nend" },
    { "raw IP, whose DLT_ is another", MAGIC_MICRO, false, 2, 4, 101, 1, 0, 4, 4, 4,
      "1000000000 101 4/4\nend" },
    { "lengths swapped before 2.3", MAGIC_MICRO, false, 2, 2, 1, 1, 0, 90, 30, 30,
      "1000000000 1 30/90\nend" },
    { "perhaps swapped in 2.3", MAGIC_MICRO, false, 2, 3, 1, 1, 0, 90, 30, 30,
      "1000000000 1 30/90\nend" },
    { "not swapped in 2.3", MAGIC_MICRO, false, 2, 3, 1, 1, 0, 30, 90, 30,
      "1000000000 1 30/90\nend" },
    { "version 543.0", MAGIC_MICRO, false, 543, 0, 1, 1, 0, 90, 30, 30,
      "1000000000 1 30/90\nend" },
    { "more captured than was on the wire", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 30, 20, 30,
      "1000000000 1 30/30\nend" },
    { "more than the snaplen", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 262144, 262144, 262144,
      "1000000000 1 262144/262144\nend" },
    { "more than there can be", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 262145, 262145, 262145,
      "damaged: \"memory\": damaged at octet 24, packet 1: a packet cannot have 262145 octets; "
      "nothing behind it is read" },
    { "a length that wraps", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 0xffffffff, 60, 60,
      "damaged: \"memory\": damaged at octet 24, packet 1: a packet cannot have 4294967295 octets; "
      "nothing behind it is read" },
    { "cut in the data", MAGIC_MICRO, false, 2, 4, 1, 1, 0, 60, 60, 59,
      "cut: \"memory\": cut off at octet 99, packet 1, which begins at 24" },
    { "version 2.5", MAGIC_MICRO, false, 2, 5, 1, 1, 0, 4, 4, 4,
      "refused: \"memory\": a pcap file of version 2.5; 2.4 is read" },
    { "version 1.0", MAGIC_MICRO, true, 1, 0, 1, 1, 0, 4, 4, 4,
      "refused: \"memory\": a pcap file of version 1.0; 2.4 is read" },
};

static void make_classic(scene_t *scene, const classic_row_t *row)
{
    scene_begin(scene, row->big);
    put_file(scene, row->magic, row->major, row->minor, row->link_type);
    put_record(scene, row->seconds, row->fraction, row->captured, row->length);
    if (row->magic == MAGIC_MODIFIED)
        put_zeros(scene, 8);
    put_data(scene, row->octets, 1);
}

/* libpcap over the same bytes, unless its seconds are negative. */
static void ask_libpcap(ma_bytes_t bytes, const classic_row_t *row)
{
    pcap_t *pcap = oracle_open(fmemopen((void *)(uintptr_t)bytes.data, bytes.size, "rb"));
    capture_t *capture = NULL;
    agreement_t result;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    TAP_INT(capture_open_memory(bytes, 4096, 0, &plain, &capture, &why) == 0, pcap != NULL);
    if (capture != NULL && pcap != NULL && row->seconds < 0x80000000u) {
        result = agree(capture, pcap);
        TAP_TRUE(result.same);
        TAP_INT(result.ours == CAPTURE_END, result.theirs == PCAP_ERROR_BREAK);
    }
    if (pcap != NULL)
        pcap_close(pcap);
    capture_free(capture);
    ma_buf_free(&why);
}

static void reads_every_kind(void)
{
    static const size_t pieces[] = { 1, 7, 4096, 1 << 20 };
    size_t i, k;

    for (i = 0; i < sizeof(classic_rows) / sizeof(classic_rows[0]); i++) {
        scene_t scene;
        ma_buf_t told;
        make_classic(&scene, &classic_rows[i]);
        ma_buf_init(&told, 0);
        for (k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
            tap_row("%s, in pieces of %zu", classic_rows[i].what, pieces[k]);
            ma_buf_clear(&told);
            tell(scene_bytes(&scene), pieces[k], &plain, &told);
            TAP_STR(ma_buf_string(&told), classic_rows[i].expect);
        }
        tap_row("%s, libpcap", classic_rows[i].what);
        ask_libpcap(scene_bytes(&scene), &classic_rows[i]);
        ma_buf_free(&told);
        scene_end(&scene);
    }
}

/* Packets of all sizes, so that the window moves at every place. */
static void moves_its_window(void)
{
    classic_row_t row = { .seconds = 1 };
    scene_t scene;
    uint32_t i;

    scene_begin(&scene, false);
    put_file(&scene, MAGIC_MICRO, 2, 4, 1);
    for (i = 0; i < 400; i++)
        put_classic_packet(&scene, i, i, i * 7919 % 60000);
    put_classic_packet(&scene, i, i, 262144);
    put_classic_packet(&scene, i, i, 262144);
    TAP_TRUE(scene.bytes.size > 10 * 1000 * 1000);
    ask_libpcap(scene_bytes(&scene), &row);
    scene_end(&scene);
}

#define BYTES(text) { (const uint8_t *)(text), sizeof(text) - 1 }

static void refuses_what_is_no_capture(void)
{
    static const struct {
        ma_bytes_t bytes;
        const char *expect;
    } rows[] = {
        { BYTES(""), "it is empty" },
        { BYTES("a"), "no capture begins with \"a\"; accepted are pcap and pcapng, also packed" },
        { BYTES("hello\x1b[31m world, this is text"),
          "no capture begins with \"hello\\x1b[31m world\"; accepted are" },
        { BYTES("snoop\0\0\0\0\0\0\2"), "it is a snoop capture of Solaris; accepted are" },
        { BYTES("\1\2\3\4\5\6\7\10"), "(snoop, ERF and the like: turn them with editcap)" },
        { BYTES("GMBU\0\2"), "it is a capture of Microsoft Network Monitor 2" },
        { BYTES("BZh91AY&SY"), "it is packed with bzip2; accepted are" },
        { BYTES("\xd4\xc3\xb2\xa1\2\0\4"), "a pcap file that ends in its header" },
        { BYTES("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d"), "cut off at octet 9" },
        { BYTES("\x0a\x0d\x0d\x0a\x1c\0\0\0DUMP\1\0\0\0\0\0\0\0\0\0\0\0"),
          "a section has no byte-order magic" },
        { BYTES("\x1f\x8b\x08\0\0\0\0\0\0\3garbage"),
          "it cannot be read: what follows is no gzip" },
        { BYTES("\x1f\x8b\x08\0\0"), "it cannot be read: it ends in the middle of what is packed" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_buf_t told;
        ma_buf_init(&told, 0);
        tap_row("%s", rows[i].expect);
        tell(rows[i].bytes, 1000, &plain, &told);
        TAP_HAS(ma_buf_string(&told), "refused: \"memory\": ");
        TAP_HAS(ma_buf_string(&told), rows[i].expect);
        ma_buf_free(&told);
    }
}

static void refuses_paths(void)
{
    static const struct {
        const char *path, *expect;
    } rows[] = {
        { "/nonexistent/a\nb.pcap", "\"/nonexistent/a\\x0ab.pcap\": No such file or directory" },
        { "/", "\"/\": it cannot be read: Is a directory" },
        { "/dev/null", "\"/dev/null\": it is empty" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        capture_t *capture = NULL;
        ma_buf_t why;
        ma_buf_init(&why, 0);
        tap_row("%s", rows[i].expect);
        TAP_INT(capture_open(rows[i].path, 0, &plain, &capture, &why), -1);
        TAP_TRUE(capture == NULL);
        TAP_STR(ma_buf_string(&why), rows[i].expect);
        ma_buf_free(&why);
    }
}

/* An Ethernet or raw frame of IPv4 TCP to a port. */
static void put_frame(scene_t *scene, uint32_t link_type, unsigned port)
{
    uint32_t ethernet = link_type == 1 ? 14 : 0;
    uint8_t frame[54] = { 0 };
    uint8_t *ip = frame + ethernet;

    frame[12] = 8;
    memset(ip, 0, 40);
    ip[0] = 0x45;
    ip[3] = 40;
    ip[8] = 64;
    ip[9] = 6;
    ip[22] = (uint8_t)(port >> 8);
    ip[23] = (uint8_t)port;
    put_record(scene, port, 0, ethernet + 40, ethernet + 40);
    ma_buf_add(&scene->bytes, frame, ethernet + 40);
}

static void filters(void)
{
    static const struct {
        const char *filter;
        uint32_t link_type;
        const char *expect;
    } rows[] = {
        { "tcp port 443", 1, "443000000000 1 54/54\nend" },
        { "tcp port 443", 101, "443000000000 101 40/40\nend" }, /* DLT_RAW is 12 */
        { "tcp port 443", 228, "443000000000 228 40/40\nend" }, /* LINKTYPE_IPV4 */
        { "udp", 1, "end" },
        { "", 1, "80000000000 1 54/54\n443000000000 1 54/54\nend" },
        { "tcp prot 443", 1, "refused: \"memory\": the filter \"tcp prot 443\" cannot be used for "
                             "link type 1: can't parse filter expression: syntax error" },
        { "ether host 1:2:3:4:5:6", 101,
          "refused: \"memory\": the filter \"ether host 1:2:3:4:5:6\" "
          "cannot be used for link type 101: ethernet addresses" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const capture_how_t how = { rows[i].filter, NULL, NULL };
        scene_t scene;
        ma_buf_t told;
        ma_buf_init(&told, 0);
        scene_begin(&scene, false);
        put_file(&scene, MAGIC_MICRO, 2, 4, rows[i].link_type);
        put_frame(&scene, rows[i].link_type, 80);
        put_frame(&scene, rows[i].link_type, 443);
        tap_row("%s of %u", rows[i].filter, (unsigned)rows[i].link_type);
        tell(scene_bytes(&scene), 1000, &how, &told);
        TAP_HAS(ma_buf_string(&told), rows[i].expect);
        ma_buf_free(&told);
        scene_end(&scene);
    }
}

static void checks_filters(void)
{
    static const struct {
        const char *filter, *expect; /* NULL: it is one */
    } rows[] = {
        { "tcp port 443 and host 192.0.2.1", NULL },
        { "wlan addr1 1:2:3:4:5:6", NULL }, /* not of Ethernet */
        { "vlan 7 and ip6", NULL },
        { "host", "the filter \"host\" cannot be used for link type 1: " },
        { "port 70000", "illegal port number" },
        { "\x1b(", "the filter \"\\x1b(\" cannot" },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_buf_t why;
        ma_buf_init(&why, 0);
        tap_row("%s", rows[i].filter);
        TAP_INT(capture_filter_check(rows[i].filter, &why), rows[i].expect == NULL ? 0 : -1);
        TAP_HAS(ma_buf_string(&why), rows[i].expect == NULL ? "" : rows[i].expect);
        TAP_TRUE(rows[i].expect != NULL || why.size == 0);
        ma_buf_free(&why);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every kind of pcap file, and damaged ones", reads_every_kind },
        { "packets of all sizes across the window", moves_its_window },
        { "refuses what is no capture, and says what it is", refuses_what_is_no_capture },
        { "refuses paths that cannot be read", refuses_paths },
        { "filters, for each link type", filters },
        { "checks filters without a file", checks_filters },
    };
    return tap_main("capture_classic", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_sections.c - pcapng: byte orders, sections, interfaces of all resolutions, the kinds of
 * packets, and blocks that cannot be. Where libpcap reads a file it must agree.
 */
#include "capture_scene.h"

static const capture_how_t plain = { NULL, NULL, NULL };

typedef void make_fn(scene_t *scene);

static void make_plain(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 0, 0);
    put_packet(scene, 6, 0, UINT64_C(1700000000123456), 61, 1500);
    put_packet(scene, 6, 0, UINT64_C(4000000000000001), 0, 0);
}

static void make_nothing(scene_t *scene)
{
    put_section(scene, 1, 2);
}

/* One packet at half a second behind 1000 s of each resolution. */
static void make_resolutions(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 9, 0);
    put_packet(scene, 6, 0, UINT64_C(1000500000000), 4, 4);
    put_interface(scene, 1, 262144, 3, 0);
    put_packet(scene, 6, 1, 1000500, 4, 4);
    put_interface(scene, 1, 262144, 0x8a, 0);
    put_packet(scene, 6, 2, 1000 * 1024 + 512, 4, 4);
    put_interface(scene, 1, 262144, 12, 0);
    put_packet(scene, 6, 3, UINT64_C(1000500000000000), 4, 4);
    put_interface(scene, 1, 262144, 6, 1000000);
    put_packet(scene, 6, 4, 1000500000, 4, 4);
    put_interface(scene, 1, 262144, 6, -1000);
    put_packet(scene, 6, 5, 1000500000, 4, 4);
}

/* What libpcap does not count exactly, or at all. */
static void make_odd_resolutions(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 0x80, 0); /* whole seconds */
    put_packet(scene, 6, 0, 1000, 4, 4);
    put_interface(scene, 1, 262144, 0xbf, 0); /* 2^-63 s: half a second is 2^62 */
    put_packet(scene, 6, 1, (UINT64_C(1) << 63) + (UINT64_C(1) << 62), 4, 4);
    put_interface(scene, 1, 262144, 19, 0);
    put_packet(scene, 6, 2, UINT64_C(15000000000000000000), 4, 4);
    put_packet(scene, 6, 0, UINT64_MAX, 4, 4); /* does not fit */
    put_interface(scene, 1, 262144, 0x80, INT64_MIN);
    put_packet(scene, 6, 3, UINT64_MAX, 4, 4);
    put_packet(scene, 6, 3, 0, 4, 4);
    put_interface(scene, 1, 262144, 6, INT64_MAX);
    put_packet(scene, 6, 4, UINT64_MAX, 4, 4);
}

static void make_mixed_links(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 0, 0);
    put_interface(scene, 101, 262144, 0, 0);
    put_packet(scene, 6, 1, 1000000, 4, 4);
    put_packet(scene, 6, 0, 2000000, 4, 4);
}

static void make_old_and_simple(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 10, 0, 0);
    put_packet(scene, 2, 0, 1000001, 7, 9);
    put_simple(scene, 8, 8);
    put_simple(scene, 1500, 10); /* cut by the snaplen */
}

static void make_two_sections(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 0, 0);
    put_packet(scene, 6, 0, 1000000, 4, 4);
    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 9, 0);
    put_packet(scene, 6, 0, 2000000000, 4, 4);
}

/* The second section is of the other byte order, and describes its own interfaces. */
static void make_both_orders(scene_t *scene)
{
    make_plain(scene);
    scene->big = !scene->big;
    make_mixed_links(scene);
}

static void make_other_blocks(scene_t *scene)
{
    static const uint32_t types[] = { 4, 5, 9, 0x0bad, 0x40000bad, 0x80000001 };
    size_t i, block;

    put_section(scene, 1, 0);
    put_interface(scene, 1, 262144, 0, 0);
    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        block = open_block(scene, types[i]);
        put_data(scene, (uint32_t)(i * 200000), 1); /* some longer than any window */
        close_block(scene, block);
    }
    put_packet(scene, 6, 0, 1000000, 4, 4);
}

static void make_late_option(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    block = open_block(scene, 1);
    put_16(scene, 1);
    put_16(scene, 0);
    put_32(scene, 0);
    put_16(scene, 2); /* a name, padded */
    put_16(scene, 5);
    put_data(scene, 5, 1);
    put_padding(scene, 5);
    put_16(scene, 9);
    put_16(scene, 1);
    put_data(scene, 1, 0); /* 0: seconds */
    put_padding(scene, 1);
    put_32(scene, 0);
    put_16(scene, 9); /* behind the end: is not read */
    put_16(scene, 100);
    close_block(scene, block);
    put_packet(scene, 6, 0, 5, 4, 4);
}

/* ---- wrong ones ---- */

static void make_no_interface(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_packet(scene, 6, 0, 1000000, 4, 4);
}

static void make_interface_of_before(scene_t *scene)
{
    make_plain(scene);
    put_section(scene, 1, 0);
    put_packet(scene, 6, 0, 1000000, 4, 4);
}

static void make_long_captured(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    put_interface(scene, 1, 0, 0, 0);
    block = open_block(scene, 6);
    put_zeros(scene, 12);
    put_32(scene, 9);
    put_32(scene, 9);
    put_data(scene, 8, 1);
    close_block(scene, block);
}

static void make_short_packet(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    put_interface(scene, 1, 0, 0, 0);
    block = open_block(scene, 6);
    put_zeros(scene, 16);
    close_block(scene, block);
}

static void make_odd_length(scene_t *scene)
{
    make_plain(scene);
    put_32(scene, 6);
    put_32(scene, 33);
    put_data(scene, 100, 1);
}

static void make_tiny_length(scene_t *scene)
{
    make_plain(scene);
    put_32(scene, 0x0bad);
    put_32(scene, 8);
    put_data(scene, 100, 1);
}

static void make_huge_length(scene_t *scene)
{
    make_plain(scene);
    put_32(scene, 6);
    put_32(scene, 0xfffffffc);
    put_data(scene, 100, 1);
}

static void make_huge_other(scene_t *scene)
{
    make_plain(scene);
    put_32(scene, 5);
    put_32(scene, 0xfffffffc);
    put_data(scene, 100, 1);
}

static void make_two_lengths(scene_t *scene)
{
    make_plain(scene);
    scene->bytes.data[scene->bytes.size - (scene->big ? 1 : 4)] ^= 4;
}

static void make_two_lengths_other(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    block = open_block(scene, 5);
    put_32(scene, 0);
    close_block(scene, block);
    scene->bytes.data[scene->bytes.size - (scene->big ? 1 : 4)] ^= 4;
}

static void make_wrong_resolution(scene_t *scene)
{
    put_section(scene, 1, 0);
    put_interface(scene, 1, 0, 20, 0);
}

static void make_long_option(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    block = open_block(scene, 1);
    put_zeros(scene, 8);
    put_16(scene, 2);
    put_16(scene, 9);
    put_data(scene, 8, 1);
    close_block(scene, block);
}

static void make_short_interface(scene_t *scene)
{
    size_t block;

    put_section(scene, 1, 0);
    block = open_block(scene, 1);
    put_32(scene, 1);
    close_block(scene, block);
}

static void make_version(scene_t *scene)
{
    make_plain(scene);
    put_section(scene, 2, 0);
}

static void make_cut(scene_t *scene)
{
    make_plain(scene);
    scene->bytes.size -= 1;
}

static const struct {
    const char *what;
    make_fn *make;
    bool libpcap; /* it must agree */
    const char *expect;
} rows[] = {
    { "microseconds", make_plain, true,
      "1700000000123456000 1 61/1500\n4000000000000001000 1 0/0\nend" },
    { "no packets", make_nothing, false, "end" }, /* libpcap wants an interface */
    { "resolutions and offsets", make_resolutions, true,
      "1000500000000 1 4/4\n1000500000000 1 4/4\n1000500000000 1 4/4\n1000500000000 1 4/4\n"
      "1001000500000000 1 4/4\n500000000 1 4/4\nend" },
    { "odd resolutions", make_odd_resolutions, false,
      "1000000000000 1 4/4\n1500000000 1 4/4\n1500000000 1 4/4\n9223372035000000000 1 4/4\n"
      "0 1 4/4\n-9223372035000000000 1 4/4\n9223372035551615000 1 4/4\nend" },
    { "mixed link types", make_mixed_links, false, "1000000000 101 4/4\n2000000000 1 4/4\nend" },
    { "old and simple packets", make_old_and_simple, true,
      "1000001000 1 7/9\n0 1 8/8\n0 1 10/1500\nend" },
    { "two sections", make_two_sections, true, "1000000000 1 4/4\n2000000000 1 4/4\nend" },
    { "sections of both byte orders", make_both_orders, false,
      "1700000000123456000 1 61/1500\n4000000000000001000 1 0/0\n1000000000 101 4/4\n"
      "2000000000 1 4/4\nend" },
    { "blocks of other kinds", make_other_blocks, true, "1000000000 1 4/4\nend" },
    { "an option behind another and before the end", make_late_option, true,
      "5000000000 1 4/4\nend" },
    { "no interface", make_no_interface, false,
      "damaged: \"memory\": damaged at octet 28, packet 1: a packet is of interface 0, which is "
      "not described; nothing behind it is read" },
    { "an interface of the section before", make_interface_of_before, false,
      "packet 3: a packet is of interface 0, which is not described" },
    { "a packet longer than its block", make_long_captured, true, "a packet cannot have 9 octets" },
    { "a packet shorter than its head", make_short_packet, true, "a packet's block is too short" },
    { "a length that is no multiple of four", make_odd_length, false,
      "damaged at octet 176, packet 3: a block cannot have 33 octets" },
    { "a length less than the frame", make_tiny_length, true, "a block cannot have 8 octets" },
    { "a packet's block that is huge", make_huge_length, true,
      "a block of 4294967292 octets is too long for a packet" },
    { "another block that is huge", make_huge_other, true,
      "cut: \"memory\": cut off at octet 284, packet 3, which begins at 176" },
    { "two lengths of a packet's block", make_two_lengths, true,
      "1700000000123456000 1 61/1500\ndamaged: \"memory\": damaged at octet 144, packet 2: a "
      "block's two lengths are not the same" },
    { "two lengths of another block", make_two_lengths_other, false,
      "a block's two lengths are not the same" },
    { "a resolution that cannot be", make_wrong_resolution, false,
      "an interface is described wrongly: its if_tsresol cannot be" },
    { "an option longer than its block", make_long_option, false,
      "an interface is described wrongly: an option of it is longer than it" },
    { "an interface's block that is too short", make_short_interface, false,
      "an interface is described wrongly: it is too short" },
    { "a section of version 2.0", make_version, true, "a section is of version 2.0; 1.0 is read" },
    { "cut in a block", make_cut, true,
      "1700000000123456000 1 61/1500\ncut: \"memory\": cut off at octet 175, packet 2, which "
      "begins at 144" },
};

static void ask_libpcap(ma_bytes_t bytes)
{
    pcap_t *pcap = oracle_open(fmemopen((void *)(uintptr_t)bytes.data, bytes.size, "rb"));
    capture_t *capture = NULL;
    agreement_t result;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (TAP_TRUE(pcap != NULL)
        && TAP_INT(capture_open_memory(bytes, 4096, 0, &plain, &capture, &why), 0)) {
        result = agree(capture, pcap);
        TAP_TRUE(result.same);
        TAP_INT(result.ours == CAPTURE_END, result.theirs == PCAP_ERROR_BREAK);
        TAP_TRUE(result.ours != CAPTURE_PACKET && result.theirs != 1);
    }
    if (pcap != NULL)
        pcap_close(pcap);
    capture_free(capture);
    ma_buf_free(&why);
}

static void reads_every_kind(void)
{
    static const size_t pieces[] = { 1, 13, 1 << 20 };
    size_t i, k;
    int big;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (big = 0; big < 2; big++) {
            scene_t scene;
            ma_buf_t told;
            scene_begin(&scene, big != 0);
            rows[i].make(&scene);
            ma_buf_init(&told, 0);
            for (k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
                tap_row("%s, big %d, in pieces of %zu", rows[i].what, big, pieces[k]);
                ma_buf_clear(&told);
                tell(scene_bytes(&scene), pieces[k], &plain, &told);
                TAP_HAS(ma_buf_string(&told), rows[i].expect);
            }
            tap_row("%s, big %d, libpcap", rows[i].what, big);
            if (rows[i].libpcap)
                ask_libpcap(scene_bytes(&scene));
            ma_buf_free(&told);
            scene_end(&scene);
        }
    }
}

static void bounds_interfaces(void)
{
    scene_t scene;
    ma_buf_t told;
    unsigned i;

    scene_begin(&scene, false);
    put_section(&scene, 1, 0);
    for (i = 0; i < 65537; i++)
        put_interface(&scene, 1, 0, 0, 0);
    ma_buf_init(&told, 0);
    tell(scene_bytes(&scene), 4096, &plain, &told);
    TAP_HAS(ma_buf_string(&told), "a section has more than 65536 interfaces");
    ma_buf_free(&told);
    scene_end(&scene);
}

/*
 * A filter is compiled for each link type, as far as it is one for it. Others do not matter until
 * they have packets: these are passed over, and that is said at the end.
 */
static void filters_by_interface(void)
{
    const capture_how_t lengths = { "len >= 5", NULL, NULL };
    const capture_how_t hosts = { "ether host 1:2:3:4:5:6", NULL, NULL };
    const capture_how_t not_hosts = { "not ether host 1:2:3:4:5:6", NULL, NULL };
    scene_t scene;
    ma_buf_t told;
    unsigned i;

    ma_buf_init(&told, 0);
    scene_begin(&scene, false);
    put_section(&scene, 1, 0);
    put_interface(&scene, 1, 0, 0, 0);
    put_interface(&scene, 101, 0, 0, 0);
    put_packet(&scene, 6, 0, 0, 4, 4);
    put_packet(&scene, 6, 0, 0, 20, 20);
    tell(scene_bytes(&scene), 4096, &hosts, &told); /* none of raw IP */
    TAP_STR(ma_buf_string(&told), "end");
    put_packet(&scene, 6, 1, 0, 6, 6);
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 4096, &lengths, &told);
    TAP_STR(ma_buf_string(&told), "0 1 20/20\n0 101 6/6\nend");
    put_packet(&scene, 6, 0, 1, 30, 30);
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 4096, &not_hosts, &told);
    TAP_HAS(ma_buf_string(&told), "0 1 20/20\n1000 1 30/30\ndamaged: \"memory\": the filter \"not "
                                  "ether host 1:2:3:4:5:6\" cannot be used for link type 101: ");
    TAP_HAS(ma_buf_string(&told), "; 1 such packets were passed over");
    /* What is broken behind it is told first. */
    put_32(&scene, 6);
    put_32(&scene, 7);
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 4096, &not_hosts, &told);
    TAP_HAS(ma_buf_string(&told), "a block cannot have 7 octets");
    /* So many link types are not compiled for. */
    scene.bytes.size -= 8;
    for (i = 0; i < 65; i++)
        put_interface(&scene, 200 + i, 0, 0, 0);
    put_packet(&scene, 6, 2, 0, 6, 6);
    put_packet(&scene, 6, 66, 0, 6, 6);
    ma_buf_clear(&told);
    tell(scene_bytes(&scene), 4096, &lengths, &told);
    TAP_HAS(ma_buf_string(&told), "a filter is for at most 64 link types; ");
    scene_end(&scene);
    ma_buf_free(&told);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every kind of block, and damaged ones", reads_every_kind },
        { "interfaces are bounded", bounds_interfaces },
        { "filters are compiled for each link type", filters_by_interface },
    };
    return tap_main("capture_sections", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_packed.c - captures as gzip, zstd and xz pack them, in one member and in several, cut and
 * broken; and from standard input. The tools themselves are the oracle: what they pack is read.
 */
#include "capture_scene.h"

#include <fcntl.h>
#include <unistd.h>

#include "scratch.h"

#define PACKETS 3000u

static const capture_how_t plain = { NULL, NULL, NULL };

/* How a line of shell makes "packed" from "plain", and from its halves "one" and "two". */
static const struct {
    const char *what, *tool, *line;
} rows[] = {
    { "gzip", "gzip", "gzip -c plain >packed" },
    { "gzip, stored", "gzip", "gzip -1 -c plain >packed" },
    { "gzip, two members", "gzip", "gzip -c one >packed; gzip -c two >>packed" },
    { "gzip, an empty member between", "gzip",
      "gzip -c one >packed; gzip -c </dev/null >>packed; gzip -c two >>packed" },
    { "gzip, padded with zeros", "gzip", "gzip -c plain >packed; head -c 777 /dev/zero >>packed" },
    { "gzip, with a name and zeros between", "gzip",
      "gzip -kf one two; cat one.gz >packed; head -c 5 /dev/zero >>packed; cat two.gz >>packed" },
    { "zstd", "zstd", "zstd -q -c plain >packed" },
    { "zstd, from a pipe", "zstd", "cat plain | zstd -q -c >packed" },
    { "zstd, with long matches", "zstd", "zstd -q --long=27 -19 -c plain >packed" },
    { "zstd, two frames", "zstd", "zstd -q -c one >packed; zstd -q -c two >>packed" },
    { "zstd, a frame to be skipped", "zstd",
      "zstd -q -c one >packed; printf 'P*M\\030\\003\\000\\000\\000abc' >>packed; "
      "zstd -q -c two >>packed" },
    { "xz", "xz", "xz -c plain >packed" },
    { "xz, two streams, padded", "xz",
      "xz -c one >packed; head -c 8 /dev/zero >>packed; xz -c two >>packed" },
    { "xz, several blocks", "xz", "xz --block-size=20000 -C sha256 -c plain >packed" },
};

static bool make_plain(scratch_t *scratch, scene_t *scene)
{
    uint32_t i;

    scene_begin(scene, false);
    put_file(scene, MAGIC_MICRO, 2, 4, 1);
    for (i = 0; i < PACKETS; i++)
        put_classic_packet(scene, i, i * 11, i * 31 % 300);
    return scratch_write(scratch, "plain", scene_bytes(scene))
        && scratch_run(scratch, "head -c 100001 plain >one; tail -c +100002 plain >two");
}

static void tell_path(const char *path, ma_buf_t *out)
{
    capture_t *capture = NULL;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (capture_open(path, 0, &plain, &capture, &why) == 0)
        tell_packets(capture, out);
    else
        ma_buf_printf(out, "refused: %s", ma_buf_string(&why));
    capture_free(capture);
    ma_buf_free(&why);
}

static bool there_is(scratch_t *scratch, const char *tool)
{
    bool is = scratch_run(scratch, "if command -v %s >/dev/null; then echo 1; fi >is", tool)
        && scratch_read(scratch, "is").size > 0;

    if (!is)
        printf("# no %s\n", tool);
    return is;
}

static void reads_what_tools_pack(void)
{
    ma_buf_t expect, told;
    scratch_t scratch;
    scene_t scene;
    size_t i;

    if (!TAP_TRUE(scratch_begin(&scratch)) || !TAP_TRUE(make_plain(&scratch, &scene)))
        return;
    ma_buf_init(&expect, 0);
    ma_buf_init(&told, 0);
    tell(scene_bytes(&scene), 4096, &plain, &expect);
    TAP_HAS(ma_buf_string(&expect), "\nend");
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s", rows[i].what);
        if (!there_is(&scratch, rows[i].tool)
            || !TAP_TRUE(scratch_run(&scratch, "%s", rows[i].line)))
            continue;
        ma_buf_clear(&told);
        tell_path(scratch_path(&scratch, "packed"), &told);
        TAP_TRUE(strcmp(ma_buf_string(&told), ma_buf_string(&expect)) == 0);
        ma_buf_clear(&told); /* the decoder gets crumbs */
        tell(scratch_read(&scratch, "packed"), 1, &plain, &told);
        TAP_TRUE(strcmp(ma_buf_string(&told), ma_buf_string(&expect)) == 0);
    }
    ma_buf_free(&expect);
    ma_buf_free(&told);
    scene_end(&scene);
    scratch_end(&scratch);
}

/* Cut anywhere it gives a beginning of the packets, and never a good end. */
static void says_where_it_is_cut(void)
{
    ma_buf_t expect, told;
    scratch_t scratch;
    scene_t scene;
    size_t i, k;

    if (!TAP_TRUE(scratch_begin(&scratch)) || !TAP_TRUE(make_plain(&scratch, &scene)))
        return;
    ma_buf_init(&expect, 0);
    ma_buf_init(&told, 0);
    tell(scene_bytes(&scene), 4096, &plain, &expect);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_bytes_t packed;
        if (strchr(rows[i].what, ',') != NULL || !there_is(&scratch, rows[i].tool)
            || !TAP_TRUE(scratch_run(&scratch, "%s", rows[i].line)))
            continue;
        packed = scratch_read(&scratch, "packed");
        for (k = 1; k < 40; k++) {
            size_t size = packed.size - 1 - (packed.size - 8) * (k - 1) / 40;
            const char *end;
            tap_row("%s cut at %zu of %zu", rows[i].what, size, packed.size);
            ma_buf_clear(&told);
            tell((ma_bytes_t) { packed.data, size }, 4096, &plain, &told);
            end = strstr(ma_buf_string(&told), "cut: \"memory\": cut off at octet ");
            if (end == NULL) /* not even the header came out */
                TAP_HAS(ma_buf_string(&told), "refused: \"memory\": ");
            else
                TAP_TRUE(strncmp(ma_buf_string(&told), ma_buf_string(&expect),
                                 (size_t)(end - ma_buf_string(&told))) == 0);
            if (k == 1)
                TAP_HAS(ma_buf_string(&told), "it ends in the middle of what is packed");
        }
    }
    ma_buf_free(&expect);
    ma_buf_free(&told);
    scene_end(&scene);
    scratch_end(&scratch);
}

static void says_what_is_broken(void)
{
    static const struct {
        const char *what, *tool, *line, *expect;
    } broken[] = {
        { "garbage behind gzip", "gzip", "gzip -c plain >packed; echo garbage >>packed",
          "cannot be read on at octet 496524 of what is unpacked, packet 3001: "
          "what follows is no gzip" },
        { "garbage behind zstd", "zstd", "zstd -q -c plain >packed; echo garbage >>packed",
          "packet 3001: what follows is no zstd" },
        { "garbage behind xz", "xz", "xz -c plain >packed; echo garbage behind it >>packed",
          "packet 3001: what follows is no xz" },
        { "gzip with another checksum", "gzip",
          "gzip -c plain | head -c -8 >packed; printf 12345678 >>packed",
          "what follows is no gzip" },
        { "zstd that wants a gigabyte", "zstd", "cat plain | zstd -q --ultra --long=30 -c >packed",
          "it takes more memory to unpack than is allowed (zstd --long)" },
        { "xz that wants a gigabyte", "xz", "xz --lzma2=dict=1GiB,mode=fast,mf=hc3 -c one >packed",
          "it takes more memory to unpack than is allowed" },
        { "gzip in gzip", "gzip", "gzip -c plain | gzip -c >packed",
          "unpacked from gzip, no capture begins with \"\\x1f\\x8b\\x08" },
        { "text in zstd", "zstd", "echo text | zstd -q -c >packed",
          "unpacked from zstd, no capture begins with \"text\\x0a\"" },
    };
    const char *last;
    ma_buf_t told;
    scratch_t scratch;
    scene_t scene;
    size_t i;

    if (!TAP_TRUE(scratch_begin(&scratch)) || !TAP_TRUE(make_plain(&scratch, &scene)))
        return;
    ma_buf_init(&told, 0);
    for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        tap_row("%s", broken[i].what);
        if (!there_is(&scratch, broken[i].tool)
            || !TAP_TRUE(scratch_run(&scratch, "%s", broken[i].line)))
            continue;
        ma_buf_clear(&told);
        tell_path(scratch_path(&scratch, "packed"), &told);
        last = strrchr(ma_buf_string(&told), '\n'); /* without the packets */
        TAP_HAS(last != NULL ? last : ma_buf_string(&told), broken[i].expect);
    }
    ma_buf_free(&told);
    scene_end(&scene);
    scratch_end(&scratch);
}

/* A small file that unpacks to much: a gigabyte of empty packets goes by, with nothing held. */
static void holds_nothing_of_a_bomb(void)
{
    scratch_t scratch;
    capture_t *capture = NULL;
    packet_t packet;
    uint64_t packets = 0;
    ma_buf_t why;

    if (!TAP_TRUE(scratch_begin(&scratch)))
        return;
    ma_buf_init(&why, 0);
    if (TAP_TRUE(scratch_run(&scratch, "{ printf '\\324\\303\\262\\241\\002\\000\\004\\000'; "
                                       "head -c 200000000 /dev/zero; } | gzip -1 >packed"))
        && TAP_INT(capture_open(scratch_path(&scratch, "packed"), 0, &plain, &capture, &why), 0)) {
        while (capture_next(capture, &packet) == CAPTURE_PACKET)
            packets++;
        TAP_INT(packets, (200000000 - 16) / 16);
        TAP_TRUE(capture_position(capture) == capture_size(capture));
        TAP_TRUE(capture_size(capture) < 2000000);
    }
    capture_free(capture);
    ma_buf_free(&why);
    scratch_end(&scratch);
}

static void reads_standard_input(void)
{
    ma_buf_t expect, told;
    scratch_t scratch;
    scene_t scene;
    int kept = dup(STDIN_FILENO), fd;

    if (!TAP_TRUE(scratch_begin(&scratch)) || !TAP_TRUE(make_plain(&scratch, &scene)))
        return;
    ma_buf_init(&expect, 0);
    ma_buf_init(&told, 0);
    tell(scene_bytes(&scene), 4096, &plain, &expect);
    TAP_TRUE(scratch_run(&scratch, "gzip -c plain >packed"));
    fd = open(scratch_path(&scratch, "packed"), O_RDONLY | O_CLOEXEC);
    if (TAP_TRUE(kept >= 0 && fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO)) {
        tell_path("-", &told);
        TAP_TRUE(strcmp(ma_buf_string(&told), ma_buf_string(&expect)) == 0);
        ma_buf_clear(&told);
        tell_path("-", &told); /* at its end */
        TAP_STR(ma_buf_string(&told), "refused: \"standard input\": it is empty");
        TAP_TRUE(dup2(kept, STDIN_FILENO) == STDIN_FILENO);
    }
    close(fd);
    close(kept);
    ma_buf_free(&expect);
    ma_buf_free(&told);
    scene_end(&scene);
    scratch_end(&scratch);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "what gzip, zstd and xz pack", reads_what_tools_pack },
        { "what is cut gives its beginning, and says so", says_where_it_is_cut },
        { "what is broken says how", says_what_is_broken },
        { "a bomb goes by in pieces", holds_nothing_of_a_bomb },
        { "standard input", reads_standard_input },
    };
    return tap_main("capture_packed", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_merge.c - several captures in the order of time: apart, overlapping, more than may be
 * open, with problems among them.
 */
#include "capture_scene.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "audit/capture/merge.h"
#include "scratch.h"

#define FILES_MAX 100u

static const capture_how_t plain = { NULL, NULL, NULL };

/* Descriptors of this process; 0 where they cannot be listed. */
static size_t descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    size_t count = 0;

    while (directory != NULL && readdir(directory) != NULL)
        count++;
    if (directory != NULL)
        closedir(directory);
    return count;
}

typedef struct told {
    ma_buf_t packets;  /* "file:seconds " each */
    ma_buf_t problems; /* a line each */
    size_t most;       /* descriptors at a time, beyond those before */
} told_t;

static void note_problem(void *context, const char *path, const char *why)
{
    told_t *told = context;

    (void)path;
    ma_buf_printf(&told->problems, "%s\n", why);
}

static void merge_all(const char *const *paths, size_t count, const capture_how_t *how,
                      told_t *told)
{
    size_t before = descriptors(), now;
    uint64_t position = 0;
    merge_t *merge = NULL;
    packet_t packet;

    ma_buf_init(&told->packets, 0);
    ma_buf_init(&told->problems, 0);
    told->most = 0;
    if (!TAP_INT(merge_new(paths, count, how, note_problem, told, &merge), 0))
        return;
    while (merge_next(merge, &packet)) {
        ma_buf_printf(&told->packets, "%u:%lld ", (unsigned)packet.file,
                      (long long)(packet.time / 1000000000));
        now = descriptors();
        told->most = now - before > told->most ? now - before : told->most;
        TAP_TRUE(merge_position(merge) >= position);
        position = merge_position(merge);
    }
    TAP_TRUE(!merge_next(merge, &packet)); /* and again */
    TAP_TRUE(merge_size(merge) == 0 || merge_position(merge) == merge_size(merge));
    merge_free(merge);
    TAP_INT(descriptors(), before);
}

static void told_free(told_t *told)
{
    ma_buf_free(&told->packets);
    ma_buf_free(&told->problems);
}

/* A file of packets at the seconds that the text lists; "x" is a damaged record, "/" a cut. */
static bool write_file(scratch_t *scratch, const char *name, const char *seconds)
{
    scene_t scene;
    bool ok;

    scene_begin(&scene, false);
    put_file(&scene, MAGIC_MICRO, 2, 4, 1);
    for (; *seconds != '\0'; seconds++) {
        if (*seconds >= '0' && *seconds <= '9')
            put_classic_packet(&scene, (uint32_t)(*seconds - '0'), 0, 20);
        else if (*seconds == 'x')
            put_record(&scene, 0, 0, 0x7fffffff, 0);
        else
            put_record(&scene, 0, 0, 60, 60);
    }
    ok = scratch_write(scratch, name, scene_bytes(&scene));
    scene_end(&scene);
    return ok;
}

static const struct {
    const char *what;
    const char *files[4]; /* the seconds of each; "-": it is not there */
    const char *packets, *problems;
    size_t most;
} rows[] = {
    { "none", { NULL }, "", "", 0 },
    { "one", { "123" }, "0:1 0:2 0:3 ", "", 1 },
    { "apart and in order", { "12", "34", "56" }, "0:1 0:2 1:3 1:4 2:5 2:6 ", "", 1 },
    { "apart, the other way round", { "56", "34", "12" }, "2:1 2:2 1:3 1:4 0:5 0:6 ", "", 1 },
    { "overlapping", { "147", "258", "369" }, "0:1 1:2 2:3 0:4 1:5 2:6 0:7 1:8 2:9 ", "", 3 },
    { "one within another", { "19", "345" }, "0:1 1:3 1:4 1:5 0:9 ", "", 2 },
    { "equal times go by the command line", { "122", "223", "2" },
      "0:1 0:2 0:2 1:2 1:2 2:2 1:3 ", "", 3 },
    { "equal first times, the other way round", { "2", "12" }, "1:1 0:2 1:2 ", "", 2 },
    { "times that step back keep their order", { "153", "24" }, "0:1 1:2 1:4 0:5 0:3 ", "", 2 },
    { "a step back before a file begins", { "512", "34" }, "1:3 1:4 0:5 0:1 0:2 ", "", 2 },
    { "a file without packets", { "12", "", "3" }, "0:1 0:2 2:3 ", "", 2 },
    { "one that is not there", { "12", "-", "3" }, "0:1 0:2 2:3 ",
      "\": No such file or directory\n", 1 },
    { "one that is damaged", { "13x3", "24" }, "0:1 1:2 0:3 1:4 ",
      "damaged at octet 96, packet 3: a packet cannot have 2147483647 octets; nothing behind it is "
      "read\n", 2 },
    { "one that is cut", { "1/", "24" }, "0:1 1:2 1:4 ", "cut off at octet 76, packet 2", 1 },
    { "one that is damaged at once", { "x", "24" }, "1:2 1:4 ", "damaged at octet 24", 2 },
};

static void merges(void)
{
    size_t i, k;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *paths[4];
        scratch_t scratch;
        told_t told;
        tap_row("%s", rows[i].what);
        if (!TAP_TRUE(scratch_begin(&scratch)))
            return;
        for (k = 0; k < 4 && rows[i].files[k] != NULL; k++) {
            char name[] = { (char)('a' + k), '\0' };
            paths[k] = scratch_path(&scratch, name);
            if (rows[i].files[k][0] != '-')
                TAP_TRUE(write_file(&scratch, name, rows[i].files[k]));
        }
        merge_all(paths, k, &plain, &told);
        TAP_STR(ma_buf_string(&told.packets), rows[i].packets);
        TAP_HAS(ma_buf_string(&told.problems), rows[i].problems);
        TAP_INT(told.problems.size > 0, rows[i].problems[0] != '\0');
        TAP_TRUE(told.most <= rows[i].most);
        told_free(&told);
        scratch_end(&scratch);
    }
}

/* So many that overlap that not all can be open: nothing is lost, and what is late is said. */
static void bounds_what_is_open(void)
{
    const char *paths[FILES_MAX];
    scratch_t scratch;
    told_t told;
    size_t i, count = 0;
    const char *at;

    if (!TAP_TRUE(scratch_begin(&scratch)))
        return;
    for (i = 0; i < FILES_MAX; i++) {
        char name[16];
        snprintf(name, sizeof(name), "f%03zu", i);
        paths[i] = scratch_path(&scratch, name);
        TAP_TRUE(write_file(&scratch, name, i < 50 ? "19" : "29"));
    }
    merge_all(paths, FILES_MAX, &plain, &told);
    for (at = ma_buf_string(&told.packets); *at != '\0'; at++)
        count += *at == ' ';
    TAP_INT(count, 2 * FILES_MAX);
    TAP_TRUE(told.most <= 32);
    TAP_HAS(ma_buf_string(&told.problems), "its packets come late: too many files overlap in time");
    told_free(&told);
    /* As many, behind each other: no problem. */
    for (i = 0; i < FILES_MAX; i++)
        TAP_TRUE(write_file(&scratch, strrchr(paths[i], '/') + 1, i < 50 ? "1" : "22"));
    merge_all(paths, FILES_MAX, &plain, &told);
    TAP_STR(ma_buf_string(&told.problems), "");
    told_free(&told);
    scratch_end(&scratch);
}

/* Standard input is not opened twice, and takes its place among files. */
static void merges_standard_input(void)
{
    const char *paths[3];
    scratch_t scratch;
    told_t told;
    int kept = dup(STDIN_FILENO), fd;

    if (!TAP_TRUE(scratch_begin(&scratch)))
        return;
    TAP_TRUE(write_file(&scratch, "a", "15") && write_file(&scratch, "b", "36"));
    fd = open(scratch_path(&scratch, "b"), O_RDONLY | O_CLOEXEC);
    if (TAP_TRUE(kept >= 0 && fd >= 0 && dup2(fd, STDIN_FILENO) == STDIN_FILENO)) {
        paths[0] = "-";
        paths[1] = scratch_path(&scratch, "a");
        paths[2] = "-";
        merge_all(paths, 3, &plain, &told);
        TAP_STR(ma_buf_string(&told.packets), "1:1 0:3 1:5 0:6 ");
        TAP_HAS(ma_buf_string(&told.problems), "\"standard input\": it is empty");
        told_free(&told);
        TAP_TRUE(dup2(kept, STDIN_FILENO) == STDIN_FILENO);
    }
    close(fd);
    close(kept);
    scratch_end(&scratch);
}

static void count_secrets(void *context, const uint8_t *text, size_t size)
{
    (void)text;
    *(size_t *)context += size;
}

/* Secrets come once, and those of a file without packets before all packets. */
static void gives_secrets_once(void)
{
    size_t octets = 0;
    const capture_how_t how = { "len > 4", count_secrets, &octets };
    capture_how_t passing;
    const char *paths[2];
    scratch_t scratch;
    scene_t scene;
    told_t told;
    merge_t *merge = NULL;
    packet_t packet;

    if (!TAP_TRUE(scratch_begin(&scratch)))
        return;
    TAP_TRUE(write_file(&scratch, "a", "12"));
    scene_begin(&scene, false);
    put_section(&scene, 1, 0);
    put_secrets(&scene, 0x544c534b, "12345\n", 6);
    TAP_TRUE(scratch_write(&scratch, "b", scene_bytes(&scene)));
    scene_end(&scene);
    paths[0] = scratch_path(&scratch, "a");
    paths[1] = scratch_path(&scratch, "b");
    passing = how;
    if (TAP_INT(merge_new(paths, 2, &passing, NULL, NULL, &merge), 0)) {
        passing = (capture_how_t){ "nonsense", NULL, NULL }; /* it has a copy */
        TAP_INT(octets, 0);
        TAP_TRUE(merge_next(merge, &packet));
        TAP_INT(octets, 6);
    }
    merge_free(merge); /* in the middle */
    merge_all(paths, 2, &how, &told);
    TAP_INT(octets, 12);
    TAP_STR(ma_buf_string(&told.packets), "0:1 0:2 ");
    told_free(&told);
    scratch_end(&scratch);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "in the order of time, as few open as can be", merges },
        { "more than may be open", bounds_what_is_open },
        { "standard input among files", merges_standard_input },
        { "secrets once, and in time", gives_secrets_once },
    };
    return tap_main("capture_merge", tests, sizeof(tests) / sizeof(tests[0]));
}

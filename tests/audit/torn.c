/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * torn.c - captures cut off and corrupted at random places, through all stages from reader to
 * report: torn [-v] [-flips] POLICY PLUGINS TIMES, with "CAPTURE TAB KEYLOG-or--" lines on standard
 * input.
 *
 * Each capture is read whole, then TIMES times cut off at a place, and with -flips TIMES times with
 * octets changed. Sanitizers look for what goes wrong; besides that
 * - what is cut off shows no certificate that is not in the whole capture,
 * - nothing is judged that shows nothing of its client,
 * - no run takes longer than an alarm.
 * The places come from the capture's number and size: the same every time. -v names each run before
 * it begins. At the end: runs, handshakes, judged, largest memory in kB.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "audit/capture/capture.h"
#include "audit/pipeline.h"
#include "audit/replay/replay.h"
#include "audit/report/report.h"

#define HANG 60         /* seconds that no run takes by far, sanitizers and a slow machine or not */
#define MAX_LEAVES 512u /* of one capture */

typedef struct scene {
    unsigned long times;
    bool verbose, flips;
    replay_t *replay;
    report_t *report;
    keylog_t *keys;
    uint64_t seed;
    uint64_t runs, handshakes, judged, wrong;
    const char *path;
    const char *run; /**< "whole", "cut" or "flipped" */
    size_t place;
    char leaves[MAX_LEAVES][65]; /**< SHA-256 of those in the whole capture */
    size_t n_leaves;
} scene_t;

/* splitmix64 */
static uint64_t chance(scene_t *scene)
{
    uint64_t x = scene->seed += 0x9e3779b97f4a7c15u;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void complain(scene_t *scene, const char *what)
{
    printf("# %s, %s at %zu: %s\n", scene->path, scene->run, scene->place, what);
    scene->wrong++;
}

static bool is_known(const scene_t *scene, const char *sha256)
{
    size_t i;

    for (i = 0; i < scene->n_leaves; i++)
        if (strcmp(scene->leaves[i], sha256) == 0)
            return true;
    return false;
}

static void take_leaf(scene_t *scene, const char *sha256)
{
    if (is_known(scene, sha256))
        return;
    if (strcmp(scene->run, "cut") == 0)
        complain(scene, "a certificate that the whole capture does not have");
    else if (strcmp(scene->run, "whole") == 0 && scene->n_leaves < MAX_LEAVES)
        memcpy(scene->leaves[scene->n_leaves++], sha256, 65);
}

static void take_judgement(void *context, const judgement_t *judgement)
{
    const visibility_t visibility = judgement->handshake->visibility;
    scene_t *scene = context;

    scene->handshakes++;
    scene->judged += judgement->verdict.judged;
    if ((visibility == VISIBLE_ENCRYPTED || visibility == VISIBLE_INCOMPLETE ||
         visibility == VISIBLE_RESUMED_UNLINKED) &&
        judgement->verdict.judged)
        complain(scene, "judged, and shows nothing");
    if (judgement->client != NULL)
        take_leaf(scene, judgement->client->sha256);
    report_judgement(scene->report, judgement);
}

static void take_secrets(void *context, const uint8_t *text, size_t size)
{
    if (keylog_add(((scene_t *)context)->keys, text, size) != 0)
        complain(context, "no memory for keys");
}

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "torn: %s\n", what);
    exit(99);
}

/* One reading of a capture, whatever is left of it. */
static void read_all(scene_t *scene, ma_bytes_t bytes, const char *run, size_t place)
{
    const capture_how_t how = {.secrets = take_secrets, .context = scene};
    const pipeline_how_t stages = {.keys = scene->keys, .n_shards = 1};
    pipeline_t *pipeline;
    capture_t *capture;
    packet_t packet;
    ma_buf_t why;

    scene->runs++;
    scene->run = run;
    scene->place = place;
    if (scene->verbose)
        fprintf(stderr, "%s, %s at %zu\n", scene->path, run, place);
    (void)alarm(HANG);
    ma_buf_init(&why, 0);
    if (pipeline_new(&stages, replay_sink(scene->replay), &pipeline) != 0)
        fail("no memory");
    if (capture_open_memory(bytes, 65536, 0, &how, &capture, &why) == 0) {
        while (capture_next(capture, &packet) == CAPTURE_PACKET)
            pipeline_push(pipeline, &packet);
        capture_free(capture);
    }
    pipeline_finish(pipeline);
    pipeline_free(pipeline);
    ma_buf_free(&why);
    (void)alarm(0);
}

/* The octets in memory of their own size: a sanitizer sees who reads behind the end. */
static void read_cut(scene_t *scene, ma_bytes_t bytes)
{
    const size_t size = (size_t)(chance(scene) % (bytes.size + 1));
    uint8_t *copy = malloc(size + (size == 0));

    if (copy == NULL)
        fail("no memory");
    memcpy(copy, bytes.data, size);
    read_all(scene, (ma_bytes_t){copy, size}, "cut", size);
    free(copy);
}

/* One octet to 64 changed; of the head of the file as often as of all the rest. */
static void read_flipped(scene_t *scene, ma_bytes_t bytes)
{
    uint8_t *copy = malloc(bytes.size);
    size_t i, n = (size_t)1 << chance(scene) % 7, place = 0;

    if (copy == NULL)
        fail("no memory");
    memcpy(copy, bytes.data, bytes.size);
    for (i = 0; i < n; i++) {
        const uint64_t where = chance(scene);

        place = (size_t)(where >> 8) % (where % 16 == 0 && bytes.size > 200 ? 200 : bytes.size);
        copy[place] = (uint8_t)(where % 3 == 0 ? 0xff : copy[place] ^ 1u << chance(scene) % 8);
    }
    read_all(scene, (ma_bytes_t){copy, bytes.size}, "flipped", place);
    free(copy);
}

static uint8_t *load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    long end;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (end = ftell(file)) <= 0 ||
        fseek(file, 0, SEEK_SET) != 0)
        fail(path);
    *size = (size_t)end;
    data = malloc(*size);
    if (data == NULL || fread(data, 1, *size, file) != *size)
        fail(path);
    (void)fclose(file);
    return data;
}

static void tear(scene_t *scene, const char *path, const char *keys, uint64_t number)
{
    ma_bytes_t bytes;
    size_t size;
    uint8_t *data = load(path, &size);
    unsigned long i;
    ma_buf_t why;

    bytes = (ma_bytes_t){data, size};
    scene->path = path;
    scene->seed = number << 32 ^ size;
    scene->n_leaves = 0;
    ma_buf_init(&why, 0);
    if (keylog_new(&scene->keys) != 0 ||
        (strcmp(keys, "-") != 0 && keylog_read(scene->keys, keys, &why) != 0))
        fail(keys);
    read_all(scene, bytes, "whole", 0);
    for (i = 0; i < scene->times; i++)
        read_cut(scene, bytes);
    for (i = 0; scene->flips && i < scene->times; i++)
        read_flipped(scene, bytes);
    keylog_free(scene->keys);
    ma_buf_free(&why);
    free(data);
}

static void tear_all(scene_t *scene)
{
    char line[8192], *tab;
    uint64_t number;

    for (number = 1; fgets(line, sizeof(line), stdin) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        tab = strchr(line, '\t');
        if (tab == NULL)
            fail("a line without a tab");
        *tab = '\0';
        tear(scene, line, tab + 1, number);
    }
}

static void open_scene(scene_t *scene, const char *policy, const char *plugins, FILE *nowhere)
{
    static const char *const files[] = {"torn.pcap"};
    const report_how_t report = {.kind = REPORT_JSON, .all = true, .files = files, .n_files = 1};
    const replay_how_t replay = {.policy = policy,
                                 .plugin_dir = plugins,
                                 .insecure_files = true,
                                 .judged = take_judgement,
                                 .context = scene};
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (nowhere == NULL || report_new(&report, nowhere, &scene->report) != 0)
        fail("no report");
    if (replay_new(&replay, &scene->replay, &why) != 0)
        fail(ma_buf_string(&why));
    ma_buf_free(&why);
}

int main(int argc, char **argv)
{
    FILE *nowhere = fopen("/dev/null", "w");
    scene_t scene = {0};
    struct rusage usage;

    for (; argc > 1 && argv[1][0] == '-'; argc--, argv++) {
        scene.verbose |= strcmp(argv[1], "-v") == 0;
        scene.flips |= strcmp(argv[1], "-flips") == 0;
    }
    if (argc != 4) {
        fprintf(stderr, "usage: torn [-v] [-flips] POLICY PLUGINS TIMES\n");
        return 2;
    }
    scene.times = strtoul(argv[3], NULL, 10);
    open_scene(&scene, argv[1], argv[2], nowhere);
    tear_all(&scene);
    if (report_finish(scene.report) != 0)
        complain(&scene, "the report failed");
    report_free(scene.report);
    replay_free(scene.replay);
    (void)fclose(nowhere);
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %ld\n", scene.runs, scene.handshakes, scene.judged,
           usage.ru_maxrss);
    return scene.wrong == 0 ? 0 : 1;
}

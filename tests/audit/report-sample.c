/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report-sample.c - a report of made-up handshakes, for tests of what it looks like.
 *
 *     report-sample text|json|csv|html|summary|summary-text N     on standard output
 *
 * Clients have hostile names; some are denied, some expired, some not to be seen; a baseline lets in
 * one who is shut out now.
 */
#include <stdlib.h>
#include <time.h>

#include "audit/report/report.h"
#include "audit_scene.h"

#define CLIENTS 8

static const struct {
    const char *cn;
    int64_t not_after; /* days from the tests' time; 0: a year */
} people[CLIENTS] = {
    { "John Doe", 0 },
    { "Jane Roe", 5 },
    { "</script><script>document.title='broken out'</script>", 0 },
    { "=HYPERLINK(1)", 20 },
    { "expired", -3 },
    { "\xe2\x80\xae" "right to left", 60 },
    { "<img src=x onerror=document.title='broken-out'>", 0 },
    { "a device with a name that is quite long, as they are: 6f1ed002ab5595859014ebf0951522d9", 400 },
};

static const char *const files[] = { "morning.pcapng", "evening <b>.pcap" };

static void vary(made_t *made, unsigned i)
{
    handshake_t *handshake = &made->handshake;

    made->flow.ends[0].port = (uint16_t)(20000 + i % 40000);
    made->flow.ends[0].address[3] = (uint8_t)(i % 250);
    handshake->begin.file = i % 2;
    handshake->begin.packet = i * 12 + 1;
    handshake->certificate.packet = i * 12 + 6;
    handshake->end.packet = i * 12 + 8;
    handshake->begin.time += (int64_t)i * 7 * SECOND;
    handshake->end.time += (int64_t)i * 7 * SECOND;
    handshake->version = i % 3 == 0 ? 0x0304 : 0x0303;
    handshake->finished = i % 17 != 0;
    if (i % 17 == 0) {
        handshake->refused = true;
        handshake->alert = 48;
    }
    if (i % 10 == 7) {
        handshake->visibility = VISIBLE_ENCRYPTED;
        handshake->why = "no secret for this session in the key log";
        handshake->n_certificates = 0;
    } else if (i % 10 == 8) {
        handshake->visibility = VISIBLE_NONE_SENT;
        handshake->n_certificates = 0;
    } else if (i % 10 == 9) {
        handshake->visibility = VISIBLE_RESUMED_LINKED;
        handshake->resumed = true;
        handshake->origin = (place_t) { CERTS_NOW * SECOND, 7, 0 };
    }
}

static int report_kind(const char *name, report_how_t *how)
{
    static const struct {
        const char *name;
        report_kind_t kind;
        bool summary;
    } kinds[] = {
        { "text", REPORT_TEXT, false },    { "json", REPORT_JSON, false },
        { "csv", REPORT_CSV, false },      { "html", REPORT_HTML, false },
        { "summary", REPORT_JSON, true },  { "summary-text", REPORT_TEXT, true },
    };
    size_t i;

    for (i = 0; i < COUNT(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            how->kind = kinds[i].kind;
            how->summary = kinds[i].summary;
            return 0;
        }
    }
    return -1;
}

int main(int argc, char **argv)
{
    scene_t scene;
    issued_t clients[CLIENTS];
    report_how_t how = { .files = files, .n_files = 2 };
    replay_how_t replaying = { .judged = report_judgement };
    report_t *report = NULL;
    replay_t *replay;
    char baseline[600];
    struct timespec begin, end;
    made_t made;
    unsigned i, count;
    int ret;

    if (argc != 3 || report_kind(argv[1], &how) != 0)
        return 2;
    count = (unsigned)strtoul(argv[2], NULL, 10);
    scene_open(&scene);
    for (i = 0; i < CLIENTS; i++)
        cert_issue(&clients[i],
                   &(cert_spec_t) { .cn = people[i].cn, .cn_size = strlen(people[i].cn),
                                    .dns = "device.example.com",
                                    .not_after = people[i].not_after == 0 ? 0
                                        : CERTS_NOW + people[i].not_after * CERTS_DAY },
                   &scene.root);
    fixture_write(&scene.fixture, "new.conf",
                  TRUST STACK(VALIDITY ENTRY("required", "cn",
                                             "allow = [ \"John Doe\", \"a device*\", \"*left\" ];")));
    fixture_write(&scene.fixture, "old.conf",
                  TRUST STACK(VALIDITY ENTRY("required", "cn",
                                             "allow = [ \"John Doe\", \"Jane Roe\", \"a device*\" ];")));
    snprintf(baseline, sizeof(baseline), "%s", fixture_path(&scene.fixture, "old.conf"));
    replaying.baseline = getenv("NO_BASELINE") == NULL ? baseline : NULL;
    if (report_new(&how, stdout, &report) != 0)
        return 99;
    replaying.context = report;
    replay = open_replay(&scene, &replaying, "new.conf");
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (i = 0; i < count; i++) {
        make_handshake(&made, &clients[i * 7 % 13 % CLIENTS]);
        vary(&made, i);
        show_handshake(replay, &made.handshake);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    report_problem(report, "evening <b>.pcap", "ends in the middle of packet 70000");
    summary_count(report_summary(report), "packets", count * 12);
    ret = report_finish(report) == 0 ? 0 : 99;
    if (getenv("SAMPLE_TIMES") != NULL)
        fprintf(stderr, "%.3f us each\n",
                ((double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec))
                    / 1e3 / (count > 0 ? count : 1));
    report_free(report);
    replay_free(replay);
    for (i = 0; i < CLIENTS; i++)
        cert_free(&clients[i]);
    scene_close(&scene);
    return ret;
}

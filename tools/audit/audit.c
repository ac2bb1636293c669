/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit.c - the audit itself: opens everything, enters the sandbox, and lets the packets run through
 * the stages into the report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/capture/merge.h"
#include "audit/commands.h"
#include "audit/keys/suite.h"
#include "audit/options.h"
#include "audit/pipeline.h"
#include "audit/progress.h"
#include "audit/report/report.h"
#include "audit/sandbox.h"

#define DECISIONS_MEMORY (16u << 20)

static const char help[] =
    "Usage: mtlsauth-audit --policy FILE|DIR [OPTION]... CAPTURE...\n"
    "  or:  mtlsauth-audit merge [--json|--html] SUMMARY...\n"
    "Finds the TLS handshakes in captures (pcap, pcapng, also gzip, zstd, xz; - is standard\n"
    "input) and says what a policy decides of each client, at the time of the packets.\n"
    "\n"
    "      --policy FILE|DIR     the policy to ask, or a directory of them\n"
    "      --baseline FILE|DIR   a policy to compare with: only what changes is listed\n"
    "      --service NAME        the policy of that name; without it the host chooses\n"
    "      --keylog FILE         keys of sessions (SSLKEYLOGFILE), for TLS 1.3; repeatable\n"
    "      --as SERVER           with what that server hands over: nginx, apache, haproxy,\n"
    "                            postgresql, openvpn, mosquitto\n"
    "      --decisions LOG       the server's own log of decisions, for what captures do not show\n"
    "      --at TIME             judge at: capture (default), now, 2026-03-01T12:00:00Z\n"
    "      --filter EXPRESSION   only packets that pass (pcap-filter)\n"
    "      --decode-as PORT=PROTOCOL\n"
    "                            what is on a port, such as 4433=tls or udp:1194=openvpn\n"
    "      --jobs N              read with N processes\n"
    "      --shard I/N           only part I of N, by the pair of addresses\n"
    "      --json, --csv, --html one JSON object a line, one line a handshake, or one page\n"
    "      --summary             the summary alone\n"
    "      --all                 in text, a line for each handshake\n"
    "      --progress, --no-progress\n"
    "                            show how far it is; by default on a terminal\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept policy files that others may write\n"
    "      --version             print the version and exit\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 2 wrong usage or a policy that does not load; else 1 something was denied (or,\n"
    "with --baseline, changed); else 3 something could not be read or is undetermined; else 0.\n";

/* What an audit is made of, from the last stage to the first. */
typedef struct audit {
    const audit_options_t *options;
    keylog_t *keys;
    decisions_t *decisions;
    replay_t *replay;
    pipeline_t *pipeline;
    merge_t *merge;
    report_t *report;
    bool unreadable;
} audit_t;

/* ---- what it is told on the way ---------------------------------------------------------------- */

static void warn(void *context, const char *line)
{
    (void)context;
    say_printable("warning: ", line);
}

static void take_judgement(void *context, const judgement_t *judgement)
{
    report_judgement(((audit_t *)context)->report, judgement);
}

static void take_problem(void *context, const char *path, const char *why)
{
    audit_t *audit = context;

    audit->unreadable = true;
    say("%s", why);
    report_problem(audit->report, path, why);
}

/* A log inside a capture that does not fit leaves handshakes encrypted, which they say. */
static void take_secrets(void *context, const uint8_t *text, size_t size)
{
    audit_t *audit = context;

    if (keylog_add(audit->keys, text, size) == 0)
        return;
    if (!audit->unreadable)
        say("a capture holds more secrets than there is room for; give them with --keylog");
    audit->unreadable = true;
}

/* ---- opening ----------------------------------------------------------------------------------- */

static int out_of_memory(void)
{
    say("out of memory");
    return STATUS_ERROR;
}

static int read_keys(audit_t *audit, ma_buf_t *why)
{
    size_t i;

    if (keylog_new(&audit->keys) != 0)
        return out_of_memory();
    for (i = 0; i < audit->options->n_keylogs; i++) {
        if (keylog_read(audit->keys, audit->options->keylogs[i], why) != 0) {
            say("%s", ma_buf_string(why));
            return STATUS_ERROR;
        }
    }
    return STATUS_NONE;
}

static int read_decisions(audit_t *audit, ma_buf_t *why)
{
    if (audit->options->decisions == NULL ||
        decisions_read(audit->options->decisions, DECISIONS_MEMORY, &audit->decisions, why) == 0)
        return STATUS_NONE;
    say("%s", ma_buf_string(why));
    return STATUS_ERROR;
}

static int open_policies(audit_t *audit, ma_buf_t *why)
{
    const audit_options_t *options = audit->options;
    const replay_how_t how = {.policy = options->policy,
                              .baseline = options->baseline,
                              .service = options->service,
                              .plugin_dir = options->plugin_dir,
                              .insecure_files = options->insecure,
                              .as = options->server,
                              .at = options->at,
                              .time = options->time,
                              .decisions = audit->decisions,
                              .cipher_name = suite_name,
                              .judged = take_judgement,
                              .context = audit,
                              .warn = warn};

    if (replay_new(&how, &audit->replay, why) == 0)
        return STATUS_NONE;
    say_printable("", ma_buf_string(why));
    return STATUS_ERROR;
}

static int open_stages(audit_t *audit)
{
    const audit_options_t *options = audit->options;
    const capture_how_t capture = {
        .filter = options->filter, .secrets = take_secrets, .context = audit};
    const pipeline_how_t pipeline = {.keys = audit->keys,
                                     .hints = options->hints,
                                     .n_hints = options->n_hints,
                                     .shard = options->shard,
                                     .n_shards = options->n_shards};
    const report_how_t report = {.kind = (report_kind_t)options->output,
                                 .summary = options->summary,
                                 .all = options->all,
                                 .files = options->captures,
                                 .n_files = options->n_captures,
                                 .cipher_name = suite_name};

    if (report_new(&report, stdout, &audit->report) != 0 ||
        pipeline_new(&pipeline, replay_sink(audit->replay), &audit->pipeline) != 0 ||
        merge_new(options->captures, options->n_captures, &capture, take_problem, audit,
                  &audit->merge) != 0)
        return out_of_memory();
    return STATUS_NONE;
}

static int open_audit(audit_t *audit)
{
    ma_buf_t why;
    int status;

    ma_buf_init(&why, 0);
    status = read_keys(audit, &why);
    if (status == STATUS_NONE)
        status = read_decisions(audit, &why);
    if (status == STATUS_NONE)
        status = open_policies(audit, &why);
    if (status == STATUS_NONE)
        status = open_stages(audit);
    ma_buf_free(&why);
    return status;
}

static void close_audit(audit_t *audit)
{
    merge_free(audit->merge);
    pipeline_free(audit->pipeline);
    replay_free(audit->replay);
    decisions_free(audit->decisions);
    keylog_free(audit->keys);
    report_free(audit->report);
}

/* ---- running ----------------------------------------------------------------------------------- */

static void enter_sandbox(const audit_options_t *options)
{
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if ((sandbox_enter(options->captures, options->n_captures, &why) & SANDBOX_SECCOMP) == 0)
        say("warning: reading without a sandbox: %s", ma_buf_string(&why));
    ma_buf_free(&why);
}

static void run_packets(audit_t *audit)
{
    progress_t progress;
    packet_t packet;

    progress_begin(&progress, audit->options->progress);
    while (merge_next(audit->merge, &packet)) {
        pipeline_push(audit->pipeline, &packet);
        if (progress_due(&progress))
            progress_step(&progress, merge_position(audit->merge), merge_size(audit->merge),
                          replay_counts(audit->replay)->handshakes);
    }
    pipeline_finish(audit->pipeline);
    progress_end(&progress);
}

/* What is worth knowing of what was not understood; zeros are left out. */
static void count_stages(const audit_t *audit)
{
    const pipeline_counts_t counts = pipeline_counts(audit->pipeline);
    summary_t *summary = report_summary(audit->report);
    const struct {
        const char *name;
        uint64_t count;
    } rows[] = {
        {"packets", counts.link->packets},
        {"packets cut short by the capture", counts.link->cut},
        {"packets that are malformed", counts.link->malformed},
        {"packets of an unknown link type", counts.link->unknown_link},
        {"IP fragments", counts.link->fragments},
        {"IP fragments given up", counts.link->evicted},
        {"TCP connections", counts.flow->tcp},
        {"UDP flows", counts.flow->udp},
        {"flows without TLS", counts.flows_without},
        {"flows given up", counts.flow->evicted},
        {"gaps in streams", counts.flow->gaps},
        {"octets missing in streams", counts.flow->gap_octets},
        {"segments given up", counts.flow->dropped},
        {"sessions forgotten", counts.sessions->evicted},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].count > 0)
            summary_count(summary, rows[i].name, rows[i].count);
}

static void name_unused_decisions(const audit_t *audit)
{
    const decisions_counts_t *counts;

    if (audit->decisions == NULL)
        return;
    counts = decisions_counts(audit->decisions);
    if (counts->not_understood > 0)
        say("%s: %llu lines are no decisions", audit->options->decisions,
            (unsigned long long)counts->not_understood);
    if (counts->left_out > 0)
        say("%s: %llu decisions do not fit into memory; split the log", audit->options->decisions,
            (unsigned long long)counts->left_out);
    if (counts->joined < counts->decisions)
        say("%s: %llu of %llu decisions belong to no handshake of the capture",
            audit->options->decisions, (unsigned long long)(counts->decisions - counts->joined),
            (unsigned long long)counts->decisions);
}

static int run_audit(audit_t *audit)
{
    enter_sandbox(audit->options);
    run_packets(audit);
    count_stages(audit);
    name_unused_decisions(audit);
    if (report_finish(audit->report) != 0) {
        say("standard output: the report could not be written");
        return STATUS_ERROR;
    }
    return replay_exit_status(replay_counts(audit->replay), audit->options->baseline != NULL,
                              audit->unreadable);
}

static int run(const command_t *self, int argc, char **argv)
{
    audit_options_t options;
    audit_t audit = {.options = &options};
    int status = audit_options_read(self, argc, argv, &options);

    if (status == STATUS_NONE)
        status = open_audit(&audit);
    if (status == STATUS_NONE)
        status = run_audit(&audit);
    close_audit(&audit);
    audit_options_free(&options);
    return status;
}

const command_t command_audit = {
    .name = "",
    .summary = "judge the clients of captures",
    .help = help,
    .options = audit_option_table,
    .run = run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* audit_run.c - see audit_run.h. */
#include "audit/audit_run.h"

#include <stdlib.h>
#include <string.h>

#include "audit/keys/suite.h"
#include "audit/sandbox.h"
#include "base/encode.h"

#define DECISIONS_MEMORY (16u << 20)
#define STEP 8192u /* packets between looks at how far it is; a power of two */

/* ---- what it is told on the way ---------------------------------------------------------------- */

/* That a CRL is over today is no news of a time when it was not. */
static void warn(void *context, const char *line)
{
    static const char over[] = "[crl-over]";
    const audit_t *audit = context;
    const size_t size = strlen(line);

    if (audit->options->at != REPLAY_AT_NOW && size >= sizeof(over) - 1 &&
        strcmp(line + size - (sizeof(over) - 1), over) == 0)
        return;
    say_printable("warning: ", line);
}

static void take_judgement(void *context, const judgement_t *judgement)
{
    report_judgement(((audit_t *)context)->report, judgement);
}

/* Behind the file's name in quotes, with which some reasons begin. */
static const char *without_name(const char *why, const char *path)
{
    const size_t size = strlen(path);

    return why[0] == '"' && strncmp(why + 1, path, size) == 0 &&
                   strncmp(why + 1 + size, "\": ", 3) == 0
               ? why + size + 4
               : why;
}

/* The reason is printable as it comes. */
static void say_problem(const char *path, const char *why)
{
    ma_buf_t line;

    ma_buf_init(&line, 0);
    ma_encode_terminal(&line, path, strlen(path));
    ma_buf_printf(&line, ": %s", why);
    say_printable("", ma_buf_string(&line));
    ma_buf_free(&line);
}

static void take_problem(void *context, const char *path, const char *why)
{
    audit_t *audit = context;

    why = without_name(why, path);
    audit->unreadable = true;
    if (!audit->quiet)
        say_problem(path, why);
    if (audit->shard == 0)
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
        const uint64_t before = keylog_counts(audit->keys)->secrets;

        if (keylog_read(audit->keys, audit->options->keylogs[i], why) != 0) {
            say("%s", ma_buf_string(why));
            return STATUS_ERROR;
        }
        if (keylog_counts(audit->keys)->secrets == before)
            say("warning: %s: no secrets are in it, or none that are new; a key log has lines such "
                "as CLIENT_RANDOM (SSLKEYLOGFILE)",
                audit->options->keylogs[i]);
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

int audit_open(audit_t *audit)
{
    ma_buf_t why;
    int status;

    ma_buf_init(&why, 0);
    status = read_keys(audit, &why);
    if (status == STATUS_NONE)
        status = read_decisions(audit, &why);
    if (status == STATUS_NONE)
        status = open_policies(audit, &why);
    ma_buf_free(&why);
    return status;
}

void audit_close(audit_t *audit)
{
    merge_free(audit->merge);
    pipeline_free(audit->pipeline);
    replay_free(audit->replay);
    decisions_free(audit->decisions);
    keylog_free(audit->keys);
    report_free(audit->report);
}

report_how_t audit_report(const audit_options_t *options)
{
    return (report_how_t){.kind = (report_kind_t)options->output,
                          .summary = options->summary,
                          .all = options->all,
                          .files = options->captures,
                          .n_files = options->n_captures,
                          .cipher_name = suite_name};
}

/* ---- reading ----------------------------------------------------------------------------------- */

void audit_sandbox(const audit_options_t *options, bool quiet)
{
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if ((sandbox_enter(options->captures, options->n_captures, options->filter != NULL, &why) &
         SANDBOX_SECCOMP) == 0 &&
        !quiet)
        say("warning: reading without a sandbox: %s", ma_buf_string(&why));
    ma_buf_free(&why);
}

static void run_packets(audit_t *audit, audit_step_fn *step, void *context)
{
    packet_t packet;

    while (merge_next(audit->merge, &packet)) {
        audit->packets++;
        pipeline_push(audit->pipeline, &packet);
        if (audit->packets % STEP == 0)
            step(context, merge_position(audit->merge), merge_size(audit->merge),
                 replay_counts(audit->replay)->handshakes);
    }
    audit->packets = AUDIT_AT_END;
    pipeline_finish(audit->pipeline);
}

/*
 * What is worth knowing of what was not understood; zeros are left out. What is of the captures as a
 * whole is said by the first part alone, so that parts add up.
 */
static void count_stages(const audit_t *audit)
{
    const pipeline_counts_t counts = pipeline_counts(audit->pipeline);
    summary_t *summary = report_summary(audit->report);
    const struct {
        bool whole;
        const char *name;
        uint64_t count;
    } rows[] = {
        {true, "packets", counts.link->packets},
        {true, "packets cut short by the capture", counts.link->cut},
        {true, "packets that are malformed", counts.link->malformed},
        {true, "packets of an unknown link type", counts.link->unknown_link},
        {true, "IP fragments", counts.link->fragments},
        {true, "IP fragments given up", counts.link->evicted},
        {false, "TCP connections", counts.flow->tcp},
        {false, "UDP flows", counts.flow->udp},
        {false, "flows without TLS", counts.flows_without},
        {false, "flows given up", counts.flow->evicted},
        {false, "gaps in streams", counts.flow->gaps},
        {false, "octets missing in streams", counts.flow->gap_octets},
        {false, "segments given up", counts.flow->dropped},
        {false, "sessions forgotten", counts.sessions->evicted},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (audit->shard == 0 || !rows[i].whole)
            summary_count(summary, rows[i].name, rows[i].count);
}

int audit_read(audit_t *audit, audit_step_fn *step, void *context)
{
    const audit_options_t *options = audit->options;
    const capture_how_t capture = {
        .filter = options->filter, .secrets = take_secrets, .context = audit};
    const pipeline_how_t pipeline = {.keys = audit->keys,
                                     .hints = options->hints,
                                     .n_hints = options->n_hints,
                                     .shard = audit->shard,
                                     .n_shards = audit->n_shards};

    if (pipeline_new(&pipeline, replay_sink(audit->replay), &audit->pipeline) != 0 ||
        merge_new(options->captures, options->n_captures, &capture, take_problem, audit,
                  &audit->merge) != 0)
        return out_of_memory();
    run_packets(audit, step, context);
    count_stages(audit);
    merge_free(audit->merge);
    pipeline_free(audit->pipeline);
    audit->merge = NULL;
    audit->pipeline = NULL;
    return STATUS_NONE;
}

/* ---- the end ----------------------------------------------------------------------------------- */

static void name_unused_decisions(const audit_t *audit, uint64_t joined)
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
    if (joined < counts->decisions)
        say("%s: %llu of %llu decisions belong to no handshake of the capture",
            audit->options->decisions, (unsigned long long)(counts->decisions - joined),
            (unsigned long long)counts->decisions);
}

int audit_finish(audit_t *audit, const replay_counts_t *counts, uint64_t joined)
{
    name_unused_decisions(audit, joined);
    if (report_finish(audit->report) != 0) {
        say("standard output: the report could not be written");
        return STATUS_ERROR;
    }
    return replay_exit_status(counts, audit->options->baseline != NULL, audit->unreadable);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* audit.c - `mtlsauth-audit`: what it says of itself, and in which order things are done. */
#include "audit/audit_job.h"
#include "audit/audit_run.h"
#include "audit/commands.h"
#include "audit/filter_check.h"
#include "audit/progress.h"

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

static void show(void *context, uint64_t position, uint64_t size, uint64_t handshakes)
{
    progress_step(context, position, size, handshakes);
}

static int run_alone(audit_t *audit)
{
    report_how_t how = audit_report(audit->options);
    progress_t progress;
    int status;

    if (report_new(&how, stdout, &audit->report) != 0) {
        say("out of memory");
        return STATUS_ERROR;
    }
    audit_sandbox(audit->options, false);
    progress_begin(&progress, audit->options->progress);
    status = audit_read(audit, show, &progress);
    progress_end(&progress);
    if (status != STATUS_NONE)
        return status;
    return audit_finish(audit, replay_counts(audit->replay),
                        audit->decisions != NULL ? decisions_counts(audit->decisions)->joined : 0);
}

static int run(const command_t *self, int argc, char **argv)
{
    audit_options_t options;
    audit_t audit = {.options = &options};
    int status = audit_options_read(self, argc, argv, &options);

    audit.shard = options.shard;
    audit.n_shards = options.n_shards;
    if (status == STATUS_NONE && options.filter != NULL)
        status = filter_check(self, options.filter);
    if (status == STATUS_NONE && options.jobs > 1)
        status = audit_jobs_check(self, &options);
    if (status == STATUS_NONE)
        status = audit_open(&audit);
    if (status == STATUS_NONE)
        status = options.jobs > 1 ? audit_jobs(&audit) : run_alone(&audit);
    audit_close(&audit);
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

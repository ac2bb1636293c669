/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expiry.c - `mtlsauth expiry`: what ends soon, for people, monitoring and Prometheus.
 *
 * Policies are loaded as a server would load them, so that what is listed is what is in force. The
 * exit status is that of monitoring plugins; an error is 3, because what could not be read could be
 * worse than what was.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "commands.h"
#include "common/credential_file.h"
#include "common/when.h"
#include "engine/engine.h"
#include "expiry_report.h"
#include "plugin/fact.h"
#include "policy/settings.h"
#include "setting.h"

enum {
    OPTION_POLICY = OPTION_OWN,
    OPTION_CERT,
    OPTION_WARN,
    OPTION_CRITICAL,
    OPTION_JSON,
    OPTION_PROMETHEUS,
    OPTION_AT
};

/* As monitoring plugins have it; other commands use 2 for errors. */
enum { EXIT_NEAR = 1, EXIT_PRESSING = 2, EXIT_UNKNOWN = 3 };

static const char help[] =
    "Usage: mtlsauth expiry [OPTION]...\n"
    "Lists when anchors, intermediates and CRLs of policies end, and certificates that are\n"
    "named; what ends first comes first.\n"
    "\n"
    "      --policy FILE|DIR     a policy, or a directory of them; may be repeated\n"
    "                            (" MTLSAUTH_POLICY_DIR ",\n"
    "                            unless --cert is given)\n"
    "      --cert FILE           certificates, in PEM or DER; may be repeated\n"
    "      --warn DURATION       warning: ends within that time (30d)\n"
    "      --critical DURATION   critical: ends within that time (14d)\n"
    "      --at TIME             look as of another time: now, 2026-03-01T12:00:00Z, or\n"
    "                            seconds since 1970\n"
    "      --json                print JSON\n"
    "      --prometheus          print metrics for a Prometheus text file\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 nothing ends soon, 1 warning, 2 critical or expired, 3 errors.\n";

static const struct option options[] = {
    { "policy", required_argument, NULL, OPTION_POLICY },
    { "cert", required_argument, NULL, OPTION_CERT },
    { "warn", required_argument, NULL, OPTION_WARN },
    { "critical", required_argument, NULL, OPTION_CRITICAL },
    { "at", required_argument, NULL, OPTION_AT },
    { "json", no_argument, NULL, OPTION_JSON },
    { "prometheus", no_argument, NULL, OPTION_PROMETHEUS },
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

typedef struct expiry {
    mtlsauth_open_t how;
    const char **policies; /* with room for all arguments, as `certs` */
    const char **certs;
    size_t n_policies;
    size_t n_certs;
    expiry_view_t view;
    expiry_print_fn *print;
    bool has_time;
    ma_arena_t arena;
    ma_inventory_t inventory;
} expiry_t;

/* ---- reading ------------------------------------------------------------------------------ */

/* Returns 0, or a negative status if memory is out; what cannot be read is said and counted. */
static int read_policy(expiry_t *expiry, const char *policy)
{
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;
    const mtlsauth_snapshot_t *snapshot;
    int ret = 0;

    expiry->how.policy = policy;
    if (mtlsauth_engine_open(&engine, &expiry->how, &err) != 0) {
        say_error(err);
        expiry->view.errors++;
    } else {
        snapshot = atomic_load(&engine->reclaim.current); /* nobody else has this engine */
        ret = ma_inventory_add_set(&expiry->inventory, &snapshot->set, &snapshot->crls);
    }
    mtlsauth_error_free(err);
    mtlsauth_engine_free(engine);
    return ret;
}

static int read_one_cert(expiry_t *expiry, const char *path, size_t number,
                         const gnutls_datum_t *der)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = NULL;
    int ret = ma_cert_parse((ma_bytes_t) { der->data, der->size }, &expiry->arena, &cert, &why);

    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ret;
    if (ret != 0) {
        say("%s: certificate %zu: %s", path, number, why != NULL ? why : "malformed");
        expiry->view.errors++;
        return 0;
    }
    ret = ma_inventory_add(&expiry->inventory, MA_ITEM_CERTIFICATE, cert, path);
    ma_cert_free(cert);
    return ret;
}

static int read_certs(expiry_t *expiry, const char *path)
{
    credential_t credential = { NULL, 0 };
    ma_buf_t why;
    size_t i;
    int ret = 0;

    ma_buf_init(&why, 0);
    if (credential_read(path, NULL, &credential, &why) != 0) {
        say("%s", ma_buf_string(&why));
        expiry->view.errors++;
    }
    for (i = 0; ret == 0 && i < credential.count; i++)
        ret = read_one_cert(expiry, path, i + 1, &credential.certs[i]);
    credential_free(&credential);
    ma_buf_free(&why);
    return ret;
}

static int read_all(expiry_t *expiry)
{
    size_t i;
    int ret = 0;

    for (i = 0; ret == 0 && i < expiry->n_policies; i++)
        ret = read_policy(expiry, expiry->policies[i]);
    for (i = 0; ret == 0 && i < expiry->n_certs; i++)
        ret = read_certs(expiry, expiry->certs[i]);
    return ret;
}

/* ---- the command line --------------------------------------------------------------------- */

static int take_duration(const command_t *self, const char *option, int64_t *out)
{
    if (!ma_duration(optarg, out))
        return wrong_usage(self, "--%s: \"%s\" is no duration; write 30d, 12h, 15m or 90s", option,
                           optarg);
    return STATUS_NONE;
}

static int take_time(const command_t *self, expiry_t *expiry)
{
    expiry->has_time = strcmp(optarg, "now") != 0;
    if (expiry->has_time && !when_parse(optarg, &expiry->view.now))
        return wrong_usage(self,
                           "--at: \"%s\" is no time; write now, 2026-03-01T12:00:00Z or seconds "
                           "since 1970",
                           optarg);
    return STATUS_NONE;
}

static int take_print(const command_t *self, expiry_t *expiry, expiry_print_fn *print)
{
    if (expiry->print != expiry_print_text && expiry->print != print)
        return wrong_usage(self, "--json and --prometheus: choose one");
    expiry->print = print;
    return STATUS_NONE;
}

static int take_option(const command_t *self, expiry_t *expiry, int option)
{
    switch (option) {
    case OPTION_POLICY:
        expiry->policies[expiry->n_policies++] = optarg;
        break;
    case OPTION_CERT:
        expiry->certs[expiry->n_certs++] = optarg;
        break;
    case OPTION_WARN:
        return take_duration(self, "warn", &expiry->view.warning);
    case OPTION_CRITICAL:
        return take_duration(self, "critical", &expiry->view.critical);
    case OPTION_AT:
        return take_time(self, expiry);
    case OPTION_JSON:
        return take_print(self, expiry, expiry_print_json);
    case OPTION_PROMETHEUS:
        return take_print(self, expiry, expiry_print_prometheus);
    case OPTION_PLUGIN_DIR:
        expiry->how.plugin_dir = optarg;
        break;
    case OPTION_INSECURE:
        expiry->how.flags |= MTLSAUTH_OPEN_INSECURE_FILES;
        break;
    case OPTION_HELP:
        return finish_text(self->help, STATUS_OK);
    default:
        return STATUS_ERROR;
    }
    return STATUS_NONE;
}

static int read_options(const command_t *self, int argc, char **argv, expiry_t *expiry)
{
    int option, status = STATUS_NONE;

    while (status == STATUS_NONE && (option = next_option(self, argc, argv)) != -1)
        status = take_option(self, expiry, option);
    if (status != STATUS_NONE)
        return status;
    if (optind < argc)
        return wrong_usage(self, "what is %s? policies are named by --policy, certificates by "
                                 "--cert",
                           argv[optind]);
    if (expiry->view.critical > expiry->view.warning)
        return wrong_usage(self, "--critical is longer than --warn: nothing would be a warning");
    if (!expiry->has_time && !ma_clock_now(&expiry->view.now)) {
        say("the clock cannot be read");
        return STATUS_ERROR;
    }
    if (expiry->n_policies + expiry->n_certs == 0)
        expiry->policies[expiry->n_policies++] = MTLSAUTH_POLICY_DIR;
    return STATUS_NONE;
}

/* ---- the command -------------------------------------------------------------------------- */

static int exit_status(const expiry_t *expiry)
{
    static const int statuses[] = {
        [EXPIRY_OK] = STATUS_OK,
        [EXPIRY_WARNING] = EXIT_NEAR,
        [EXPIRY_CRITICAL] = EXIT_PRESSING,
        [EXPIRY_EXPIRED] = EXIT_PRESSING,
    };

    if (expiry->view.errors > 0)
        return EXIT_UNKNOWN;
    return statuses[expiry_worst(&expiry->inventory, &expiry->view)];
}

static int report(expiry_t *expiry)
{
    int status = EXIT_UNKNOWN;
    ma_buf_t out;

    ma_buf_init(&out, 0);
    if (read_all(expiry) != 0) {
        say("out of memory");
    } else {
        expiry_sort(&expiry->inventory);
        expiry->print(&out, &expiry->inventory, &expiry->view);
        if (finish(&out, STATUS_OK) == STATUS_OK)
            status = exit_status(expiry);
    }
    ma_buf_free(&out);
    return status;
}

static int run(const command_t *self, int argc, char **argv)
{
    expiry_t expiry = { .how = MTLSAUTH_OPEN_INIT,
                        .view = { .warning = INT64_C(30) * 86400, .critical = INT64_C(14) * 86400 },
                        .print = expiry_print_text };
    int status;

    expiry.how.flags = MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_TRUST_OWNER;
    expiry.how.attributes = ma_attribute_names();
    expiry.how.n_attributes = setting_count();
    ma_arena_init(&expiry.arena, 0);
    ma_inventory_init(&expiry.inventory, &expiry.arena);
    expiry.policies = ma_arena_array(&expiry.arena, (size_t)argc, sizeof(*expiry.policies));
    expiry.certs = ma_arena_array(&expiry.arena, (size_t)argc, sizeof(*expiry.certs));
    if (expiry.policies == NULL || expiry.certs == NULL) {
        say("out of memory");
        status = STATUS_ERROR;
    } else {
        status = read_options(self, argc, argv, &expiry);
    }
    if (status == STATUS_NONE)
        status = report(&expiry);
    else if (status != STATUS_OK)
        status = EXIT_UNKNOWN;
    ma_arena_free(&expiry.arena);
    return status;
}

const command_t command_expiry = {
    .name = "expiry",
    .summary = "list what ends soon: anchors, intermediates, CRLs",
    .help = help,
    .options = options,
    .run = run,
};

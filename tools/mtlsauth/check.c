/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - `mtlsauth check`: asks a policy about one certificate and explains the answer.
 *
 * The exit status is that of enforcement, also in monitor mode: 0 allow, 1 deny, 3 undetermined;
 * 2 when there was no decision, or it could not be written.
 */
#include <stdlib.h>
#include <string.h>

#include "check_usage.h"
#include "common/credential_file.h"
#include "common/input.h"
#include "explain.h"
#include "plugin/fact.h"

#define MAX_PASSWORD 1024u /* bytes of the file */

static const char help[] =
    "Usage: mtlsauth check [OPTION]... CERT\n"
    "  or:  mtlsauth check [OPTION]... --no-cert\n"
    "Asks a policy about the certificate in the file CERT (PEM, DER or PKCS#12; - is\n"
    "standard input) and explains the answer. Further certificates in it are the chain.\n"
    "\n"
    "      --policy FILE|DIR     the policy, or a directory of them\n"
    "                            (" MTLSAUTH_POLICY_DIR ")\n"
    "      --service NAME        the policy of that name; without it the host chooses\n"
    "      --cert FILE           the same as CERT\n"
    "      --chain FILE          certificates that were sent with it; may be repeated\n"
    "      --no-cert             the client sent no certificate\n"
    "      --password-file FILE  its first line opens PKCS#12 files\n"
    "      --set FIELD=VALUE     what is known of the connection, such as\n"
    "                            tls.sni=api.example.com or ip.src=192.0.2.1; repeatable.\n"
    "                            FIELD= says that the request has none; without --set it\n"
    "                            is unknown\n"
    "      --time TIME           judge as of TIME: now, 2026-03-01T12:00:00Z, or seconds\n"
    "                            since 1970\n"
    "      --json                print the decision as one line of JSON\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      accept files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "Exit status: 0 allow, 1 deny, 2 error, 3 undetermined. In monitor mode it is what\n"
    "enforcement would say.\n";

/* A question and the files it needs. */
typedef struct check {
    check_usage_t usage;
    credential_t leaf;   /**< the certificate, and what its file holds besides */
    credential_t *chain; /**< one for each --chain; owned */
} check_t;

/* The first line of the file; `password` owns it. */
static int read_password(const char *file, input_t *password)
{
    ma_buf_t why;
    int status = STATUS_NONE;

    ma_buf_init(&why, 0);
    if (input_read(file, MAX_PASSWORD, password, &why) != 0) {
        say("%s", ma_buf_string(&why));
        status = STATUS_ERROR;
    } else {
        password->data[strcspn((char *)password->data, "\r\n")] = '\0';
    }
    ma_buf_free(&why);
    return status;
}

static int read_one(const char *file, const input_t *password, credential_t *out)
{
    ma_buf_t why;
    int status = STATUS_NONE;

    ma_buf_init(&why, 0);
    if (credential_read(file, (const char *)password->data, out, &why) != 0) {
        say("%s", ma_buf_string(&why));
        status = STATUS_ERROR;
    }
    ma_buf_free(&why);
    return status;
}

static int read_certificates(check_t *check)
{
    const check_usage_t *usage = &check->usage;
    input_t password = { NULL, 0, 0 };
    size_t i;
    int status = STATUS_NONE;

    check->chain = calloc(usage->n_chain + 1, sizeof(*check->chain));
    if (check->chain == NULL) {
        say("out of memory");
        return STATUS_ERROR;
    }
    if (usage->password_file != NULL)
        status = read_password(usage->password_file, &password);
    if (status == STATUS_NONE && usage->cert != NULL)
        status = read_one(usage->cert, &password, &check->leaf);
    for (i = 0; status == STATUS_NONE && i < usage->n_chain; i++)
        status = read_one(usage->chain[i], &password, &check->chain[i]);
    input_free(&password);
    return status;
}

static void warn(void *context, int level, const char *line)
{
    (void)context;
    /* What fails a load comes back as its error. A line is printable already, and says "warning"
       behind its place. */
    if (level == MTLSAUTH_LOG_WARNING)
        say_printable("", line);
}

static mtlsauth_engine_t *open_engine(const check_usage_t *usage)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_error_t *err = NULL;

    how.flags = MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_TRUST_OWNER | MTLSAUTH_OPEN_EXPLAIN
        | (usage->insecure ? MTLSAUTH_OPEN_INSECURE_FILES : 0);
    how.log_level = MTLSAUTH_LOG_WARNING;
    how.log = warn;
    how.policy = usage->policy;
    how.plugin_dir = usage->plugin_dir;
    how.server = "mtlsauth";
    how.attributes = ma_attribute_names();
    how.n_attributes = setting_count();
    if (mtlsauth_engine_open(&engine, &how, &err) != 0)
        say_error(err);
    mtlsauth_error_free(err);
    return engine;
}

/* Adds the certificates of one file from `first` on. */
static void add_chain(mtlsauth_request_t *request, const credential_t *credential, size_t first)
{
    size_t i;

    for (i = first; i < credential->count; i++)
        mtlsauth_request_chain(request, credential->certs[i].data, credential->certs[i].size);
}

static void fill(const check_t *check, mtlsauth_request_t *request)
{
    const check_usage_t *usage = &check->usage;
    size_t i;

    if (usage->service != NULL)
        mtlsauth_request_service(request, usage->service);
    if (usage->has_time)
        mtlsauth_request_time(request, usage->time);
    if (check->leaf.count > 0)
        mtlsauth_request_leaf(request, check->leaf.certs[0].data, check->leaf.certs[0].size);
    add_chain(request, &check->leaf, 1);
    for (i = 0; i < usage->n_chain; i++)
        add_chain(request, &check->chain[i], 0);
    for (i = 0; i < usage->n_settings; i++)
        setting_apply(&usage->settings[i], request);
}

static int add_json(ma_buf_t *out, const mtlsauth_decision_t *decision)
{
    size_t size = 0;
    char *text = NULL;
    int ret = mtlsauth_decision_json(decision, NULL, &size);

    if (ret == MTLSAUTH_E_SPACE && size > 0 && (text = malloc(size)) != NULL)
        ret = mtlsauth_decision_json(decision, text, &size);
    if (ret == 0 && text != NULL)
        ma_buf_printf(out, "%s\n", text);
    else
        say("the decision cannot be written as JSON");
    free(text);
    return ret == 0 && text != NULL ? 0 : -1;
}

static int exit_status(const mtlsauth_decision_t *decision)
{
    switch (decision->would) {
    case MTLSAUTH_ALLOW:
        return STATUS_OK;
    case MTLSAUTH_UNDETERMINED:
        return STATUS_UNDETERMINED;
    default:
        return STATUS_DENY;
    }
}

static int answer(const check_t *check, mtlsauth_request_t *request)
{
    const mtlsauth_decision_t *decision;
    ma_buf_t out;
    int allowed, status;

    allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    status = exit_status(decision);
    if (status == STATUS_OK && allowed != 1)
        status = STATUS_ERROR; /* the two never differ; if they did, nobody is let in */
    ma_buf_init(&out, 0);
    if (!check->usage.json)
        explain(&out, decision, check->leaf.count > 0 ? &check->leaf.certs[0] : NULL);
    else if (add_json(&out, decision) != 0)
        status = STATUS_ERROR;
    status = finish(&out, status);
    ma_buf_free(&out);
    return status;
}

static int ask(const check_t *check)
{
    mtlsauth_engine_t *engine = open_engine(&check->usage);
    mtlsauth_request_t *request = NULL;
    int status = STATUS_ERROR;

    if (engine == NULL)
        return STATUS_ERROR;
    if (mtlsauth_request_new(engine, &request) != 0) {
        say("out of memory");
    } else {
        fill(check, request);
        status = answer(check, request);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    return status;
}

static int run(const command_t *self, int argc, char **argv)
{
    check_t check = { .chain = NULL };
    size_t i;
    int status = check_usage_read(self, argc, argv, &check.usage);

    if (status == STATUS_NONE)
        status = read_certificates(&check);
    if (status == STATUS_NONE)
        status = ask(&check);
    for (i = 0; check.chain != NULL && i < check.usage.n_chain; i++)
        credential_free(&check.chain[i]);
    free(check.chain);
    credential_free(&check.leaf);
    check_usage_free(&check.usage);
    return status;
}

const command_t command_check = {
    .name = "check",
    .summary = "ask a policy about a certificate, and why",
    .help = help,
    .options = check_options,
    .run = run,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/* gate.c - see gate.h. */
#include "mosquitto/gate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <mtlsauth/mtlsauth-openssl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/decision_log.h"
#include "common/errno_text.h"

enum { IP_SRC, APP_USER, APP_RESOURCE, APP_ACTION };

static const char *const attributes[] = {
    [IP_SRC] = "ip.src",
    [APP_USER] = "app.user",
    [APP_RESOURCE] = "app.resource",
    [APP_ACTION] = "app.action",
};

/* What the library says of a decision stands in our line about it. */
static void log_line(void *context, int level, const char *line)
{
    gate_t *gate = context;

    if (!pthread_equal(pthread_self(), gate->reload.broker) || !gate->judging
        || level <= MTLSAUTH_LOG_WARNING)
        reload_log(&gate->reload, level, line);
}

static bool open_engine(gate_t *gate)
{
    const settings_t *settings = &gate->settings;
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;

    how.policy = settings->policy;
    how.plugin_dir = settings->plugin_dir;
    how.server = "mosquitto";
    how.flags = settings->insecure_files ? MTLSAUTH_OPEN_INSECURE_FILES : 0;
    how.attributes = attributes;
    how.n_attributes = sizeof(attributes) / sizeof(attributes[0]);
    how.log = log_line;
    how.log_context = gate;
    if (mtlsauth_engine_open(&gate->engine, &how, NULL) != MTLSAUTH_OK)
        return false; /* said through log_line() */
    gate->reload.engine = gate->engine;
    if (settings->service != NULL
        && !mtlsauth_engine_has_service(gate->engine, settings->service)) {
        mosquitto_log_printf(BROKER_LOG_ERROR,
                             "mtlsauth: plugin_opt_service is \"%s\", and there is no policy of "
                             "that name", settings->service);
        return false;
    }
    return true;
}

static bool open_log(gate_t *gate)
{
    const char *path = gate->settings.decision_log;
    char why[ERRNO_TEXT_SIZE];

    if (path == NULL)
        return true;
    gate->log = decision_log_open(path);
    if (gate->log >= 0)
        return true;
    mosquitto_log_printf(BROKER_LOG_ERROR,
                         "mtlsauth: plugin_opt_decision_log %s: %s (mosquitto has given up the "
                         "rights of root already)", path, errno_text(errno, why));
    return false;
}

gate_t *gate_open(const struct mosquitto_opt *options, int count)
{
    gate_t *gate = calloc(1, sizeof(*gate));

    if (gate == NULL)
        return NULL;
    gate->log = -1;
    if (!reload_init(&gate->reload)) {
        free(gate);
        return NULL;
    }
    if (!settings_read(&gate->settings, options, count) || !open_engine(gate) || !open_log(gate)
        || mtlsauth_request_new(gate->engine, &gate->request) != MTLSAUTH_OK) {
        gate_close(gate);
        return NULL;
    }
    return gate;
}

void gate_close(gate_t *gate)
{
    if (gate == NULL)
        return;
    reload_free(&gate->reload);
    mtlsauth_request_free(gate->request);
    mtlsauth_engine_free(gate->engine);
    absent_free(&gate->absent);
    cutoff_free(&gate->cutoff);
    if (gate->log >= 0)
        close(gate->log);
    free(gate);
}

static void set_text(mtlsauth_request_t *request, unsigned attribute, const char *text)
{
    if (text != NULL)
        mtlsauth_request_string(request, attribute, text, strlen(text));
}

/* mosquitto has it as text. Of a UNIX socket it has the path, which is no address. */
static void set_address(mtlsauth_request_t *request, const char *text, struct in6_addr *room)
{
    if (text == NULL)
        return;
    if (inet_pton(AF_INET, text, room) == 1)
        mtlsauth_request_address(request, IP_SRC, room, sizeof(struct in_addr));
    else if (inet_pton(AF_INET6, text, room) == 1)
        mtlsauth_request_address(request, IP_SRC, room, sizeof(*room));
}

static void write_log(gate_t *gate, const mtlsauth_decision_t *decision)
{
    bool failed = gate->log >= 0 && decision_log_write(gate->log, decision) != 0;
    char why[ERRNO_TEXT_SIZE];

    if (failed && !gate->log_failed && !gate->saying) {
        gate->saying = true;
        mosquitto_log_printf(BROKER_LOG_ERROR, "mtlsauth: the decision log is not written: %s",
                             errno_text(errno, why));
        gate->saying = false;
    }
    gate->log_failed = failed;
}

static void conclude(gate_t *gate, bool allowed, answer_t *answer)
{
    const mtlsauth_decision_t *decision = mtlsauth_decision(gate->request);

    answer->allowed = allowed;
    answer->matters = decision_matters(decision);
    decision_line(decision, answer->line);
    write_log(gate, decision);
}

bool gate_judge(gate_t *gate, const question_t *question, answer_t *answer)
{
    mtlsauth_request_t *request = gate->request;
    mtlsauth_openssl_t kept = { 0 };
    struct in6_addr address;
    bool allowed;

    *answer = (answer_t) { .line = "deny (error): asked while a question is open" };
    if (gate->judging)
        return false;
    gate->judging = true;
    if (gate->settings.service != NULL)
        mtlsauth_request_service(request, gate->settings.service);
    mtlsauth_openssl_leaf(mtlsauth_get_api(MTLSAUTH_API_VERSION), request, question->certificate,
                          &kept);
    set_address(request, mosquitto_client_address(question->client), &address);
    set_text(request, APP_USER, mosquitto_client_username(question->client));
    set_text(request, APP_RESOURCE, question->resource);
    set_text(request, APP_ACTION, question->action);
    allowed = mtlsauth_authorize(request) == 1;
    conclude(gate, allowed, answer);
    mtlsauth_request_reset(request);
    mtlsauth_openssl_release(&kept);
    gate->judging = false;
    return allowed;
}

/* Names are UTF-8 without control characters: the broker refuses all else. */
void gate_say(gate_t *gate, int level, const question_t *question, const answer_t *answer)
{
    const char *name = mosquitto_client_id(question->client);
    const char *address = mosquitto_client_address(question->client);
    const char *resource = question->resource;
    bool connects = resource == NULL || resource == name;

    if (gate->saying)
        return;
    gate->saying = true;
    mosquitto_log_printf(level, "mtlsauth: client \"%.64s\" from %.64s, %s%s%.128s: %s",
                         name != NULL ? name : "", address != NULL ? address : "-",
                         question->action, connects ? "" : " ", connects ? "" : resource,
                         answer->line);
    gate->saying = false;
}

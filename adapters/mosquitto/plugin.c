/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin.c - what mosquitto 2.0 calls.
 *
 * A connection is judged when it is made, and everything that a client does is judged again:
 * where the certificate is the user name the broker asks nobody at the connection, and a client
 * may be revoked while it is connected. So a decision is never remembered.
 */
#include <string.h>

#include "mosquitto/gate.h"

#pragma GCC visibility push(default)
/* NOLINTNEXTLINE(readability-redundant-declaration): its header does not say visible */
int mosquitto_plugin_version(int count, const int *versions);
/* NOLINTNEXTLINE(readability-redundant-declaration): its header does not say visible */
int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data,
                          struct mosquitto_opt *options, int count);
/* NOLINTNEXTLINE(readability-redundant-declaration): its header does not say visible */
int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options, int count);
#pragma GCC visibility pop

/* What an allow is for the broker: with DEFER password_file and acl_file have the last word. */
static int let_through(const gate_t *gate)
{
    return gate->settings.sole ? BROKER_ALLOW : BROKER_DEFER;
}

/* To be freed; NULL: none, or the client is not connected. */
static X509 *certificate_of(gate_t *gate, const struct mosquitto *client)
{
    X509 *certificate = mosquitto_client_certificate(client);

    if (certificate != NULL)
        gate->certificates = true;
    return certificate;
}

/* Whoever connects or subscribes is here. Another of that name may be away, and is not meant. */
static void forget(gate_t *gate, const struct mosquitto *client)
{
    if (absent_knows(&gate->absent, client))
        absent_forget(&gate->absent, client);
}

static bool ask_connect(gate_t *gate, const struct mosquitto *client, X509 *certificate,
                        question_t *question, answer_t *answer)
{
    *question = (question_t) { client, certificate, "connect", mosquitto_client_id(client) };
    return gate_judge(gate, question, answer);
}

static bool may_connect(gate_t *gate, const struct mosquitto *client, X509 *certificate)
{
    question_t question;
    answer_t answer;
    bool allowed = ask_connect(gate, client, certificate, &question, &answer);

    gate_say(gate, !allowed ? BROKER_LOG_WARNING
                       : answer.matters ? BROKER_LOG_NOTICE
                                        : BROKER_LOG_INFO,
             &question, &answer);
    return allowed;
}

/*
 * At a reload the broker asks about all clients again, connected or not. Those that are not must
 * not be denied: it would end their connections once more, and so note twice when the session
 * expires, of which one note outlives the client. So a client without a certificate is let be,
 * and judged when it does something. It cannot be one that is just coming: either reloading ends
 * with the next tick, before anybody comes, or the broker has no ticks, so that this gate is one
 * listener's, where whoever is connected has a certificate.
 */
static bool asked_at_reload(const gate_t *gate, const struct mosquitto *client)
{
    return gate->reloading
        && (gate->ticks || gate->certificates || mosquitto_client_address(client) == NULL);
}

static int judge_connection(gate_t *gate, const struct mosquitto *client)
{
    X509 *certificate = certificate_of(gate, client);
    bool allowed;

    reload_finish(&gate->reload);
    absent_moment_over(&gate->absent);
    if (certificate == NULL && asked_at_reload(gate, client))
        return let_through(gate);
    forget(gate, client);
    allowed = may_connect(gate, client, certificate);
    X509_free(certificate);
    return allowed ? let_through(gate) : BROKER_REFUSE;
}

static int on_basic_auth(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_basic_auth *asked = data;

    (void)event;
    return judge_connection(user_data, asked->client);
}

/* Another plugin knows the method; we only say who may try. */
static int on_extended_auth(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_extended_auth *asked = data;

    (void)event;
    return judge_connection(user_data, asked->client) == BROKER_REFUSE ? BROKER_REFUSE
                                                                       : BROKER_DEFER;
}

static const char *action_of(int access)
{
    switch (access) {
    case MOSQ_ACL_READ:
        return "read";
    case MOSQ_ACL_WRITE:
        return "write";
    case MOSQ_ACL_SUBSCRIBE:
        return "subscribe";
    case MOSQ_ACL_UNSUBSCRIBE:
        return "unsubscribe";
    default:
        return "unknown";
    }
}

/*
 * May this client not even connect any more? Then it is cut off; else only this is denied. One
 * that is to receive something is cut off later, if it is there: it has a certificate. A message
 * that does not reach one client is not news for each message.
 */
static int deny(gate_t *gate, const question_t *question, const answer_t *answer)
{
    bool reads = strcmp(question->action, "read") == 0;
    question_t connect;
    answer_t why;
    bool stays = ask_connect(gate, question->client, question->certificate, &connect, &why);
    bool news = !reads;

    if (reads && !stays && question->certificate != NULL)
        news = cutoff_add(&gate->cutoff, mosquitto_client_id(question->client));
    gate_say(gate, news && !gate->cutoff.running ? BROKER_LOG_WARNING : BROKER_LOG_DEBUG, question,
             answer);
    return stays || reads ? BROKER_DENY : BROKER_REFUSE;
}

/*
 * Asked about a client that is not there, the broker wants to know whether to keep a message for
 * it, which is asked again when it comes, or whether one that it sent may go on being kept (no
 * address).
 */
static bool is_absent(const gate_t *gate, const struct mosquitto_evt_acl_check *asked)
{
    return mosquitto_client_address(asked->client) == NULL
        || (asked->access == MOSQ_ACL_READ && absent_knows(&gate->absent, asked->client));
}

/* The certificate that counts: of the connection, or for a will, of the one that just ended. */
static X509 *certificate_for(gate_t *gate, const struct mosquitto_evt_acl_check *asked)
{
    X509 *certificate = certificate_of(gate, asked->client);

    if (certificate == NULL && asked->access == MOSQ_ACL_WRITE) {
        certificate = absent_certificate(&gate->absent, asked->client);
        if (certificate != NULL && X509_up_ref(certificate) != 1)
            certificate = NULL;
    }
    absent_moment_over(&gate->absent);
    return certificate;
}

static int on_acl_check(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_acl_check *asked = data;
    gate_t *gate = user_data;
    question_t question;
    answer_t answer;
    int ret;

    (void)event;
    reload_finish(&gate->reload);
    question = (question_t) { asked->client, certificate_for(gate, asked), action_of(asked->access),
                              asked->topic };
    if (question.certificate == NULL && is_absent(gate, asked))
        return let_through(gate);
    if (question.certificate == NULL
        && (asked->access == MOSQ_ACL_SUBSCRIBE || asked->access == MOSQ_ACL_UNSUBSCRIBE))
        forget(gate, asked->client);
    if (gate_judge(gate, &question, &answer)) {
        gate_say(gate, answer.matters && asked->access != MOSQ_ACL_READ ? BROKER_LOG_NOTICE
                                                                        : BROKER_LOG_DEBUG,
                 &question, &answer);
        ret = let_through(gate);
    } else {
        ret = deny(gate, &question, &answer);
    }
    X509_free(question.certificate);
    return ret;
}

static int on_disconnect(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_disconnect *gone = data;
    gate_t *gate = user_data;
    X509 *certificate = certificate_of(gate, gone->client);

    (void)event;
    cutoff_forget(&gate->cutoff, mosquitto_client_id(gone->client));
    absent_leaves(&gate->absent, gone->client, certificate);
    X509_free(certificate);
    return BROKER_ALLOW;
}

static int on_reload(int event, void *data, void *user_data)
{
    gate_t *gate = user_data;

    (void)event;
    (void)data;
    gate->reloading = true;
    reload_begin(&gate->reload);
    return BROKER_DEFER; /* anything else keeps it from the other plugins */
}

/*
 * Once in every turn of the broker's loop, unless per_listener_settings is set: then it never
 * comes. A gate is then one listener's, where clients with and without certificates do not mix.
 */
static int on_tick(int event, void *data, void *user_data)
{
    gate_t *gate = user_data;

    (void)event;
    (void)data;
    gate->ticks = true;
    gate->reloading = false;
    absent_moment_over(&gate->absent);
    reload_finish(&gate->reload);
    cutoff_run(&gate->cutoff);
    return BROKER_ALLOW;
}

static const struct {
    int event;
    MOSQ_FUNC_generic_callback call;
} callbacks[] = {
    { MOSQ_EVT_BASIC_AUTH, on_basic_auth },
    { MOSQ_EVT_EXT_AUTH_START, on_extended_auth },
    { MOSQ_EVT_ACL_CHECK, on_acl_check },
    { MOSQ_EVT_DISCONNECT, on_disconnect },
    { MOSQ_EVT_RELOAD, on_reload },
    { MOSQ_EVT_TICK, on_tick },
};
#define CALLBACKS (sizeof(callbacks) / sizeof(callbacks[0]))

static void unregister(gate_t *gate, size_t count)
{
    while (count-- > 0)
        (void)mosquitto_callback_unregister(gate->identifier, callbacks[count].event,
                                            callbacks[count].call, NULL);
}

/* All or none: who has no say in one of them has none at all. */
static bool register_all(gate_t *gate)
{
    size_t i;

    for (i = 0; i < CALLBACKS; i++) {
        if (mosquitto_callback_register(gate->identifier, callbacks[i].event, callbacks[i].call,
                                        NULL, gate) != 0) {
            mosquitto_log_printf(BROKER_LOG_ERROR,
                                 "mtlsauth: the broker does not take a callback; does another "
                                 "plugin line of this listener load mtlsauth?");
            unregister(gate, i);
            return false;
        }
    }
    return true;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    int i;

    for (i = 0; i < count; i++) {
        if (versions[i] == MOSQ_PLUGIN_VERSION)
            return MOSQ_PLUGIN_VERSION;
    }
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data,
                          struct mosquitto_opt *options, int count)
{
    gate_t *gate = gate_open(options, count);

    if (gate == NULL)
        return BROKER_INVALID;
    gate->identifier = identifier;
    if (!register_all(gate)) {
        gate_close(gate);
        return BROKER_INVALID;
    }
    *user_data = gate;
    return BROKER_ALLOW;
}

int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options, int count)
{
    gate_t *gate = user_data;

    (void)options;
    (void)count;
    if (gate != NULL)
        unregister(gate, CALLBACKS);
    gate_close(gate);
    return BROKER_ALLOW;
}

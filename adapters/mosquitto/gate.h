/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gate.h - one `plugin` line of the configuration: its policies, and a question put to them.
 *
 * mosquitto has one thread, and one request object does for it. A line of the broker's log can be
 * a message to subscribers, about which the broker asks again at once: nothing is written to it
 * while a question is open, and what is asked meanwhile is not written.
 */
#ifndef ADAPTERS_MOSQUITTO_GATE_H
#define ADAPTERS_MOSQUITTO_GATE_H

#include <mtlsauth/mtlsauth.h>
#include <openssl/x509.h>

#include "common/decision_line.h"
#include "mosquitto/absent.h"
#include "mosquitto/cutoff.h"
#include "mosquitto/reload.h"
#include "mosquitto/settings.h"

typedef struct gate {
    mosquitto_plugin_id_t *identifier; /* what the broker knows it by */
    settings_t settings;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    int log;           /* descriptor of the decision log, or -1 */
    bool log_failed;   /* the last line was not written, which was said */
    bool judging;      /* the library is asked */
    bool saying;       /* a line is written */
    bool reloading;    /* the broker asks about all clients again, those that are gone too */
    bool ticks;        /* the broker says when it has done so */
    bool certificates; /* a client had one */
    reload_t reload;
    absent_t absent;
    cutoff_t cutoff;
} gate_t;

typedef struct question {
    const struct mosquitto *client;
    X509 *certificate;     /* NULL: none */
    const char *action;    /* "connect", "read", "write", "subscribe", "unsubscribe" */
    const char *resource;  /* a topic; for "connect" the client's identifier */
} question_t;

typedef struct answer {
    bool allowed;
    bool matters;
    char line[DECISION_LINE_SIZE];
} answer_t;

/** Reads everything. NULL: something is wrong, which the log says. */
gate_t *gate_open(const struct mosquitto_opt *options, int count);
void gate_close(gate_t *gate);

/** Judges, and writes the decision log. Returns and sets answer->allowed. */
bool gate_judge(gate_t *gate, const question_t *question, answer_t *answer);
/** A line about it for the broker's log. */
void gate_say(gate_t *gate, int level, const question_t *question, const answer_t *answer);

#endif

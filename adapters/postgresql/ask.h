/* SPDX-License-Identifier: BSD-2-Clause */
/* ask.h - one connection, judged. Include postgres.h before. */
#ifndef ADAPTERS_POSTGRESQL_ASK_H
#define ADAPTERS_POSTGRESQL_ASK_H

#include "libpq/libpq-be.h"

#include "common/decision_line.h"

/** What came of it: for the server's log only, but for `allowed`. All zero is a denial. */
typedef struct answer {
    bool allowed;
    bool matters;     /**< a denial, one that monitor mode let pass, a candidate that differs */
    int not_recorded; /**< errno, if the decision log could not be written */
    char line[DECISION_LINE_SIZE];
} answer_t;

/** Asks the policy about the client at the other end. Never leaves by ereport(). */
void ask(const Port *port, answer_t *answer);

#endif

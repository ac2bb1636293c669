/* SPDX-License-Identifier: BSD-2-Clause */
/* decision_line.c - see decision_line.h. */
#include "common/decision_line.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct line {
    char *out;
    size_t used;
} line_t;

static void put(line_t *line, const char *format, ...) MTLSAUTH_PRINTF(2, 3);

static void put(line_t *line, const char *format, ...)
{
    const size_t room = DECISION_LINE_SIZE - line->used;
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(line->out + line->used, room, format, args);
    va_end(args);
    if (length < 0)
        line->out[line->used] = '\0';
    else
        line->used += (size_t)length < room ? (size_t)length : room - 1;
}

static const char *name_of(int verdict)
{
    return verdict == MTLSAUTH_ALLOW ? "allow" : "deny";
}

const char *decision_verdict(const mtlsauth_decision_t *decision)
{
    return name_of(decision->verdict);
}

int decision_matters(const mtlsauth_decision_t *decision)
{
    return decision->verdict != MTLSAUTH_ALLOW || decision->would != decision->verdict
        || (decision->candidate != NULL && decision->candidate->verdict != decision->would);
}

void decision_line(const mtlsauth_decision_t *decision, char out[DECISION_LINE_SIZE])
{
    const mtlsauth_candidate_t *candidate = decision->candidate;
    line_t line = { out, 0 };

    put(&line, "%s (", name_of(decision->verdict));
    if (decision->would != decision->verdict)
        put(&line, "monitor: would %s, ", name_of(decision->would));
    put(&line, "%s) policy=%s entry=%s id=%s", decision->reason,
        decision->policy[0] != '\0' ? decision->policy : "-",
        decision->entry[0] != '\0' ? decision->entry : "-", decision->id);
    if (candidate != NULL && candidate->verdict != decision->would)
        put(&line, " candidate=%s would %s (%s): %s;", candidate->policy,
            name_of(candidate->verdict), candidate->reason, candidate->message);
    else
        put(&line, ":");
    put(&line, " %s", decision->message);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision_log.h - decisions as JSON lines (docs/decision.schema.json) in a file, which is what
 * `mtlsauth-audit --decisions` reads.
 */
#ifndef ADAPTERS_DECISION_LOG_H
#define ADAPTERS_DECISION_LOG_H

#include <mtlsauth/mtlsauth.h>

/**
 * Opens or makes the file for appending, readable by its owner and group. Before privileges drop. Returns
 * a descriptor that no program inherits, or -1 with errno.
 */
int decision_log_open(const char *path) MTLSAUTH_MUST_CHECK;

/**
 * Appends one line, in one write: several processes and threads may have the file open. Returns 0,
 * or -1 with errno: a decision stands whether it was logged or not.
 */
int decision_log_write(int fd, const mtlsauth_decision_t *decision) MTLSAUTH_MUST_CHECK;

#endif

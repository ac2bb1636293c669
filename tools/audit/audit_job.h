/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_job.h - an audit by several processes: each reads all captures and judges its shard of them,
 * and writes its rows to the parent, which puts out what one process alone would have.
 */
#ifndef AUDIT_AUDIT_JOB_H
#define AUDIT_AUDIT_JOB_H

#include "audit/audit_run.h"

/** Can each process read the captures? STATUS_NONE, or STATUS_ERROR: it is said why. */
int audit_jobs_check(const command_t *self, const audit_options_t *options) MTLSAUTH_MUST_CHECK;
/** All of it. Returns the exit status. */
int audit_jobs(audit_t *audit);

#endif

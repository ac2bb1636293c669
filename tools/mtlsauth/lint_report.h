/* SPDX-License-Identifier: BSD-2-Clause */
/* lint_report.h - a finding of `mtlsauth lint`, as people and as programs read it. */
#ifndef MTLSAUTH_TOOL_LINT_REPORT_H
#define MTLSAUTH_TOOL_LINT_REPORT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/log.h"

/** Texts are borrowed, and printable. */
typedef struct finding {
    ma_pos_t pos; /**< file NULL: none; line, column 0: none */
    bool error;   /**< else a warning */
    const char *rule;
    const char *message; /**< may end in "; route: ..." */
    const char *mend;    /**< "": none */
} finding_t;

/** The error of an open; borrows from it. */
finding_t finding_of_error(const mtlsauth_error_t *err);
/** A warning of a load; borrows from it. */
finding_t finding_of_warning(const ma_warning_t *warning);

/** How one is reported. */
typedef void lint_report_fn(ma_buf_t *out, const finding_t *finding);

/** "FILE:LINE:COLUMN: error: MESSAGE; MEND [RULE]", as compilers have it, and the place. */
void lint_report_plain(ma_buf_t *out, const finding_t *finding);
/** An object in a line. */
void lint_report_json(ma_buf_t *out, const finding_t *finding);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.h - one HTML page that needs nothing else: no network, no other file.
 *
 * Its style, script and markup are page.css, page.js and page.html, which the build turns into strings.
 * The data is JSON inside a script element, written so that nothing in it can end the element; the
 * page's script makes text nodes of it. The policy in the page allows this style and this script by
 * their hashes and nothing else.
 */
#ifndef AUDIT_REPORT_PAGE_H
#define AUDIT_REPORT_PAGE_H

#include "audit/report/summary.h"

/** All that goes before the rows, which are JSON objects with commas between. `left_out`: how many
 * more there were. 0 or -1. */
int page_begin(ma_buf_t *out, const summary_t *summary, uint64_t left_out) MTLSAUTH_MUST_CHECK;
/** All that goes behind them. */
void page_end(ma_buf_t *out);

/** Made by the build, each NULL at the end. */
extern const char *const page_css[];
extern const char *const page_js[];
extern const char *const page_html[];

#endif

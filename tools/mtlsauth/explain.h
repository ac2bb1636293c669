/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.h - a decision, laid out for a person at a terminal. */
#ifndef MTLSAUTH_TOOL_EXPLAIN_H
#define MTLSAUTH_TOOL_EXPLAIN_H

#include <gnutls/gnutls.h>

#include <mtlsauth/mtlsauth.h>

#include "base/buf.h"

/** Appends the decision. `leaf` is the DER of the judged certificate, or NULL if there was none. */
void explain(ma_buf_t *out, const mtlsauth_decision_t *decision, const gnutls_datum_t *leaf);

/** A verdict as a word; what is no verdict reads as a denial. Static. */
const char *explain_verdict(int verdict);

#endif

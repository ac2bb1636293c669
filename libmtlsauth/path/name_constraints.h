/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_constraints.h - the names of a certificate against the constraints of the CAs above it
 * (RFC 5280 4.2.1.10 and 6.1.3 (b), (c)).
 */
#ifndef MA_PATH_NAME_CONSTRAINTS_H
#define MA_PATH_NAME_CONSTRAINTS_H

#include "cred/certificate.h"

/** Comparisons of one name with one subtree that a path may cost, all certificates together. */
#define MA_CONSTRAINT_BUDGET 200000u

/**
 * Checks the subject and the alternative names of `cert` against the NameConstraints of `ca`.
 * Every permitted subtree of a name's type must be looked for, so with several CAs each is asked;
 * that is the intersection. Returns MTLSAUTH_SUCCESS, MTLSAUTH_CONSTRAINT with a static *rule, or
 * MTLSAUTH_LIMIT when *budget is used up.
 */
mtlsauth_result_t ma_name_constraints_check(const mtlsauth_cert_t *ca, const mtlsauth_cert_t *cert,
                                            unsigned *budget,
                                            const char **rule) MTLSAUTH_MUST_CHECK;

#endif

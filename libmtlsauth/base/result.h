/* SPDX-License-Identifier: BSD-2-Clause */
/* result.h - results by name; mtlsauth_result_name() of mtlsauth.h is the other way. */
#ifndef MA_BASE_RESULT_H
#define MA_BASE_RESULT_H

#include <mtlsauth/mtlsauth.h>

/** The result of that name, or -1. */
int ma_result_of(const char *name, size_t size);
/** All names, by number; MTLSAUTH_N_RESULTS of them. */
const char *const *ma_result_names(void);

#endif

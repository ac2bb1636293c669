/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * course.h - which lists are asked about a path that is known, remembered. Nobody but crl/ includes
 * it.
 *
 * Finding the lists that count (scope, signer, freshness) costs far more than looking a serial up.
 * For a path that is known, and within the span of time in which no date of a list flips, it comes
 * out the same each time. So it is done once, if its outcome was "not revoked"; then the same lists
 * are asked again, each time, and as long as none of them has one of the certificates, the outcome
 * stands. What any of them has is judged anew.
 */
#ifndef MA_CRL_COURSE_H
#define MA_CRL_COURSE_H

#include "base/slots.h"
#include "base/period.h"
#include "crl/crl.h"

/** Look-ups of one course, at most; a question that takes more is not remembered. */
#define MA_COURSE_MAX 40u

typedef struct ma_look_up {
    const ma_crl_t *list;
    ma_crl_key_t key;
} ma_look_up_t;

/** A course that is being taken. */
typedef struct ma_course_draft {
    ma_period_t period;
    ma_look_up_t look_ups[MA_COURSE_MAX];
    size_t count;
    bool lost; /**< it cannot be remembered */
} ma_course_draft_t;

/** The dates of a list were compared with the judged time. */
void ma_course_date(ma_course_draft_t *draft, const ma_crl_info_t *info, int64_t now);
/** A certificate was looked up in a list. */
void ma_course_look_up(ma_course_draft_t *draft, const ma_crl_t *list,
                       const mtlsauth_cert_t *cert);

/** What a course is remembered for. */
typedef struct ma_course_for {
    const void *path; /**< stands for it */
    bool replay;
    int64_t now;
} ma_course_for_t;

/** True if a course is remembered for that, and no list of it has one of the certificates. */
bool ma_course_holds(const ma_slots_t *courses, const ma_course_for_t *wanted);
/** Remembers one, if there is room. */
void ma_course_keep(ma_slots_t *courses, const ma_course_for_t *wanted,
                    const ma_course_draft_t *draft);

#endif

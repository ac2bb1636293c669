/* SPDX-License-Identifier: BSD-2-Clause */
/* course.c - see course.h. */
#include "crl/course.h"

#include <stdlib.h>
#include <string.h>

typedef struct course {
    const void *path;
    bool replay;
    ma_period_t period;
    size_t count;
    ma_look_up_t look_ups[];
} course_t;

void ma_course_date(ma_course_draft_t *draft, const ma_crl_info_t *info, int64_t now)
{
    ma_period_before(&draft->period, now, info->this_update);
    if (info->has_next_update)
        ma_period_after(&draft->period, now, info->next_update);
}

void ma_course_look_up(ma_course_draft_t *draft, const ma_crl_t *list,
                       const mtlsauth_cert_t *cert)
{
    if (draft->count == MA_COURSE_MAX)
        draft->lost = true;
    else
        draft->look_ups[draft->count++] = (ma_look_up_t) { list, ma_crl_key(list, cert) };
}

static uint64_t hash_of(const void *path)
{
    return (uint64_t)(uintptr_t)path >> 4;
}

static bool is(const void *thing, const void *key)
{
    const course_t *course = thing;
    const ma_course_for_t *wanted = key;

    return course->path == wanted->path && course->replay == wanted->replay
        && ma_period_has(&course->period, wanted->now);
}

bool ma_course_holds(const ma_slots_t *courses, const ma_course_for_t *wanted)
{
    const course_t *course = ma_slots_find(courses, hash_of(wanted->path), is, wanted);
    size_t i;

    if (course == NULL)
        return false;
    for (i = 0; i < course->count; i++)
        if (ma_crl_has(course->look_ups[i].list, &course->look_ups[i].key))
            return false;
    return true;
}

void ma_course_keep(ma_slots_t *courses, const ma_course_for_t *wanted,
                    const ma_course_draft_t *draft)
{
    const size_t size = draft->count * sizeof(draft->look_ups[0]);
    course_t *course;

    if (draft->lost)
        return;
    course = malloc(sizeof(*course) + size);
    if (course == NULL)
        return;
    course->path = wanted->path;
    course->replay = wanted->replay;
    course->period = draft->period;
    course->count = draft->count;
    memcpy(course->look_ups, draft->look_ups, size);
    if (ma_slots_keep(courses, hash_of(wanted->path), course, is, wanted) != course)
        free(course);
}

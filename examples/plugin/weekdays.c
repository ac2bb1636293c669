/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * weekdays.c - a plugin in one file: it holds on some days of the week, between two hours, UTC.
 *
 *     { control = "requisite"; plugin = "weekdays"; days = [ "mon", "tue" ]; from = 8; to = 18; }
 *
 * It is a gate: it can refuse, and that it holds lets nobody in. The time is the request's, the
 * same for every entry of the stack, so that a judgement of the past comes out as it did then.
 *
 * The core has checked names, kinds and ranges of the options before load() is called. load() turns
 * them into what check() needs, and refuses what can never be meant. The state is the instance's;
 * after load() it is only read, by any number of threads.
 */
#include <mtlsauth/plugin.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DAYS 7u
#define SECONDS_A_DAY 86400
#define SECONDS_AN_HOUR 3600

enum { OPTION_DAYS, OPTION_FROM, OPTION_TO };

static const mtlsauth_option_t options[] = {
    [OPTION_DAYS] = { .name = "days",
                      .kind = MTLSAUTH_OPTION_STRINGS,
                      .flags = MTLSAUTH_OPTION_REQUIRED,
                      .help = "days it holds on: mon tue wed thu fri sat sun" },
    [OPTION_FROM] = { .name = "from",
                      .kind = MTLSAUTH_OPTION_INT,
                      .min = 0,
                      .max = 23,
                      .preset = "0",
                      .help = "the hour it begins to hold, UTC" },
    [OPTION_TO] = { .name = "to",
                    .kind = MTLSAUTH_OPTION_INT,
                    .min = 1,
                    .max = 24,
                    .preset = "24",
                    .help = "the hour before which it holds, UTC" },
};

static const char day_names[DAYS][4] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

typedef struct weekdays {
    bool open[DAYS];
    int64_t from; /* seconds since midnight */
    int64_t to;
} weekdays_t;

/* The number of a day, or DAYS if it is none. */
static unsigned find_day(const char *name, size_t size)
{
    unsigned day = 0;

    while (day < DAYS && (size != 3 || memcmp(name, day_names[day], 3) != 0))
        day++;
    return day;
}

static int load_days(mtlsauth_instance_t *self, weekdays_t *state)
{
    const mtlsauth_services_t *core = self->core;
    size_t count = core->option_count(self, OPTION_DAYS);

    if (count == 0) {
        core->fail(self, OPTION_DAYS, MTLSAUTH_NO_ITEM, "name a day, or leave the entry out",
                   "weekdays holds on no day at all");
        return MTLSAUTH_E_POLICY;
    }
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        const char *name = core->option_item(self, OPTION_DAYS, i, &size);
        unsigned day = name != NULL ? find_day(name, size) : DAYS;

        if (day == DAYS) {
            core->fail(self, OPTION_DAYS, i, "write mon, tue, wed, thu, fri, sat or sun",
                       "\"%s\" is not a day of the week", name != NULL ? name : "");
            return MTLSAUTH_E_POLICY;
        }
        if (state->open[day])
            core->warn(self, OPTION_DAYS, i, "\"%s\" is listed twice", day_names[day]);
        state->open[day] = true;
    }
    return MTLSAUTH_OK;
}

static int load(mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    weekdays_t *state = calloc(1, sizeof(*state));

    self->state = state; /* from here on unload() frees it, also when load() fails */
    if (state == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    state->from = core->option_number(self, OPTION_FROM) * SECONDS_AN_HOUR;
    state->to = core->option_number(self, OPTION_TO) * SECONDS_AN_HOUR;
    if (state->from >= state->to) {
        core->fail(self, OPTION_TO, MTLSAUTH_NO_ITEM, "name a later hour of the same day",
                   "\"to\" is not after \"from\", so weekdays would never hold");
        return MTLSAUTH_E_POLICY;
    }
    return load_days(self, state);
}

static void unload(mtlsauth_instance_t *self)
{
    free(self->state);
    self->state = NULL;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const weekdays_t *state = self->state;
    int64_t now = self->core->now(request);
    int64_t second = now % SECONDS_A_DAY;
    int64_t date = now / SECONDS_A_DAY; /* days since 1970-01-01 */
    unsigned day;
    bool holds;

    if (second < 0) { /* before 1970, where division rounds the wrong way */
        second += SECONDS_A_DAY;
        date--;
    }
    day = (unsigned)((date % DAYS + DAYS + 3) % DAYS); /* 1970-01-01 was a thursday, day 3 */
    holds = state->open[day] && second >= state->from && second < state->to;
    if (!holds || self->core->explains(request))
        self->core->say(request, "%s %02d:%02d UTC is %s the days and hours of this entry",
                        day_names[day], (int)(second / SECONDS_AN_HOUR),
                        (int)(second % SECONDS_AN_HOUR / 60), holds ? "within" : "outside");
    return holds ? MTLSAUTH_SUCCESS : MTLSAUTH_RULE;
}

MTLSAUTH_PLUGIN(weekdays) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "weekdays",
    .summary = "the request is made on one of the days, between two hours, UTC",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .load = load,
    .check = check,
    .unload = unload,
};

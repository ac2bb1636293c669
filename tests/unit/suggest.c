/* SPDX-License-Identifier: BSD-2-Clause */
/* suggest.c - the nearest known word, and durations: what people mistype. */
#include "base/suggest.h"
#include "policy/settings.h"
#include "tap.h"

static void nearest_word(void)
{
    static const char *const known[] = { "required", "requisite", "sufficient", "cn" };
    static const struct {
        const char *word;
        const char *nearest;
    } rows[] = {
        { "requierd", "required" },   /* two letters swapped */
        { "require", "required" },    /* one missing */
        { "sufficientt", "sufficient" }, /* one too many */
        { "cm", "cn" },               /* one of two is still near */
        { "xx", NULL },               /* both wrong is not */
        { "permit", NULL },           /* nothing near */
        { "", NULL },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s", rows[i].word);
        TAP_STR(ma_suggest(rows[i].word, known, 4), rows[i].nearest);
    }
}

static void durations(void)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: no duration */
    } rows[] = {
        { "90s", 90 },
        { "15m", 900 },
        { "24h", 86400 },
        { "14d", 1209600 },
        { "0s", 0 },
        { "36600d", INT64_C(3162240000) }, /* a hundred years */
        { "36601d", -1 },                  /* and a day */
        { "99999999999999999999d", -1 },   /* no overflow */
        { "90", -1 },                      /* no unit */
        { "s", -1 },                       /* no number */
        { "", -1 },
        { "1.5h", -1 },
        { "-1s", -1 },
        { "1h30m", -1 },
        { " 1s", -1 },
        { "1w", -1 },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t seconds = -1;
        tap_row("%s", rows[i].text);
        TAP_INT(ma_duration(rows[i].text, &seconds), rows[i].seconds >= 0);
        TAP_INT(seconds, rows[i].seconds);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "the nearest word", nearest_word },
        { "durations", durations },
    };

    return tap_main("suggest", tests, sizeof(tests) / sizeof(tests[0]));
}

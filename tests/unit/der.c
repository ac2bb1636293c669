/* SPDX-License-Identifier: BSD-2-Clause */
/* der.c - framing and values that DER allows, and those it does not. */
#include "base/der.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tap.h"

#define BYTES(literal) { (const uint8_t *)(literal), sizeof(literal) - 1 }

static void reads_framing(void)
{
    static const struct {
        const char *name;
        ma_bytes_t input;
        unsigned tag; /* 0: refused */
        size_t size;  /* of the contents */
    } cases[] = {
        { "nothing", BYTES(""), 0, 0 },
        { "a tag alone", BYTES("\x02"), 0, 0 },
        { "empty contents", BYTES("\x05\x00"), 0x05, 0 },
        { "short form", BYTES("\x04\x02" "ab"), 0x04, 2 },
        { "contents cut", BYTES("\x04\x03" "ab"), 0, 0 },
        { "end of contents", BYTES("\x00\x00"), 0, 0 },
        { "multi-byte tag", BYTES("\x1f\x81\x00\x00"), 0, 0 },
        { "multi-byte context tag", BYTES("\xbf\x81\x00\x00"), 0, 0 },
        { "highest single-byte tag", BYTES("\xbe\x00"), 0xbe, 0 },
        { "indefinite length", BYTES("\x30\x80\x00\x00"), 0, 0 },
        { "reserved length octet", BYTES("\x30\xff\x00\x00"), 0, 0 },
        { "long form where short would do", BYTES("\x04\x81\x02" "ab"), 0, 0 },
        { "long form of 127, where short would do",
          BYTES("\x04\x81\x7f"
                "0123456789012345678901234567890123456789012345678901234567890123"
                "456789012345678901234567890123456789012345678901234567890123456"),
          0, 0 },
        { "short form of 127",
          BYTES("\x04\x7f"
                "0123456789012345678901234567890123456789012345678901234567890123"
                "456789012345678901234567890123456789012345678901234567890123456"),
          0x04, 127 },
        { "long form of 128",
          BYTES("\x04\x81\x80"
                "0123456789012345678901234567890123456789012345678901234567890123"
                "4567890123456789012345678901234567890123456789012345678901234567"),
          0x04, 128 },
        { "long form with a leading 0",
          BYTES("\x04\x82\x00\x80"
                "0123456789012345678901234567890123456789012345678901234567890123"
                "4567890123456789012345678901234567890123456789012345678901234567"),
          0, 0 },
        { "length cut", BYTES("\x04\x82\x01"), 0, 0 },
        { "length that wraps 32 bits", BYTES("\x04\x84\xff\xff\xff\xff" "a"), 0, 0 },
        { "length that wraps 64 bits", BYTES("\x04\x88\xff\xff\xff\xff\xff\xff\xff\xff" "a"), 0,
          0 },
        { "length of five octets", BYTES("\x04\x85\x01\x00\x00\x00\x00" "a"), 0, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ma_der_t der = ma_der(cases[i].input);
        ma_element_t element = ma_der_any(&der);

        tap_row("%s", cases[i].name);
        TAP_INT(element.tag, cases[i].tag);
        TAP_INT(element.value.size, cases[i].size);
        TAP_INT(element.whole.size, cases[i].tag != 0 ? cases[i].input.size : 0);
        TAP_TRUE(ma_der_done(&der) == (cases[i].tag != 0));
        TAP_TRUE(element.value.data != NULL);
    }
}

/* SEQUENCE { INTEGER 5, [0] "x" (maybe), OCTET STRING "yz" } */
static bool parse_sample(ma_bytes_t bytes, ma_element_t *option)
{
    ma_der_t outer = ma_der(bytes);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t number = ma_der_want(&in, MA_DER_INTEGER);
    ma_element_t last;

    *option = ma_der_maybe(&in, MA_DER_CONTEXT(0));
    last = ma_der_want(&in, MA_DER_OCTET_STRING);
    return ma_der_done(&in) && ma_der_done(&outer) && number.value.size == 1
        && ma_bytes_equal(last.value, (ma_bytes_t)BYTES("yz"));
}

static void walks_and_sticks_to_failure(void)
{
    static const ma_bytes_t with = BYTES("\x30\x0a\x02\x01\x05\x80\x01x\x04\x02yz");
    static const ma_bytes_t without = BYTES("\x30\x07\x02\x01\x05\x04\x02yz");
    static const ma_bytes_t more = BYTES("\x30\x0c\x02\x01\x05\x80\x01x\x04\x02yz\x05\x00");
    static const ma_bytes_t behind = BYTES("\x30\x07\x02\x01\x05\x04\x02yz\x05\x00");
    static const ma_bytes_t other = BYTES("\x30\x07\x02\x01\x05\x0c\x02yz");
    static const ma_bytes_t beyond = BYTES("\x30\x07\x02\x01\x05\x04\x03yzz");
    ma_element_t option, none;
    ma_der_t der;
    size_t cut;

    TAP_TRUE(parse_sample(with, &option));
    TAP_INT(option.tag, 0x80);
    TAP_TRUE(parse_sample(without, &option));
    TAP_INT(option.tag, 0);
    TAP_TRUE(!parse_sample(more, &option));   /* something left inside */
    TAP_TRUE(!parse_sample(behind, &option)); /* something left behind */
    TAP_TRUE(!parse_sample(other, &option));  /* another tag than wanted */
    TAP_TRUE(!parse_sample(beyond, &option)); /* runs over its container, not over the input */
    for (cut = 0; cut < with.size; cut++) {
        tap_row("cut after %zu octets", cut);
        TAP_TRUE(!parse_sample((ma_bytes_t) { with.data, cut }, &option));
    }

    der = ma_der(without);
    TAP_INT(ma_der_peek(&der), 0x30);
    TAP_INT(ma_der_want(&der, MA_DER_SET).tag, 0);
    TAP_INT(ma_der_peek(&der), 0);
    TAP_TRUE(!ma_der_more(&der));
    TAP_INT(ma_der_any(&der).tag, 0); /* it was there, but comes after the failure */
    TAP_TRUE(!ma_der_done(&der));
    none = ma_der_maybe(&der, 0);
    TAP_INT(none.tag, 0);
    der = ma_der_into(&none);
    TAP_TRUE(!ma_der_done(&der));
    der = ma_der((ma_bytes_t) { NULL, 0 });
    TAP_TRUE(ma_der_done(&der));
    TAP_INT(ma_der_want(&der, 0).tag, 0);
    TAP_TRUE(!ma_der_done(&der));
}

static void reads_integers(void)
{
    static const struct {
        ma_bytes_t value;
        bool minimal;
        bool small;
        int64_t number;
    } cases[] = {
        { BYTES(""), false, false, 0 },
        { BYTES("\x00"), true, true, 0 },
        { BYTES("\x7f"), true, true, 127 },
        { BYTES("\x80"), true, false, 0 },             /* -128 */
        { BYTES("\x00\x7f"), false, false, 0 },        /* a 0 too many */
        { BYTES("\x00\x80"), true, true, 128 },        /* the 0 makes it positive */
        { BYTES("\xff\x80"), false, false, 0 },        /* -128 with a sign too many */
        { BYTES("\xff\x7f"), true, false, 0 },         /* -129 */
        { BYTES("\x01\x00"), true, true, 256 },
        { BYTES("\x7f\xff\xff\xff\xff\xff\xff\xff"), true, true, INT64_MAX },
        { BYTES("\x80\x00\x00\x00\x00\x00\x00\x00"), true, false, 0 },
        { BYTES("\x00\x80\x00\x00\x00\x00\x00\x00\x00"), true, false, 0 }, /* 2^63 */
        { BYTES("\x01\x00\x00\x00\x00\x00\x00\x00\x00"), true, false, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t number = 0;

        tap_row("integer %zu", i);
        TAP_TRUE(ma_der_integer_minimal(cases[i].value) == cases[i].minimal);
        TAP_TRUE(ma_der_small(cases[i].value, &number) == cases[i].small);
        TAP_INT(number, cases[i].number); /* set only on success */
    }
}

static void reads_booleans(void)
{
    static const ma_bytes_t no = BYTES("\x00"), yes = BYTES("\xff"), one = BYTES("\x01");
    static const ma_bytes_t empty = BYTES(""), two = BYTES("\xff\xff");
    bool value = true;

    TAP_TRUE(ma_der_boolean(no, &value) && !value);
    TAP_TRUE(ma_der_boolean(yes, &value) && value);
    TAP_TRUE(!ma_der_boolean(one, &value));
    TAP_TRUE(!ma_der_boolean(empty, &value));
    TAP_TRUE(!ma_der_boolean(two, &value));
    TAP_TRUE(value);
}

static void reads_times(void)
{
    static const struct {
        unsigned tag;
        const char *text;
        bool ok;
        int64_t seconds; /* from `date -u -d ... +%s` */
    } cases[] = {
        { MA_DER_UTC_TIME, "700101000000Z", true, 0 },
        { MA_DER_UTC_TIME, "220321133500Z", true, 1647869700 },
        { MA_DER_UTC_TIME, "500101000000Z", true, -631152000 },        /* 1950 */
        { MA_DER_UTC_TIME, "491231235959Z", true, 2524607999 },        /* 2049 */
        { MA_DER_GENERALIZED_TIME, "20500101000000Z", true, 2524608000 },
        { MA_DER_GENERALIZED_TIME, "20220321133500Z", true, 1647869700 }, /* should be UTCTime */
        { MA_DER_GENERALIZED_TIME, "99991231235959Z", true, 253402300799 },
        { MA_DER_GENERALIZED_TIME, "00000101000000Z", true, -62167219200 },
        { MA_DER_GENERALIZED_TIME, "20000229000000Z", true, 951782400 },  /* a leap year */
        { MA_DER_GENERALIZED_TIME, "19000229000000Z", false, 0 },         /* not one */
        { MA_DER_UTC_TIME, "240229120000Z", true, 1709208000 },
        { MA_DER_UTC_TIME, "230229120000Z", false, 0 },
        { MA_DER_UTC_TIME, "230431120000Z", false, 0 },       /* 31 April */
        { MA_DER_UTC_TIME, "230001120000Z", false, 0 },       /* month 0 */
        { MA_DER_UTC_TIME, "231301120000Z", false, 0 },       /* month 13 */
        { MA_DER_UTC_TIME, "230100120000Z", false, 0 },       /* day 0 */
        { MA_DER_UTC_TIME, "230101240000Z", false, 0 },       /* hour 24 */
        { MA_DER_UTC_TIME, "230101006000Z", false, 0 },       /* minute 60 */
        { MA_DER_UTC_TIME, "161231235960Z", false, 0 },       /* a leap second */
        { MA_DER_UTC_TIME, "2301010000Z", false, 0 },         /* no seconds */
        { MA_DER_UTC_TIME, "230101000000", false, 0 },        /* no zone */
        { MA_DER_UTC_TIME, "230101000000z", false, 0 },
        { MA_DER_UTC_TIME, "230101000000+0000", false, 0 },   /* an offset */
        { MA_DER_UTC_TIME, " 30101000000Z", false, 0 },       /* a blank for a digit */
        { MA_DER_UTC_TIME, "2301-1000000Z", false, 0 },       /* a sign for a digit */
        { MA_DER_UTC_TIME, "20230101000000Z", false, 0 },     /* the other type's form */
        { MA_DER_GENERALIZED_TIME, "230101000000Z", false, 0 },
        { MA_DER_GENERALIZED_TIME, "20230101000000.5Z", false, 0 },
        { MA_DER_GENERALIZED_TIME, "2023010100000Z", false, 0 },
        { MA_DER_IA5_STRING, "230101000000Z", false, 0 },     /* no time at all */
        { MA_DER_UTC_TIME, "", false, 0 },
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ma_bytes_t value = { (const uint8_t *)cases[i].text, strlen(cases[i].text) };
        int64_t seconds = 0;

        tap_row("time \"%s\"", cases[i].text);
        TAP_TRUE(ma_der_time(cases[i].tag, value, &seconds) == cases[i].ok);
        TAP_INT(seconds, cases[i].seconds);
    }
}

/* The C library's calendar against ours, in steps that fall on every month, day and hour. */
static void agrees_with_gmtime(void)
{
    int64_t at, seconds;
    struct tm tm;
    char text[32];

    for (at = -631152000; at < 253402300799 && sizeof(time_t) > 4; at += 9999991) {
        time_t moment = (time_t)at;

        if (gmtime_r(&moment, &tm) == NULL
            || strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &tm) != 15) {
            TAP_TRUE(false);
            break;
        }
        tap_row("%s", text);
        TAP_TRUE(ma_der_time(MA_DER_GENERALIZED_TIME, (ma_bytes_t) { (const uint8_t *)text, 15 },
                             &seconds));
        TAP_INT(seconds, at);
    }
}

/* No change of one octet makes the walk read outside the input (the sanitizers watch). */
static void survives_changed_octets(void)
{
    static const uint8_t sample[] = "\x30\x0a\x02\x01\x05\x80\x01x\x04\x02yz";
    ma_element_t option;
    size_t i;
    unsigned value, good = 0;

    for (i = 0; i + 1 < sizeof(sample); i++) {
        for (value = 0; value < 256; value++) {
            uint8_t *copy = malloc(sizeof(sample) - 1);

            if (!TAP_TRUE(copy != NULL))
                return;
            memcpy(copy, sample, sizeof(sample) - 1);
            copy[i] = (uint8_t)value;
            if (parse_sample((ma_bytes_t) { copy, sizeof(sample) - 1 }, &option))
                good++;
            free(copy);
        }
    }
    /* 12 times the sample itself, and other contents of the INTEGER (255) and of [0] (255). */
    TAP_INT(good, 12 + 255 + 255);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads framing, and refuses what is not DER", reads_framing },
        { "walks, and sticks to a failure", walks_and_sticks_to_failure },
        { "reads integers", reads_integers },
        { "reads booleans", reads_booleans },
        { "reads times", reads_times },
        { "agrees with gmtime", agrees_with_gmtime },
        { "survives changed octets", survives_changed_octets },
    };

    return tap_main("der", tests, sizeof(tests) / sizeof(tests[0]));
}

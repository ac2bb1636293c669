/* SPDX-License-Identifier: BSD-2-Clause */
/* encode.c - hostile text through every encoder, and what none of them may ever let out. */
#include "base/encode.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

#define BYTES(literal) (literal), sizeof(literal) - 1
#define BAD "\xef\xbf\xbd" /* U+FFFD */

typedef struct row {
    const char *name;
    const char *input;
    size_t size;
    const char *log; /* for a terminal the same */
    const char *json;
    const char *csv;
    const char *html;
    const char *header;
    const char *label;
} row_t;

static const row_t rows[] = {
    { "nothing", BYTES(""), "", "", "\"\"", "", "", "" },
    { "plain text", BYTES("John Doe"), "John Doe", "John Doe", "\"John Doe\"", "John Doe",
      "John Doe", "John Doe" },
    { "a forged line", BYTES("a\r\nb"), "a\\x0d\\x0ab", "a\\u000d\\u000ab", "\"a\\x0d\\x0ab\"",
      "a\\x0d\\x0ab", "a%0D%0Ab", "a\\\\x0d\\nb" },
    { "line feed alone", BYTES("\n"), "\\x0a", "\\u000a", "\"\\x0a\"", "\\x0a", "%0A", "\\n" },
    { "escape sequence", BYTES("\x1b[31m"), "\\x1b[31m", "\\u001b[31m", "\"\\x1b[31m\"",
      "\\x1b[31m", "%1B[31m", "\\\\x1b[31m" },
    { "NUL", BYTES("a\0b"), "a\\x00b", "a\\u0000b", "\"a\\x00b\"", "a\\x00b", "a%00b",
      "a\\\\x00b" },
    { "DEL and backspace", BYTES("\x7f\b"), "\\x7f\\x08", "\\u007f\\u0008", "\"\\x7f\\x08\"",
      "\\x7f\\x08", "%7F%08", "\\\\x7f\\\\x08" },
    { "C1 as a character: CSI", BYTES("\xc2\x9b"), "\\xc2\\x9b", "\\u009b", "\"\\xc2\\x9b\"",
      "\\xc2\\x9b", "%C2%9B", "\\\\xc2\\\\x9b" },
    { "C1 as a byte: not UTF-8", BYTES("\x9b"), "\\x9b", BAD, "\"\\x9b\"", "\\x9b", "%9B",
      "\\\\x9b" },
    { "both quotes", BYTES("\"'"), "\"'", "\\\"\\u0027", "\"\"\"'\"", "&quot;&#39;", "\"'",
      "\\\"'" },
    { "backslash", BYTES("a\\b"), "a\\\\b", "a\\\\b", "\"a\\\\b\"", "a\\\\b", "a\\b", "a\\\\b" },
    { "a backslash before the closing quote", BYTES("\\"), "\\\\", "\\\\", "\"\\\\\"", "\\\\", "\\",
      "\\\\" },
    { "what looks like our escape", BYTES("\\x1b"), "\\\\x1b", "\\\\x1b", "\"\\\\x1b\"", "\\\\x1b",
      "\\x1b", "\\\\x1b" },
    { "end of script", BYTES("</script>"), "</script>", "\\u003c/script\\u003e", "\"</script>\"",
      "&lt;/script&gt;", "</script>", "</script>" },
    { "comment and entity", BYTES("<!--&lt;`"), "<!--&lt;`", "\\u003c!--\\u0026lt;`",
      "\"<!--&lt;`\"", "&lt;!--&amp;lt;&#96;", "<!--&lt;`", "<!--&lt;`" },
    { "formula", BYTES("=1+1"), "=1+1", "=1+1", "\"'=1+1\"", "=1+1", "=1+1", "=1+1" },
    { "formula by plus", BYTES("+1"), "+1", "+1", "\"'+1\"", "+1", "+1", "+1" },
    { "formula by minus", BYTES("-1"), "-1", "-1", "\"'-1\"", "-1", "-1", "-1" },
    { "formula by at", BYTES("@A1"), "@A1", "@A1", "\"'@A1\"", "@A1", "@A1", "@A1" },
    { "formula behind a blank", BYTES(" =1"), " =1", " =1", "\"' =1\"", " =1", "%20=1", " =1" },
    { "formula behind a tab", BYTES("\t=1"), "\\x09=1", "\\u0009=1", "\"'\\x09=1\"", "\\x09=1",
      "%09=1", "\\\\x09=1" },
    { "formula behind a no-break space", BYTES("\xc2\xa0=1"), "\xc2\xa0=1", "\xc2\xa0=1",
      "\"'\xc2\xa0=1\"", "\xc2\xa0=1", "%C2%A0=1", "\xc2\xa0=1" },
    { "formula by a full-width sign", BYTES("\xef\xbc\x9d" "1"), "\xef\xbc\x9d" "1",
      "\xef\xbc\x9d" "1", "\"'\xef\xbc\x9d" "1\"", "\xef\xbc\x9d" "1", "%EF%BC%9D1",
      "\xef\xbc\x9d" "1" },
    { "no formula: a sign further in", BYTES("a=1"), "a=1", "a=1", "\"a=1\"", "a=1", "a=1",
      "a=1" },
    { "no formula: blanks alone", BYTES("  "), "  ", "  ", "\"  \"", "  ", "%20%20", "  " },
    { "blanks at the ends and in runs", BYTES(" a  b c "), " a  b c ", " a  b c ", "\" a  b c \"",
      " a  b c ", "%20a%20%20b c%20", " a  b c " },
    { "percent sign", BYTES("100%0A"), "100%0A", "100%0A", "\"100%0A\"", "100%0A", "100%250A",
      "100%0A" },
    { "comma and semicolon", BYTES("a,b;c"), "a,b;c", "a,b;c", "\"a,b;c\"", "a,b;c", "a,b;c",
      "a,b;c" },
    { "letters past ASCII", BYTES("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
      "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
      "%C3%A9%E2%82%AC%F0%9F%98%80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
    { "line separator U+2028", BYTES("\xe2\x80\xa8"), "\\xe2\\x80\\xa8", "\\u2028",
      "\"\\xe2\\x80\\xa8\"", "\\xe2\\x80\\xa8", "%E2%80%A8", "\\\\xe2\\\\x80\\\\xa8" },
    { "paragraph separator U+2029", BYTES("\xe2\x80\xa9"), "\\xe2\\x80\\xa9", "\\u2029",
      "\"\\xe2\\x80\\xa9\"", "\\xe2\\x80\\xa9", "%E2%80%A9", "\\\\xe2\\\\x80\\\\xa9" },
    { "right-to-left override U+202E", BYTES("\xe2\x80\xae"), "\\xe2\\x80\\xae", "\\u202e",
      "\"\\xe2\\x80\\xae\"", "\\xe2\\x80\\xae", "%E2%80%AE", "\\\\xe2\\\\x80\\\\xae" },
    { "right-to-left isolate U+2067", BYTES("\xe2\x81\xa7"), "\\xe2\\x81\\xa7", "\\u2067",
      "\"\\xe2\\x81\\xa7\"", "\\xe2\\x81\\xa7", "%E2%81%A7", "\\\\xe2\\\\x81\\\\xa7" },
    { "zero width space U+200B", BYTES("\xe2\x80\x8b"), "\\xe2\\x80\\x8b", "\\u200b",
      "\"\\xe2\\x80\\x8b\"", "\\xe2\\x80\\x8b", "%E2%80%8B", "\\\\xe2\\\\x80\\\\x8b" },
    { "byte order mark", BYTES("\xef\xbb\xbf"), "\\xef\\xbb\\xbf", "\\ufeff",
      "\"\\xef\\xbb\\xbf\"", "\\xef\\xbb\\xbf", "%EF%BB%BF", "\\\\xef\\\\xbb\\\\xbf" },
    { "tag letter U+E0041: a surrogate pair in JSON", BYTES("\xf3\xa0\x81\x81"),
      "\\xf3\\xa0\\x81\\x81", "\\udb40\\udc41", "\"\\xf3\\xa0\\x81\\x81\"", "\\xf3\\xa0\\x81\\x81",
      "%F3%A0%81%81", "\\\\xf3\\\\xa0\\\\x81\\\\x81" },
    { "overlong slash, two bytes", BYTES("\xc0\xaf"), "\\xc0\\xaf", BAD, "\"\\xc0\\xaf\"",
      "\\xc0\\xaf", "%C0%AF", "\\\\xc0\\\\xaf" },
    { "overlong slash, three bytes", BYTES("\xe0\x80\xaf"), "\\xe0\\x80\\xaf", BAD,
      "\"\\xe0\\x80\\xaf\"", "\\xe0\\x80\\xaf", "%E0%80%AF", "\\\\xe0\\\\x80\\\\xaf" },
    { "overlong slash, four bytes", BYTES("\xf0\x80\x80\xaf"), "\\xf0\\x80\\x80\\xaf", BAD,
      "\"\\xf0\\x80\\x80\\xaf\"", "\\xf0\\x80\\x80\\xaf", "%F0%80%80%AF",
      "\\\\xf0\\\\x80\\\\x80\\\\xaf" },
    { "surrogate", BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80", BAD, "\"\\xed\\xa0\\x80\"",
      "\\xed\\xa0\\x80", "%ED%A0%80", "\\\\xed\\\\xa0\\\\x80" },
    { "past U+10FFFF", BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80", BAD,
      "\"\\xf4\\x90\\x80\\x80\"", "\\xf4\\x90\\x80\\x80", "%F4%90%80%80",
      "\\\\xf4\\\\x90\\\\x80\\\\x80" },
    { "cut at the end", BYTES("a\xe2\x82"), "a\\xe2\\x82", "a" BAD, "\"a\\xe2\\x82\"",
      "a\\xe2\\x82", "a%E2%82", "a\\\\xe2\\\\x82" },
    { "cut before a quote: it must not be eaten", BYTES("\xe2\x82\""), "\\xe2\\x82\"", BAD "\\\"",
      "\"\\xe2\\x82\"\"\"", "\\xe2\\x82&quot;", "%E2%82\"", "\\\\xe2\\\\x82\\\"" },
    { "cut before a tag", BYTES("\xf0\x9f\x98<"), "\\xf0\\x9f\\x98<", BAD "\\u003c",
      "\"\\xf0\\x9f\\x98<\"", "\\xf0\\x9f\\x98&lt;", "%F0%9F%98<", "\\\\xf0\\\\x9f\\\\x98<" },
    { "two ill-formed runs", BYTES("\xff\xfe" "a" "\x80"), "\\xff\\xfea\\x80", BAD "a" BAD,
      "\"\\xff\\xfea\\x80\"", "\\xff\\xfea\\x80", "%FF%FEa%80", "\\\\xff\\\\xfea\\\\x80" },
    { "U+FFFD itself is well-formed", BYTES("\xff" BAD), "\\xff" BAD, BAD BAD, "\"\\xff" BAD "\"",
      "\\xff" BAD, "%FF%EF%BF%BD", "\\\\xff" BAD },
};

typedef void encoder_t(ma_buf_t *out, const char *bytes, size_t size);

static void check(const char *place, encoder_t *encoder, const row_t *row, const char *expected)
{
    ma_buf_t out;

    ma_buf_init(&out, 0);
    ma_buf_text(&out, "> ");
    encoder(&out, row->input, row->size);
    tap_row("%s for %s", row->name, place);
    TAP_TRUE(ma_buf_ok(&out));
    TAP_STR(ma_buf_string(&out) + 2, expected);
    TAP_INT(out.size, strlen(expected) + 2);
    ma_buf_free(&out);
}

static void encodes_hostile_text(void)
{
    char quoted[256];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const row_t *row = &rows[i];

        check("log", ma_encode_log, row, row->log);
        check("terminal", ma_encode_terminal, row, row->log);
        check("JSON", ma_encode_json, row, row->json);
        (void)snprintf(quoted, sizeof(quoted), "\"%s\"", row->json);
        check("JSON string", ma_encode_json_string, row, quoted);
        check("CSV", ma_encode_csv, row, row->csv);
        check("HTML", ma_encode_html, row, row->html);
        check("header", ma_encode_header, row, row->header);
        check("label", ma_encode_label, row, row->label);
    }
}

/* ---- what holds for any input -------------------------------------------------------------- */

/* No control byte, and nothing but UTF-8. */
static bool is_clean(const ma_buf_t *out)
{
    size_t at, length;

    for (at = 0; at < out->size; at += length) {
        length = ma_utf8_length(out->data + at, out->size - at);
        if (length == 0 || (unsigned char)out->data[at] < 0x20 || out->data[at] == 0x7f)
            return false;
    }
    return true;
}

/* No byte of `forbidden`, save behind a backslash if the place has escapes of that kind. */
static bool lacks(const ma_buf_t *out, const char *forbidden, bool escapes)
{
    size_t i;

    for (i = 0; i < out->size; i++) {
        if (escapes && out->data[i] == '\\') {
            if (++i == out->size)
                return false; /* it would escape what comes behind */
        } else if (strchr(forbidden, out->data[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static bool csv_holds(const ma_buf_t *out)
{
    size_t i;

    if (out->size < 2 || out->data[0] != '"' || out->data[out->size - 1] != '"')
        return false;
    if (strchr("=+-@\t\r", out->data[1]) != NULL)
        return false;
    for (i = 1; i + 1 < out->size; i++) {
        if (out->data[i] != '"')
            continue;
        if (out->data[i + 1] != '"' || i + 2 == out->size)
            return false;
        i++;
    }
    return true;
}

static void check_pair(const char *bytes, size_t size)
{
    static const struct {
        const char *name;
        encoder_t *encoder;
        const char *forbidden;
        bool escapes;
    } places[] = {
        { "log", ma_encode_log, "", true },
        { "JSON", ma_encode_json, "\"<>&'", true },
        { "HTML", ma_encode_html, "<>\"'`", false },
        { "header", ma_encode_header, "", false },
        { "label", ma_encode_label, "\"", true },
    };
    ma_buf_t out;
    size_t i;

    ma_buf_init(&out, 0);
    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        ma_buf_clear(&out);
        places[i].encoder(&out, bytes, size);
        tap_row("%02x %02x for %s", (unsigned char)bytes[0], (unsigned char)bytes[1],
                places[i].name);
        TAP_TRUE(is_clean(&out) && lacks(&out, places[i].forbidden, places[i].escapes));
    }
    ma_buf_clear(&out);
    ma_encode_csv(&out, bytes, size);
    tap_row("%02x %02x for CSV", (unsigned char)bytes[0], (unsigned char)bytes[1]);
    TAP_TRUE(is_clean(&out) && csv_holds(&out));
    ma_buf_free(&out);
}

static void holds_for_all_pairs_of_bytes(void)
{
    unsigned a, b;

    for (a = 0; a < 256; a++) {
        for (b = 0; b < 256; b++) {
            const char pair[2] = { (char)a, (char)b };

            check_pair(pair, sizeof(pair));
        }
    }
}

static void encodes_long_text(void)
{
    static char text[100000];
    ma_buf_t out;

    memset(text, 0x1b, sizeof(text));
    ma_buf_init(&out, 0);
    ma_encode_label(&out, text, sizeof(text));
    TAP_INT(out.size, 5 * sizeof(text));
    ma_buf_clear(&out);
    memset(text, 0xff, sizeof(text));
    ma_encode_json_string(&out, text, sizeof(text));
    TAP_STR(ma_buf_string(&out), "\"" BAD "\"");
    ma_buf_free(&out);

    /* A limit fails the buffer; no part of a text comes out. */
    ma_buf_init(&out, 10);
    ma_encode_log(&out, text, sizeof(text));
    TAP_TRUE(!ma_buf_ok(&out));
    TAP_STR(ma_buf_string(&out), "");
    ma_buf_free(&out);
}

static void encodes_hex(void)
{
    static const unsigned char octets[] = { 0x00, 0x0f, 0xa5, 0xff };
    ma_buf_t out;

    ma_buf_init(&out, 0);
    ma_encode_hex(&out, octets, sizeof(octets), false);
    TAP_STR(ma_buf_string(&out), "000FA5FF");
    ma_buf_clear(&out);
    ma_encode_hex(&out, octets, sizeof(octets), true);
    TAP_STR(ma_buf_string(&out), "000fa5ff");
    ma_buf_clear(&out);
    ma_encode_hex(&out, NULL, 0, true);
    TAP_STR(ma_buf_string(&out), "");
    ma_buf_free(&out);
}

static void measures_utf8(void)
{
    static const struct {
        const char *bytes;
        size_t size;
        size_t expected;
    } cases[] = {
        { BYTES(""), 0 },
        { BYTES("\0"), 1 },
        { BYTES("\x7f"), 1 },
        { BYTES("\x80"), 0 },             /* a continuation alone */
        { BYTES("\xc1\xbf"), 0 },         /* overlong U+007F */
        { BYTES("\xc2\x80"), 2 },         /* U+0080 */
        { BYTES("\xdf\xbf"), 2 },         /* U+07FF */
        { BYTES("\xdf\x7f"), 0 },         /* no continuation */
        { BYTES("\xdf\xc0"), 0 },         /* no continuation */
        { BYTES("\xe0\x9f\xbf"), 0 },     /* overlong U+07FF */
        { BYTES("\xe0\xa0\x80"), 3 },     /* U+0800 */
        { BYTES("\xed\x9f\xbf"), 3 },     /* U+D7FF */
        { BYTES("\xed\xa0\x80"), 0 },     /* U+D800 */
        { BYTES("\xed\xbf\xbf"), 0 },     /* U+DFFF */
        { BYTES("\xee\x80\x80"), 3 },     /* U+E000 */
        { BYTES("\xef\xbf\xbf"), 3 },     /* U+FFFF */
        { BYTES("\xf0\x8f\xbf\xbf"), 0 }, /* overlong U+FFFF */
        { BYTES("\xf0\x90\x80\x80"), 4 }, /* U+10000 */
        { BYTES("\xf4\x8f\xbf\xbf"), 4 }, /* U+10FFFF */
        { BYTES("\xf4\x90\x80\x80"), 0 }, /* U+110000 */
        { BYTES("\xf5\x80\x80\x80"), 0 },
        { BYTES("\xf8\x88\x80\x80\x80"), 0 }, /* five bytes, as they once were */
        { BYTES("\xf0\x90\x80"), 0 },         /* cut */
        { BYTES("\xe2\x82\xac\x80"), 3 },     /* only the start is looked at */
    };
    size_t i;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tap_row("case %zu", i);
        TAP_INT(ma_utf8_length(cases[i].bytes, cases[i].size), cases[i].expected);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "encodes hostile text for every place", encodes_hostile_text },
        { "nothing breaks out, for all pairs of bytes", holds_for_all_pairs_of_bytes },
        { "encodes long text, and never in part", encodes_long_text },
        { "encodes hex", encodes_hex },
        { "measures UTF-8 as RFC 3629 has it", measures_utf8 },
    };

    return tap_main("encode", tests, sizeof(tests) / sizeof(tests[0]));
}

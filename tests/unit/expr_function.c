/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_function.c - the functions: results that follow from what each is documented to do (base64:
 * the vectors of RFC 4648 10; escapes of URLs: urllib.parse.unquote_to_bytes of Python), and
 * constant arguments that are refused.
 */
#include "expr/function.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/address.h"
#include "tap.h"

static ma_bytes_t text_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

/* A call as the evaluator makes it: the first `text_count` arguments are strings, the rest
 * numbers. */
typedef struct row {
    const char *name;
    const char *texts[4];
    int64_t numbers[2];
    unsigned n_numbers;
    const char *expected; /* a string, or a number, or items with | behind each; NULL: refused */
    bool same;            /* the argument itself */
} row_t;

static const row_t rows[] = {
    { "lower", { "WWW.Example.COM@[" }, { 0 }, 0, "www.example.com@[", false },
    { "lower", { "ABYZ[`abyz" }, { 0 }, 0, "abyz[`abyz", false }, /* both ends of the alphabet */
    { "upper", { "@ABYZabyz{" }, { 0 }, 0, "@ABYZABYZ{", false },
    { "lower", { "Z" }, { 0 }, 0, "z", false },
    { "upper", { "a" }, { 0 }, 0, "A", false },
    { "lower", { "\xc3\x84x" }, { 0 }, 0, "\xc3\x84x", true }, /* ASCII alone; nothing to do */
    { "upper", { "az{`1" }, { 0 }, 0, "AZ{`1", false },
    { "upper", { "" }, { 0 }, 0, "", true },
    { "starts_with", { "/blog/x", "/blog" }, { 0 }, 0, "1", false },
    { "starts_with", { "/bl", "/blog" }, { 0 }, 0, "0", false },
    { "ends_with", { "/welcome.html", ".html" }, { 0 }, 0, "1", false },
    { "ends_with", { "l", ".html" }, { 0 }, 0, "0", false },
    { "starts_with", { "/blox", "/blog" }, { 0 }, 0, "0", false }, /* the last octet differs */
    { "starts_with", { "", "a" }, { 0 }, 0, "0", false },
    { "ends_with", { "/welcome.htmx", ".html" }, { 0 }, 0, "0", false },
    { "ends_with", { "/welcomexhtml", ".html" }, { 0 }, 0, "0", false },
    { "ends_with", { ".html", ".html" }, { 0 }, 0, "1", false },
    { "ends_with", { "", "" }, { 0 }, 0, "1", false },
    { "len", { "example.com" }, { 0 }, 0, "11", false },
    { "len", { "\xc3\xa4" }, { 0 }, 0, "2", false }, /* octets */
    { "substring", { "asdfghjk" }, { 2, 5 }, 2, "dfg", false },
    { "substring", { "asdfghjk" }, { 2 }, 1, "dfghjk", false },
    { "substring", { "asdfghjk" }, { -2 }, 1, "jk", false },
    { "substring", { "asdfghjk" }, { 0, -2 }, 2, "asdfgh", false },
    { "substring", { "asdf" }, { 3, 2 }, 2, "", false }, /* ends before it starts */
    { "substring", { "asdf" }, { -9, 99 }, 2, "asdf", false },
    { "substring", { "asdf" }, { INT64_MIN, INT64_MAX }, 2, "asdf", false },
    { "remove_bytes", { "www.example.com", ".w" }, { 0 }, 0, "examplecom", false },
    { "remove_bytes", { "abc", "x" }, { 0 }, 0, "abc", true },
    { "remove_bytes", { "aaa", "a" }, { 0 }, 0, "", false },
    { "concat", { "a", "", "b", "c" }, { 0 }, 0, "abc", false },
    { "concat", { "a" }, { -7, 9 }, 2, "a-79", false }, /* integers */
    { "concat", { "a", "" }, { 0 }, 0, "a", true },
    { "to_string", { NULL }, { INT64_MIN }, 1, "-9223372036854775808", false },
    { "split", { "a,b,,c", "," }, { 64 }, 1, "a|b||c|", false },
    { "split", { "a,b,c,d", "," }, { 3 }, 1, "a|b|c,d|", false }, /* the rest */
    { "split", { ",a,", "," }, { 64 }, 1, "|a||", false },
    { "split", { "", "," }, { 64 }, 1, "|", false },
    { "split", { "a--b-c", "--" }, { 64 }, 1, "a|b-c|", false },
    { "split", { "a", "" }, { 64 }, 1, NULL, false },  /* no separator */
    { "split", { "a", "," }, { 0 }, 1, NULL, false },  /* a limit of 1 to 128 */
    { "split", { "a", "," }, { 129 }, 1, NULL, false },
    { "decode_base64", { "" }, { 0 }, 0, "", false }, /* RFC 4648 10 */
    { "decode_base64", { "Zg==" }, { 0 }, 0, "f", false },
    { "decode_base64", { "Zm8=" }, { 0 }, 0, "fo", false },
    { "decode_base64", { "Zm9v" }, { 0 }, 0, "foo", false },
    { "decode_base64", { "Zm9vYg==" }, { 0 }, 0, "foob", false },
    { "decode_base64", { "Zm9vYmE=" }, { 0 }, 0, "fooba", false },
    { "decode_base64", { "Zm9vYmFy" }, { 0 }, 0, "foobar", false },
    { "decode_base64", { "Zm9vYg" }, { 0 }, 0, "foob", false },   /* without padding */
    { "decode_base64", { "++//" }, { 0 }, 0, "\xfb\xef\xff", false },
    { "decode_base64", { "Zg=" }, { 0 }, 0, "", false },          /* half of it */
    { "decode_base64", { "Zm9vY" }, { 0 }, 0, "", false },        /* six bits */
    { "decode_base64", { "Zh==" }, { 0 }, 0, "", false },         /* bits that are no octet */
    { "decode_base64", { "Zm9v Zm9v" }, { 0 }, 0, "", false },    /* a blank */
    { "decode_base64", { "Zm9v=" }, { 0 }, 0, "", false },
    { "decode_base64", { "====" }, { 0 }, 0, "", false },
    { "decode_base64", { "-_-_" }, { 0 }, 0, "", false },         /* of URLs */
    { "url_decode", { "John%20Doe" }, { 0 }, 0, "John Doe", false },
    { "url_decode", { "John+Doe" }, { 0 }, 0, "John Doe", false },
    { "url_decode", { "%E4%bd" }, { 0 }, 0, "\xe4\xbd", false },
    { "url_decode", { "%2520" }, { 0 }, 0, "%20", false },
    { "url_decode", { "%2520", "r" }, { 0 }, 0, " ", false },
    { "url_decode", { "%25252520x", "r" }, { 0 }, 0, " x", false },
    { "url_decode", { "%", "r" }, { 0 }, 0, "%", true },          /* no escapes */
    { "url_decode", { "%4" }, { 0 }, 0, "%4", true },
    { "url_decode", { "%zz%41" }, { 0 }, 0, "%zzA", false },
    { "url_decode", { "plain" }, { 0 }, 0, "plain", true },
    { "url_decode", { "%u2601" }, { 0 }, 0, "%u2601", true },     /* asked for alone */
    { "url_decode", { "%u2601", "u" }, { 0 }, 0, "\xe2\x98\x81", false },
    { "url_decode", { "%ud83d%ude00", "u" }, { 0 }, 0, "\xf0\x9f\x98\x80", false }, /* two halves */
    { "url_decode", { "%ud83dx", "u" }, { 0 }, 0, "%ud83dx", true }, /* one is no character */
    { "url_decode", { "%25u2601", "ur" }, { 0 }, 0, "\xe2\x98\x81", false },
    { "url_decode", { "a", "x" }, { 0 }, 0, NULL, false },
    { "regex_replace", { "/foo/bar", "/bar$", "/baz" }, { 0 }, 0, "/foo/baz", false },
    { "regex_replace", { "/x", "^/y$", "/mumble" }, { 0 }, 0, "/x", true },
    { "regex_replace", { "/a/a", "/a", "/b" }, { 0 }, 0, "/b/a", false }, /* the first one */
    { "regex_replace", { "/b", "^/b$", "/b$$" }, { 0 }, 0, "/b$", false },
    { "regex_replace", { "/foo/a/path", "^/foo/([^/]*)/(.*)$", "/bar/${2}/${1}" }, { 0 }, 0,
      "/bar/path/a", false },
    { "regex_replace", { "abc", "(?=c)", "-" }, { 0 }, 0, "ab-c", false }, /* nothing, at a place */
    { "regex_replace", { "", "^$", "x" }, { 0 }, 0, "x", false },
    { "regex_replace", { "a", "a", "$1" }, { 0 }, 0, NULL, false },
    { "regex_replace", { "a", "a", "${1}" }, { 0 }, 0, NULL, false }, /* no such group */
    { "regex_replace", { "a", "(", "b" }, { 0 }, 0, NULL, false },
    { "wildcard_replace", { "/calendar", "/*", "/apps/${1}" }, { 0 }, 0, "/apps/calendar", false },
    { "wildcard_replace", { "/Apps/calendar", "/apps/*", "/${1}" }, { 0 }, 0, "/calendar", false },
    { "wildcard_replace", { "/Apps/calendar", "/apps/*", "/${1}", "s" }, { 0 }, 0, "/Apps/calendar",
      true },
    { "wildcard_replace", { "/apps/calendar/login", "/apps/*/login", "/${1}/login" }, { 0 }, 0,
      "/calendar/login", false },
    { "wildcard_replace", { "a", "**", "b" }, { 0 }, 0, NULL, false },
    { "wildcard_replace", { "a", "*", "b", "i" }, { 0 }, 0, NULL, false }, /* no flag */
    { "wildcard_replace", { "a", "*", "${2}" }, { 0 }, 0, NULL, false },
};

typedef struct made {
    ma_value_t values[6];
    ma_type_t types[6];
    ma_expr_t nodes[6];
    ma_expr_t *items[6];
    ma_expr_t call;
    unsigned count;
} made_t;

static void make(const row_t *row, made_t *made)
{
    unsigned i;

    memset(made, 0, sizeof(*made));
    for (i = 0; i < 4 && row->texts[i] != NULL; i++) {
        made->values[made->count].bytes = text_of(row->texts[i]);
        made->types[made->count++] = MA_TYPE_STRING;
    }
    for (i = 0; i < row->n_numbers; i++) {
        made->values[made->count].number = row->numbers[i];
        made->types[made->count++] = MA_TYPE_INT;
    }
    for (i = 0; i < made->count; i++) {
        made->nodes[i].text = made->values[i].bytes;
        made->nodes[i].number = made->values[i].number;
        made->items[i] = &made->nodes[i];
    }
    made->call.items = made->items;
    made->call.n_items = made->count;
}

/* A result as the rows have it. */
static void show(ma_type_t type, const ma_value_t *value, char out[256])
{
    size_t i;

    if (type == MA_TYPE_STRING) {
        snprintf(out, 256, "%.*s", (int)value->bytes.size, (const char *)value->bytes.data);
        return;
    }
    if (type != MA_TYPE_STRINGS) {
        snprintf(out, 256, "%lld", (long long)value->number);
        return;
    }
    out[0] = '\0';
    for (i = 0; i < value->count; i++)
        snprintf(out + strlen(out), 256 - strlen(out), "%.*s|", (int)value->items[i].size,
                 (const char *)value->items[i].data);
}

static void give_what_is_documented(void)
{
    ma_arena_t arena;
    size_t i, at;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const ma_function_t *function = ma_function_find(text_of(rows[i].name));
        ma_matcher_t matcher = { .arena = &arena };
        uint32_t steps = 1000;
        ma_value_t out = { 0 };
        void *prepared = NULL;
        const char *why = "";
        made_t made;
        ma_call_t call;
        char shown[256];
        int rc = 0;

        tap_row("%s %s", rows[i].name, rows[i].texts[0] != NULL ? rows[i].texts[0] : "");
        make(&rows[i], &made);
        if (!TAP_TRUE(function != NULL && made.count >= function->least
                      && made.count <= function->most))
            continue;
        if (function->prepare != NULL)
            rc = function->prepare(&made.call, &arena, &prepared, &at, &why);
        if (!TAP_INT(rc, rows[i].expected != NULL ? 0 : MTLSAUTH_E_POLICY) || rc != 0)
            continue;
        call = (ma_call_t) { &arena, &steps, prepared, made.types, &matcher };
        if (TAP_TRUE(function->run(&call, made.values, made.count, &out))) {
            show(function->result, &out, shown);
            TAP_STR(shown, rows[i].expected);
            TAP_TRUE(!rows[i].same || out.bytes.data == made.values[0].bytes.data);
        }
        TAP_TRUE(steps < 1000);
        steps = 0; /* none left: a limit */
        TAP_TRUE(!function->run(&call, made.values, made.count, &out));
        if (function->release != NULL)
            function->release(prepared);
    }
    ma_arena_free(&arena);
}

static void networks(void)
{
    static const struct {
        const char *name, *address;
        int64_t bits[2];
        const char *network;
    } table[] = {
        { "cidr", "113.10.0.2", { 24, 24 }, "113.10.0.0" },
        { "cidr", "2001:0:130f::9c0:876a:130b", { 24, 24 }, "2001::" },
        { "cidr", "::ffff:192.0.2.9", { 24, 64 }, "192.0.2.0" }, /* mapped */
        { "cidr", "192.0.2.9", { 32, 128 }, "192.0.2.9" },
        { "cidr6", "113.10.0.2", { 24, 0 }, "113.10.0.2" },
        { "cidr6", "2001:db8:1:2::1", { 48, 0 }, "2001:db8:1::" },
    };
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        static const ma_type_t types[] = { MA_TYPE_ADDRESS, MA_TYPE_INT, MA_TYPE_INT };
        uint32_t steps = 1000;
        ma_call_t call = { &arena, &steps, NULL, types, NULL };
        ma_value_t values[3] = { { 0 }, { .number = table[i].bits[0] },
                                 { .number = table[i].bits[1] } };
        ma_value_t out = { 0 }, text = { 0 };
        uint8_t octets[16];
        int prefix;

        tap_row("%s %s", table[i].name, table[i].address);
        values[0].bytes.data = octets;
        if (!TAP_TRUE(ma_address_read(text_of(table[i].address), octets, &values[0].bytes.size,
                                      &prefix)))
            continue;
        TAP_TRUE(ma_function_find(text_of(table[i].name))->run(&call, values, 3, &out));
        TAP_TRUE(ma_function_find(text_of("to_string"))->run(&call, &out, 1, &text));
        TAP_TRUE(ma_bytes_equal(text.bytes, text_of(table[i].network)));
    }
    ma_arena_free(&arena);
}

static void join_and_limits(void)
{
    const ma_bytes_t items[] = { text_of("a"), text_of(""), text_of("b") };
    static const ma_type_t types[] = { MA_TYPE_STRINGS, MA_TYPE_STRING };
    static char big[MA_EXPR_MAX_STRING];
    ma_bytes_t two[] = { { (const uint8_t *)big, sizeof(big) }, text_of("x") };
    ma_value_t values[2] = { { .items = items, .count = 3 }, { .bytes = text_of(", ") } };
    const ma_function_t *join = ma_function_find(text_of("join"));
    uint32_t steps = 1000000;
    ma_value_t out = { 0 };
    ma_arena_t arena;
    ma_call_t call = { &arena, &steps, NULL, types, NULL };

    ma_arena_init(&arena, 0);
    TAP_TRUE(join->run(&call, values, 2, &out) && ma_bytes_equal(out.bytes, text_of("a, , b")));
    values[0].count = 1;
    TAP_TRUE(join->run(&call, values, 2, &out) && out.bytes.data == items[0].data);
    values[0].count = 0;
    TAP_TRUE(join->run(&call, values, 2, &out) && out.bytes.size == 0);
    values[0] = (ma_value_t) { .items = two, .count = 2 }; /* an octet more than may be built */
    TAP_TRUE(!join->run(&call, values, 2, &out));
    ma_arena_free(&arena);
    TAP_TRUE(ma_function_find(text_of("lowe")) == NULL);
    TAP_TRUE(ma_function_find(text_of("lowerr")) == NULL);
}

/* A string of the greatest length can be made, and one of an octet more cannot. */
static void longest_strings(void)
{
    static const struct {
        const char *name;
        size_t sizes[2];
        const char *between; /* of join() */
        bool made;
    } table[] = {
        { "concat", { MA_EXPR_MAX_STRING - 1, 1 }, NULL, true },
        { "concat", { 1, MA_EXPR_MAX_STRING - 1 }, NULL, true },
        { "concat", { MA_EXPR_MAX_STRING, 1 }, NULL, false },
        { "concat", { MA_EXPR_MAX_STRING - 1, 2 }, NULL, false },
        { "concat", { MA_EXPR_MAX_STRING, MA_EXPR_MAX_STRING }, NULL, false },
        { "join", { MA_EXPR_MAX_STRING - 3, 1 }, ", ", true },
        { "join", { MA_EXPR_MAX_STRING - 2, 1 }, ", ", false },
        { "join", { MA_EXPR_MAX_STRING, 0 }, ", ", false },
        { "join", { MA_EXPR_MAX_STRING - 1, 1 }, "", true },
        { "join", { MA_EXPR_MAX_STRING, 1 }, "", false },
    };
    static const ma_type_t of_concat[] = { MA_TYPE_STRING, MA_TYPE_STRING };
    static const ma_type_t of_join[] = { MA_TYPE_STRINGS, MA_TYPE_STRING };
    static uint8_t big[MA_EXPR_MAX_STRING];
    size_t i;

    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const ma_bytes_t parts[] = { { big, table[i].sizes[0] }, { big, table[i].sizes[1] } };
        const bool join = table[i].between != NULL;
        const ma_value_t values[] = {
            join ? (ma_value_t) { .items = parts, .count = 2 } : (ma_value_t) { .bytes = parts[0] },
            { .bytes = join ? text_of(table[i].between) : parts[1] },
        };
        uint32_t steps = 1000000;
        ma_value_t out = { 0 };
        ma_arena_t arena;
        ma_call_t call = { &arena, &steps, NULL, join ? of_join : of_concat, NULL };
        ma_arena_init(&arena, 0);
        tap_row("%s %zu %zu", table[i].name, table[i].sizes[0], table[i].sizes[1]);
        TAP_INT(ma_function_find(text_of(table[i].name))->run(&call, values, 2, &out),
                table[i].made);
        if (table[i].made)
            TAP_INT(out.bytes.size, MA_EXPR_MAX_STRING);
        ma_arena_free(&arena);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "functions give what is documented", give_what_is_documented },
        { "cidr() and cidr6() give networks", networks },
        { "join(), and the longest string", join_and_limits },
        { "as long as strings get", longest_strings },
    };

    return tap_main("expr_function", tests, sizeof(tests) / sizeof(tests[0]));
}

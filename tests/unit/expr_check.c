/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_check.c - what tests/expr cannot show of the checker: the types of nodes, places in another
 * file, limits, and that a pattern of which it says that nothing matches matches nothing.
 */
#include "expr_tree.h"

#include <stdio.h>

#include "expr/check.h"
#include "expr/check_made.h"
#include "expr/function.h"
#include "expr/pattern.h"

static const ma_field_t fields[] = {
    { .name = "array", .type = MA_TYPE_STRINGS },
    { .name = "bool", .type = MA_TYPE_BOOL },
    { .name = "cf.tls_client_auth.one", .type = MA_TYPE_STRING },
    { .name = "gone", .type = MA_TYPE_STRING, .missing = "no entry before this one sets it",
      .mend = "put plugin x before it" },
    { .name = "int", .type = MA_TYPE_INT },
    { .name = "map", .type = MA_TYPE_MAP },
    { .name = "string", .type = MA_TYPE_STRING },
    { .name = "tls_client_auth.two", .type = MA_TYPE_STRING },
};

static const ma_field_t *find(const void *context, const char *name, size_t size)
{
    size_t i;

    (void)context;
    for (i = 0; i < COUNT(fields); i++)
        if (strlen(fields[i].name) == size && memcmp(fields[i].name, name, size) == 0)
            return &fields[i];
    return NULL;
}

static const char *const names[] = { "array", "bool", "cf.tls_client_auth.one", "gone", "int",
                                     "map", "string", "tls_client_auth.two", NULL };
static const ma_schema_t schema = { .find = find, .names = names };

static void on_warning(void *context, const ma_pos_t *pos, const char *id, const char *text,
                       const char *mend)
{
    TAP_TRUE(pos->line > 0 && text[0] != '\0' && mend[0] != '\0');
    ma_buf_printf(context, "%s ", id);
}

/* A text that was parsed and checked. */
typedef struct checked {
    parsed_t parsed;
    ma_source_t source;
    ma_buf_t warnings;
    mtlsauth_error_t *err;
    int ret;
} checked_t;

static void check_parsed(checked_t *made, size_t size, ma_type_t wanted, bool listen)
{
    ma_check_t check = { .source = &made->source, .schema = &schema, .wanted = wanted,
                         .arena = &made->parsed.arena, .warn = listen ? on_warning : NULL,
                         .context = &made->warnings, .err = &made->err };

    ma_buf_init(&made->warnings, 0);
    made->source.file = "x";
    made->source.text = (ma_bytes_t) { made->parsed.copy, size };
    made->ret = MTLSAUTH_E_SYNTAX;
    TAP_INT(made->parsed.ret, 0);
    if (made->parsed.ret == 0)
        made->ret = ma_expr_check(&check, made->parsed.expr);
    TAP_TRUE((made->ret == 0) == (made->err == NULL));
}

static void check_text(checked_t *made, const char *text, ma_type_t wanted)
{
    *made = (checked_t) { .parsed = parse_text(text) };
    check_parsed(made, strlen(text), wanted, true);
}

static void checked_free(checked_t *made)
{
    mtlsauth_error_free(made->err);
    ma_buf_free(&made->warnings);
    parsed_free(&made->parsed);
}

/* The type of each node, the outermost first. */
static void types(ma_buf_t *out, const ma_expr_t *node)
{
    size_t i;

    ma_buf_printf(out, "%s%s", out->size > 0 ? ", " : "", ma_type_name(node->type));
    if (node->left != NULL)
        types(out, node->left);
    if (node->right != NULL)
        types(out, node->right);
    for (i = 0; i < node->n_items; i++)
        types(out, node->items[i]);
}

static void every_node(void)
{
    static const struct {
        const char *text;
        const char *types;
    } rows[] = {
        { "bool", "boolean" },
        { "not bool or bool", "boolean, boolean, boolean, boolean" },
        { "string eq \"a\"", "boolean, string, string" },
        { "int in {1 2..3}", "boolean, integer, integer, integer, integer, integer, integer" },
        { "array[0] eq \"a\"", "boolean, string, array of strings, integer, string" },
        { "map[\"a\"][0] eq \"a\"", "boolean, string, array of strings, map, string, integer, string" },
        /* [*] has the type of what it goes over, and its comparison is for each item */
        { "any(array[*] eq \"a\")",
          "boolean, array of booleans, array of strings, array of strings, string" },
        { "any(not array[*] eq \"a\")",
          "boolean, array of booleans, array of booleans, array of strings, array of strings, string" },
        /* and a function over it gives an array */
        { "any(starts_with(array[*], \"a\"))",
          "boolean, array of booleans, array of strings, array of strings, string" },
        { "any(len(array[*])[*] gt 1)",
          "boolean, array of booleans, array of integers, array of integers, array of strings, "
          "array of strings, integer" },
    };
    checked_t made;
    ma_buf_t got;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        check_text(&made, rows[i].text, MA_TYPE_BOOL);
        TAP_INT(made.ret, 0);
        ma_buf_init(&got, 0);
        types(&got, made.parsed.expr);
        TAP_STR(ma_buf_string(&got), rows[i].types);
        ma_buf_free(&got);
        checked_free(&made);
    }
}

static void what_nodes_get(void)
{
    checked_t made;
    const ma_expr_t *call;

    check_text(&made, "lower(string) eq \"a\"", MA_TYPE_BOOL);
    call = made.parsed.expr->left;
    TAP_TRUE(call->function != NULL && strcmp(call->function->name, "lower") == 0);
    TAP_TRUE(call->items[0]->field == &fields[6]);
    checked_free(&made);
}

static void spellings(void)
{
    static const struct {
        const char *text;
        const char *error; /* NULL: it is known */
    } rows[] = {
        { "cf.tls_client_auth.one eq \"a\"", NULL },
        { "tls_client_auth.one eq \"a\"", NULL },    /* either name of it, */
        { "cf.tls_client_auth.two eq \"a\"", NULL }, /* whichever the schema has */
        { "tls_client_auth.two eq \"a\"", NULL },
        { "cf.string eq \"a\"", "x:1:1: unknown field \"cf.string\"; \"mtlsauth fields\" lists them all" },
        { "tls_client_auth.ona eq \"a\"",
          "x:1:1: unknown field \"tls_client_auth.ona\"; did you mean cf.tls_client_auth.one?" },
        { "gone eq \"a\"", "x:1:1: \"gone\" cannot be read here: no entry before this one sets it; put "
                           "plugin x before it" },
    };
    checked_t made;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        check_text(&made, rows[i].text, MA_TYPE_BOOL);
        TAP_INT(made.ret, rows[i].error == NULL ? 0 : MTLSAUTH_E_POLICY);
        if (rows[i].error != NULL)
            TAP_STR(mtlsauth_error_text(made.err), rows[i].error);
        checked_free(&made);
    }
}

static void wanted(void)
{
    static const struct {
        const char *text;
        ma_type_t wanted;
        bool good;
    } rows[] = {
        { "string", MA_TYPE_STRING, true },
        { "array", MA_TYPE_STRINGS, true },
        { "array[*]", MA_TYPE_STRINGS, true },
        { "len(string)", MA_TYPE_INT, true },
        { "bool", MA_TYPE_BOOL, true },
        { "array[0]", MA_TYPE_STRING, true },
        { "string", MA_TYPE_STRINGS, false },
        { "string eq \"a\"", MA_TYPE_STRING, false },
        { "not bool", MA_TYPE_INT, false },
        { "starts_with(array[*], \"a\")", MA_TYPE_BOOL, false },
    };
    checked_t made;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        check_text(&made, rows[i].text, rows[i].wanted);
        TAP_INT(made.ret, rows[i].good ? 0 : MTLSAUTH_E_POLICY);
        checked_free(&made);
    }
}

/* An expression that is an option in line 7 of a policy. */
static ma_pos_t pos_in_policy(const void *context, size_t offset)
{
    return (ma_pos_t) { context, 7, 20 + (unsigned)offset };
}

static void place_in_policy(void)
{
    static const char text[] = "bool and strin eq \"a\"";
    checked_t made = { .parsed = parse_text(text) };

    made.source.pos_of = pos_in_policy;
    made.source.context = "y.conf";
    check_parsed(&made, strlen(text), MA_TYPE_BOOL, true);
    TAP_STR(mtlsauth_error_text(made.err),
            "y.conf:7:29: unknown field \"strin\"; did you mean string?");
    checked_free(&made);
}

/* `part` so often, behind `first`. */
static char *repeat(const char *first, const char *part, size_t count)
{
    ma_buf_t text;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, first);
    while (count-- > 0)
        ma_buf_text(&text, part);
    return text.data;
}

static void large_ones(void)
{
    static const struct {
        const char *what, *first, *part;
        size_t count;
        const char *warnings;
    } rows[] = {
        { "a long chain that speaks of one field", "string ne \"a\"", " and string ne \"b\"", 15000, "" },
        { "a chain that warns of all", "int eq 1", " and int eq 2", 3, "and-never and-never and-never " },
        { "a long one of three operators", "bool", " or bool and not bool", 1000, "" },
    };
    checked_t made;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        char *text = repeat(rows[i].first, rows[i].part, rows[i].count);

        tap_row("%s", rows[i].what);
        check_text(&made, text, MA_TYPE_BOOL);
        TAP_INT(made.ret, 0);
        TAP_STR(ma_buf_string(&made.warnings), rows[i].warnings);
        checked_free(&made);
        free(text);
    }
}

static void nobody_listens(void)
{
    static const char text[] = "string in {\"a\" \"a\"} and string contains \"\"";
    checked_t made = { .parsed = parse_text(text) };

    check_parsed(&made, strlen(text), MA_TYPE_BOOL, false);
    TAP_INT(made.ret, 0);
    checked_free(&made);
    check_text(&made, text, MA_TYPE_BOOL);
    TAP_STR(ma_buf_string(&made.warnings), "set-duplicate contains-empty ");
    checked_free(&made);
}

static void octets_of_all_kinds(void)
{
    static const char text[] = "string in {\"a\\x00b\" \"a\\x00c\" \"a\\x00b\"}";
    checked_t made;

    check_text(&made, text, MA_TYPE_BOOL); /* a NUL ends nothing */
    TAP_INT(made.ret, 0);
    TAP_STR(ma_buf_string(&made.warnings), "set-duplicate ");
    checked_free(&made);
}

/* ---- patterns that match nothing, with PCRE2 for the oracle */

/* Does it match a text of up to three of these? */
static bool matches_something(const ma_pattern_t *pattern)
{
    static const char letters[] = "ab$^\n{";
    const size_t n = sizeof(letters); /* one more: the end */
    ma_arena_t arena;
    ma_matcher_t matcher = { .arena = &arena };
    uint32_t steps;
    size_t i;
    bool found = false;

    ma_arena_init(&arena, 0);
    for (i = 0; i < n * n * n && !found; i++) {
        const char text[4] = { letters[i % n], letters[i / n % n], letters[i / n / n], '\0' };

        steps = 1000;
        found = ma_pattern_match(pattern, (ma_bytes_t) { (const uint8_t *)text, strlen(text) },
                                 &matcher, &steps, NULL) != 0;
    }
    ma_arena_free(&arena);
    return found;
}

static void never_means_never(void)
{
    static const char *const parts[] = { "a", "b", "^", "$", "*", "?", "+", "(", ")", "[", "]", "|",
                                         "\\", ".", "{1}", "{0}", "{", "\\b", "\\d", "[^a]", "[[:alpha:]$]", "(?m)",
                                         "\\Z", "\xc3\xa9", "-", "\\n", "\\1", "^", "$" };
    uint32_t state = 12345, said = 0;
    unsigned i, k;

    for (i = 0; i < 20000; i++) {
        char text[64] = "";
        ma_pattern_t *pattern = NULL;
        ma_arena_t arena;
        const char *why;
        ma_bytes_t bytes;
        size_t at;

        for (k = 0; k < 2 + i % 5; k++) {
            state = state * 1664525u + 1013904223u;
            strcat(text, parts[(state >> 16) % COUNT(parts)]);
        }
        bytes = (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
        ma_arena_init(&arena, 0);
        if (ma_pattern_new(bytes, &arena, &pattern, &at, &why) == 0
            && ma_check_never(bytes) < bytes.size) {
            tap_row("%s", text);
            TAP_TRUE(!matches_something(pattern));
            said++;
        }
        ma_pattern_free(pattern);
        ma_arena_free(&arena);
    }
    TAP_TRUE(said > 100); /* it did say so of some */
}

static void never_is_seen(void)
{
    static const struct {
        const char *pattern;
        size_t at; /* or the size */
    } rows[] = {
        { "a$b", 1 },     { "a^b", 1 },       { "^a$", 3 },     { "a$$", 3 },
        { "^^a", 3 },     { "a$b?", 4 },      { "a?^b", 4 },    { "a$(b)", 5 },
        { "a$|b", 4 },    { "[a$]b", 5 },     { "[]$]b", 5 },   { "[[:alpha:]$]b", 13 },
        { "a\\$b", 4 },   { "(a$)b", 5 },     { "(?m)a$.b", 8 }, { "x[a]^", 4 },
        { "a+$.", 2 },    { "\\.com$\\.x", 5 }, { "a$\\b", 4 },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].pattern);
        TAP_INT(ma_check_never((ma_bytes_t) { (const uint8_t *)rows[i].pattern,
                                              strlen(rows[i].pattern) }),
                rows[i].at);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every node has its type", every_node },
        { "fields and functions are found", what_nodes_get },
        { "a field has two spellings, and some cannot be read", spellings },
        { "expressions of any type can be asked for", wanted },
        { "places are those of the file", place_in_policy },
        { "long and deep expressions", large_ones },
        { "warnings that nobody listens to", nobody_listens },
        { "octets of all kinds", octets_of_all_kinds },
        { "what is said to match nothing matches nothing", never_means_never },
        { "a character behind $, and one in front of ^", never_is_seen },
    };

    return tap_main("expr_check", tests, COUNT(tests));
}

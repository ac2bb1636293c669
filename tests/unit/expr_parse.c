/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_parse.c - what binds to what, and what each mistake in joining is told as. */
#include "expr_tree.h"

typedef struct row {
    const char *text;
    const char *is; /* the tree, or the error without "x:" */
} row_t;

static void check(const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        parsed_t made = parse_text(rows[i].text);
        ma_buf_t got;
        ma_buf_init(&got, 0);
        tap_row("%s", rows[i].text);
        if (made.ret == 0)
            tree(&got, made.expr);
        else
            ma_buf_text(&got, mtlsauth_error_text(made.err) + 2);
        TAP_STR(ma_buf_string(&got), rows[i].is);
        TAP_TRUE(made.ret == 0 || made.ret == MTLSAUTH_E_SYNTAX);
        parsed_free(&made);
        ma_buf_free(&got);
    }
}

static void precedence(void)
{
    static const row_t rows[] = {
        { "a", "a" },
        { "a or b or c", "(or a b c)" },             /* a chain is one node */
        { "a or (b or c)", "(or a b c)" },           /* and parentheses change nothing */
        { "(a xor b) xor c", "(xor a b c)" },
        { "a and b or c and d", "(or (and a b) (and c d))" },
        { "a or b and c", "(or a (and b c))" },
        { "(a or b) and c", "(and (or a b) c)" },
        { "a or b xor c and d", "(or a (xor b (and c d)))" },
        { "not a and b", "(and (not a) b)" },        /* not binds tighter than and */
        { "not (a and b)", "(not (and a b))" },
        { "not a eq 1", "(not (eq a 1))" },          /* and looser than a comparison */
        { "not not a", "(not (not a))" },
        { "!a&&!b||c^^d", "(or (and (not a) (not b)) (xor c d))" },
        { "not(a)", "(not a)" },
        { "((a))", "a" },
        { "notx", "notx" },                          /* a name; the checker says what was meant */
        { "not x in {1 2}", "(not (in x (set 1 2)))" },
        { "# first\na # b\n\tand # c\r\nd", "(and a d)" }, /* comments, tabs, line ends */
        { "\xef\xbb\xbf" "a", "a" },
        { "# \xc3\xa9\na", "a" },                    /* UTF-8 in comments */
    };

    check(rows, COUNT(rows));
}

static void comparisons(void)
{
    static const row_t rows[] = {
        { "a eq 1", "(eq a 1)" },     { "a == 1", "(eq a 1)" },
        { "a ne 1", "(ne a 1)" },     { "a != 1", "(ne a 1)" },
        { "a lt 1", "(lt a 1)" },     { "a < 1", "(lt a 1)" },
        { "a le 1", "(le a 1)" },     { "a <= 1", "(le a 1)" },
        { "a gt 1", "(gt a 1)" },     { "a > 1", "(gt a 1)" },
        { "a ge 1", "(ge a 1)" },     { "a >= 1", "(ge a 1)" },
        { "a==1", "(eq a 1)" },       { "a<-1", "(lt a -1)" },
        { "a matches \"b\"", "(matches a 'b')" },
        { "a ~ \"b\"", "(matches a 'b')" },
        { "a contains \"b\"", "(contains a 'b')" },
        { "a wildcard \"b*\"", "(wildcard a 'b*')" },
        { "a strict wildcard \"b*\"", "(strict-wildcard a 'b*')" },
        { "a strict\n# c\nwildcard \"b*\"", "(strict-wildcard a 'b*')" },
        { "a eq true and b ne false", "(and (eq a true) (ne b false))" },
        { "a in {\"x\" 'y' r\"z\"}", "(in a (set 'x' 'y' 'z'))" },
        { "a in {\"x\"\"y\"}", "(in a (set 'x' 'y'))" },
        { "a eq \"x\"and b", "(and (eq a 'x') b)" },
    };

    check(rows, COUNT(rows));
}

static void values(void)
{
    static const row_t rows[] = {
        { "http.request.headers[\"x-a\"][0] eq \"b\"",
          "(eq (index (index http.request.headers 'x-a') 0) 'b')" },
        { "any(a[*] eq \"b\")", "(call any (eq (each a) 'b'))" },
        { "any(a[*] eq \"b\" or c[*])", "(call any (or (eq (each a) 'b') (each c)))" },
        { "all(not a[*])", "(call all (not (each a)))" },
        { "any(lower(a[*])[*] contains \"x\")",
          "(call any (contains (each (call lower (each a))) 'x'))" },
        { "concat(a, \"b\", 1, true, 192.0.2.1, f(c)) eq \"d\"",
          "(eq (call concat a 'b' 1 true @c0000201 (call f c)) 'd')" },
        { "split(a, \",\")[0] eq \"b\"", "(eq (index (call split a ',') 0) 'b')" },
        { "f ( a ) [ 0 ]", "(index (call f a) 0)" },
    };

    check(rows, COUNT(rows));
}

static void operands_missing(void)
{
    static const row_t rows[] = {
        { "", "1:1: the expression is empty; write a condition, or leave the option away" },
        { " \n\t", "1:1: the expression is empty; write a condition, or leave the option away" },
        { "# all of it\n", "1:1: the expression is empty: it holds nothing but a comment; write a "
                           "condition, or leave the option away" },
        { "a and",
          "1:6: a condition is missing behind \"and\": the text ends; write one, or remove "
          "what asks for it" },
        { "not", "1:4: a condition is missing behind \"not\": the text ends; write one, or remove "
                 "what asks for it" },
        { "(", "1:2: a condition is missing behind \"(\": the text ends; write one, or remove what "
               "asks for it" },
        { "()", "1:2: the parentheses are empty; write a condition between them, or remove them" },
        { "(a and)",
          "1:7: a condition is missing in front of \")\"; write a condition, or remove it" },
        { "and a", "1:1: a condition is missing in front of \"and\"; write one, or remove the "
                   "operator" },
        { "a or || b", "1:6: a condition is missing in front of \"||\"; write one, or remove the "
                       "operator" },
        { "a gt 1 and lt 9", "1:12: a field is missing in front of \"lt\"; repeat the field: each "
                             "comparison has its own" },
        { "true", "1:1: \"true\" alone is no condition; write a field or a comparison" },
        { "\"b\" eq a", "1:1: a condition cannot begin with \"b\"; write the field first: name eq "
                        "\"b\"" },
        { "1 lt a", "1:1: a condition cannot begin with \"1\"; write the field first: name eq 1" },
        { "{1} in a",
          "1:1: a condition cannot begin with a set; write ( ) around conditions; in front "
          "of a set, a field and in" },
        { "10.0.0.0/8", "1:1: a condition cannot begin with \"10.0.0.0/8\"; write the field first: "
                        "name in {10.0.0.0/8}" },
        { "a..b eq 1", "1:1: \"a..b\" is no name: single dots stand between its parts; remove the "
                       "dot that is too many; put text in quotes" },
        { "a.b. eq 1", "1:1: \"a.b.\" is no name: single dots stand between its parts; remove the "
                       "dot that is too many; put text in quotes" },
        { "*", "1:1: a condition cannot begin with \"*\"; write a field, a function, not or (" },
    };

    check(rows, COUNT(rows));
}

static void operators_missing(void)
{
    static const row_t rows[] = {
        { "a b",
          "1:3: expected an operator, and, or, xor or the end, found \"b\"; write an operator, "
          "as in name eq \"text\"" },
        { "a eq 1 b",
          "1:8: expected and, or, xor or the end, found \"b\"; join conditions with and "
          "or or" },
        { "(a) b",
          "1:5: expected and, or, xor or the end, found \"b\"; join conditions with and or "
          "or" },
        { "a eq 1 adn b",
          "1:8: expected and, or, xor or the end, found \"adn\"; did you mean and?" },
        { "a contians \"b\"", "1:3: expected an operator, and, or, xor or the end, found "
                              "\"contians\"; did you mean contains?" },
        { "a is \"b\"",
          "1:3: expected an operator, and, or, xor or the end, found \"is\"; write eq" },
        { "a like \"b*\"",
          "1:3: expected an operator, and, or, xor or the end, found \"like\"; write "
          "wildcard" },
        { "a \"b\"", "1:3: expected an operator, found \"b\"; write a eq \"b\"" },
        { "a {1}", "1:3: expected an operator, found a set; write in in front of the set" },
        { "a eq \"b\" \"c\"",
          "1:10: expected and, or, xor or the end, found \"c\"; several values go "
          "in a set: in { ... }" },
        { "a eq 1 eq 1", "1:8: comparisons do not chain: \"eq\" stands behind a whole comparison; "
                         "write two comparisons, joined by and" },
        { "1 < a < 9",
          "1:1: a condition cannot begin with \"1\"; write the field first: name eq 1" },
        { "(a) eq 1",
          "1:5: \"eq\" stands behind parentheses, which are no value; compare inside the "
          "parentheses; join conditions with and or or" },
        { "a not in {1}",
          "1:3: not stands in front of the field, not behind it; write not a in { ... "
          "}, or ne for not eq" },
        { "a not eq 1",
          "1:3: not stands in front of the field, not behind it; write not a in { ... "
          "}, or ne for not eq" },
        { "a eq not 1",
          "1:6: not stands in front of the field, not behind eq; write not a eq ..." },
        { "a eq 1 not b",
          "1:8: expected and, or, xor or the end, found not; join conditions with and "
          "or or" },
        { "a AND b",
          "1:3: \"AND\" is not in lower case, as the words of the language are; write and" },
        { "Not a",
          "1:1: \"Not\" is not in lower case, as the words of the language are; write not" },
        { "a eq TRUE",
          "1:6: \"TRUE\" is not in lower case, as the words of the language are; write "
          "true" },
        { "ANY(a[*])", "1:1: \"ANY\" is not in lower case, as the words of the language are; write "
                       "any" },
        { "a = 1", "1:3: \"=\" is no operator; write eq or ==" },
        { "a === 1", "1:3: \"===\" is no operator; write eq or ==" },
        { "a =~ \"b\"", "1:3: \"=~\" is no operator; write matches or ~" },
        { "a <> 1", "1:3: \"<>\" is no operator; write ne or !=" },
        { "a => 1", "1:3: \"=>\" is no operator; write ge or >=" },
        { "a & b", "1:3: \"&\" is no operator; write and or &&" },
        { "a | b", "1:3: \"|\" is no operator; write or or ||" },
        { "a ^ b", "1:3: \"^\" is no operator; write xor or ^^" },
        { "a, b", "1:2: a comma joins no conditions; join conditions with and or or" },
        { "a;", "1:2: unexpected \";\": an expression is not ended by it; remove it" },
        { "a \xe2\x89\xa0 1", "1:3: U+2260 is a mark of mathematics; write ne" },
        { "a\xc2\xa0"
          "eq 1",
          "1:2: U+00A0 is a blank that is not the usual one; write an ordinary "
          "blank" },
        { "\xc3\xa9 eq 1",
          "1:1: \"\xc3\xa9\", U+00E9, stands outside a string, where all is ASCII; "
          "put text in quotes" },
        { "a\rb",
          "1:2: a carriage return without a line feed: it looks like a line end and is none; "
          "end lines with LF or CRLF" },
        { "a strict \"b\"", "1:3: strict is no operator without wildcard behind it; write strict "
                            "wildcard" },
        { "a == == 1", "1:6: two operators in a row: == and \"==\"; write one of them" },
    };

    check(rows, COUNT(rows));
}

static void literals_missing(void)
{
    static const row_t rows[] = {
        { "a eq", "1:5: a value is missing behind eq, found the end; write a string, a number, an "
                  "address, true or false" },
        { "a eq and b",
          "1:6: a value is missing behind eq, found \"and\"; write a string, a number, "
          "an address, true or false" },
        { "http.host eq example",
          "1:14: the word example stands without quotes; write \"example\"" },
        { "http.host eq a-b.example", "1:14: the word a-b.example stands without quotes; write "
                                      "\"a-b.example\"" },
        { "a eq /admin", "1:6: the word /admin stands without quotes; write \"/admin\"" },
        { "a eq joe@example.com", "1:6: the word joe@example.com stands without quotes; write "
                                  "\"joe@example.com\"" },
        { "a eq {1}", "1:6: eq takes one value, found a set; write in" },
        { "a eq 192.0.2.0/24",
          "1:6: eq takes one value, found a network; write in {192.0.2.0/24}" },
        { "a ne 1..9",
          "1:6: ne takes one value, found a range of integers; write not in front of the "
          "field, and in {1..9}" },
        { "a in \"b\"", "1:6: in takes a set in braces, found a string; write in {\"b\"}" },
        { "a in 192.0.2.0/24", "1:6: in takes a set in braces, found a network; write in "
                               "{192.0.2.0/24}" },
        { "a in (\"b\")", "1:6: in takes a set in braces, found \"(\"; write in { ... }, items "
                          "separated by blanks" },
        { "a in [\"b\"]", "1:6: in takes a set in braces, found \"[\"; write in { ... }, items "
                          "separated by blanks" },
        { "a in $list",
          "1:6: unexpected \"$\": lists with names are not known; write the items: in { "
          "... }" },
        { "a in {}",
          "1:6: the set is empty, and nothing is ever in it; write what it should hold" },
        { "a in {\"b\", \"c\"}", "1:10: the items of a set are separated by blanks, found a comma; "
                                 "remove the comma" },
        { "a in {\"b\" 1}", "1:11: the items of a set are of one kind: the first is a string, this "
                            "one an integer; put it in quotes" },
        { "a in {1 192.0.2.0/24}",
          "1:9: the items of a set are of one kind: the first is an integer, "
          "this one a network; write two sets, joined by or" },
        { "a in {b c}", "1:7: the word b stands without quotes; write \"b\"" },
        { "a in {{1}}", "1:7: a set holds no set; write its items without braces of their own" },
        { "a in {true}",
          "1:7: a set holds strings, integers or addresses, found true or false; write "
          "the field, or not and the field" },
    };

    check(rows, COUNT(rows));
}

static void not_closed(void)
{
    static const row_t rows[] = {
        { "(a", "1:1: a parenthesis begins here and is never closed; close it with )" },
        { "a and (b or\n(c)",
          "1:7: a parenthesis begins here and is never closed; close it with )" },
        { "(a}", "1:3: \"}\" does not close a parenthesis; close it with )" },
        { "a)", "1:2: \")\" closes nothing; remove it" },
        { "a in {1", "1:6: a set begins here and is never closed; close it with }" },
        { "a in {1)", "1:8: \")\" does not close a set; close it with }" },
        { "a in {1 and b", "1:9: \"and\" does not close a set; close it with }" },
        { "f(a", "1:2: a parenthesis begins here and is never closed; close it with )" },
        { "f(a eq 1)", "1:5: f() takes values, not conditions, found \"eq\"; only any and all take "
                       "conditions; close it with )" },
        { "f(a b)",
          "1:5: expected a comma or ) in f(), found \"b\"; separate arguments by commas" },
        { "f(a,)",
          "1:5: an argument of f() is missing, found \")\"; write a field, a function or a "
          "literal" },
        { "f()", "1:3: f() is given nothing; write what it is about" },
        { "f(not a)", "1:3: f() takes values, not conditions; only any and all take conditions" },
        { "any(a[*], b)",
          "1:9: any() takes one condition, found a comma; join conditions with and or "
          "or" },
        { "any(a[*] \"b\")", "1:10: expected an operator, found \"b\"; write a[*] eq \"b\"" },
        { "a[", "1:3: an index is a number, a name or *, found the end; write a number, a name in "
                "quotes, or *" },
        { "a[0", "1:2: an index begins here and is never closed; close it with ]" },
        { "a[]", "1:3: the index is empty; write a number, a name in quotes, or *" },
        { "a[-1]", "1:3: an index is never negative; write 0 for the first" },
        { "a[b]", "1:3: the name b stands without quotes; write [\"b\"]" },
        { "a[* 1]", "1:5: \"1\" does not close an index; close it with ]" },
        { "a\n  and b]", "2:8: \"]\" closes nothing; remove it" }, /* the line counts */
    };

    check(rows, COUNT(rows));
}

/* `count` times a text, then the rest. */
static parsed_t repeated(const char *text, size_t count, const char *middle, const char *behind)
{
    ma_buf_t all;
    parsed_t made;
    size_t i;

    ma_buf_init(&all, 0);
    for (i = 0; i < count; i++)
        ma_buf_text(&all, text);
    ma_buf_text(&all, middle);
    for (i = 0; i < count && behind != NULL; i++)
        ma_buf_text(&all, behind);
    made = parse_bytes(all.data, all.size, 0);
    ma_buf_free(&all);
    return made;
}

static void limits(void)
{
    static const struct {
        const char *text;
        size_t count;
        const char *middle;
        const char *behind;
        int ret;
        unsigned height;
    } rows[] = {
        { "(", MA_EXPR_MAX_DEPTH, "a", ")", 0, 1 }, /* no nodes, yet the parser recurses */
        { "(", MA_EXPR_MAX_DEPTH + 1, "a", ")", MTLSAUTH_E_LIMIT, 0 },
        { "not ", MA_EXPR_MAX_DEPTH - 1, "a", NULL, 0, MA_EXPR_MAX_DEPTH },
        { "not ", MA_EXPR_MAX_DEPTH, "a", NULL, MTLSAUTH_E_LIMIT, 0 },
        { "f(", MA_EXPR_MAX_DEPTH - 1, "a", ")", 0, MA_EXPR_MAX_DEPTH },
        { "f(", MA_EXPR_MAX_DEPTH, "a", ")", MTLSAUTH_E_LIMIT, 0 },
        { "a and(b or ", 63, "c", ")", 0, 127 },         /* two nodes a parenthesis */
        { "a and(b or ", 64, "c", ")", MTLSAUTH_E_LIMIT, 0 },
        { "a[0]or ", 20000, "a", NULL, 0, 3 },           /* long is not deep */
        { "a or ", MA_EXPR_MAX_NODES, "a", NULL, MTLSAUTH_E_LIMIT, 0 },
        { "(", 1000000, "", NULL, MTLSAUTH_E_LIMIT, 0 },
        { "a or ", 4000000, "a", NULL, MTLSAUTH_E_LIMIT, 0 }, /* too long */
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        parsed_t made = repeated(rows[i].text, rows[i].count, rows[i].middle, rows[i].behind);
        tap_row("%zu times %s", rows[i].count, rows[i].text);
        TAP_INT(made.ret, rows[i].ret);
        TAP_INT(made.expr != NULL ? made.expr->height : 0, rows[i].height);
        parsed_free(&made);
    }
}

static void large_sets(void)
{
    ma_buf_t text;
    parsed_t made;
    size_t i;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, "a in {");
    for (i = 0; i < MA_EXPR_MAX_ITEMS; i++)
        ma_buf_text(&text, "1 ");
    ma_buf_text(&text, "}");
    made = parse_bytes(text.data, text.size, 0);
    TAP_INT(made.ret, 0);
    TAP_INT(made.expr != NULL ? made.expr->right->n_items : 0, MA_EXPR_MAX_ITEMS);
    parsed_free(&made);
    text.data[text.size - 1] = '1'; /* one more */
    made = parse_bytes(text.data, text.size, 0);
    TAP_INT(made.ret, MTLSAUTH_E_LIMIT);
    parsed_free(&made);
    ma_buf_free(&text);
}

/* Out of memory at every size: an error, and nothing else. */
static void memory(void)
{
    static const char text[] =
        "any(f(a[*], \"b\")[*] eq 'c') and not d in {1 2..9} or e[\"f\"][0] in "
        "{192.0.2.0/24}";
    size_t limit;
    bool failed = false;
    parsed_t made = parse_text(text);

    TAP_INT(made.ret, 0);
    parsed_free(&made);
    for (limit = 1; limit < 8192; limit += 64) {
        made = parse_bytes(text, sizeof(text) - 1, limit);
        TAP_TRUE(made.ret == 0 || made.ret == MTLSAUTH_E_NO_MEMORY);
        failed = failed || made.ret != 0;
        parsed_free(&made);
    }
    TAP_TRUE(failed);
}

/* Spans: what a message about a node points at. */
static void spans(void)
{
    static const char text[] = " not ( a.b [0] eq 'c' ) and d";
    parsed_t made = parse_text(text);
    const ma_expr_t *negated, *compared;

    TAP_INT(made.ret, 0);
    if (made.ret == 0) {
        TAP_INT(made.expr->span.start, 1);
        TAP_INT(made.expr->span.end, sizeof(text) - 1);
        TAP_INT(made.expr->word.start, 24); /* and */
        negated = made.expr->items[0];
        TAP_INT(negated->word.end, 4);
        TAP_INT(negated->span.end, 23); /* with the parentheses */
        compared = negated->left;
        TAP_INT(compared->word.start, 15); /* eq */
        TAP_INT(compared->word.end, 17);
        TAP_INT(compared->left->span.start, 7);
        TAP_INT(compared->left->span.end, 14);
        TAP_INT(compared->right->span.start, 18);
    }
    parsed_free(&made);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "what binds to what", precedence },
        { "every operator in each spelling", comparisons },
        { "fields, functions and indexes", values },
        { "a condition is missing", operands_missing },
        { "an operator is missing, or another language's", operators_missing },
        { "what stands behind an operator", literals_missing },
        { "what is not closed, and what is in parentheses", not_closed },
        { "depth, size and number of parts are bounded", limits },
        { "sets are bounded", large_sets },
        { "memory runs out", memory },
        { "spans of nodes", spans },
    };

    return tap_main("expr_parse", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_print.c - the one spelling of an expression, which reads as the same tree. */
#include "expr_tree.h"

#include "expr/print.h"

static void spelling(void)
{
    static const struct {
        const char *text;
        const char *printed;
    } rows[] = {
        { "a||b", "a or b" },
        { "a && ( b ) ^^ c", "(a and b) xor c" },   /* mixed operators get parentheses */
        { "a or (b or c)", "a or b or c" },         /* like ones lose them */
        { "(a or b) and c", "(a or b) and c" },
        { "!a", "not a" },
        { "!(a&&b)", "not (a and b)" },
        { "not (a eq 1)", "not a eq 1" },
        { "a==1&&b!=2&&c<3&&d<=4&&e>5&&f>=6",
          "a eq 1 and b ne 2 and c lt 3 and d le 4 and e gt 5 and f ge 6" },
        { "a  strict   wildcard 'b*'", "a strict wildcard 'b*'" }, /* quotes stay as they were */
        { "a eq \"x\\\"y'z\\\\\"", "a eq \"x\\\"y'z\\\\\"" },
        { "a eq 'x\"y\\'z'", "a eq 'x\"y\\'z'" },
        { "a eq \"\\x41\\x00\\n\"", NULL },
        { "a eq \"\\x41\\000\\xff\\x0A\"", "a eq \"A\\x00\\xff\\x0a\"" },
        { "a eq \"\xc3\xa9\\xe2\\x80\\xae\"", "a eq \"\xc3\xa9\\xe2\\x80\\xae\"" }, /* never bare */
        { "a eq r##\"b\"##", "a eq r\"b\"" },       /* no more # than it takes */
        { "a eq r##\"b\"#c\"##", "a eq r##\"b\"#c\"##" },
        { "a ~ \"^/a\\.b$\"", "a matches \"^/a\\.b$\"" },
        { "a ~ \"\\\"\"", "a matches \"\\\"\"" },
        { "a ~ '\\\\'", "a matches '\\\\'" },
        { "a ~ r#\"\\\"\"#", "a matches r#\"\\\"\"#" },
        { "a in { 0x10   -1..9 }", "a in {16 -1..9}" },
        { "a in {2001:DB8:0:0::1 ::ffff:192.0.2.0/120}", "a in {2001:db8::1 192.0.2.0/24}" },
        { "f( a ,'b' )[ * ]", "f(a, 'b')[*]" },
        { "h [ 'x' ][0] eq true", "h['x'][0] eq true" },
        { "a # why\nand b", "a and b" },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        parsed_t first = parse_text(rows[i].text), second;
        ma_buf_t text, again, trees[2];
        tap_row("%s", rows[i].text);
        TAP_TRUE((first.ret == 0) == (rows[i].printed != NULL));
        if (first.ret != 0) {
            parsed_free(&first);
            continue;
        }
        ma_buf_init(&text, 0);
        ma_buf_init(&again, 0);
        ma_buf_init(&trees[0], 0);
        ma_buf_init(&trees[1], 0);
        ma_expr_print(first.expr, &text);
        TAP_STR(ma_buf_string(&text), rows[i].printed);
        second = parse_bytes(text.data, text.size, 0);
        TAP_INT(second.ret, 0);
        if (second.ret == 0) {
            ma_expr_print(second.expr, &again);
            tree(&trees[0], first.expr);
            tree(&trees[1], second.expr);
        }
        TAP_STR(ma_buf_string(&again), ma_buf_string(&text));
        TAP_STR(ma_buf_string(&trees[1]), ma_buf_string(&trees[0]));
        parsed_free(&first);
        parsed_free(&second);
        ma_buf_free(&text);
        ma_buf_free(&again);
        ma_buf_free(&trees[0]);
        ma_buf_free(&trees[1]);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "one spelling, and the same tree", spelling },
    };

    return tap_main("expr_print", tests, COUNT(tests));
}

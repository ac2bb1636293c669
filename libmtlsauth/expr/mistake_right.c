/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mistake_right.c - see mistake.h: names where a literal belongs.
 *
 * A name there is text without its quotes, unless it is that of a field or a function: put in
 * quotes, these would load and be compared as text, which nobody means.
 */
#include <stdio.h>

#include "expr/function.h"
#include "expr/mistake.h"

#define FAIL(lexer, at, mend, ...)                                                                 \
    ma_source_fail((lexer)->source, (lexer)->err, MTLSAUTH_E_SYNTAX, (at), (mend), __VA_ARGS__)

#define EACH_VALUE "write an entry, or a condition joined by or, for each value, in quotes"

/* A parenthesis follows, behind blanks. */
static bool is_call(const ma_lexer_t *lexer, ma_span_t name)
{
    const ma_bytes_t text = lexer->source->text;
    size_t at = name.end;

    while (at < lexer->end && (text.data[at] == ' ' || text.data[at] == '\t'))
        at++;
    return at < lexer->end && text.data[at] == '(';
}

static bool is_ordered(ma_op_t op)
{
    return op == MA_OP_LT || op == MA_OP_LE || op == MA_OP_GT || op == MA_OP_GE;
}

int ma_wrong_name(const ma_lexer_t *lexer, const ma_lexeme_t *name, const ma_lexeme_t *op)
{
    const size_t at = name->span.start;
    char shown[MA_SOURCE_SHOWN], word[MA_SOURCE_SHOWN];

    (void)ma_source_show(lexer->source, name->span, shown);
    if (ma_bytes_equal(name->text, MA_OID("now")))
        return FAIL(lexer, at,
                    "write tls_client_auth.cert_current for \"within its dates\", or compare "
                    "tls_client_auth.cert_days_left with a number of days",
                    "there is no now: times are compared with numbers");
    if (lexer->schema != NULL && ma_schema_find(lexer->schema, name->text) != NULL)
        return FAIL(lexer, at, EACH_VALUE,
                    "%s is a field, which stands on the left only: two fields are not compared",
                    shown);
    if (ma_function_find(name->text) != NULL || is_call(lexer, name->span))
        return FAIL(lexer, at, EACH_VALUE,
                    "%s() is a function, which stands on the left only: what is compared with is "
                    "a value",
                    shown);
    if (op != NULL && is_ordered(op->op)) {
        (void)ma_source_show(lexer->source, op->span, word);
        return FAIL(lexer, at, "write a number", "%s compares integers, found the word %s", word,
                    shown);
    }
    return ma_wrong_word(lexer->source, lexer->err, name->span);
}

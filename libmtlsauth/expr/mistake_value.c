/* SPDX-License-Identifier: BSD-2-Clause */
/* mistake_value.c - see mistake.h: what stands where a literal, an item or an argument should. */
#include <stdio.h>
#include <string.h>

#include "expr/mistake.h"

#define FAIL(lexer, at, mend, ...)                                                                 \
    ma_source_fail((lexer)->source, (lexer)->err, MTLSAUTH_E_SYNTAX, (at), (mend), __VA_ARGS__)

static const char *sign_name(const ma_lexeme_t *token)
{
    switch (token->sign) {
    case MA_SIGN_STRING:
        return "a string";
    case MA_SIGN_INT:
        return "an integer";
    case MA_SIGN_ADDRESS:
        return token->low.number >= 0 ? "a network" : "an address";
    case MA_SIGN_RANGE:
        return token->low.sign == MA_SIGN_INT ? "a range of integers" : "a range of addresses";
    case MA_SIGN_BOOL:
        return "true or false";
    case MA_SIGN_END:
        return "the end";
    default:
        return NULL;
    }
}

/* The name of its kind, or the token itself in quotes. */
static const char *describe(const ma_lexer_t *lexer, const ma_lexeme_t *token,
                            char room[MA_SOURCE_SHOWN + 2])
{
    const char *name = sign_name(token);
    char text[MA_SOURCE_SHOWN];

    if (name != NULL)
        return name;
    (void)ma_source_show(lexer->source, token->span, text);
    snprintf(room, MA_SOURCE_SHOWN + 2, "\"%s\"", text);
    return room;
}

/* A dot at the start or the end, or two in a row. */
static bool stray_dot(const uint8_t *word, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        if (word[i] == '.' && (i == 0 || i + 1 == size || word[i + 1] == '.'))
            return true;
    return false;
}

int ma_wrong_word(const ma_source_t *source, mtlsauth_error_t **err, ma_span_t word)
{
    char shown[MA_SOURCE_SHOWN], mend[MA_SOURCE_SHOWN + 16] = "put it in quotes";

    if (ma_source_show(source, word, shown))
        snprintf(mend, sizeof(mend), "write \"%s\"", shown);
    if (stray_dot(source->text.data + word.start, word.end - word.start))
        return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, word.start,
                              "remove the dot that is too many; put text in quotes",
                              "\"%s\" is no name: single dots stand between its parts", shown);
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, word.start, mend,
                          "the word %s stands without quotes", shown);
}

int ma_wrong_strict(const ma_lexer_t *lexer, const ma_lexeme_t *strict)
{
    return FAIL(lexer, strict->span.start, "write strict wildcard",
                "strict is no operator without wildcard behind it");
}

int ma_wrong_many(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *op)
{
    char text[MA_SOURCE_SHOWN], word[MA_SOURCE_SHOWN];
    char mend[MA_SOURCE_SHOWN + 64] = "write in { ... }";

    if (ma_source_show(lexer->source, found->span, text))
        snprintf(mend, sizeof(mend), "write %sin {%s}",
                 op->op == MA_OP_NE ? "not in front of the field, and " : "", text);
    (void)ma_source_show(lexer->source, op->span, word);
    return FAIL(lexer, found->span.start, mend, "%s takes one value, found %s", word,
                sign_name(found));
}

/* A name, a list or a single value where `in` needs a set. */
static int no_set(const ma_lexer_t *lexer, const ma_lexeme_t *found)
{
    char shown[MA_SOURCE_SHOWN + 2], text[MA_SOURCE_SHOWN];
    char mend[MA_SOURCE_SHOWN + 32] = "write in { ... }";

    if (ma_lexeme_is(found, '(') || ma_lexeme_is(found, '['))
        return FAIL(lexer, found->span.start, "write in { ... }, items separated by blanks",
                    "in takes a set in braces, found \"%c\"", found->mark);
    if (found->sign == MA_SIGN_NAME && lexer->schema != NULL
        && ma_schema_find(lexer->schema, found->text) != NULL)
        return ma_wrong_name(lexer, found, NULL);
    if (sign_name(found) != NULL && found->sign != MA_SIGN_END
        && ma_source_show(lexer->source, found->span, text))
        snprintf(mend, sizeof(mend), "write in {%s}", text);
    return FAIL(lexer, found->span.start, mend, "in takes a set in braces, found %s",
                describe(lexer, found, shown));
}

int ma_wrong_literal(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *op,
                     const ma_expr_t *left)
{
    char shown[MA_SOURCE_SHOWN + 2], word[MA_SOURCE_SHOWN], name[MA_SOURCE_SHOWN];
    char mend[2 * MA_SOURCE_SHOWN + 32] = "write not in front of the field";

    (void)ma_source_show(lexer->source, op->span, word);
    if (op->op == MA_OP_IN)
        return no_set(lexer, found);
    if (found->sign == MA_SIGN_NAME)
        return ma_wrong_name(lexer, found, op);
    if (found->sign == MA_SIGN_NOT) {
        if (ma_source_show(lexer->source, left->span, name))
            snprintf(mend, sizeof(mend), "write not %s %s ...", name, word);
        return FAIL(lexer, found->span.start, mend,
                    "not stands in front of the field, not behind %s", word);
    }
    if (ma_lexeme_is(found, '{'))
        return FAIL(lexer, found->span.start,
                    op->op == MA_OP_NE ? "write not in front of the field, and in" : "write in",
                    "%s takes one value, found a set", word);
    if (found->sign == MA_SIGN_COMPARE || found->sign == MA_SIGN_STRICT)
        return FAIL(lexer, found->span.start, "write one of them",
                    "two operators in a row: %s and %s", word, describe(lexer, found, shown));
    return FAIL(lexer, found->span.start, "write a string, a number, an address, true or false",
                "a value is missing behind %s, found %s", word, describe(lexer, found, shown));
}

int ma_wrong_item(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *open)
{
    char shown[MA_SOURCE_SHOWN + 2];

    if (ma_lexeme_is(found, ','))
        return FAIL(lexer, found->span.start, "remove the comma",
                    "the items of a set are separated by blanks, found a comma");
    if (found->sign == MA_SIGN_NAME)
        return ma_wrong_name(lexer, found, NULL);
    if (ma_lexeme_is(found, '{'))
        return FAIL(lexer, found->span.start, "write its items without braces of their own",
                    "a set holds no set");
    if (found->sign == MA_SIGN_BOOL)
        return FAIL(lexer, found->span.start, "write the field, or not and the field",
                    "a set holds strings, integers or addresses, found %s",
                    describe(lexer, found, shown));
    if (ma_lexeme_is(found, '*'))
        return FAIL(lexer, found->span.start, "use wildcard \"...\" to compare with patterns",
                    "a set holds strings, integers or addresses, found \"*\"");
    return ma_wrong_open(lexer, found, open);
}

int ma_wrong_mixed(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *first)
{
    const ma_expr_kind_t kind = first->kind == MA_EXPR_RANGE ? first->left->kind : first->kind;
    const char *what = kind == MA_EXPR_STRING ? "a string"
                     : kind == MA_EXPR_INT    ? "an integer"
                                              : "an address";

    return FAIL(lexer, found->span.start,
                kind == MA_EXPR_STRING ? "put it in quotes" : "write two sets, joined by or",
                "the items of a set are of one kind: the first is %s, this one %s", what,
                sign_name(found));
}

int ma_wrong_argument(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *call,
                      size_t count)
{
    char shown[MA_SOURCE_SHOWN + 2], name[MA_SOURCE_SHOWN];

    (void)ma_source_show(lexer->source, call->word, name);
    if (ma_lexeme_is(found, ')') && count == 0)
        return FAIL(lexer, found->span.start, "write what it is about", "%s() is given nothing",
                    name);
    if (found->sign == MA_SIGN_NOT || ma_lexeme_is(found, '('))
        return FAIL(lexer, found->span.start, "only any and all take conditions",
                    "%s() takes values, not conditions", name);
    return FAIL(lexer, found->span.start, "write a field, a function or a literal",
                "an argument of %s() is missing, found %s", name, describe(lexer, found, shown));
}

int ma_wrong_comma(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *call)
{
    char shown[MA_SOURCE_SHOWN + 2], name[MA_SOURCE_SHOWN];

    (void)ma_source_show(lexer->source, call->word, name);
    if (ma_lexeme_is(found, ','))
        return FAIL(lexer, found->span.start, "join conditions with and or or",
                    "%s() takes one condition, found a comma", name);
    if (found->sign == MA_SIGN_COMPARE || found->sign == MA_SIGN_STRICT
        || found->sign == MA_SIGN_AND || found->sign == MA_SIGN_OR || found->sign == MA_SIGN_XOR)
        return FAIL(lexer, found->span.start, "only any and all take conditions; close it with )",
                    "%s() takes values, not conditions, found %s", name,
                    describe(lexer, found, shown));
    return FAIL(lexer, found->span.start, "separate arguments by commas",
                "expected a comma or ) in %s(), found %s", name, describe(lexer, found, shown));
}

int ma_wrong_index(const ma_lexer_t *lexer, const ma_lexeme_t *found)
{
    char shown[MA_SOURCE_SHOWN + 2], text[MA_SOURCE_SHOWN], mend[MA_SOURCE_SHOWN + 16];

    if (found->sign == MA_SIGN_INT)
        return FAIL(lexer, found->span.start, "write 0 for the first",
                    "an index is never negative");
    if (ma_lexeme_is(found, ']'))
        return FAIL(lexer, found->span.start, "write a number, a name in quotes, or *",
                    "the index is empty");
    if (found->sign == MA_SIGN_NAME && ma_source_show(lexer->source, found->span, text)) {
        snprintf(mend, sizeof(mend), "write [\"%s\"]", text);
        return FAIL(lexer, found->span.start, mend, "the name %s stands without quotes", text);
    }
    return FAIL(lexer, found->span.start, "write a number, a name in quotes, or *",
                "an index is a number, a name or *, found %s", describe(lexer, found, shown));
}

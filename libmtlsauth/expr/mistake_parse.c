/* SPDX-License-Identifier: BSD-2-Clause */
/* mistake_parse.c - see mistake.h: tokens that are each fine and stand in the wrong place. */
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "expr/mistake.h"

/* Room for a mend that repeats some tokens. */
#define MEND (3 * MA_SOURCE_SHOWN + 96)

#define FAIL(lexer, at, mend, ...)                                                                 \
    ma_source_fail((lexer)->source, (lexer)->err, MTLSAUTH_E_SYNTAX, (at), (mend), __VA_ARGS__)

/* Writes a token with quotes around it, unless it is a string and has its own. */
static bool show(const ma_lexer_t *lexer, const ma_lexeme_t *token, char room[MA_SOURCE_SHOWN + 2])
{
    char text[MA_SOURCE_SHOWN];
    const bool whole = ma_source_show(lexer->source, token->span, text);
    const char *quote = token->sign == MA_SIGN_STRING ? "" : "\"";

    if (token->sign == MA_SIGN_END) {
        snprintf(room, MA_SOURCE_SHOWN + 2, "the end");
        return false;
    }
    snprintf(room, MA_SOURCE_SHOWN + 2, "%s%s%s", quote, text, quote);
    return whole;
}

int ma_wrong_open(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *open)
{
    const char *what = open->mark == '{'   ? "a set"
                       : open->mark == '[' ? "an index"
                                           : "a parenthesis";
    const char closing = open->mark == '{' ? '}' : open->mark == '[' ? ']' : ')';
    char mend[32], shown[MA_SOURCE_SHOWN + 2];

    snprintf(mend, sizeof(mend), "close it with %c", closing);
    if (found->sign == MA_SIGN_END)
        return FAIL(lexer, open->span.start, mend, "%s begins here and is never closed", what);
    (void)show(lexer, found, shown);
    return FAIL(lexer, found->span.start, mend, "%s does not close %s", shown, what);
}

/* Words of other languages, and what was meant. */
static const char *foreign(const ma_lexeme_t *name)
{
    static const char *const words[][2] = {
        { "is", "write eq" },
        { "equals", "write eq" },
        { "equal", "write eq" },
        { "isnt", "write ne" },
        { "unequal", "write ne" },
        { "like", "write wildcard" },
        { "glob", "write wildcard" },
        { "ilike", "write wildcard" },
        { "regex", "write matches" },
        { "regexp", "write matches" },
        { "match", "write matches" },
        { "has", "write contains" },
        { "includes", "write contains" },
        { "contain", "write contains" },
        { "under", "write lt" },
        { "over", "write gt" },
        { "between", "write in with a range in a set, as in {1..9}" },
        { "starts_with", "write starts_with(field, \"text\")" },
        { "startswith", "write starts_with(field, \"text\")" },
        { "ends_with", "write ends_with(field, \"text\")" },
        { "endswith", "write ends_with(field, \"text\")" },
    };
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (name->text.size == strlen(words[i][0])
            && memcmp(name->text.data, words[i][0], name->text.size) == 0)
            return words[i][1];
    return NULL;
}

/* A name where an operator should be. */
static int wrong_name(const ma_lexer_t *lexer, const ma_lexeme_t *name, bool value)
{
    static const char *const words[] = { "and", "or", "xor", "eq", "ne", "lt", "le", "gt", "ge",
                                         "in", "contains", "wildcard", "strict wildcard",
                                         "matches" };
    const size_t count = value ? sizeof(words) / sizeof(words[0]) : 3;
    const char *mend = value ? foreign(name) : NULL, *near;
    char word[MA_SOURCE_SHOWN], text[MEND];

    (void)ma_source_show(lexer->source, name->span, word);
    near = ma_suggest(word, words, count);
    if (mend == NULL && near != NULL) {
        snprintf(text, sizeof(text), "did you mean %s?", near);
        mend = text;
    }
    if (mend == NULL)
        mend =
            value ? "write an operator, as in name eq \"text\"" : "join conditions with and or or";
    return FAIL(lexer, name->span.start, mend,
                value ? "expected an operator, and, or, xor or the end, found \"%s\""
                      : "expected and, or, xor or the end, found \"%s\"",
                word);
}

/* `x not in`, `x not eq` */
static int misplaced_not(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *value)
{
    char left[MA_SOURCE_SHOWN], mend[MEND] = "write it there, or write and in front of it";

    if (value == NULL || value->kind == MA_EXPR_COMPARE)
        return FAIL(lexer, found->span.start, "join conditions with and or or",
                    "expected and, or, xor or the end, found not");
    if (ma_source_show(lexer->source, value->span, left))
        snprintf(mend, sizeof(mend), "write not %s in { ... }, or ne for not eq", left);
    return FAIL(lexer, found->span.start, mend, "not stands in front of the field, not behind it");
}

/* A literal right behind an operand. */
static int loose_literal(const ma_lexer_t *lexer, const ma_lexeme_t *found,
                         const ma_expr_t *operand)
{
    const bool compared = operand != NULL && operand->kind == MA_EXPR_COMPARE;
    const bool value = operand != NULL && !compared;
    char left[MA_SOURCE_SHOWN], shown[MA_SOURCE_SHOWN + 2], text[MA_SOURCE_SHOWN];
    char mend[MEND] = "write an operator between them, as eq";

    (void)show(lexer, found, shown);
    if (value) {
        const bool whole = ma_source_show(lexer->source, operand->span, left);
        if (ma_source_show(lexer->source, found->span, text) && whole)
            snprintf(mend, sizeof(mend), "write %s eq %s", left, text);
        return FAIL(lexer, found->span.start, mend, "expected an operator, found %s", shown);
    }
    return FAIL(lexer, found->span.start,
                compared ? "several values go in a set: in { ... }"
                         : "join conditions with and or or",
                "expected and, or, xor or the end, found %s", shown);
}

int ma_wrong_operator(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_expr_t *operand)
{
    const bool value = operand != NULL && operand->kind != MA_EXPR_COMPARE;
    char shown[MA_SOURCE_SHOWN + 2];

    (void)show(lexer, found, shown);
    switch (found->sign) {
    case MA_SIGN_NAME:
        return wrong_name(lexer, found, value);
    case MA_SIGN_NOT:
        return misplaced_not(lexer, found, operand);
    case MA_SIGN_COMPARE:
    case MA_SIGN_STRICT:
        if (operand == NULL)
            return FAIL(lexer, found->span.start,
                        "compare inside the parentheses; join conditions with and or or",
                        "%s stands behind parentheses, which are no value", shown);
        return FAIL(lexer, found->span.start, "write two comparisons, joined by and",
                    "comparisons do not chain: %s stands behind a whole comparison", shown);
    case MA_SIGN_STRING:
    case MA_SIGN_INT:
    case MA_SIGN_ADDRESS:
    case MA_SIGN_RANGE:
    case MA_SIGN_BOOL:
        return loose_literal(lexer, found, operand);
    default:
        break;
    }
    if (ma_lexeme_is(found, ')') || ma_lexeme_is(found, '}') || ma_lexeme_is(found, ']'))
        return FAIL(lexer, found->span.start, "remove it", "%s closes nothing", shown);
    if (ma_lexeme_is(found, '{') && value)
        return FAIL(lexer, found->span.start, "write in in front of the set",
                    "expected an operator, found a set");
    if (ma_lexeme_is(found, ','))
        return FAIL(lexer, found->span.start, "join conditions with and or or",
                    "a comma joins no conditions");
    return FAIL(lexer, found->span.start, "join conditions with and or or",
                "expected and, or, xor or the end, found %s", shown);
}

/* "Behind what?", for what is missing. */
static void name_behind(const ma_lexer_t *lexer, const ma_lexeme_t *behind, char *out, size_t room)
{
    char shown[MA_SOURCE_SHOWN + 2];

    out[0] = '\0';
    if (behind->sign == MA_SIGN_END)
        return;
    (void)show(lexer, behind, shown);
    snprintf(out, room, " behind %s", shown);
}

int ma_wrong_operand(const ma_lexer_t *lexer, const ma_lexeme_t *found, const ma_lexeme_t *behind)
{
    const bool many = found->sign == MA_SIGN_RANGE
                   || (found->sign == MA_SIGN_ADDRESS && found->low.number >= 0);
    char shown[MA_SOURCE_SHOWN + 2], where[MA_SOURCE_SHOWN + 16], text[MA_SOURCE_SHOWN], mend[MEND];

    (void)show(lexer, found, shown);
    name_behind(lexer, behind, where, sizeof(where));
    if (found->sign == MA_SIGN_END)
        return FAIL(lexer, found->span.start, "write one, or remove what asks for it",
                    "a condition is missing%s: the text ends", where);
    if (ma_lexeme_is(found, ')') && ma_lexeme_is(behind, '('))
        return FAIL(lexer, found->span.start, "write a condition between them, or remove them",
                    "the parentheses are empty");
    if (ma_lexeme_is(found, ')') || ma_lexeme_is(found, '}') || ma_lexeme_is(found, ']'))
        return FAIL(lexer, found->span.start, "write a condition, or remove it",
                    "a condition is missing in front of %s", shown);
    if (found->sign == MA_SIGN_AND || found->sign == MA_SIGN_OR || found->sign == MA_SIGN_XOR)
        return FAIL(lexer, found->span.start, "write one, or remove the operator",
                    "a condition is missing in front of %s", shown);
    if (found->sign == MA_SIGN_COMPARE || found->sign == MA_SIGN_STRICT)
        return FAIL(lexer, found->span.start, "repeat the field: each comparison has its own",
                    "a field is missing in front of %s", shown);
    if (found->sign == MA_SIGN_BOOL)
        return FAIL(lexer, found->span.start, "write a field or a comparison",
                    "%s alone is no condition", shown);
    if (found->sign != MA_SIGN_MARK) {
        snprintf(mend, sizeof(mend), "write the field first, as in name eq \"text\"");
        if (ma_source_show(lexer->source, found->span, text))
            snprintf(mend, sizeof(mend), "write the field first: name %s%s%s",
                     many ? "in {" : "eq ", text, many ? "}" : "");
        return FAIL(lexer, found->span.start, mend, "a condition cannot begin with %s", shown);
    }
    if (ma_lexeme_is(found, '{'))
        return FAIL(lexer, found->span.start,
                    "write ( ) around conditions; in front of a set, a field and in",
                    "a condition cannot begin with a set");
    return FAIL(lexer, found->span.start, "write a field, a function, not or (",
                "a condition cannot begin with %s", shown);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lex.c - see lex.h.
 *
 * Bad bytes are looked for once, at the start; what lies in front of the first one is all that the
 * other functions see. A word is a run of all that can be part of a name, a number or an address,
 * so that `12abc` or `a:b` is one token and can be told as one mistake.
 */
#include "expr/lex.h"

#include <string.h>

#include "base/utf8.h"
#include "expr/mistake.h"

static uint8_t peek(const ma_lexer_t *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->end ? lexer->source->text.data[lexer->at + ahead] : 0;
}

/* Length of the good character at `at`, 0 if it is to be refused. */
static size_t good_character(const uint8_t *at, size_t left)
{
    uint32_t code;
    size_t length;

    if (*at == '\t' || *at == '\n')
        return 1;
    if (*at == '\r')
        return left > 1 && at[1] == '\n' ? 1 : 0;
    length = ma_utf8_read((const char *)at, left, &code);
    return length > 0 && ma_utf8_shows(code) ? length : 0;
}

void ma_lexer_start(ma_lexer_t *lexer, const ma_source_t *source, ma_arena_t *arena,
                    mtlsauth_error_t **err)
{
    const ma_bytes_t text = source->text;
    size_t length;

    *lexer = (ma_lexer_t) { .source = source, .arena = arena, .err = err };
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        lexer->at = 3;
    for (lexer->end = lexer->at; lexer->end < text.size; lexer->end += length) {
        length = good_character(text.data + lexer->end, text.size - lexer->end);
        if (length == 0)
            break;
    }
}

/* White space, and comments from # to the end of the line. */
static void skip_blanks(ma_lexer_t *lexer)
{
    for (; lexer->at < lexer->end; lexer->at++) {
        if (peek(lexer, 0) == '#')
            while (lexer->at + 1 < lexer->end && peek(lexer, 1) != '\n')
                lexer->at++;
        else if (strchr(" \t\r\n", peek(lexer, 0)) == NULL)
            return;
    }
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool in_word(uint8_t c)
{
    return is_letter(c) || (c >= '0' && c <= '9') || (c != 0 && strchr(".:/%@-", c) != NULL);
}

/* Letters, digits and _ in parts that begin with a letter, joined by single dots. */
static bool is_name(ma_bytes_t word)
{
    bool begins = true;
    size_t i;

    for (i = 0; i < word.size; i++) {
        const uint8_t c = word.data[i];
        if (begins ? !is_letter(c) : !is_letter(c) && c != '.' && (c < '0' || c > '9'))
            return false;
        begins = c == '.';
    }
    return word.size > 0 && !begins;
}

static const struct {
    const char *text;
    ma_sign_t sign;
    ma_op_t op;
} words[] = {
    { "and", MA_SIGN_AND, 0 },
    { "or", MA_SIGN_OR, 0 },
    { "xor", MA_SIGN_XOR, 0 },
    { "not", MA_SIGN_NOT, 0 },
    { "eq", MA_SIGN_COMPARE, MA_OP_EQ },
    { "ne", MA_SIGN_COMPARE, MA_OP_NE },
    { "lt", MA_SIGN_COMPARE, MA_OP_LT },
    { "le", MA_SIGN_COMPARE, MA_OP_LE },
    { "gt", MA_SIGN_COMPARE, MA_OP_GT },
    { "ge", MA_SIGN_COMPARE, MA_OP_GE },
    { "contains", MA_SIGN_COMPARE, MA_OP_CONTAINS },
    { "wildcard", MA_SIGN_COMPARE, MA_OP_WILDCARD },
    { "strict", MA_SIGN_STRICT, 0 },
    { "matches", MA_SIGN_COMPARE, MA_OP_MATCHES },
    { "in", MA_SIGN_COMPARE, MA_OP_IN },
    { "true", MA_SIGN_BOOL, 0 },
    { "false", MA_SIGN_BOOL, 0 },
}, marks[] = { /* the longer ones first */
    { "&&", MA_SIGN_AND, 0 },
    { "||", MA_SIGN_OR, 0 },
    { "^^", MA_SIGN_XOR, 0 },
    { "==", MA_SIGN_COMPARE, MA_OP_EQ },
    { "!=", MA_SIGN_COMPARE, MA_OP_NE },
    { "<=", MA_SIGN_COMPARE, MA_OP_LE },
    { ">=", MA_SIGN_COMPARE, MA_OP_GE },
    { "<", MA_SIGN_COMPARE, MA_OP_LT },
    { ">", MA_SIGN_COMPARE, MA_OP_GT },
    { "~", MA_SIGN_COMPARE, MA_OP_MATCHES },
    { "!", MA_SIGN_NOT, 0 },
    { "(", MA_SIGN_MARK, 0 },
    { ")", MA_SIGN_MARK, 0 },
    { "{", MA_SIGN_MARK, 0 },
    { "}", MA_SIGN_MARK, 0 },
    { "[", MA_SIGN_MARK, 0 },
    { "]", MA_SIGN_MARK, 0 },
    { ",", MA_SIGN_MARK, 0 },
    { "*", MA_SIGN_MARK, 0 },
};

/* A name, one of the language's words, a number or an address. */
static int read_word(ma_lexer_t *lexer, ma_lexeme_t *out)
{
    const uint8_t *text = lexer->source->text.data;
    size_t i;

    while (in_word(peek(lexer, 0)))
        lexer->at++;
    out->span.end = (uint32_t)lexer->at;
    out->text = (ma_bytes_t) { text + out->span.start, out->span.end - out->span.start };
    if (!is_name(out->text))
        return ma_lex_number(lexer, out);
    out->sign = MA_SIGN_NAME;
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (out->text.size == strlen(words[i].text)
            && memcmp(out->text.data, words[i].text, out->text.size) == 0) {
            out->sign = words[i].sign;
            out->op = words[i].op;
            out->low.number = words[i].text[0] == 't';
            return 0;
        }
    return ma_wrong_case(lexer->source, lexer->err, out);
}

/* Operators and brackets. What looks like an operator of another language is told as that. */
static int read_mark(ma_lexer_t *lexer, ma_lexeme_t *out)
{
    const uint8_t *at = lexer->source->text.data + lexer->at;
    const size_t left = lexer->end - lexer->at;
    size_t i;
    int ret = ma_wrong_mark(lexer->source, lexer->err, out->span.start, lexer->end);

    if (ret != 0)
        return ret;
    for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const size_t length = strlen(marks[i].text);
        if (left < length || memcmp(at, marks[i].text, length) != 0)
            continue;
        out->sign = marks[i].sign;
        out->op = marks[i].op;
        out->mark = (char)*at;
        lexer->at += length;
        return 0;
    }
    return ma_wrong_character(lexer->source, lexer->err, out->span.start);
}

int ma_lexer_next(ma_lexer_t *lexer, bool pattern, ma_lexeme_t *lexeme)
{
    ma_lexeme_t read = { .sign = MA_SIGN_END };
    uint8_t c;
    int ret = 0;

    skip_blanks(lexer);
    read.span = (ma_span_t) { (uint32_t)lexer->at, (uint32_t)lexer->at };
    c = peek(lexer, 0);
    if (lexer->at >= lexer->end && lexer->end < lexer->source->text.size)
        return ma_wrong_byte(lexer->source, lexer->err, lexer->end);
    if (lexer->at >= lexer->end)
        ret = 0;
    else if (c == '"' || c == '\'')
        ret = ma_lex_quoted(lexer, pattern, &read);
    else if (c == 'r' && (peek(lexer, 1) == '"' || peek(lexer, 1) == '#'))
        ret = ma_lex_raw(lexer, &read);
    else if (in_word(c))
        ret = read_word(lexer, &read);
    else
        ret = read_mark(lexer, &read);
    if (ret != 0)
        return ret;
    read.span.end = (uint32_t)lexer->at;
    *lexeme = read;
    return 0;
}

bool ma_lexeme_is(const ma_lexeme_t *lexeme, char mark)
{
    return lexeme->sign == MA_SIGN_MARK && lexeme->mark == mark;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mistake_string.c - see mistake.h: strings that do not end, end too early, or hold no escape. */
#include <stdio.h>
#include <string.h>

#include "base/encode.h"
#include "expr/mistake.h"

int ma_wrong_open_string(const ma_lexer_t *lexer, size_t at, const char *closing)
{
    const uint8_t *text = lexer->source->text.data + at;
    char mend[96];

    if (memchr(text, '\n', lexer->end - at) != NULL) {
        snprintf(mend, sizeof(mend), "close it with %s; a line end in a string is written as a "
                 "backslash and x0a", closing);
        return ma_source_fail(lexer->source, lexer->err, MTLSAUTH_E_SYNTAX, at, mend,
                              "a string begins here and is not closed on its line");
    }
    if (lexer->end < lexer->source->text.size)
        return ma_wrong_byte(lexer->source, lexer->err, lexer->end);
    snprintf(mend, sizeof(mend), "close it with %s", closing);
    return ma_source_fail(lexer->source, lexer->err, MTLSAUTH_E_SYNTAX, at, mend,
                          "a string begins here and is never closed");
}

/* The words that may stand directly behind a quote, though nobody writes so. */
static bool joins(const uint8_t *at, size_t size)
{
    static const char *const words[] = { "and", "or", "xor" };
    size_t i;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (size == strlen(words[i]) && memcmp(at, words[i], size) == 0)
            return true;
    return false;
}

static bool is_text(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
}

int ma_wrong_quote(const ma_lexer_t *lexer, const ma_lexeme_t *string)
{
    const uint8_t *text = lexer->source->text.data;
    const size_t at = string->span.end;
    const bool single = string->quote == MA_QUOTE_SINGLE;
    size_t size = 0;
    char shown[MA_SOURCE_SHOWN];

    while (at + size < lexer->end && is_text(text[at + size]))
        size++;
    if (size == 0 || joins(text + at, size))
        return 0;
    (void)ma_source_show(lexer->source, string->span, shown);
    return ma_source_fail(lexer->source, lexer->err, MTLSAUTH_E_SYNTAX, at,
                          single ? "put a backslash in front of a ' that belongs to the string, or "
                                   "put the string in double quotes"
                                 : "put a backslash in front of a \" that belongs to the string",
                          "the string %s has ended in front of \"%.*s\"", shown,
                          (int)(size < 32 ? size : 32), (const char *)text + at);
}

int ma_wrong_escape(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    static const struct {
        char letter;
        const char *mend;
    } known[] = {
        { 'n', "write a line feed as a backslash and x0a" },
        { 'r', "write a carriage return as a backslash and x0d" },
        { 't', "write a tab as a backslash and x09" },
        { '0', "write a NUL as a backslash and x00" },
        { 'x', "two hex digits follow a backslash and x" },
        { 'u', "write the character itself, or each of its bytes as a backslash, x and two hex "
               "digits" },
    };
    const char *text = (const char *)source->text.data + at + 1;
    const char *mend = "for a backslash write two, or use a raw string, r\"...\"";
    size_t length = ma_utf8_length(text, source->text.size - at - 1), i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (*text == known[i].letter)
            mend = known[i].mend;
    if (*text >= '1' && *text <= '9')
        mend = "three octal digits, 000 to 377, follow a backslash, or x and two hex digits";
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, mend,
                          "a backslash in front of \"%.*s\" is no escape",
                          (int)length, text);
}

int ma_wrong_tab(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at,
                          "write a blank, or a backslash and x09 between plain quotes",
                          "a tab inside a string looks like blanks");
}

int ma_wrong_raw(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at,
                          "write r#\"...\"# for a raw string, and a blank in front of a comment",
                          "r# begins a raw string, and no quote follows");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mistake.c - see mistake.h: characters, and operators that other languages have. */
#include "expr/mistake.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

int ma_wrong_byte(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    static const char mend[] = "remove it; in a string, write a backslash, x and two hex digits"
                               " for each byte";
    const uint8_t c = source->text.data[at];
    uint32_t code;

    if (c == '\r')
        return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, "end lines with LF or CRLF",
                              "a carriage return without a line feed: it looks like a line end and "
                              "is none");
    if (c < 0x80)
        return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, mend, "control character 0x%02x",
                              (unsigned)c);
    if (ma_utf8_read((const char *)source->text.data + at, source->text.size - at, &code) == 0)
        return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, mend, "byte 0x%02x is not UTF-8",
                              (unsigned)c);
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, mend,
                          "invisible character U+%04X: the line would look other than it reads",
                          (unsigned)code);
}

/* Characters of word processors, and what was meant. */
static const struct {
    uint32_t first;
    uint32_t last;
    const char *what;
    const char *mend;
} strangers[] = {
    { 0x2018, 0x201f, "a typographic quote", "write straight quotes, \" or '" },
    { 0x00ab, 0x00ab, "a typographic quote", "write straight quotes, \" or '" },
    { 0x00bb, 0x00bb, "a typographic quote", "write straight quotes, \" or '" },
    { 0x2032, 0x2033, "a typographic quote", "write straight quotes, \" or '" },
    { 0x2010, 0x2015, "a typographic dash", "write -" },
    { 0x2212, 0x2212, "a typographic dash", "write -" },
    { 0x00a0, 0x00a0, "a blank that is not the usual one", "write an ordinary blank" },
    { 0x2000, 0x200a, "a blank that is not the usual one", "write an ordinary blank" },
    { 0x202f, 0x202f, "a blank that is not the usual one", "write an ordinary blank" },
    { 0x3000, 0x3000, "a blank that is not the usual one", "write an ordinary blank" },
    { 0x2260, 0x2260, "a mark of mathematics", "write ne" },
    { 0x2264, 0x2264, "a mark of mathematics", "write le" },
    { 0x2265, 0x2265, "a mark of mathematics", "write ge" },
    { 0x2227, 0x2227, "a mark of mathematics", "write and" },
    { 0x2228, 0x2228, "a mark of mathematics", "write or" },
    { 0x00ac, 0x00ac, "a mark of mathematics", "write not" },
};

static int stranger(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    uint32_t code = 0;
    size_t i, length = ma_utf8_read((const char *)source->text.data + at, source->text.size - at,
                                    &code);

    for (i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
        if (code >= strangers[i].first && code <= strangers[i].last)
            return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, strangers[i].mend,
                                  "U+%04X is %s", (unsigned)code, strangers[i].what);
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at,
                          "put text in quotes",
                          "\"%.*s\", U+%04X, stands outside a string, where all is ASCII",
                          (int)length, (const char *)source->text.data + at, (unsigned)code);
}

int ma_wrong_character(const ma_source_t *source, mtlsauth_error_t **err, size_t at)
{
    static const struct {
        char c;
        const char *what;
        const char *mend;
    } known[] = {
        { '$', "lists with names are not known", "write the items: in { ... }" },
        { '`', "it quotes nothing", "write straight quotes, \" or '" },
        { ';', "an expression is not ended by it", "remove it" },
        { '\\', "escapes stand in strings only", "remove it" },
        { '?', "there is no choice between values", "write two rules" },
        { '+', "there is no arithmetic", "strings are joined by concat(...)" },
    };
    const uint8_t c = source->text.data[at];
    size_t i;

    if (c >= 0x80)
        return stranger(source, err, at);
    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (c == (uint8_t)known[i].c)
            return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, known[i].mend,
                                  "unexpected \"%c\": %s", c, known[i].what);
    return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, "remove it; put text in quotes",
                          "unexpected \"%c\"", c);
}

int ma_wrong_mark(const ma_source_t *source, mtlsauth_error_t **err, size_t at, size_t end)
{
    static const struct {
        const char *text; /* the longer ones first */
        const char *good; /* not a mistake: all of this stands there */
        const char *mend;
    } known[] = {
        { "===", NULL, "write eq or ==" },
        { "!==", NULL, "write ne or !=" },
        { "=~", NULL, "write matches or ~" },
        { "!~", NULL, "write not in front of the field, and matches" },
        { "<>", NULL, "write ne or !=" },
        { "=>", NULL, "write ge or >=" },
        { "=<", NULL, "write le or <=" },
        { "=!", NULL, "write ne or !=" },
        { "&&&", NULL, "write and or &&" },
        { "|||", NULL, "write or or ||" },
        { "=", "==", "write eq or ==" },
        { "&", "&&", "write and or &&" },
        { "|", "||", "write or or ||" },
        { "^", "^^", "write xor or ^^" },
    };
    const char *text = (const char *)source->text.data + at;
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const size_t size = strlen(known[i].text);
        if (end - at < size || memcmp(text, known[i].text, size) != 0)
            continue;
        if (known[i].good != NULL && end - at >= 2 && memcmp(text, known[i].good, 2) == 0)
            return 0;
        return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, at, known[i].mend,
                              "\"%s\" is no operator", known[i].text);
    }
    return 0;
}

int ma_wrong_case(const ma_source_t *source, mtlsauth_error_t **err, const ma_lexeme_t *name)
{
    static const char *const words[] = { "and", "or", "xor", "not", "eq", "ne", "lt", "le", "gt",
                                         "ge", "contains", "wildcard", "strict", "matches", "in",
                                         "true", "false", "any", "all" };
    char lower[16], mend[32];
    size_t i;

    if (name->text.size >= sizeof(lower))
        return 0;
    for (i = 0; i < name->text.size; i++) {
        const char c = (char)name->text.data[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    lower[i] = '\0';
    if (memcmp(lower, name->text.data, i) == 0)
        return 0;
    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(lower, words[i]) == 0) {
            snprintf(mend, sizeof(mend), "write %s", lower);
            return ma_source_fail(source, err, MTLSAUTH_E_SYNTAX, name->span.start, mend,
                                  "\"%.*s\" is not in lower case, as the words of the language are",
                                  (int)name->text.size, (const char *)name->text.data);
        }
    return 0;
}

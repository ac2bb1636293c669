/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lex.c - see lex.h.
 *
 * Bad bytes are looked for once, at the start; what lies in front of the first one is all that the
 * other functions see. They report it when they come to that end, so mistakes are found in order.
 */
#include "policy/lex.h"

#include <stdio.h>
#include <string.h>

#include "base/encode.h"

#define MARKS "=:;,{}()[]"

static bool starts(const ma_lex_t *lex, const char *two)
{
    return lex->end - lex->at >= 2 && memcmp(lex->at, two, 2) == 0;
}

static ma_pos_t here(const ma_lex_t *lex)
{
    return (ma_pos_t) { lex->file, lex->line, (unsigned)(lex->at - lex->line_start) + 1 };
}

/* Length of the good character at `at`, 0 if it is to be refused. */
static size_t good_character(const uint8_t *at, size_t left)
{
    size_t length;

    if (*at == '\r')
        return left > 1 && at[1] == '\n' ? 1 : 0;
    if (*at < 0x80)
        return (*at >= 0x20 && *at != 0x7f) || *at == '\t' || *at == '\n' ? 1 : 0;
    length = ma_utf8_length((const char *)at, left);
    if (length == 2 && at[0] == 0xc2 && at[1] < 0xa0) /* C1 controls */
        return 0;
    if (length == 3 && at[0] == 0xe2
        && ((at[1] == 0x80 && at[2] >= 0xa8 && at[2] <= 0xae)      /* line ends, text direction */
            || (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9))) /* text direction */
        return 0;
    return length;
}

/* Says what is wrong with the byte at the end of the good text. */
static int fail_byte(const ma_lex_t *lex)
{
    static const char escape[] = "remove it; in a string, write a backslash, x and two hex digits"
                                 " for each byte";
    const uint8_t *at = lex->end;
    size_t length = ma_utf8_length((const char *)at, (size_t)(lex->text_end - at));
    ma_pos_t pos = here(lex);
    unsigned code;

    if (*at == 0)
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos, "remove it: a policy is plain text",
                       "a NUL byte: libconfig would drop all that follows");
    if (*at == '\r')
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos, "end lines with LF or CRLF",
                       "a carriage return without a line feed: it looks like a line end and is "
                       "none");
    if (*at < 0x80)
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos, escape, "control character 0x%02x",
                       (unsigned)*at);
    if (length == 0)
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos,
                       "save the file as UTF-8; in a string, any byte can be written as a "
                       "backslash, x and two hex digits",
                       "byte 0x%02x is not UTF-8", (unsigned)*at);
    code = length == 2 ? (at[0] & 0x1fu) << 6 | (at[1] & 0x3fu)
                       : (at[0] & 0x0fu) << 12 | (at[1] & 0x3fu) << 6 | (at[2] & 0x3fu);
    return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos, escape,
                   "invisible character U+%04X: the line would look other than it reads", code);
}

void ma_lex_start(ma_lex_t *lex, const char *file, ma_bytes_t text, ma_arena_t *arena,
                  mtlsauth_error_t **err)
{
    size_t i = 0, length;

    if (text.size == 0) /* there may be no pointer to add to */
        text.data = (const uint8_t *)"";
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        i = 3;
    *lex = (ma_lex_t) { .file = file, .at = text.data + i, .line_start = text.data + i, .line = 1,
                        .text_end = text.data + text.size, .arena = arena, .err = err };
    lex->next_comment = &lex->comments;
    for (; i < text.size; i += length) {
        length = good_character(text.data + i, text.size - i);
        if (length == 0)
            break;
    }
    lex->end = text.data + i;
}

/* Moves on by one byte. */
static void step(ma_lex_t *lex)
{
    if (*lex->at++ == '\n') {
        lex->line++;
        lex->line_start = lex->at;
    }
}

static int add_comment(ma_lex_t *lex, const ma_pos_t *pos, const uint8_t *start)
{
    size_t size = (size_t)(lex->at - start);
    ma_comment_t *comment = ma_arena_alloc(lex->arena, sizeof(*comment));
    char *text = ma_arena_copy(lex->arena, start, size);

    if (comment == NULL || text == NULL)
        return ma_fail_memory(lex->err);
    comment->pos = *pos;
    comment->text = (ma_bytes_t) { (const uint8_t *)text, size };
    *lex->next_comment = comment;
    lex->next_comment = &comment->next;
    return 0;
}

/* From # or // to the end of the line, which is left. */
static int line_comment(ma_lex_t *lex)
{
    const uint8_t *start = lex->at;
    ma_pos_t pos = here(lex);

    while (lex->at < lex->end && *lex->at != '\n' && *lex->at != '\r')
        lex->at++;
    return add_comment(lex, &pos, start);
}

/*
 * A comment that begins inside another means most often that the first was not closed where its
 * author thought, and that libconfig would drop the settings between. Only after white space: a
 * glob in a path has the same two characters.
 */
static bool begins_inside(const ma_lex_t *lex)
{
    return starts(lex, "/*") && strchr(" \t\n", lex->at[-1]) != NULL;
}

static int block_comment(ma_lex_t *lex)
{
    const uint8_t *start = lex->at;
    ma_pos_t pos = here(lex), inner;

    lex->at += 2;
    while (lex->at < lex->end && !starts(lex, "*/")) {
        if (begins_inside(lex)) {
            inner = here(lex);
            return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &inner,
                           "close the first comment with */ where it ends, or remove this /*",
                           "this comment begins inside the one of line %u: what stands between "
                           "would be dropped",
                           pos.line);
        }
        step(lex);
    }
    if (lex->at < lex->end) {
        lex->at += 2;
        return add_comment(lex, &pos, start);
    }
    if (lex->end < lex->text_end)
        return fail_byte(lex);
    return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, &pos, "close it with */",
                   "this comment is never closed: all that follows would be dropped");
}

/* Skips white space and comments. */
static int skip(ma_lex_t *lex)
{
    int ret = 0;

    while (ret == 0 && lex->at < lex->end) {
        if (*lex->at == '#' || starts(lex, "//"))
            ret = line_comment(lex);
        else if (starts(lex, "/*"))
            ret = block_comment(lex);
        else if (strchr(" \t\r\n", *lex->at) != NULL)
            step(lex);
        else
            break;
    }
    return ret;
}

static int string_token(ma_lex_t *lex, const ma_pos_t *pos)
{
    lex->at++;
    while (lex->at < lex->end && *lex->at != '"' && *lex->at != '\n') {
        if (*lex->at == '\\' && lex->end - lex->at >= 2 && lex->at[1] != '\n')
            lex->at++;
        lex->at++;
    }
    if (lex->at == lex->end && lex->end < lex->text_end)
        return fail_byte(lex);
    if (lex->at == lex->end || *lex->at == '\n')
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, pos,
                       "end it with \"; for a line break inside, write a backslash and n",
                       "this string is not closed on its line");
    lex->at++;
    return 0;
}

static bool in_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80
        || c == '_' || c == '*' || c == '.' || c == '+' || c == '-';
}

/* A character that begins no token. */
static int fail_character(const ma_lex_t *lex, const ma_pos_t *pos)
{
    static const char include[] = "@include";
    const size_t size = sizeof(include) - 1;

    if ((size_t)(lex->end - lex->at) >= size && memcmp(lex->at, include, size) == 0)
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, pos,
                       "use an entry { control = \"include\"; file = \"...\"; } in the stack",
                       "@include is not allowed: it can end the server process");
    if (*lex->at == '@')
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, pos, "put text in double quotes",
                       "directives, which begin with @, are not allowed");
    if (*lex->at == '\'')
        return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, pos, "write \" in place of '",
                       "strings take double quotes");
    return ma_fail(lex->err, MTLSAUTH_E_SYNTAX, pos, "put text in double quotes",
                   "\"%c\" cannot stand here", *lex->at);
}

int ma_lex_next(ma_lex_t *lex, ma_token_t *token)
{
    int ret = skip(lex);
    ma_token_t found = { .kind = MA_TOKEN_END, .pos = here(lex), .text = { lex->at, 0 } };

    if (ret != 0)
        return ret;
    if (lex->at == lex->end) {
        if (lex->end < lex->text_end)
            return fail_byte(lex);
    } else if (*lex->at == '"') {
        found.kind = MA_TOKEN_STRING;
        ret = string_token(lex, &found.pos);
    } else if (strchr(MARKS, *lex->at) != NULL) {
        found.kind = MA_TOKEN_MARK;
        lex->at++;
    } else if (in_word(*lex->at)) {
        found.kind = MA_TOKEN_WORD;
        while (lex->at < lex->end && in_word(*lex->at))
            lex->at++;
    } else {
        ret = fail_character(lex, &found.pos);
    }
    if (ret != 0)
        return ret;
    found.end = here(lex);
    found.text.size = (size_t)(lex->at - found.text.data);
    *token = found;
    return 0;
}

bool ma_token_is(const ma_token_t *token, char mark)
{
    return token->kind == MA_TOKEN_MARK && token->text.data[0] == (uint8_t)mark;
}

char ma_token_closing(ma_node_kind_t kind)
{
    if (kind == MA_NODE_GROUP)
        return '}';
    return kind == MA_NODE_LIST ? ')' : ']';
}

bool ma_token_show(const ma_token_t *token, char room[MA_TOKEN_SHOWN])
{
    const char *text = (const char *)token->text.data;
    const char *quote = token->kind == MA_TOKEN_STRING ? "" : "\"";
    size_t size = token->text.size;

    if (token->kind == MA_TOKEN_END) {
        snprintf(room, MA_TOKEN_SHOWN, "the end of the file");
        return false;
    }
    if (size <= MA_TOKEN_SHOWN - 3) {
        snprintf(room, MA_TOKEN_SHOWN, "%s%.*s%s", quote, (int)size, text, quote);
        return memchr(text, '\\', size) == NULL;
    }
    size = MA_TOKEN_SHOWN - 6;
    while (size > 0 && ((uint8_t)text[size] & 0xc0) == 0x80) /* not inside a character */
        size--;
    snprintf(room, MA_TOKEN_SHOWN, "%s%.*s...\"", quote, (int)size, text);
    return false;
}

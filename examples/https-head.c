/* SPDX-License-Identifier: BSD-2-Clause */
/* https-head.c - see https-head.h. */
#include "https-head.h"

#include <string.h>
#include <strings.h>

#define MAX_HEADERS 100

static const char token_characters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
                                       "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";

size_t http_head_size(const char *bytes, size_t size)
{
    for (size_t i = 4; i <= size; i++)
        if (memcmp(bytes + i - 4, "\r\n\r\n", 4) == 0)
            return i;
    return 0;
}

bool http_text_is(http_text_t text, const char *word)
{
    return text.size == strlen(word) && strncasecmp(text.at, word, text.size) == 0;
}

static bool is_token(http_text_t text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] == '\0' || strchr(token_characters, text.at[i]) == NULL)
            return false;
    return text.size > 0;
}

/* Cuts off what stands before the separator. False, with nothing changed, if it is not there. */
static bool cut(http_text_t *rest, const char *separator, http_text_t *out)
{
    size_t n = strlen(separator);

    for (size_t i = 0; i + n <= rest->size; i++) {
        if (memcmp(rest->at + i, separator, n) == 0) {
            *out = (http_text_t) { rest->at, i };
            rest->at += i + n;
            rest->size -= i + n;
            return true;
        }
    }
    return false;
}

static http_text_t trim(http_text_t text)
{
    while (text.size > 0 && (*text.at == ' ' || *text.at == '\t')) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && (text.at[text.size - 1] == ' ' || text.at[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* No control characters: neither a NUL nor a lone CR or LF gets into a text. */
static bool is_clean_line(http_text_t line)
{
    for (size_t i = 0; i < line.size; i++) {
        unsigned char c = (unsigned char)line.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* A path that is spelled in the one plain way: nothing to decode, no empty or dotted segment. */
static bool is_plain_path(http_text_t path)
{
    if (path.size == 0 || path.at[0] != '/')
        return false;
    for (size_t i = 0; i < path.size; i++) {
        char c = path.at[i];
        char next = i + 1 < path.size ? path.at[i + 1] : 'x';
        if (c <= ' ' || c > '~' || strchr("%\\;#", c) != NULL)
            return false;
        if (c == '/' && (next == '/' || next == '.'))
            return false;
    }
    return true;
}

static bool parse_request_line(http_text_t line, http_head_t *head)
{
    http_text_t target;

    if (!cut(&line, " ", &head->method) || !is_token(head->method))
        return false;
    if (!cut(&line, " ", &target))
        return false;
    if (!cut(&target, "?", &head->path))
        head->path = target;
    if (!is_plain_path(head->path))
        return false;
    head->keep_alive = http_text_is(line, "HTTP/1.1");
    return head->keep_alive || http_text_is(line, "HTTP/1.0");
}

static bool parse_header(http_text_t line, http_head_t *head)
{
    http_text_t name, value;

    if (!cut(&line, ":", &name) || !is_token(name))
        return false;
    value = trim(line);
    if (http_text_is(name, "Host")) {
        if (head->host.at != NULL || value.size == 0) /* two hosts: which is judged? */
            return false;
        head->host = value;
    } else if (http_text_is(name, "Connection")) {
        if (!http_text_is(value, "keep-alive"))
            head->keep_alive = false;
    } else if (http_text_is(name, "Content-Length") || http_text_is(name, "Transfer-Encoding")) {
        head->keep_alive = false; /* the body is not read, so nothing after it is understood */
    }
    return true;
}

bool http_head_parse(const char *bytes, size_t size, http_head_t *out)
{
    http_text_t rest = { bytes, size };
    http_text_t line;
    http_head_t head = { 0 };
    bool must_name_host;

    if (!cut(&rest, "\r\n", &line) || !is_clean_line(line) || !parse_request_line(line, &head))
        return false;
    must_name_host = head.keep_alive; /* HTTP/1.1 */
    for (unsigned n = 0; cut(&rest, "\r\n", &line) && line.size > 0; n++)
        if (n == MAX_HEADERS || !is_clean_line(line) || !parse_header(line, &head))
            return false;
    if (must_name_host && head.host.at == NULL)
        return false;
    *out = head;
    return true;
}

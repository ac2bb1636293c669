/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - protocols of lines: STARTTLS of SMTP, LMTP, IMAP, POP3, FTP, NNTP, Sieve and IRC,
 * CONNECT and Upgrade of HTTP; and XMPP, whose lines are tags.
 *
 * They need not be told apart: what is asked for and what is answered says which one it is.
 */
#include <string.h>
#include <strings.h>

#include "audit/find/dialogue.h"

#define MAX_LINE 8192u

enum { ASK_NONE, ASK_STARTTLS, ASK_TAGGED, ASK_STLS, ASK_AUTH, ASK_CONNECT, ASK_UPGRADE };

typedef struct line {
    const char *text; /* not terminated */
    size_t size;
} line_t;

static bool is(line_t line, const char *word)
{
    return line.size == strlen(word) && strncasecmp(line.text, word, line.size) == 0;
}

static bool starts(line_t line, const char *word)
{
    size_t n = strlen(word);

    return line.size >= n && strncasecmp(line.text, word, n) == 0;
}

static bool has(line_t line, const char *word)
{
    size_t n = strlen(word), i;

    for (i = 0; i + n <= line.size; i++)
        if (strncasecmp(line.text + i, word, n) == 0)
            return true;
    return false;
}

/* The octets that a word and a blank take at the start of the line; 0: there is no blank. */
static size_t word_size(line_t line)
{
    const char *blank = memchr(line.text, ' ', line.size);

    return blank != NULL ? (size_t)(blank - line.text) + 1 : 0;
}

/* What a line asks for, and what it would be found in if nobody answers. */
static uint8_t request_of(dialogue_t *dialogue, line_t line, const char **name)
{
    size_t tag;

    if (is(line, "STARTTLS") || is(line, "STLS")) {
        *name = line.size == 4 ? "pop3" : "smtp";
        return line.size == 4 ? ASK_STLS : ASK_STARTTLS;
    }
    if (starts(line, "AUTH TLS") || starts(line, "AUTH SSL")) {
        *name = "ftp";
        return ASK_AUTH;
    }
    if (starts(line, "CONNECT ") && has(line, " HTTP/1.")) {
        *name = "http-connect";
        return ASK_CONNECT;
    }
    if (starts(line, "Upgrade:") && has(line, "TLS/1.")) {
        *name = "http-upgrade";
        return ASK_UPGRADE;
    }
    tag = word_size(line);
    if (tag > 1 && tag <= DIALOGUE_MAX_TAG &&
        is((line_t){line.text + tag, line.size - tag}, "STARTTLS")) {
        memcpy(dialogue->tag, line.text, tag);
        dialogue->tag_size = (uint8_t)tag;
        *name = "imap";
        return ASK_TAGGED;
    }
    return ASK_NONE;
}

static void ask(dialogue_t *dialogue, unsigned from, line_t line)
{
    const char *name = NULL;
    uint8_t kind = request_of(dialogue, line, &name);

    if (kind == ASK_NONE)
        return;
    dialogue->kind = kind;
    dialogue->name = name;
    dialogue->client = from;
    dialogue->asked = true;
}

/* 1: yes, -1: no, 0: that was not the answer. */
static int http_answer(line_t line, const char *status)
{
    if (!starts(line, "HTTP/1.") || line.size < 12)
        return 0;
    return memcmp(line.text + 9, status, strlen(status)) == 0 ? 1 : -1;
}

/* STARTTLS without a tag: who says yes how. */
static int starttls_answer(dialogue_t *dialogue, line_t line)
{
    static const struct {
        const char *yes, *name;
    } rows[] = {{"220 ", "smtp"}, {"382", "nntp"}, {"OK", "sieve"}};
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (starts(line, rows[i].yes)) {
            dialogue->name = rows[i].name;
            return 1;
        }
    if (is(line, "220")) {
        dialogue->name = "smtp";
        return 1;
    }
    if (line.size > 0 && line.text[0] == ':' && has(line, " 670 ")) {
        dialogue->name = "irc";
        return 1;
    }
    if (starts(line, "4") || starts(line, "5") || starts(line, "NO") || starts(line, "BYE") ||
        (starts(line, ":") && has(line, " 691 ")))
        return -1;
    return 0;
}

static int answer_of(dialogue_t *dialogue, line_t line)
{
    size_t tag = dialogue->tag_size;

    switch (dialogue->kind) {
    case ASK_STARTTLS:
        return starttls_answer(dialogue, line);
    case ASK_STLS:
        return starts(line, "+OK") ? 1 : starts(line, "-ERR") ? -1 : 0;
    case ASK_AUTH:
        return starts(line, "234") ? 1 : starts(line, "4") || starts(line, "5") ? -1 : 0;
    case ASK_CONNECT:
        return http_answer(line, "2");
    case ASK_UPGRADE:
        return http_answer(line, "101");
    case ASK_TAGGED:
        if (line.size < tag || memcmp(line.text, dialogue->tag, tag) != 0)
            return 0;
        return starts((line_t){line.text + tag, line.size - tag}, "OK") ? 1 : -1;
    default:
        return 0;
    }
}

static step_t take_line(dialogue_t *dialogue, unsigned from, line_t line)
{
    int answer;

    if (dialogue->taken) /* the header of HTTP goes on to an empty line */
        return from != dialogue->client && line.size == 0 ? STEP_AGAIN : STEP_MORE;
    if (!dialogue->asked || from == dialogue->client) {
        ask(dialogue, from, line);
        return STEP_MORE;
    }
    answer = answer_of(dialogue, line);
    if (answer == 0)
        return STEP_MORE;
    dialogue->asked = answer > 0;
    dialogue->taken = answer > 0;
    if (answer < 0)
        dialogue->name = "";
    if (answer < 0 || dialogue->kind == ASK_CONNECT || dialogue->kind == ASK_UPGRADE)
        return STEP_MORE;
    return STEP_AGAIN;
}

/* The octets to the next delimiter, it included; 0: it has not come. Too long ones are passed over.
 */
static size_t next_line(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                        char delimiter, bool *whole)
{
    const uint8_t *end = size > 0 ? memchr(data, delimiter, size) : NULL;

    *whole = false;
    if (end == NULL) {
        if (size < MAX_LINE)
            return 0;
        dialogue->broken[from] = true;
        return size;
    }
    *whole = !dialogue->broken[from];
    dialogue->broken[from] = false;
    return (size_t)(end - data) + 1;
}

static step_t text_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                        size_t *used)
{
    bool whole;
    size_t n;

    while ((n = next_line(dialogue, from, data + *used, size - *used, '\n', &whole)) > 0) {
        line_t line = {(const char *)data + *used, n};
        *used += n;
        if (!whole)
            continue;
        while (line.size > 0 && strchr("\r\n ", line.text[line.size - 1]) != NULL &&
               line.text[line.size - 1] != '\0')
            line.size--;
        if (take_line(dialogue, from, line) == STEP_AGAIN)
            return STEP_AGAIN;
    }
    return STEP_MORE;
}

/* Each tag is a line. <starttls/> stands also among what the server offers: the answer tells. */
static step_t xmpp_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                        size_t *used)
{
    bool whole;
    size_t n;

    while ((n = next_line(dialogue, from, data + *used, size - *used, '>', &whole)) > 0) {
        line_t line = {(const char *)data + *used, n};
        *used += n;
        if (!whole)
            continue;
        if (has(line, "<starttls"))
            dialogue->phase[from] = 1;
        else if (has(line, "<failure"))
            dialogue->phase[1 - from] = 0;
        else if (has(line, "<proceed") && dialogue->phase[1 - from] != 0) {
            dialogue->name = "xmpp";
            return STEP_AGAIN;
        }
    }
    return STEP_MORE;
}

static bool is_text(uint8_t octet)
{
    return (octet >= ' ' && octet <= '~') || octet == '\r' || octet == '\n' || octet == '\t';
}

static int text_begins(const uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size && i < 8; i++)
        if (!is_text(data[i]))
            return 0;
    return size > 0 ? 1 : -1;
}

static int xmpp_begins(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] != '<')
        return 0;
    return size < 2 ? -1 : data[1] == '?' || data[1] == 's';
}

const protocol_t protocol_text = {"text", text_begins, text_step, true};
const protocol_t protocol_xmpp = {"xmpp", xmpp_begins, xmpp_step, true};

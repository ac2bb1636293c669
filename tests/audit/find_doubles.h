/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find_doubles.h - what find/ hands to, as doubles: they write down what they were given, into the
 * buffer that is the sink's context. {CH} and {SH} stand for hellos, {hex} for octets.
 */
#ifndef TESTS_AUDIT_FIND_DOUBLES_H
#define TESTS_AUDIT_FIND_DOUBLES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/find/find.h"
#include "audit/quic/quic.h"
#include "audit/tls/conversation.h"
#include "audit/tls/dtls.h"
#include "base/buf.h"

#define HELLO_SIZE 55u

struct conversation {
    ma_buf_t *log;
};

/* A ClientHello or ServerHello, whose lengths fit. */
static inline void put_hello(uint8_t *out, uint8_t type)
{
    memset(out, 0x5a, HELLO_SIZE);
    memcpy(out, "\x16\x03\x01\x00\x32", 5);
    out[5] = type;
    memcpy(out + 6, "\x00\x00\x2e\x03\x03", 5);
    memcpy(out + 43, "\x00\x00\x02\x13\x01\x01\x00\x00\x03\x00\x00\x00", 12);
}

/* Text with braces to octets. */
static inline size_t expand(const char *text, uint8_t *out)
{
    size_t n = 0;
    unsigned octet;

    while (*text != '\0') {
        if (*text != '{') {
            out[n++] = (uint8_t)*text++;
        } else if (text[2] == 'H') {
            put_hello(out + n, text[1] == 'C' ? 1 : 2);
            n += HELLO_SIZE;
            text += 4;
        } else {
            for (text++; *text != '}' && sscanf(text, "%2x", &octet) == 1; text += 2)
                out[n++] = (uint8_t)octet;
            text++;
        }
    }
    return n;
}

/* Octets of one direction are one text, in however many parts they came. */
static inline void put_log(ma_buf_t *log, unsigned from, const uint8_t *data, size_t size)
{
    size_t i;

    if (log->size > 1 && log->data[log->size - 1] == '>' &&
        strrchr(log->data, '<')[-1] == "AB"[from]) {
        log->size--;
        log->data[log->size] = '\0';
    } else {
        ma_buf_printf(log, " %c<", "AB"[from]);
    }
    for (i = 0; i < size; i++)
        ma_buf_printf(log, data[i] > ' ' && data[i] < 0x7f ? "%c" : "{%02x}", data[i]);
    ma_buf_byte(log, '>');
}

/* Puts {CH} and {SH} where the hellos are. */
static inline void shorten_log(ma_buf_t *log)
{
    uint8_t type;
    char *at;

    for (type = 1; type <= 2; type++) {
        uint8_t hello[HELLO_SIZE];
        ma_buf_t text;
        ma_buf_init(&text, 0);
        put_hello(hello, type);
        put_log(&text, 0, hello, sizeof(hello));
        text.data[text.size - 1] = '\0'; /* it stands in " A<...>" */
        while (log->size > 0 && (at = strstr(log->data, text.data + 3)) != NULL) {
            size_t n = strlen(text.data + 3);
            memcpy(at, type == 1 ? "{CH}" : "{SH}", 4);
            memmove(at + 4, at + n, strlen(at + n) + 1);
            log->size -= n - 4;
        }
        ma_buf_free(&text);
    }
}

int conversation_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
                     const handshake_sink_t *sink, conversation_t **out)
{
    (void)flow;
    (void)keys;
    *out = malloc(sizeof(**out));
    if (*out == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    (*out)->log = sink->context;
    ma_buf_printf((*out)->log, "%stls(%s)", (*out)->log->size > 0 ? " " : "", found_in);
    return 0;
}

/* An octet of 7 at the end wants to skip three, "*" all the rest. */
uint64_t conversation_bytes(conversation_t *conversation, unsigned from, const uint8_t *data,
                            size_t size, const packet_t *packet)
{
    (void)packet;
    put_log(conversation->log, from, data, size);
    return size == 0 ? 0 : data[size - 1] == '7' ? 3 : data[size - 1] == '*' ? FLOW_SKIP_REST : 0;
}

uint64_t conversation_gap(conversation_t *conversation, unsigned from, uint64_t size,
                          const packet_t *packet)
{
    (void)packet;
    ma_buf_printf(conversation->log, " %c[%u]", "AB"[from], (unsigned)size);
    return 0;
}

void conversation_end(conversation_t *conversation)
{
    ma_buf_text(conversation->log, " end");
}

size_t conversation_memory(const conversation_t *conversation)
{
    return conversation != NULL ? sizeof(*conversation) : 0;
}

void conversation_free(conversation_t *conversation)
{
    free(conversation);
}

int conversation_begins(const uint8_t *data, size_t size)
{
    static const uint8_t record[] = {0x16, 0x03};

    if (memcmp(data, record, size < 2 ? size : 2) != 0)
        return 0;
    return size < 6 ? -1 : data[5] == 1;
}

struct dtls {
    ma_buf_t *log;
};

int dtls_new(const flow_t *flow, const char *found_in, const keylog_t *keys,
             const handshake_sink_t *sink, dtls_t **out)
{
    (void)flow;
    (void)keys;
    *out = malloc(sizeof(**out));
    if (*out == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    (*out)->log = sink->context;
    ma_buf_printf((*out)->log, "dtls(%s)", found_in);
    return 0;
}

void dtls_datagram(dtls_t *dtls, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet)
{
    (void)packet;
    put_log(dtls->log, from, data, size);
}

void dtls_end(dtls_t *dtls)
{
    ma_buf_text(dtls->log, " end");
}

size_t dtls_memory(const dtls_t *dtls)
{
    return dtls != NULL ? 1 : 0;
}

void dtls_free(dtls_t *dtls)
{
    free(dtls);
}

bool dtls_is(const uint8_t *data, size_t size)
{
    return size >= 3 && data[0] >= 0x14 && data[0] <= 0x17 && data[1] == 0xfe;
}

struct quic {
    ma_buf_t *log;
};

int quic_new(const flow_t *flow, const keylog_t *keys, const handshake_sink_t *sink, quic_t **out)
{
    (void)flow;
    (void)keys;
    *out = malloc(sizeof(**out));
    if (*out == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    (*out)->log = sink->context;
    ma_buf_text((*out)->log, "quic");
    return 0;
}

void quic_datagram(quic_t *quic, unsigned from, const uint8_t *data, size_t size,
                   const packet_t *packet)
{
    (void)packet;
    put_log(quic->log, from, data, size);
}

void quic_end(quic_t *quic)
{
    ma_buf_text(quic->log, " end");
}

size_t quic_memory(const quic_t *quic)
{
    return quic != NULL ? 1 : 0;
}

void quic_free(quic_t *quic)
{
    free(quic);
}

bool quic_is(const uint8_t *data, size_t size)
{
    return size >= 5 && data[0] >= 0xc0 && memcmp(data + 1, "\0\0\0\1", 4) == 0;
}

#endif

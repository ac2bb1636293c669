/* SPDX-License-Identifier: BSD-2-Clause */
/* keylog_line.c - see keylog_line.h. */
#include "audit/keys/keylog_line.h"

#include <string.h>

#define MASTER_SIZE 48u
#define RANDOM_SIZE 32u

/* What some programs write for QUIC before these labels. */
static const char quic_prefix[] = "QUIC_";

static const struct {
    const char *text;
    int label; /* -1: known, and of no use */
} labels[] = {
    {"CLIENT_RANDOM", SECRET_MASTER},
    {"CLIENT_EARLY_TRAFFIC_SECRET", SECRET_CLIENT_EARLY},
    {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", SECRET_CLIENT_HANDSHAKE},
    {"SERVER_HANDSHAKE_TRAFFIC_SECRET", SECRET_SERVER_HANDSHAKE},
    {"CLIENT_TRAFFIC_SECRET_0", SECRET_CLIENT_TRAFFIC},
    {"SERVER_TRAFFIC_SECRET_0", SECRET_SERVER_TRAFFIC},
    {"EXPORTER_SECRET", -1},
    {"EARLY_EXPORTER_SECRET", -1},
    {"EARLY_EXPORTER_MASTER_SECRET", -1},
    {"ECH_SECRET", -1},
    {"ECH_CONFIG", -1},
};

/* The next word of a line; blanks are spaces and tabs. Size 0: no more. */
static ma_bytes_t next_word(ma_bytes_t *line)
{
    size_t from = 0, to;
    ma_bytes_t word;

    while (from < line->size && (line->data[from] == ' ' || line->data[from] == '\t'))
        from++;
    to = from;
    while (to < line->size && line->data[to] != ' ' && line->data[to] != '\t')
        to++;
    word = (ma_bytes_t){line->data + from, to - from};
    line->data += to;
    line->size -= to;
    return word;
}

static bool is_word(ma_bytes_t word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.data, text, word.size) == 0;
}

/* Takes a prefix off. */
static bool strip(ma_bytes_t *word, const char *prefix)
{
    size_t size = strlen(prefix);

    if (word->size < size || memcmp(word->data, prefix, size) != 0)
        return false;
    word->data += size;
    word->size -= size;
    return true;
}

static int digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Octets in hex; false unless there are at least one and at most `room`. */
static bool from_hex(ma_bytes_t word, uint8_t *out, size_t room, size_t *size)
{
    size_t i;

    if (word.size == 0 || word.size % 2 != 0 || word.size / 2 > room)
        return false;
    for (i = 0; i < word.size; i += 2) {
        int high = digit(word.data[i]), low = digit(word.data[i + 1]);

        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *size = word.size / 2;
    return true;
}

/* RSA Session-ID:<hex> Master-Key:<hex>, as OpenSSL's s_client prints them. */
static keylog_line_kind_t parse_session(ma_bytes_t line, keylog_line_t *out)
{
    ma_bytes_t id = next_word(&line), master = next_word(&line);

    if (!strip(&id, "Session-ID:") || !strip(&master, "Master-Key:") ||
        !from_hex(id, out->subject, sizeof(out->subject), &out->subject_size) ||
        !from_hex(master, out->secret, sizeof(out->secret), &out->secret_size) ||
        out->secret_size != MASTER_SIZE || next_word(&line).size != 0)
        return KEYLOG_LINE_STRANGE;
    out->label = KEYLOG_SESSION;
    return KEYLOG_LINE_SECRET;
}

/* TLS 1.3 secrets are as long as the hash of the suite: SHA-256 or SHA-384. */
static bool plausible_size(int label, size_t size)
{
    return size == MASTER_SIZE || (size == 32 && label != SECRET_MASTER);
}

static keylog_line_kind_t parse_random(int label, ma_bytes_t line, keylog_line_t *out)
{
    ma_bytes_t random = next_word(&line), secret = next_word(&line);

    if (!from_hex(random, out->subject, sizeof(out->subject), &out->subject_size) ||
        out->subject_size != RANDOM_SIZE ||
        !from_hex(secret, out->secret, sizeof(out->secret), &out->secret_size) ||
        !plausible_size(label, out->secret_size) || next_word(&line).size != 0)
        return KEYLOG_LINE_STRANGE;
    out->label = (unsigned)label;
    return KEYLOG_LINE_SECRET;
}

keylog_line_kind_t keylog_line_parse(const uint8_t *text, size_t size, keylog_line_t *out)
{
    ma_bytes_t line = {text, size}, word;
    size_t i;

    if (size > 0 && text[size - 1] == '\r')
        line.size--;
    word = next_word(&line);
    if (word.size == 0 || word.data[0] == '#')
        return KEYLOG_LINE_NOTHING;
    if (is_word(word, "RSA"))
        return parse_session(line, out);
    (void)strip(&word, quic_prefix);
    for (i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (is_word(word, labels[i].text)) {
            return labels[i].label < 0 ? KEYLOG_LINE_NOTHING
                                       : parse_random(labels[i].label, line, out);
        }
    }
    return KEYLOG_LINE_STRANGE;
}

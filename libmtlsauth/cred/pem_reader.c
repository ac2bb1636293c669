/* SPDX-License-Identifier: BSD-2-Clause */
/* pem_reader.c - see pem_reader.h. Boundaries are found here, line by line; base64 is GnuTLS's. */
#include "cred/pem_reader.h"

#include <string.h>

enum { MAX_BLOCKS = 65536 };

static int fail(ma_pem_reader_t *reader, int status, const char *why)
{
    if (reader->why == NULL)
        reader->why = why;
    return status;
}

static int bad(ma_pem_reader_t *reader, const char *why)
{
    return fail(reader, MTLSAUTH_E_MALFORMED, why);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Cuts `text` off the front or the back. */
static bool cut_front(ma_bytes_t *bytes, const char *text)
{
    size_t size = strlen(text);

    if (bytes->size < size || memcmp(bytes->data, text, size) != 0)
        return false;
    bytes->data += size;
    bytes->size -= size;
    return true;
}

static bool cut_back(ma_bytes_t *bytes, const char *text)
{
    size_t size = strlen(text);

    if (bytes->size < size || memcmp(bytes->data + bytes->size - size, text, size) != 0)
        return false;
    bytes->size -= size;
    return true;
}

static bool is_text(ma_bytes_t bytes, const char *text)
{
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
}

/* ---- lines --------------------------------------------------------------------------------- */

/* Consumes part of a line, or all of it. */
static void consume(ma_pem_reader_t *reader, size_t size)
{
    if (size > 0)
        reader->fresh = reader->text->at[size - 1] == '\n';
    ma_window_skip(reader->text, size);
}

/* Consumes blanks where a line begins: they do not hide a boundary, however many they are. */
static void skip_blanks(ma_pem_reader_t *reader)
{
    ma_window_t *text = reader->text;

    while (ma_window_need(text, 1) && is_blank(*text->at))
        ma_window_skip(text, 1);
}

/*
 * Sees the rest of the line, or as much of a long one as the window usually shows. It is not
 * consumed. 1, 0 at the end of the text, or a negative status.
 */
static int see_line(ma_pem_reader_t *reader, ma_bytes_t *line)
{
    ma_window_t *text = reader->text;
    const uint8_t *newline = NULL;
    size_t size = 0;

    if (reader->fresh)
        skip_blanks(reader);
    while (newline == NULL && size < MA_WINDOW_SIZE && ma_window_need(text, size + 1)) {
        newline = memchr(text->at + size, '\n', ma_window_visible(text) - size);
        size = ma_window_visible(text);
    }
    if (text->status != 0)
        return text->status;
    if (newline != NULL)
        size = (size_t)(newline - text->at) + 1;
    *line = (ma_bytes_t) { text->at, size };
    return size > 0;
}

/* Is it the line of a boundary? Cuts it down to what stands behind `begin`, without blanks. */
static bool is_boundary(const ma_pem_reader_t *reader, ma_bytes_t line, const char *begin,
                        ma_bytes_t *rest)
{
    while (line.size > 0 && is_blank(line.data[line.size - 1]))
        line.size--;
    *rest = line;
    return reader->fresh && cut_front(rest, begin);
}

/* ---- one object ---------------------------------------------------------------------------- */

/* Takes characters of base64 without blanks, as far as there is room; returns how many it saw. */
static size_t take(ma_pem_reader_t *reader, ma_bytes_t line)
{
    size_t i, n = reader->n_pending;

    for (i = 0; i < line.size && n < MA_PEM_PIECE; i++) {
        reader->pending[n] = line.data[i];
        n += is_blank(line.data[i]) ? 0 : 1;
    }
    reader->n_pending = n;
    return i;
}

/* The line is the END of this object, or should be. */
static int end_object(ma_pem_reader_t *reader, ma_bytes_t line, ma_bytes_t rest)
{
    if (!cut_back(&rest, "-----") || rest.size != reader->label_size
        || memcmp(rest.data, reader->label, rest.size) != 0)
        return bad(reader,
                   "an END line that does not match its BEGIN line, or is followed by more");
    consume(reader, line.size);
    reader->ended = true;
    return 0;
}

/* Reads lines until a piece of base64 is full or the object ends. */
static int gather(ma_pem_reader_t *reader)
{
    ma_bytes_t line = { NULL, 0 }, rest;
    int ret = 0;

    while (ret == 0 && !reader->ended && reader->n_pending < MA_PEM_PIECE) {
        ret = see_line(reader, &line);
        if (ret < 0)
            return ret;
        if (ret == 0 && reader->bare)
            reader->ended = true;
        if (ret == 0)
            return reader->bare ? 0 : bad(reader, "a PEM block without an END line");
        ret = 0;
        if (!reader->bare && is_boundary(reader, line, "-----BEGIN ", &rest))
            return bad(reader, "a PEM block without an END line");
        if (!reader->bare && is_boundary(reader, line, "-----END ", &rest))
            ret = end_object(reader, line, rest);
        else
            consume(reader, take(reader, line));
    }
    return ret;
}

static int not_base64(ma_pem_reader_t *reader)
{
    return bad(reader, reader->bare ? "neither DER nor PEM nor base64"
                                    : "a PEM block that is not base64");
}

/* Decodes what was gathered. What follows base64 that is padded is none. */
static int decode(ma_pem_reader_t *reader)
{
    gnutls_datum_t in = { reader->pending, (unsigned)reader->n_pending };
    int ret;

    gnutls_free(reader->decoded.data);
    reader->decoded = (gnutls_datum_t) { NULL, 0 };
    reader->given = 0;
    if (in.size == 0)
        return reader->any ? 0 : not_base64(reader);
    /* GnuTLS would take a '-' for the end of all, and silently leave out what follows. */
    if (reader->padded || memchr(in.data, '-', in.size) != NULL)
        return not_base64(reader);
    reader->padded = reader->pending[reader->n_pending - 1] == '=';
    reader->n_pending = 0;
    ret = gnutls_base64_decode2(&in, &reader->decoded);
    if (ret == GNUTLS_E_MEMORY_ERROR)
        return fail(reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
    if (ret < 0 || reader->decoded.size == 0)
        return not_base64(reader);
    if (reader->bare && !reader->any && reader->decoded.data[0] != MA_DER_SEQUENCE)
        return bad(reader, "base64 of something that is not DER");
    reader->any = true;
    return 0;
}

/* ma_byte_source_t: read */
static int read_object(ma_byte_source_t *source, uint8_t *room, size_t size, size_t *got)
{
    ma_pem_reader_t *reader = (ma_pem_reader_t *)(void *)source;
    size_t left;
    int ret = 0;

    if (reader->given == reader->decoded.size && !(reader->ended && reader->any)) {
        ret = gather(reader);
        if (ret == 0)
            ret = decode(reader);
    }
    if (ret != 0)
        return ret;
    left = reader->decoded.size - reader->given;
    *got = left < size ? left : size;
    if (*got > 0)
        memcpy(room, reader->decoded.data + reader->given, *got);
    reader->given += *got;
    return 0;
}

static void begin_object(ma_pem_reader_t *reader)
{
    reader->ended = reader->padded = reader->any = false;
    reader->given = reader->decoded.size;
    reader->n_pending = 0;
}

/* ---- the walk ------------------------------------------------------------------------------ */

void ma_pem_begin(ma_pem_reader_t *reader, ma_window_t *text, const char *label)
{
    memset(reader, 0, offsetof(ma_pem_reader_t, pending));
    reader->source.read = read_object;
    reader->text = text;
    reader->wanted = label;
    reader->fresh = true;
    /* A byte order mark would hide the first BEGIN. */
    if (ma_window_need(text, 3) && memcmp(text->at, "\xef\xbb\xbf", 3) == 0)
        ma_window_skip(text, 3);
}

void ma_pem_end(ma_pem_reader_t *reader)
{
    gnutls_free(reader->decoded.data);
    reader->decoded = (gnutls_datum_t) { NULL, 0 };
}

/* A block begins. 1: it is one that is wanted, 0: it is not. */
static int begin_block(ma_pem_reader_t *reader, ma_bytes_t line, ma_bytes_t label)
{
    bool trusted, wanted;

    if (!cut_back(&label, "-----"))
        return bad(reader, "a BEGIN line that does not end in -----");
    if (label.size > MA_PEM_LABEL_MAX)
        return bad(reader, "a BEGIN line with a label of more than 64 characters");
    if (reader->blocks == MAX_BLOCKS)
        return fail(reader, MTLSAUTH_E_LIMIT, "more than 65536 objects in one file");
    reader->blocks++;
    memcpy(reader->label, label.data, label.size);
    reader->label_size = label.size;
    wanted = is_text(label, reader->wanted);
    trusted = is_text(label, "TRUSTED CERTIFICATE")
        && strcmp(reader->wanted, "CERTIFICATE") == 0;
    consume(reader, line.size);
    begin_object(reader);
    if (trusted)
        return bad(reader, "a TRUSTED CERTIFICATE, a form of OpenSSL's own: write it anew with "
                           "\"openssl x509\"");
    return wanted;
}

/* Reads a block that is not wanted: what stands in it does not matter, its boundaries do. */
static int skip_block(ma_pem_reader_t *reader)
{
    int ret = 0;

    while (ret == 0 && !reader->ended) {
        ret = gather(reader);
        reader->n_pending = 0;
    }
    return ret;
}

int ma_pem_next(ma_pem_reader_t *reader)
{
    ma_bytes_t line = { NULL, 0 }, rest;
    int ret;

    while ((ret = see_line(reader, &line)) > 0) {
        if (is_boundary(reader, line, "-----END ", &rest))
            return bad(reader, "an END line without a BEGIN line");
        if (!is_boundary(reader, line, "-----BEGIN ", &rest)) {
            consume(reader, line.size);
            continue;
        }
        ret = begin_block(reader, line, rest);
        if (ret == 0)
            ret = skip_block(reader);
        if (ret != 0)
            return ret;
    }
    return ret;
}

int ma_pem_bare(ma_pem_reader_t *reader)
{
    begin_object(reader);
    reader->bare = true;
    skip_blanks(reader);
    if (reader->text->status != 0)
        return reader->text->status;
    return ma_window_need(reader->text, 1);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pem.c - see pem.h. The boundaries of blocks are found here, line by line; base64 is GnuTLS's.
 *
 * Where a file is damaged, skipping quietly would lose a certificate or a list: a boundary line
 * that is not whole, a block without its END, an END without its BEGIN are errors whatever the
 * label. Lines may be indented (some servers hand PEM over so) and end in LF or CRLF. What the
 * objects are, it does not look at.
 */
#include "cred/pem.h"

#include <gnutls/gnutls.h>
#include <limits.h>
#include <string.h>

enum { MAX_OBJECTS = 65536 };

/* One walk. */
typedef struct walk {
    const char *label;
    ma_arena_t *arena;
    ma_pem_each_fn *each;
    void *context;
    const char *why;
    size_t blocks; /* of any label, and objects of DER */
} walk_t;

static int fail(walk_t *walk, int status, const char *why)
{
    walk->why = why;
    return status;
}

/* Counts one more object. */
static int count(walk_t *walk)
{
    if (walk->blocks == MAX_OBJECTS)
        return fail(walk, MTLSAUTH_E_LIMIT, "more than 65536 objects in one file");
    walk->blocks++;
    return 0;
}

static bool is_text(ma_bytes_t bytes, const char *text)
{
    return bytes.size == strlen(text) && memcmp(bytes.data, text, bytes.size) == 0;
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

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static ma_bytes_t trim(ma_bytes_t bytes)
{
    while (bytes.size > 0 && is_blank(bytes.data[0])) {
        bytes.data++;
        bytes.size--;
    }
    while (bytes.size > 0 && is_blank(bytes.data[bytes.size - 1]))
        bytes.size--;
    return bytes;
}

/* Takes the next line off `rest`, without blanks around it. False at the end. */
static bool next_line(ma_bytes_t *rest, ma_bytes_t *line)
{
    const uint8_t *end;
    size_t size;

    if (rest->size == 0)
        return false;
    end = memchr(rest->data, '\n', rest->size);
    size = end != NULL ? (size_t)(end - rest->data) + 1 : rest->size;
    *line = trim((ma_bytes_t) { rest->data, size });
    rest->data += size;
    rest->size -= size;
    return true;
}

/* Copies what GnuTLS decoded into the arena. `status` is for what does not decode. */
static int decode(walk_t *walk, ma_bytes_t base64, const char *why, ma_bytes_t *out)
{
    gnutls_datum_t in = { (unsigned char *)(uintptr_t)base64.data, 0 };
    gnutls_datum_t der = { NULL, 0 };
    char *copy;
    int ret;

    if (base64.size > INT_MAX)
        return fail(walk, MTLSAUTH_E_LIMIT, "a base64 text of more than 2 GiB");
    in.size = (unsigned)base64.size;
    ret = base64.size > 0 ? gnutls_base64_decode2(&in, &der) : GNUTLS_E_BASE64_DECODING_ERROR;
    if (ret == GNUTLS_E_MEMORY_ERROR)
        return fail(walk, MTLSAUTH_E_NO_MEMORY, "out of memory");
    if (ret < 0 || der.size == 0) {
        gnutls_free(der.data);
        return fail(walk, MTLSAUTH_E_MALFORMED, why);
    }
    copy = ma_arena_copy(walk->arena, der.data, der.size);
    *out = (ma_bytes_t) { (const uint8_t *)copy, der.size };
    gnutls_free(der.data);
    return copy != NULL ? 0 : fail(walk, MTLSAUTH_E_NO_MEMORY, "out of memory");
}

/*
 * Reads a block up to its END; `rest` is behind the BEGIN line. `body` is what stands between.
 */
static int read_block(walk_t *walk, ma_bytes_t label, ma_bytes_t *rest, ma_bytes_t *body)
{
    ma_bytes_t line;

    body->data = rest->data;
    while (next_line(rest, &line)) {
        body->size = (size_t)(line.data - body->data);
        if (cut_front(&line, "-----BEGIN "))
            break;
        if (!cut_front(&line, "-----END "))
            continue;
        if (!cut_back(&line, "-----") || !ma_bytes_equal(line, label))
            return fail(walk, MTLSAUTH_E_MALFORMED,
                        "an END line that does not match its BEGIN line, or is followed by more");
        return 0;
    }
    return fail(walk, MTLSAUTH_E_MALFORMED, "a PEM block without an END line");
}

/* One block of which the BEGIN line has been read. */
static int use_block(walk_t *walk, ma_bytes_t label, ma_bytes_t *rest)
{
    ma_bytes_t body, der;
    int ret = count(walk);

    if (ret == 0)
        ret = read_block(walk, label, rest, &body);
    if (ret != 0)
        return ret;
    if (is_text(label, "TRUSTED CERTIFICATE") && strcmp(walk->label, "CERTIFICATE") == 0)
        return fail(walk, MTLSAUTH_E_MALFORMED,
                    "a TRUSTED CERTIFICATE, a form of OpenSSL's own: write it anew with "
                    "\"openssl x509\"");
    if (!is_text(label, walk->label))
        return 0;
    ret = decode(walk, body, "a PEM block that is not base64", &der);
    return ret != 0 ? ret : walk->each(walk->context, der);
}

static int walk_pem(walk_t *walk, ma_bytes_t rest)
{
    ma_bytes_t line;
    int ret = 0;

    while (ret == 0 && next_line(&rest, &line)) {
        if (cut_front(&line, "-----END "))
            return fail(walk, MTLSAUTH_E_MALFORMED, "an END line without a BEGIN line");
        if (!cut_front(&line, "-----BEGIN "))
            continue;
        if (!cut_back(&line, "-----"))
            return fail(walk, MTLSAUTH_E_MALFORMED, "a BEGIN line that does not end in -----");
        ret = use_block(walk, line, &rest);
    }
    return ret;
}

static int walk_der(walk_t *walk, ma_bytes_t bytes)
{
    ma_der_t der = ma_der(bytes);
    int ret = 0;

    while (ret == 0 && ma_der_more(&der)) {
        ma_element_t object = ma_der_want(&der, MA_DER_SEQUENCE);
        if (object.tag == 0)
            return fail(walk, MTLSAUTH_E_MALFORMED, "DER that is cut short, or followed by more");
        ret = count(walk);
        if (ret == 0)
            ret = walk->each(walk->context, object.whole);
    }
    return ret;
}

/* A text without any PEM block, as one bare base64 object. */
static int walk_base64(walk_t *walk, ma_bytes_t bytes)
{
    ma_bytes_t der, text = trim(bytes);
    int ret;

    if (text.size == 0)
        return 0;
    ret = decode(walk, text, "neither DER nor PEM nor base64", &der);
    if (ret == 0 && der.data[0] != MA_DER_SEQUENCE)
        ret = fail(walk, MTLSAUTH_E_MALFORMED, "base64 of something that is not DER");
    return ret != 0 ? ret : walk->each(walk->context, der);
}

int ma_pem_each(ma_bytes_t bytes, const char *label, bool base64, ma_arena_t *arena,
                ma_pem_each_fn *each, void *context, const char **why)
{
    walk_t walk = { .label = label, .arena = arena, .each = each, .context = context };
    int ret;

    if (bytes.size > 0 && bytes.data[0] == MA_DER_SEQUENCE) {
        ret = walk_der(&walk, bytes);
    } else {
        cut_front(&bytes, "\xef\xbb\xbf"); /* a byte order mark would hide the first BEGIN */
        ret = walk_pem(&walk, bytes);
        if (ret == 0 && walk.blocks == 0 && base64)
            ret = walk_base64(&walk, bytes);
    }
    if (walk.why != NULL && why != NULL)
        *why = walk.why;
    return ret;
}

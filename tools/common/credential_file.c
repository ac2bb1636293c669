/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * credential_file.c - see credential_file.h.
 *
 * PEM and DER are only taken apart here, so that a damaged certificate reaches the library, which
 * says what is wrong with it. PKCS#12 is opened by GnuTLS; its flavour lives in pkcs12.c.
 */
#include "common/credential_file.h"

#include <string.h>

#include "common/input.h"
#include "common/pkcs12.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

/* Labels of a PEM block that matter here; what else a file holds is skipped. */
static const char *const cert_labels[] = { "CERTIFICATE", "X509 CERTIFICATE" };

/* Where `needle` begins in the bytes, or NULL. */
static const uint8_t *find(const uint8_t *at, const uint8_t *end, const char *needle)
{
    size_t size = strlen(needle);

    while ((size_t)(end - at) >= size) {
        at = memchr(at, needle[0], (size_t)(end - at) - size + 1);
        if (at == NULL)
            return NULL;
        if (memcmp(at, needle, size) == 0)
            return at;
        at++;
    }
    return NULL;
}

int credential_add(credential_t *to, const gnutls_datum_t *der, ma_buf_t *why)
{
    gnutls_datum_t *grown;
    uint8_t *copy;

    if (to->count == CREDENTIAL_MAX_CERTS) {
        ma_buf_printf(why, "more than %d certificates", CREDENTIAL_MAX_CERTS);
        return -1;
    }
    grown = gnutls_realloc(to->certs, (to->count + 1) * sizeof(*grown));
    if (grown != NULL)
        to->certs = grown;
    copy = grown != NULL ? gnutls_malloc(der->size) : NULL;
    if (copy == NULL) {
        ma_buf_text(why, "out of memory");
        return -1;
    }
    memcpy(copy, der->data, der->size);
    to->certs[to->count].data = copy;
    to->certs[to->count++].size = der->size;
    return 0;
}

/* One block, from "-----BEGIN" to the end of its end mark. */
static int add_block(const uint8_t *block, size_t size, const char *label, credential_t *to,
                     ma_buf_t *why)
{
    gnutls_datum_t pem = { (unsigned char *)(uintptr_t)block, (unsigned)size };
    gnutls_datum_t der = { NULL, 0 };
    int ret;

    if (gnutls_pem_base64_decode2(label, &pem, &der) < 0 || der.size == 0) {
        ma_buf_printf(why, "certificate %zu is no base64", to->count + 1);
        ret = -1;
    } else {
        ret = credential_add(to, &der, why);
    }
    gnutls_free(der.data);
    return ret;
}

/* The label that stands there, if it is one of a certificate's; else NULL. */
static const char *cert_label(const uint8_t *at, const uint8_t *end)
{
    size_t i;

    for (i = 0; i < sizeof(cert_labels) / sizeof(cert_labels[0]); i++) {
        size_t size = strlen(cert_labels[i]);

        if ((size_t)(end - at) >= size + strlen(DASHES) && memcmp(at, cert_labels[i], size) == 0
            && memcmp(at + size, DASHES, strlen(DASHES)) == 0)
            return cert_labels[i];
    }
    return NULL;
}

/* The blocks of one file, in order. */
static int read_pem(const input_t *input, credential_t *to, ma_buf_t *why)
{
    const uint8_t *end = input->data + input->size;
    const uint8_t *at = find(input->data, end, BEGIN);

    for (; at != NULL; at = find(at + 1, end, BEGIN)) {
        const char *label = cert_label(at + strlen(BEGIN), end);
        const uint8_t *stop;

        if (label == NULL)
            continue;
        stop = find(at, end, END);
        if (stop != NULL)
            stop = find(stop + strlen(END), end, DASHES);
        if (stop == NULL) {
            ma_buf_printf(why, "certificate %zu is cut off", to->count + 1);
            return -1;
        }
        stop += strlen(DASHES);
        if (add_block(at, (size_t)(stop - at), label, to, why) != 0)
            return -1;
    }
    return 0;
}

/* The size of the SEQUENCE at the start, header included; 0 if it does not fit. */
static size_t sequence_size(const uint8_t *bytes, size_t size, size_t *header)
{
    size_t i, octets, length = 0;

    if (size < 2 || bytes[0] != 0x30)
        return 0;
    octets = bytes[1] >= 0x80 ? bytes[1] & 0x7fu : 0;
    if (octets > 4 || size < 2 + octets)
        return 0;
    if (bytes[1] < 0x80)
        length = bytes[1];
    for (i = 0; i < octets; i++)
        length = length << 8 | bytes[2 + i];
    *header = 2 + octets;
    return length <= size - *header ? *header + length : 0;
}

static int read_der(const input_t *input, credential_t *to, ma_buf_t *why)
{
    size_t at = 0, header;

    while (at < input->size) {
        size_t size = sequence_size(input->data + at, input->size - at, &header);
        gnutls_datum_t der = { input->data + at, (unsigned)size };

        if (size == 0) {
            ma_buf_printf(why, "certificate %zu is cut off, or other bytes follow the last one",
                          to->count + 1);
            return -1;
        }
        if (credential_add(to, &der, why) != 0)
            return -1;
        at += size;
    }
    return 0;
}

/* And not a text that begins with the digit 0: no certificate is shorter than 128 bytes. */
static bool is_binary(const input_t *input)
{
    return input->size > 4 && input->data[0] == 0x30 && input->data[1] >= 0x80;
}

/* A PFX begins with a version number, a certificate with a SEQUENCE. */
static bool is_pkcs12(const input_t *input)
{
    size_t header = 2 + (input->data[1] & 0x7fu);

    return header < input->size && input->data[header] == 0x02;
}

static int read_any(const input_t *input, const char *password, credential_t *to, ma_buf_t *why)
{
    gnutls_datum_t whole = { input->data, (unsigned)input->size };
    const uint8_t *end = input->data + input->size;

    if (is_binary(input))
        return is_pkcs12(input) ? pkcs12_read(&whole, GNUTLS_X509_FMT_DER, password, to, why)
                                : read_der(input, to, why);
    if (find(input->data, end, BEGIN "PKCS12" DASHES) != NULL)
        return pkcs12_read(&whole, GNUTLS_X509_FMT_PEM, password, to, why);
    return read_pem(input, to, why);
}

int credential_read(const char *path, const char *password, credential_t *out, ma_buf_t *why)
{
    credential_t credential = { NULL, 0 };
    input_t input = { NULL, 0, 0 };
    ma_buf_t reason;
    int ret;

    ma_buf_init(&reason, 0);
    ret = input_read(path, CREDENTIAL_MAX_SIZE, &input, why);
    if (ret != 0)
        goto out;
    ret = read_any(&input, password, &credential, &reason);
    if (ret == 0 && credential.count == 0) {
        ma_buf_text(&reason, "holds no certificate; PEM, DER and PKCS#12 are understood");
        ret = -1;
    }
    if (ret != 0) {
        ma_buf_printf(why, "%s: %s", strcmp(path, "-") == 0 ? "standard input" : path,
                      ma_buf_string(&reason));
        goto out;
    }
    *out = credential;
    credential = (credential_t) { NULL, 0 };
out:
    credential_free(&credential);
    input_free(&input);
    ma_buf_free(&reason);
    return ret;
}

void credential_free(credential_t *credential)
{
    size_t i;

    if (credential == NULL)
        return;
    for (i = 0; i < credential->count; i++)
        gnutls_free(credential->certs[i].data);
    gnutls_free(credential->certs);
    *credential = (credential_t) { NULL, 0 };
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* certificate.c - fuzz target: a certificate is read, every field is made, and then shared. */
#include "cred/certificate.h"

#include <string.h>

#include "cred/key.h"
#include "fuzz.h"

/* Touches every octet of every item, so that a sanitizer sees a bad one. */
static size_t look_at_fields(const mtlsauth_cert_t *cert)
{
    const void *bytes;
    size_t size, item, sum = 0;
    uint32_t field;
    int64_t number;

    for (field = 0; field < 64; field++) {
        for (item = 0; ma_cert_bytes(cert, field, item, &bytes, &size) != 0; item++) {
            FUZZ_CHECK(bytes != NULL);
            for (; size > 0; size--)
                sum += ((const uint8_t *)bytes)[size - 1];
        }
        FUZZ_CHECK(item <= MA_CERT_MAX_NAMES);
        (void)ma_cert_number(cert, field, &number);
    }
    return sum;
}

static void use(mtlsauth_cert_t *cert)
{
    size_t before = look_at_fields(cert);
    ma_buf_t text;
    ma_key_t key;

    ma_buf_init(&text, 0);
    ma_cert_serial_text(cert, &text);
    FUZZ_CHECK(ma_buf_ok(&text) && text.size > 0);
    ma_buf_free(&text);
    (void)ma_key_read(cert->spki, &key);
    (void)ma_cert_self_issued(cert);
    FUZZ_CHECK(ma_cert_complete(cert) == 0);
    FUZZ_CHECK(look_at_fields(cert) == before);
    FUZZ_CHECK(ma_cert_same(cert, cert));
    ma_cert_free(cert);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = NULL;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    if (ma_cert_parse((ma_bytes_t) { data, size }, &arena, &cert, &why) == 0)
        use(cert);
    else
        FUZZ_CHECK(cert == NULL && why != NULL);
    ma_arena_free(&arena);
    return 0;
}

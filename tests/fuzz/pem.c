/* SPDX-License-Identifier: BSD-2-Clause */
/* pem.c - fuzz target: PEM, concatenated DER and bare base64 are taken apart. */
#include "cred/pem.h"

#include "fuzz.h"

/* Each object is a SEQUENCE of its own. */
static int each(void *context, ma_bytes_t der)
{
    size_t *sum = context;
    size_t i;

    FUZZ_CHECK(der.size > 0);
    for (i = 0; i < der.size; i++)
        *sum += der.data[i];
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const labels[] = { "CERTIFICATE", "X509 CRL" };
    ma_bytes_t bytes = { data, size };
    const char *why;
    size_t sum = 0;
    unsigned i;
    int ret;

    for (i = 0; i < 4; i++) {
        ma_arena_t arena;
        ma_arena_init(&arena, 0);
        why = NULL;
        ret = ma_pem_each(bytes, labels[i / 2], i % 2 != 0, &arena, each, &sum, &why);
        FUZZ_CHECK(ret == 0 || (ret < 0 && why != NULL));
        ma_arena_free(&arena);
    }
    return 0;
}

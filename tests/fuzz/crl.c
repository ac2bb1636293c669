/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl.c - fuzz target: a CRL is read, from memory and piece by piece, its head is looked at, and
 * serials are looked up.
 */
#include "crl/crl.h"

#include <string.h>

#include "fuzz.h"

static void use(const ma_crl_t *crl, ma_bytes_t input)
{
    const ma_crl_info_t *info = ma_crl_info(crl);
    int64_t date;
    size_t i, found = 0;

    FUZZ_CHECK(info->issuer.size > 0 && info->issuer.data[0] == MA_DER_SEQUENCE);
    FUZZ_CHECK(info->has_next_update || info->next_update == INT64_MAX);
    FUZZ_CHECK(info->number.size == 0 || info->number.data != NULL);
    /* Every INTEGER of the input: the serials of the entries are among them. */
    for (i = 0; i + 2 < input.size; i++) {
        size_t size = input.data[i + 1];
        if (input.data[i] == MA_DER_INTEGER && size > 0 && size < 0x80
            && size <= input.size - i - 2)
            found += ma_crl_find(crl, (ma_bytes_t) { input.data + i + 2, size }, &date) ? 1 : 0;
    }
    FUZZ_CHECK(found == 0 || info->entries > 0);
    (void)ma_crl_find(crl, (ma_bytes_t) { (const uint8_t *)"", 0 }, &date);
}

typedef struct pieces {
    ma_byte_source_t source;
    ma_bytes_t rest;
    size_t piece;
} pieces_t;

static int next_piece(ma_byte_source_t *source, uint8_t *room, size_t size, size_t *got)
{
    pieces_t *self = (pieces_t *)(void *)source;
    size_t n = self->piece < size ? self->piece : size;

    n = n < self->rest.size ? n : self->rest.size;
    if (n > 0)
        memcpy(room, self->rest.data, n);
    self->rest.data += n;
    self->rest.size -= n;
    *got = n;
    return 0;
}

/* Read so, a list is what it is from memory; only what stands behind it does not matter. */
static void use_pieces(const ma_crl_t *other, ma_bytes_t input)
{
    pieces_t from = { { next_piece }, input, input.size > 0 ? 1 + input.data[input.size - 1] : 1 };
    const char *why = NULL;
    ma_crl_t *crl = NULL;
    ma_window_t in;
    int ret;

    ma_window_source(&in, &from.source);
    ret = ma_crl_read(&in, &crl, &why);
    FUZZ_CHECK(ret == 0 || (crl == NULL && why != NULL));
    FUZZ_CHECK(other == NULL || ret == 0);
    if (other != NULL && ret == 0) {
        FUZZ_CHECK(ma_crl_info(crl)->entries == ma_crl_info(other)->entries);
        FUZZ_CHECK(ma_crl_info(crl)->this_update == ma_crl_info(other)->this_update);
        FUZZ_CHECK(ma_crl_info(crl)->unusable == ma_crl_info(other)->unusable);
        FUZZ_CHECK(ma_bytes_equal(ma_crl_info(crl)->issuer, ma_crl_info(other)->issuer));
        FUZZ_CHECK(ma_bytes_equal(ma_crl_info(crl)->number, ma_crl_info(other)->number));
    }
    ma_crl_free(crl);
    ma_window_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* What is borrowed is gone when the list is used. */
    uint8_t *copy = malloc(size > 0 ? size : 1);
    const char *why = NULL;
    ma_crl_t *crl = NULL;
    int ret;

    if (copy == NULL)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    ret = ma_crl_parse((ma_bytes_t) { copy, size }, &crl, &why);
    free(copy);
    if (ret == 0)
        use(crl, (ma_bytes_t) { data, size });
    else
        FUZZ_CHECK(crl == NULL && why != NULL);
    use_pieces(crl, (ma_bytes_t) { data, size });
    ma_crl_free(crl);
    return 0;
}

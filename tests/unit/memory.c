/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - remembered signatures: nothing but what was kept is recalled, and it has an end. */
#include <pthread.h>
#include <stdio.h>

#include "base/slots.h"
#include "certs.h"
#include "path/memory.h"
#include "path/signatures.h"
#include "tap.h"

enum { N_CERTS = 40 };

static issued_t root_issued, other_issued, issued[N_CERTS];
static mtlsauth_cert_t *root, *other, *certs[N_CERTS];
static ma_arena_t arena;
static ma_strength_t strength;

static mtlsauth_cert_t *parse(const issued_t *from)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = NULL;

    if (ma_cert_parse((ma_bytes_t) { from->der.data, from->der.size }, &arena, &cert, &why) != 0
        || ma_cert_complete(cert) != 0) {
        printf("Bail out! %s\n", why != NULL ? why : "cannot complete a certificate");
        return NULL;
    }
    return cert;
}

static void recalls_what_was_kept(void)
{
    ma_strength_t stricter = strength;
    ma_memory_t *memory = NULL;

    stricter.min_bits = 4096;
    if (!TAP_INT(ma_memory_new(64, &memory), 0))
        return;
    TAP_TRUE(!ma_memory_recall(memory, &strength, root, certs[0]));
    ma_memory_keep(memory, &strength, root, certs[0]);
    TAP_TRUE(ma_memory_recall(memory, &strength, root, certs[0]));
    /* another key, another certificate, another strength: another question */
    TAP_TRUE(!ma_memory_recall(memory, &strength, other, certs[0]));
    TAP_TRUE(!ma_memory_recall(memory, &strength, root, certs[1]));
    TAP_TRUE(!ma_memory_recall(memory, &strength, certs[0], root));
    TAP_TRUE(!ma_memory_recall(memory, &stricter, root, certs[0]));
    ma_memory_free(memory);
}

static void has_an_end(void)
{
    ma_memory_t *memory = NULL;
    unsigned i, kept = 0;

    TAP_INT(ma_memory_new(MA_SLOTS_MAX + 1, &memory), MTLSAUTH_E_ARGUMENT);
    if (!TAP_INT(ma_memory_new(8, &memory), 0))
        return;
    for (i = 0; i < N_CERTS; i++)
        ma_memory_keep(memory, &strength, root, certs[i]);
    for (i = 0; i < N_CERTS; i++)
        kept += ma_memory_recall(memory, &strength, root, certs[i]);
    TAP_TRUE(kept >= 8 && kept < N_CERTS); /* what was asked for, and some to spare */
    ma_memory_free(memory);
    ma_memory_free(NULL);
    TAP_TRUE(!ma_memory_recall(NULL, &strength, root, certs[0]));
    ma_memory_keep(NULL, &strength, root, certs[0]);
}

/* Only a good signature gets in: a certificate by `root` is asked about with the key of `other`. */
static void keeps_only_good_ones(void)
{
    ma_signatures_t signatures = { .count = 0 };
    ma_memory_t *memory = NULL;

    if (!TAP_INT(ma_memory_new(64, &memory), 0))
        return;
    TAP_INT(ma_signatures_check(&signatures, memory, &strength, other, certs[0]),
            MTLSAUTH_BAD_SIGNATURE);
    TAP_TRUE(!ma_memory_recall(memory, &strength, other, certs[0]));
    TAP_INT(ma_signatures_check(&signatures, memory, &strength, root, certs[0]),
            MTLSAUTH_SUCCESS);
    TAP_TRUE(ma_memory_recall(memory, &strength, root, certs[0]));
    ma_memory_free(memory);
}

static void *keep_all(void *memory)
{
    unsigned i, round;

    for (round = 0; round < 50; round++)
        for (i = 0; i < N_CERTS; i++)
            if (!ma_memory_recall(memory, &strength, root, certs[i]))
                ma_memory_keep(memory, &strength, root, certs[i]);
    return NULL;
}

static void serves_threads(void)
{
    ma_memory_t *memory = NULL;
    pthread_t threads[4];
    unsigned i, kept = 0;

    if (!TAP_INT(ma_memory_new(1024, &memory), 0))
        return;
    for (i = 0; i < 4; i++)
        TAP_INT(pthread_create(&threads[i], NULL, keep_all, memory), 0);
    for (i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < N_CERTS; i++) {
        kept += ma_memory_recall(memory, &strength, root, certs[i]);
        TAP_TRUE(!ma_memory_recall(memory, &strength, other, certs[i]));
    }
    TAP_INT(kept, N_CERTS);
    ma_memory_free(memory);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "recalls what was kept, and nothing else", recalls_what_was_kept },
        { "has an end", has_an_end },
        { "keeps only good signatures", keeps_only_good_ones },
        { "serves threads", serves_threads },
    };
    unsigned i;
    int ret;

    ma_arena_init(&arena, 0);
    strength = ma_strength_default();
    cert_issue(&root_issued, &(const cert_spec_t) { .cn = "CA", .ca = true }, NULL);
    cert_issue(&other_issued, &(const cert_spec_t) { .cn = "CA", .ca = true }, NULL);
    root = parse(&root_issued);
    other = parse(&other_issued);
    for (i = 0; i < N_CERTS; i++) {
        cert_issue(&issued[i], &(const cert_spec_t) { .cn = "client" }, &root_issued);
        certs[i] = parse(&issued[i]);
        if (certs[i] == NULL)
            return 99;
    }
    if (root == NULL || other == NULL)
        return 99;
    ret = tap_main("memory", tests, sizeof(tests) / sizeof(tests[0]));
    for (i = 0; i < N_CERTS; i++) {
        ma_cert_free(certs[i]);
        cert_free(&issued[i]);
    }
    ma_cert_free(root);
    ma_cert_free(other);
    cert_free(&root_issued);
    cert_free(&other_issued);
    ma_arena_free(&arena);
    return ret;
}

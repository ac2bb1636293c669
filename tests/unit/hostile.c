/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inputs that broke parsers, from a corpus that is not part of the project: every file through
 * every reader it fits. What comes out does not matter; that it comes out, without a finding of the
 * sanitizers, does.
 */
#include "tap.h"

#include <dirent.h>

#include "cred/certificate.h"
#include "cred/pem.h"
#include "crl/crl.h"

#include "scratch.h"

typedef struct tally {
    size_t files;
    size_t good;
} tally_t;

/* The folder of one kind of input; NULL if there is no corpus. */
static DIR *open_folder(const char *kind, char *path, size_t size)
{
    const char *root = getenv("MTLSAUTH_CORPORA"), *source = getenv("srcdir");

    if (root != NULL)
        snprintf(path, size, "%s/hostile/%s", root, kind);
    else
        snprintf(path, size, "%s/../shared/corpora/hostile/%s", source != NULL ? source : ".",
                 kind);
    return opendir(path);
}

static void for_each_file(const char *kind, void (*use)(ma_bytes_t, ma_arena_t *, tally_t *))
{
    char folder[1024], path[2048];
    tally_t tally = { 0, 0 };
    DIR *dir = open_folder(kind, folder, sizeof(folder));
    struct dirent *entry;
    ma_arena_t arena;

    if (dir == NULL) {
        tap_skip("no corpora");
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        ma_arena_init(&arena, 0);
        use(read_whole(&arena, path), &arena, &tally);
        ma_arena_free(&arena);
        tally.files++;
    }
    closedir(dir);
    printf("# %s: %zu files, %zu objects were read\n", kind, tally.files, tally.good);
    TAP_TRUE(tally.files > 0);
}

static int use_cert(ma_bytes_t der, ma_arena_t *arena, tally_t *tally)
{
    mtlsauth_cert_t *cert = NULL;
    const char *why = NULL;
    ma_buf_t text;

    if (ma_cert_parse(der, arena, &cert, &why) != 0)
        return 0;
    tally->good++;
    ma_buf_init(&text, 0);
    ma_cert_serial_text(cert, &text);
    TAP_INT(ma_cert_complete(cert), 0);
    TAP_TRUE(ma_cert_same(cert, cert));
    ma_buf_free(&text);
    ma_cert_free(cert);
    return 0;
}

static void one_cert(ma_bytes_t bytes, ma_arena_t *arena, tally_t *tally)
{
    use_cert(bytes, arena, tally);
}

static void one_crl(ma_bytes_t bytes, ma_arena_t *arena, tally_t *tally)
{
    ma_crl_t *crl = NULL;
    const char *why = NULL;
    int64_t date;

    (void)arena;
    if (ma_crl_parse(bytes, &crl, &why) != 0) {
        TAP_TRUE(crl == NULL && why != NULL);
        return;
    }
    tally->good++;
    ma_crl_find(crl, (ma_bytes_t) { (const uint8_t *)"\x01", 1 }, &date);
    ma_crl_free(crl);
}

typedef struct pem_context {
    ma_arena_t *arena;
    tally_t *tally;
} pem_context_t;

static int each_cert(void *context, ma_bytes_t der)
{
    pem_context_t *pem = context;

    return use_cert(der, pem->arena, pem->tally);
}

static int each_crl(void *context, ma_bytes_t der)
{
    pem_context_t *pem = context;

    one_crl(der, pem->arena, pem->tally);
    return 0;
}

static void one_pem(ma_bytes_t bytes, ma_arena_t *arena, tally_t *tally)
{
    pem_context_t pem = { arena, tally };
    const char *why = NULL;

    if (ma_pem_each(bytes, "CERTIFICATE", false, arena, each_cert, &pem, &why) != 0)
        TAP_TRUE(why != NULL);
    if (ma_pem_each(bytes, "X509 CRL", true, arena, each_crl, &pem, &why) != 0)
        TAP_TRUE(why != NULL);
}

static void certificates(void)
{
    for_each_file("x509", one_cert);
}

static void lists(void)
{
    for_each_file("crl", one_crl);
}

static void pem_files(void)
{
    for_each_file("pem", one_pem);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "certificates", certificates },
        { "revocation lists", lists },
        { "PEM", pem_files },
    };

    return tap_main("hostile", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl.c - what a CRL costs: this library, bare GnuTLS and OpenSSL on the same bytes, in one run.
 *
 *   load        from bytes to the first answer. Ours reads a file, and checks the signature; the
 *               peers read from memory and check none
 *   load+sig    the same with the signature checked by the peers too
 *   kept, peak  bytes an entry by which the process has grown after loading, and at the worst
 *               moment; the peers' own copy of the file is not counted. Below 10,000 entries the
 *               kernel counts too coarsely, and below 100,000 a process loads several lists
 *   present     looking up serials that are listed, at random
 *   absent      looking up serials that are not
 *
 * GnuTLS's import takes time by the square of the entries if these have reason codes, as here; past
 * 10,000 it is left out, or past 100,000 with BENCH_GNUTLS_100K=1. BENCH_10M=1 adds ten million
 * entries for this library alone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/crl_readers.h"
#include "bench/stopwatch.h"

enum { RUNS = 5, OURS = 0, GNUTLS = 1, OPENSSL = 2, N_READERS = 3 };

static bool asked_for(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && strcmp(value, "1") == 0;
}

/* Zero or less: not measured, or too little to tell. */
static void print_row(size_t entries, const char *what, const double numbers[N_READERS],
                      double unit)
{
    unsigned i;

    printf("%-9zu %-9s", entries, what);
    for (i = 0; i < N_READERS; i++)
        if (numbers[i] > 0)
            printf(" %10.2f", numbers[i] * unit);
        else
            printf(" %10s", "-");
    for (i = GNUTLS; i < N_READERS; i++)
        if (numbers[OURS] > 0 && numbers[i] > 0)
            printf(" %9.2f", numbers[i] / numbers[OURS]);
        else
            printf(" %9s", "-");
    printf("\n");
}

/* ---- loading -------------------------------------------------------------------------------- */

static cost_t load(const crl_scene_t *scene, const char *what, load_fn *warm, load_fn *work)
{
    /* A small list several times over, for the clock's sake. */
    unsigned rounds = scene->entries >= 100000 ? 1 : (unsigned)(100000 / scene->entries);

    /* What takes seconds is not done often. */
    if (strcmp(what, "GnuTLS") == 0 && scene->entries >= 10000)
        rounds = 1;
    return bench_load(&(load_t) { what, warm, work, scene, rounds, RUNS });
}

static cost_t load_ours(const crl_scene_t *scene)
{
    cost_t without = load(scene, "mtlsauth without the list", crl_warm_ours, crl_load_none);
    cost_t cost = load(scene, "mtlsauth", crl_warm_ours, crl_load_ours);

    cost.seconds -= without.seconds;
    cost.kept -= without.kept;
    cost.peak -= without.peak;
    return cost;
}

static void bench_loads(const crl_scene_t *scene, bool gnutls, bool openssl)
{
    cost_t cost[N_READERS] = { { 0, 0, 0 } }, signed_cost[N_READERS] = { { 0, 0, 0 } };
    double rows[4][N_READERS];
    unsigned i;

    cost[OURS] = signed_cost[OURS] = load_ours(scene);
    if (gnutls) {
        cost[GNUTLS] = load(scene, "GnuTLS", NULL, crl_load_gnutls);
        signed_cost[GNUTLS] = load(scene, "GnuTLS", NULL, crl_load_gnutls_signed);
    }
    if (openssl) {
        cost[OPENSSL] = load(scene, "OpenSSL", NULL, crl_load_openssl);
        signed_cost[OPENSSL] = load(scene, "OpenSSL", NULL, crl_load_openssl_signed);
    }
    for (i = 0; i < N_READERS; i++) {
        rows[0][i] = cost[i].seconds;
        rows[1][i] = signed_cost[i].seconds;
        rows[2][i] = cost[i].kept / (double)scene->entries;
        rows[3][i] = cost[i].peak / (double)scene->entries;
    }
    print_row(scene->entries, "load", rows[0], 1e3);
    print_row(scene->entries, "load+sig", rows[1], 1e3);
    if (scene->entries >= 10000)
        print_row(scene->entries, "kept", rows[2], 1);
    if (scene->entries >= 100000)
        print_row(scene->entries, "peak", rows[3], 1);
}

/* ---- looking up ----------------------------------------------------------------------------- */

/* Two numbers in a row: the first of a serial that is listed, the second of one that is not. */
static void choose(size_t *which, size_t entries)
{
    uint64_t state = 1;
    size_t i;

    for (i = 0; i < N_SERIALS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        which[i] = (size_t)(state >> 33) % entries + i % 2 * entries;
    }
}

static int find_present(void *context, size_t count)
{
    const crl_asked_t *asked = context;
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++)
        wrong |= !asked->has(asked, 2 * i % N_SERIALS);
    return wrong;
}

static int find_absent(void *context, size_t count)
{
    const crl_asked_t *asked = context;
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++)
        wrong |= asked->has(asked, (2 * i + 1) % N_SERIALS);
    return wrong;
}

static void bench_finds(const crl_scene_t *scene, bool gnutls, bool openssl)
{
    static size_t which[N_SERIALS];
    double present[N_READERS] = { 0 }, absent[N_READERS] = { 0 };
    crl_asked_t asked;
    size_t few = 200000 / scene->entries + 2; /* one after another: few are enough */

    choose(which, scene->entries);
    crl_ask_ours(&asked, scene, which);
    present[OURS] = bench_median("mtlsauth", find_present, &asked, N_SERIALS, RUNS);
    absent[OURS] = bench_median("mtlsauth", find_absent, &asked, N_SERIALS, RUNS);
    if (gnutls) {
        crl_ask_gnutls(&asked, scene, which);
        present[GNUTLS] = bench_median("GnuTLS", find_present, &asked, few, RUNS);
        absent[GNUTLS] = bench_median("GnuTLS", find_absent, &asked, few, RUNS);
    }
    if (openssl) {
        crl_ask_openssl(&asked, scene, which);
        present[OPENSSL] = bench_median("OpenSSL", find_present, &asked, N_SERIALS, RUNS);
        absent[OPENSSL] = bench_median("OpenSSL", find_absent, &asked, N_SERIALS, RUNS);
    }
    print_row(scene->entries, "present", present, 1e9);
    print_row(scene->entries, "absent", absent, 1e9);
}

int main(void)
{
    static crl_scene_t scene;
    const size_t sizes[] = { 1000, 10000, 100000, 1000000, 10000000 };
    const size_t gnutls_to = asked_for("BENCH_GNUTLS_100K") ? 100000 : 10000;
    const size_t count = sizeof(sizes) / sizeof(sizes[0]) - (asked_for("BENCH_10M") ? 0 : 1);
    size_t i;

    printf("\nOne CRL with reason codes, signed with RSA-2048 (median of %d runs): load in "
           "milliseconds of CPU,\nmemory in bytes an entry, look-up in nanoseconds; and how many "
           "times ours.\n",
           RUNS);
    printf("%-9s %-9s %10s %10s %10s %9s %9s\n", "entries", "", "mtlsauth", "GnuTLS", "OpenSSL",
           "GnuTLS/", "OpenSSL/");
    crl_scene_open(&scene);
    for (i = 0; i < count; i++) {
        bool gnutls = sizes[i] <= gnutls_to, openssl = sizes[i] <= 1000000;
        crl_scene_fill(&scene, sizes[i]);
        bench_loads(&scene, gnutls, openssl);
        bench_finds(&scene, gnutls, openssl);
    }
    crl_scene_close(&scene);
    return 0;
}

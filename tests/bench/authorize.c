/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authorize.c - what one client costs: this library, bare GnuTLS and OpenSSL on the same bytes, in
 * one run.
 *
 *   known     a client seen for the first time, below an intermediate that the policy brings
 *   unknown   a client and its intermediate, both seen for the first time, as the client sends them
 *   again     a client seen before. Here the peers do the whole work and this library recalls the
 *             path: a hit compared with a verification
 *
 * The peers parse leaf and intermediate and verify the path to the root for a TLS client, at a
 * fixed time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/peers.h"
#include "bench/stopwatch.h"
#include "certs.h"
#include "fixture.h"

enum { N_CLIENTS = 400, RUNS = 5 };

typedef struct scene {
    fixture_t fixture;
    issued_t root, intermediate, unknown[N_CLIENTS], below_known[N_CLIENTS],
        below_unknown[N_CLIENTS];
    mtlsauth_engine_t *engine; /* for "again" */
    mtlsauth_request_t *request;
    peers_t peers;
    bool unknown_too; /* which clients the peers verify */
} scene_t;

/* ---- this library --------------------------------------------------------------------------- */

static int ask(mtlsauth_request_t *request, const issued_t *client, const issued_t *chain)
{
    mtlsauth_request_reset(request);
    mtlsauth_request_leaf(request, client->der.data, client->der.size);
    if (chain != NULL)
        mtlsauth_request_chain(request, chain->der.data, chain->der.size);
    mtlsauth_request_time(request, CERTS_NOW);
    return mtlsauth_authorize(request) == 1 ? 0 : 1;
}

/* Each run begins with nothing remembered: a reload makes a new snapshot. */
static int ours_new(scene_t *scene, size_t count, bool unknown)
{
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++)
        wrong |= unknown ? ask(scene->request, &scene->below_unknown[i], &scene->unknown[i])
                         : ask(scene->request, &scene->below_known[i], NULL);
    return wrong;
}

static double ours_first_time(scene_t *scene, bool unknown)
{
    double best[RUNS];
    unsigned i, j;

    for (i = 0; i < RUNS; i++) {
        struct timespec before, after;
        mtlsauth_request_free(scene->request);
        mtlsauth_engine_free(scene->engine);
        scene->engine = fixture_engine_ok(&scene->fixture, "bench.conf");
        if (mtlsauth_request_new(scene->engine, &scene->request) != 0
            || ask(scene->request, &scene->below_known[N_CLIENTS - 1], NULL) != 0)
            exit(1);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
        if (ours_new(scene, N_CLIENTS - 1, unknown) != 0)
            exit(1);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
        best[i] = ((double)(after.tv_sec - before.tv_sec)
                   + (double)(after.tv_nsec - before.tv_nsec) * 1e-9)
            / (N_CLIENTS - 1);
    }
    for (i = 1; i < RUNS; i++) /* five numbers: insertion */
        for (j = i; j > 0 && best[j - 1] > best[j]; j--) {
            double swap = best[j];
            best[j] = best[j - 1];
            best[j - 1] = swap;
        }
    return best[RUNS / 2];
}

static int ours_again(void *context, size_t count)
{
    scene_t *scene = context;
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++)
        wrong |= ask(scene->request, &scene->below_known[i % 64], &scene->intermediate);
    return wrong;
}

/* ---- the peers ------------------------------------------------------------------------------ */

static const issued_t *client_of(const scene_t *scene, size_t i)
{
    return scene->unknown_too ? &scene->below_unknown[i % N_CLIENTS]
                              : &scene->below_known[i % N_CLIENTS];
}

static const issued_t *intermediate_of(const scene_t *scene, size_t i)
{
    return scene->unknown_too ? &scene->unknown[i % N_CLIENTS] : &scene->intermediate;
}

static int by_openssl(void *context, size_t count)
{
    scene_t *scene = context;
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++)
        wrong |= peers_openssl(&scene->peers, client_of(scene, i), intermediate_of(scene, i));
    return wrong;
}

static int by_gnutls(void *context, size_t count)
{
    scene_t *scene = context;
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++)
        wrong |= peers_gnutls(&scene->peers, client_of(scene, i), intermediate_of(scene, i));
    return wrong;
}

/* ---- scenes --------------------------------------------------------------------------------- */

static void make_scene(scene_t *scene, gnutls_pk_algorithm_t pk, unsigned bits)
{
    const cert_spec_t root = { .cn = "Root", .ca = true, .pk = pk, .bits = bits };
    cert_spec_t ca = { .cn = "Intermediate", .ca = true, .pk = pk, .bits = bits };
    const cert_spec_t client = { .cn = "John Doe", .pk = pk, .bits = bits };
    size_t i;

    fixture_open(&scene->fixture);
    cert_issue(&scene->root, &root, NULL);
    cert_issue(&scene->intermediate, &ca, &scene->root);
    cert_issue(&scene->below_known[0], &client, &scene->intermediate);
    for (i = 1; i < N_CLIENTS; i++) /* one key serves: making keys is no part of this */
        cert_issue_for(&scene->below_known[i], &client, &scene->intermediate,
                       scene->below_known[0].key);
    ca.cn = "Another Intermediate";
    for (i = 0; i < N_CLIENTS; i++) {
        cert_issue_for(&scene->unknown[i], &ca, &scene->root, scene->intermediate.key);
        cert_issue_for(&scene->below_unknown[i], &client, &scene->unknown[i],
                       scene->below_known[0].key);
    }
    fixture_write_bytes(&scene->fixture, "root.pem", scene->root.pem.data, scene->root.pem.size);
    fixture_write_bytes(&scene->fixture, "ca.pem", scene->intermediate.pem.data,
                        scene->intermediate.pem.size);
    fixture_write(&scene->fixture, "bench.conf",
                  "trust = { anchors = [ \"root.pem\" ]; intermediates = [ \"ca.pem\" ]; };\n"
                  "stack = ( { control = \"requisite\"; plugin = \"validity\"; },\n"
                  "  { control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; } );\n");
    peers_open(&scene->peers, &scene->root);
}

static void print_row(const char *kind, const char *what, double ours, double gnutls,
                      double openssl)
{
    printf("%-9s %-8s %10.2f %10.2f %10.2f %9.2f %9.2f\n", kind, what, ours * 1e6, gnutls * 1e6,
           openssl * 1e6, gnutls / ours, openssl / ours);
}

static void bench_kind(const char *kind, gnutls_pk_algorithm_t pk, unsigned bits)
{
    scene_t *scene = calloc(1, sizeof(*scene)); /* left to the end of the program */
    double gnutls, openssl;

    if (scene == NULL)
        exit(1);
    make_scene(scene, pk, bits);
    gnutls = bench_median("GnuTLS", by_gnutls, scene, N_CLIENTS, RUNS);
    openssl = bench_median("OpenSSL", by_openssl, scene, N_CLIENTS, RUNS);
    print_row(kind, "known", ours_first_time(scene, false), gnutls, openssl);
    scene->unknown_too = true;
    gnutls = bench_median("GnuTLS", by_gnutls, scene, N_CLIENTS, RUNS);
    openssl = bench_median("OpenSSL", by_openssl, scene, N_CLIENTS, RUNS);
    print_row(kind, "unknown", ours_first_time(scene, true), gnutls, openssl);
    print_row(kind, "again", bench_median("mtlsauth", ours_again, scene, 20000, RUNS), gnutls,
              openssl);
    fixture_close(&scene->fixture);
}

int main(void)
{
    printf("One client, microseconds of CPU (median of %d runs), and how many times ours.\n",
           RUNS);
    printf("%-9s %-8s %10s %10s %10s %9s %9s\n", "key", "client", "mtlsauth", "GnuTLS", "OpenSSL",
           "GnuTLS/", "OpenSSL/");
    bench_kind("RSA-2048", GNUTLS_PK_RSA, 2048);
    bench_kind("P-256", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    bench_kind("Ed25519", GNUTLS_PK_EDDSA_ED25519, 0);
    return 0;
}

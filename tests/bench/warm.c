/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * warm.c - what a client costs that was seen before, with revocation and without: leaf and
 * intermediate as the client sends them, a stack of validity, crl and cn, and a list of a million
 * entries.
 *
 * Beside it OpenSSL parses both and verifies the path, without any list. That is a hit compared
 * with a full verification: it says what the cache saves, not that one library verifies faster.
 */
#include <stdio.h>
#include <stdlib.h>

#include "bench/big_crl.h"
#include "bench/peers.h"
#include "bench/stopwatch.h"
#include "fixture.h"

enum { N_CLIENTS = 64, RUNS = 31, LISTED = 1000000 };

typedef struct scene {
    fixture_t fixture;
    issued_t root, intermediate, clients[N_CLIENTS];
    peers_t peers;
} scene_t;

/* One policy, asked about clients that take turns. */
typedef struct asking {
    const scene_t *scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t clients;
} asking_t;

static int ours(void *context, size_t count)
{
    const asking_t *asking = context;
    const issued_t *intermediate = &asking->scene->intermediate;
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++) {
        const issued_t *client = &asking->scene->clients[i % asking->clients];
        mtlsauth_request_reset(asking->request);
        mtlsauth_request_leaf(asking->request, client->der.data, client->der.size);
        mtlsauth_request_chain(asking->request, intermediate->der.data, intermediate->der.size);
        mtlsauth_request_time(asking->request, CERTS_NOW);
        wrong |= mtlsauth_authorize(asking->request) != 1;
    }
    return wrong;
}

static int by_openssl(void *context, size_t count)
{
    const scene_t *scene = context;
    size_t i;
    int wrong = 0;

    for (i = 0; i < count; i++)
        wrong |= peers_openssl(&scene->peers, &scene->clients[i % N_CLIENTS],
                               &scene->intermediate);
    return wrong;
}

static void write_lists(scene_t *scene)
{
    const crl_spec_t none = { .number = 1 };
    gnutls_datum_t of_root = crl_issue(&none, &scene->root);
    big_crl_t big;

    fixture_write_bytes(&scene->fixture, "root.crl", of_root.data, of_root.size);
    gnutls_free(of_root.data);
    big_crl_make(&big, &scene->intermediate, LISTED, CERTS_NOW);
    big_crl_write(&big, fixture_path(&scene->fixture, "ca.crl"));
    big_crl_free(&big);
}

static void make_scene(scene_t *scene, gnutls_pk_algorithm_t pk, unsigned bits)
{
    const cert_spec_t root = { .cn = "Root", .ca = true, .pk = pk, .bits = bits };
    const cert_spec_t ca = { .cn = "Intermediate", .ca = true, .pk = pk, .bits = bits };
    const cert_spec_t client = { .cn = "John Doe", .pk = pk, .bits = bits };
    size_t i;

    fixture_open(&scene->fixture);
    cert_issue(&scene->root, &root, NULL);
    cert_issue(&scene->intermediate, &ca, &scene->root);
    cert_issue(&scene->clients[0], &client, &scene->intermediate);
    for (i = 1; i < N_CLIENTS; i++)
        cert_issue_for(&scene->clients[i], &client, &scene->intermediate, scene->clients[0].key);
    fixture_write_bytes(&scene->fixture, "root.pem", scene->root.pem.data, scene->root.pem.size);
    write_lists(scene);
    peers_open(&scene->peers, &scene->root);
}

static void open_policy(scene_t *scene, asking_t *asking, const char *name, const char *crl_entry)
{
    fixture_printf(&scene->fixture, name,
                   "trust = { anchors = [ \"root.pem\" ]; };\n"
                   "stack = ( { control = \"requisite\"; plugin = \"validity\"; },\n%s"
                   "  { control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; } );\n",
                   crl_entry);
    asking->scene = scene;
    asking->engine = fixture_engine_ok(&scene->fixture, name);
    if (mtlsauth_request_new(asking->engine, &asking->request) != 0)
        exit(1);
}

static void close_policy(asking_t *asking)
{
    mtlsauth_request_free(asking->request);
    mtlsauth_engine_free(asking->engine);
}

static void bench_kind(const char *kind, gnutls_pk_algorithm_t pk, unsigned bits)
{
    static const size_t turns[] = { 1, N_CLIENTS };
    scene_t *scene = calloc(1, sizeof(*scene));
    asking_t without, with;
    void *const both[] = { &without, &with };
    double openssl, seconds[2];
    size_t i;

    if (scene == NULL)
        exit(1);
    make_scene(scene, pk, bits);
    openssl = bench_median("OpenSSL", by_openssl, scene, 200, RUNS);
    open_policy(scene, &without, "without.conf", "");
    open_policy(scene, &with, "with.conf",
                "  { control = \"requisite\"; plugin = \"crl\";\n"
                "    files = [ \"root.crl\", \"ca.crl\" ]; },\n");
    for (i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        without.clients = with.clients = turns[i];
        bench_medians("mtlsauth", ours, both, 20000, RUNS, seconds);
        printf("%-9s %7zu %10.3f %10.3f %9.3f %10.2f %9.0f\n", kind, turns[i], seconds[0] * 1e6,
               seconds[1] * 1e6, seconds[1] / seconds[0], openssl * 1e6, openssl / seconds[1]);
    }
    close_policy(&without);
    close_policy(&with);
    peers_close(&scene->peers);
    fixture_close(&scene->fixture);
    free(scene);
}

int main(void)
{
    printf("A client seen before, microseconds of CPU (median of %d runs). OpenSSL verifies without a "
           "list:\na hit compared with a full verification.\n",
           RUNS);
    printf("%-9s %7s %10s %10s %9s %10s %9s\n", "key", "clients", "no list", "1M list", "with/no",
           "OpenSSL", "OpenSSL/");
    bench_kind("RSA-2048", GNUTLS_PK_RSA, 2048);
    bench_kind("P-256", GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    bench_kind("Ed25519", GNUTLS_PK_EDDSA_ED25519, 0);
    return 0;
}

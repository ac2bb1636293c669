/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * validate.c - chains made to cost much: the work is bounded, and told as the number of signatures
 * that were checked. And the longest path that there can be.
 *
 * Certificates have no key identifiers here, so that nothing but signatures tells keys apart.
 */
#include "path/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certs.h"
#include "path/candidates.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MAX_CERTS (MA_CHAIN_MAX + 3)

/* One question: certificates made, and parsed. */
typedef struct scene {
    ma_arena_t arena;
    issued_t issued[MAX_CERTS];
    size_t n_issued;
    ma_trust_t trust;
    mtlsauth_cert_t *anchors[1], *pool[1];
    const mtlsauth_cert_t *chain[MA_CHAIN_MAX];
    size_t n_chain;
    ma_signatures_t signatures;
    ma_validation_t validation;
    ma_verify_how_t how;
    ma_failure_t failure;
    size_t candidates, length; /* shown, and of the path that held */
} scene_t;

static void scene_open(scene_t *scene)
{
    memset(scene, 0, sizeof(*scene));
    ma_arena_init(&scene->arena, 0);
    ma_trust_init(&scene->trust, &scene->arena);
    scene->how = (ma_verify_how_t) { .purpose = MTLSAUTH_PURPOSE_CLIENT,
                                     .max_depth = MA_PATH_MAX,
                                     .strength = ma_strength_default() };
    scene->validation = (ma_validation_t) { &scene->how, CERTS_NOW, &scene->arena,
                                            &scene->signatures, NULL };
}

static void scene_close(scene_t *scene)
{
    size_t i;

    for (i = 0; i < scene->n_issued; i++)
        cert_free(&scene->issued[i]);
    ma_arena_free(&scene->arena);
}

static const issued_t *issue(scene_t *scene, const char *cn, bool ca, const issued_t *issuer)
{
    issued_t *issued = &scene->issued[scene->n_issued++];

    cert_issue(issued, &(cert_spec_t) { .cn = cn, .ca = ca }, issuer);
    return issued;
}

static mtlsauth_cert_t *parse(scene_t *scene, gnutls_datum_t der)
{
    mtlsauth_cert_t *cert = NULL;
    const void *copy = ma_arena_copy(&scene->arena, der.data, der.size);

    if (copy == NULL
        || ma_cert_parse((ma_bytes_t) { copy, der.size }, &scene->arena, &cert, NULL) != 0)
        abort();
    return cert;
}

static void trust_anchor(scene_t *scene, const issued_t *anchor)
{
    scene->anchors[0] = parse(scene, anchor->der);
    scene->trust.anchors = (ma_cert_list_t) { scene->anchors, 1, 1 };
}

static void send(scene_t *scene, gnutls_datum_t der)
{
    scene->chain[scene->n_chain++] = parse(scene, der);
}

/* ma_candidate_fn */
static bool judge(void *context, const ma_path_t *path)
{
    scene_t *scene = context;

    scene->candidates++;
    if (!ma_path_validate(&scene->validation, path, &scene->failure))
        return scene->failure.result == MTLSAUTH_LIMIT;
    scene->failure.result = MTLSAUTH_SUCCESS;
    scene->length = path->length;
    return true;
}

/* Searches, and says what it cost. */
static ma_search_t search(scene_t *scene, const issued_t *leaf)
{
    const ma_path_sources_t sources = { &scene->trust, scene->chain, scene->n_chain };
    ma_search_t outcome = ma_path_candidates(parse(scene, leaf->der), &sources,
                                             &scene->signatures, judge, scene);

    printf("# %u signatures, %zu candidates\n", scene->signatures.count, scene->candidates);
    TAP_TRUE(scene->signatures.count <= MA_SIGNATURE_BUDGET);
    return outcome;
}

/*
 * 16 CAs of the anchor's name, each with a key and a signature of its own, and a leaf of nobody's.
 */
static void many_keys(void)
{
    scene_t scene;
    const issued_t *stranger;
    size_t i;

    scene_open(&scene);
    trust_anchor(&scene, issue(&scene, "X", true, NULL));
    for (i = 0; i < MA_CHAIN_MAX; i++)
        send(&scene, issue(&scene, "X", true, NULL)->der);
    stranger = issue(&scene, "X", true, NULL);
    (void)search(&scene, issue(&scene, "leaf", false, stranger));
    TAP_INT(scene.length, 0);
    /* The anchor made none of them: each, and the leaf, is asked once, and never again. */
    TAP_INT(scene.signatures.count, MA_CHAIN_MAX + 1);
    scene_close(&scene);
}

/*
 * Each is signed by the next, and the last by the first; none by the anchor, which has their name.
 */
static void ring(void)
{
    issued_t links[MA_CHAIN_MAX];
    scene_t scene;
    size_t i;

    scene_open(&scene);
    trust_anchor(&scene, issue(&scene, "X", true, NULL));
    for (i = 0; i < MA_CHAIN_MAX; i++)
        (void)issue(&scene, "X", true, NULL);
    for (i = 0; i < MA_CHAIN_MAX; i++) {
        const issued_t *next = &scene.issued[1 + (i + 1) % MA_CHAIN_MAX];
        cert_issue_for(&links[i], &(cert_spec_t) { .cn = "X", .ca = true }, next,
                       scene.issued[1 + i].key);
        send(&scene, links[i].der);
    }
    (void)search(&scene, issue(&scene, "leaf", false, &scene.issued[1]));
    TAP_INT(scene.length, 0);
    TAP_INT(scene.signatures.count, MA_CHAIN_MAX + 1);
    for (i = 0; i < MA_CHAIN_MAX; i++) {
        gnutls_x509_crt_deinit(links[i].crt); /* its key is the scene's */
        gnutls_free(links[i].der.data);
        gnutls_free(links[i].pem.data);
    }
    scene_close(&scene);
}

/* All are signed by the anchor, so that each candidate costs; none signed the leaf. */
static void all_good_but_the_leaf(void)
{
    scene_t scene;
    const issued_t *anchor, *stranger;
    ma_search_t outcome;
    size_t i;

    scene_open(&scene);
    anchor = issue(&scene, "X", true, NULL);
    trust_anchor(&scene, anchor);
    for (i = 0; i < MA_CHAIN_MAX; i++)
        send(&scene, issue(&scene, "X", true, anchor)->der);
    stranger = issue(&scene, "X", true, NULL);
    outcome = search(&scene, issue(&scene, "leaf", false, stranger));
    TAP_INT(scene.length, 0);
    TAP_TRUE(outcome == MA_SEARCH_LIMIT || scene.failure.result != MTLSAUTH_SUCCESS);
    scene_close(&scene);
}

/* Two names that certify one another, for each of eight keys: loops everywhere. */
static void cross_signed(void)
{
    issued_t links[MA_CHAIN_MAX];
    scene_t scene;
    size_t i;

    scene_open(&scene);
    trust_anchor(&scene, issue(&scene, "A", true, NULL));
    for (i = 0; i < MA_CHAIN_MAX; i++)
        (void)issue(&scene, i % 2 == 0 ? "A" : "B", true, NULL);
    for (i = 0; i < MA_CHAIN_MAX; i++) {
        const issued_t *other = &scene.issued[1 + (i ^ 1u)];
        cert_issue_for(&links[i], &(cert_spec_t) { .cn = i % 2 == 0 ? "A" : "B", .ca = true },
                       other, scene.issued[1 + i].key);
        send(&scene, links[i].der);
    }
    (void)search(&scene, issue(&scene, "leaf", false, &scene.issued[1]));
    TAP_INT(scene.length, 0);
    for (i = 0; i < MA_CHAIN_MAX; i++) {
        gnutls_x509_crt_deinit(links[i].crt);
        gnutls_free(links[i].der.data);
        gnutls_free(links[i].pem.data);
    }
    scene_close(&scene);
}

/*
 * A path of `n` intermediates, sent from the top down: the worst order. The first may be the
 * pool's.
 */
static void long_path(size_t n, bool from_pool, ma_search_t outcome, size_t length)
{
    const issued_t *issuer;
    scene_t scene;
    size_t i;

    scene_open(&scene);
    issuer = issue(&scene, "root", true, NULL);
    trust_anchor(&scene, issuer);
    for (i = 0; i < n; i++) {
        char cn[16];
        snprintf(cn, sizeof(cn), "CA %zu", i);
        issuer = issue(&scene, cn, true, issuer);
        if (i == 0 && from_pool) {
            scene.pool[0] = parse(&scene, issuer->der);
            scene.trust.intermediates = (ma_cert_list_t) { scene.pool, 1, 1 };
        } else {
            send(&scene, issuer->der);
        }
    }
    TAP_INT(search(&scene, issue(&scene, "leaf", false, issuer)), outcome);
    TAP_INT(scene.length, length);
    TAP_INT(scene.signatures.count, length > 0 ? length - 1 : 0);
    scene_close(&scene);
}

static void longest(void)
{
    long_path(0, false, MA_SEARCH_STOPPED, 2);
    long_path(MA_CHAIN_MAX, false, MA_SEARCH_STOPPED, MA_PATH_MAX);
    long_path(MA_CHAIN_MAX, true, MA_SEARCH_STOPPED, MA_PATH_MAX);
}

static void too_long(void)
{
    long_path(MA_CHAIN_MAX + 1, true, MA_SEARCH_DONE, 0);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "16 CAs of one name, each with a key of its own", many_keys },
        { "16 CAs of one name, each signed by the next", ring },
        { "16 CAs of one name, all good, and a leaf of none", all_good_but_the_leaf },
        { "two names that sign one another", cross_signed },
        { "the longest path holds", longest },
        { "one certificate more is no path", too_long },
    };

    return tap_main("validate", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* crl_readers.h - one CRL, read and asked by this library, by GnuTLS and by OpenSSL. */
#ifndef TESTS_BENCH_CRL_READERS_H
#define TESTS_BENCH_CRL_READERS_H

#include "bench/big_crl.h"
#include "bench/child.h"
#include "fixture.h"

/** Serials that are looked up, in every other place one that is listed. */
enum { N_SERIALS = 1 << 16 };

typedef struct crl_scene {
    fixture_t fixture; /**< plain.conf judges without lists, tiny.conf by an empty one, crl.conf */
    issued_t ca;
    issued_t client;
    big_crl_t crl;
    size_t entries;
} crl_scene_t;

/** Makes the CA, its client and the policies. */
void crl_scene_open(crl_scene_t *scene);
/** Makes a list of so many entries, in memory and in the file that crl.conf names. */
void crl_scene_fill(crl_scene_t *scene, size_t entries);
void crl_scene_close(crl_scene_t *scene);

/** Opens an engine over a policy of the scene, and has the client authorized, which he must be. */
mtlsauth_engine_t *crl_scene_engine(const crl_scene_t *scene, const char *policy,
                                    mtlsauth_request_t **request);

/** Loads, each with the scene as context. Ours checks the signature of the list, always. */
int crl_warm_ours(const void *scene);
int crl_load_none(const void *scene); /**< ours, without the list: to be subtracted */
int crl_load_ours(const void *scene);
int crl_load_gnutls(const void *scene);
int crl_load_openssl(const void *scene);
int crl_load_gnutls_signed(const void *scene); /**< the peers, with the signature checked */
int crl_load_openssl_signed(const void *scene);

/** A list that is loaded, and serials in the form that its reader wants them in. */
typedef struct crl_asked crl_asked_t;
struct crl_asked {
    void *list;
    void *serials;
    bool (*has)(const crl_asked_t *asked, size_t i); /**< true: the list has serial i */
};

/** The serials are numbers `which[i]` of big_crl_serial(). What is made stays to the end of
    the process. */
void crl_ask_ours(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which);
void crl_ask_gnutls(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which);
void crl_ask_openssl(crl_asked_t *asked, const crl_scene_t *scene, const size_t *which);

#endif

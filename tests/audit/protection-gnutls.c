/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection-gnutls.c - sessions of GnuTLS's peers, of every suite that it has, opened with their
 * key logs: RC4 and 3DES among them, which OpenSSL's builds leave out.
 */
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/keys/suite.h"
#include "audit/wire.h"
#include "certs.h"
#include "tap.h"

/* Both ends, and what is on its way to each. */
typedef struct end {
    struct scene *scene;
    unsigned side;
    gnutls_session_t session;
    uint8_t inbox[WIRE_ROOM];
    size_t size;
} end_t;

typedef struct scene {
    wire_t wire;
    end_t ends[2];
} scene_t;

static gnutls_certificate_credentials_t certificates[2];
static gnutls_anon_client_credentials_t anon_client;
static gnutls_anon_server_credentials_t anon_server;
static gnutls_psk_client_credentials_t psk_client;
static gnutls_psk_server_credentials_t psk_server;

static int psk_of(gnutls_session_t session, const char *user, gnutls_datum_t *key)
{
    (void)session, (void)user;
    key->data = gnutls_malloc(16);
    key->size = 16;
    memset(key->data, 7, 16);
    return 0;
}

static void add_cert(gnutls_pk_algorithm_t pk, unsigned bits)
{
    cert_spec_t spec = {.cn = "peer", .pk = pk, .bits = bits};
    issued_t issued;

    spec.key_usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT;
    cert_issue(&issued, &spec, NULL);
    if (gnutls_certificate_set_x509_key(certificates[1], &issued.crt, 1, issued.key) != 0)
        abort();
    cert_free(&issued);
}

static void make_credentials(void)
{
    static const unsigned char key[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    gnutls_datum_t psk = {(unsigned char *)(uintptr_t)key, 16};

    gnutls_certificate_allocate_credentials(&certificates[0]);
    gnutls_certificate_allocate_credentials(&certificates[1]);
    gnutls_certificate_set_known_dh_params(certificates[1], GNUTLS_SEC_PARAM_MEDIUM);
    add_cert(GNUTLS_PK_RSA, 2048);
    add_cert(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    gnutls_anon_allocate_client_credentials(&anon_client);
    gnutls_anon_allocate_server_credentials(&anon_server);
    gnutls_anon_set_server_known_dh_params(anon_server, GNUTLS_SEC_PARAM_MEDIUM);
    gnutls_psk_allocate_client_credentials(&psk_client);
    gnutls_psk_allocate_server_credentials(&psk_server);
    gnutls_psk_set_client_credentials(psk_client, "client", &psk, GNUTLS_PSK_KEY_RAW);
    gnutls_psk_set_server_credentials_function(psk_server, psk_of);
    gnutls_psk_set_server_known_dh_params(psk_server, GNUTLS_SEC_PARAM_MEDIUM);
}

static void free_credentials(void)
{
    gnutls_certificate_free_credentials(certificates[0]);
    gnutls_certificate_free_credentials(certificates[1]);
    gnutls_anon_free_client_credentials(anon_client);
    gnutls_anon_free_server_credentials(anon_server);
    gnutls_psk_free_client_credentials(psk_client);
    gnutls_psk_free_server_credentials(psk_server);
}

static ssize_t push(gnutls_transport_ptr_t pointer, const void *data, size_t size)
{
    end_t *end = pointer, *other = &end->scene->ends[1 - end->side];

    if (size > sizeof(other->inbox) - other->size)
        abort();
    wire_add(&end->scene->wire, end->side, data, size);
    memcpy(other->inbox + other->size, data, size);
    other->size += size;
    return (ssize_t)size;
}

static ssize_t pull(gnutls_transport_ptr_t pointer, void *data, size_t size)
{
    end_t *end = pointer;

    if (end->size == 0) {
        gnutls_transport_set_errno(end->session, EAGAIN);
        return -1;
    }
    size = size < end->size ? size : end->size;
    memcpy(data, end->inbox, size);
    end->size -= size;
    memmove(end->inbox, end->inbox + size, end->size);
    return (ssize_t)size;
}

static int logged(gnutls_session_t session, const char *label, const gnutls_datum_t *secret)
{
    end_t *end = gnutls_session_get_ptr(session);
    gnutls_datum_t client, server;
    char line[512];
    int n;
    size_t i;

    gnutls_session_get_random(session, &client, &server);
    n = snprintf(line, sizeof(line), "%s ", label);
    for (i = 0; i < client.size; i++)
        n += snprintf(line + n, sizeof(line) - (size_t)n, "%02x", client.data[i]);
    n += snprintf(line + n, sizeof(line) - (size_t)n, " ");
    for (i = 0; i < secret->size; i++)
        n += snprintf(line + n, sizeof(line) - (size_t)n, "%02X", secret->data[i]);
    return keylog_add(end->scene->wire.keys, (const uint8_t *)line, (size_t)n);
}

/* False: these libraries do not have such sessions. */
static bool open_ends(scene_t *scene, const char *priority)
{
    unsigned side;
    bool fits = true;

    for (side = 0; side < 2; side++) {
        end_t *end = &scene->ends[side];

        end->scene = scene;
        end->side = side;
        gnutls_init(&end->session, side == 0 ? GNUTLS_CLIENT : GNUTLS_SERVER);
        fits = fits && gnutls_priority_set_direct(end->session, priority, NULL) == 0;
        gnutls_session_set_ptr(end->session, end);
        gnutls_credentials_set(end->session, GNUTLS_CRD_CERTIFICATE, certificates[side]);
        gnutls_credentials_set(end->session, GNUTLS_CRD_ANON,
                               side == 0 ? (void *)anon_client : (void *)anon_server);
        gnutls_credentials_set(end->session, GNUTLS_CRD_PSK,
                               side == 0 ? (void *)psk_client : (void *)psk_server);
        gnutls_transport_set_ptr(end->session, end);
        gnutls_transport_set_push_function(end->session, push);
        gnutls_transport_set_pull_function(end->session, pull);
        gnutls_session_set_keylog_function(end->session, logged);
    }
    return fits;
}

static bool shake(scene_t *scene)
{
    int done[2] = {-1, -1}, i;
    unsigned side;

    for (i = 0; i < 20 && (done[0] != 0 || done[1] != 0); i++) {
        for (side = 0; side < 2; side++) {
            if (done[side] != 0)
                done[side] = gnutls_handshake(scene->ends[side].session);
            if (done[side] != 0 && gnutls_error_is_fatal(done[side]))
                return false;
        }
    }
    return done[0] == 0 && done[1] == 0;
}

static void say(scene_t *scene, unsigned from, size_t size)
{
    uint8_t text[16384], got[16384];
    size_t i;
    int n;

    for (i = 0; i < size; i++)
        text[i] = (uint8_t)(i * 5 + from);
    CU_ASSERT_FATAL(gnutls_record_send(scene->ends[from].session, text, size) == (ssize_t)size);
    wire_sent(&scene->wire, from, text, size);
    for (n = 0; n < 4; n++)
        (void)gnutls_record_recv(scene->ends[1 - from].session, got, sizeof(got));
}

/* *done: there was a session. */
static const char *session(const char *priority, uint16_t version, uint16_t suite, bool *done)
{
    static scene_t scene;
    gnutls_datum_t client, server;
    const char *wrong = NULL;

    memset(&scene, 0, sizeof(scene));
    wire_open(&scene.wire);
    scene.wire.version = version;
    scene.wire.suite = suite;
    *done = open_ends(&scene, priority) && shake(&scene);
    if (*done) {
        gnutls_session_get_random(scene.ends[0].session, &client, &server);
        memcpy(scene.wire.random[0], client.data, 32);
        memcpy(scene.wire.random[1], server.data, 32);
        scene.wire.encrypt_then_mac = gnutls_session_etm_status(scene.ends[0].session) != 0;
        say(&scene, 0, 1);
        say(&scene, 1, 300);
        if (version == 0x0304)
            CU_ASSERT_FATAL(gnutls_session_key_update(scene.ends[1].session, GNUTLS_KU_PEER) == 0);
        say(&scene, 1, 9000);
        say(&scene, 0, 33);
        (void)gnutls_bye(scene.ends[0].session, GNUTLS_SHUT_WR);
        wrong = wire_check(&scene.wire);
    }
    gnutls_deinit(scene.ends[0].session);
    gnutls_deinit(scene.ends[1].session);
    wire_close(&scene.wire);
    return wrong;
}

static bool wanted(gnutls_kx_algorithm_t kx)
{
    return kx == GNUTLS_KX_RSA || kx == GNUTLS_KX_ECDHE_RSA || kx == GNUTLS_KX_ECDHE_ECDSA ||
           kx == GNUTLS_KX_ANON_ECDH || kx == GNUTLS_KX_PSK || kx == GNUTLS_KX_ECDHE_PSK ||
           kx == GNUTLS_KX_UNKNOWN;
}

static void suites(uint16_t version, const char *name, unsigned at_least)
{
    gnutls_cipher_algorithm_t cipher;
    gnutls_kx_algorithm_t kx;
    gnutls_mac_algorithm_t mac;
    unsigned char id[2];
    unsigned n = 0, etm;
    size_t i;

    for (i = 0; gnutls_cipher_suite_info(i, id, &kx, &cipher, &mac, NULL) != NULL; i++) {
        uint16_t number = (uint16_t)(id[0] << 8 | id[1]);

        if (!wanted(kx) || !protection_knows(version, number))
            continue;
        for (etm = 0; etm < 2; etm++) {
            char priority[512];
            const char *wrong;
            bool done;

            if (etm && suite_find(number)->cipher->kind != CIPHER_KIND_BLOCK)
                continue;
            snprintf(priority, sizeof(priority),
                     "NONE:+VERS-%s:+%s:+%s:+%s:+SIGN-ALL:+GROUP-ALL:+COMP-NULL"
                     ":%%VERIFY_ALLOW_BROKEN%s",
                     name, gnutls_cipher_get_name(cipher), gnutls_mac_get_name(mac),
                     kx == GNUTLS_KX_UNKNOWN ? "ECDHE-RSA" : gnutls_kx_get_name(kx),
                     etm ? "" : ":%NO_ETM");
            wrong = session(priority, version, number, &done);
            tap_row("%s", priority);
            TAP_STR(wrong == NULL ? "" : wrong, "");
            n += done;
        }
    }
    printf("# %u sessions\n", n);
    if (n == 0 && at_least == 0)
        tap_skip("this GnuTLS does not have it");
    TAP_TRUE(n >= at_least);
}

static void ssl3(void)
{
    suites(0x0300, "SSL3.0", 0);
}

static void tls10(void)
{
    suites(0x0301, "TLS1.0", 10);
}

static void tls12(void)
{
    suites(0x0303, "TLS1.2", 40);
}

static void tls13(void)
{
    suites(0x0304, "TLS1.3", 4);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"SSLv3", ssl3},
        {"TLS 1.0", tls10},
        {"TLS 1.2", tls12},
        {"TLS 1.3", tls13},
    };
    int status;

    make_credentials();
    status = tap_main("protection-gnutls", tests, sizeof(tests) / sizeof(tests[0]));
    free_credentials();
    return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit_scene.h - handshakes made by hand, for tests of what judges and reports them. Header only.
 */
#ifndef TESTS_AUDIT_SCENE_H
#define TESTS_AUDIT_SCENE_H

#include "api/scene.h"
#include "audit/replay/replay.h"

#define SECOND INT64_C(1000000000)

/* A handshake with the flow it points to. */
typedef struct made {
    flow_t flow;
    handshake_t handshake;
} made_t;

static inline ma_bytes_t text_bytes(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

/* 192.0.2.1:40000 to 198.51.100.7:443, TLS 1.2, at the tests' time, and with this certificate. */
static inline made_t *make_handshake(made_t *made, const issued_t *client)
{
    static const uint8_t from[4] = { 192, 0, 2, 1 }, to[4] = { 198, 51, 100, 7 };
    handshake_t *handshake = &made->handshake;

    memset(made, 0, sizeof(*made));
    memcpy(made->flow.ends[0].address, from, sizeof(from));
    memcpy(made->flow.ends[1].address, to, sizeof(to));
    made->flow.ends[0].port = 40000;
    made->flow.ends[1].port = 443;
    made->flow.ip_version = 4;
    made->flow.transport = TRANSPORT_TCP;
    handshake->flow = &made->flow;
    handshake->found_in = "";
    handshake->why = "";
    handshake->visibility = VISIBLE_NONE_SENT;
    handshake->begin = (place_t) { CERTS_NOW * SECOND - 1500000, 4, 0 };
    handshake->certificate = (place_t) { CERTS_NOW * SECOND - 500000, 7, 0 };
    handshake->end = (place_t) { CERTS_NOW * SECOND + 123456789, 9, 0 };
    handshake->version = 0x0303;
    handshake->cipher_suite = 0xc02b;
    handshake->requested = true;
    handshake->request_visible = true;
    handshake->finished = true;
    handshake->sni = text_bytes("api.example.com");
    handshake->alpn = text_bytes("http/1.1");
    if (client != NULL) {
        handshake->visibility = VISIBLE_CERTIFICATE;
        handshake->certificates[0] = (ma_bytes_t) { client->der.data, client->der.size };
        handshake->n_certificates = 1;
    }
    return made;
}

static inline void add_certificate(made_t *made, const issued_t *certificate)
{
    made->handshake.certificates[made->handshake.n_certificates++]
        = (ma_bytes_t) { certificate->der.data, certificate->der.size };
}

/* A replay over DIR/policy; ends the test program if it does not open. */
static inline replay_t *open_replay(const scene_t *scene, replay_how_t *how, const char *policy)
{
    static char path[600], plugins[600];
    replay_t *replay = NULL;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    snprintf(path, sizeof(path), "%s", fixture_path(&scene->fixture, policy));
    snprintf(plugins, sizeof(plugins), "%s", scene->fixture.plugins);
    how->policy = path;
    how->plugin_dir = plugins;
    if (replay_new(how, &replay, &why) != 0) {
        printf("Bail out! %s\n", ma_buf_string(&why));
        exit(99);
    }
    ma_buf_free(&why);
    return replay;
}

static inline void show_handshake(replay_t *replay, const handshake_t *handshake)
{
    const handshake_sink_t *sink = replay_sink(replay);

    sink->handshake(sink->context, handshake);
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* field_rfc9440.c - the fields of RFC 9440: how long they may get, and how octets are wrapped. */
#include "cred/certificate_text.h"
#include "field_scene.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CF "cf.tls_client_auth."

/* A certificate of which only the bytes count. */
static mtlsauth_cert_t sized(const uint8_t *room, size_t size)
{
    return (mtlsauth_cert_t) { .der = { room, size } };
}

/* Limits are of the text that goes into the header: 10 KiB and 16 KiB. */
static void limits(void)
{
    static const struct {
        size_t leaf;
        size_t chain[3];
        size_t leaf_text, chain_text; /* 0: too large, or none */
        const char *leaf_large, *chain_large;
    } rows[] = {
        { 3, { 0 }, 6, 0, "false", "false" },
        { 4, { 1, 2 }, 10, 14, "false", "false" },
        /* 10238 is no multiple of four: the largest text is 10238 - 2 and two colons */
        { 7677, { 0 }, 10238, 0, "false", "false" },
        { 7678, { 0 }, 0, 0, "true", "false" },
        /* 12285 octets come to 16382, one more to 16386 */
        { 3, { 12285 }, 6, 16382, "false", "false" },
        { 3, { 12286 }, 6, 0, "false", "true" },
        /* 8190 + 2 + 8190 = 16382; 8190 + 2 + 8194 is past it */
        { 3, { 6141, 6141 }, 6, 16382, "false", "false" },
        { 3, { 6141, 6142 }, 6, 0, "false", "true" },
        { 3, { 60000, 60000, 60000 }, 6, 0, "false", "true" },
    };
    static const uint8_t room[MA_CERT_MAX_SIZE];
    field_scene_t scene;
    size_t i, j;

    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_cert_t leaf = sized(room, rows[i].leaf), certs[3];
        const mtlsauth_cert_t *chain[3];
        tap_row("%zu and %zu, %zu", rows[i].leaf, rows[i].chain[0], rows[i].chain[1]);
        if (!field_scene_begin(&scene, NULL, 0))
            return;
        for (j = 0; j < 3 && rows[i].chain[j] > 0; j++) {
            certs[j] = sized(room, rows[i].chain[j]);
            chain[j] = &certs[j];
        }
        scene.check.leaf = &leaf;
        scene.check.chain = chain;
        scene.check.n_chain = j;
        if (!field_scene_bind(&scene, false))
            return;
        TAP_INT(strlen(field_text(&scene, CF "cert_rfc9440")), rows[i].leaf_text);
        TAP_STR(field_text(&scene, CF "cert_rfc9440_too_large"), rows[i].leaf_large);
        TAP_INT(strlen(field_text(&scene, CF "cert_chain_rfc9440")), rows[i].chain_text);
        TAP_STR(field_text(&scene, CF "cert_chain_rfc9440_too_large"), rows[i].chain_large);
        field_scene_end(&scene);
    }
}

/* RFC 4648 10, as RFC 9440 wraps it. */
static void wrapped(void)
{
    static const char *const octets[] = { "f", "fo", "foo", "foob" };
    mtlsauth_cert_t certs[4];
    const mtlsauth_cert_t *chain[4];
    ma_buf_t text;
    size_t i;

    for (i = 0; i < 4; i++) {
        certs[i] = sized((const uint8_t *)octets[i], strlen(octets[i]));
        chain[i] = &certs[i];
    }
    ma_buf_init(&text, 0);
    ma_rfc9440_chain_text(chain, 4, &text);
    TAP_STR(ma_buf_string(&text), ":Zg==:, :Zm8=:, :Zm9v:, :Zm9vYg==:");
    TAP_INT(text.size, ma_rfc9440_chain_size(chain, 4));
    ma_buf_free(&text);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "limits of RFC 9440 fields", limits },
        { "texts of RFC 9440", wrapped },
    };

    return tap_main("field_rfc9440", tests, COUNT(tests));
}

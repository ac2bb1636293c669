/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward_whom.c - for whom headers for the application are made, and what a client may not send
 * under their names.
 */
#include "forward_scene.h"

/* ---- for whom ------------------------------------------------------------------------------ */

#define OPEN_STACK "allow_unverified = true;\n" TRUST
#define ASKED STACK(ENTRY("optional", "validity", "") PERMIT)
#define UNASKED STACK(PERMIT)

static void who_gets_headers(void)
{
    static const struct {
        const char *why, *policy;
        enum { NOBODY, JOHN, JANE, ALONE } client;
        int64_t time;
        int verdict, would;
        const char *verify, *verified, *presented, *subject; /* NULL: not set */
    } rows[] = {
        { "allowed", TRUST STACK(VALIDITY CN("required", "John Doe")), JOHN, CERTS_NOW, 1, 1,
          "SUCCESS", "true", "true", "CN=John Doe" },
        { "denied", TRUST STACK(VALIDITY CN("required", "John Doe")), JANE, CERTS_NOW, 0, 0, NULL,
          NULL, NULL, NULL },
        { "denied with no certificate", TRUST STACK(VALIDITY PERMIT), NOBODY, CERTS_NOW, 0, 0, NULL,
          NULL, NULL, NULL },
        { "the invariant", TRUST STACK(ENTRY("optional", "validity", "")
                                       ENTRY("sufficient", "permit", "")),
          ALONE, CERTS_NOW, 0, 0, NULL, NULL, NULL, NULL },
        { "would be allowed", "mode = \"monitor\";\n" TRUST STACK(VALIDITY PERMIT), JOHN, CERTS_NOW,
          1, 1, "SUCCESS", "true", "true", "CN=John Doe" },
        { "would be denied",
          "mode = \"monitor\";\n" TRUST STACK(VALIDITY CN("required", "John Doe")), JANE, CERTS_NOW,
          1, 0, NULL, NULL, NULL, NULL },
        { "let in without a certificate", OPEN_STACK ASKED, NOBODY, CERTS_NOW, 1, 1, "NONE",
          "false", "false", NULL },
        { "and nobody asked", OPEN_STACK UNASKED, NOBODY, CERTS_NOW, 1, 1, "NONE", "false",
          "false", NULL },
        { "let in with one that does not verify", OPEN_STACK ASKED, ALONE, CERTS_NOW, 1, 1,
          "FAILED:untrusted", "false", "true", "CN=John Doe" },
        { "that is over", OPEN_STACK ASKED, JOHN, CERTS_NOW + 336 * CERTS_DAY, 1, 1,
          "FAILED:expired", "false", "true", "CN=John Doe" },
        { "that nobody looked at", OPEN_STACK UNASKED, JOHN, CERTS_NOW, 1, 1, "FAILED:unverified",
          "false", "true", "CN=John Doe" },
    };
    scene_t scene;
    size_t i;

    scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        const issued_t *clients[] = { NULL, &scene.john, &scene.jane, &scene.alone };
        const issued_t *client = clients[rows[i].client];
        const mtlsauth_decision_t *decision;
        mtlsauth_engine_t *engine;
        mtlsauth_request_t *request;

        tap_row("%s", rows[i].why);
        fixture_printf(&scene.fixture, "p.conf", "%s%s", ALL, rows[i].policy);
        engine = fixture_engine_ok(&scene.fixture, "p.conf");
        request = new_request(engine);
        mtlsauth_request_time(request, rows[i].time);
        if (client != NULL)
            mtlsauth_request_leaf(request, client->der.data, client->der.size);
        TAP_INT(mtlsauth_authorize(request), rows[i].verdict);
        decision = mtlsauth_decision(request);
        TAP_INT(decision->would, rows[i].would);
        TAP_STR(header_of(request, "X-CERT-VERIFY"), rows[i].verify ? rows[i].verify : "(none)");
        TAP_STR(header_of(request, "cf-cert-verified"),
                rows[i].verified ? rows[i].verified : "(none)");
        TAP_STR(header_of(request, "cf-cert-presented"),
                rows[i].presented ? rows[i].presented : "(none)");
        TAP_STR(header_of(request, "X-CERT-SUBJECT-DN"),
                rows[i].subject ? rows[i].subject : "(none)");
        TAP_INT(decision->n_headers == 0, rows[i].verify == NULL);
        if (rows[i].client == NOBODY && rows[i].verdict == 1)
            TAP_INT(decision->n_headers, 4); /* three of cf-cert, one of x-cert */
        if (rows[i].verified == NULL || strcmp(rows[i].verified, "true") != 0) {
            /* what only a path tells */
            TAP_TRUE(!has(request, "Client-Cert-Chain"));
            TAP_TRUE(!has(request, "cf-cert-issuer-serial"));
        }
        mtlsauth_request_free(request);
        mtlsauth_engine_free(engine);
    }
    scene_close(&scene);
}

static void revoked_clients_that_are_let_in(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    const issued_t *revoked[] = { NULL };
    gnutls_datum_t list;

    scene_open(&scene);
    revoked[0] = &scene.john;
    list = crl_issue(&(crl_spec_t) { .revoked = revoked, .n_revoked = 1 }, &scene.root);
    fixture_write_bytes(&scene.fixture, "list.crl", list.data, list.size);
    gnutls_free(list.data);
    request = open_request(&scene, &engine, "forward = [ \"cf-cert\" ];\n" TRUST STACK(
        VALIDITY ENTRY("[revoked=ignore default=die success=ignore]", "crl",
                       "files = [ \"list.crl\" ];") PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    TAP_STR(header_of(request, "cf-cert-revoked"), "true");
    TAP_STR(header_of(request, "cf-cert-verified"), "true");
    TAP_INT(ask(request, &scene.jane), 1);
    TAP_STR(header_of(request, "cf-cert-revoked"), "false");
    TAP_INT(ask(request, NULL), 0); /* and nothing is left of who came before */
    TAP_INT(mtlsauth_decision(request)->n_headers, 0);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* A candidate is asked, and tells the application nothing. */
static void a_candidate_forwards_nothing(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    fixture_write(&scene.fixture, "p.next", ALL TRUST STACK(VALIDITY PERMIT));
    request = open_request(&scene, &engine,
                           "forward = [ \"rfc9440\" ]; candidate = \"p.next\";\n" TRUST
                           STACK(VALIDITY PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    TAP_INT(mtlsauth_decision(request)->n_headers, 1);
    TAP_TRUE(has(request, "Client-Cert"));
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* ---- what is stripped ---------------------------------------------------------------------- */

static void check_spellings(const mtlsauth_decision_t *decision, const char *name, int strips)
{
    char text[64];
    size_t i, size = strlen(name);
    unsigned way;

    TAP_TRUE(size < sizeof(text) - 1);
    for (way = 0; way < 8; way++) { /* case as it is, lower, upper, mixed; each with _ for - */
        for (i = 0; i < size; i++) {
            bool up = way % 4 == 2 || (way % 4 == 3 && i % 2 == 0), as_is = way % 4 == 0;
            char c = name[i];
            if (!as_is && up && c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
            else if (!as_is && !up && c >= 'A' && c <= 'Z')
                c = (char)(c - 'A' + 'a');
            text[i] = way >= 4 && c == '-' ? '_' : c;
        }
        text[size] = '\0';
        tap_row("%s", text);
        TAP_INT(mtlsauth_decision_strips(decision, text, size), strips);
        text[size] = 'x';
        TAP_INT(mtlsauth_decision_strips(decision, text, size + 1), 0);
    }
}

static const char *const forwarded[] = {
    "Client-Cert", "Client-Cert-Chain", "x-forwarded-client-cert", "Cf-Client-Cert-Der-Base64",
    "Cf-Client-Cert-Sha256", "cf-cert-revoked", "cf-cert-verified", "cf-cert-presented",
    "cf-cert-issuer-dn", "cf-cert-subject-dn", "cf-cert-issuer-dn-rfc2253",
    "cf-cert-subject-dn-rfc2253", "cf-cert-issuer-dn-legacy", "cf-cert-subject-dn-legacy",
    "cf-cert-serial", "cf-cert-issuer-serial", "cf-cert-fingerprint-sha256",
    "cf-cert-fingerprint-sha1", "cf-cert-not-before", "cf-cert-not-after", "cf-cert-ski",
    "cf-cert-issuer-ski", "X-CERT-ISSUER-DN", "X-CERT-SUBJECT-DN", "X-CERT-ISSUER-DN-L",
    "X-CERT-SUBJECT-DN-L", "X-CERT-SERIAL", "X-CERT-FINGER", "X-CERT-VERIFY", "X-CERT-NOTBE",
    "X-CERT-NOTAF",
};

static void every_name_is_stripped(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    size_t i, round;

    scene_open(&scene);
    request = open_request(&scene, &engine, ALL "strip = [ \"X-Mine\" ];\n" TRUST
                           STACK(VALIDITY CN("required", "John Doe")));
    for (round = 0; round < 3; round++) { /* whatever the verdict */
        const issued_t *clients[] = { &scene.john, &scene.jane, NULL };
        const mtlsauth_decision_t *decision = mtlsauth_decision(request);
        TAP_INT(ask(request, clients[round]), round == 0);
        TAP_INT(decision->n_strip, COUNT(forwarded) + 3); /* two are never set; X-Mine */
        for (i = 0; i < COUNT(forwarded); i++)
            check_spellings(decision, forwarded[i], 1);
        check_spellings(decision, "cf-cert-sha256", 1);
        check_spellings(decision, "cf-cert-sha1", 1);
        check_spellings(decision, "X-Mine", 1);
        check_spellings(decision, "X-Forwarded-For", 0);
        check_spellings(decision, "Client", 0);
    }
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

/* Only those of the formats that are forwarded: another proxy's headers are none of ours. */
static void other_names_are_not(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;

    scene_open(&scene);
    request = open_request(&scene, &engine,
                           "forward = [ \"xfcc\" ];\n" TRUST STACK(VALIDITY PERMIT));
    TAP_INT(ask(request, &scene.john), 1);
    check_spellings(mtlsauth_decision(request), "X-Forwarded-Client-Cert", 1);
    check_spellings(mtlsauth_decision(request), "Client-Cert", 0);
    check_spellings(mtlsauth_decision(request), "cf-cert-verified", 0);
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "who gets headers", who_gets_headers },
        { "revoked clients that are let in", revoked_clients_that_are_let_in },
        { "a candidate forwards nothing", a_candidate_forwards_nothing },
        { "every name is stripped", every_name_is_stripped },
        { "other names are not", other_names_are_not },
    };

    return tap_main("forward_whom", tests, COUNT(tests));
}

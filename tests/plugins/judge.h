/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.h - for tests of plugins: write a policy, ask it about a client, compare the reason.
 *
 * Everything goes through the public functions, with the real plugins. Header only; functions end
 * the program with a "Bail out!" when the machine fails them. What it does not check: anything.
 */
#ifndef TESTS_PLUGINS_JUDGE_H
#define TESTS_PLUGINS_JUDGE_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs.h"
#include "fixture.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Who asks to come in, and when. */
typedef struct question {
    const issued_t *leaf;     /**< NULL: `bytes`, and without those no certificate */
    gnutls_datum_t bytes;
    const issued_t *chain[20]; /**< ended by NULL */
    int64_t time;             /**< 0: CERTS_NOW */
} question_t;

/** What came of it. The texts are copies. */
typedef struct answer {
    int allowed;
    char reason[40];
    char message[1200];
    char trace[600];  /**< "validity=success cn=no_match" */
    char rows[4000];  /**< "crl=not revoked: ...": the messages of the trace */
    char json[16000];
} answer_t;

static inline void judge_must(int holds, const char *what)
{
    if (holds)
        return;
    printf("Bail out! %s\n", what);
    fflush(stdout);
    _exit(99);
}

/** snprintf that ends the program rather than cut something off. */
__attribute__((format(printf, 3, 4))) static inline size_t format_text(char *out, size_t room,
                                                                       const char *format, ...)
{
    va_list args;
    int size;

    va_start(args, format);
    size = vsnprintf(out, room, format, args);
    va_end(args);
    judge_must(size >= 0 && (size_t)size < room, "a text too long for its buffer");
    return (size_t)size;
}

/* Adds "A=B", after a blank if something is there. */
static inline void judge_append(char *text, size_t room, const char *a, const char *b)
{
    size_t used = strlen(text);

    format_text(text + used, room - used, "%s%s=%s", used > 0 ? " " : "", a, b);
}

/** Sets what the question says and decides. The request is not reset. */
static inline answer_t judge_request(mtlsauth_request_t *request, const question_t *question)
{
    const mtlsauth_decision_t *decision;
    answer_t answer = { .allowed = 0 };
    size_t i, size = sizeof(answer.json);

    if (question->leaf != NULL)
        mtlsauth_request_leaf(request, question->leaf->der.data, question->leaf->der.size);
    else
        mtlsauth_request_leaf(request, question->bytes.data, question->bytes.size);
    for (i = 0; i < COUNT(question->chain) && question->chain[i] != NULL; i++)
        mtlsauth_request_chain(request, question->chain[i]->der.data,
                               question->chain[i]->der.size);
    mtlsauth_request_time(request, question->time != 0 ? question->time : CERTS_NOW);
    answer.allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    /* Two ways to say the same; a test that looks at one of them shall not miss the other. */
    judge_must(answer.allowed == (decision->verdict == MTLSAUTH_ALLOW)
                   && answer.allowed == (decision->result == MTLSAUTH_SUCCESS),
               "verdict, reason and return value differ");
    format_text(answer.reason, sizeof(answer.reason), "%s", decision->reason);
    format_text(answer.message, sizeof(answer.message), "%s", decision->message);
    for (i = 0; i < decision->n_trace; i++) {
        judge_append(answer.trace, sizeof(answer.trace), decision->trace[i]->plugin,
                     decision->trace[i]->result);
        judge_append(answer.rows, sizeof(answer.rows), decision->trace[i]->plugin,
                     decision->trace[i]->message);
    }
    judge_must(mtlsauth_decision_json(decision, answer.json, &size) == 0, "no JSON");
    return answer;
}

/** Asks an engine once. */
static inline answer_t judge(mtlsauth_engine_t *engine, const question_t *question)
{
    mtlsauth_request_t *request;
    answer_t answer;

    judge_must(mtlsauth_request_new(engine, &request) == 0, "no request");
    answer = judge_request(request, question);
    mtlsauth_request_free(request);
    return answer;
}

/** Opens DIR/name, asks once, closes. */
static inline answer_t judge_policy(fixture_t *fixture, const char *name,
                                    const question_t *question)
{
    mtlsauth_engine_t *engine = fixture_engine_ok(fixture, name);
    answer_t answer = judge(engine, question);

    mtlsauth_engine_free(engine);
    return answer;
}

/** The reason alone; one static buffer. */
static inline const char *judge_reason(fixture_t *fixture, const char *name,
                                       const question_t *question)
{
    static char reason[40];
    answer_t answer = judge_policy(fixture, name, question);

    memcpy(reason, answer.reason, sizeof(reason));
    return reason;
}

#define PERMIT "{ control = \"required\"; plugin = \"permit\"; }"

/** Writes a policy: validity with options, then entries. `trust` NULL: anchors = root.pem. */
static inline void put_policy(const fixture_t *fixture, const char *name, const char *trust,
                              const char *validity, const char *entries)
{
    fixture_printf(fixture, name,
                   "trust = { %s };\n"
                   "stack = (\n"
                   "  { control = \"requisite\"; plugin = \"validity\"; %s },\n"
                   "  %s\n"
                   ");\n",
                   trust != NULL ? trust : "anchors = [ \"root.pem\" ];",
                   validity != NULL ? validity : "", entries != NULL ? entries : PERMIT);
}

/** Writes certificates into one PEM file; the list ends with NULL. */
static inline void put_pem(const fixture_t *fixture, const char *name, const issued_t *const *certs)
{
    char text[64 * 1024] = "";
    size_t used = 0;

    for (; *certs != NULL; certs++) {
        judge_must(used + (*certs)->pem.size < sizeof(text), "too many certificates for a file");
        memcpy(text + used, (*certs)->pem.data, (*certs)->pem.size);
        used += (*certs)->pem.size;
    }
    fixture_write_bytes(fixture, name, text, used);
}

#define PUT_PEM(fixture, name, ...)                                                                \
    put_pem((fixture), (name), (const issued_t *const[]) { __VA_ARGS__, NULL })

/** Writes the private key, for the openssl command. */
static inline void put_key(const fixture_t *fixture, const char *name, const issued_t *issued)
{
    gnutls_datum_t pem = { NULL, 0 };

    judge_must(gnutls_x509_privkey_export2_pkcs8(issued->key, GNUTLS_X509_FMT_PEM, NULL,
                                                 GNUTLS_PKCS_PLAIN, &pem)
                   >= 0,
               "no private key");
    fixture_write_bytes(fixture, name, pem.data, pem.size);
    gnutls_free(pem.data);
}

/** Signs anew what a test changed in issued->crt. */
static inline void resign(issued_t *issued, const issued_t *issuer)
{
    gnutls_free(issued->der.data);
    gnutls_free(issued->pem.data);
    judge_must(gnutls_x509_crt_sign2(issued->crt, issuer->crt, issuer->key,
                                     gnutls_x509_privkey_get_pk_algorithm(issuer->key)
                                             == GNUTLS_PK_EDDSA_ED25519
                                         ? GNUTLS_DIG_SHA512
                                         : GNUTLS_DIG_SHA256,
                                     0)
                       >= 0
                   && gnutls_x509_crt_export2(issued->crt, GNUTLS_X509_FMT_DER, &issued->der) >= 0
                   && gnutls_x509_crt_export2(issued->crt, GNUTLS_X509_FMT_PEM, &issued->pem) >= 0,
               "a certificate could not be signed again");
}

/** One string of a subject: its ASN.1 type and its octets. */
typedef struct name {
    unsigned char tag;
    const char *octets;
    size_t size;
} name_t;

enum { UTF8 = 0x0c, PRINTABLE = 0x13, TELETEX = 0x14, IA5 = 0x16, BMP = 0x1e };
#define NAME(tag, literal) { (tag), (literal), sizeof(literal) - 1 }

/** Adds a common name just so, which GnuTLS would encode in its own way. */
static inline void add_common_name(issued_t *issued, const name_t *name)
{
    unsigned char der[128] = { name->tag, (unsigned char)name->size };

    judge_must(name->size <= 126, "a name too long for a test");
    memcpy(der + 2, name->octets, name->size);
    judge_must(gnutls_x509_crt_set_dn_by_oid(issued->crt, GNUTLS_OID_X520_COMMON_NAME, 1, der,
                                             (unsigned)name->size + 2)
                   >= 0,
               "GnuTLS does not take a common name");
}

/** The openssl command, or NULL where there is none. */
static inline const char *openssl(const fixture_t *fixture)
{
    const char *name = getenv("OPENSSL");

    if (name == NULL || name[0] == '\0')
        name = "openssl";
    return fixture_run(fixture, "%s version", name) == 0 ? name : NULL;
}

/** A file of the fixture as text, without the line end at its end; one static buffer. */
static inline const char *get_text(const fixture_t *fixture, const char *name)
{
    static char text[8192];
    FILE *file = fopen(fixture_path(fixture, name), "rb");
    size_t size;

    judge_must(file != NULL, "a file that should be there is not");
    size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    while (size > 0 && text[size - 1] == '\n')
        size--;
    text[size] = '\0';
    return text;
}

/** Writes a CRL of `issuer` that revokes one certificate, or none, as DIR/name. */
static inline void write_crl(const fixture_t *fixture, const char *name, crl_spec_t spec,
                             const issued_t *issuer, const issued_t *revoked)
{
    gnutls_datum_t der;

    spec.revoked = &revoked;
    spec.n_revoked = revoked != NULL;
    der = crl_issue(&spec, issuer);
    fixture_write_bytes(fixture, name, der.data, der.size);
    gnutls_free(der.data);
}

/** p.conf: valid, not revoked as `crl_options` of the plugin crl say, then permitted. */
static inline void put_crl_stack(const fixture_t *fixture, const char *crl_options)
{
    char entries[1024];

    format_text(entries, sizeof(entries),
                "{ control = \"requisite\"; plugin = \"crl\"; %s }, " PERMIT, crl_options);
    put_policy(fixture, "p.conf", NULL, NULL, entries);
}

#endif

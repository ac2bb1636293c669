/* SPDX-License-Identifier: BSD-2-Clause */
/* visitors.c - see visitors.h. */
#include "captures/visitors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const visitor_kind_t visitor_kinds[VISITOR_KINDS] = {
    {.name = "good", .cn = "alpha-1", .reason = "success", .requests = 1},
    {.name = "wrong CN", .cn = "beta-1", .reason = "no_match", .requests = 1},
    {.name = "expired",
     .cn = "alpha-2",
     .reason = "expired",
     .requests = 1,
     .from = -100,
     .until = -1},
    {.name = "not yet valid",
     .cn = "alpha-3",
     .reason = "not_yet_valid",
     .requests = 1,
     .from = 1,
     .until = 100},
    {.name = "revoked", .cn = "alpha-4", .reason = "revoked", .requests = 1, .revoked = true},
    {.name = "self-signed",
     .cn = "alpha-5",
     .reason = "untrusted",
     .requests = 1,
     .self_signed = true},
    {.name = "unknown CA", .cn = "alpha-6", .reason = "untrusted", .requests = 1, .other_ca = true},
    {.name = "none", .reason = "no_certificate", .requests = 1},
    {.name = "with intermediate",
     .cn = "alpha-7",
     .reason = "success",
     .requests = 1,
     .deep = true},
    {.name = "without intermediate",
     .cn = "alpha-8",
     .reason = "untrusted",
     .requests = 1,
     .unlinked = true},
    {.name = "keeps alive", .cn = "alpha-9", .reason = "success", .requests = 4},
    {.name = "keeps alive, wrong CN", .cn = "beta-2", .reason = "no_match", .requests = 3},
    {.name = "comes back", .cn = "alpha-10", .reason = "success", .requests = 1, .resumed = true},
    {.name = "comes back with intermediate",
     .cn = "alpha-11",
     .reason = "success",
     .requests = 2,
     .deep = true,
     .resumed = true},
    {.name = "comes back revoked",
     .cn = "alpha-12",
     .reason = "revoked",
     .requests = 1,
     .revoked = true,
     .resumed = true},
    {.name = "comes back without any", .reason = "no_certificate", .requests = 1, .resumed = true},
    {.name = "asks nothing", .cn = "alpha-13", .reason = "-"},
    {.name = "gone", .cn = "alpha-14", .reason = "-", .gone = true},
};

void visitors_must(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "talk-to-server: %s: %s\n", what, strerror(errno));
    exit(99);
}

int64_t visitors_now(void)
{
    struct timespec at;

    clock_gettime(CLOCK_REALTIME, &at);
    return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static void issue(issued_t *out, const char *cn, const visitor_kind_t *kind, bool ca,
                  const issued_t *issuer)
{
    const int64_t today = visitors_now() / 1000000;
    cert_spec_t spec = {.cn = cn,
                        .ca = ca,
                        .pk = GNUTLS_PK_ECDSA,
                        .bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
                        .not_before = today - 200 * CERTS_DAY,
                        .not_after = today + 200 * CERTS_DAY};

    if (kind != NULL && kind->until != 0) {
        spec.not_before = today + kind->from * CERTS_DAY;
        spec.not_after = today + kind->until * CERTS_DAY;
    }
    cert_issue(out, &spec, issuer);
}

FILE *visitors_create(const char *folder, const char *name, const char *suffix)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
    file = fopen(path, "wb");
    visitors_must(file != NULL, path);
    return file;
}

static void write_file(const char *folder, const char *name, const gnutls_datum_t *data)
{
    FILE *file = visitors_create(folder, name, "");

    visitors_must(fwrite(data->data, 1, data->size, file) == data->size && fclose(file) == 0, name);
}

static void write_crls(const char *folder, const visitors_t *pki)
{
    const int64_t today = visitors_now() / 1000000;
    const issued_t *revoked[VISITOR_KINDS];
    crl_spec_t spec = {.revoked = revoked,
                       .this_update = today - CERTS_DAY,
                       .next_update = today + 7 * CERTS_DAY,
                       .revoked_at = today - 2 * CERTS_DAY};
    gnutls_datum_t crl;
    size_t i;

    for (i = 0; i < VISITOR_KINDS; i++)
        if (visitor_kinds[i].revoked)
            revoked[spec.n_revoked++] = &pki->clients[i];
    crl = crl_issue_pem(&spec, &pki->ca);
    write_file(folder, "crl.pem", &crl);
    gnutls_free(crl.data);
    spec.n_revoked = 0;
    crl = crl_issue_pem(&spec, &pki->intermediate);
    write_file(folder, "crl-intermediate.pem", &crl);
    gnutls_free(crl.data);
}

void visitors_issue(const char *folder, visitors_t *pki)
{
    gnutls_datum_t key;
    size_t i;

    issue(&pki->ca, "Talk CA", NULL, true, NULL);
    issue(&pki->intermediate, "Talk Issuing", NULL, true, &pki->ca);
    issue(&pki->other_ca, "Another CA", NULL, true, NULL);
    issue(&pki->server, "server.example", NULL, false, &pki->ca);
    for (i = 0; i < VISITOR_KINDS; i++)
        if (visitor_kinds[i].cn != NULL)
            issue(&pki->clients[i], visitor_kinds[i].cn, &visitor_kinds[i], false,
                  visitor_kinds[i].self_signed                         ? NULL
                  : visitor_kinds[i].other_ca                          ? &pki->other_ca
                  : visitor_kinds[i].deep || visitor_kinds[i].unlinked ? &pki->intermediate
                                                                       : &pki->ca);
    write_file(folder, "ca.pem", &pki->ca.pem);
    write_file(folder, "server.pem", &pki->server.pem);
    visitors_must(gnutls_x509_privkey_export2(pki->server.key, GNUTLS_X509_FMT_PEM, &key) == 0,
                  "key");
    write_file(folder, "server.key", &key);
    gnutls_free(key.data);
    write_crls(folder, pki);
}

void visitors_free(visitors_t *visitors)
{
    size_t i;

    for (i = 0; i < VISITOR_KINDS; i++)
        if (visitor_kinds[i].cn != NULL)
            cert_free(&visitors->clients[i]);
    cert_free(&visitors->ca);
    cert_free(&visitors->intermediate);
    cert_free(&visitors->other_ca);
    cert_free(&visitors->server);
}

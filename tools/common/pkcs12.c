/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pkcs12.c - see pkcs12.h.
 *
 * GnuTLS finds the leaf (by the public key) and gives its chain and the other certificates apart.
 * The private key is only a means to that, and is freed, which wipes it, at once.
 */
#include "common/pkcs12.h"

#include <gnutls/pkcs12.h>

static int fail(ma_buf_t *why, int code, const char *password)
{
    if (code != GNUTLS_E_MAC_VERIFY_FAILED && code != GNUTLS_E_DECRYPTION_FAILED)
        ma_buf_printf(why, "PKCS#12: %s", gnutls_strerror(code));
    else if (password == NULL)
        ma_buf_text(why, "PKCS#12 under a password; give it with --password-file");
    else
        ma_buf_text(why, "PKCS#12: the password is wrong, or the file is damaged");
    return -1;
}

/* No password and an empty one differ in PKCS#12; tools write the latter. */
static const char *password_or_empty(const char *password)
{
    return password != NULL ? password : "";
}

static int add(gnutls_x509_crt_t *certs, unsigned count, credential_t *to, ma_buf_t *why)
{
    unsigned i;
    int ret = 0;

    for (i = 0; ret == 0 && i < count; i++) {
        gnutls_datum_t der = { NULL, 0 };
        int code = gnutls_x509_crt_export2(certs[i], GNUTLS_X509_FMT_DER, &der);

        ret = code < 0 ? fail(why, code, "") : credential_add(to, &der, why);
        gnutls_free(der.data);
    }
    return ret;
}

static void release(gnutls_x509_crt_t *certs, unsigned count)
{
    unsigned i;

    for (i = 0; i < count; i++)
        gnutls_x509_crt_deinit(certs[i]);
    gnutls_free(certs);
}

static int parse(gnutls_pkcs12_t p12, const char *password, credential_t *to, ma_buf_t *why)
{
    gnutls_x509_privkey_t key = NULL;
    gnutls_x509_crt_t *chain = NULL, *extra = NULL;
    unsigned n_chain = 0, n_extra = 0;
    int ret;
    int code = gnutls_pkcs12_simple_parse(p12, password_or_empty(password), &key, &chain, &n_chain,
                                          &extra, &n_extra, NULL,
                                          GNUTLS_PKCS12_SP_INCLUDE_SELF_SIGNED);

    gnutls_x509_privkey_deinit(key);
    if (code < 0 && code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return fail(why, code, password);
    if (code < 0 || n_chain == 0) {
        ma_buf_text(why, "PKCS#12 without a private key and its certificate, so that nothing says "
                         "which one is the client's; export that one as PEM");
        ret = -1;
    } else {
        ret = add(chain, n_chain, to, why);
        if (ret == 0)
            ret = add(extra, n_extra, to, why);
    }
    release(chain, n_chain);
    release(extra, n_extra);
    return ret;
}

int pkcs12_read(const gnutls_datum_t *file, gnutls_x509_crt_fmt_t format, const char *password,
                credential_t *to, ma_buf_t *why)
{
    gnutls_pkcs12_t p12 = NULL;
    int ret, code = gnutls_pkcs12_init(&p12);

    if (code == 0)
        code = gnutls_pkcs12_import(p12, file, format, 0);
    if (code == 0)
        code = gnutls_pkcs12_verify_mac(p12, password_or_empty(password));
    if (code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND) /* no MAC */
        code = 0;
    ret = code < 0 ? fail(why, code, password) : parse(p12, password, to, why);
    if (p12 != NULL)
        gnutls_pkcs12_deinit(p12);
    return ret;
}

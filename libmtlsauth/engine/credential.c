/* SPDX-License-Identifier: BSD-2-Clause */
/* credential.c - see credential.h. */
#include "engine/credential.h"

#include "cred/pem.h"

static const char why_many[] = "the client sent more certificates than are looked at";

/* While the objects of one piece are walked. */
typedef struct collecting {
    mtlsauth_request_t *request;
    const ma_known_t *known;
    const mtlsauth_cert_t *found; /* of the leaf */
    bool leaf;
    size_t size;            /* of the chain so far */
} collecting_t;

static int fail(ma_credential_t *credential, mtlsauth_result_t result, const char *why)
{
    if (credential->result == MTLSAUTH_SUCCESS) {
        credential->result = result;
        credential->why = why;
    }
    return MTLSAUTH_E_MALFORMED;
}

static mtlsauth_result_t result_of(int status)
{
    switch (status) {
    case MTLSAUTH_E_LIMIT:
        return MTLSAUTH_LIMIT;
    case MTLSAUTH_E_MALFORMED:
        return MTLSAUTH_MALFORMED;
    default:
        return MTLSAUTH_ERROR;
    }
}

static int read_certificate(collecting_t *collecting, ma_bytes_t der,
                            const mtlsauth_cert_t **cert)
{
    const char *why = NULL;
    mtlsauth_cert_t *parsed;
    int ret;

    if (collecting->known != NULL) {
        *cert = ma_known_find(collecting->known, der);
        if (*cert != NULL)
            return 0;
    }
    ret = ma_cert_parse(der, &collecting->request->scratch, &parsed, &why);
    if (ret != 0)
        return fail(&collecting->request->credential, result_of(ret),
                    why != NULL ? why : "out of memory");
    *cert = parsed;
    return 0;
}

/* ma_pem_each_fn */
static int collect(void *context, ma_bytes_t der)
{
    collecting_t *collecting = context;
    ma_credential_t *credential = &collecting->request->credential;
    const mtlsauth_cert_t *cert;
    int ret;

    if (collecting->leaf && collecting->found != NULL)
        return fail(credential, MTLSAUTH_MALFORMED,
                    "more than one certificate was passed as the client's own");
    if (!collecting->leaf
        && (credential->n_chain == MA_CHAIN_MAX
            || der.size > MA_CHAIN_MAX_SIZE - collecting->size))
        return fail(credential, MTLSAUTH_LIMIT, why_many);
    ret = read_certificate(collecting, der, &cert);
    if (ret != 0)
        return ret;
    if (collecting->leaf) {
        collecting->found = cert;
    } else {
        collecting->size += der.size;
        credential->chain[credential->n_chain++] = cert;
    }
    return 0;
}

static void read_piece(collecting_t *collecting, ma_bytes_t piece)
{
    mtlsauth_request_t *request = collecting->request;
    const char *why = NULL;
    int ret;

    /* Four thirds of the limit and armour: PEM of that much DER. */
    if (piece.size > 2 * MA_CHAIN_MAX_SIZE) {
        fail(&request->credential, MTLSAUTH_LIMIT, why_many);
        return;
    }
    ret = ma_pem_each(piece, "CERTIFICATE", false, &request->scratch, collect, collecting, &why);
    if (ret != 0)
        fail(&request->credential, result_of(ret), why != NULL ? why : "out of memory");
}

static void read_leaf(mtlsauth_request_t *request, const ma_known_t *known)
{
    collecting_t collecting = { .request = request, .known = known, .leaf = true };

    if (request->leaf.size == 0)
        return;
    read_piece(&collecting, request->leaf);
    request->credential.leaf = collecting.found;
    if (collecting.found == NULL)
        fail(&request->credential, MTLSAUTH_MALFORMED,
             "what was passed as the client's certificate holds none");
}

void ma_credential_read(mtlsauth_request_t *request, const ma_known_t *known)
{
    collecting_t collecting = { .request = request, .known = known };
    size_t i;

    request->credential = (ma_credential_t) { .result = MTLSAUTH_SUCCESS };
    read_leaf(request, known);
    for (i = 0; i < request->n_pieces && request->credential.result == MTLSAUTH_SUCCESS; i++)
        read_piece(&collecting, request->pieces[i]);
}

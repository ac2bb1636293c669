/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_reader.h - what the files that make up crl.h share: the list itself, and the state of reading
 * one. Nobody else includes it.
 */
#ifndef MA_CRL_CRL_READER_H
#define MA_CRL_CRL_READER_H

#include "crl/crl.h"
#include "crl/serial_index.h"

/** Remembered signature checks; see crl_signature.c. */
typedef struct ma_crl_answers ma_crl_answers_t;

struct ma_crl {
    ma_crl_info_t info;
    uint8_t *copy;        /**< tbs, algorithm and signature */
    ma_bytes_t tbs;       /**< TBSCertList with its header: what is signed */
    ma_bytes_t algorithm; /**< signatureAlgorithm, with header */
    ma_bytes_t signature; /**< bits of the signature, whole octets */
    ma_serial_index_t index;
    ma_bytes_t *issuers; /**< of an indirect list: Names, by the numbers that the index has */
    size_t n_issuers;
    size_t room_issuers;
    ma_crl_answers_t *answers; /**< these change though the list does not */
};

/** What goes along while reading. `status` and `why` are those of the first failure. */
typedef struct ma_crl_reader {
    ma_crl_t *crl;
    bool v2;
    ma_serial_entry_t entry; /**< the one at hand; its issuer stays in force for the next */
    int status;
    const char *why;
} ma_crl_reader_t;

/** Issuers of entries in one indirect list. */
#define MA_CRL_MAX_ISSUERS 1024u

/** Fails the cursor, and says why unless something failed before. */
void ma_crl_reject(ma_crl_reader_t *reader, ma_der_t *der, int status, const char *why);

/** Read the extensions that come next, of an entry and of the list ([0], maybe absent). */
void ma_crl_read_entry_extensions(ma_crl_reader_t *reader, ma_der_t *entry);
void ma_crl_read_list_extensions(ma_crl_reader_t *reader, ma_der_t *tbs);

/** An empty memory of answers; NULL when out of memory. */
ma_crl_answers_t *ma_crl_answers_new(void) MTLSAUTH_MUST_CHECK;
void ma_crl_answers_free(ma_crl_answers_t *answers);

#endif

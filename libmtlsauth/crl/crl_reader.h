/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_reader.h - what the files that make up crl.h share: the list itself, and the state of reading
 * one. Nobody else includes it, but a unit test.
 */
#ifndef MA_CRL_CRL_READER_H
#define MA_CRL_CRL_READER_H

#include "crl/crl.h"
#include "crl/serial_index.h"

/** Issuers of entries in one indirect list. */
#define MA_CRL_MAX_ISSUERS 1024u
/** Slots of the table that finds their numbers: half of them stay free. */
#define MA_CRL_ISSUER_SLOTS (2 * MA_CRL_MAX_ISSUERS)

/** Remembered signature checks; see crl_signature.c. */
typedef struct ma_crl_answers ma_crl_answers_t;

struct ma_crl {
    ma_crl_info_t info;
    ma_arena_t arena;     /**< holds what is kept of the list: names, extensions, signature */
    ma_signature_algorithm_t algorithm;
    const ma_signature_algorithm_t *with; /**< that one; NULL: it is not known */
    ma_signed_t body;     /**< what is signed: TBSCertList with its header */
    ma_bytes_t signature; /**< bits of the signature, whole octets */
    bool known;           /**< a key that is known at load signed it */
    ma_serial_index_t index;
    ma_bytes_t *issuers; /**< of an indirect list: Names, by the numbers that the index has */
    size_t n_issuers;
    ma_crl_answers_t *answers; /**< these change though the list does not */
};

/**
 * What goes along while reading. `status` and `why` are those of the first failure.
 *
 * What an entry means depends on what the list is, which its extensions say, which come last: so
 * the first reason not to judge by the list is noted for each kind of list.
 */
typedef struct ma_crl_reader {
    ma_window_t *in;
    ma_crl_t *crl;
    bool v2;
    ma_serial_entry_t entry; /**< the one at hand; its issuer stays in force for the next */
    const char *unusable[2][2]; /**< [is it a delta][is it indirect] */
    uint64_t key[2];            /**< of the table of issuers */
    uint16_t *slots;            /**< numbers of issuers by their hash; NULL: there are none yet */
    int status;
    const char *why;
} ma_crl_reader_t;

/** Fails, and says why unless something failed before. */
void ma_crl_fail(ma_crl_reader_t *reader, int status, const char *why);
/** The same, and fails the cursor. */
void ma_crl_reject(ma_crl_reader_t *reader, ma_der_t *der, int status, const char *why);

/** What ma_crl_reader_t.unusable is about: which kinds of lists a reason counts for. */
typedef enum ma_crl_kinds {
    MA_CRL_ANY,
    MA_CRL_NO_DELTA,
    MA_CRL_DIRECT,
    MA_CRL_INDIRECT
} ma_crl_kinds_t;
void ma_crl_note(ma_crl_reader_t *reader, ma_crl_kinds_t kinds, const char *why);

/** Sees tag and length of the next element, which must end before `end`. False: failed. */
bool ma_crl_header(ma_crl_reader_t *reader, uint64_t end, size_t *header, size_t *length);
/** Consumes the next element, which must end before `end`. Tag 0: failed. */
ma_element_t ma_crl_element(ma_crl_reader_t *reader, uint64_t end);
/** Is there something left before `end`, and did nothing fail? */
bool ma_crl_more(const ma_crl_reader_t *reader, uint64_t end);

/** Reads the entries that end at `end` into the index. */
void ma_crl_read_entries(ma_crl_reader_t *reader, uint64_t end);
/**
 * Reads an entry as most are written: short, UTCTime, a reason or nothing behind it. Returns its
 * size, or 0 if it is not such a one, or is not all there; then the strict reader tells.
 */
size_t ma_crl_entry_quick(ma_bytes_t in, bool v2, ma_serial_entry_t *entry);
/** Reads one entry that is seen as a whole, with all rules. */
void ma_crl_entry_strict(ma_crl_reader_t *reader, const ma_element_t *element);

/** Read the extensions that come next, of an entry and of the list ([0]). */
void ma_crl_read_entry_extensions(ma_crl_reader_t *reader, ma_der_t *entry);
void ma_crl_read_list_extensions(ma_crl_reader_t *reader, const ma_element_t *explicit_tag);

/** The number of an issuer of entries, which becomes known with this; 0 if there is no room. */
uint16_t ma_crl_issuer_number(ma_crl_reader_t *reader, ma_bytes_t name);

/** An empty memory of answers; NULL when out of memory. */
ma_crl_answers_t *ma_crl_answers_new(void) MTLSAUTH_MUST_CHECK;
void ma_crl_answers_free(ma_crl_answers_t *answers);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl.c - see crl.h. One pass over the DER fills the index; what the signature covers is copied.
 *
 * It is strict in framing, dates and serials, and lets pass an empty revokedCertificates where it
 * should be absent, as CAs write that.
 */
#include <stdlib.h>
#include <string.h>

#include "cred/name.h"
#include "crl/crl_reader.h"

void ma_crl_reject(ma_crl_reader_t *reader, ma_der_t *der, int status, const char *why)
{
    if (reader->status == 0) {
        reader->status = status;
        reader->why = why;
    }
    ma_der_fail(der);
}

static int64_t read_time(ma_crl_reader_t *reader, ma_der_t *der)
{
    ma_element_t element = ma_der_any(der);
    int64_t time = 0;

    if (element.tag != 0 && !ma_der_time(element.tag, element.value, &time))
        ma_crl_reject(reader, der, MTLSAUTH_E_MALFORMED,
                      "a date that is not one of RFC 5280 4.1.2.5");
    return time;
}

static void read_entry(ma_crl_reader_t *reader, ma_der_t *list)
{
    ma_element_t entry = ma_der_want(list, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&entry);
    int ret;

    reader->entry.serial = ma_der_want(&in, MA_DER_INTEGER).value;
    reader->entry.revoked_at = read_time(reader, &in);
    reader->entry.removed = false;
    if (ma_der_more(&in))
        ma_crl_read_entry_extensions(reader, &in);
    if (!ma_der_done(&in) || !ma_der_integer_minimal(reader->entry.serial)) {
        ma_crl_reject(reader, list, MTLSAUTH_E_MALFORMED, "a malformed entry");
        return;
    }
    ret = ma_serial_index_put(&reader->crl->index, &reader->entry);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        ma_crl_reject(reader, list, ret, "out of memory");
    else if (ret != 0)
        ma_crl_reject(reader, list, ret, "a serial number of more than 255 octets");
}

static void read_entries(ma_crl_reader_t *reader, const ma_element_t *sequence, ma_der_t *tbs)
{
    ma_der_t list;

    if (sequence->tag == 0)
        return;
    list = ma_der_into(sequence);
    while (ma_der_more(&list))
        read_entry(reader, &list);
    if (!ma_der_done(&list))
        ma_der_fail(tbs);
}

static void read_version(ma_crl_reader_t *reader, ma_der_t *tbs)
{
    ma_element_t version = ma_der_maybe(tbs, MA_DER_INTEGER);

    reader->v2 = version.tag != 0;
    if (reader->v2 && !ma_bytes_equal(version.value, MA_OID("\x01")))
        ma_crl_reject(reader, tbs, MTLSAUTH_E_MALFORMED, "a version that is neither absent nor 2");
}

/* Reads TBSCertList. Bytes it keeps are those of the input yet. */
static void read_tbs(ma_crl_reader_t *reader, ma_der_t *tbs)
{
    ma_crl_info_t *info = &reader->crl->info;
    ma_element_t entries;
    ma_bytes_t algorithm;
    unsigned tag;

    read_version(reader, tbs);
    algorithm = ma_der_want(tbs, MA_DER_SEQUENCE).whole;
    info->issuer = ma_der_want(tbs, MA_DER_SEQUENCE).whole;
    if (!ma_name_valid(info->issuer) || ma_name_empty(info->issuer))
        ma_crl_reject(reader, tbs, MTLSAUTH_E_MALFORMED,
                      "an issuer name that is malformed or empty");
    info->this_update = read_time(reader, tbs);
    info->next_update = INT64_MAX;
    tag = ma_der_peek(tbs);
    info->has_next_update = tag == MA_DER_UTC_TIME || tag == MA_DER_GENERALIZED_TIME;
    if (info->has_next_update)
        info->next_update = read_time(reader, tbs);
    /* What an entry means depends on what the list is: its extensions are read first. */
    entries = ma_der_maybe(tbs, MA_DER_SEQUENCE);
    ma_crl_read_list_extensions(reader, tbs);
    reader->crl->index.by_issuer = info->point.indirect;
    read_entries(reader, &entries, tbs);
    if (ma_der_done(tbs) && !ma_bytes_equal(algorithm, reader->crl->algorithm))
        ma_crl_reject(reader, tbs, MTLSAUTH_E_MALFORMED,
                      "two signature algorithms that differ (RFC 5280 5.1.1.2)");
}

static void read_list(ma_crl_reader_t *reader, ma_bytes_t der)
{
    ma_der_t all = ma_der(der);
    ma_element_t whole = ma_der_want(&all, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&whole);
    ma_element_t body = ma_der_want(&in, MA_DER_SEQUENCE);
    ma_der_t tbs = ma_der_into(&body);
    ma_bytes_t bits;

    reader->crl->tbs = body.whole;
    reader->crl->algorithm = ma_der_want(&in, MA_DER_SEQUENCE).whole;
    bits = ma_der_want(&in, MA_DER_BIT_STRING).value;
    if (!ma_der_done(&all) || !ma_der_done(&in) || bits.size == 0) {
        ma_crl_reject(reader, &all, MTLSAUTH_E_MALFORMED,
                      "not the DER of one CRL: cut short, followed by more, or something else");
        return;
    }
    if (bits.data[0] != 0) /* not whole octets: no algorithm makes such a signature */
        bits.size = 1;
    reader->crl->signature = (ma_bytes_t) { bits.data + 1, bits.size - 1 };
    read_tbs(reader, &tbs);
    if (!ma_der_done(&tbs))
        ma_crl_reject(reader, &tbs, MTLSAUTH_E_MALFORMED, "a part of the list that is malformed");
}

/* ---- keeping it ---------------------------------------------------------------------------- */

/* Appends bytes to the copy and makes them those of the copy. */
static void move_to(uint8_t **at, ma_bytes_t *bytes)
{
    memcpy(*at, bytes->data, bytes->size);
    bytes->data = *at;
    *at += bytes->size;
}

/* Makes bytes of the list's input those of its copy. */
static void rebase(const ma_crl_t *crl, const uint8_t *tbs, ma_bytes_t *bytes)
{
    if (bytes->size > 0)
        bytes->data = crl->copy + (bytes->data - tbs);
}

/* Makes the list independent of its input. */
static int keep(ma_crl_t *crl)
{
    const uint8_t *tbs = crl->tbs.data;
    ma_crl_info_t *info = &crl->info;
    uint8_t *at;
    size_t i;

    /* No overflow: they are parts of one input. */
    crl->copy = malloc(crl->tbs.size + crl->algorithm.size + crl->signature.size);
    if (crl->copy == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    at = crl->copy;
    move_to(&at, &crl->tbs);
    move_to(&at, &crl->algorithm);
    move_to(&at, &crl->signature);
    rebase(crl, tbs, &info->issuer);
    rebase(crl, tbs, &info->number);
    rebase(crl, tbs, &info->base_number);
    rebase(crl, tbs, &info->scope);
    rebase(crl, tbs, &info->point.name.full);
    rebase(crl, tbs, &info->point.name.relative);
    for (i = 0; i < crl->n_issuers; i++)
        rebase(crl, tbs, &crl->issuers[i]);
    return 0;
}

int ma_crl_parse(ma_bytes_t der, ma_crl_t **out, const char **why)
{
    ma_crl_reader_t reader = { .crl = calloc(1, sizeof(ma_crl_t)) };
    int ret = MTLSAUTH_E_NO_MEMORY;

    if (reader.crl == NULL)
        goto out;
    ma_serial_index_init(&reader.crl->index);
    reader.crl->answers = ma_crl_answers_new();
    if (reader.crl->answers == NULL)
        goto out;
    if (der.size > MA_CRL_MAX_SIZE) {
        reader.status = MTLSAUTH_E_LIMIT;
        reader.why = "a list of more than 1 GiB";
    } else {
        read_list(&reader, der);
    }
    ret = reader.status;
    if (ret == 0)
        ret = ma_serial_index_finish(&reader.crl->index);
    if (ret == 0)
        ret = keep(reader.crl);
    if (ret != 0)
        goto out;
    reader.crl->info.entries = reader.crl->index.count;
    *out = reader.crl;
    return 0;
out:
    ma_crl_free(reader.crl);
    if (why != NULL)
        *why = reader.why != NULL ? reader.why : "out of memory";
    return ret;
}

void ma_crl_free(ma_crl_t *crl)
{
    if (crl == NULL)
        return;
    ma_serial_index_free(&crl->index);
    ma_crl_answers_free(crl->answers);
    free(crl->issuers);
    free(crl->copy);
    free(crl);
}

const ma_crl_info_t *ma_crl_info(const ma_crl_t *crl)
{
    return &crl->info;
}

bool ma_crl_find(const ma_crl_t *crl, ma_bytes_t serial, int64_t *revoked_at)
{
    return ma_serial_index_find(&crl->index, serial, revoked_at);
}

/* Number 0 is the list's own issuer. The same name may stand several times, in other words. */
bool ma_crl_find_entry(const ma_crl_t *crl, const mtlsauth_cert_t *cert, ma_crl_entry_t *entry)
{
    ma_serial_entry_t found = { .serial = cert->serial }, best = { .removed = true };
    bool any = false;
    size_t i;

    for (i = 0; i <= crl->n_issuers; i++) {
        ma_bytes_t name = i == 0 ? crl->info.issuer : crl->issuers[i - 1];
        found.issuer = (uint16_t)i;
        if (crl->index.by_issuer && !ma_name_equal(name, cert->issuer))
            continue;
        if (!ma_serial_index_get(&crl->index, &found))
            continue;
        if (!any || (best.removed && !found.removed)
            || (best.removed == found.removed && found.revoked_at < best.revoked_at))
            best = found;
        any = true;
    }
    if (any)
        *entry = (ma_crl_entry_t) { best.revoked_at, best.removed };
    return any;
}

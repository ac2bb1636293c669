/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl.c - see crl.h. One pass over the DER fills the index and hashes what is signed.
 *
 * It is strict in framing, dates and serials, and lets pass an empty revokedCertificates where it
 * should be absent, as CAs write that.
 */
#include <stdlib.h>

#include "cred/name.h"
#include "crl/crl_reader.h"

static const char not_one[]
    = "not the DER of one CRL: cut short, followed by more, or something else";
static const char malformed[] = "a part of the list that is malformed";

void ma_crl_fail(ma_crl_reader_t *reader, int status, const char *why)
{
    if (reader->status != 0)
        return;
    reader->status = status;
    reader->why = why;
}

void ma_crl_reject(ma_crl_reader_t *reader, ma_der_t *der, int status, const char *why)
{
    ma_crl_fail(reader, status, why);
    ma_der_fail(der);
}

/* ---- elements ------------------------------------------------------------------------------ */

bool ma_crl_more(const ma_crl_reader_t *reader, uint64_t end)
{
    return reader->status == 0 && ma_window_offset(reader->in) < end;
}

/* Makes that much visible, or fails. */
static bool need(ma_crl_reader_t *reader, size_t size)
{
    if (size > MA_WINDOW_MAX)
        ma_crl_fail(reader, MTLSAUTH_E_LIMIT, "a part of more than 1 MiB");
    else if (!ma_window_need(reader->in, size))
        ma_crl_fail(reader, reader->in->status != 0 ? reader->in->status : MTLSAUTH_E_MALFORMED,
                    reader->in->status == MTLSAUTH_E_NO_MEMORY ? "out of memory" : not_one);
    return reader->status == 0;
}

bool ma_crl_header(ma_crl_reader_t *reader, uint64_t end, size_t *header, size_t *length)
{
    uint64_t left;
    size_t more = 2;

    if (reader->status == 0 && !ma_crl_more(reader, end))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, malformed);
    if (reader->status != 0 || !need(reader, more))
        return false;
    if (reader->in->at[1] > 0x80 && reader->in->at[1] <= 0x80 + MA_DER_HEADER_MAX - 2)
        more += reader->in->at[1] & 0x7fu;
    if (!need(reader, more))
        return false;
    left = end - ma_window_offset(reader->in);
    if (!ma_der_header((ma_bytes_t) { reader->in->at, more }, header, length)
        || *header > left || *length > left - *header)
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, malformed);
    return reader->status == 0;
}

ma_element_t ma_crl_element(ma_crl_reader_t *reader, uint64_t end)
{
    ma_element_t element = { .tag = 0 };
    size_t header, length;
    ma_der_t der;

    if (ma_crl_header(reader, end, &header, &length) && need(reader, header + length)) {
        der = ma_der((ma_bytes_t) { reader->in->at, header + length });
        element = ma_der_any(&der);
        ma_window_skip(reader->in, header + length);
    }
    return element;
}

/* The tag of the next element before `end`; 0: there is none. */
static unsigned peek(ma_crl_reader_t *reader, uint64_t end)
{
    return ma_crl_more(reader, end) && need(reader, 1) ? *reader->in->at : 0;
}

static ma_element_t want(ma_crl_reader_t *reader, uint64_t end, unsigned tag)
{
    ma_element_t element = ma_crl_element(reader, end);

    if (element.tag != tag)
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, malformed);
    return element;
}

/* A copy that lives as long as the list, of what may be empty. */
static ma_bytes_t keep(ma_crl_reader_t *reader, ma_bytes_t bytes)
{
    const char *copy;

    if (reader->status != 0)
        return (ma_bytes_t) { NULL, 0 };
    copy = ma_arena_copy(&reader->crl->arena, bytes.data, bytes.size);
    if (copy == NULL)
        ma_crl_fail(reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
    return (ma_bytes_t) { (const uint8_t *)copy, copy != NULL ? bytes.size : 0 };
}

/* Enters a SEQUENCE of any length; returns where it ends. */
static uint64_t enter(ma_crl_reader_t *reader, uint64_t end)
{
    size_t header, length;

    if (!ma_crl_header(reader, end, &header, &length))
        return 0;
    if (*reader->in->at != MA_DER_SEQUENCE)
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, malformed);
    ma_window_skip(reader->in, header);
    return ma_window_offset(reader->in) + length;
}

/* ---- the list ------------------------------------------------------------------------------ */

static int64_t read_time(ma_crl_reader_t *reader, uint64_t end)
{
    ma_element_t element = ma_crl_element(reader, end);
    int64_t time = 0;

    if (element.tag != 0 && !ma_der_time(element.tag, element.value, &time))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, "a date that is not one of RFC 5280 4.1.2.5");
    return time;
}

/* Version and algorithm, from which on it is known how to hash. Returns the algorithm. */
static ma_bytes_t read_algorithm(ma_crl_reader_t *reader, uint64_t end)
{
    ma_crl_t *crl = reader->crl;
    ma_bytes_t algorithm;

    reader->v2 = peek(reader, end) == MA_DER_INTEGER;
    if (reader->v2 && !ma_bytes_equal(ma_crl_element(reader, end).value, MA_OID("\x01")))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, "a version that is neither absent nor 2");
    algorithm = keep(reader, want(reader, end, MA_DER_SEQUENCE).whole);
    if (reader->status == 0 && ma_signature_algorithm(algorithm, &crl->algorithm))
        crl->with = &crl->algorithm;
    ma_window_watch(reader->in, ma_signed_add, &crl->body); /* so that it has all until here */
    ma_signed_choose(&crl->body, crl->with);
    return algorithm;
}

static void read_issuer_and_dates(ma_crl_reader_t *reader, uint64_t end)
{
    ma_crl_info_t *info = &reader->crl->info;
    unsigned tag;

    info->issuer = keep(reader, ma_crl_element(reader, end).whole);
    if (reader->status == 0 && (!ma_name_valid(info->issuer) || ma_name_empty(info->issuer)))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, "an issuer name that is malformed or empty");
    info->this_update = read_time(reader, end);
    info->next_update = INT64_MAX;
    tag = peek(reader, end);
    info->has_next_update = tag == MA_DER_UTC_TIME || tag == MA_DER_GENERALIZED_TIME;
    if (info->has_next_update)
        info->next_update = read_time(reader, end);
}

/* What the entries mean is known now. */
static void judge_entries(ma_crl_reader_t *reader)
{
    ma_crl_info_t *info = &reader->crl->info;

    if (info->unusable == NULL)
        info->unusable = reader->unusable[info->is_delta ? 1 : 0][info->point.indirect ? 1 : 0];
    reader->crl->index.by_issuer = info->point.indirect;
    if (!info->point.indirect)
        reader->crl->n_issuers = 0;
}

/* Reads TBSCertList; returns its algorithm. */
static ma_bytes_t read_tbs(ma_crl_reader_t *reader, uint64_t end)
{
    ma_bytes_t algorithm, copy;
    ma_element_t extensions;

    algorithm = read_algorithm(reader, end);
    read_issuer_and_dates(reader, end);
    if (peek(reader, end) == MA_DER_SEQUENCE)
        ma_crl_read_entries(reader, enter(reader, end));
    if (peek(reader, end) == MA_DER_CONTEXT_CONSTRUCTED(0)) {
        copy = keep(reader, ma_crl_element(reader, end).whole);
        if (reader->status == 0) {
            ma_der_t der = ma_der(copy);
            extensions = ma_der_any(&der);
            ma_crl_read_list_extensions(reader, &extensions);
        }
    }
    if (ma_crl_more(reader, end))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, malformed);
    judge_entries(reader);
    return algorithm;
}

static void read_signature(ma_crl_reader_t *reader, uint64_t end)
{
    ma_bytes_t bits = want(reader, end, MA_DER_BIT_STRING).value;

    if (reader->status == 0 && (bits.size == 0 || ma_crl_more(reader, end)))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, not_one);
    if (reader->status != 0)
        return;
    if (bits.data[0] != 0) /* not whole octets: no algorithm makes such a signature */
        bits.size = 1;
    reader->crl->signature = keep(reader, (ma_bytes_t) { bits.data + 1, bits.size - 1 });
}

static void read_list(ma_crl_reader_t *reader)
{
    ma_window_t *in = reader->in;
    uint64_t end, tbs_end;
    ma_bytes_t algorithm;

    end = enter(reader, ma_window_offset(in) + MA_CRL_MAX_SIZE);
    /* The body begins here, with its header. */
    ma_window_watch(in, ma_signed_add, &reader->crl->body);
    tbs_end = enter(reader, end);
    algorithm = read_tbs(reader, tbs_end);
    ma_window_watch(in, NULL, NULL);
    ma_signed_finish(&reader->crl->body);
    if (reader->status == 0
        && !ma_bytes_equal(want(reader, end, MA_DER_SEQUENCE).whole, algorithm))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED,
                    "two signature algorithms that differ (RFC 5280 5.1.1.2)");
    if (reader->status == 0)
        read_signature(reader, end);
}

int ma_crl_read(ma_window_t *in, ma_crl_t **out, const char **why)
{
    ma_crl_t *crl = calloc(1, sizeof(*crl));
    ma_crl_reader_t reader = { .in = in, .crl = crl };

    if (crl == NULL) {
        *why = "out of memory";
        return MTLSAUTH_E_NO_MEMORY;
    }
    ma_arena_init(&crl->arena, 0);
    ma_serial_index_init(&crl->index);
    ma_signed_init(&crl->body);
    crl->answers = ma_crl_answers_new();
    if (crl->answers == NULL)
        ma_crl_fail(&reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
    read_list(&reader);
    if (reader.status == 0 && ma_serial_index_finish(&crl->index) != 0)
        ma_crl_fail(&reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
    if (reader.status != 0) {
        ma_crl_free(crl);
        *why = reader.why;
        return reader.status;
    }
    crl->info.entries = crl->index.count;
    *out = crl;
    return 0;
}

int ma_crl_parse(ma_bytes_t der, ma_crl_t **out, const char **why)
{
    ma_window_t in;
    ma_crl_t *crl = NULL;
    int ret;

    if (der.size > MA_CRL_MAX_SIZE) {
        *why = "a list of more than 1 GiB";
        return MTLSAUTH_E_LIMIT;
    }
    ma_window_memory(&in, der);
    ret = ma_crl_read(&in, &crl, why);
    if (ret != 0)
        return ret;
    if (ma_window_visible(&in) > 0) {
        ma_crl_free(crl);
        *why = not_one;
        return MTLSAUTH_E_MALFORMED;
    }
    *out = crl;
    return 0;
}

void ma_crl_free(ma_crl_t *crl)
{
    if (crl == NULL)
        return;
    ma_serial_index_free(&crl->index);
    ma_signed_free(&crl->body);
    ma_crl_answers_free(crl->answers);
    ma_arena_free(&crl->arena);
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

ma_crl_key_t ma_crl_key(const ma_crl_t *crl, const mtlsauth_cert_t *cert)
{
    return (ma_crl_key_t) { cert, ma_serial_index_key(&crl->index, cert->serial) };
}

bool ma_crl_has(const ma_crl_t *crl, const ma_crl_key_t *key)
{
    ma_crl_entry_t entry;

    return crl->index.by_issuer ? ma_crl_find_entry(crl, key->cert, &entry)
                                : ma_serial_index_has(&crl->index, &key->serial);
}

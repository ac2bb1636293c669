/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_entries.c - read revokedCertificates, entry by entry.
 *
 * Nearly all entries look alike, and of them a list may have millions: those are recognised octet
 * by octet. Whatever looks any other way, good or bad, is left to the strict reader.
 */
#include <gnutls/crypto.h>
#include <string.h>

#include "base/siphash.h"
#include "crl/crl_reader.h"

/* ---- the usual entry ----------------------------------------------------------------------- */

enum { UTC_OCTETS = 15, REASON_OCTETS = 14, REMOVE_FROM_CRL = 8 };

size_t ma_crl_entry_quick(ma_bytes_t in, bool v2, ma_serial_entry_t *entry)
{
    /* SEQUENCE { SEQUENCE { reasonCode, OCTET STRING { ENUMERATED } } } but for the reason */
    static const uint8_t reason[REASON_OCTETS - 1]
        = { 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01 };
    const uint8_t *at = in.data;
    size_t size, serial, left;

    if (in.size < 4 || at[0] != MA_DER_SEQUENCE || at[1] >= 0x80 || at[2] != MA_DER_INTEGER)
        return 0;
    size = 2 + (size_t)at[1];
    serial = at[3];
    if (size > in.size || 4 + serial + UTC_OCTETS > size)
        return 0;
    left = size - 4 - serial - UTC_OCTETS;
    entry->serial = (ma_bytes_t) { at + 4, serial };
    at += 4 + serial;
    if (!ma_der_integer_minimal(entry->serial) || at[0] != MA_DER_UTC_TIME
        || at[1] != UTC_OCTETS - 2
        || !ma_der_time(MA_DER_UTC_TIME, (ma_bytes_t) { at + 2, UTC_OCTETS - 2 },
                        &entry->revoked_at))
        return 0;
    at += UTC_OCTETS;
    entry->removed = false;
    if (left == 0)
        return size;
    if (left != REASON_OCTETS || !v2 || memcmp(at, reason, sizeof(reason)) != 0
        || at[REASON_OCTETS - 1] == REMOVE_FROM_CRL)
        return 0;
    return size;
}

/* ---- any entry ----------------------------------------------------------------------------- */

static void put(ma_crl_reader_t *reader)
{
    int ret = ma_serial_index_put(&reader->crl->index, &reader->entry);

    if (ret == MTLSAUTH_E_NO_MEMORY)
        ma_crl_fail(reader, ret, "out of memory");
    else if (ret != 0 && reader->entry.serial.size > MA_SERIAL_MAX)
        ma_crl_fail(reader, ret, "a serial number of more than 255 octets");
    else if (ret != 0)
        ma_crl_fail(reader, ret, "more entries than are kept");
}

void ma_crl_entry_strict(ma_crl_reader_t *reader, const ma_element_t *element)
{
    ma_der_t in = ma_der_into(element);
    ma_element_t date;

    if (element->tag != MA_DER_SEQUENCE)
        ma_der_fail(&in);
    reader->entry.serial = ma_der_want(&in, MA_DER_INTEGER).value;
    date = ma_der_any(&in);
    reader->entry.revoked_at = 0;
    if (date.tag != 0 && !ma_der_time(date.tag, date.value, &reader->entry.revoked_at))
        ma_crl_reject(reader, &in, MTLSAUTH_E_MALFORMED,
                      "a date that is not one of RFC 5280 4.1.2.5");
    reader->entry.removed = false;
    if (ma_der_more(&in))
        ma_crl_read_entry_extensions(reader, &in);
    if (!ma_der_done(&in) || !ma_der_integer_minimal(reader->entry.serial))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, "a malformed entry");
}

static void read_entry(ma_crl_reader_t *reader, uint64_t end)
{
    ma_element_t element = ma_crl_element(reader, end);

    if (element.tag == 0)
        return;
    ma_crl_entry_strict(reader, &element);
    if (reader->status == 0)
        put(reader);
}

void ma_crl_read_entries(ma_crl_reader_t *reader, uint64_t end)
{
    enum { USUAL = 192 }; /* no usual entry is longer */
    ma_window_t *in = reader->in;
    ma_bytes_t seen;
    uint64_t left;
    size_t size;

    while (ma_crl_more(reader, end)) {
        left = end - ma_window_offset(in);
        (void)ma_window_need(in, left < USUAL ? (size_t)left : USUAL);
        seen = (ma_bytes_t) { in->at, ma_window_visible(in) };
        if (seen.size > left)
            seen.size = (size_t)left;
        size = ma_crl_entry_quick(seen, reader->v2, &reader->entry);
        if (size > 0) {
            put(reader);
            ma_window_skip(in, size);
        } else {
            read_entry(reader, end);
        }
    }
}

/* ---- issuers of entries -------------------------------------------------------------------- */

/* Makes the table; false when out of memory or random numbers. */
static bool make_table(ma_crl_reader_t *reader)
{
    ma_arena_t *arena = &reader->crl->arena;

    if (reader->slots != NULL)
        return true;
    if (gnutls_rnd(GNUTLS_RND_RANDOM, reader->key, sizeof(reader->key)) != 0)
        return false;
    reader->crl->issuers = ma_arena_array(arena, MA_CRL_MAX_ISSUERS, sizeof(ma_bytes_t));
    if (reader->crl->issuers != NULL)
        reader->slots = ma_arena_array(arena, MA_CRL_ISSUER_SLOTS, sizeof(*reader->slots));
    return reader->slots != NULL;
}

uint16_t ma_crl_issuer_number(ma_crl_reader_t *reader, ma_bytes_t name)
{
    ma_crl_t *crl = reader->crl;
    const char *copy;
    size_t at;

    if (!make_table(reader)) {
        ma_crl_fail(reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
        return 0;
    }
    at = (size_t)(ma_siphash(reader->key, name) % MA_CRL_ISSUER_SLOTS);
    for (; reader->slots[at] != 0; at = (at + 1) % MA_CRL_ISSUER_SLOTS)
        if (ma_bytes_equal(crl->issuers[reader->slots[at] - 1], name))
            return reader->slots[at];
    if (crl->n_issuers == MA_CRL_MAX_ISSUERS)
        return 0;
    copy = ma_arena_copy(&crl->arena, name.data, name.size);
    if (copy == NULL) {
        ma_crl_fail(reader, MTLSAUTH_E_NO_MEMORY, "out of memory");
        return 0;
    }
    crl->issuers[crl->n_issuers++] = (ma_bytes_t) { (const uint8_t *)copy, name.size };
    reader->slots[at] = (uint16_t)crl->n_issuers;
    return reader->slots[at];
}

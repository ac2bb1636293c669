/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * crl_extensions.c - extensions of a list and of its entries (RFC 5280 5.2, 5.3): what they make of
 * it, and which of them make it a list that cannot be judged by.
 *
 * None may stand twice. `critical` written out as FALSE is let pass, as CAs do that. It does not
 * look into those that do not change what a list means.
 */
#include "cred/name.h"
#include "crl/crl_reader.h"

enum {
    MAX_EXTENSIONS = 32,   /* of the list, and of one entry */
    MAX_NUMBER_OCTETS = 20 /* RFC 5280 5.2.3 */
};

typedef struct extension {
    ma_bytes_t oid;
    bool critical;
    ma_bytes_t value;
} extension_t;

/* What to make of an extension that is known. */
typedef struct known {
    ma_bytes_t oid;
    /* Looks at the value, false if it is malformed. NULL: nothing to see. */
    bool (*read)(ma_crl_reader_t *reader, ma_bytes_t value);
    const char *unusable;          /* its presence makes the list one that is not judged by */
    const char *unusable_critical; /* the same, but only if it is critical */
} known_t;

void ma_crl_note(ma_crl_reader_t *reader, ma_crl_kinds_t kinds, const char *why)
{
    int delta, indirect;

    for (delta = 0; delta < 2; delta++) {
        for (indirect = 0; indirect < 2; indirect++) {
            if ((kinds == MA_CRL_NO_DELTA && delta) || (kinds == MA_CRL_DIRECT && indirect)
                || (kinds == MA_CRL_INDIRECT && !indirect))
                continue;
            if (reader->unusable[delta][indirect] == NULL)
                reader->unusable[delta][indirect] = why;
        }
    }
}

/* The list cannot be judged by. The first reason is kept. */
static void not_usable(ma_crl_reader_t *reader, const char *why)
{
    if (reader->crl->info.unusable == NULL)
        reader->crl->info.unusable = why;
}

static bool read_crl_number(ma_bytes_t value, ma_bytes_t *out)
{
    ma_der_t der = ma_der(value);
    ma_bytes_t number = ma_der_want(&der, MA_DER_INTEGER).value;

    if (!ma_der_done(&der) || !ma_der_integer_minimal(number) || (number.data[0] & 0x80) != 0
        || number.size > MAX_NUMBER_OCTETS)
        return false;
    *out = number;
    return true;
}

static bool read_number(ma_crl_reader_t *reader, ma_bytes_t value)
{
    return read_crl_number(value, &reader->crl->info.number);
}

/* BaseCRLNumber (5.2.4). Whether it is critical or not: as a complete list it would be misread. */
static bool read_delta(ma_crl_reader_t *reader, ma_bytes_t value)
{
    reader->crl->info.is_delta = true;
    return read_crl_number(value, &reader->crl->info.base_number);
}

static bool read_point(ma_crl_reader_t *reader, ma_bytes_t value)
{
    ma_crl_info_t *info = &reader->crl->info;
    const char *unusable = ma_issuing_point_read(value, &info->point);

    info->scope = value;
    if (unusable != NULL)
        not_usable(reader, unusable);
    return value.size > 0;
}

static bool read_reason(ma_crl_reader_t *reader, ma_bytes_t value)
{
    enum { REMOVE_FROM_CRL = 8 };
    ma_der_t der = ma_der(value);
    ma_bytes_t reason = ma_der_want(&der, MA_DER_ENUMERATED).value;

    if (!ma_der_done(&der) || reason.size != 1)
        return false;
    reader->entry.removed = reason.data[0] == REMOVE_FROM_CRL;
    if (reader->entry.removed)
        ma_crl_note(reader, MA_CRL_NO_DELTA,
                    "an entry has reason removeFromCRL, which is for delta CRLs");
    return true;
}

/* CertificateIssuer ::= GeneralNames (5.3.3): of this entry, and of those that follow. */
static bool read_certificate_issuer(ma_crl_reader_t *reader, ma_bytes_t value)
{
    ma_bytes_t names, name;

    if (!ma_general_names_read(value, &names))
        return false;
    ma_crl_note(reader, MA_CRL_DIRECT,
                "an entry is of another issuer, but the list is no indirect CRL");
    if (!ma_general_names_directory(names, &name) || !ma_name_valid(name)) {
        ma_crl_note(reader, MA_CRL_INDIRECT, "an entry is of an issuer without a directory name");
        return true;
    }
    reader->entry.issuer = ma_crl_issuer_number(reader, name);
    if (reader->entry.issuer == 0)
        ma_crl_note(reader, MA_CRL_INDIRECT, "its entries are of more issuers than are told apart");
    return true;
}

static bool read_invalidity_date(ma_crl_reader_t *reader, ma_bytes_t value)
{
    ma_der_t der = ma_der(value);
    ma_bytes_t date = ma_der_want(&der, MA_DER_GENERALIZED_TIME).value;
    int64_t ignored;

    (void)reader;
    return ma_der_done(&der) && ma_der_time(MA_DER_GENERALIZED_TIME, date, &ignored);
}

/* The next extension; fails the cursor if it is malformed or one of `seen`. */
static extension_t read_extension(ma_crl_reader_t *reader, ma_der_t *list, ma_bytes_t *seen,
                                  size_t *count)
{
    extension_t extension = { .critical = false };
    ma_element_t whole = ma_der_want(list, MA_DER_SEQUENCE), critical;
    ma_der_t in = ma_der_into(&whole);
    size_t i;

    extension.oid = ma_der_want(&in, MA_DER_OID).value;
    critical = ma_der_maybe(&in, MA_DER_BOOLEAN);
    extension.value = ma_der_want(&in, MA_DER_OCTET_STRING).value;
    if (!ma_der_done(&in)
        || (critical.tag != 0 && !ma_der_boolean(critical.value, &extension.critical))) {
        ma_crl_reject(reader, list, MTLSAUTH_E_MALFORMED, "a malformed extension");
        return extension;
    }
    for (i = 0; i < *count; i++)
        if (ma_bytes_equal(seen[i], extension.oid))
            ma_crl_reject(reader, list, MTLSAUTH_E_MALFORMED, "an extension that stands twice");
    if (*count == MAX_EXTENSIONS)
        ma_crl_reject(reader, list, MTLSAUTH_E_LIMIT, "more than 32 extensions in one place");
    else
        seen[(*count)++] = extension.oid;
    return extension;
}

/* Why a list with this extension is not judged by; NULL: it is, as far as this goes. */
static const char *use_extension(ma_crl_reader_t *reader, ma_der_t *list,
                                 const extension_t *extension, const known_t *known,
                                 size_t n_known, const char *unknown)
{
    size_t i;

    for (i = 0; i < n_known; i++) {
        if (!ma_bytes_equal(known[i].oid, extension->oid))
            continue;
        if (known[i].read != NULL && !known[i].read(reader, extension->value))
            ma_crl_reject(reader, list, MTLSAUTH_E_MALFORMED,
                          "an extension with a malformed value");
        if (known[i].unusable == NULL && extension->critical)
            return known[i].unusable_critical;
        return known[i].unusable;
    }
    return extension->critical ? unknown : NULL;
}

/* Reads SEQUENCE OF Extension; returns the first reason not to judge by the list. */
static const char *read_extensions(ma_crl_reader_t *reader, ma_der_t *at, const known_t *known,
                                   size_t n_known, const char *unknown)
{
    ma_element_t sequence = ma_der_want(at, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&sequence);
    ma_bytes_t seen[MAX_EXTENSIONS];
    const char *unusable = NULL;
    size_t count = 0;

    if (sequence.tag != 0 && (!reader->v2 || !ma_der_more(&list)))
        ma_crl_reject(reader, &list, MTLSAUTH_E_MALFORMED,
               "extensions in a list that is not version 2, or none where some are announced");
    while (ma_der_more(&list)) {
        extension_t extension = read_extension(reader, &list, seen, &count);
        const char *text = use_extension(reader, &list, &extension, known, n_known, unknown);
        if (unusable == NULL)
            unusable = text;
    }
    if (!ma_der_done(&list))
        ma_der_fail(at);
    return unusable;
}

void ma_crl_read_entry_extensions(ma_crl_reader_t *reader, ma_der_t *entry)
{
    const known_t known[] = {
        { MA_OID("\x55\x1d\x15"), read_reason, NULL, NULL },
        { MA_OID("\x55\x1d\x17"), NULL, NULL, NULL }, /* holdInstructionCode */
        { MA_OID("\x55\x1d\x18"), read_invalidity_date, NULL, NULL },
        { MA_OID("\x55\x1d\x1d"), read_certificate_issuer, NULL, NULL },
    };
    const char *unusable = read_extensions(reader, entry, known, sizeof(known) / sizeof(known[0]),
                                           "an entry has a critical extension that is not known");

    if (unusable != NULL)
        ma_crl_note(reader, MA_CRL_ANY, unusable);
}

void ma_crl_read_list_extensions(ma_crl_reader_t *reader, const ma_element_t *explicit_tag)
{
    static const char unknown[] = "it has a critical extension that is not known";
    const known_t known[] = {
        { MA_OID("\x55\x1d\x23"), NULL, NULL, NULL }, /* authorityKeyIdentifier */
        { MA_OID("\x55\x1d\x14"), read_number, NULL, NULL },
        { MA_OID("\x55\x1d\x1b"), read_delta, NULL, NULL },
        { MA_OID("\x55\x1d\x1c"), read_point, NULL, NULL },
        { MA_OID("\x55\x1d\x2e"), NULL, NULL, "its freshestCRL is critical" },
    };
    ma_der_t in = ma_der_into(explicit_tag);
    const char *unusable = read_extensions(reader, &in, known, sizeof(known) / sizeof(known[0]),
                                           unknown);

    if (!ma_der_done(&in))
        ma_crl_fail(reader, MTLSAUTH_E_MALFORMED, "a part of the list that is malformed");
    if (unusable != NULL)
        not_usable(reader, unusable);
    if (reader->crl->info.is_delta && reader->crl->info.number.size == 0)
        not_usable(reader, "it is a delta CRL without a number of its own (RFC 5280 5.2.3)");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* distribution_point.c - see distribution_point.h. */
#include "crl/distribution_point.h"

#include <string.h>

#include "cred/name.h"

#define DIRECTORY MA_DER_CONTEXT_CONSTRUCTED(4)

/* A name that is put together: longer ones match nothing. */
#define NAME_ROOM 2048u

/* ---- reading ------------------------------------------------------------------------------- */

/* Walks the contents of GeneralNames. */
static bool names_valid(ma_bytes_t contents)
{
    ma_der_t der = ma_der(contents);
    size_t count = 0;

    do
        ma_der_any(&der);
    while (++count < MA_POINT_NAMES_MAX && ma_der_more(&der));
    return ma_der_done(&der);
}

bool ma_general_names_read(ma_bytes_t value, ma_bytes_t *contents)
{
    ma_der_t der = ma_der(value);
    ma_element_t sequence = ma_der_want(&der, MA_DER_SEQUENCE);

    *contents = sequence.value;
    return ma_der_done(&der) && names_valid(sequence.value);
}

bool ma_general_names_directory(ma_bytes_t contents, ma_bytes_t *name)
{
    ma_der_t der = ma_der(contents);

    while (ma_der_more(&der)) {
        ma_element_t item = ma_der_any(&der);
        if (item.tag == DIRECTORY) {
            *name = item.value;
            return true;
        }
    }
    return false;
}

/* [0] DistributionPointName, explicit because it is a choice; maybe absent. */
static bool read_name(ma_der_t *from, ma_point_name_t *out)
{
    ma_element_t outer = ma_der_maybe(from, MA_DER_CONTEXT_CONSTRUCTED(0)), choice;
    ma_der_t in;

    *out = (ma_point_name_t) { .full = { NULL, 0 } };
    if (outer.tag == 0)
        return true;
    in = ma_der_into(&outer);
    choice = ma_der_any(&in);
    if (!ma_der_done(&in))
        return false;
    if (choice.tag == MA_DER_CONTEXT_CONSTRUCTED(0)) {
        out->full = choice.value;
        return names_valid(choice.value);
    }
    out->relative = choice.value;
    return choice.tag == MA_DER_CONTEXT_CONSTRUCTED(1) && choice.value.size > 0;
}

/* ReasonFlags behind that tag; absent: all. */
static bool read_reasons(ma_der_t *from, unsigned tag, unsigned *out)
{
    ma_element_t flags = ma_der_maybe(from, tag);
    size_t i;

    *out = MA_REASONS_ALL;
    if (flags.tag == 0)
        return true;
    if (flags.value.size < 1 || flags.value.size > 3 || flags.value.data[0] > 7)
        return false;
    *out = 0;
    for (i = 0; i < (flags.value.size - 1) * 8; i++)
        if ((flags.value.data[1 + i / 8] & (0x80u >> (i % 8))) != 0)
            *out |= 1u << i;
    *out &= MA_REASONS_ALL;
    return true;
}

static bool read_flag(ma_der_t *from, unsigned number, bool *out)
{
    ma_element_t flag = ma_der_maybe(from, MA_DER_CONTEXT(number));

    *out = false;
    return flag.tag == 0 || ma_der_boolean(flag.value, out);
}

const char *ma_issuing_point_read(ma_bytes_t value, ma_issuing_point_t *out)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_issuing_point_t point = { .reasons = MA_REASONS_ALL };
    bool good = read_name(&in, &point.name) && read_flag(&in, 1, &point.only_user)
        && read_flag(&in, 2, &point.only_ca)
        && read_reasons(&in, MA_DER_CONTEXT(3), &point.reasons)
        && read_flag(&in, 4, &point.indirect) && read_flag(&in, 5, &point.only_attribute);

    if (!good || !ma_der_done(&in) || !ma_der_done(&outer))
        return "its issuing distribution point is malformed";
    if (sequence.value.size == 0)
        return "its issuing distribution point is empty (RFC 5280 5.2.5)";
    if (point.only_user + point.only_ca + point.only_attribute > 1)
        return "its issuing distribution point contradicts itself (RFC 5280 5.2.5)";
    *out = point;
    return NULL;
}

static bool read_one(ma_der_t *list, ma_point_t *out)
{
    ma_element_t sequence = ma_der_want(list, MA_DER_SEQUENCE), issuer;
    ma_der_t in = ma_der_into(&sequence);

    if (!read_name(&in, &out->name) || !read_reasons(&in, MA_DER_CONTEXT(1), &out->reasons))
        return false;
    issuer = ma_der_maybe(&in, MA_DER_CONTEXT_CONSTRUCTED(2));
    out->crl_issuer = issuer.value;
    return ma_der_done(&in) && (issuer.tag == 0 || names_valid(issuer.value));
}

bool ma_points_read(ma_bytes_t value, ma_points_t *out)
{
    ma_der_t outer = ma_der(value);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t list = ma_der_into(&sequence);

    out->count = 0;
    while (out->count < MA_POINTS_MAX && ma_der_more(&list))
        if (!read_one(&list, &out->items[out->count++]))
            return false;
    return ma_der_done(&list) && ma_der_done(&outer) && out->count > 0;
}

/* ---- comparing names ----------------------------------------------------------------------- */

/* Puts a header before what ends at room + NAME_ROOM and has `size` octets. */
static bool put_header(uint8_t *room, size_t *size, uint8_t tag)
{
    size_t length = *size, need = length < 0x80 ? 2 : length < 0x100 ? 3 : 4;
    uint8_t *at;

    if (length + need > NAME_ROOM)
        return false;
    at = room + NAME_ROOM - length - need;
    at[0] = tag;
    if (need == 2) {
        at[1] = (uint8_t)length;
    } else {
        at[1] = (uint8_t)(0x80 | (need - 2));
        at[2] = (uint8_t)(need == 3 ? length : length >> 8);
        at[need - 1] = (uint8_t)(length & 0xff);
    }
    *size = length + need;
    return true;
}

/* The contents of GeneralNames with one directoryName: the base, and an RDN behind it. */
static bool join(ma_bytes_t base, ma_bytes_t rdn, uint8_t *room, ma_bytes_t *out)
{
    ma_der_t der = ma_der(base);
    ma_bytes_t first = ma_der_want(&der, MA_DER_SEQUENCE).value;
    size_t size = rdn.size;

    if (!ma_der_done(&der) || rdn.size > NAME_ROOM || first.size > NAME_ROOM)
        return false;
    memcpy(room + NAME_ROOM - rdn.size, rdn.data, rdn.size);
    if (!put_header(room, &size, MA_DER_SET) || size + first.size > NAME_ROOM)
        return false;
    if (first.size > 0)
        memcpy(room + NAME_ROOM - size - first.size, first.data, first.size);
    size += first.size;
    if (!put_header(room, &size, MA_DER_SEQUENCE) || !put_header(room, &size, DIRECTORY))
        return false;
    *out = (ma_bytes_t) { room + NAME_ROOM - size, size };
    return true;
}

/* A distribution point's name as the contents of GeneralNames; false if it has none. */
static bool spell_out(const ma_point_name_t *name, ma_bytes_t base, uint8_t *room,
                      ma_bytes_t *out)
{
    if (name->relative.size > 0)
        return join(base, name->relative, room, out);
    *out = name->full;
    return name->full.size > 0;
}

static bool same_general_name(const ma_element_t *a, const ma_element_t *b)
{
    if (a->tag != b->tag)
        return false;
    return ma_bytes_equal(a->value, b->value)
        || (a->tag == DIRECTORY && ma_name_equal(a->value, b->value));
}

/* Do the contents of two GeneralNames share a name? */
static bool share_name(ma_bytes_t a, ma_bytes_t b)
{
    ma_der_t outer = ma_der(a), inner;

    while (ma_der_more(&outer)) {
        ma_element_t one = ma_der_any(&outer);
        inner = ma_der(b);
        while (ma_der_more(&inner)) {
            ma_element_t other = ma_der_any(&inner);
            if (same_general_name(&one, &other))
                return true;
        }
    }
    return false;
}

static bool has_directory(ma_bytes_t names, ma_bytes_t name)
{
    ma_der_t der = ma_der(names);

    while (ma_der_more(&der)) {
        ma_element_t item = ma_der_any(&der);
        if (item.tag == DIRECTORY && ma_name_equal(item.value, name))
            return true;
    }
    return false;
}

/* ---- scope --------------------------------------------------------------------------------- */

/* (b) (2) (ii) to (iv): is it a kind of certificate that the list is about? */
static bool kind_fits(const ma_issuing_point_t *issuing, const mtlsauth_cert_t *cert)
{
    return !issuing->only_attribute && !(issuing->only_user && cert->is_ca)
        && !(issuing->only_ca && !cert->is_ca);
}

/* (b) (2) (i): is one of the list's names one of the point's? */
static bool name_fits(const ma_issuing_point_t *issuing, ma_bytes_t list_issuer,
                      const ma_point_t *point, ma_bytes_t cert_issuer)
{
    uint8_t room_list[NAME_ROOM], room_point[NAME_ROOM];
    ma_bytes_t base = cert_issuer, list, names;

    if (issuing->name.full.size == 0 && issuing->name.relative.size == 0)
        return true;
    if (point->crl_issuer.size > 0 && !ma_general_names_directory(point->crl_issuer, &base))
        return false;
    if (!spell_out(&issuing->name, list_issuer, room_list, &list))
        return false;
    if (point->name.full.size == 0 && point->name.relative.size == 0)
        names = point->crl_issuer;
    else if (!spell_out(&point->name, base, room_point, &names))
        return false;
    return share_name(list, names);
}

/* (b) (1) and (d), for one point. */
static unsigned cover(const ma_point_t *point, const mtlsauth_cert_t *cert,
                      ma_bytes_t list_issuer, const ma_issuing_point_t *issuing)
{
    bool own = point->crl_issuer.size == 0;

    if (own ? !ma_name_equal(list_issuer, cert->issuer)
            : issuing == NULL || !issuing->indirect
                || !has_directory(point->crl_issuer, list_issuer))
        return 0;
    if (issuing == NULL)
        return point->reasons;
    if (!name_fits(issuing, list_issuer, point, cert->issuer))
        return 0;
    return point->reasons & issuing->reasons;
}

/*
 * Beside the points that the certificate names there is always one more, whose name is that of the
 * certificate's issuer, and which has no other fields (the last paragraph of 6.3.3).
 */
unsigned ma_points_cover(const ma_points_t *points, const mtlsauth_cert_t *cert,
                         ma_bytes_t list_issuer, const ma_issuing_point_t *point)
{
    ma_point_t implied = { .reasons = MA_REASONS_ALL };
    uint8_t room[NAME_ROOM];
    size_t size = cert->issuer.size, i;
    unsigned reasons = 0;

    if (point != NULL && !kind_fits(point, cert))
        return 0;
    if (size <= NAME_ROOM) {
        memcpy(room + NAME_ROOM - size, cert->issuer.data, size);
        if (put_header(room, &size, DIRECTORY))
            implied.name.full = (ma_bytes_t) { room + NAME_ROOM - size, size };
    }
    reasons = cover(&implied, cert, list_issuer, point);
    for (i = 0; i < points->count && reasons != MA_REASONS_ALL; i++)
        reasons |= cover(&points->items[i], cert, list_issuer, point);
    return reasons;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation_text.c - say what was found, for people.
 *
 * Names are RFC 2253 text and serials are hex, so that what strangers chose is ASCII here already.
 */
#include "base/clock.h"
#include "cred/name.h"
#include "crl/revocation_finding.h"

static void add_subject(ma_buf_t *out, const mtlsauth_cert_t *cert)
{
    ma_bytes_t text = ma_cert_get(cert, MTLSAUTH_CERT_SUBJECT_TEXT);

    if (text.size > 0)
        ma_buf_add(out, text.data, text.size);
    else
        ma_buf_text(out, "(no subject)");
}

static void add_serial(ma_buf_t *out, const mtlsauth_cert_t *cert)
{
    ma_buf_text(out, "serial ");
    ma_cert_serial_text(cert, out);
}

static void add_list(ma_buf_t *out, const ma_finding_t *finding)
{
    ma_buf_text(out, "the CRL of ");
    if (finding->list == NULL) /* what is told of is one that does not count */
        add_subject(out, finding->issuer);
    else if (!ma_name_rfc2253(ma_crl_info(finding->list)->issuer, out))
        ma_buf_text(out, "(no name)");
}

/* Why a list that is past its time, or made after the judged time, is that. */
static void add_dates(ma_buf_t *out, const ma_finding_t *finding, int64_t now)
{
    const ma_crl_info_t *info = ma_crl_info(finding->list);

    if (finding->state == MA_LIST_SOME) {
        ma_buf_text(out, "speaks only of some reasons for revocation");
    } else if (finding->state == MA_LIST_LATER) {
        ma_buf_text(out, "was issued on ");
        ma_time_text(info->this_update, out);
        ma_buf_text(out, ", after the judged time ");
        ma_time_text(now, out);
    } else if (info->has_next_update) {
        ma_buf_text(out, "is past its nextUpdate ");
        ma_time_text(info->next_update, out);
    } else {
        ma_buf_text(out, "has no nextUpdate, so that nothing says how long it holds");
    }
}

static void say_revoked(ma_buf_t *out, const ma_finding_t *finding, int64_t now)
{
    add_subject(out, finding->cert);
    ma_buf_text(out, " (");
    add_serial(out, finding->cert);
    ma_buf_text(out, finding->revoked_at <= now ? ") was revoked on "
                                                : ") is listed already as revoked from ");
    ma_time_text(finding->revoked_at, out);
    ma_buf_text(out, " by ");
    add_list(out, finding);
}

static void say_none(ma_buf_t *out, const ma_finding_t *finding)
{
    switch (finding->refused) {
    case MTLSAUTH_SUCCESS:
        break;
    case MTLSAUTH_WEAK:
        add_list(out, finding);
        ma_buf_text(out, " is signed with an algorithm or a key that is too weak");
        return;
    case MTLSAUTH_WRONG_PURPOSE:
        add_list(out, finding);
        ma_buf_text(out, " does not count: the key usage of that CA lacks cRLSign");
        return;
    case MTLSAUTH_REVOKED:
        add_list(out, finding);
        ma_buf_text(out, " does not count: the certificate of its signer is revoked");
        return;
    case MTLSAUTH_REVOCATION_UNKNOWN:
        add_list(out, finding);
        ma_buf_text(out, " does not count: nothing tells that the certificate of its signer is not "
                         "revoked");
        return;
    default:
        add_list(out, finding);
        ma_buf_text(out, " is not signed by the key of the CA on the path");
        return;
    }
    ma_buf_text(out, "no CRL with a good signature is loaded for ");
    add_subject(out, finding->issuer);
    ma_buf_text(out, ", which issued ");
    add_subject(out, finding->cert);
}

static void say_unknown(ma_buf_t *out, const ma_finding_t *finding, int64_t now)
{
    if (finding->unusable != NULL) {
        ma_buf_text(out, "a CRL of ");
        add_subject(out, finding->issuer);
        ma_buf_printf(out, " cannot be judged by: %s", finding->unusable);
    } else if (finding->state == MA_LIST_NONE) {
        say_none(out, finding);
        ma_buf_text(out, "; load one or set freshness or scope");
    } else {
        add_list(out, finding);
        ma_buf_byte(out, ' ');
        add_dates(out, finding, now);
        if (finding->state == MA_LIST_PAST)
            ma_buf_text(out, "; load a newer one");
        else if (finding->state == MA_LIST_SOME)
            ma_buf_text(out, "; load those of the others too");
    }
}

static void say_not_revoked(ma_buf_t *out, const ma_finding_t *finding, int64_t now)
{
    size_t entries;

    if (finding->list == NULL) {
        say_none(out, finding);
        return;
    }
    add_list(out, finding);
    if (finding->listed) { /* in a replay */
        ma_buf_text(out, " revokes ");
        add_serial(out, finding->cert);
        ma_buf_text(out, " only from ");
        ma_time_text(finding->revoked_at, out);
        ma_buf_text(out, " on");
    } else {
        entries = ma_crl_info(finding->list)->entries;
        ma_buf_printf(out, " has %zu %s and ", entries, entries == 1 ? "entry" : "entries");
        add_serial(out, finding->cert);
        ma_buf_text(out, " is not among them");
    }
    if (finding->state != MA_LIST_CURRENT) {
        ma_buf_text(out, ", but it ");
        add_dates(out, finding, now);
    }
}

void ma_finding_text(const ma_finding_t *finding, int64_t now, ma_buf_t *out)
{
    switch (finding->result) {
    case MTLSAUTH_REVOKED:
        say_revoked(out, finding, now);
        break;
    case MTLSAUTH_REVOCATION_UNKNOWN:
        say_unknown(out, finding, now);
        break;
    case MTLSAUTH_SUCCESS:
        say_not_revoked(out, finding, now);
        break;
    default:
        ma_buf_text(out, "the signature of ");
        add_list(out, finding);
        ma_buf_text(out, " could not be checked");
        break;
    }
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name_types.c - the types of attributes, as OpenSSL writes them: a short name or dotted numbers.
 *
 * It knows the arcs that types of attributes in names come from. OpenSSL has short names for many
 * more OIDs (algorithms, extensions); as types of attributes they are dotted here.
 */
#include <string.h>

#include "base/encode.h"
#include "cred/name_parts.h"

/* Octets of one number: room for the 128 bits of a UUID, which an OID may hold. */
#define MAX_OCTETS 19u
/* Decimal digits of such a number. */
#define MAX_DIGITS 41u

/*
 * Short names under one arc, by the number that follows it. Where OpenSSL has none there is NULL.
 */

/* 2.5.4: X.520 */
static const char *const x520[] = {
    [3] = "CN", [4] = "SN", [5] = "serialNumber", [6] = "C", [7] = "L", [8] = "ST", [9] = "street",
    [10] = "O", [11] = "OU", [12] = "title", [13] = "description", [14] = "searchGuide",
    [15] = "businessCategory", [16] = "postalAddress", [17] = "postalCode", [18] = "postOfficeBox",
    [19] = "physicalDeliveryOfficeName", [20] = "telephoneNumber", [21] = "telexNumber",
    [22] = "teletexTerminalIdentifier", [23] = "facsimileTelephoneNumber", [24] = "x121Address",
    [25] = "internationaliSDNNumber", [26] = "registeredAddress", [27] = "destinationIndicator",
    [28] = "preferredDeliveryMethod", [29] = "presentationAddress",
    [30] = "supportedApplicationContext", [31] = "member", [32] = "owner", [33] = "roleOccupant",
    [34] = "seeAlso", [35] = "userPassword", [36] = "userCertificate", [37] = "cACertificate",
    [38] = "authorityRevocationList", [39] = "certificateRevocationList",
    [40] = "crossCertificatePair", [41] = "name", [42] = "GN", [43] = "initials",
    [44] = "generationQualifier", [45] = "x500UniqueIdentifier", [46] = "dnQualifier",
    [47] = "enhancedSearchGuide", [48] = "protocolInformation", [49] = "distinguishedName",
    [50] = "uniqueMember", [51] = "houseIdentifier", [52] = "supportedAlgorithms",
    [53] = "deltaRevocationList", [54] = "dmdName", [65] = "pseudonym", [72] = "role",
    [97] = "organizationIdentifier", [98] = "c3", [99] = "n3", [100] = "dnsName",
};

/* 0.9.2342.19200300.100.1: RFC 1274 */
static const char *const pilot[] = {
    [1] = "UID", [2] = "textEncodedORAddress", [3] = "mail", [4] = "info", [5] = "favouriteDrink",
    [6] = "roomNumber", [7] = "photo", [8] = "userClass", [9] = "host", [10] = "manager",
    [11] = "documentIdentifier", [12] = "documentTitle", [13] = "documentVersion",
    [14] = "documentAuthor", [15] = "documentLocation", [20] = "homeTelephoneNumber",
    [21] = "secretary", [22] = "otherMailbox", [23] = "lastModifiedTime", [24] = "lastModifiedBy",
    [25] = "DC", [26] = "aRecord", [27] = "pilotAttributeType27", [28] = "mXRecord",
    [29] = "nSRecord", [30] = "sOARecord", [31] = "cNAMERecord", [37] = "associatedDomain",
    [38] = "associatedName", [39] = "homePostalAddress", [40] = "personalTitle",
    [41] = "mobileTelephoneNumber", [42] = "pagerTelephoneNumber", [43] = "friendlyCountryName",
    [44] = "uid", [45] = "organizationalStatus", [46] = "janetMailbox",
    [47] = "mailPreferenceOption", [48] = "buildingName", [49] = "dSAQuality",
    [50] = "singleLevelQuality", [51] = "subtreeMinimumQuality", [52] = "subtreeMaximumQuality",
    [53] = "personalSignature", [54] = "dITRedirect", [55] = "audio", [56] = "documentPublisher",
};

/* 1.2.840.113549.1.9: PKCS #9 */
static const char *const pkcs9[] = {
    [1] = "emailAddress", [2] = "unstructuredName", [3] = "contentType", [4] = "messageDigest",
    [5] = "signingTime", [6] = "countersignature", [7] = "challengePassword",
    [8] = "unstructuredAddress", [9] = "extendedCertificateAttributes", [14] = "extReq",
    [15] = "SMIME-CAPS", [16] = "SMIME", [20] = "friendlyName", [21] = "localKeyID",
};

/* 1.3.6.1.4.1.311.60.2.1: EV certificates */
static const char *const jurisdiction[] = {
    [1] = "jurisdictionL", [2] = "jurisdictionST", [3] = "jurisdictionC",
};

/* 1.3.6.1.5.5.7.9: RFC 3739 */
static const char *const personal[] = {
    [1] = "id-pda-dateOfBirth", [2] = "id-pda-placeOfBirth", [3] = "id-pda-gender",
    [4] = "id-pda-countryOfCitizenship", [5] = "id-pda-countryOfResidence",
};

/* 1.2.643.100 and 1.2.643.3.131.1: Russian registers */
static const char *const russian[] = {
    [1] = "OGRN", [3] = "SNILS", [5] = "OGRNIP", [111] = "subjectSignTool",
    [112] = "issuerSignTool", [113] = "classSignTool",
};
static const char *const russian_tax[] = {
    [1] = "INN",
};

#define ARC(prefix, names)                                                                         \
    {                                                                                              \
        { (const uint8_t *)(prefix), sizeof(prefix) - 1 }, (names),                                \
            sizeof(names) / sizeof((names)[0])                                                     \
    }

static const struct {
    ma_bytes_t prefix;
    const char *const *names;
    size_t n_names;
} arcs[] = {
    ARC("\x55\x04", x520),
    ARC("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01", pilot),
    ARC("\x2a\x86\x48\x86\xf7\x0d\x01\x09", pkcs9),
    ARC("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01", jurisdiction),
    ARC("\x2b\x06\x01\x05\x05\x07\x09", personal),
    ARC("\x2a\x85\x03\x64", russian),
    ARC("\x2a\x85\x03\x03\x81\x03\x01", russian_tax),
};

bool ma_oid_valid(ma_bytes_t oid)
{
    size_t i, start = 0;

    for (i = 0; i < oid.size; i++) {
        if (oid.data[start] == 0x80 || i - start >= MAX_OCTETS)
            return false;
        if (oid.data[i] < 0x80)
            start = i + 1;
    }
    return oid.size > 0 && start == oid.size;
}

static const char *short_name(ma_bytes_t type)
{
    unsigned last = type.size > 0 ? type.data[type.size - 1] : 0;
    size_t i;

    for (i = 0; i < sizeof(arcs) / sizeof(arcs[0]); i++) {
        ma_bytes_t prefix = arcs[i].prefix;

        if (type.size == prefix.size + 1 && memcmp(type.data, prefix.data, prefix.size) == 0)
            return last < arcs[i].n_names ? arcs[i].names[last] : NULL;
    }
    return NULL;
}

/* One number of an OID, less `tens` times ten, in decimal. */
static void add_number(ma_buf_t *out, ma_bytes_t octets, unsigned tens)
{
    unsigned digits[MAX_DIGITS] = { 0 }; /* the lowest first */
    size_t i, n;

    for (i = 0; i < octets.size; i++) {
        unsigned carry = octets.data[i] & 0x7fu;

        for (n = 0; n < MAX_DIGITS; n++) {
            carry += digits[n] * 128;
            digits[n] = carry % 10;
            carry /= 10;
        }
    }
    for (n = 1; n < MAX_DIGITS && tens > 0; n++) {
        unsigned borrow = digits[n] < tens ? 1 : 0;

        digits[n] = digits[n] + borrow * 10 - tens;
        tens = borrow;
    }
    n = MAX_DIGITS;
    while (n > 1 && digits[n - 1] == 0)
        n--;
    while (n > 0)
        ma_buf_byte(out, (char)('0' + (int)digits[--n]));
}

/* The first number of the encoding holds two: 40 times the first (0 to 2), and the second. */
static void add_dotted(ma_buf_t *out, ma_bytes_t oid)
{
    unsigned first = oid.data[0] < 40 ? 0 : oid.data[0] < 80 ? 1 : 2;
    unsigned tens = first * 4;
    size_t i, start = 0;

    ma_buf_printf(out, "%u", first);
    for (i = 0; i < oid.size; i++) {
        if (oid.data[i] >= 0x80)
            continue;
        ma_buf_byte(out, '.');
        add_number(out, (ma_bytes_t) { oid.data + start, i + 1 - start }, tens);
        tens = 0;
        start = i + 1;
    }
}

void ma_oid_text(ma_bytes_t oid, ma_buf_t *out)
{
    if (ma_oid_valid(oid)) {
        add_dotted(out, oid);
        return;
    }
    ma_buf_byte(out, '#');
    ma_encode_hex(out, oid.data, oid.size, false);
}

bool ma_attribute_type_text(ma_bytes_t type, ma_buf_t *out)
{
    const char *name = short_name(type);

    if (name != NULL)
        ma_buf_text(out, name);
    else
        add_dotted(out, type);
    return name != NULL;
}

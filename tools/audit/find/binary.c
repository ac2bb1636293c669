/* SPDX-License-Identifier: BSD-2-Clause */
/* binary.c - protocols of octets that turn to TLS: PostgreSQL, MySQL, LDAP, RDP. */
#include <string.h>

#include "audit/find/dialogue.h"

/** A message that is longer is not one of those before TLS. */
#define MAX_MESSAGE 16384u

int dialogue_begins_with(const uint8_t *data, size_t size, const char *octets, size_t n)
{
    if (size == 0)
        return -1;
    if (memcmp(data, octets, size < n ? size : n) != 0)
        return 0;
    return size < n ? -1 : 1;
}

/* ---- PostgreSQL: SSLRequest or GSSENCRequest, and one octet for an answer ---- */

#define POSTGRESQL_REQUEST "\x00\x00\x00\x08\x04\xd2\x16"

static int postgresql_begins(const uint8_t *data, size_t size)
{
    int begins = dialogue_begins_with(data, size, POSTGRESQL_REQUEST, 7);

    if (begins != 1)
        return begins;
    return size < 8 ? -1 : data[7] == 0x2f || data[7] == 0x30;
}

static step_t postgresql_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                              size_t *used)
{
    if (!dialogue->asked || from == dialogue->client) {
        int begins = postgresql_begins(data, size);
        if (begins != 1)
            return begins < 0 ? STEP_MORE : STEP_NOT;
        dialogue->asked = true;
        dialogue->client = from;
        dialogue->name = "postgresql";
        *used = 8;
        return STEP_MORE;
    }
    *used = 1;
    if (data[0] == 'N') { /* a client that asked for GSS may ask for TLS next */
        dialogue->asked = false;
        dialogue->name = "";
        return STEP_MORE;
    }
    return data[0] == 'S' ? STEP_AGAIN : STEP_NOT;
}

/* ---- MySQL: the server greets, the client's answer is cut short with a flag ---- */

#define MYSQL_SSL 0x0800u

static int mysql_begins(const uint8_t *data, size_t size)
{
    if (size < 6)
        return size > 3 && data[3] != 0 ? 0 : -1;
    return data[2] == 0 && data[3] == 0 && data[4] == 10 && data[5] >= '1' && data[5] <= '9' &&
           data[0] + data[1] * 256 >= 32;
}

static step_t mysql_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                         size_t *used)
{
    size_t length;

    if (size < 4)
        return STEP_MORE;
    length = (size_t)data[0] | (size_t)data[1] << 8 | (size_t)data[2] << 16;
    if (length == 0 || length > MAX_MESSAGE)
        return STEP_NOT;
    if (size < 4 + length)
        return STEP_MORE;
    *used = 4 + length;
    if (data[3] == 0) { /* the greeting */
        dialogue->client = 1 - from;
        return STEP_MORE;
    }
    if (from != dialogue->client || data[3] != 1 || length < 4 || length > 32 ||
        ((data[4] | (unsigned)data[5] << 8) & MYSQL_SSL) == 0)
        return STEP_NOT;
    dialogue->name = "mysql";
    return STEP_AGAIN;
}

/* ---- LDAP: an extended request, and its response ---- */

#define LDAP_STARTTLS                                                                              \
    "\x80\x16"                                                                                     \
    "1.3.6.1.4.1.1466.20037"
enum { LDAP_EXTENDED_REQUEST = 0x77, LDAP_EXTENDED_RESPONSE = 0x78 };

/* Header of a BER element, also with lengths longer than they need be. 0: too few; or -1. */
static int ber_header(const uint8_t *data, size_t size, size_t *length)
{
    unsigned n, i;

    if (size < 2)
        return 0;
    if (data[1] < 0x80) {
        *length = data[1];
        return 2;
    }
    n = data[1] & 0x7fu;
    if (n == 0 || n > 4)
        return -1;
    if (size < 2 + n)
        return 0;
    *length = 0;
    for (i = 0; i < n; i++)
        *length = *length << 8 | data[2 + i];
    return 2 + (int)n;
}

/* The operation of a message, without its header. False: that is no LDAP. */
static bool ldap_operation(const uint8_t *data, size_t size, uint8_t *tag, ma_bytes_t *contents)
{
    size_t id, length;
    int header;

    if (size < 3 || data[0] != 0x02 || data[1] < 1 || data[1] > 4)
        return false;
    id = 2 + (size_t)data[1];
    if (size <= id)
        return false;
    *tag = data[id];
    data += id;
    size -= id;
    header = ber_header(data, size, &length);
    if (*tag < 0x42 || *tag > 0x79 || header <= 0 || length > size - (size_t)header)
        return false;
    *contents = (ma_bytes_t){data + header, length};
    return true;
}

static int ldap_begins(const uint8_t *data, size_t size)
{
    size_t length;
    int header;

    if (size > 0 && data[0] != 0x30)
        return 0;
    header = ber_header(data, size, &length);
    if (header <= 0)
        return header < 0 ? 0 : -1;
    if (length < 5 || length > MAX_MESSAGE)
        return 0;
    if (size < (size_t)header + 3)
        return -1;
    return data[header] == 0x02 && data[header + 1] >= 1 && data[header + 1] <= 4;
}

static step_t ldap_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                        size_t *used)
{
    ma_bytes_t contents = {NULL, 0};
    size_t length = 0;
    uint8_t tag;
    int header;

    while (size > *used) {
        const uint8_t *at = data + *used;
        size_t left = size - *used;
        header = ber_header(at, left, &length);
        if (at[0] != 0x30 || header < 0 || (header > 0 && length > MAX_MESSAGE))
            return STEP_NOT;
        if (header == 0 || left - (size_t)header < length)
            return STEP_MORE;
        if (!ldap_operation(at + header, length, &tag, &contents))
            return STEP_NOT;
        *used += (size_t)header + length;
        if (tag == LDAP_EXTENDED_REQUEST &&
            dialogue_begins_with(contents.data, contents.size, LDAP_STARTTLS, 24) == 1) {
            dialogue->asked = true;
            dialogue->client = from;
            dialogue->name = "ldap";
        } else if (tag == LDAP_EXTENDED_RESPONSE && dialogue->asked && from != dialogue->client) {
            if (dialogue_begins_with(contents.data, contents.size, "\x0a\x01\x00", 3) == 1)
                return STEP_AGAIN;
            dialogue->asked = false;
            dialogue->name = "";
        }
    }
    return STEP_MORE;
}

/* ---- RDP: a connection request of X.224 that offers TLS, and a confirmation that takes it ---- */

enum { X224_REQUEST = 0xe0, X224_CONFIRM = 0xd0, RDP_RESPONSE = 2 };

static int rdp_begins(const uint8_t *data, size_t size)
{
    if (size < 6)
        return dialogue_begins_with(data, size, "\x03\x00", size < 2 ? size : 2) == 0 ? 0 : -1;
    return data[0] == 3 && data[1] == 0 && data[2] < 4 && data[5] == X224_REQUEST;
}

static step_t rdp_step(dialogue_t *dialogue, unsigned from, const uint8_t *data, size_t size,
                       size_t *used)
{
    const uint8_t *negotiation;
    size_t length;
    uint8_t code;

    if (size < 4)
        return STEP_MORE;
    length = (size_t)data[2] << 8 | data[3];
    if (data[0] != 3 || length < 7 || length > 1024)
        return STEP_NOT;
    if (size < length)
        return STEP_MORE;
    *used = length;
    if (length < 19) /* no negotiation in it */
        return STEP_NOT;
    code = data[5];
    negotiation = data + length - 8;
    if (code == X224_REQUEST) {
        /* What follows the request may be more than the negotiation: the response decides. */
        dialogue->asked = true;
        dialogue->client = from;
        dialogue->name = "rdp";
        return STEP_MORE;
    }
    if (code == X224_CONFIRM && dialogue->asked && from != dialogue->client &&
        negotiation[0] == RDP_RESPONSE && negotiation[4] != 0)
        return STEP_AGAIN;
    return STEP_NOT;
}

const protocol_t protocol_postgresql = {"postgresql", postgresql_begins, postgresql_step, false};
const protocol_t protocol_mysql = {"mysql", mysql_begins, mysql_step, false};
const protocol_t protocol_ldap = {"ldap", ldap_begins, ldap_step, false};
const protocol_t protocol_rdp = {"rdp", rdp_begins, rdp_step, false};

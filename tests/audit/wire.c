/* SPDX-License-Identifier: BSD-2-Clause */
/* wire.c - see wire.h. */
#include "audit/wire.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

enum { CHANGE_CIPHER = 20, HANDSHAKE = 22, APPLICATION = 23, FINISHED = 20, KEY_UPDATE = 24 };

/* One direction as it is read. */
typedef struct reader {
    const wire_t *wire;
    unsigned from;
    protection_t *now;
    uint64_t sequence;
    bool changed;  /* ChangeCipherSpec came */
    bool finished; /* Finished came */
    uint8_t got[WIRE_ROOM];
    size_t n_got;
    unsigned opened;
} reader_t;

void wire_open(wire_t *wire)
{
    memset(wire, 0, sizeof(*wire));
    if (keylog_new(&wire->keys) != 0)
        abort();
}

void wire_close(wire_t *wire)
{
    keylog_free(wire->keys);
}

void wire_add(wire_t *wire, unsigned from, const void *data, size_t size)
{
    if (size > WIRE_ROOM - wire->size[from])
        abort();
    memcpy(wire->data[from] + wire->size[from], data, size);
    wire->size[from] += size;
}

void wire_sent(wire_t *wire, unsigned from, const void *data, size_t size)
{
    if (size > WIRE_ROOM - wire->n_sent[from])
        abort();
    memcpy(wire->sent[from] + wire->n_sent[from], data, size);
    wire->n_sent[from] += size;
}

static const char *take_secret(reader_t *reader, secret_label_t of_client)
{
    secret_label_t label = (secret_label_t)((unsigned)of_client + reader->from);
    ma_bytes_t secret = keylog_find(reader->wire->keys, label, reader->wire->random[0]);

    protection_free(reader->now);
    reader->now = NULL;
    reader->sequence = 0;
    if (secret.size == 0)
        return "a secret was not logged";
    return protection_tls13(reader->wire->suite, secret, &reader->now) == 0 ? NULL : "tls13 keys";
}

static const char *take_master(reader_t *reader)
{
    const wire_t *wire = reader->wire;
    tls12_keys_t keys = {
        .version = wire->version,
        .cipher_suite = wire->suite,
        .master = keylog_find(wire->keys, SECRET_MASTER, wire->random[0]),
        .client_random = wire->random[0],
        .server_random = wire->random[1],
        .encrypt_then_mac = wire->encrypt_then_mac,
        .of_client = reader->from == 0,
    };

    reader->sequence = 0;
    return protection_tls12(&keys, &reader->now) == 0 ? NULL : "tls12 keys";
}

/* No bit of a record may be flipped, nor its number, nor what of its header is authentic. */
static const char *flip(reader_t *reader, record_t record)
{
    uint8_t *copy = malloc(record.size + 1), *out = malloc(record.size + 1), type;
    const uint8_t *payload = record.payload;
    const char *wrong = NULL;
    size_t at, bit = 0;

    memcpy(copy, payload, record.size);
    record.payload = copy;
    for (at = 0; at < record.size && wrong == NULL; at += 1 + record.size / 16) {
        copy[at] ^= (uint8_t)(1u << (bit % 8));
        if (protection_open(reader->now, &record, out, &type) >= 0) {
            /* SSLv3 does not authenticate its padding */
            if (reader->wire->version != 0x0300 || at + 16 < record.size)
                wrong = "a flipped bit was not seen";
        }
        copy[at] ^= (uint8_t)(1u << (bit++ % 8));
    }
    record.sequence++;
    if (wrong == NULL && protection_open(reader->now, &record, out, &type) >= 0)
        wrong = "another sequence number was not seen";
    record.sequence--;
    record.size--;
    if (wrong == NULL && protection_open(reader->now, &record, out, &type) >= 0)
        wrong = "a cut was not seen";
    free(copy);
    free(out);
    return wrong;
}

/* Handshake messages of TLS 1.3 that change keys. */
static const char *messages13(reader_t *reader, const uint8_t *data, size_t size)
{
    while (size >= 4) {
        size_t length = (size_t)data[1] << 16 | (size_t)data[2] << 8 | data[3];
        uint8_t type = data[0];

        if (length > size - 4)
            return NULL; /* goes on in the next record */
        data += 4 + length;
        size -= 4 + length;
        if (type == FINISHED && !reader->finished) {
            reader->finished = true;
            return take_secret(reader, SECRET_CLIENT_TRAFFIC);
        }
        if (type == KEY_UPDATE) {
            reader->sequence = 0;
            return protection_update(reader->now) == 0 ? NULL : "no update";
        }
    }
    return NULL;
}

static const char *open_record(reader_t *reader, const record_t *record)
{
    static uint8_t out[WIRE_ROOM];
    const char *wrong = flip(reader, *record);
    uint8_t type = 0;
    int size;

    if (wrong != NULL)
        return wrong;
    size = protection_open(reader->now, record, out, &type);
    if (size < 0)
        return "a record does not open";
    reader->opened++;
    reader->sequence++;
    if (type == APPLICATION) {
        memcpy(reader->got + reader->n_got, out, (size_t)size);
        reader->n_got += (size_t)size;
        return NULL;
    }
    if (type == HANDSHAKE && reader->wire->version == 0x0304)
        return messages13(reader, out, (size_t)size);
    return NULL;
}

static const char *take_record(reader_t *reader, record_t *record)
{
    bool tls13 = reader->wire->version == 0x0304;
    const char *wrong;

    if (record->type == CHANGE_CIPHER) {
        if (tls13 || reader->changed)
            return NULL;
        reader->changed = true;
        return take_master(reader);
    }
    if (tls13 ? record->type != APPLICATION : !reader->changed)
        return NULL;
    if (tls13 && reader->now == NULL) {
        wrong = take_secret(reader, SECRET_CLIENT_HANDSHAKE);
        if (wrong != NULL)
            return wrong;
    }
    if (!reader->wire->dtls)
        record->sequence = reader->sequence;
    return open_record(reader, record);
}

static const char *read_all(reader_t *reader)
{
    const uint8_t *at = reader->wire->data[reader->from];
    size_t left = reader->wire->size[reader->from], header = reader->wire->dtls ? 13 : 5, i;

    while (left > 0) {
        record_t record = {.type = at[0], .header = at, .header_size = header};
        const char *wrong;

        if (left < header)
            return "half a header";
        record.version = (uint16_t)(at[1] << 8 | at[2]);
        for (i = 3; i < 11 && reader->wire->dtls; i++)
            record.sequence = record.sequence << 8 | at[i];
        record.size = (size_t)at[header - 2] << 8 | at[header - 1];
        record.payload = at + header;
        if (record.size > left - header)
            return "half a record";
        wrong = take_record(reader, &record);
        if (wrong != NULL)
            return wrong;
        at += header + record.size;
        left -= header + record.size;
    }
    return NULL;
}

const char *wire_check(const wire_t *wire)
{
    static reader_t reader;
    const char *wrong = NULL;
    unsigned from;

    for (from = 0; from < 2 && wrong == NULL; from++) {
        memset(&reader, 0, sizeof(reader));
        reader.wire = wire;
        reader.from = from;
        wrong = read_all(&reader);
        protection_free(reader.now);
        if (wrong == NULL && (reader.n_got != wire->n_sent[from] || reader.opened < 2 ||
                              memcmp(reader.got, wire->sent[from], reader.n_got) != 0))
            wrong = "something else was sent";
    }
    return wrong;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * audit-protection.c - fuzz target: records under keys that are known, of any suite and version.
 *
 * The input: suite (2), version (2), flags (1: encrypt-then-MAC, 2: of the client, 4: keys are
 * updated, 8: records are passed over), then records: type (1), size (2), payload.
 */
#include "audit/keys/protection.h"

#include <string.h>

#include "fuzz.h"

#define HEAD 5u

static protection_t *keys_of(const uint8_t *head)
{
    static const uint8_t secret[48] = "a secret that is the same for all";
    uint16_t suite = (uint16_t)(head[0] << 8 | head[1]);
    tls12_keys_t keys = {.version = (uint16_t)(head[2] << 8 | head[3]),
                         .cipher_suite = suite,
                         .master = {secret, 48},
                         .client_random = secret,
                         .server_random = secret,
                         .encrypt_then_mac = (head[4] & 1) != 0,
                         .of_client = (head[4] & 2) != 0};
    protection_t *protection = NULL;

    if (protection_tls13(suite, (ma_bytes_t){secret, 32}, &protection) == 0 ||
        protection_tls13(suite, (ma_bytes_t){secret, 48}, &protection) == 0)
        return protection;
    if (protection_tls12(&keys, &protection) != 0)
        return NULL;
    FUZZ_CHECK(protection_knows(keys.version, suite));
    return protection;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    protection_t *protection = size < HEAD ? NULL : keys_of(data);
    size_t at = HEAD;
    record_t record = {.version = 0x0303};

    if (protection == NULL)
        return 0;
    while (size - at >= 3) {
        uint8_t *payload, *out, type = 0;
        int opened;

        record.type = data[at];
        record.size = (size_t)data[at + 1] << 8 | data[at + 2];
        record.header = data + at;
        record.header_size = 3;
        if (record.size > size - at - 3)
            record.size = size - at - 3;
        payload = malloc(record.size + 1); /* so that a step too far is seen */
        out = malloc(record.size + 1);
        FUZZ_CHECK(payload != NULL && out != NULL);
        memcpy(payload, data + at + 3, record.size);
        out[record.size] = 0x5a;
        record.payload = payload;
        opened = protection_open(protection, &record, out, &type);
        FUZZ_CHECK(out[record.size] == 0x5a);
        FUZZ_CHECK(opened <= (int)record.size);
        if (opened < 0 && (data[4] & 8) != 0)
            protection_pass(protection, payload, record.size, record.size);
        if (opened >= 0)
            FUZZ_CHECK(protection_open(protection, &record, out, &type) <= (int)record.size);
        if ((data[4] & 4) != 0)
            (void)!protection_update(protection);
        free(payload);
        free(out);
        at += 3 + record.size;
        record.sequence++;
    }
    protection_free(protection);
    return 0;
}

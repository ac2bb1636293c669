/* SPDX-License-Identifier: BSD-2-Clause */
/* put.c - see put.h. */
#include "audit/report/put.h"

#include <arpa/inet.h>

#include "base/clock.h"
#include "base/json_plain.h"

#define NANOSECONDS 1000000000

void put_number(ma_buf_t *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put_bytes(out, digits + at, sizeof(digits) - at);
}

void put_signed(ma_buf_t *out, int64_t number)
{
    if (number < 0)
        PUT(out, "-");
    put_number(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void put_json(ma_buf_t *out, const char *bytes, size_t size)
{
    if (size == 0) { /* the bytes may be NULL */
        PUT(out, "\"\"");
        return;
    }
    if (out->capacity - out->size > size + 2 && ma_json_plain(bytes, size)) {
        out->data[out->size] = '"';
        memcpy(out->data + out->size + 1, bytes, size);
        out->data[out->size + 1 + size] = '"';
        out->size += size + 2;
        return;
    }
    ma_encode_json_string(out, bytes, size);
}

void put_json_text(ma_buf_t *out, const char *text)
{
    if (text == NULL || text[0] == '\0')
        PUT(out, "\"\"");
    else
        put_json(out, text, strlen(text));
}

void put_time(ma_buf_t *out, int64_t seconds)
{
    char text[20];

    if (!ma_date_text(seconds, text)) {
        put_signed(out, seconds);
        return;
    }
    text[19] = 'Z';
    put_bytes(out, text, sizeof(text));
}

void put_time_fine(ma_buf_t *out, int64_t nanoseconds)
{
    int64_t seconds = nanoseconds / NANOSECONDS, rest = nanoseconds % NANOSECONDS;
    char text[27];
    int i;

    if (rest < 0) {
        rest += NANOSECONDS;
        seconds--;
    }
    rest /= 1000;
    if (!ma_date_text(seconds, text)) {
        put_signed(out, seconds);
        return;
    }
    text[19] = '.';
    for (i = 25; i > 19; i--, rest /= 10)
        text[i] = (char)('0' + rest % 10);
    text[26] = 'Z';
    put_bytes(out, text, sizeof(text));
}

static void put_ipv4(ma_buf_t *out, const uint8_t address[4])
{
    char text[16], *at = text;
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (address[i] >= 100)
            *at++ = (char)('0' + address[i] / 100);
        if (address[i] >= 10)
            *at++ = (char)('0' + address[i] / 10 % 10);
        *at++ = (char)('0' + address[i] % 10);
        *at++ = '.';
    }
    put_bytes(out, text, (size_t)(at - text) - 1);
}

void put_address(ma_buf_t *out, const uint8_t address[16], unsigned ip_version)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
    unsigned i;

    if (ip_version == 4) {
        put_ipv4(out, address);
    } else if (memcmp(address, mapped, sizeof(mapped)) == 0) {
        put_ipv4(out, address + 12);
    } else {
        for (i = 0; i < 16; i += 2)
            ma_buf_printf(out, "%s%x", i > 0 ? ":" : "",
                          (unsigned)address[i] << 8 | address[i + 1]);
    }
}

void put_address_short(ma_buf_t *out, const uint8_t address[16], unsigned ip_version)
{
    char text[INET6_ADDRSTRLEN];

    if (ip_version == 4)
        put_ipv4(out, address);
    else if (inet_ntop(AF_INET6, address, text, sizeof(text)) != NULL)
        put_text(out, text);
}

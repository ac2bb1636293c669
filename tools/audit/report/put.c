/* SPDX-License-Identifier: BSD-2-Clause */
/* put.c - see put.h. */
#include "audit/report/put.h"

#include <arpa/inet.h>

#include "base/clock.h"

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

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* The high bit of each octet that is zero; of others above one, perhaps too: it asks for none. */
static uint64_t zeros(uint64_t word)
{
    return (word - EACH(0x01)) & ~word & EACH(0x80);
}

/* Not 0 if one of eight octets is no printable ASCII, or one that JSON escapes: " & ' < > \ */
static uint64_t odd(uint64_t word)
{
    return ((word - EACH(0x20)) | word | (word + EACH(0x01))) & EACH(0x80)
        ? EACH(0x80)
        : zeros(word ^ EACH('"')) | zeros((word & EACH(0xfe)) ^ EACH('&'))
            | zeros((word & EACH(0xfd)) ^ EACH('<')) | zeros(word ^ EACH('\\'));
}

/* May it stand in a JSON string as it is, also inside a script element? Eight octets at a time. */
static bool is_plain(const char *bytes, size_t size)
{
    uint64_t word, found = 0;

    for (; size >= sizeof(word); bytes += sizeof(word), size -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        found |= odd(word);
    }
    word = EACH(' ');
    memcpy(&word, bytes, size);
    return (found | odd(word)) == 0;
}

void put_json(ma_buf_t *out, const char *bytes, size_t size)
{
    if (size == 0) { /* the bytes may be NULL */
        PUT(out, "\"\"");
        return;
    }
    PUT(out, "\"");
    if (is_plain(bytes, size))
        put_bytes(out, bytes, size);
    else
        ma_encode_json(out, bytes, size);
    PUT(out, "\"");
}

void put_json_text(ma_buf_t *out, const char *text)
{
    if (text == NULL)
        text = "";
    put_json(out, text, strlen(text));
}

static void two(char *at, int number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

/* "YYYY-MM-DDTHH:MM:SS"; false outside of the years that have four digits. */
static bool date_text(int64_t seconds, char text[19])
{
    ma_date_t date;

    if (!ma_date_of(seconds, &date))
        return false;
    memcpy(text, "0000-00-00T00:00:00", 19);
    two(text, date.year / 100);
    two(text + 2, date.year % 100);
    two(text + 5, date.month);
    two(text + 8, date.day);
    two(text + 11, date.hour);
    two(text + 14, date.minute);
    two(text + 17, date.second);
    return true;
}

void put_time(ma_buf_t *out, int64_t seconds)
{
    char text[20];

    if (!date_text(seconds, text)) {
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
    if (!date_text(seconds, text)) {
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
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (i > 0)
            PUT(out, ".");
        put_number(out, address[i]);
    }
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

/* SPDX-License-Identifier: BSD-2-Clause */
/* interface.c - see interface.h. */
#include "audit/capture/interface.h"

#define OPTION_END 0u
#define OPTION_TSRESOL 9u
#define OPTION_TSOFFSET 14u

#define RESOLUTION_BINARY 0x80u
#define RESOLUTION_MICROSECONDS 6u
#define NANOSECONDS 1000000000
#define SECONDS_MAX (INT64_MAX / NANOSECONDS - 1)

static bool resolution_fits(uint8_t resolution)
{
    return (resolution & RESOLUTION_BINARY) != 0 ? (resolution & ~RESOLUTION_BINARY) <= 63
                                                 : resolution <= 19;
}

static const char *read_option(capture_interface_t *out, unsigned code, ma_bytes_t value, bool big)
{
    if (code == OPTION_TSRESOL) {
        if (value.size != 1 || !resolution_fits(value.data[0]))
            return "its if_tsresol cannot be";
        out->resolution = value.data[0];
    } else if (code == OPTION_TSOFFSET) {
        uint64_t raw;
        if (value.size != 8)
            return "its if_tsoffset cannot be";
        raw = capture_64(value.data, big);
        memcpy(&out->offset, &raw, sizeof(raw)); /* two's complement, as int64_t is */
    }
    return NULL;
}

const char *capture_interface_read(capture_interface_t *out, ma_bytes_t body, bool big)
{
    const char *wrong = NULL;
    size_t at = 8;

    if (body.size < at)
        return "it is too short";
    *out = (capture_interface_t) { .link_type = capture_16(body.data, big),
                                   .snaplen = capture_32(body.data + 4, big),
                                   .resolution = RESOLUTION_MICROSECONDS,
                                   .program = CAPTURE_UNFILTERED };
    while (wrong == NULL && body.size - at >= 4) {
        unsigned code = capture_16(body.data + at, big);
        size_t size = capture_16(body.data + at + 2, big), padded = (size + 3) & ~(size_t)3;

        at += 4;
        if (code == OPTION_END)
            break;
        if (padded > body.size - at)
            return "an option of it is longer than it";
        wrong = read_option(out, code, (ma_bytes_t) { body.data + at, size }, big);
        at += padded;
    }
    return wrong;
}

static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;

    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* Splits ticks into seconds and nanoseconds. */
static uint64_t split(uint8_t resolution, uint64_t ticks, int64_t *nanoseconds)
{
    unsigned exponent = resolution & ~RESOLUTION_BINARY;
    uint64_t per_second, rest;

    if ((resolution & RESOLUTION_BINARY) != 0) {
        rest = ticks & ((UINT64_C(1) << exponent) - 1);
        if (exponent > 32) /* bits that are far below a nanosecond */
            *nanoseconds = (int64_t)((rest >> (exponent - 32)) * NANOSECONDS >> 32);
        else
            *nanoseconds = (int64_t)(rest * NANOSECONDS >> exponent);
        return ticks >> exponent;
    }
    per_second = power_of_ten(exponent);
    rest = ticks % per_second;
    *nanoseconds = (int64_t)(exponent > 9 ? rest / power_of_ten(exponent - 9)
                                          : rest * power_of_ten(9 - exponent));
    return ticks / per_second;
}

int64_t capture_interface_time(const capture_interface_t *interface, uint64_t ticks)
{
    int64_t nanoseconds, offset = interface->offset;
    uint64_t seconds;

    /* What nearly all files have. */
    if (offset == 0 && interface->resolution == RESOLUTION_MICROSECONDS
        && ticks <= INT64_MAX / 1000)
        return (int64_t)ticks * 1000;
    seconds = split(interface->resolution, ticks, &nanoseconds);
    offset = offset > SECONDS_MAX ? SECONDS_MAX : offset < -SECONDS_MAX ? -SECONDS_MAX : offset;
    if (seconds > (uint64_t)SECONDS_MAX)
        seconds = SECONDS_MAX;
    offset += (int64_t)seconds; /* both are far from what overflows */
    offset = offset > SECONDS_MAX ? SECONDS_MAX : offset;
    return offset * NANOSECONDS + nanoseconds;
}

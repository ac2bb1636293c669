/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * der.c - see der.h. Everything is borrowed; nothing is allocated.
 *
 * It does not check what stands inside an element, nor that a tag is primitive or constructed where
 * X.690 wants it so: the caller asks for the tags it knows.
 */
#include "base/der.h"

#include <string.h>

/* Lengths of more octets than this are longer than anything that is read here. */
#define MAX_LENGTH_OCTETS 4u

/* An empty run that has an address, so that nobody computes with NULL. */
static const uint8_t nothing[1];

static ma_element_t no_element(void)
{
    const ma_bytes_t empty = { nothing, 0 };

    return (ma_element_t) { .tag = 0, .value = empty, .whole = empty };
}

ma_der_t ma_der(ma_bytes_t bytes)
{
    const uint8_t *at = bytes.size > 0 ? bytes.data : nothing;

    return (ma_der_t) { .at = at, .end = at + bytes.size, .failed = false };
}

bool ma_der_more(const ma_der_t *der)
{
    return !der->failed && der->at < der->end;
}

unsigned ma_der_peek(const ma_der_t *der)
{
    return ma_der_more(der) ? *der->at : 0;
}

void ma_der_fail(ma_der_t *der)
{
    der->failed = true;
    der->at = der->end;
}

bool ma_der_done(const ma_der_t *der)
{
    return !der->failed && der->at == der->end;
}

/* Tag 0 stands for end-of-contents, which only an indefinite length needs. */
bool ma_der_header(ma_bytes_t in, size_t *header, size_t *length)
{
    size_t octets, i, value = 0;

    if (in.size < 2 || in.data[0] == 0 || (in.data[0] & 0x1fu) == 0x1fu)
        return false;
    if (in.data[1] < 0x80) {
        *header = 2;
        *length = in.data[1];
        return true;
    }
    octets = in.data[1] & 0x7fu;
    if (octets == 0 || octets > MAX_LENGTH_OCTETS || octets > in.size - 2 || in.data[2] == 0)
        return false;
    for (i = 0; i < octets; i++)
        value = value << 8 | in.data[2 + i];
    *header = 2 + octets;
    *length = value;
    return value >= 0x80;
}

ma_element_t ma_der_any(ma_der_t *der)
{
    ma_bytes_t in;
    ma_element_t element;
    size_t header, length;

    if (der->failed)
        return no_element();
    in = (ma_bytes_t) { der->at, (size_t)(der->end - der->at) };
    if (!ma_der_header(in, &header, &length) || length > in.size - header) {
        ma_der_fail(der);
        return no_element();
    }
    element.tag = in.data[0];
    element.value = (ma_bytes_t) { in.data + header, length };
    element.whole = (ma_bytes_t) { in.data, header + length };
    der->at += header + length;
    return element;
}

ma_element_t ma_der_want(ma_der_t *der, unsigned tag)
{
    if (ma_der_peek(der) != tag || tag == 0) {
        ma_der_fail(der);
        return no_element();
    }
    return ma_der_any(der);
}

ma_element_t ma_der_maybe(ma_der_t *der, unsigned tag)
{
    return tag != 0 && ma_der_peek(der) == tag ? ma_der_any(der) : no_element();
}

ma_der_t ma_der_into(const ma_element_t *element)
{
    ma_der_t der = ma_der(element->value);

    if (element->tag == 0)
        ma_der_fail(&der);
    return der;
}

bool ma_der_integer_minimal(ma_bytes_t value)
{
    if (value.size == 0)
        return false;
    if (value.size == 1)
        return true;
    if (value.data[0] == 0x00)
        return (value.data[1] & 0x80u) != 0;
    if (value.data[0] == 0xff)
        return (value.data[1] & 0x80u) == 0;
    return true;
}

bool ma_der_boolean(ma_bytes_t value, bool *out)
{
    if (value.size != 1 || (value.data[0] != 0x00 && value.data[0] != 0xff))
        return false;
    *out = value.data[0] == 0xff;
    return true;
}

bool ma_der_small(ma_bytes_t value, int64_t *out)
{
    int64_t sum = 0;
    size_t i;

    if (!ma_der_integer_minimal(value) || value.size > 8 || (value.data[0] & 0x80u) != 0)
        return false;
    for (i = 0; i < value.size; i++)
        sum = sum * 256 + value.data[i];
    *out = sum;
    return true;
}

/* Two decimal digits, or -1. */
static int two_digits(const uint8_t *at)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return -1;
    return (at[0] - '0') * 10 + (at[1] - '0');
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to a date of the Gregorian calendar, for years from 0. */
static int64_t days_since_1970(int year, int month, int day)
{
    static const int before_month[12] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    /* Counted 400 years (146097 days) later, so that the year before is never negative. */
    int64_t before = (int64_t)year + 399;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

    days += before_month[month - 1] + (month > 2 && is_leap(year) ? 1 : 0);
    return days + day - 1 - 719162 - 146097;
}

/* MMDDHHMMSSZ, which both types end in. */
static bool read_moment(const uint8_t *at, int year, int64_t *out)
{
    int month = two_digits(at), day = two_digits(at + 2), hour = two_digits(at + 4);
    int minute = two_digits(at + 6), second = two_digits(at + 8);

    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    if (at[10] != 'Z')
        return false;
    *out = days_since_1970(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

bool ma_der_time(unsigned tag, ma_bytes_t value, int64_t *out)
{
    int century, year;

    if (tag == MA_DER_UTC_TIME && value.size == 13) {
        year = two_digits(value.data);
        if (year < 0)
            return false;
        return read_moment(value.data + 2, year < 50 ? 2000 + year : 1900 + year, out);
    }
    if (tag == MA_DER_GENERALIZED_TIME && value.size == 15) {
        century = two_digits(value.data);
        year = two_digits(value.data + 2);
        if (century < 0 || year < 0)
            return false;
        return read_moment(value.data + 4, century * 100 + year, out);
    }
    return false;
}

bool ma_bytes_equal(ma_bytes_t a, ma_bytes_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

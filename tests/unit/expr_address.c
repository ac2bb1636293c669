/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_address.c - addresses and networks. What is one, and which octets it has, is held to
 * inet_pton(); what is written, to RFC 5952 and to inet_ntop() where that follows it.
 */
#include "expr/address.h"

#include <arpa/inet.h>
#include <string.h>

#include "tap.h"

static ma_bytes_t text_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

/* inet_pton() without prefix; mapped addresses made IPv4, as here. */
static bool oracle(const char *text, uint8_t octets[16], size_t *size)
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (inet_pton(AF_INET, text, octets) == 1) {
        *size = 4;
        return true;
    }
    if (inet_pton(AF_INET6, text, octets) != 1)
        return false;
    *size = 16;
    if (memcmp(octets, mapped, 12) == 0) {
        memmove(octets, octets + 12, 4);
        *size = 4;
    }
    return true;
}

static void reads_what_inet_pton_reads(void)
{
    static const char *const rows[] = {
        "192.0.2.1", "0.0.0.0", "255.255.255.255", /* plain */
        "192.0.2", "192.0.2.1.", ".192.0.2.1", "192.0.2.1.1", "192..2.1", "", ".", /* not four parts */
        "192.0.2.256", "1000.0.2.1", "99999999999.0.0.1", "-1.0.0.1", "+1.0.0.1", /* not 0 to 255 */
        "192.0.2.01", "00.0.0.0", "010.0.0.1", /* leading zeros: octal to some */
        "0x7f.0.0.1", "127.1", "2130706433", " 192.0.2.1", "192.0.2.1 ", /* what inet_aton() reads */
        "::", "::1", "1::", "2001:db8::1", "2001:DB8::ABcd", "1:2:3:4:5:6:7:8", /* RFC 4291 */
        "1::8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "0:0:0:0:0:0:0:0",
        "0001:0002::0008", /* zeros in front are no octal there */
        ":", ":::", "1:::8", "1::2::3", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", ":1", "1:", /* colons */
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "::1:2:3:4:5:6:7:8", /* groups */
        "12345::", "0001f::", "g::", "1::%eth0", "fe80::1%1", /* not hex; zones */
        "::192.0.2.1", "64:ff9b::192.0.2.33", "1:2:3:4:5:6:192.0.2.1", /* decimal at the end */
        "1:2:3:4:5:6:7:192.0.2.1", "1:2:3:4:5:192.0.2.1", "192.0.2.1::", "::192.0.2.1:1",
        "::192.0.2", "::192.0.2.01", "::192.0.2.256", "::192.0.2.1.", "1:2:3:4:5:6::192.0.2.1",
        "::ffff:192.0.2.1", "::FFFF:c000:201", "0:0:0:0:0:ffff:192.0.2.1", /* mapped */
        "::ffff:0:0", "::fffe:192.0.2.1", "::1:ffff:192.0.2.1", "::ffff", /* almost */
        "[::1]", "localhost", "a", "1.2.3.4:80", /* something else */
    };
    size_t i, size, expected_size;
    uint8_t octets[16], expected[16];
    int prefix;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is = oracle(rows[i], expected, &expected_size);

        tap_row("%s", rows[i]);
        if (!TAP_INT(ma_address_read(text_of(rows[i]), octets, &size, &prefix), is) || !is)
            continue;
        TAP_INT(prefix, -1);
        if (TAP_INT(size, expected_size))
            TAP_TRUE(memcmp(octets, expected, size) == 0);
    }
}

static void reads_prefixes(void)
{
    static const struct {
        const char *text;
        int prefix; /* -2: refused */
        size_t size;
    } rows[] = {
        { "192.0.2.0/24", 24, 4 },
        { "192.0.2.1/24", 24, 4 }, /* host bits are the caller's to refuse */
        { "0.0.0.0/0", 0, 4 },
        { "192.0.2.1/32", 32, 4 },
        { "192.0.2.1/33", -2, 0 },          /* more than there are */
        { "192.0.2.1/", -2, 0 },            /* none */
        { "192.0.2.1/024", -2, 0 },         /* leading zero */
        { "192.0.2.1/-1", -2, 0 },          /* sign */
        { "192.0.2.1/24/24", -2, 0 },       /* twice */
        { "192.0.2.0/255.255.255.0", -2, 0 }, /* a mask */
        { "/24", -2, 0 },                   /* no address */
        { "192.0.2/24", -2, 0 },            /* not all of one */
        { "192.0.2.1/4294967320", -2, 0 },  /* 24 and 2^32 */
        { "2001:db8::/32", 32, 16 },
        { "::/0", 0, 16 },
        { "::1/128", 128, 16 },
        { "::1/129", -2, 0 },
        { "::ffff:192.0.2.0/120", 24, 4 },  /* mapped: of the IPv4 network */
        { "::ffff:0:0/96", 0, 4 },
        { "::ffff:0:0/95", 95, 16 },        /* wider than what is mapped */
    };
    size_t i, size;
    uint8_t octets[16];
    int prefix;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool read;

        tap_row("%s", rows[i].text);
        read = ma_address_read(text_of(rows[i].text), octets, &size, &prefix);
        TAP_INT(read, rows[i].prefix != -2);
        if (read) {
            TAP_INT(prefix, rows[i].prefix);
            TAP_INT(size, rows[i].size);
        }
    }
    /* a NUL is an octet like any other, and no end */
    TAP_TRUE(!ma_address_read((ma_bytes_t) { (const uint8_t *)"1.2.3.4\0", 8 }, octets, &size,
                              &prefix));
    /* nothing is read past the size */
    TAP_TRUE(ma_address_read((ma_bytes_t) { (const uint8_t *)"1.2.3.45", 7 }, octets, &size,
                             &prefix)
             && octets[3] == 4);
    TAP_TRUE(!ma_address_read((ma_bytes_t) { NULL, 0 }, octets, &size, &prefix));
}

static ma_bytes_t address(const char *text, uint8_t octets[16])
{
    ma_bytes_t bytes = { octets, 0 };
    int prefix;

    TAP_TRUE(ma_address_read(text_of(text), octets, &bytes.size, &prefix));
    return bytes;
}

static void compares(void)
{
    static const char *const ascending[] = { "0.0.0.0",   "9.255.255.255", "10.0.0.0", "10.0.0.1",
                                             "255.0.0.0", "::",            "::1",      "1::",
                                             "fe80::1" };
    const size_t n = sizeof(ascending) / sizeof(ascending[0]);
    uint8_t a[16], b[16];
    size_t i, j;

    for (i = 0; i < n; i++) {
        for (j = 0; j < n; j++) {
            int order = ma_address_compare(address(ascending[i], a), address(ascending[j], b));

            tap_row("%s %s", ascending[i], ascending[j]);
            TAP_INT((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static unsigned bit_of(const uint8_t *octets, size_t bit)
{
    return (unsigned)octets[bit / 8] >> (7 - bit % 8) & 1u;
}

/* Counted bit by bit: those before the prefix are kept, those behind it become 0 and 1. */
static void masks_bit_by_bit(void)
{
    size_t size;
    unsigned prefix, bit;

    for (size = 4; size <= 16; size += 12) {
        for (prefix = 0; prefix <= 8 * size; prefix++) {
            uint8_t first[16], last[16], given[16];
            bool right = true;

            memset(given, 0xa5, sizeof(given));
            memcpy(first, given, 16);
            memcpy(last, given, 16);
            ma_address_first(first, size, prefix);
            ma_address_last(last, size, prefix);
            for (bit = 0; bit < 8 * size; bit++) {
                const unsigned was = bit_of(given, bit);

                right = right && bit_of(first, bit) == (bit < prefix ? was : 0u)
                    && bit_of(last, bit) == (bit < prefix ? was : 1u);
            }
            tap_row("%u of %u", prefix, (unsigned)(8 * size));
            TAP_TRUE(right);
        }
    }
}

static void knows_what_is_within(void)
{
    static const struct {
        const char *address, *network;
        unsigned prefix;
        bool within;
    } rows[] = {
        { "192.0.2.255", "192.0.2.0", 24, true },
        { "192.0.3.0", "192.0.2.0", 24, false },
        { "10.127.255.255", "10.0.0.0", 9, true }, /* in the middle of an octet */
        { "10.128.0.0", "10.0.0.0", 9, false },
        { "203.0.113.7", "0.0.0.0", 0, true }, /* everything */
        { "::1", "0.0.0.0", 0, false },        /* of its family */
        { "0.0.0.1", "::", 0, false },
        { "192.0.2.1", "192.0.2.1", 32, true }, /* itself */
        { "192.0.2.0", "192.0.2.1", 32, false },
        { "2001:db8:ffff::1", "2001:db8::", 32, true },
        { "2001:db9::", "2001:db8::", 32, false },
        { "2001:db8::1", "2001:db8::1", 128, true },
        { "::ffff:192.0.2.1", "192.0.2.0", 24, true }, /* mapped */
    };
    uint8_t a[16], b[16];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s in %s/%u", rows[i].address, rows[i].network, rows[i].prefix);
        TAP_INT(ma_address_within(address(rows[i].address, a), address(rows[i].network, b),
                                  rows[i].prefix),
                rows[i].within);
    }
}

static void writes_rfc_5952(void)
{
    static const struct {
        const char *text, *written;
    } rows[] = {
        { "192.0.2.1", "192.0.2.1" },
        { "255.255.255.255", "255.255.255.255" }, /* the longest */
        { "::", "::" },
        { "::1", "::1" },
        { "1::", "1::" },
        { "2001:0DB8::0001", "2001:db8::1" },                     /* 4.1, 4.3 */
        { "2001:db8:0:0:0:0:2:1", "2001:db8::2:1" },              /* 4.2.1 */
        { "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },        /* 4.2.2: not a single group */
        { "2001:0:0:1:0:0:0:1", "2001:0:0:1::1" },                /* 4.2.3: the longest run */
        { "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1" },          /* 4.2.3: the first of two */
        { "1:2:3:4:5:6:0:0", "1:2:3:4:5:6::" },                   /* at the end */
        { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
    };
    char written[MA_ADDRESS_TEXT], theirs[MA_ADDRESS_TEXT];
    uint8_t octets[16];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_bytes_t bytes = address(rows[i].text, octets);

        tap_row("%s", rows[i].text);
        TAP_INT(ma_address_write(bytes, written), strlen(rows[i].written));
        TAP_STR(written, rows[i].written);
        TAP_STR(inet_ntop(bytes.size == 4 ? AF_INET : AF_INET6, octets, theirs, sizeof(theirs)),
                rows[i].written);
    }
    TAP_INT(ma_address_write((ma_bytes_t) { octets, 5 }, written), 0);
    TAP_STR(written, "");
}

static void maps_are_undone(void)
{
    uint8_t mapped[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1 };
    ma_bytes_t bytes = { mapped, 16 };

    TAP_INT(ma_address_plain(bytes).size, 4);
    TAP_TRUE(ma_address_plain(bytes).data == mapped + 12);
    mapped[0] = 1; /* an address of its own */
    TAP_TRUE(ma_address_plain(bytes).data == mapped && ma_address_plain(bytes).size == 16);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads what inet_pton() reads, and nothing else", reads_what_inet_pton_reads },
        { "reads prefixes", reads_prefixes },
        { "compares, IPv4 before IPv6", compares },
        { "masks bit by bit", masks_bit_by_bit },
        { "knows what is within a network", knows_what_is_within },
        { "writes what RFC 5952 wants", writes_rfc_5952 },
        { "a mapped address is the IPv4 one", maps_are_undone },
    };

    return tap_main("expr_address", tests, sizeof(tests) / sizeof(tests[0]));
}

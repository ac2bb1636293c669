/* SPDX-License-Identifier: BSD-2-Clause */
/* The index of serials: what counts as the same serial, and what a million of them cost. */
#include "tap.h"

#include "crl/serial_index.h"

#include "der_put.h"

static ma_arena_t arena;

/* The same, as those ask who come again and again. */
static bool has(const ma_serial_index_t *index, const char *hex)
{
    const ma_serial_key_t key = ma_serial_index_key(index, der_hex(&arena, hex));

    return ma_serial_index_has(index, &key);
}

static bool finds(const ma_serial_index_t *index, const char *hex, int64_t date)
{
    int64_t found = 0;

    return ma_serial_index_find(index, der_hex(&arena, hex), &found) && found == date
        && has(index, hex);
}

static bool lacks(const ma_serial_index_t *index, const char *hex)
{
    ma_serial_entry_t removed = { .serial = der_hex(&arena, hex) };
    int64_t found;

    return !ma_serial_index_find(index, der_hex(&arena, hex), &found)
        && has(index, hex) == ma_serial_index_get(index, &removed);
}

static int add(ma_serial_index_t *index, const char *hex, int64_t date)
{
    return ma_serial_index_add(index, der_hex(&arena, hex), date);
}

static void compares_integers(void)
{
    static const struct {
        const char *added;
        const char *asked;
        bool same;
    } rows[] = {
        { "1a2b", "1a2b", true },
        { "1a2b", "001a2b", true },   /* a superfluous sign octet */
        { "00001a2b", "1a2b", true },
        { "1a2b", "1a2b00", false },
        { "1a2b", "1a", false },
        { "0080", "0080", true },     /* 128 */
        { "0080", "80", false },      /* -128 */
        { "0080", "000080", true },
        { "80", "ff80", true },
        { "80", "ffff80", true },
        { "ff", "ffff", true },       /* -1 */
        { "ff", "00ff", false },      /* 255 */
        { "ff7f", "7f", false },      /* -129 */
        { "00", "0000", true },
        { "00", "01", false },
        { "7fffffffffffffffffffffffffffffffffffffff", "7fffffffffffffffffffffffffffffffffffffff",
          true },
        { "7fffffffffffffffffffffffffffffffffffffffff",
          "007fffffffffffffffffffffffffffffffffffffffff", true },
        { "7fffffffffffffffffffffffffffffffffffffffff", "7fffffffffffffffffffffffffffffffffffffff",
          false },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_serial_index_t index;

        tap_row("%s asked as %s", rows[i].added, rows[i].asked);
        ma_serial_index_init(&index);
        TAP_INT(add(&index, rows[i].added, 5), 0);
        TAP_INT(ma_serial_index_finish(&index), 0);
        TAP_TRUE(rows[i].same ? finds(&index, rows[i].asked, 5) : lacks(&index, rows[i].asked));
        ma_serial_index_free(&index);
    }
}

static void keeps_the_earliest_date(void)
{
    ma_serial_index_t index;

    ma_serial_index_init(&index);
    TAP_INT(add(&index, "01", 300), 0);
    TAP_INT(add(&index, "0001", 100), 0);
    TAP_INT(add(&index, "01", 200), 0);
    TAP_INT(add(&index, "02", -5), 0);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_INT(index.count, 2);
    TAP_TRUE(finds(&index, "01", 100));
    TAP_TRUE(finds(&index, "02", -5));
    ma_serial_index_free(&index);
}

/* The first and the last second that GeneralizedTime can say. */
static void keeps_all_dates(void)
{
    ma_serial_index_t index;

    ma_serial_index_init(&index);
    TAP_INT(add(&index, "01", INT64_C(-62167219200)), 0);
    TAP_INT(add(&index, "02", INT64_C(253402300799)), 0);
    TAP_INT(add(&index, "03", 0), 0);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_TRUE(finds(&index, "01", INT64_C(-62167219200)));
    TAP_TRUE(finds(&index, "02", INT64_C(253402300799)));
    TAP_TRUE(finds(&index, "03", 0));
    ma_serial_index_free(&index);
}

static void tells_issuers_apart(void)
{
    static const ma_serial_entry_t entries[] = {
        { .issuer = 0, .serial = { (const uint8_t *)"\x05", 1 }, .revoked_at = 10 },
        { .issuer = 1, .serial = { (const uint8_t *)"\x05", 1 }, .revoked_at = 20 },
        { .issuer = 0x0102, .serial = { (const uint8_t *)"\x05", 1 }, .revoked_at = 30 },
    };
    ma_serial_entry_t asked = { .serial = { (const uint8_t *)"\x00\x05", 2 } };
    ma_serial_index_t index;
    size_t i;

    ma_serial_index_init(&index);
    index.by_issuer = true;
    for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        TAP_INT(ma_serial_index_put(&index, &entries[i]), 0);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_INT(index.count, 3);
    for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        asked.issuer = entries[i].issuer;
        TAP_TRUE(ma_serial_index_get(&index, &asked));
        TAP_INT(asked.revoked_at, entries[i].revoked_at);
        TAP_TRUE(!asked.removed);
    }
    asked.issuer = 0x0201;
    TAP_TRUE(!ma_serial_index_get(&index, &asked));
    ma_serial_index_free(&index);
}

/* What is removed is kept as that; an entry that says otherwise wins, whatever the dates. */
static void keeps_what_is_removed(void)
{
    static const int64_t dates[] = { INT64_C(-62167219200), 0, INT64_C(253402300799) };
    ma_serial_entry_t entry = { .serial = { (const uint8_t *)"\x05", 1 } };
    ma_serial_index_t index;
    size_t i;
    int twice;

    for (i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
        for (twice = 0; twice < 2; twice++) {
            ma_serial_index_init(&index);
            entry.revoked_at = dates[i];
            entry.removed = true;
            TAP_INT(ma_serial_index_put(&index, &entry), 0);
            if (twice)
                TAP_INT(add(&index, "05", INT64_C(253402300799)), 0);
            TAP_INT(ma_serial_index_finish(&index), 0);
            entry.revoked_at = 1;
            TAP_TRUE(ma_serial_index_get(&index, &entry));
            TAP_TRUE(entry.removed == !twice);
            TAP_INT(entry.revoked_at, twice ? INT64_C(253402300799) : dates[i]);
            TAP_TRUE(twice ? finds(&index, "05", INT64_C(253402300799)) : lacks(&index, "05"));
            ma_serial_index_free(&index);
        }
    }
}

static void has_bounds(void)
{
    uint8_t octets[MA_SERIAL_MAX + 2];
    ma_serial_index_t index;
    int64_t date = 0;

    memset(octets, 0x55, sizeof(octets));
    ma_serial_index_init(&index);
    TAP_TRUE(lacks(&index, "01")); /* not finished: knows nothing */
    TAP_INT(ma_serial_index_add(&index, (ma_bytes_t) { octets, 0 }, 1), MTLSAUTH_E_MALFORMED);
    TAP_INT(ma_serial_index_add(&index, (ma_bytes_t) { octets, MA_SERIAL_MAX }, 1), 0);
    TAP_INT(ma_serial_index_add(&index, (ma_bytes_t) { octets, MA_SERIAL_MAX + 1 }, 1),
            MTLSAUTH_E_LIMIT);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_TRUE(ma_serial_index_find(&index, (ma_bytes_t) { octets, MA_SERIAL_MAX }, &date));
    TAP_TRUE(!ma_serial_index_find(&index, (ma_bytes_t) { octets, MA_SERIAL_MAX + 1 }, &date));
    TAP_TRUE(!ma_serial_index_find(&index, (ma_bytes_t) { octets, 0 }, &date));
    ma_serial_index_free(&index);
    ma_serial_index_free(&index);
    ma_serial_index_free(NULL);
}

static void may_be_empty(void)
{
    ma_serial_index_t index;

    ma_serial_index_init(&index);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_TRUE(lacks(&index, "01"));
    ma_serial_index_free(&index);
}

/* The n-th serial: 16 octets that look random and are not negative. */
static ma_bytes_t serial(uint64_t n, uint8_t octets[16])
{
    uint64_t x = n;
    size_t i;

    for (i = 0; i < 16; i++) {
        if (i % 8 == 0) {
            x = (x + i + 1) * UINT64_C(0x9e3779b97f4a7c15);
            x ^= x >> 29;
        }
        octets[i] = (uint8_t)(x >> (8 * (i % 8)) & 0xff);
    }
    octets[0] = (uint8_t)((octets[0] & 0x3f) | 0x40);
    return (ma_bytes_t) { octets, 16 };
}

static void holds_a_million(void)
{
    const uint64_t n = 1000000;
    uint64_t i, wrong = 0;
    ma_serial_index_t index;
    uint8_t octets[16];
    int64_t date;

    ma_serial_index_init(&index);
    for (i = 0; i < n; i++)
        if (ma_serial_index_add(&index, serial(i, octets), (int64_t)i) != 0)
            wrong++;
    TAP_INT(wrong, 0);
    TAP_INT(ma_serial_index_finish(&index), 0);
    TAP_INT(index.count, n);
    printf("# %zu bytes an entry\n", ma_serial_index_bytes(&index) / index.count);
    TAP_TRUE(ma_serial_index_bytes(&index) <= 30 * index.count);
    for (i = 0; i < n; i++)
        if (!ma_serial_index_find(&index, serial(i, octets), &date) || date != (int64_t)i)
            wrong++;
    TAP_INT(wrong, 0);
    for (i = n; i < 2 * n; i++)
        if (ma_serial_index_find(&index, serial(i, octets), &date))
            wrong++;
    TAP_INT(wrong, 0);
    ma_serial_index_free(&index);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "compares integers", compares_integers },
        { "keeps the earliest date", keeps_the_earliest_date },
        { "keeps all dates", keeps_all_dates },
        { "tells issuers apart", tells_issuers_apart },
        { "keeps what is removed", keeps_what_is_removed },
        { "has bounds", has_bounds },
        { "may be empty", may_be_empty },
        { "holds a million", holds_a_million },
    };
    int ret;

    ma_arena_init(&arena, 0);
    ret = tap_main("serial_index", tests, sizeof(tests) / sizeof(tests[0]));
    ma_arena_free(&arena);
    return ret;
}

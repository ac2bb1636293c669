/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading lists made by hand, octet by octet: what is refused, what is let pass, and a long one. */
#include "tap.h"

#include "crl/crl.h"

#include "crl_pki.h"

static ma_arena_t all_tests, *const arena = &all_tests;

#define ALGORITHM "300a06082a8648ce3d040302"
#define UTC "170d3236303130313030303030305a"  /* 260101000000Z */
#define UTC2 "170d3236303230313030303030305a" /* 260201000000Z */
#define GENERAL "180f"
#define SEVEN "7f7f7f7f7f7f7f"

#define REASON(n) "300a0603551d1504030a01" n
#define UNKNOWN "30090603551d6304020500"
#define ISSUER "300e310c300a06035504030c03616263"
/* An issuing distribution point with that field of three octets. */
#define IDP(field) "300f0603551d1c0101ff0405" "3003" field
#define NUMBER "300a0603551d140403020105"

/* One list; NULL stands for what is usual, "" for nothing there. All in hex. */
typedef struct odd {
    const char *what;
    int expected;
    const char *text; /* of a list that is read: unusable; else a part of why */
    const char *version;
    const char *algorithm; /* inside; the outer one is the usual one */
    const char *issuer;
    const char *this_update;
    const char *next_update;
    const char *serial;   /* contents of the INTEGER of the only entry */
    const char *date;     /* of the entry */
    const char *of_entry; /* its extensions; "": an empty list of them */
    const char *of_list;  /* those of the list; "": an empty list of them */
    const char *revoked;  /* instead of revokedCertificates */
    const char *bits;     /* contents of the signature */
    const char *behind;   /* after all */
} odd_t;

static ma_bytes_t hex_or(const char *text, const char *usual)
{
    return der_hex(arena, text != NULL ? text : usual);
}

static ma_bytes_t build(const odd_t *odd)
{
    const ma_bytes_t nothing = { NULL, 0 };
    ma_bytes_t of_entry = nothing, of_list = nothing, revoked, tbs, list;

    if (odd->of_entry != NULL)
        of_entry = DER(arena, MA_DER_SEQUENCE, der_hex(arena, odd->of_entry));
    if (odd->of_list != NULL)
        of_list = DER(arena, MA_DER_CONTEXT_CONSTRUCTED(0),
                      DER(arena, MA_DER_SEQUENCE, der_hex(arena, odd->of_list)));
    revoked = DER(arena, MA_DER_SEQUENCE,
                  DER(arena, MA_DER_SEQUENCE, DER(arena, MA_DER_INTEGER, hex_or(odd->serial, "2a")),
                      hex_or(odd->date, UTC), of_entry));
    if (odd->revoked != NULL)
        revoked = der_hex(arena, odd->revoked);
    tbs = DER(arena, MA_DER_SEQUENCE, hex_or(odd->version, "020101"),
              hex_or(odd->algorithm, ALGORITHM),
              hex_or(odd->issuer, "300e310c300a06035504030c03616263"),
              hex_or(odd->this_update, UTC), hex_or(odd->next_update, UTC2), revoked, of_list);
    list = DER(arena, MA_DER_SEQUENCE, tbs, der_hex(arena, ALGORITHM),
               DER(arena, MA_DER_BIT_STRING, hex_or(odd->bits, "000102030405060708")));
    return DER(arena, 0, list, hex_or(odd->behind, ""));
}

#define BAD MTLSAUTH_E_MALFORMED
static const odd_t odds[] = {
    { "a usual one", 0, NULL, .version = NULL },
    { "version 1", 0, NULL, .version = "" },
    { "version 2 written as 0", BAD, "version", .version = "020100" },
    { "version 3", BAD, "version", .version = "020102" },
    { "a version that is not minimal", BAD, "version", .version = "02020001" },
    { "version 1 with extensions", BAD, "not version 2", .version = "", .of_list = NUMBER },
    { "version 1 with an extension of an entry", BAD, "not version 2", .version = "",
      .of_entry = REASON("01") },
    { "another algorithm inside", BAD, "differ", .algorithm = "300a06082a8648ce3d040303" },
    { "the same algorithm with NULL", BAD, "differ", .algorithm = "300c06082a8648ce3d0403020500" },
    { "no issuer", BAD, "issuer", .issuer = "3000" },
    { "an issuer that is no Name", BAD, "issuer", .issuer = "3003020101" },

    { "GeneralizedTime", 0, NULL, .this_update = "180f32303530303130313030303030305a" },
    { "UTCTime without seconds", BAD, "date", .this_update = "170b323630313031303030305a" },
    { "UTCTime with an offset", BAD, "date",
      .this_update = "17113236303130313030303030302b30313030" },
    { "GeneralizedTime with a fraction", BAD, "date",
      .this_update = "1811323032363031303130303030" "30302e355a" },
    { "30 February", BAD, "date", .this_update = "170d3236303233303030303030305a" },
    { "a number for a date", BAD, "date", .this_update = "020101" },
    { "no nextUpdate", 0, NULL, .next_update = "" },
    { "a bad nextUpdate", BAD, "date", .next_update = "170d3236313330313030303030305a" },

    { "an empty list of entries", 0, NULL, .revoked = "3000" },
    { "no list of entries", 0, NULL, .revoked = "" },
    { "an entry that is empty", BAD, "malformed", .revoked = "30023000" },
    { "an entry without a date", BAD, "malformed", .revoked = "3005300302012a" },
    { "an entry that is an INTEGER", BAD, "malformed", .revoked = "300302012a" },
    { "two lists of entries", BAD, "malformed", .revoked = "30003000" },
    { "serial 0", 0, NULL, .serial = "00" },
    { "a negative serial", 0, NULL, .serial = "80" },
    { "a serial with a superfluous 00", BAD, "malformed entry", .serial = "002a" },
    { "a serial with a superfluous FF", BAD, "malformed entry", .serial = "ff80" },
    { "a serial without octets", BAD, "malformed entry", .serial = "" },
    { "a serial of 21 octets", 0, NULL, .serial = SEVEN SEVEN SEVEN },
    { "an entry with a bad date", BAD, "date", .date = "170d3236303130313234303030305a" },
    { "an entry with something behind it", BAD, "malformed", .date = UTC "0500" },

    { "a reason", 0, NULL, .of_entry = REASON("01") },
    { "a reason that nobody knows", 0, NULL, .of_entry = REASON("63") },
    { "a reason that is critical", 0, NULL, .of_entry = "300d0603551d150101ff04030a0101" },
    { "a reason that is an INTEGER", BAD, "value", .of_entry = "300a0603551d150403020101" },
    { "a reason of two octets", BAD, "value", .of_entry = "300b0603551d1504040a020101" },
    { "a reason with something behind it", BAD, "value",
      .of_entry = "300c0603551d1504050a01010500" },
    { "a reason and an invalidity date", 0, NULL,
      .of_entry = REASON("01") "30180603551d180411180f32303235303130313030303030305a" },
    { "an invalidity date in UTCTime", BAD, "value", .of_entry = "30160603551d18040f" UTC },
    { "a hold instruction", 0, NULL, .of_entry = "30100603551d17040906072a8648ce380201" },
    { "a hold instruction that is critical", 0, NULL,
      .of_entry = "30130603551d170101ff040906072a8648ce380201" },
    { "removeFromCRL", 0, "removeFromCRL", .of_entry = REASON("08") },
    { "an entry of another issuer", 0, "another issuer",
      .of_entry = "301e0603551d1d0101ff04143012a410" ISSUER },
    { "an entry of another issuer, not critical", 0, "another issuer",
      .of_entry = "301b0603551d1d04143012a410" ISSUER },
    { "an entry of no issuer", BAD, "value", .of_entry = "300c0603551d1d0101ff04023000" },
    { "an indirect list with an entry of another issuer", 0, NULL,
      .of_list = IDP("8401ff"), .of_entry = "301e0603551d1d0101ff04143012a410" ISSUER },
    { "an indirect list with an entry of an address", 0, "directory name",
      .of_list = IDP("8401ff"), .of_entry = "30100603551d1d0101ff0406300486026162" },
    { "removeFromCRL in a delta", 0, NULL, .of_entry = REASON("08"),
      .of_list = NUMBER "300d0603551d1b0101ff0403020104" },
    { "an entry with something unknown", 0, NULL, .of_entry = UNKNOWN },
    { "an entry with something unknown and critical", 0, "not known",
      .of_entry = "300c0603551d630101ff04020500" },
    { "critical FALSE written out", 0, NULL, .of_entry = "300c0603551d6301010004020500" },
    { "critical neither TRUE nor FALSE", BAD, "malformed extension",
      .of_entry = "300c0603551d6301010104020500" },
    { "the same extension twice", BAD, "twice", .of_entry = UNKNOWN UNKNOWN },
    { "no extensions where they are announced", BAD, "none", .of_entry = "" },
    { "an extension without a value", BAD, "malformed extension", .of_entry = "30050603551d63" },

    { "a number", 0, NULL, .of_list = NUMBER },
    { "a number of 20 octets", 0, NULL,
      .of_list = "301d0603551d1404160214" SEVEN SEVEN "7f7f7f7f7f7f" },
    { "a number of 21 octets", BAD, "value",
      .of_list = "301e0603551d1404170215" SEVEN SEVEN SEVEN },
    { "a negative number", BAD, "value", .of_list = "300a0603551d1404030201ff" },
    { "a number that is not minimal", BAD, "value", .of_list = "300b0603551d14040402020005" },
    { "an authority key identifier", 0, NULL, .of_list = "30090603551d2304023000" },
    { "a freshest CRL", 0, NULL, .of_list = "30090603551d2e04023000" },
    { "a freshest CRL that is critical", 0, "freshestCRL",
      .of_list = "300c0603551d2e0101ff04023000" },
    { "a delta", 0, "delta", .of_list = "300d0603551d1b0101ff0403020105" },
    { "a delta, not critical", 0, "delta", .of_list = "300a0603551d1b0403020105" },
    { "a distribution point, not critical", 0, "distribution",
      .of_list = "30090603551d1c04023000" },
    { "a distribution point for users", 0, NULL, .of_list = IDP("8101ff") },
    { "a distribution point for all kinds at once", 0, "contradicts",
      .of_list = "30120603551d1c0101ff040830068101ff8201ff" },
    { "a distribution point with something unknown", 0, "malformed", .of_list = IDP("8801ff") },
    { "a distribution point in the wrong order", 0, "malformed",
      .of_list = "30120603551d1c0101ff040830068401ff8101ff" },
    { "a distribution point with an empty name", 0, "malformed",
      .of_list = "300f0603551d1c0101ff04053003a00101" },
    { "a distribution point without octets", BAD, "value", .of_list = "300a0603551d1c0101ff0400" },
    { "something unknown", 0, NULL, .of_list = UNKNOWN },
    { "something unknown and critical", 0, "not known",
      .of_list = NUMBER "300c0603551d630101ff04020500" },
    { "no extensions where they are announced, in the list", BAD, "none", .of_list = "" },

    { "bytes behind the list", BAD, "followed by more", .behind = "00" },
    { "another list behind it", BAD, "followed by more", .behind = "3000" },
    { "no signature", BAD, "not the DER", .bits = "" },
    /* it cannot be good, and that is found out where signatures are checked */
    { "a signature of some bits", 0, NULL, .bits = "01020304" },
};

static void is_strict(void)
{
    size_t i;

    for (i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
        ma_crl_t *crl = NULL;
        const char *why = "";

        tap_row("%s", odds[i].what);
        if (!TAP_INT(ma_crl_parse(build(&odds[i]), &crl, &why), odds[i].expected))
            printf("#   %s\n", why);
        if (odds[i].expected != 0)
            TAP_HAS(why, odds[i].text);
        else if (crl != NULL && odds[i].text == NULL)
            TAP_STR(ma_crl_info(crl)->unusable, NULL);
        else if (crl != NULL)
            TAP_HAS(ma_crl_info(crl)->unusable, odds[i].text);
        ma_crl_free(crl);
    }
}

static void says_when_there_is_no_next_update(void)
{
    const odd_t odd = { .next_update = "" };
    ma_crl_t *crl = NULL;
    const char *why;
    int64_t date;

    TAP_INT(ma_crl_parse(build(&odd), &crl, &why), 0);
    if (crl != NULL) {
        TAP_TRUE(!ma_crl_info(crl)->has_next_update);
        TAP_TRUE(ma_crl_info(crl)->next_update == INT64_MAX);
        TAP_TRUE(ma_crl_find(crl, der_hex(arena, "2a"), &date) && date == T_2026_01);
    }
    ma_crl_free(crl);
}

static void has_limits(void)
{
    char serial[2 * 256 + 1], *many;
    odd_t odd = { .serial = serial };
    ma_bytes_t huge; /* its octets are not looked at */
    ma_crl_t *crl = NULL;
    const char *why = "";
    int i;

    memset(serial, '7', sizeof(serial) - 1);
    serial[sizeof(serial) - 1] = '\0';
    TAP_INT(ma_crl_parse(build(&odd), &crl, &why), MTLSAUTH_E_LIMIT);
    TAP_HAS(why, "255 octets");
    huge = (ma_bytes_t) { (const uint8_t *)serial, (size_t)MA_CRL_MAX_SIZE + 1 };
    TAP_INT(ma_crl_parse(huge, &crl, &why), MTLSAUTH_E_LIMIT);
    many = ma_arena_alloc(arena, 33 * 23);
    for (i = 0; many != NULL && i < 33; i++)
        snprintf(many + 22 * i, 23, "30090603551d%02x04020500", 0x63 + i);
    odd = (odd_t) { .of_list = many };
    TAP_INT(ma_crl_parse(build(&odd), &crl, &why), MTLSAUTH_E_LIMIT);
    TAP_HAS(why, "32 extensions");
    if (many != NULL)
        many[22 * 32] = '\0';
    TAP_INT(ma_crl_parse(build(&odd), &crl, &why), 0);
    ma_crl_free(crl);
}

/* The bytes lie in memory of just that size, so that reading on is found. */
static int parse_exactly(ma_bytes_t bytes, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);
    ma_crl_t *crl = NULL;
    const char *why = NULL;
    int ret;

    if (copy == NULL)
        return -100;
    memcpy(copy, bytes.data, size);
    ret = ma_crl_parse((ma_bytes_t) { copy, size }, &crl, &why);
    ma_crl_free(crl);
    free(copy);
    return ret;
}

static void refuses_what_is_cut_short(void)
{
    const odd_t odd = { .of_entry = REASON("01"), .of_list = NUMBER };
    ma_bytes_t der = build(&odd);
    size_t i;

    TAP_INT(parse_exactly(der, der.size), 0);
    for (i = 0; i < der.size; i++) {
        tap_row("%zu bytes", i);
        TAP_INT(parse_exactly(der, i), MTLSAUTH_E_MALFORMED);
    }
}

/* Any byte may be anything: whatever is made of it, it is made in peace. */
static void survives_any_change(void)
{
    const odd_t odd = { .of_entry = REASON("01"), .of_list = NUMBER };
    ma_bytes_t der = build(&odd);
    uint8_t *copy = der_copy(arena, der);
    size_t i, good = 0;
    int octet;

    for (i = 0; i < der.size; i++) {
        for (octet = 0; octet < 256; octet++) {
            copy[i] = (uint8_t)octet;
            if (parse_exactly((ma_bytes_t) { copy, der.size }, der.size) == 0)
                good++;
        }
        copy[i] = der.data[i];
    }
    TAP_TRUE(good > der.size && good < 200 * der.size);
}

/* ---- a long one ----------------------------------------------------------------------------- */

/* Writes entry n: a serial of 16 octets, a date, a reason. */
#define LONG_ENTRY 49
static void put_entry(uint8_t *at, uint32_t n)
{
    ma_bytes_t entry = der_hex(arena, "302f0210" "40000000000000000000000000000000" UTC
                                      "300c" REASON("01"));
    size_t i;

    memcpy(at, entry.data, LONG_ENTRY);
    for (i = 0; i < 4; i++)
        at[16 + i] = (uint8_t)(n >> (8 * (3 - i)) & 0xff);
}

/* The serial of entry n. */
static ma_bytes_t long_serial(uint32_t n, uint8_t *room)
{
    put_entry(room, n);
    return (ma_bytes_t) { room + 4, 16 };
}

static void reads_a_million_entries(void)
{
    const uint32_t n = 1000000;
    ma_arena_t all;
    ma_bytes_t entries, revoked, tbs, list;
    uint8_t *data, room[LONG_ENTRY];
    ma_crl_t *crl = NULL;
    const char *why = "";
    int64_t date;
    uint32_t i;

    ma_arena_init(&all, 0);
    data = ma_arena_alloc(&all, (size_t)n * LONG_ENTRY);
    if (!TAP_TRUE(data != NULL))
        return;
    put_entry(room, 0);
    for (i = 0; i < n; i++) {
        memcpy(data + (size_t)i * LONG_ENTRY, room, LONG_ENTRY);
        data[(size_t)i * LONG_ENTRY + 16] = (uint8_t)(i >> 24);
        data[(size_t)i * LONG_ENTRY + 17] = (uint8_t)(i >> 16 & 0xff);
        data[(size_t)i * LONG_ENTRY + 18] = (uint8_t)(i >> 8 & 0xff);
        data[(size_t)i * LONG_ENTRY + 19] = (uint8_t)(i & 0xff);
    }
    entries = (ma_bytes_t) { data, (size_t)n * LONG_ENTRY };
    revoked = DER(&all, MA_DER_SEQUENCE, entries);
    tbs = DER(&all, MA_DER_SEQUENCE, der_hex(arena, "020101" ALGORITHM
                                                    "300e310c300a06035504030c03616263" UTC UTC2),
              revoked);
    list = DER(&all, MA_DER_SEQUENCE, tbs, der_hex(arena, ALGORITHM "03020000"));
    TAP_INT(ma_crl_parse(list, &crl, &why), 0);
    ma_arena_free(&all);
    if (crl != NULL) {
        TAP_INT(ma_crl_info(crl)->entries, n);
        for (i = 0; i < n; i += 997)
            if (!ma_crl_find(crl, long_serial(i, room), &date) || date != T_2026_01)
                break;
        TAP_TRUE(i >= n);
        TAP_TRUE(!ma_crl_find(crl, long_serial(n, room), &date));
        TAP_TRUE(!ma_crl_find(crl, long_serial(UINT32_MAX, room), &date));
    }
    ma_crl_free(crl);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "is strict", is_strict },
        { "says when there is no nextUpdate", says_when_there_is_no_next_update },
        { "has limits", has_limits },
        { "refuses what is cut short", refuses_what_is_cut_short },
        { "survives any change", survives_any_change },
        { "reads a million entries", reads_a_million_entries },
    };
    int ret;

    ma_arena_init(arena, 0);
    ret = tap_main("crl_odd", tests, sizeof(tests) / sizeof(tests[0]));
    ma_arena_free(arena);
    return ret;
}

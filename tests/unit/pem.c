/* SPDX-License-Identifier: BSD-2-Clause */
/* PEM, concatenated DER and bare base64: what is found, and what is refused. */
#include "tap.h"

#include "cred/pem.h"

#include "scratch.h"

/* 30 03 02 01 01 and 30 03 02 01 02 */
#define ONE "MAMCAQE="
#define TWO "MAMCAQI="
#define BEGIN(label) "-----BEGIN " label "-----\n"
#define END(label) "-----END " label "-----\n"
#define CRL_ONE BEGIN("X509 CRL") ONE "\n" END("X509 CRL")
#define CRL_TWO BEGIN("X509 CRL") TWO "\n" END("X509 CRL")

/* What was found: the last octet of each object, as digits. */
typedef struct found {
    char digits[32];
    size_t count;
    int stop_at; /* fail with 7 at this one; 0: never */
} found_t;

static int note(void *context, ma_bytes_t der)
{
    found_t *found = context;

    found->count++;
    if (found->stop_at != 0 && (int)found->count == found->stop_at)
        return 7;
    if (found->count < sizeof(found->digits) && der.size == 5)
        found->digits[found->count - 1] = (char)('0' + der.data[4]);
    return 0;
}

static int walk(ma_bytes_t bytes, const char *label, bool base64, found_t *found, const char **why)
{
    ma_arena_t arena;
    int ret;

    ma_arena_init(&arena, 0);
    *why = "";
    ret = ma_pem_each(bytes, label, base64, &arena, note, found, why);
    ma_arena_free(&arena);
    return ret;
}

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *what;
    const char *bytes;
    size_t size;
    bool base64;
    int expected;
    const char *found;
    const char *why; /* a part of it */
} rows[] = {
    { "nothing", TEXT(""), false, 0, "", "" },
    { "one block", TEXT(CRL_ONE), false, 0, "1", "" },
    { "two blocks", TEXT(CRL_ONE CRL_TWO), false, 0, "12", "" },
    { "no line end at the end", TEXT(BEGIN("X509 CRL") ONE "\n-----END X509 CRL-----"), false, 0,
      "1", "" },
    { "CRLF", TEXT("-----BEGIN X509 CRL-----\r\nMAMC\r\nAQE=\r\n-----END X509 CRL-----\r\n"), false,
      0, "1", "" },
    { "text before, between and after", TEXT("subject=x\n" CRL_ONE "\nBag 0-1\n" CRL_TWO "bye"),
      false, 0, "12", "" },
    { "indented, as some servers hand it over",
      TEXT("-----BEGIN X509 CRL-----\n\tMAMC\n\tAQE=\n\t-----END X509 CRL-----\n"), false, 0, "1",
      "" },
    { "blanks behind the boundary",
      TEXT("-----BEGIN X509 CRL----- \n" ONE "\n-----END X509 CRL-----\t\n"), false, 0, "1", "" },
    { "a byte order mark", TEXT("\xef\xbb\xbf" CRL_ONE), false, 0, "1", "" },
    { "other labels are skipped",
      TEXT(BEGIN("EC PARAMETERS") "!!\n" END("EC PARAMETERS") CRL_ONE), false, 0, "1", "" },
    { "a label is compared whole", TEXT(BEGIN("X509 CRLS") ONE "\n" END("X509 CRLS")), false, 0, "",
      "" },
    { "another label does not become base64", TEXT(BEGIN("X") ONE "\n" END("X")), true, 0, "", "" },
    { "text only", TEXT("hello\n"), false, 0, "", "" },

    { "not base64", TEXT(BEGIN("X509 CRL") "MA!C\n" END("X509 CRL")), false,
      MTLSAUTH_E_MALFORMED, "", "not base64" },
    { "no padding", TEXT(BEGIN("X509 CRL") "MAMCAQE\n" END("X509 CRL")), false,
      MTLSAUTH_E_MALFORMED, "", "not base64" },
    { "more behind the padding", TEXT(BEGIN("X509 CRL") ONE ONE "\n" END("X509 CRL")), false,
      MTLSAUTH_E_MALFORMED, "", "not base64" },
    { "an empty block", TEXT(BEGIN("X509 CRL") END("X509 CRL")), false, MTLSAUTH_E_MALFORMED, "",
      "not base64" },
    { "headers inside", TEXT(BEGIN("X509 CRL") "X: y\n\n" ONE "\n" END("X509 CRL")), false,
      MTLSAUTH_E_MALFORMED, "", "not base64" },
    { "a NUL inside", TEXT(BEGIN("X509 CRL") "MAMC\0AQE=\n" END("X509 CRL")), false,
      MTLSAUTH_E_MALFORMED, "", "not base64" },
    { "no END", TEXT(CRL_ONE BEGIN("X509 CRL") TWO "\n"), false, MTLSAUTH_E_MALFORMED, "1",
      "without an END" },
    { "no END of another label", TEXT(BEGIN("KEY") TWO "\n" CRL_ONE), false, MTLSAUTH_E_MALFORMED,
      "", "without an END" },
    { "an END of another label", TEXT(BEGIN("X509 CRL") ONE "\n" END("CERTIFICATE")), false,
      MTLSAUTH_E_MALFORMED, "", "does not match" },
    { "an END without its BEGIN", TEXT(ONE "\n" END("X509 CRL")), false, MTLSAUTH_E_MALFORMED, "",
      "without a BEGIN" },
    /* `cat a.pem b.pem` where a.pem has no line end: the second would be lost */
    { "two boundaries on one line",
      TEXT(BEGIN("X509 CRL") ONE "\n-----END X509 CRL-----" CRL_TWO), false, MTLSAUTH_E_MALFORMED,
      "", "followed by more" },
    { "a BEGIN with a dash too few", TEXT("-----BEGIN X509 CRL----\n" ONE "\n" END("X509 CRL")),
      false, MTLSAUTH_E_MALFORMED, "", "does not end in" },

    { "DER", TEXT("\x30\x03\x02\x01\x01"), false, 0, "1", "" },
    { "concatenated DER", TEXT("\x30\x03\x02\x01\x01\x30\x03\x02\x01\x02"), false, 0, "12", "" },
    { "DER cut short", TEXT("\x30\x03\x02\x01\x01\x30\x03\x02"), false, MTLSAUTH_E_MALFORMED, "1",
      "cut short" },
    { "DER and a line end", TEXT("\x30\x03\x02\x01\x01\n"), false, MTLSAUTH_E_MALFORMED, "1",
      "followed by more" },
    { "DER with an indefinite length", TEXT("\x30\x80\x02\x01\x01\x00\x00"), false,
      MTLSAUTH_E_MALFORMED, "", "cut short" },

    { "bare base64", TEXT(ONE "\n"), true, 0, "1", "" },
    { "bare base64 in lines", TEXT("MAMC\r\nAQE=\r\n"), true, 0, "1", "" },
    { "bare base64 where it is not wanted", TEXT(ONE "\n"), false, 0, "", "" },
    { "bare base64, cut short", TEXT("MAMCAQE"), true, MTLSAUTH_E_MALFORMED, "", "neither" },
    { "bare base64 of a text", TEXT("aGVsbG8K"), true, MTLSAUTH_E_MALFORMED, "", "not DER" },
    { "text where base64 is tried", TEXT("no list here\n"), true, MTLSAUTH_E_MALFORMED, "",
      "neither" },
    { "blanks where base64 is tried", TEXT(" \n\n"), true, 0, "", "" },
};

static void finds_and_refuses(void)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ma_bytes_t bytes = { (const uint8_t *)rows[i].bytes, rows[i].size };
        found_t found = { .count = 0 };
        const char *why;

        tap_row("%s", rows[i].what);
        TAP_INT(walk(bytes, "X509 CRL", rows[i].base64, &found, &why), rows[i].expected);
        TAP_STR(found.digits, rows[i].found);
        TAP_HAS(why, rows[i].why);
    }
}

static void says_what_a_trusted_certificate_is(void)
{
    static const char text[] = BEGIN("TRUSTED CERTIFICATE") ONE "\n" END("TRUSTED CERTIFICATE");
    ma_bytes_t bytes = { (const uint8_t *)text, sizeof(text) - 1 };
    found_t found = { .count = 0 };
    const char *why;

    TAP_INT(walk(bytes, "CERTIFICATE", false, &found, &why), MTLSAUTH_E_MALFORMED);
    TAP_HAS(why, "TRUSTED CERTIFICATE");
    TAP_HAS(why, "openssl x509");
    TAP_INT(walk(bytes, "X509 CRL", false, &found, &why), 0);
    TAP_INT(found.count, 0);
}

static void stops_when_told(void)
{
    static const char text[] = CRL_ONE CRL_TWO CRL_ONE;
    static const char der[] = "\x30\x03\x02\x01\x01\x30\x03\x02\x01\x02\x30\x03\x02\x01\x03";
    found_t found = { .stop_at = 2 };
    const char *why;

    TAP_INT(walk((ma_bytes_t) { (const uint8_t *)text, sizeof(text) - 1 }, "X509 CRL", false,
                 &found, &why),
            7);
    TAP_INT(found.count, 2);
    found = (found_t) { .stop_at = 2 };
    TAP_INT(walk((ma_bytes_t) { (const uint8_t *)der, sizeof(der) - 1 }, "X509 CRL", false, &found,
                 &why),
            7);
    TAP_INT(found.count, 2);
}

/* 65536 objects are looked at, in either form. */
static void bounds_the_count(void)
{
    static const char block[] = CRL_ONE;
    static const char der[] = "\x30\x03\x02\x01\x01";
    const struct {
        const char *one;
        size_t size;
    } forms[] = { { block, sizeof(block) - 1 }, { der, sizeof(der) - 1 } };
    const size_t most = 65536;
    size_t f, i;

    for (f = 0; f < 2; f++) {
        size_t size = forms[f].size;
        uint8_t *text = malloc((most + 1) * size);
        found_t found = { .count = 0 };
        const char *why;

        tap_row("%s", f == 0 ? "PEM" : "DER");
        if (!TAP_TRUE(text != NULL))
            return;
        for (i = 0; i <= most; i++)
            memcpy(text + i * size, forms[f].one, size);
        TAP_INT(walk((ma_bytes_t) { text, most * size }, "X509 CRL", false, &found, &why), 0);
        TAP_INT(found.count, most);
        found.count = 0;
        TAP_INT(walk((ma_bytes_t) { text, (most + 1) * size }, "X509 CRL", false, &found, &why),
                MTLSAUTH_E_LIMIT);
        TAP_INT(found.count, most);
        free(text);
    }
}

/* What openssl writes, text and all, is the DER it writes. */
static int same(void *context, ma_bytes_t der)
{
    return ma_bytes_equal(der, *(const ma_bytes_t *)context) ? 1 : 2;
}

static void reads_what_openssl_writes(void)
{
    scratch_t scratch;
    ma_bytes_t der;
    const char *why;

    if (!TAP_TRUE(scratch_begin(&scratch)))
        return;
    TAP_TRUE(scratch_run(&scratch,
                         "openssl req -x509 -newkey ed25519 -nodes -keyout k.pem -subj /CN=x"
                         " -out c.pem && openssl x509 -in c.pem -text -out text.pem &&"
                         "openssl x509 -in c.pem -outform DER -out c.der &&"
                         "openssl x509 -in c.pem -trustout -addtrust clientAuth -out trusted.pem &&"
                         "cat k.pem text.pem >all.pem"));
    der = scratch_read(&scratch, "c.der");
    TAP_TRUE(der.size > 100);
    TAP_INT(ma_pem_each(scratch_read(&scratch, "all.pem"), "CERTIFICATE", false, &scratch.arena,
                        same, &der, &why),
            1);
    TAP_INT(ma_pem_each(der, "CERTIFICATE", false, &scratch.arena, same, &der, &why), 1);
    TAP_INT(ma_pem_each(scratch_read(&scratch, "trusted.pem"), "CERTIFICATE", false,
                        &scratch.arena, same, &der, &why),
            MTLSAUTH_E_MALFORMED);
    scratch_end(&scratch);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "finds objects and refuses damage", finds_and_refuses },
        { "says what a trusted certificate is", says_what_a_trusted_certificate_is },
        { "stops when told", stops_when_told },
        { "bounds the count", bounds_the_count },
        { "reads what openssl writes", reads_what_openssl_writes },
    };

    return tap_main("pem", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name-text.c - names as text, with `openssl x509` as the oracle: names from a table, and the names
 * of certificates that `openssl req` makes.
 */
#include "cred/name.h"
#include "names.h"

/* Both texts of a name against OpenSSL's of a certificate that has it as its subject. */
static void check_texts(ma_bytes_t name, ma_bytes_t certificate)
{
    ma_buf_t ours, theirs;

    ma_buf_init(&ours, 0);
    ma_buf_init(&theirs, 0);
    ma_buf_text(&ours, "subject=");
    TAP_TRUE(ma_name_rfc2253(name, &ours));
    TAP_TRUE(ask_openssl(certificate, "-subject -nameopt RFC2253", &theirs));
    TAP_STR(ma_buf_string(&ours), ma_buf_string(&theirs));
    ma_buf_clear(&ours);
    ma_buf_clear(&theirs);
    ma_buf_text(&ours, "subject=");
    TAP_TRUE(ma_name_legacy(name, &ours));
    TAP_TRUE(ask_openssl(certificate, "-subject -nameopt compat", &theirs));
    TAP_STR(ma_buf_string(&ours), ma_buf_string(&theirs));
    ma_buf_free(&theirs);
    ma_buf_free(&ours);
}

static const struct {
    const char *name;
    piece_t pieces[MAX_PIECES];
} printed[] = {
    { "no RDN at all", { { { NULL, 0 }, 0, { NULL, 0 }, false } } },
    { "the usual kind",
      { { C, PRINTABLE, BYTES("CH"), false },
        { O, UTF8, BYTES("Example"), false },
        { OU, UTF8, BYTES("Access"), false },
        { CN, UTF8, BYTES("John Doe"), false },
        { EMAIL, IA5, BYTES("john@example.com"), false } } },
    { "domain components",
      { { DC, IA5, BYTES("com"), false },
        { DC, IA5, BYTES("example"), false },
        { CN, PRINTABLE, BYTES("x"), false } } },
    { "a multi-valued RDN between others",
      { { C, PRINTABLE, BYTES("CH"), false },
        { O, UTF8, BYTES("a"), false },
        { OU, UTF8, BYTES("b"), true },
        { CN, UTF8, BYTES("c"), true },
        { CN, UTF8, BYTES("d"), false } } },
    { "UTF8String", VALUE(UTF8, "Z\xc3\xbcrich \xe2\x82\xac") },
    { "BMPString", VALUE(BMP, "\0Z\0\xfc\x20\xac\0,") },
    { "UniversalString", VALUE(UNIVERSAL, "\0\0\0Z\0\0\0\xfc\0\x01\xf6\0\0\0\0+") },
    { "T61String as Latin-1", VALUE(T61, "Z\xfcrich") },
    { "PrintableString past its alphabet", VALUE(PRINTABLE, "a*b@c_\xe9") },
    { "IA5String past its alphabet", VALUE(IA5, "a\xe9") },
    { "NumericString", VALUE(NUMERIC, "12 34") },
    { "a character past the basic plane", VALUE(UTF8, "\xf0\x9f\x98\x80") },
    { "C1 controls", VALUE(UTF8, "\xc2\x80\xc2\x85\xc2\x9f") },
    { "bidirectional override", VALUE(UTF8, "a\xe2\x80\xae" "b") },
    { "every special character", VALUE(UTF8, "a,b+c\"d\\e<f>g;h=i/j#k'l") },
    { "a special character alone", VALUE(UTF8, ",") },
    { "what looks like two RDNs", VALUE(UTF8, "a,O=Evil/O=Evil+OU=x") },
    { "control characters", VALUE(UTF8, "\x01\t\n\r\x1b\x1f\x7f") },
    { "NUL", VALUE(UTF8, "good.example\0.evil.example") },
    { "NUL alone", VALUE(IA5, "\0") },
    { "leading #", VALUE(UTF8, "#abc") },
    { "# alone", VALUE(UTF8, "#") },
    { "two #", VALUE(UTF8, "##") },
    { "# behind a blank", VALUE(UTF8, " #") },
    { "blanks at both ends", VALUE(UTF8, "  a b  ") },
    { "a blank alone", VALUE(UTF8, " ") },
    { "two blanks", VALUE(UTF8, "  ") },
    { "a trailing blank behind a backslash", VALUE(UTF8, "\\ ") },
    { "blanks and # in a BMPString", VALUE(BMP, "\0#\0a\0 ") },
    { "a trailing blank behind a long character", VALUE(UTF8, "\xe2\x82\xac ") },
    { "an empty value", VALUE(UTF8, "") },
    { "an empty BMPString", VALUE(BMP, "") },
    { "a long value",
      VALUE(UTF8, "0123456789012345678901234567890123456789012345678901234567890123456789"
                  "0123456789012345678901234567890123456789012345678901234567890123456789"
                  "0123456789012345678901234567890123456789012345678901234567890123456789"
                  "0123456789012345678901234567890123456789012345678901234567890123456789") },
    { "an unknown type", { { UNKNOWN, UTF8, BYTES("ab,c"), false } } },
    { "an unknown type joined to a known one",
      { { CN, UTF8, BYTES("x"), false }, { UNKNOWN, PRINTABLE, BYTES("y"), true } } },
    { "OID 0.9.9", { { BYTES("\x09\x09"), UTF8, BYTES("x"), false } } },
    { "OID 1.39.1", { { BYTES("\x4f\x01"), UTF8, BYTES("x"), false } } },
    { "OID 2.0.1", { { BYTES("\x50\x01"), UTF8, BYTES("x"), false } } },
    { "OID 2.47.1", { { BYTES("\x7f\x01"), UTF8, BYTES("x"), false } } },
    { "OID 2.48.1", { { BYTES("\x81\x00\x01"), UTF8, BYTES("x"), false } } },
    { "OID 2.999.128.0", { { BYTES("\x88\x37\x81\x00\x00"), UTF8, BYTES("x"), false } } },
    { "OID past 32 bits", { { BYTES("\x2a\x90\x80\x80\x80\x00"), UTF8, BYTES("x"), false } } },
    { "OID past 64 bits",
      { { BYTES("\x2a\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00"), UTF8, BYTES("x"), false } } },
    { "OID of a UUID, all bits set",
      { { BYTES("\x69\x83\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
          UTF8, BYTES("x"), false } } },
    { "OID below a known one", { { BYTES("\x55\x04\x03\x01"), UTF8, BYTES("x"), false } } },
    { "a BIT STRING", { { UNIQUE_ID, MA_DER_BIT_STRING, BYTES("\x03\xa8"), false } } },
    { "a SEQUENCE",
      { { POSTAL_ADDRESS, MA_DER_SEQUENCE, BYTES("\x13\x01" "a\x0c\x02\xc3\xa4"), false } } },
};

static void prints_as_openssl(void)
{
    ma_buf_t name, certificate;
    size_t i;

    if (!have_openssl())
        return;
    ma_buf_init(&name, 0);
    ma_buf_init(&certificate, 0);
    for (i = 0; i < COUNT(printed); i++) {
        tap_row("%s", printed[i].name);
        ma_buf_clear(&name);
        ma_buf_clear(&certificate);
        put_name(&name, printed[i].pieces);
        put_certificate(&certificate, bytes_of(&name));
        TAP_TRUE(ma_name_valid(bytes_of(&name)));
        check_texts(bytes_of(&name), bytes_of(&certificate));
    }
    ma_buf_free(&certificate);
    ma_buf_free(&name);
}

/* Cuts the next part of a comma-separated text, which has no escaped commas. */
static char *cut_part(char **rest)
{
    char *part = *rest, *comma = part != NULL ? strchr(part, ',') : NULL;

    *rest = comma != NULL ? comma + 1 : NULL;
    if (comma != NULL)
        *comma = '\0';
    return part;
}

/* Every type under an arc: where we have a short name, it must be OpenSSL's. */
static void check_arc(ma_bytes_t arc, unsigned from, size_t *known)
{
    uint8_t types[60][16];
    piece_t pieces[61];
    char *ours_rest, *theirs_rest, *one, *other;
    ma_buf_t name, ours, theirs;
    unsigned i;

    memset(pieces, 0, sizeof(pieces));
    for (i = 0; i < 60 && from + i < 128; i++) {
        memcpy(types[i], arc.data, arc.size);
        types[i][arc.size] = (uint8_t)(from + i);
        pieces[i] = (piece_t) { { types[i], arc.size + 1 }, UTF8, BYTES("x"), false };
    }
    ma_buf_init(&name, 0);
    ma_buf_init(&ours, 0);
    ma_buf_init(&theirs, 0);
    put_name(&name, pieces);
    ma_buf_text(&ours, "subject=");
    TAP_TRUE(ma_name_rfc2253(bytes_of(&name), &ours));
    TAP_TRUE(ask_about_name(bytes_of(&name), "-subject -nameopt RFC2253", &theirs));
    if (TAP_TRUE(ma_buf_ok(&ours) && ours.size > 8 && theirs.size > 8)) {
        ours_rest = ours.data + 8;
        theirs_rest = theirs.data + 8;
        while ((one = cut_part(&ours_rest)) != NULL) {
            other = cut_part(&theirs_rest);
            if (one[0] >= '0' && one[0] <= '9')
                continue; /* a later OpenSSL may know more */
            TAP_STR(one, other);
            ++*known;
        }
    }
    ma_buf_free(&theirs);
    ma_buf_free(&ours);
    ma_buf_free(&name);
}

static void knows_short_names(void)
{
    static const struct {
        ma_bytes_t arc;
        size_t known;
    } arcs[] = {
        { BYTES("\x55\x04"), 58 },
        { BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01"), 47 },
        { BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09"), 14 },
        { BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01"), 3 },
        { BYTES("\x2b\x06\x01\x05\x05\x07\x09"), 5 },
        { BYTES("\x2a\x85\x03\x64"), 6 },
        { BYTES("\x2a\x85\x03\x03\x81\x03\x01"), 1 },
    };
    size_t i, known;

    if (!have_openssl())
        return;
    for (i = 0; i < COUNT(arcs); i++) {
        tap_row("arc %zu", i);
        known = 0;
        check_arc(arcs[i].arc, 0, &known);
        check_arc(arcs[i].arc, 60, &known);
        check_arc(arcs[i].arc, 120, &known);
        TAP_INT(known, arcs[i].known);
    }
}

/* The subject in a certificate's DER. */
static ma_bytes_t subject_of(ma_bytes_t certificate)
{
    ma_der_t der = ma_der(certificate);
    ma_element_t element = ma_der_want(&der, MA_DER_SEQUENCE);
    int i;

    der = ma_der_into(&element);
    element = ma_der_want(&der, MA_DER_SEQUENCE);
    der = ma_der_into(&element);
    (void)ma_der_maybe(&der, MA_DER_CONTEXT_CONSTRUCTED(0));
    for (i = 0; i < 5; i++) /* serial, algorithm, issuer, validity */
        element = ma_der_any(&der);
    return element.whole;
}

static void prints_what_openssl_makes(void)
{
    static const struct {
        const char *mask;
        const char *subject; /* for the shell, within single quotes */
    } made[] = {
        { "utf8only", "/C=CH/ST=Z\xc3\xbcrich/O=Example, Inc./CN=John Doe" },
        { "nombstr", "/C=CH/O=Z\xc3\xbcrich/CN=a+OU=b/emailAddress=a@example.com" },
        { "MASK:2048", "/O=Z\xc3\xbcrich/CN=\xe2\x82\xac <x>" }, /* BMPString */
        { "default", "/DC=com/DC=example/UID=jd/CN= lead/SN=Doe/GN=#1/title=x;y" },
        { "utf8only", "/businessCategory=x/organizationIdentifier=y/1.2.3.4=z/serialNumber=7" },
    };
    char command[1024];
    ma_buf_t certificate;
    size_t i;

    if (!have_openssl())
        return;
    ma_buf_init(&certificate, 0);
    for (i = 0; i < COUNT(made); i++) {
        tap_row("%s", made[i].subject);
        (void)snprintf(command, sizeof(command),
                       "printf '[req]\\nstring_mask=%s\\ndistinguished_name=dn\\n[dn]\\n' |"
                       " openssl req -config /dev/stdin -x509 -newkey ec -nodes -keyout /dev/null"
                       " -pkeyopt ec_paramgen_curve:P-256 -utf8 -multivalue-rdn -subj '%s'"
                       " -outform DER 2>/dev/null",
                       made[i].mask, made[i].subject);
        ma_buf_clear(&certificate);
        if (TAP_TRUE(run(command, &certificate)))
            check_texts(subject_of(bytes_of(&certificate)), bytes_of(&certificate));
    }
    ma_buf_free(&certificate);
}

/* Certificates with these OpenSSL does not read at all: the expected texts are our own choice. */
static void prints_what_openssl_refuses(void)
{
    static const struct {
        const char *name;
        piece_t pieces[MAX_PIECES];
        const char *rfc2253;
        const char *legacy;
    } rows[] = {
        { "ill-formed UTF-8", VALUE(UTF8, "a\xff"), "CN=#0C0261FF", "/CN=a\\xFF" },
        { "overlong UTF-8", VALUE(UTF8, "\xc0\xaf"), "CN=#0C02C0AF", "/CN=\\xC0\\xAF" },
        { "UTF-8 cut", VALUE(UTF8, "\xe2\x82"), "CN=#0C02E282", "/CN=\\xE2\\x82" },
        { "half a character", VALUE(BMP, "\0a\0"), "CN=#1E03006100", "/CN=\\x00a\\x00" },
        { "a surrogate", VALUE(BMP, "\xd8\x3d"), "CN=#1E02D83D", "/CN=\\xD8=" },
        { "past U+10FFFF", VALUE(UNIVERSAL, "\0\x11\0\0"), "CN=#1C0400110000",
          "/CN=\\x00\\x11\\x00\\x00" },
        { "a sixth of a character", VALUE(UNIVERSAL, "\0\0\0a\0"), "CN=#1C050000006100",
          "/CN=\\x00\\x00\\x00a\\x00" },
        { "an OCTET STRING", VALUE(MA_DER_OCTET_STRING, "ab"), "CN=#04026162", "/CN=ab" },
        { "an INTEGER", VALUE(MA_DER_INTEGER, "\x05"), "CN=#020105", "/CN=\\x05" },
    };
    ma_buf_t name, text;
    size_t i;

    ma_buf_init(&name, 0);
    ma_buf_init(&text, 0);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].name);
        ma_buf_clear(&name);
        ma_buf_clear(&text);
        put_name(&name, rows[i].pieces);
        TAP_TRUE(ma_name_rfc2253(bytes_of(&name), &text));
        TAP_STR(ma_buf_string(&text), rows[i].rfc2253);
        ma_buf_clear(&text);
        TAP_TRUE(ma_name_legacy(bytes_of(&name), &text));
        TAP_STR(ma_buf_string(&text), rows[i].legacy);
    }
    ma_buf_free(&text);
    ma_buf_free(&name);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "prints as OpenSSL does", prints_as_openssl },
        { "knows OpenSSL's short names", knows_short_names },
        { "prints the names that openssl req makes", prints_what_openssl_makes },
        { "prints what OpenSSL refuses", prints_what_openssl_refuses },
    };

    return tap_main("name-text", tests, COUNT(tests));
}

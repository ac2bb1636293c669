/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * general_name.c - names inside and outside of subtrees, type by type, as RFC 5280 4.2.1.10 has it.
 */
#include "path/general_name.h"

#include "der_put.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static ma_bytes_t bytes_of(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

/* What is expected: permitted is asked first, then excluded, unless it says otherwise. */
typedef struct row {
    const char *base, *name;
    ma_inside_t permitted, excluded;
} row_t;

#define NO MA_INSIDE_NO, MA_INSIDE_NO
#define YES MA_INSIDE_YES, MA_INSIDE_YES
#define BAD MA_INSIDE_BAD_NAME, MA_INSIDE_BAD_NAME

static void judge(unsigned tag, const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ma_bytes_t base = bytes_of(rows[i].base), name = bytes_of(rows[i].name);
        tap_row("\"%s\" in \"%s\"", rows[i].name, rows[i].base);
        TAP_TRUE(ma_constraint_valid(tag, base));
        TAP_INT(ma_constraint_contains(tag, base, name, false), rows[i].permitted);
        TAP_INT(ma_constraint_contains(tag, base, name, true), rows[i].excluded);
    }
}

static void dns(void)
{
    static const row_t rows[] = {
        { "example.com", "example.com", YES }, /* "adding zero or more labels to the left" */
        { "example.com", "a.example.com", YES },
        { "example.com", "a.b.example.com", YES },
        { "example.com", "A.EXAMPLE.com", YES }, /* case does not count */
        { "EXAMPLE.com", "a.example.COM", YES },
        { "example.com", "badexample.com", NO }, /* whole labels */
        { "example.com", "com", NO },
        { "example.com", "example.com.org", NO },
        { "host.example.com", "example.com", NO },
        { "", "example.com", YES }, /* everything */
        { "", "*.example.com", YES },
        { "example.com", "*.example.com", YES },
        { "example.com", "*.a.example.com", YES },
        { "example.com", "*.example.org", NO },
        { "example.com", "*.com", MA_INSIDE_NO, MA_INSIDE_YES }, /* stands for example.com too */
        { "a.example.com", "*.example.com", MA_INSIDE_NO, MA_INSIDE_YES },
        { "a.b.example.com", "*.example.com", NO }, /* a wildcard is one label */
        { "com", "*.org", NO },
        { "example.com", "a_b-c.example.com", YES }, /* in use, though no host name */
        { "example.com", "", BAD },
        { "example.com", "example.com.", BAD },
        { "example.com", ".example.com", BAD },
        { "example.com", "a..example.com", BAD },
        { "example.com", "*", BAD },
        { "example.com", "*.", BAD },
        { "example.com", "a.*.example.com", BAD },
        { "example.com", "w*.example.com", BAD },
        { "example.com", "*.*.example.com", BAD },
        { "example.com", "a b.example.com", BAD },
        { "example.com", "a.example.com:443", BAD },
        { "example.com", "\xc3\xa4.example.com", BAD }, /* IA5String is ASCII */
    };

    judge(MA_GN_DNS, rows, COUNT(rows));
}

static void email(void)
{
    static const row_t rows[] = {
        { "john@example.com", "john@example.com", YES }, /* one mailbox */
        { "john@example.com", "john@EXAMPLE.com", YES },
        { "john@example.com", "John@example.com", NO }, /* the local part has case (RFC 5321 2.4) */
        { "john@example.com", "jane@example.com", NO },
        { "john@example.com", "john@a.example.com", NO },
        { "example.com", "john@example.com", YES }, /* all mailboxes on that host */
        { "example.com", "john@a.example.com", NO },
        { "example.com", "john@badexample.com", NO },
        { ".example.com", "john@a.example.com", YES }, /* on hosts below, not on it */
        { ".example.com", "john@a.b.example.com", YES },
        { ".example.com", "john@example.com", NO },
        { ".example.com", "john@badexample.com", NO },
        { "", "john@example.com", YES },
        { "example.com", "example.com", BAD },
        { "example.com", "@example.com", BAD },
        { "example.com", "john@", BAD },
        { "example.com", "john@evil.org@example.com", BAD }, /* where would it be delivered? */
        { "example.com", "\"a@b\"@example.com", BAD },
        { "example.com", "john doe@example.com", BAD },
        { "example.com", "j\xc3\xb6hn@example.com", BAD },
        { "example.com", "", BAD },
    };

    judge(MA_GN_EMAIL, rows, COUNT(rows));
}

static void uri(void)
{
    static const row_t rows[] = {
        { "host.example.com", "https://host.example.com/x", YES },
        { "host.example.com", "https://HOST.example.com", YES },
        { "host.example.com", "https://a.host.example.com/", NO },
        { ".example.com", "https://host.example.com:8443/x?y#z", YES },
        { ".example.com", "spiffe://a.b.example.com/ns", YES },
        { ".example.com", "https://example.com/", NO },
        { ".example.com", "https://evil.org/.example.com", NO },
        { ".example.com", "https://evil.org?.example.com", NO },
        { ".example.com", "https://evil.org#.example.com", NO },
        { ".example.com", "https://a.example.com@evil.org/", NO }, /* that is user information */
        { ".example.com", "https://evil.org@a.example.com/", YES },
        { ".example.com", "https://evil.org/@a.example.com", NO },
        { ".example.com", "https://u:p@a.example.com:1/", YES },
        { "", "https://a.example.com/", YES },
        { "example.com", "urn:example:x", BAD }, /* no host: "MUST reject" */
        { "example.com", "mailto:a@example.com", BAD },
        { "example.com", "https:///x", BAD },
        { "example.com", "https://", BAD },
        { "example.com", "https:/example.com", BAD },
        { "example.com", "//example.com/", BAD },
        { "example.com", "://example.com/", BAD },
        { "example.com", "example.com", BAD },
        { "example.com", "", BAD },
        { "", "https://192.0.2.1/", BAD }, /* not a host name */
        { "", "https://[2001:db8::1]/", BAD },
        { "", "https://localhost/", BAD }, /* not fully qualified */
    };

    judge(MA_GN_URI, rows, COUNT(rows));
}

/* Octets in hex. */
static void ip(void)
{
    static const struct {
        const char *base, *name;
        ma_inside_t inside;
    } rows[] = {
        { "c0000200 ffffff00", "c0000200", MA_INSIDE_YES },
        { "c0000200 ffffff00", "c00002ff", MA_INSIDE_YES },
        { "c0000200 ffffff00", "c0000301", MA_INSIDE_NO },
        { "c0000207 ffffff00", "c0000201", MA_INSIDE_YES }, /* bits past the mask do not count */
        { "c0000207 ffffffff", "c0000207", MA_INSIDE_YES },
        { "c0000207 ffffffff", "c0000206", MA_INSIDE_NO },
        { "00000000 00000000", "7f000001", MA_INSIDE_YES },
        { "0a000000 fe000000", "0b000001", MA_INSIDE_YES }, /* a mask that ends inside an octet */
        { "0a000000 fe000000", "0c000001", MA_INSIDE_NO },
        { "20010db8000000000000000000000000 ffffffff000000000000000000000000",
          "20010db8000000000000000000000001", MA_INSIDE_YES },
        { "20010db8000000000000000000000000 ffffffff000000000000000000000000",
          "20010db9000000000000000000000001", MA_INSIDE_NO },
        { "00000000 00000000", "20010db8000000000000000000000001", MA_INSIDE_NO }, /* IPv6 */
        { "c0000200 ffffff00", "", MA_INSIDE_BAD_NAME },
        { "c0000200 ffffff00", "c00002", MA_INSIDE_BAD_NAME },
        { "c0000200 ffffff00", "c0000201 ffffff00", MA_INSIDE_BAD_NAME },
    };
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < COUNT(rows); i++) {
        ma_bytes_t base = der_hex(&arena, rows[i].base), name = der_hex(&arena, rows[i].name);
        tap_row("%s in %s", rows[i].name, rows[i].base);
        TAP_TRUE(ma_constraint_valid(MA_GN_IP, base));
        TAP_INT(ma_constraint_contains(MA_GN_IP, base, name, false), rows[i].inside);
        TAP_INT(ma_constraint_contains(MA_GN_IP, base, name, true), rows[i].inside);
    }
    ma_arena_free(&arena);
}

/* A Name with an RDN for each letter. */
static ma_bytes_t name_of(ma_arena_t *arena, const char *letters)
{
    ma_bytes_t rdns = { (const uint8_t *)"", 0 };

    for (; *letters != '\0'; letters++) {
        ma_bytes_t type = DER(arena, MA_DER_OID, MA_OID("\x55\x04\x0b"));
        ma_bytes_t value = DER(arena, MA_DER_UTF8_STRING, { (const uint8_t *)letters, 1 });
        ma_bytes_t attribute = DER(arena, MA_DER_SEQUENCE, type, value);
        rdns = DER(arena, 0, rdns, DER(arena, MA_DER_SET, attribute));
    }
    return DER(arena, MA_DER_SEQUENCE, rdns);
}

static void directory(void)
{
    static const row_t rows[] = {
        { "", "abc", YES }, /* every name begins with no RDN */
        { "", "", YES },
        { "ab", "abc", YES },
        { "ab", "ABC", YES }, /* compared as 7.1 has it */
        { "ab", "ab", YES },
        { "abc", "ab", NO },
        { "bc", "abc", NO }, /* the first RDNs, not the last */
        { "ac", "abc", NO },
        { "a", "", NO },
    };
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < COUNT(rows); i++) {
        ma_bytes_t base = name_of(&arena, rows[i].base), name = name_of(&arena, rows[i].name);
        tap_row("%s in %s", rows[i].name, rows[i].base);
        TAP_TRUE(ma_constraint_valid(MA_GN_DIRECTORY, base));
        TAP_INT(ma_constraint_contains(MA_GN_DIRECTORY, base, name, false), rows[i].permitted);
        TAP_INT(ma_constraint_contains(MA_GN_DIRECTORY, base, name, true), rows[i].excluded);
    }
    ma_arena_free(&arena);
}

static void malformed_constraints(void)
{
    static const struct {
        unsigned tag;
        const char *hex; /* or text, if it begins with ' */
        bool valid;
    } rows[] = {
        { MA_GN_DNS, "'*.example.com", false }, /* constraints have no wildcards */
        { MA_GN_DNS, "'.example.com", false },  /* nor a dot in front, for host names */
        { MA_GN_DNS, "'example.com.", false },
        { MA_GN_DNS, "'a b", false },
        { MA_GN_DNS, "612e0062", false }, /* NUL */
        { MA_GN_EMAIL, "'@example.com", false },
        { MA_GN_EMAIL, "'..example.com", false },
        { MA_GN_EMAIL, "'.", false },
        { MA_GN_EMAIL, "'john@.example.com", false },
        { MA_GN_URI, "'https://example.com", false }, /* a host, not a URI */
        { MA_GN_URI, "'.", false },
        { MA_GN_URI, "'example.com:443", false },
        { MA_GN_IP, "", false },
        { MA_GN_IP, "c0000201", false }, /* no mask */
        { MA_GN_IP, "c0000200 ff00ff00", false }, /* a mask with a gap (RFC 4632) */
        { MA_GN_IP, "c0000200 ffffff01", false },
        { MA_GN_IP, "c0000200 ffffff", false },
        { MA_GN_DIRECTORY, "", false },
        { MA_GN_DIRECTORY, "3001", false },
        { MA_GN_DIRECTORY, "3000 00", false },
        { MA_GN_DIRECTORY, "3000", true },
        { MA_DER_CONTEXT(8), "2a03", true }, /* not judged, see below */
    };
    ma_arena_t arena;
    size_t i;

    ma_arena_init(&arena, 0);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%x %s", rows[i].tag, rows[i].hex);
        TAP_INT(ma_constraint_valid(rows[i].tag, rows[i].hex[0] == '\''
                                                     ? bytes_of(rows[i].hex + 1)
                                                     : der_hex(&arena, rows[i].hex)),
                rows[i].valid);
    }
    ma_arena_free(&arena);
}

/* A constraint of a type that is not known here cannot be held: the name is no good. */
static void other_types(void)
{
    static const unsigned tags[] = { MA_DER_CONTEXT(8), MA_DER_CONTEXT_CONSTRUCTED(0),
                                     MA_DER_CONTEXT_CONSTRUCTED(3), MA_DER_CONTEXT_CONSTRUCTED(5) };
    size_t i;

    for (i = 0; i < COUNT(tags); i++)
        TAP_INT(ma_constraint_contains(tags[i], bytes_of("*"), bytes_of("*"), false),
                MA_INSIDE_BAD_NAME);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "host names", dns },
        { "mailboxes", email },
        { "URIs", uri },
        { "addresses", ip },
        { "directory names", directory },
        { "malformed constraints are refused", malformed_constraints },
        { "types that are not known judge nothing good", other_types },
    };

    return tap_main("general_name", tests, COUNT(tests));
}

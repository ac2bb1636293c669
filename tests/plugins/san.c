/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plugin san: which alternative names match which patterns. What several names and lists come
 * to is in san-lists.c.
 */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

#define DNS(text) { CERT_SAN_DNS, (text), sizeof(text) - 1 }
#define URI(text) { CERT_SAN_URI, (text), sizeof(text) - 1 }
#define EMAIL(text) { CERT_SAN_EMAIL, (text), sizeof(text) - 1 }
#define IP(octets) { CERT_SAN_IP, (octets), sizeof(octets) - 1 }
#define UPN(text) { CERT_SAN_UPN, (text), sizeof(text) - 1 }

typedef struct row {
    const char *what;
    const char *options;
    cert_san_t san;
    const char *expected;
} row_t;

static const row_t hosts[] = {
    { "the host", "dns = [ \"a.example.com\" ];", DNS("a.example.com"), "success" },
    { "another", "dns = [ \"a.example.com\" ];", DNS("b.example.com"), "no_match" },
    { "one of two", "dns = [ \"b.example.com\", \"a.example.com\" ];", DNS("a.example.com"),
      "success" },
    { "the case of the name", "dns = [ \"a.example.com\" ];", DNS("A.Example.COM"), "success" },
    { "the case of the pattern", "dns = [ \"A.EXAMPLE.com\" ];", DNS("a.example.com"), "success" },
    { "the case of a glob", "dns = [ \"*.EXAMPLE.com\" ];", DNS("A.example.COM"), "success" },
    { "a dot at the end of the name", "dns = [ \"a.example.com\" ];", DNS("a.example.com."),
      "success" },
    { "a dot at the end of the pattern", "dns = [ \"*.example.com.\" ];", DNS("a.example.com"),
      "success" },
    { "two dots at the end", "dns = [ \"a.example.com\" ];", DNS("a.example.com.."), "no_match" },
    { "more in front", "dns = [ \"example.com\" ];", DNS("evilexample.com"), "no_match" },
    { "more behind", "dns = [ \"a.example.com\" ];", DNS("a.example.com.evil"), "no_match" },

    { "one label", "dns = [ \"*.example.com\" ];", DNS("a.example.com"), "success" },
    { "two labels", "dns = [ \"*.example.com\" ];", DNS("a.b.example.com"), "no_match" },
    { "no label", "dns = [ \"*.example.com\" ];", DNS("example.com"), "no_match" },
    { "an empty label", "dns = [ \"*.example.com\" ];", DNS(".example.com"), "no_match" },
    { "a part of a label", "dns = [ \"web-*.example.com\" ];", DNS("web-1.example.com"),
      "success" },
    { "two stars", "dns = [ \"*.*.example.com\" ];", DNS("a.b.example.com"), "success" },
    { "a star for everything has no dot", "dns = [ \"*\" ];", DNS("example.com"), "no_match" },

    /* a certificate's own wildcard is a name like others, and stands for no other host */
    { "a wildcard name for a host", "dns = [ \"a.example.com\" ];", DNS("*.example.com"),
      "no_match" },
    { "a wildcard name, quoted", "dns = [ \"\\\\*.example.com\" ];", DNS("*.example.com"),
      "success" },
    { "a quoted star is no glob", "dns = [ \"\\\\*.example.com\" ];", DNS("a.example.com"),
      "no_match" },
    { "a wildcard name is one label", "dns = [ \"*.example.com\" ];", DNS("*.example.com"),
      "success" },
    { "a quoted star beside one that is not", "dns = [ \"\\\\*.*.example.com\" ];",
      DNS("*.b.example.com"), "success" },
    { "and its glob", "dns = [ \"\\\\*.*.example.com\" ];", DNS("a.b.example.com"), "no_match" },

    /* names that are none */
    { "empty", "dns = [ \"*\" ];", DNS(""), "no_match" },
    { "NUL at the end", "dns = [ \"a.example.com\" ];", DNS("a.example.com\0"), "no_match" },
    { "NUL behind the name", "dns = [ \"a.example.com\" ];", DNS("a.example.com\0.evil"),
      "no_match" },
    { "NUL under a star", "dns = [ \"*.example.com\" ];", DNS("a\0b.example.com"), "no_match" },
    { "a blank", "dns = [ \"*.example.com\" ];", DNS("a b.example.com"), "no_match" },
    { "a slash", "dns = [ \"*.example.com\" ];", DNS("evil/x.example.com"), "no_match" },
    /* the octet that stands for a wildcard inside the plugin */
    { "a control", "dns = [ \"*.example.com\" ];", DNS("\x01.example.com"), "no_match" },
    { "no ASCII", "dns = [ \"*.example.com\" ];", DNS("b\xc3\xbc.example.com"), "no_match" },
    { "an address is no host", "ip = [ \"192.0.2.1\" ];", DNS("192.0.2.1"), "no_match" },
};

static const row_t mailboxes[] = {
    { "the mailbox", "email = [ \"john@example.com\" ];", EMAIL("john@example.com"), "success" },
    { "another", "email = [ \"john@example.com\" ];", EMAIL("jane@example.com"), "no_match" },
    /* RFC 5280 7.5: the local part as it is, the host without case */
    { "the case of the host", "email = [ \"john@example.com\" ];", EMAIL("john@EXAMPLE.com"),
      "success" },
    { "the case of the user", "email = [ \"john@example.com\" ];", EMAIL("John@example.com"),
      "no_match" },
    { "the case of the user, under a glob", "email = [ \"j*@example.com\" ];",
      EMAIL("John@example.com"), "no_match" },
    { "everyone there", "email = [ \"*@example.com\" ];", EMAIL("john@example.com"), "success" },
    { "everyone there, with a dot", "email = [ \"*@example.com\" ];", EMAIL("j.r.doe@example.com"),
      "success" },
    { "with a slash", "email = [ \"*@example.com\" ];", EMAIL("a/b@example.com"), "success" },
    { "everyone elsewhere", "email = [ \"*@example.com\" ];", EMAIL("john@evil.com"), "no_match" },
    { "everyone below", "email = [ \"*@example.com\" ];", EMAIL("john@a.example.com"), "no_match" },
    { "a label of the host", "email = [ \"*@*.example.com\" ];", EMAIL("john@a.example.com"),
      "success" },
    { "two labels of the host", "email = [ \"*@*.example.com\" ];", EMAIL("john@a.b.example.com"),
      "no_match" },
    { "parts of the user", "email = [ \"j*.d*@example.com\" ];", EMAIL("john.q.doe@example.com"),
      "success" },
    { "a + in the user", "email = [ \"ops+*@example.com\" ];", EMAIL("ops+a@example.com"),
      "success" },
    { "a star in the name", "email = [ \"a@example.com\" ];", EMAIL("*@example.com"), "no_match" },
    { "no @", "email = [ \"*@example.com\" ];", EMAIL("example.com"), "no_match" },
    { "nothing before it", "email = [ \"*@example.com\" ];", EMAIL("@example.com"), "no_match" },
    { "two @", "email = [ \"*@example.com\" ];", EMAIL("a@evil.com@example.com"), "no_match" },
    { "a quoted user", "email = [ \"*@example.com\" ];", EMAIL("\"a b\"@example.com"), "no_match" },
    { "NUL", "email = [ \"*@example.com\" ];", EMAIL("a\0@example.com"), "no_match" },
    { "NUL in the host", "email = [ \"*@example.com\" ];", EMAIL("a@example.com\0"), "no_match" },
    { "a control", "email = [ \"*@example.com\" ];", EMAIL("a\n@example.com"), "no_match" },
    { "empty", "email = [ \"*@example.com\" ];", EMAIL(""), "no_match" },
};

static const row_t principals[] = {
    { "the principal", "upn = [ \"john@corp.example\" ];", UPN("john@corp.example"), "success" },
    { "another", "upn = [ \"john@corp.example\" ];", UPN("jane@corp.example"), "no_match" },
    { "the case of the host", "upn = [ \"john@CORP.example\" ];", UPN("john@corp.EXAMPLE"),
      "success" },
    { "the case of the user", "upn = [ \"john@corp.example\" ];", UPN("JOHN@corp.example"),
      "no_match" },
    { "everyone there", "upn = [ \"*@corp.example\" ];", UPN("j.doe@corp.example"), "success" },
    { "letters beyond ASCII", "upn = [ \"j\xc3\xbcrgen@corp.example\" ];",
      UPN("j\xc3\xbcrgen@corp.example"), "success" },
    { "bytes that are no UTF-8", "upn = [ \"*@corp.example\" ];", UPN("j\xfcrgen@corp.example"),
      "no_match" },
    { "a long form of a slash", "upn = [ \"*@corp.example\" ];", UPN("a\xc0\xaf@corp.example"),
      "no_match" },
    { "half a pair of UTF-16", "upn = [ \"*@corp.example\" ];",
      UPN("a\xed\xa0\x80@corp.example"), "no_match" },
    { "a C1 control", "upn = [ \"*@corp.example\" ];", UPN("a\xc2\x85@corp.example"), "no_match" },
    { "NUL", "upn = [ \"*@corp.example\" ];", UPN("a\0@corp.example"), "no_match" },
    { "empty", "upn = [ \"*@corp.example\" ];", UPN(""), "no_match" },
};

#define USERS "uri = [ \"https://example.com/users/*\" ];"
#define ALL "uri = [ \"https://example.com/**\" ];"

static const row_t uris[] = {
    { "the URI", "uri = [ \"https://example.com/a\" ];", URI("https://example.com/a"), "success" },
    { "another", "uri = [ \"https://example.com/a\" ];", URI("https://example.com/b"), "no_match" },
    /* RFC 3986 6.2.2.1: scheme and host without case, and nothing else */
    { "the case of scheme and host", "uri = [ \"https://example.com/a\" ];",
      URI("HTTPS://Example.com/a"), "success" },
    { "of the pattern's", "uri = [ \"HTTPS://EXAMPLE.com/a*\" ];", URI("https://example.com/ab"),
      "success" },
    { "the case of the path", "uri = [ \"https://example.com/a\" ];", URI("https://example.com/A"),
      "no_match" },
    { "another scheme", "uri = [ \"https://example.com/a\" ];", URI("http://example.com/a"),
      "no_match" },
    { "a port", "uri = [ \"https://example.com/a\" ];", URI("https://example.com:443/a"),
      "no_match" },
    { "a slash more", "uri = [ \"https://example.com/a\" ];", URI("https://example.com/a/"),
      "no_match" },

    { "a segment", USERS, URI("https://example.com/users/john"), "success" },
    { "a segment with dots", USERS, URI("https://example.com/users/j.r.doe"), "success" },
    { "two segments", USERS, URI("https://example.com/users/john/keys"), "no_match" },
    { "two stars, two segments", ALL, URI("https://example.com/users/john/keys"), "success" },
    { "two stars in the middle", "uri = [ \"https://example.com/**/keys\" ];",
      URI("https://example.com/users/john/keys"), "success" },
    { "two stars, no path", ALL, URI("https://example.com"), "no_match" },
    { "no path and none", "uri = [ \"https://*.example.com\" ];", URI("https://a.example.com"),
      "success" },
    { "a path and none", "uri = [ \"https://*.example.com\" ];", URI("https://a.example.com/"),
      "no_match" },
    { "a label of the host", "uri = [ \"https://*.example.com/a\" ];",
      URI("https://b.example.com/a"), "success" },
    { "two labels of the host", "uri = [ \"https://*.example.com/a\" ];",
      URI("https://c.b.example.com/a"), "no_match" },
    { "a port under a star", "uri = [ \"https://example.com:*/a\" ];",
      URI("https://example.com:8443/a"), "success" },
    { "without a host", "uri = [ \"urn:example:*\" ];", URI("urn:example:a.b"), "success" },
    { "without a host, exactly", "uri = [ \"urn:uuid:6e8bc430\" ];", URI("URN:uuid:6e8bc430"),
      "success" },
    { "a scheme that only begins so", "uri = [ \"urn:example:*\" ];", URI("urn2:example:a"),
      "no_match" },

    /* a star never runs over what somebody resolves, decodes or cuts off later */
    { "..", ALL, URI("https://example.com/users/../admin"), "no_match" },
    { ".. at the end", ALL, URI("https://example.com/users/.."), "no_match" },
    { ".", ALL, URI("https://example.com/./admin"), "no_match" },
    { "dots that are a name", ALL, URI("https://example.com/..."), "success" },
    { "%2F", USERS, URI("https://example.com/users/a%2Fb"), "no_match" },
    { "%2f", USERS, URI("https://example.com/users/a%2fb"), "no_match" },
    { "%00", USERS, URI("https://example.com/users/john%00"), "no_match" },
    { "%2e%2e", ALL, URI("https://example.com/users/%2e%2e/admin"), "no_match" },
    { "%5C", USERS, URI("https://example.com/users/a%5Cb"), "no_match" },
    { "a letter that is %41", USERS, URI("https://example.com/users/%41"), "no_match" },
    { "half an octet", USERS, URI("https://example.com/users/a%2"), "no_match" },
    { "no hex", USERS, URI("https://example.com/users/a%zz"), "no_match" },
    { "an octet that nobody decodes early", USERS, URI("https://example.com/users/a%20b"),
      "success" },
    { "UTF-8 in % form", USERS, URI("https://example.com/users/j%C3%BCrgen"), "success" },
    { "% is not decoded", "uri = [ \"https://example.com/a%20b\" ];",
      URI("https://example.com/a b"), "no_match" },
    { "a query", ALL, URI("https://example.com/a?b"), "no_match" },
    { "a fragment", ALL, URI("https://example.com/a#b"), "no_match" },
    { "a host behind a ?", "uri = [ \"https://*.example.com/**\" ];",
      URI("https://evil?.example.com/a"), "no_match" },
    { "a user", "uri = [ \"https://*/**\" ];", URI("https://example@evil/a"), "no_match" },
    { "a user that looks like a host", "uri = [ \"https://*.example.com/**\" ];",
      URI("https://x@a.example.com/a"), "no_match" },
    { "an empty host", "uri = [ \"file://*/**\" ];", URI("file:///etc/passwd"), "no_match" },
    { "a port without a host", "uri = [ \"https://*/**\" ];", URI("https://:80/a"), "no_match" },
    { "an empty label", "uri = [ \"https://*.example.com/a\" ];", URI("https://.example.com/a"),
      "no_match" },
    { "a dot behind the host", "uri = [ \"https://*.example.com/a\" ];",
      URI("https://a.example.com./a"), "no_match" },
    { "a host in % form", "uri = [ \"https://*/a\" ];", URI("https://ex%61mple/a"), "no_match" },

    /* what is listed letter for letter is let in */
    { ".. listed so", "uri = [ \"https://example.com/a/../b\" ];",
      URI("https://example.com/a/../b"), "success" },
    { "a query listed so", "uri = [ \"https://example.com/a?b=c\" ];",
      URI("https://example.com/a?b=c"), "success" },
    { "a user listed so", "uri = [ \"https://John@example.com/\" ];",
      URI("https://John@EXAMPLE.com/"), "success" },
    { "the case of a user", "uri = [ \"https://John@example.com/\" ];",
      URI("https://john@example.com/"), "no_match" },
    { "a file", "uri = [ \"file:///etc/passwd\" ];", URI("file:///etc/passwd"), "success" },
    { "a star listed so", "uri = [ \"https://example.com/\\\\*\" ];", URI("https://example.com/*"),
      "success" },
    { "a star that is quoted", "uri = [ \"https://example.com/\\\\*\" ];",
      URI("https://example.com/a"), "no_match" },

    /* no URIs */
    { "no scheme", ALL, URI("example.com/a"), "no_match" },
    { "a backslash", ALL, URI("https://example.com/a\\b"), "no_match" },
    { "a blank", ALL, URI("https://example.com/a b"), "no_match" },
    { "NUL", ALL, URI("https://example.com/a\0"), "no_match" },
    { "no ASCII", ALL, URI("https://example.com/\xc3\xbc"), "no_match" },
    { "empty", ALL, URI(""), "no_match" },
};

#define FD00 "\xfd\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

static const row_t addresses[] = {
    { "the address", "ip = [ \"192.0.2.7\" ];", IP("\xc0\0\x02\x07"), "success" },
    { "the next", "ip = [ \"192.0.2.7\" ];", IP("\xc0\0\x02\x08"), "no_match" },
    { "the first of a network", "ip = [ \"192.0.2.0/24\" ];", IP("\xc0\0\x02\0"), "success" },
    { "the last", "ip = [ \"192.0.2.0/24\" ];", IP("\xc0\0\x02\xff"), "success" },
    { "the one before", "ip = [ \"192.0.2.0/24\" ];", IP("\xc0\0\x01\xff"), "no_match" },
    { "the one behind", "ip = [ \"192.0.2.0/24\" ];", IP("\xc0\0\x03\0"), "no_match" },
    { "a length within an octet", "ip = [ \"172.16.0.0/12\" ];", IP("\xac\x1f\xff\xff"),
      "success" },
    { "just out of it", "ip = [ \"172.16.0.0/12\" ];", IP("\xac\x20\0\0"), "no_match" },
    { "/32", "ip = [ \"192.0.2.7/32\" ];", IP("\xc0\0\x02\x07"), "success" },
    { "/31", "ip = [ \"192.0.2.6/31\" ];", IP("\xc0\0\x02\x07"), "success" },
    { "/0", "ip = [ \"0.0.0.0/0\" ];", IP("\xff\xff\xff\xff"), "success" },
    { "/0 is of its family", "ip = [ \"0.0.0.0/0\" ];", IP(FD00 "\x01"), "no_match" },
    { "the second of two lengths", "ip = [ \"10.0.0.0/8\", \"192.0.2.0/25\", \"10.1.0.0/16\" ];",
      IP("\xc0\0\x02\x7f"), "success" },
    { "IPv6", "ip = [ \"fd00::1\" ];", IP(FD00 "\x01"), "success" },
    { "a network of IPv6", "ip = [ \"fd00::/8\" ];", IP(FD00 "\x01"), "success" },
    { "another network of IPv6", "ip = [ \"fc00::/8\" ];", IP(FD00 "\x01"), "no_match" },
    { "/127", "ip = [ \"fd00::2/127\" ];", IP(FD00 "\x03"), "success" },
    { "out of /127", "ip = [ \"fd00::2/127\" ];", IP(FD00 "\x04"), "no_match" },
    { "::/0", "ip = [ \"::/0\" ];", IP(FD00 "\x01"), "success" },
    /* an IPv4 address in IPv6 is neither */
    { "::ffff:192.0.2.7", "ip = [ \"192.0.2.7\", \"::/0\" ];",
      IP("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07"), "no_match" },
    /* what a name constraint would look like, and other lengths */
    { "8 octets", "ip = [ \"0.0.0.0/0\", \"::/0\" ];", IP("\xc0\0\x02\x07\xff\xff\xff\xff"),
      "no_match" },
    { "5 octets", "ip = [ \"0.0.0.0/0\", \"::/0\" ];", IP("\xc0\0\x02\x07\0"), "no_match" },
    { "3 octets", "ip = [ \"0.0.0.0/0\", \"::/0\" ];", IP("\xc0\0\x02"), "no_match" },
    { "no octet", "ip = [ \"0.0.0.0/0\", \"::/0\" ];", IP(""), "no_match" },
    { "the octets as text", "ip = [ \"49.46.49.46\" ];", DNS("1.1."), "no_match" },
};

/* A name of one type and a pattern of another: never (as in CVE-2021-44531, CVE-2022-21656). */
static const row_t types[] = {
    { "a URI for a host", "dns = [ \"example.com\" ];", URI("example.com"), "no_match" },
    { "a URI for any host", "dns = [ \"*\", \"*.*\" ];", URI("https://example.com"), "no_match" },
    { "a mailbox for a host", "dns = [ \"example.com\" ];", EMAIL("example.com"), "no_match" },
    { "a host for a URI", "uri = [ \"urn:a\" ];", DNS("urn:a"), "no_match" },
    { "a UPN for a mailbox", "email = [ \"*@example.com\" ];", UPN("john@example.com"),
      "no_match" },
    { "a mailbox for a UPN", "upn = [ \"*@example.com\" ];", EMAIL("john@example.com"),
      "no_match" },
    { "a host for a UPN", "upn = [ \"*@example.com\" ];", DNS("john@example.com"), "no_match" },
    { "octets of an address for a host", "dns = [ \"abcd\" ];", IP("abcd"), "no_match" },
    { "a host for an address", "ip = [ \"97.98.99.100\" ];", DNS("abcd"), "no_match" },
};

/* The reason for a client with this one name. */
static void judge_rows(const row_t *table, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        issued_t client;
        char entry[1024];
        tap_row("%s", table[i].what);
        format_text(entry, sizeof(entry), "{ control = \"required\"; plugin = \"san\"; %s }",
                    table[i].options);
        put_policy(&fixture, "p.conf", NULL, NULL, entry);
        cert_issue(&client, &(const cert_spec_t) { .dn = "O=Example", .sans = &table[i].san,
                                                   .n_sans = 1 }, &root);
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                table[i].expected);
        cert_free(&client);
    }
}

static void match_hosts(void)
{
    judge_rows(hosts, COUNT(hosts));
}

static void match_mailboxes(void)
{
    judge_rows(mailboxes, COUNT(mailboxes));
}

static void match_principals(void)
{
    judge_rows(principals, COUNT(principals));
}

static void match_uris(void)
{
    judge_rows(uris, COUNT(uris));
}

static void match_addresses(void)
{
    judge_rows(addresses, COUNT(addresses));
}

static void match_types(void)
{
    judge_rows(types, COUNT(types));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "hosts", match_hosts },
        { "mailboxes", match_mailboxes },
        { "user principal names", match_principals },
        { "URIs", match_uris },
        { "addresses", match_addresses },
        { "a name of one type matches no pattern of another", match_types },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/san", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

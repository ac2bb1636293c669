/* SPDX-License-Identifier: BSD-2-Clause */
/* hosts.c - one spelling for host names, and the patterns of policies. */
#include <string.h>

#include "policy/hosts.h"
#include "tap.h"

#define LABEL_63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_253 LABEL_63 "." LABEL_63 "." LABEL_63 ".aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void normalises(void)
{
    static const struct {
        const char *host;
        const char *normal; /* NULL: no host name */
    } rows[] = {
        { "api.example.com", "api.example.com" },
        { "API.Example.COM", "api.example.com" },    /* case */
        { "api.example.com:8443", "api.example.com" }, /* port */
        { "api.example.com.", "api.example.com" },   /* the root's dot */
        { "api.example.com.:443", "api.example.com" }, /* both */
        { "a_b-c.example", "a_b-c.example" },        /* underscores occur */
        { "192.0.2.1:80", "192.0.2.1" },             /* an address is a name here */
        { "[2001:DB8::1]:443", "[2001:db8::1]" },    /* IPv6 keeps its brackets */
        { "[::1]", "[::1]" },
        { NAME_253, NAME_253 },                      /* the longest */
        { NAME_253 ".:65535", NAME_253 },            /* and with all that may follow */
        { NAME_253 "a", NULL },                      /* one more */
        { ".", NULL },                               /* nothing is left */
        { ":80", NULL },
        { "a..b", NULL },                            /* an empty label */
        { ".a", NULL },
        { "a..", NULL },                             /* only one dot is the root's */
        { "a b", NULL },                             /* a blank */
        { "a/b", NULL },
        { "a@b", NULL },
        { "a%00b", NULL },
        { "a,b", NULL },                             /* two hosts */
        { "*.example.com", NULL },                   /* a pattern is no name */
        { "b\xc3\xbc.example", NULL },               /* not ASCII */
        { "a\r\nX: y", NULL },
        { "a:", NULL },                              /* a port without digits */
        { "a:80:80", NULL },
        { "a:123456", NULL },                        /* six digits */
        { "a:8o", NULL },
        { "[::1", NULL },                            /* no end */
        { "[::1]x", NULL },
        { "[]", NULL },
        { "[fe80::1%eth0]", NULL },                  /* a zone */
    };
    char normal[MA_HOST_MAX + 1];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_host = ma_host_normalise(rows[i].host, strlen(rows[i].host), normal);
        tap_row("%s", rows[i].host);
        TAP_INT(is_host, rows[i].normal != NULL);
        if (is_host && rows[i].normal != NULL)
            TAP_STR(normal, rows[i].normal);
    }
    TAP_TRUE(!ma_host_normalise("", 0, normal));
    TAP_TRUE(!ma_host_normalise("a\0b", 3, normal));
}

static void patterns(void)
{
    static const struct {
        const char *pattern;
        const char *normal; /* NULL: none that can be written */
    } rows[] = {
        { "Api.Example.com", "api.example.com" },
        { "*.Example.com", "*.example.com" },
        { "api.example.com.", "api.example.com" },
        { "*", NULL },                  /* every host is what `other` is for */
        { "*.", NULL },
        { "a.*.com", NULL },            /* only the first label */
        { "*a.example.com", NULL },
        { "**.example.com", NULL },
        { "api.example.com:443", NULL }, /* ports are not part of patterns */
    };
    char normal[MA_HOST_MAX + 3];
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        bool is_pattern = ma_host_pattern(rows[i].pattern, normal);
        tap_row("%s", rows[i].pattern);
        TAP_INT(is_pattern, rows[i].normal != NULL);
        if (is_pattern && rows[i].normal != NULL)
            TAP_STR(normal, rows[i].normal);
    }
}

static void matches(void)
{
    static const struct {
        const char *pattern, *host;
        bool match;
    } rows[] = {
        { "example.com", "example.com", true },
        { "example.com", "a.example.com", false },
        { "*.example.com", "a.example.com", true },
        { "*.example.com", "example.com", false },      /* one label, not none */
        { "*.example.com", "a.b.example.com", false },  /* and not two */
        { "*.example.com", "aexample.com", false },
        { "*.com", "example.com", true },
        { "*.:1]", "[::1]", false },                    /* an address has no labels */
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("%s against %s", rows[i].host, rows[i].pattern);
        TAP_INT(ma_host_matches(rows[i].pattern, rows[i].host), rows[i].match);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "normalises", normalises },
        { "patterns", patterns },
        { "matches", matches },
    };

    return tap_main("hosts", tests, sizeof(tests) / sizeof(tests[0]));
}

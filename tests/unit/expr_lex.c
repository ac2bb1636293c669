/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_lex.c - literals: what is read from strings, integers, addresses and ranges, and what is
 * not. */
#include "expr_tree.h"

typedef struct row {
    const char *text;
    const char *is; /* the tree of the literal, or the error without "x:" */
} row_t;

/* Each text stands behind `x OP `, so columns begin at `column`. */
static void check(const char *before, const char *behind, const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        ma_buf_t text, got;
        parsed_t made;
        ma_buf_init(&text, 0);
        ma_buf_init(&got, 0);
        ma_buf_printf(&text, "%s%s%s", before, rows[i].text, behind);
        tap_row("%s", ma_buf_string(&text));
        made = parse_text(ma_buf_string(&text));
        if (made.ret == 0)
            tree(&got, made.expr->right);
        else
            ma_buf_text(&got, mtlsauth_error_text(made.err) + 2);
        TAP_STR(ma_buf_string(&got), rows[i].is);
        parsed_free(&made);
        ma_buf_free(&text);
        ma_buf_free(&got);
    }
}

static void strings(void)
{
    static const row_t rows[] = {
        { "\"\"", "''" },
        { "\"John Doe\"", "'John Doe'" },
        { "'John Doe'", "'John Doe'" },
        { "\"it's\"", "'it's'" },               /* the other quote is a letter like others */
        { "'say \"so\"'", "'say \"so\"'" },
        { "\"\\\"\\'\\\\\"", "'\"'\\'" },        /* the three that need a backslash */
        { "'\\\"\\'\\\\'", "'\"'\\'" },
        { "\"\\x41\\x7a\\xfF\\x00\"", "'Az<ff><00>'" }, /* any octet, NUL too */
        { "\"\\101\\377\\0001\"", "'A<ff><00>1'" },     /* three digits, no more */
        { "\"\xc3\xa9\"", "'<c3><a9>'" },        /* UTF-8 as it is */
        { "r\"a\\d\"", "'a\\d'" },               /* raw: a backslash is one */
        { "r#\"a\"b\"#", "'a\"b'" },
        { "r##\"a\"#b\"##", "'a\"#b'" },
        { "r\"\"", "''" },
        { "\"a # b\"", "'a # b'" },              /* no comment inside */
    };

    check("x eq ", "", rows, COUNT(rows));
}

static void wrong_strings(void)
{
    static const row_t rows[] = {
        { "\"a", "1:6: a string begins here and is never closed; close it with \"" },
        { "'a", "1:6: a string begins here and is never closed; close it with '" },
        { "\"a\\\"", "1:6: a string begins here and is never closed; close it with \"" },
        { "\"\\", "1:6: a string begins here and is never closed; close it with \"" },
        { "r\"a", "1:6: a string begins here and is never closed; close it with \"" },
        { "r##\"a\"#", "1:6: a string begins here and is never closed; close it with \"#" },
        { "\"a\nb\"", /* the line end is most likely a quote that is missing */
          "1:6: a string begins here and is not closed on its line; close it with \"; a line end "
          "in "
          "a string is written as a backslash and x0a" },
        { "\"a\\\nb\"", "1:6: a string begins here and is not closed on its line; close it with "
                        "\"; a line end in "
                        "a string is written as a backslash and x0a" },
        { "\"\\d+\"", "1:7: a backslash in front of \"d\" is no escape; for a backslash write two, "
                      "or use a raw "
                      "string, r\"...\"" },
        { "\"a\\n\"",
          "1:8: a backslash in front of \"n\" is no escape; write a line feed as a backslash and "
          "x0a" },
        { "\"\\t\"",
          "1:7: a backslash in front of \"t\" is no escape; write a tab as a backslash and "
          "x09" },
        { "\"\\0\"",
          "1:7: a backslash in front of \"0\" is no escape; write a NUL as a backslash and "
          "x00" },
        { "\"\\x4\"", "1:7: a backslash in front of \"x\" is no escape; two hex digits follow a "
                      "backslash and x" },
        { "\"\\xg0\"", "1:7: a backslash in front of \"x\" is no escape; two hex digits follow a "
                       "backslash and x" },
        { "\"\\400\"",
          "1:7: a backslash in front of \"4\" is no escape; three octal digits, 000 to "
          "377, follow a backslash, or x and two hex digits" },
        { "\"\\181\"",
          "1:7: a backslash in front of \"1\" is no escape; three octal digits, 000 to "
          "377, follow a backslash, or x and two hex digits" },
        { "\"\\128\"",
          "1:7: a backslash in front of \"1\" is no escape; three octal digits, 000 to "
          "377, follow a backslash, or x and two hex digits" },
        { "\"\\12\"", "1:7: a backslash in front of \"1\" is no escape; three octal digits, 000 to "
                      "377, follow a backslash, or x and two hex digits" },
        { "\"\\u00e9\"", "1:7: a backslash in front of \"u\" is no escape; write the character "
                         "itself, or each of its bytes as a backslash, x and two hex digits" },
        { "'O'Brien'", "1:9: the string 'O' has ended in front of \"Brien\"; put a backslash in "
                       "front of a ' that "
                       "belongs to the string, or put the string in double quotes" },
        { "\"a\"b\"",
          "1:9: the string \"a\" has ended in front of \"b\"; put a backslash in front of "
          "a \" that belongs to the string" },
        { "\"a\tb\"", "1:8: a tab inside a string looks like blanks; write a blank, or a backslash "
                      "and x09 between plain quotes" },
        { "r#a", "1:6: r# begins a raw string, and no quote follows; write r#\"...\"# for a raw "
                 "string, and a blank in front of a comment" },
        { "\xe2\x80\x9c"
          "a\xe2\x80\x9d",
          "1:6: U+201C is a typographic quote; write straight quotes, \" or '" },
        { "\xe2\x80\x98"
          "a",
          "1:6: U+2018 is a typographic quote; write straight quotes, \" or '" },
        { "\"a\x01\"",
          "1:8: control character 0x01; remove it; in a string, write a backslash, x and "
          "two hex digits for each byte" },
        { "\"a\xff\"",
          "1:8: byte 0xff is not UTF-8; remove it; in a string, write a backslash, x and "
          "two hex digits for each byte" },
        { "\"a\xe2\x80\xae\"", "1:8: invisible character U+202E: the line would look other than it "
                               "reads; remove it; in a string, write a backslash, x and two hex "
                               "digits for each byte" },
    };

    check("x eq ", "", rows, COUNT(rows));
}

/* Behind `matches` a backslash stands for itself, as users know it, unless a quote follows. */
static void patterns(void)
{
    static const row_t rows[] = {
        { "\"^/a\\.(b|c)$\"", "'^/a\\.(b|c)$'" },
        { "\"\\\\\"", "'\\\\'" }, /* both: to PCRE2 one backslash */
        { "\"a\\\"b\"", "'a\"b'" },
        { "'a\\'b\\\"'", "'a'b\\\"'" },
        { "\"\\x41\\101\"", "'\\x41\\101'" }, /* PCRE2's to decode */
        { "r\"\\d\"", "'\\d'" },
        { "\"\\", "1:11: a string begins here and is never closed; close it with \"" },
        { "\"\\\t\"",
          "1:13: a tab inside a string looks like blanks; write a blank, or a backslash "
          "and x09 between plain quotes" },
    };

    check("x matches ", "", rows, COUNT(rows));
}

static void integers(void)
{
    static const row_t rows[] = {
        { "0", "0" },
        { "-1", "-1" },
        { "-0", "0" },
        { "0x1F", "31" },
        { "0x00ff", "255" }, /* zeros mean nothing else in hex */
        { "-0x10", "-16" },
        { "9223372036854775807", "9223372036854775807" },
        { "-9223372036854775808", "-9223372036854775808" },
        { "0x7fffffffffffffff", "9223372036854775807" },
        { "9223372036854775808", "1:6: \"9223372036854775808\" is too large: integers end at "
                                 "9223372036854775807; put it in "
                                 "quotes if it is a serial number or other text" },
        { "-9223372036854775809", "1:6: \"-9223372036854775809\" is too small: integers begin at "
                                  "-9223372036854775808; put it "
                                  "in quotes if it is a serial number or other text" },
        { "0xffffffffffffffff", "1:6: \"0xffffffffffffffff\" is too large: integers end at "
                                "9223372036854775807; put it in "
                                "quotes if it is a serial number or other text" },
        { "010",
          "1:6: \"010\" begins with 0, which means octal elsewhere: integers are decimal, or "
          "hex with 0x; write 10" },
        { "-007", "1:6: \"-007\" begins with 0, which means octal elsewhere: integers are decimal, "
                  "or hex with 0x; write -7" },
        { "00",
          "1:6: \"00\" begins with 0, which means octal elsewhere: integers are decimal, or hex "
          "with 0x; write 0" },
        { "0x",
          "1:6: \"0x\" is no integer: behind 0x stand hex digits; if it is text, write \"0x\"" },
        { "12abc", "1:6: \"12abc\" is neither an integer nor an address; if it is text, write "
                   "\"12abc\"" },
        { "1.5",
          "1:6: \"1.5\" is no integer: there are no fractions; if it is text, write \"1.5\"" },
        { "1..9", "1:6: eq takes one value, found a range of integers; write in {1..9}" },
        { "-", "1:6: \"-\" is neither an integer nor an address; if it is text, write \"-\"" },
    };

    check("x eq ", "", rows, COUNT(rows));
}

static void addresses(void)
{
    static const row_t rows[] = {
        { "192.0.2.1", "(set @c0000201)" },
        { "192.0.2.0/24", "(set @c0000200/24)" },
        { "0.0.0.0/0", "(set @00000000/0)" },
        { "2001:db8::1", "(set @20010db8000000000000000000000001)" },
        { "2001:db8::/32", "(set @20010db8000000000000000000000000/32)" },
        { "::", "(set @00000000000000000000000000000000)" },
        { "::ffff:192.0.2.1", "(set @c0000201)" }, /* mapped: it is IPv4 */
        { "::ffff:192.0.2.0/120", "(set @c0000200/24)" },
        { "192.0.2.1..192.0.2.9", "(set (range @c0000201 @c0000209))" },
        { "::1..::9", "(set (range @00000000000000000000000000000001 "
                      "@00000000000000000000000000000009))" },
        { "1 2..9 -3..-1", "(set 1 (range 2 9) (range -3 -1))" },
        { "400.1.1.1",
          "1:7: \"400.1.1.1\" is no IPv4 address: its numbers end at 255; if it is text, "
          "write \"400.1.1.1\"" },
        { "192.0.2", "1:7: \"192.0.2\" is no IPv4 address: that has four numbers; if it is text, "
                     "write \"192.0.2\"" },
        { "192.0.2.01",
          "1:7: \"192.0.2.01\" is no IPv4 address: a number in it begins with 0; write "
          "its numbers without leading zeros" },
        { "10/8",
          "1:7: \"10/8\" is no IPv4 address: it has one number; write all four numbers of the "
          "address" },
        { "192.0.2.0/33",
          "1:7: \"192.0.2.0/33\" has too long a prefix: an IPv4 address has 32 bits; "
          "write /32 or less" },
        { "::/129",
          "1:7: \"::/129\" has too long a prefix: an IPv6 address has 128 bits; write /128 "
          "or less" },
        { "192.0.2.0/024",
          "1:7: \"192.0.2.0/024\" has a prefix that begins with 0; write the length "
          "without leading zeros" },
        { "192.0.2.0/255.255.255.0",
          "1:7: \"192.0.2.0/255.255.255.0\" has a prefix that is no number; "
          "write how many bits of the address count, as in /24" },
        { "192.0.2.0/",
          "1:7: \"192.0.2.0/\" has a prefix that is no number; write how many bits of "
          "the address count, as in /24" },
        { "192.0.2.1/24",
          "1:7: \"192.0.2.1/24\" names a network, and has bits set behind its prefix; "
          "write 192.0.2.0/24 for the network, or 192.0.2.1 for the address alone" },
        { "2001:db8::1/32", "1:7: \"2001:db8::1/32\" names a network, and has bits set behind its "
                            "prefix; write 2001:db8::/32 for the network, or 2001:db8::1 for the "
                            "address alone" },
        { "2001:db8::1::2", "1:7: \"2001:db8::1::2\" is no IPv6 address; if it is text, write "
                            "\"2001:db8::1::2\"" },
        { "192.0.2.1:443",
          "1:7: \"192.0.2.1:443\" is an address with a port; leave the colon and the "
          "port away" },
        { "fe80::1%eth0", "1:7: \"fe80::1%eth0\" is an address with a zone, which no other host "
                          "knows; leave % and what is behind it away" },
        { "25:3E:08", "1:7: \"25:3E:08\" is hex without quotes; put it in quotes" },
        { "9..1", "1:7: \"9..1\" ends before it begins; write the lower end first" },
        { "1..",
          "1:7: \"1..\" lacks an end of the range; write both ends and no blanks, as in 1..9" },
        { "1 .. 9", "1:9: \"..\" has no ends; write both ends and no blanks, as in 1..9" },
        { "1..192.0.2.1",
          "1:7: \"1..192.0.2.1\" is no range: its ends are not of one kind; write both "
          "ends alike" },
        { "::1..192.0.2.1",
          "1:7: \"::1..192.0.2.1\" is no range: its ends are not of one kind; write "
          "both ends alike" },
        { "192.0.2.0/24..192.0.3.0",
          "1:7: \"192.0.2.0/24..192.0.3.0\" is no range: an end of it is a "
          "network; write the first and the last address" },
    };

    check("x in {", "}", rows, COUNT(rows));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "strings are decoded", strings },
        { "strings that do not end, or hold what is no escape", wrong_strings },
        { "regular expressions keep their backslashes", patterns },
        { "integers have 64 bits and no octal form", integers },
        { "addresses, networks and ranges", addresses },
    };

    return tap_main("expr_lex", tests, COUNT(tests));
}

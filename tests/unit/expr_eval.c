/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_eval.c - what expressions are for values that are known; expr_fields.h has the values. */
#include "expr_compiled.h"

typedef struct row {
    const char *text;
    const char *outcome;
} row_t;

static void run_rows(const row_t *rows, size_t count)
{
    static expr_scene_t scene;
    size_t i;

    expr_scene_open(&scene);
    for (i = 0; i < count; i++) {
        tap_row("%s", rows[i].text);
        TAP_STR(outcome_of(&scene, rows[i].text), rows[i].outcome);
    }
    ma_arena_free(&scene.arena);
}

static void logic(void)
{
    static const row_t rows[] = {
        /* truth tables */
        { "yes", "true" },
        { "no", "false" },
        { "not yes", "false" },
        { "not no", "true" },
        { "not not yes", "true" },
        { "not not not yes", "false" },
        { "yes and yes", "true" },
        { "yes and no", "false" },
        { "no and yes", "false" },
        { "no and no", "false" },
        { "yes or yes", "true" },
        { "yes or no", "true" },
        { "no or yes", "true" },
        { "no or no", "false" },
        { "yes xor yes", "false" },
        { "yes xor no", "true" },
        { "no xor yes", "true" },
        { "no xor no", "false" },
        /* chains: xor is true for an odd number */
        { "yes xor yes xor yes", "true" },
        { "yes xor yes xor yes xor yes", "false" },
        { "yes and yes and no", "false" },
        { "no or no or yes", "true" },
        /* precedence: and, xor, or */
        { "yes or no and no", "true" },
        { "(yes or no) and no", "false" },
        { "yes or yes xor yes", "true" },
        { "(yes or yes) xor yes", "false" },
        { "yes xor yes and no", "true" },
        { "(yes xor yes) and no", "false" },
        /* not binds tighter than and; a negated chain is all of it */
        { "not no and no", "false" },
        { "not (no and no)", "true" },
        { "not (yes or no)", "false" },
        { "not (yes xor yes)", "true" },
        /* the same in signs */
        { "!no && (yes ^^ no) || no", "true" },
        /* a comparison is negated as a whole */
        { "not n eq 42", "false" },
        { "not s in {\"a\" \"b\"}", "true" },
    };

    run_rows(rows, COUNT(rows));
}

static void unknown(void)
{
    static const row_t rows[] = {
        { "unknown", "undetermined" },
        { "not unknown", "undetermined" },
        /* short circuit, in written order */
        { "no and unknown", "false" },
        { "unknown and no", "undetermined" },
        { "yes and unknown", "undetermined" },
        { "yes or unknown", "true" },
        { "unknown or yes", "undetermined" },
        { "no or unknown", "undetermined" },
        { "not (no and unknown)", "true" },
        { "not (yes or unknown)", "false" },
        { "yes xor unknown", "undetermined" },
        { "unknown xor yes", "undetermined" },
        /* what is known beforehand does not go before what is written before it */
        { "unknown and lower(\"A\") eq \"b\"", "undetermined" },
        { "lower(\"A\") eq \"b\" and unknown", "false" },
        { "unknown or lower(\"A\") eq \"a\"", "undetermined" },
        /* in every place that reads */
        { "unknown.string eq \"\"", "undetermined" },
        { "unknown.string in {\"a\"}", "undetermined" },
        { "lower(unknown.string) eq \"\"", "undetermined" },
        { "concat(\"a\", unknown.string) eq \"a\"", "undetermined" },
        { "any(unknown.array[*] eq \"a\")", "undetermined" },
        { "all(unknown.array[*] eq \"a\")", "undetermined" },
        { "any(unknown.map[\"a\"][*] eq \"a\")", "undetermined" },
        { "unknown.map[\"a\"][0] eq \"a\"", "undetermined" },
        { "unknown.array[0] eq \"a\"", "undetermined" },
        { "len(unknown.map[\"a\"]) eq 0", "undetermined" },
        { "join(lower(unknown.array[*]), \",\") eq \"\"", "undetermined" },
        /* an empty array does not ask what stands beside it, which is no item */
        { "no and any(unknown.array[*] eq \"a\")", "false" },
    };

    run_rows(rows, COUNT(rows));
}

static void operators(void)
{
    static const row_t rows[] = {
        /* integers */
        { "n eq 42", "true" },
        { "n eq 41", "false" },
        { "n ne 42", "false" },
        { "n ne 41", "true" },
        { "n lt 42", "false" },
        { "n lt 43", "true" },
        { "n le 42", "true" },
        { "n le 41", "false" },
        { "n gt 42", "false" },
        { "n gt 41", "true" },
        { "n ge 42", "true" },
        { "n ge 43", "false" },
        { "n eq 0x2a", "true" },
        { "n.negative lt 0", "true" },
        { "n.negative eq -7", "true" },
        { "n.negative gt -8", "true" },
        { "n.least lt -9223372036854775807", "true" }, /* the ends, whose difference overflows */
        { "n.least lt 9223372036854775807", "true" },
        { "n.most gt -9223372036854775807", "true" },
        { "n in {41 42}", "true" },
        { "n in {1..41 43..99}", "false" },
        { "n in {1..41 42..43}", "true" },
        { "n.negative in {-9..-7}", "true" },
        { "n.negative in {-6..9}", "false" },
        { "not n in {42}", "false" },
        /* strings */
        { "s eq \"John Doe\"", "true" },
        { "s eq \"john doe\"", "false" },
        { "s eq \"John Do\"", "false" },
        { "s ne \"John Doe\"", "false" },
        { "s ne \"\"", "true" },
        { "s == 'John Doe' && s != 'Jane'", "true" },
        { "s contains \"hn D\"", "true" },
        { "s contains \"John Doe\"", "true" },
        { "s contains \"John Doe \"", "false" },
        { "s contains \"hN\"", "false" },
        { "s contains \"\"", "true" }, /* the empty string is in every one */
        { "s.octets contains \"\\x00b\\xff\"", "true" }, /* NUL is an octet */
        { "s.octets eq \"a\\x00b\\xff\"", "true" },
        { "s.octets eq \"a\"", "false" },
        { "s wildcard \"john*\"", "true" },
        { "s strict wildcard \"john*\"", "false" },
        { "s strict wildcard \"J*D*e\"", "true" },
        { "s wildcard \"john\"", "false" }, /* all of it */
        { "s matches \"^J.*e$\"", "true" },
        { "s matches \"^j\"", "false" },
        { "s ~ \"o+h\"", "true" },
        { "s in {\"a\" \"John Doe\"}", "true" },
        { "s in {\"a\" \"John\"}", "false" },
        { "s in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"John Doe\"}", "true" },
        { "s in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"Jane Roe\"}", "false" },
        /* booleans */
        { "yes eq true", "true" },
        { "yes eq false", "false" },
        { "no eq false", "true" },
        { "yes ne true", "false" },
        { "no ne true", "true" },
        { "not yes eq false", "true" },
        /* addresses */
        { "ip4 eq 192.0.2.7", "true" },
        { "ip4 ne 192.0.2.7", "false" },
        { "ip4 eq 192.0.2.8", "false" },
        { "ip4 lt 192.0.2.8", "true" },
        { "ip4 ge 192.0.2.7", "true" },
        { "ip4 eq ::ffff:192.0.2.7", "true" }, /* a mapped address is the one it maps */
        { "ip.mapped eq 192.0.2.7", "true" },
        { "ip.mapped in {192.0.2.0/24}", "true" },
        { "ip.mapped in {::ffff:192.0.2.0/120}", "true" },
        { "ip.mapped in {::/0}", "false" }, /* and of no other family */
        { "ip4 in {192.0.2.0/29}", "true" },
        { "ip4 in {192.0.2.8/29 198.51.100.0/24}", "false" },
        { "ip4 in {0.0.0.0/0}", "true" },
        { "ip4 in {192.0.2.1..192.0.2.7}", "true" },
        { "ip4 in {192.0.2.1..192.0.2.6}", "false" },
        { "ip6 eq 2001:db8::7", "true" },
        { "ip6 in {2001:db8::/32}", "true" },
        { "ip6 in {192.0.2.0/24 2001:db9::/32}", "false" },
        { "ip6 in {0.0.0.0/0}", "false" },
    };

    run_rows(rows, COUNT(rows));
}

static void absent(void)
{
    static const row_t rows[] = {
        /* an absent string is "" */
        { "s.absent eq \"\"", "true" },
        { "s.absent ne \"a\"", "true" },
        { "s.absent contains \"a\"", "false" },
        { "s.absent contains \"\"", "true" },
        { "s.absent wildcard \"*\"", "true" },
        { "s.absent wildcard \"?*\"", "false" },
        { "s.absent matches \"^$\"", "true" },
        { "s.absent matches \"a\"", "false" },
        { "s.absent in {\"a\" \"\"}", "true" },
        { "s.absent in {\"a\" \"b\"}", "false" },
        { "len(s.absent) eq 0", "true" },
        /* hex: equal to "" alone, so that ne is true */
        { "print.absent eq \"\"", "true" },
        { "print.absent ne \"00\"", "true" },
        { "print.absent eq \"00\"", "false" },
        { "print.absent in {\"00\" \"01\"}", "false" },
        { "print ne \"\"", "true" },
        /* an absent address is in no order with others */
        { "ip.absent eq 192.0.2.7", "false" },
        { "ip.absent ne 192.0.2.7", "true" },
        { "ip.absent lt 192.0.2.7", "false" },
        { "ip.absent ge 192.0.2.7", "false" },
        { "ip.absent in {0.0.0.0/0 ::/0}", "false" },
        { "cidr(ip.absent, 24, 48) in {0.0.0.0/0}", "false" },
        /* an absent array is empty: any is false, all is true */
        { "any(array.absent[*] eq \"\")", "false" },
        { "any(array.absent[*] ne \"\")", "false" },
        { "all(array.absent[*] eq \"a\")", "true" },
        { "not any(array.absent[*] eq \"a\")", "true" },
        { "array.absent[0] eq \"\"", "true" },
        { "len(array.absent) eq 0", "true" },
        { "join(array.absent, \",\") eq \"\"", "true" },
        { "any(map.absent[\"a\"][*] ne \"\")", "false" },
        { "map.absent[\"a\"][0] eq \"\"", "true" },
    };

    run_rows(rows, COUNT(rows));
}

static void hex(void)
{
    static const row_t rows[] = {
        { "print eq \"" EXPR_PRINT "\"", "true" },
        { "print eq \"" EXPR_PRINT_UPPER "\"", "true" },
        { "print.upper eq \"" EXPR_PRINT "\"", "true" },
        { "print.upper ne \"" EXPR_PRINT_UPPER "\"", "false" },
        { "print eq \"0x" EXPR_PRINT "\"", "true" },
        { "print eq \" " EXPR_PRINT " \"", "true" },
        /* as openssl x509 -fingerprint prints it */
        { "print eq \"25:3E:08:C1:AB:67:EB:76:30:C6:17:34:D3:77:D7:5D:5D:CC:DE:2F:6E:69:98:6C:22:1D:"
          "66:E8:48:B6:43:21\"", "true" },
        { "print in {\"00\" \"25:3E:08:C1:AB:67:EB:76:30:C6:17:34:D3:77:D7:5D:5D:CC:DE:2F:6E:69:98:"
          "6C:22:1D:66:E8:48:B6:43:21\"}", "true" },
        { "print in {\"" EXPR_PRINT_UPPER "\"}", "true" },
        { "not print in {\"ADD\"}", "true" },
        /* mixed case in the field, and separators there */
        { "print.colons eq \"253E08C1\"", "true" },
        { "print.colons eq \"253e08c1\"", "true" },
        { "print.colons ne \"253e08c2\"", "true" },
        { "print.colons eq \"253e08\"", "false" },
        /* the last digit counts, and the first */
        { "print eq \"253e08c1ab67eb7630c61734d377d75d5dccde2f6e69986c221d66e848b64320\"", "false" },
        { "print eq \"353e08c1ab67eb7630c61734d377d75d5dccde2f6e69986c221d66e848b64321\"", "false" },
        /* of octets, zeros in front count; of numbers they do not */
        { "print eq \"00" EXPR_PRINT "\"", "false" },
        { "serial eq \"0A1B\"", "true" },
        { "serial eq \"a1b\"", "true" },
        { "serial eq \"00:0a:1b\"", "true" },
        { "serial eq \"0x00000A1B\"", "true" },
        { "serial ne \"0A1B\"", "false" },
        { "serial eq \"0A1C\"", "false" },
        { "serial eq \"1A1B\"", "false" },
        { "serial in {\"1\" \"A1B\"}", "true" },
        /* what is no hex is equal to nothing */
        { "print eq \"xyz\"", "false" },
        { "print ne \"xyz\"", "true" },
        { "print in {\"xyz\"}", "false" },
        { "print in {\"xyz\" \"" EXPR_PRINT "\"}", "true" },
        /* every other operator and function sees the string */
        { "print contains \"AB67\"", "false" },
        { "print contains \"ab67\"", "true" },
        { "print wildcard \"253E*\"", "true" },
        { "print matches \"^253E\"", "false" },
        { "lower(print.upper) eq \"" EXPR_PRINT_UPPER "\"", "false" },
        { "lower(print.upper) eq \"" EXPR_PRINT "\"", "true" },
        { "starts_with(print, \"253E\")", "false" },
    };

    run_rows(rows, COUNT(rows));
}

static void arrays(void)
{
    static const row_t rows[] = {
        /* the array is Admin, user, "" */
        { "any(array[*] eq \"user\")", "true" },
        { "any(array[*] eq \"admin\")", "false" },
        { "any(array[*] in {\"x\" \"Admin\"})", "true" },
        { "any(array[*] contains \"min\")", "true" },
        { "any(array[*] matches \"^u\")", "true" },
        { "all(array[*] ne \"nobody\")", "true" },
        { "all(array[*] ne \"\")", "false" }, /* the last one */
        { "all(array[*] ne \"Admin\")", "false" }, /* the first one */
        { "not all(array[*] ne \"Admin\")", "true" },
        { "any(array.one[*] eq \"user\") and all(array.one[*] eq \"user\")", "true" },
        /* functions map */
        { "any(lower(array[*])[*] eq \"admin\")", "true" },
        { "all(lower(array[*])[*] ne \"Admin\")", "true" },
        { "any(upper(lower(array[*])[*])[*] eq \"ADMIN\")", "true" },
        { "any(starts_with(array[*], \"Ad\"))", "true" },
        { "all(starts_with(array[*], \"Ad\"))", "false" },
        { "any(concat(array[*], \"-x\")[*] eq \"user-x\")", "true" },
        { "any(concat(array[*], s)[*] eq \"John Doe\")", "true" },
        { "any(len(array[*])[*] gt 4)", "true" },
        { "any(len(array[*])[*] gt 5)", "false" },
        { "any(concat(array[*], join(lower(array[*]), \"+\"))[*] eq \"useradmin+user+\")", "true" },
        /* what they give is an array again */
        { "join(lower(array[*]), \",\") eq \"admin,user,\"", "true" },
        { "lower(array[*])[0] eq \"admin\"", "true" },
        { "len(lower(array[*])) eq 3", "true" },
        { "len(array) eq 3", "true" },
        { "join(array, \"/\") eq \"Admin/user/\"", "true" },
        /* indexes */
        { "array[0] eq \"Admin\"", "true" },
        { "array[2] eq \"\"", "true" },
        { "array[3] eq \"\"", "true" },
        { "array[9223372036854775807] eq \"\"", "true" },
        { "array[3] ne \"Admin\"", "true" },
        { "split(s, \" \", 3)[1] eq \"Doe\"", "true" },
        { "split(s, \" \", 3)[2] eq \"\"", "true" },
        { "any(split(s, \" \", 3)[*] eq \"Doe\")", "true" },
        /* conditions of several items go on side by side */
        { "any(array[*] eq \"user\" and array[*] contains \"s\")", "true" },
        { "any(array[*] eq \"user\" and array[*] eq \"Admin\")", "false" },
        { "any(not array[*] eq \"user\")", "true" },
        /* a quantifier as an argument */
        { "to_string(any(array[*] eq \"user\")) eq \"true\"", "true" },
    };

    run_rows(rows, COUNT(rows));
}

static void maps(void)
{
    static const row_t rows[] = {
        /* X-Role: reader, x-ROLE: Writer */
        { "map[\"host\"][0] eq \"a.example\"", "true" },
        { "map[\"HOST\"][0] eq \"a.example\"", "true" },
        { "map[\"x-role\"][0] eq \"reader\"", "true" },
        { "map[\"x-role\"][1] eq \"Writer\"", "true" },
        { "map[\"x-role\"][2] eq \"\"", "true" },
        { "map[\"x-rol\"][0] eq \"\"", "true" },
        { "map[\"\"][0] eq \"\"", "true" },
        { "any(map[\"X-ROLE\"][*] eq \"Writer\")", "true" },
        { "any(map[\"X-ROLE\"][*] eq \"admin\")", "false" }, /* the value of another name */
        { "any(lower(map[\"x-role\"][*])[*] eq \"writer\")", "true" },
        { "all(map[\"x-role\"][*] contains \"r\")", "true" },
        { "all(map[\"none\"][*] eq \"a\")", "true" },
        { "len(map[\"x-role\"]) eq 2", "true" },
        { "len(map[\"host\"]) eq 1", "true" },
        { "len(map[\"none\"]) eq 0", "true" },
        { "join(map[\"x-role\"], \",\") eq \"reader,Writer\"", "true" },
        { "join(lower(map[\"x-role\"][*]), \",\") eq \"reader,writer\"", "true" },
        /* what was found once is found again */
        { "map[\"x-role\"][1] eq \"Writer\" and len(map[\"x-role\"]) eq 2 and "
          "any(map[\"X-Role\"][*] eq \"Writer\") and map[\"x-role\"][0] eq \"reader\"", "true" },
        /* more names than are remembered on the stack */
        { "map[\"1\"][0] eq \"\" and map[\"2\"][0] eq \"\" and map[\"3\"][0] eq \"\" and "
          "map[\"4\"][0] eq \"\" and map[\"5\"][0] eq \"\" and map[\"6\"][0] eq \"\" and "
          "map[\"7\"][0] eq \"\" and map[\"8\"][0] eq \"\" and map[\"9\"][0] eq \"\" and "
          "map[\"x-other\"][0] eq \"1\" and map[\"host\"][0] eq \"a.example\"", "true" },
    };

    run_rows(rows, COUNT(rows));
}

static void calls(void)
{
    static const row_t rows[] = {
        { "lower(s) eq \"john doe\"", "true" },
        { "concat(upper(s), \"-\", n, \"-\", print.colons) eq \"JOHN DOE-42-25:3e:08:C1\"", "true" },
        { "concat(s, 1, 2, 3, 4, 5, 6) eq \"John Doe123456\"", "true" }, /* many arguments */
        { "substring(s, 0, 4) eq \"John\"", "true" },
        { "to_string(ip.mapped) eq \"192.0.2.7\"", "true" },
        { "to_string(yes) eq \"true\"", "true" },
        { "cidr(ip4, 24, 48) eq 192.0.2.0", "true" },
        { "regex_replace(s, \"o(h)\", \"<${1}>\") eq \"J<h>n Doe\"", "true" },
        { "wildcard_replace(s, \"* *\", \"${2}, ${1}\") eq \"Doe, John\"", "true" },
        { "ends_with(s, \"Doe\")", "true" },
        { "not ends_with(s, \"Doe\")", "false" },
        { "starts_with(s, \"John\") eq false", "false" },
        /* constants, which are computed once */
        { "lower(\"ABC\") eq \"abc\"", "true" },
        { "lower(\"ABC\") eq \"abd\"", "false" },
        { "starts_with(\"abc\", \"ab\")", "true" },
        { "concat(lower(\"A\"), s) eq \"aJohn Doe\"", "true" },
        { "lower(\"A\") eq \"a\" and yes", "true" },
        { "lower(\"A\") eq \"a\" and no", "false" },
        { "not (lower(\"A\") eq \"b\" or no)", "true" },
        { "lower(\"A\") eq \"a\" xor yes", "false" },
        { "lower(\"A\") eq \"a\" xor lower(\"A\") eq \"a\"", "false" },
        { "split(\"a,b\", \",\", 9)[1] eq \"b\"", "true" },
        /* a field that is made when it is read */
        { "late eq \"made\" and late contains \"ad\"", "true" },
    };

    run_rows(rows, COUNT(rows));
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "and, or, xor, not", logic },
        { "what is not known is undetermined where it is read", unknown },
        { "each operator on each type", operators },
        { "absent values", absent },
        { "hex by value", hex },
        { "arrays, any and all", arrays },
        { "maps", maps },
        { "functions and constants", calls },
    };

    return tap_main("expr_eval", tests, COUNT(tests));
}

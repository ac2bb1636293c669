/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_eval.c - what expressions are for values that are known; expr_fields.h has the values. */
#include "expr_tree.h"

#include <pthread.h>

#include "allocations.h"
#include "expr_fields.h"

/* ---- programs ------------------------------------------------------------------------------- */

typedef struct compiled {
    parsed_t parsed;
    ma_arena_t arena;
    ma_program_t *program; /* NULL: see err */
    mtlsauth_error_t *err;
    int ret;
} compiled_t;

/* The text and the tree are gone when the program runs. */
static compiled_t compile(const char *text)
{
    compiled_t made = { .parsed = parse_text(text), .ret = MTLSAUTH_E_POLICY };
    ma_source_t source = { .text = { made.parsed.copy, strlen(text) }, .file = "x" };

    ma_arena_init(&made.arena, 0);
    TAP_INT(made.parsed.ret, 0);
    if (made.parsed.ret == 0) {
        expr_resolve(made.parsed.expr);
        made.ret = ma_program_new(&source, made.parsed.expr, &made.arena, &made.program, &made.err);
    }
    TAP_TRUE((made.ret == 0) == (made.program != NULL));
    parsed_free(&made.parsed);
    return made;
}

static void compiled_free(compiled_t *made)
{
    ma_program_free(made->program);
    mtlsauth_error_free(made->err);
    ma_arena_free(&made->arena);
}

static const char *outcome_name(ma_outcome_t outcome)
{
    static const char *const names[] = { "error", "false", "true", "limit", "undetermined" };

    return names[outcome];
}

static const char *outcome_of(expr_scene_t *scene, const char *text)
{
    compiled_t made = compile(text);
    const char *name = "not compiled";

    if (made.program != NULL)
        name = outcome_name(expr_scene_test(scene, made.program));
    compiled_free(&made);
    return name;
}

/* ---- tables --------------------------------------------------------------------------------- */

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

/* ---- single ones ---------------------------------------------------------------------------- */

static void made_when_needed(void)
{
    static expr_scene_t scene;
    compiled_t once = compile("late eq \"made\" and late ne \"x\"");
    compiled_t never = compile("no and late eq \"made\"");

    expr_scene_open(&scene);
    TAP_STR(outcome_name(expr_scene_test(&scene, once.program)), "true");
    TAP_INT(scene.made, 1);
    TAP_STR(outcome_name(expr_scene_test(&scene, never.program)), "false");
    TAP_INT(scene.made, 0);
    scene.frame.make = NULL; /* nobody makes it: never an answer */
    TAP_STR(outcome_name(expr_scene_test(&scene, once.program)), "error");
    compiled_free(&once);
    compiled_free(&never);
    ma_arena_free(&scene.arena);
}

static void values(void)
{
    static expr_scene_t scene;
    compiled_t text = compile("concat(s, \"!\")"), array = compile("lower(array[*])");
    compiled_t field = compile("array"), number = compile("len(s)"), test = compile("not yes");
    ma_value_t value;

    expr_scene_open(&scene);
    TAP_INT(ma_program_value(text.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_TRUE(ma_bytes_equal(value.bytes, MA_OID("John Doe!")));
    TAP_INT(ma_program_test(text.program, &scene.frame), MA_OUTCOME_ERROR); /* it is no condition */
    TAP_INT(ma_program_value(array.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.count, 3);
    TAP_TRUE(ma_bytes_equal(value.items[0], MA_OID("admin")));
    TAP_INT(ma_program_value(field.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.count, 3);
    TAP_INT(ma_program_value(number.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.number, 8);
    TAP_INT(ma_program_value(test.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.number, 0);
    compiled_free(&text);
    compiled_free(&array);
    compiled_free(&field);
    compiled_free(&number);
    compiled_free(&test);
    ma_arena_free(&scene.arena);
}

/* With too few steps the outcome is a limit, with enough the answer; never another answer. */
static void steps(void)
{
    static const char *const texts[] = {
        "yes and no or yes", "all(array[*] ne \"nobody\")", "s.long contains \"aab\" or yes",
        "lower(s) eq \"john doe\"", "any(lower(map[\"x-role\"][*])[*] eq \"writer\")",
        "s.long wildcard \"*b\" or yes", "join(upper(array[*]), \",\") eq \"ADMIN,USER,\"",
        "s matches \"J.*e\"",
    };
    static expr_scene_t scene;
    size_t i;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        uint32_t given = 0;
        ma_outcome_t outcome;
        tap_row("%s", texts[i]);
        do {
            ma_arena_reset(&scene.arena);
            scene.frame.steps = given;
            outcome = ma_program_test(made.program, &scene.frame);
            TAP_TRUE(outcome == MA_OUTCOME_TRUE || outcome == MA_OUTCOME_LIMIT);
        } while (outcome == MA_OUTCOME_LIMIT && ++given < 1000);
        TAP_INT(outcome, MA_OUTCOME_TRUE);
        TAP_TRUE(given > 1);
        TAP_INT(scene.frame.steps, 0); /* all of the least number is used */
        compiled_free(&made);
    }
    ma_arena_free(&scene.arena);
}

/*
 * Whoever sends an array has to pay for each item of it, whatever is done with it: with as many steps
 * as it has items the end is not reached, and with what one request may take an array of so many
 * items is not walked.
 */
static void items_cost(void)
{
    static const char *const texts[] = {
        "all(array[*] ne \"nobody\")", "not any(array[*] eq \"nobody\")",
        "len(upper(array[*])) ne 0",    "all(lower(array[*])[*] ne \"nobody\")",
        "join(array, \",\") ne \"x\"",
    };
    static ma_bytes_t items[MA_EXPR_STEPS];
    static expr_scene_t scene;
    size_t i, count;

    for (i = 0; i < COUNT(items); i++)
        items[i] = MA_OID("a");
    expr_scene_open(&scene);
    scene.values[F_ARRAY].items = items;
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        for (count = 1; count <= 1000; count *= 10) {
            tap_row("%s: %zu items", texts[i], count);
            scene.values[F_ARRAY].count = count;
            TAP_STR(outcome_name(expr_scene_test(&scene, made.program)), "true");
            TAP_TRUE(MA_EXPR_STEPS - scene.frame.steps > count);
            ma_arena_reset(&scene.arena);
            scene.frame.steps = (uint32_t)count;
            TAP_STR(outcome_name(ma_program_test(made.program, &scene.frame)), "limit");
        }
        scene.values[F_ARRAY].count = COUNT(items);
        TAP_STR(outcome_name(expr_scene_test(&scene, made.program)), "limit");
        compiled_free(&made);
    }
    ma_arena_free(&scene.arena);
}

/* Memory of the frame that runs out ends it without an answer. */
static void memory(void)
{
    static expr_scene_t scene;
    compiled_t made = compile("concat(s, s.long) ne \"\" or yes");
    compiled_t array = compile("len(lower(array[*])) eq 3");
    ma_outcome_t outcome;

    expr_scene_open(&scene);
    ma_arena_init(&scene.arena, 16);
    outcome = expr_scene_test(&scene, made.program);
    TAP_TRUE(outcome == MA_OUTCOME_LIMIT || outcome == MA_OUTCOME_ERROR);
    TAP_STR(outcome_name(expr_scene_test(&scene, array.program)), "error");
    compiled_free(&made);
    compiled_free(&array);
    ma_arena_free(&scene.arena);
}

static void compile_memory(void)
{
    const char text[] = "s matches \"a\" and regex_replace(s, \"a\", \"b\") eq \"c\" and "
                        "any(lower(map[\"a\"][*])[*] in {\"a\" \"b\"}) and serial eq \"0a\" and "
                        "s contains \"x\" and concat(\"a\", s) wildcard \"*\"";
    size_t limit;
    int ret = MTLSAUTH_E_NO_MEMORY;

    for (limit = 16; ret != 0 && limit < 65536; limit += 48) {
        parsed_t parsed = parse_text(text);
        const ma_source_t source = { .text = { parsed.copy, sizeof(text) - 1 }, .file = "x" };
        ma_program_t *program = NULL;
        mtlsauth_error_t *err = NULL;
        ma_arena_t arena;
        ma_arena_init(&arena, limit);
        expr_resolve(parsed.expr);
        ret = ma_program_new(&source, parsed.expr, &arena, &program, &err);
        TAP_TRUE(ret == 0 || ret == MTLSAUTH_E_NO_MEMORY);
        TAP_TRUE((ret == 0) == (program != NULL) && (ret == 0) == (err == NULL));
        ma_program_free(program);
        mtlsauth_error_free(err);
        ma_arena_free(&arena);
        parsed_free(&parsed);
    }
    TAP_INT(ret, 0);
    TAP_TRUE(limit > 64);
}

/* As deep as trees get: conditions, calls, and quantifiers in calls. */
static void depth(void)
{
    static const struct {
        const char *open, *inner, *close;
        unsigned levels;
        const char *outcome;
    } rows[] = {
        { "(yes and (no or ", "yes", "))", 63, "true" },
        { "not (no or ", "yes", ")", 63, "false" },
        { "starts_with(concat(", "s", ", \"\", \"\"), \"J\")", 1, "true" },
        { "lower(upper(", "s", "))", 61, "true" },
        { "concat(\"\", 1, 2, 3, 4, 5, ", "s", ")", 120, "true" },
        { "join(lower(split(", "s", ", \" \", 2)[*]), \"-\")", 30, "true" },
    };
    static expr_scene_t scene;
    size_t i;
    unsigned j;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        ma_buf_t text;
        tap_row("%s", rows[i].open);
        ma_buf_init(&text, 0);
        for (j = 0; j < rows[i].levels; j++)
            ma_buf_text(&text, rows[i].open);
        ma_buf_text(&text, rows[i].inner);
        for (j = 0; j < rows[i].levels; j++)
            ma_buf_text(&text, rows[i].close);
        if (i > 2)
            ma_buf_text(&text, " ne \"nobody\"");
        TAP_STR(outcome_of(&scene, ma_buf_string(&text)), rows[i].outcome);
        ma_buf_free(&text);
    }
    ma_arena_free(&scene.arena);
}

/* What a checker does not let through does not compile either. */
static void refused(void)
{
    static const char *const texts[] = {
        "array[*] eq \"a\"", "any(yes)", "any(s eq \"a\")", "nothing", "s eq 1", "n eq \"a\"",
        "n contains \"a\"", "s lt \"b\"", "s in {1 2}", "n in {\"a\"}", "ip4 in {1}", "yes in {1}",
        "map eq \"a\"", "map[0] eq \"a\"", "array[\"a\"][0] eq \"a\"", "s[0] eq \"a\"",
        "any(s[*] eq \"a\")", "any(map[*] eq \"a\")", "f(s) eq \"a\"", "lower(s, s) eq \"a\"",
        "starts_with(array[*], \"a\")", "s matches \"(\"",
        "regex_replace(s, \"(\", \"\") eq \"a\"", "split(s, \",\", 0)[0] eq \"a\"",
        "regex_replace(s, lower(s), \"\") eq \"a\"", "yes lt true",
        "join(starts_with(array[*], \"a\"), \",\") eq \"a\"", "any(lower(array[*]) eq \"a\")",
        "upper(lower(array[*]))[0] eq \"a\"", "concat(s, array[*]) eq \"a\"",
        "concat(s, s, s, s, s, s, ip4) eq \"a\"", "len(n) eq 1", "lower(n) eq \"a\"",
        "len(array[*]) eq 1", "array[*][*] eq \"a\"", "any(any(array[*] eq \"a\"))",
    };
    size_t i;

    for (i = 0; i < COUNT(texts); i++) {
        parsed_t parsed = parse_text(texts[i]);
        const ma_source_t source = { .text = { parsed.copy, strlen(texts[i]) }, .file = "x" };
        ma_program_t *program = NULL;
        mtlsauth_error_t *err = NULL;
        ma_arena_t arena;
        tap_row("%s", texts[i]);
        ma_arena_init(&arena, 0);
        TAP_INT(parsed.ret, 0);
        if (parsed.ret == 0) {
            expr_resolve(parsed.expr);
            TAP_TRUE(ma_program_new(&source, parsed.expr, &arena, &program, &err) != 0);
            TAP_TRUE(err != NULL && mtlsauth_error_mend(err)[0] != '\0');
        }
        ma_program_free(program);
        mtlsauth_error_free(err);
        ma_arena_free(&arena);
        parsed_free(&parsed);
    }
}

static void no_allocation(void)
{
#if ALLOCATIONS_COUNT
    static const char *const texts[] = {
        "not yes or no or (s in {\"a.example\" \"b.example\"} and print ne \"" EXPR_PRINT_UPPER "\")",
        "print eq \"25:3e:08:c1\" or print.colons eq \"25:3e:08:c1\"",
        "serial in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"A1B\"}",
        "n in {1..9 42} and ip4 in {192.0.2.0/24} and s contains \"Doe\" and s wildcard \"j*\"",
        "any(array[*] eq \"user\") and any(map[\"x-role\"][*] eq \"Writer\")",
        "map[\"x-role\"][1] eq \"Writer\" and array[1] eq \"user\" and len(map[\"host\"]) eq 1",
        "any(starts_with(array[*], \"us\")) and substring(s, 0, 4) eq \"John\"",
    };
    static expr_scene_t scene;
    size_t i;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        ma_outcome_t outcome;
        unsigned long before;
        tap_row("%s", texts[i]);
        before = allocations;
        outcome = expr_scene_test(&scene, made.program);
        TAP_INT(allocations - before, 0);
        TAP_INT(scene.arena.total, 0); /* nor of the frame's */
        TAP_TRUE(outcome == MA_OUTCOME_TRUE || outcome == MA_OUTCOME_FALSE);
        compiled_free(&made);
    }
    TAP_TRUE(allocations > 0); /* it does count */
#else
    tap_skip("allocations cannot be counted here");
#endif
}

/* ---- threads -------------------------------------------------------------------------------- */

enum { N_THREADS = 8, N_ROUNDS = 300 };

typedef struct shared {
    const compiled_t *programs;
    size_t count;
    int wrong;
} shared_t;

static void *evaluate(void *context)
{
    shared_t *shared = context;
    expr_scene_t *scene = malloc(sizeof(*scene));
    unsigned round;
    size_t i;

    if (scene == NULL)
        return shared;
    expr_scene_open(scene);
    for (round = 0; round < N_ROUNDS; round++)
        for (i = 0; i < shared->count; i++)
            shared->wrong += expr_scene_test(scene, shared->programs[i].program) != MA_OUTCOME_TRUE;
    ma_arena_free(&scene->arena);
    free(scene);
    return NULL;
}

static void threads(void)
{
    compiled_t programs[] = {
        compile("s matches \"^J(.*)e$\" and regex_replace(s, \"o\", \"0\") eq \"J0hn Doe\""),
        compile("s in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"John Doe\"}"),
        compile("any(lower(map[\"x-role\"][*])[*] eq \"writer\") and s wildcard \"j*n d*\""),
        compile("print eq \"" EXPR_PRINT_UPPER "\" and ip.mapped in {192.0.2.0/24}"),
    };
    pthread_t ids[N_THREADS];
    shared_t shared[N_THREADS];
    size_t i;

    for (i = 0; i < N_THREADS; i++) {
        shared[i] = (shared_t) { programs, COUNT(programs), 0 };
        TAP_INT(pthread_create(&ids[i], NULL, evaluate, &shared[i]), 0);
    }
    for (i = 0; i < N_THREADS; i++) {
        void *failed = NULL;
        TAP_INT(pthread_join(ids[i], &failed), 0);
        TAP_TRUE(failed == NULL);
        TAP_INT(shared[i].wrong, 0);
    }
    for (i = 0; i < COUNT(programs); i++)
        compiled_free(&programs[i]);
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
        { "a field is made once, when it is read", made_when_needed },
        { "values", values },
        { "steps are a limit", steps },
        { "each item of an array costs steps", items_cost },
        { "memory is a limit", memory },
        { "memory is a limit when compiling", compile_memory },
        { "as deep as trees get", depth },
        { "what does not fit is refused", refused },
        { "no allocation", no_allocation },
        { "threads share a program", threads },
    };

    return tap_main("expr_eval", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bad-plugins.c - descriptors and tables that are not what they should be.
 *
 * Each is built here with $CC and opened through a policy. It must end the load with a text that
 * says what to do. What is right beside it (a later minor version, a longer table) must load.
 */
#include "golden/plugin_bench.h"

#include <stdio.h>
#include <unistd.h>

/* ---- what the file holds ------------------------------------------------------------------ */

typedef struct build_row {
    const char *what;
    const char *source;
    const char *flags;
    const char *text;
} build_row_t;

static void run_builds(const build_row_t *rows, size_t count)
{
    fixture_t fixture;
    size_t i;

    bench_open(&fixture);
    for (i = 0; i < count; i++) {
        tap_row("%s", rows[i].what);
        unlink(fixture_path(&fixture, "plugins/bad.so"));
        bench_build(&fixture, "plugins/bad.so", rows[i].source, rows[i].flags);
        TAP_STR(fixture_error(&fixture, "bad.conf"), rows[i].text);
    }
    fixture_close(&fixture);
}

static const build_row_t descriptor_rows[] = {
    { "nothing is wrong", "plain.c", "", "" },
    { "of a later major version", "plain.c", "-DMAJOR=2",
      AT_PLUGIN BAD " has ABI 2.0, and this library speaks 1"
                    "; use a build of the plugin for this version of mtlsauth" },
    { "of no version", "plain.c", "-DMAJOR=0 -DMINOR=9",
      AT_PLUGIN BAD " has ABI 0.9, and this library speaks 1"
                    "; use a build of the plugin for this version of mtlsauth" },
    { "the major version is looked at before anything else", "plain.c",
      "-DMAJOR=2 -DSIZE=0 -DNAME=0 -DOPTIONS=1",
      AT_PLUGIN BAD " has ABI 2.0, and this library speaks 1"
                    "; use a build of the plugin for this version of mtlsauth" },
    { "a later minor version", "plain.c", "-DMINOR=9", "" },
    { "a name that is another's", "plain.c", "-DNAME='\"cn\"'",
      AT_PLUGIN BAD " says that its name is \"cn\", not \"bad\""
                    "; name the file as its descriptor says" },
    { "a name that begins like it", "plain.c", "-DNAME='\"badly\"'",
      AT_PLUGIN BAD " says that its name is \"badly\", not \"bad\""
                    "; name the file as its descriptor says" },
    { "no name", "plain.c", "-DNAME=0",
      AT_PLUGIN BAD " says that its name is \"\", not \"bad\""
                    "; name the file as its descriptor says" },
    { "a symbol of another name", "plain.c", "-DSYMBOL=the_plugin",
      AT_PLUGIN BAD " does not export mtlsauth_plugin"
                    "; define it with MTLSAUTH_PLUGIN() of mtlsauth/plugin.h" },
    { "no check function", "plain.c", "-DCHECK=0",
      AT_PLUGIN BAD ": no check function" REBUILD },
    { "a flag that does not exist", "plain.c", "-DFLAGS=0x101",
      AT_PLUGIN BAD ": flags that this version does not know" REBUILD },
    { "two flags that exclude each other", "plain.c", "-DFLAGS=3",
      AT_PLUGIN BAD ": it cannot both grant, or always hold, and always refuse" REBUILD },
};

static void descriptor(void)
{
    run_builds(descriptor_rows, COUNT(descriptor_rows));
}

/* The sizes are of this machine, so the texts are made from them. */
static void struct_size(void)
{
    static const struct {
        const char *what;
        unsigned long long size;
    } rows[] = {
        { "zero", 0 },
        { "the first eight bytes", 8 },
        { "one byte short", sizeof(mtlsauth_plugin_t) - 1 },
        { "past any that will ever be", 4097 },
        { "two gigabytes", 0x80000000u },
        { "all ones", 0xffffffffu },
    };
    char flags[64], text[512];
    fixture_t fixture;
    size_t i;

    bench_open(&fixture);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].what);
        snprintf(flags, sizeof(flags), "-DSIZE=%llu", rows[i].size);
        snprintf(text, sizeof(text),
                 AT_PLUGIN BAD " has a descriptor of %llu bytes, and ABI 1 needs %zu"
                               "; rebuild the plugin",
                 rows[i].size, sizeof(mtlsauth_plugin_t));
        unlink(fixture_path(&fixture, "plugins/bad.so"));
        bench_build(&fixture, "plugins/bad.so", "plain.c", flags);
        TAP_STR(fixture_error(&fixture, "bad.conf"), text);
    }
    fixture_close(&fixture);
}

static const build_row_t table_rows[] = {
    { "rows of options too short", "plain.c", "-DOPTION_SIZE=8",
      AT_PLUGIN BAD ": rows of its tables have a wrong size" REBUILD },
    { "rows of options too long", "plain.c", "-DOPTION_SIZE=0xffffffff",
      AT_PLUGIN BAD ": rows of its tables have a wrong size" REBUILD },
    { "rows of facts too short", "plain.c", "-DFACT_SIZE=0",
      AT_PLUGIN BAD ": rows of its tables have a wrong size" REBUILD },
    { "more options than there may be", "plain.c", "-DN_OPTIONS=129",
      AT_PLUGIN BAD ": too many options or facts" REBUILD },
    { "four thousand million of them", "plain.c", "-DN_OPTIONS=0xffffffff",
      AT_PLUGIN BAD ": too many options or facts" REBUILD },
    { "more facts than there may be", "plain.c", "-DN_READS=33",
      AT_PLUGIN BAD ": too many options or facts" REBUILD },
    { "a table that is not there", "plain.c", "-DOPTIONS=0",
      AT_PLUGIN BAD ": a table that is missing" REBUILD },
    { "an option without a name", "plain.c", "-DOPTION='.name = 0'",
      AT_PLUGIN BAD ": an option without a proper name or help" REBUILD },
    { "an option with a name that no policy can write", "plain.c",
      "-DOPTION='.name = \"First Option\"'",
      AT_PLUGIN BAD ": an option without a proper name or help: First Option" REBUILD },
    { "an option without a help", "plain.c", "-DOPTION='.help = 0'",
      AT_PLUGIN BAD ": an option without a proper name or help: first" REBUILD },
    { "an option of no kind", "plain.c", "-DOPTION='.kind = 0'",
      AT_PLUGIN BAD ": an option of an unknown kind: first" REBUILD },
    { "an option of a later kind", "plain.c", "-DOPTION='.kind = 10'",
      AT_PLUGIN BAD ": an option of an unknown kind: first" REBUILD },
    { "an expression with a preset", "plain.c", "-DOPTION='.kind = 8, .preset = \"true\"'",
      AT_PLUGIN BAD ": an expression with a preset: what it may read hangs on the policy: first"
          REBUILD },
    { "an option with a flag that does not exist", "plain.c", "-DOPTION='.flags = 0x80'",
      AT_PLUGIN BAD ": an option with unknown flags: first" REBUILD },
    { "an enum without choices", "plain.c", "-DOPTION='.kind = 9'",
      AT_PLUGIN BAD ": an enum option without choices: first" REBUILD },
    { "bounds that cross", "plain.c", "-DOPTION='.kind = 2, .min = 5, .max = 4'",
      AT_PLUGIN BAD ": an option whose bounds cross: first" REBUILD },
    { "an option that stands twice", "plain.c", "-DSECOND='\"first\"'",
      AT_PLUGIN BAD ": an option that stands twice: first" REBUILD },
    { "a fact without a name", "plain.c", "-DN_WRITES=1 -DWRITES='{ .type = 1 }'",
      AT_PLUGIN BAD ": a fact without a name or a proper type" REBUILD },
    { "a fact of a type that only servers have", "plain.c",
      "-DN_WRITES=1 -DWRITES='{ .name = \"test.fact\", .type = 5 }'",
      AT_PLUGIN BAD ": a fact without a name or a proper type: test.fact" REBUILD },
    { "reading a fact without a name", "plain.c", "-DN_READS=1 -DREADS=0",
      AT_PLUGIN BAD ": a fact without a name" REBUILD },
    { "setting what a server supplies", "plain.c",
      "-DN_WRITES=1 -DWRITES='{ .name = \"tls.sni\", .type = 3 }'",
      AT_ENTRY "a plugin may not set a fact of the name \"tls.sni\""
               "; the plugin's author must give it a prefix" },
    { "setting a fact without a prefix", "plain.c",
      "-DN_WRITES=1 -DWRITES='{ .name = \"score\", .type = 2 }'",
      AT_ENTRY "a plugin may not set a fact of the name \"score\""
               "; the plugin's author must give it a prefix" },
    { "setting a fact of the core's as another type", "plain.c",
      "-DN_WRITES=1 -DWRITES='{ .name = \"cert_verified\", .type = 3 }'",
      AT_ENTRY "fact \"cert_verified\" is already something else" },
    { "reading what nobody sets", "plain.c", "-DN_READS=1 -DREADS='\"test.fact\"'",
      AT_ENTRY "plugin \"bad\" reads test.fact, which no entry before it sets"
               "; put an entry whose plugin sets it before this one" },
    { "reading what this server does not supply", "plain.c",
      "-DN_READS=1 -DREADS='\"app.user\"'",
      AT_ENTRY "plugin \"bad\" reads app.user, which this server never supplies"
               "; remove the entry, or use this policy where that is known" },
    { "facts of its own", "plain.c", "-DN_WRITES=1", "" },
};

static void tables(void)
{
    run_builds(table_rows, COUNT(table_rows));
}

static const build_row_t load_rows[] = {
    { "fails and says why", "loading.c", "-DRETURN=MTLSAUTH_E_POLICY -DSAY='\"no such thing\"'",
      AT_ENTRY "no such thing; mend it" },
    { "fails without a word", "loading.c", "-DRETURN=MTLSAUTH_E_POLICY",
      AT_ENTRY "plugin \"bad\" cannot be used with these options" },
    { "returns a number that is no status", "loading.c", "-DRETURN=7",
      AT_ENTRY "plugin \"bad\" cannot be used with these options" },
    { "returns the least number there is", "loading.c", "-DRETURN='(-2147483647 - 1)'",
      AT_ENTRY "plugin \"bad\" cannot be used with these options" },
    { "succeeds", "loading.c", "-DRETURN=0", "" },
};

static void load_function(void)
{
    run_builds(load_rows, COUNT(load_rows));
}

/* The dynamic linker's own words differ: only ours are compared. */
static void needs_a_symbol(void)
{
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "undefined.c", "");
    TAP_HAS(fixture_error(&fixture, "bad.conf"), AT_PLUGIN "cannot load " BAD ": ");
    TAP_HAS(fixture_error(&fixture, "bad.conf"), "nobody_defines_this");
    fixture_close(&fixture);
}

/* dlsym() also finds the descriptor of a library that the plugin is linked with. */
static void borrows_a_descriptor(void)
{
    fixture_t fixture;
    char flags[600];

    bench_open(&fixture);
    bench_build(&fixture, "plugins/lender.so", "plain.c", "");
    snprintf(flags, sizeof(flags), "'%s/lender.so'", fixture.plugins);
    bench_build(&fixture, "plugins/bad.so", "borrowed.c", flags);
    TAP_HAS(fixture_error(&fixture, "bad.conf"), AT_PLUGIN BAD);
    fixture_close(&fixture);
}

static void later_minor(void)
{
    mtlsauth_engine_t *engine;
    fixture_t fixture;
    answer_t answer;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "later.c", "");
    fixture_write(&fixture, "bad.conf",
                  "allow_unverified = true;\n"
                  "stack = ( { control = \"required\"; plugin = \"bad\"; second = 7; } );\n");
    engine = fixture_engine_ok(&fixture, "bad.conf");
    answer = bench_ask(engine);
    TAP_INT(answer.allowed, 1);
    TAP_STR(answer.message, "the second option is 7");
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "what a descriptor says of itself", descriptor },
        { "the size of a descriptor", struct_size },
        { "tables of options and facts", tables },
        { "a load function that fails", load_function },
        { "a symbol that nobody has is missed at load", needs_a_symbol },
        { "a descriptor that is another library's", borrows_a_descriptor },
        { "a plugin of a later minor version works", later_minor },
    };

    return tap_main("bad plugins", tests, COUNT(tests));
}

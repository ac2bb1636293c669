/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin-process.c - plugins over the life of a process: what they return, files that change
 * after they were loaded, several plugins beside each other, and plugins that the server links in.
 *
 * Whatever the files do, a running engine keeps what it loaded, and a name never stands for another
 * file than the one that was checked.
 */
#include "golden/plugin_bench.h"

#include <stdio.h>
#include <unistd.h>

/* ---- what the plugin returns -------------------------------------------------------------- */

static void results(void)
{
    static const struct {
        const char *flags;
        int allowed;
        const char *result;
    } rows[] = {
        { "-DRESULT=MTLSAUTH_SUCCESS", 1, "success" },
        { "-DRESULT=MTLSAUTH_ERROR", 0, "error" },
        { "-DRESULT=MTLSAUTH_IGNORE", 0, "ignore" },
        { "-DRESULT=MTLSAUTH_RULE", 0, "rule" },
        { "-DRESULT=22", 0, "rate_limited" }, /* the last one */
        { "-DRESULT=23", 0, "error" },
        { "-DRESULT=257", 0, "error" }, /* success, cut to a byte */
        { "-DRESULT=65537", 0, "error" },
        { "-DRESULT=-1", 0, "error" },
        { "-DRESULT=2147483647", 0, "error" },
        { "-DRESULT='(-2147483647 - 1)'", 0, "error" },
        { "-DWRITE_FACT=0", 0, "error" }, /* success, after writing a fact it did not declare */
        { "-DWRITE_FACT=0 -DN_WRITES=1", 1, "success" },
        { "-DWRITE_FACT=1 -DN_WRITES=1", 0, "error" },
        { "-DWRITE_FACT=0xffffffff -DN_WRITES=1", 0, "error" },
        { "-DWRITE_FACT=0 -DN_WRITES=1 -DWRITES='{ .name = \"a.b\", .type = 3 }'", 0, "error" },
        /* what only the core's services may say */
        { "-DWRITE_FACT=0 -DN_WRITES=1 -DWRITES='{ .name = \"cert_verified\", .type = 1 }'", 0,
          "error" },
    };
    fixture_t fixture;
    size_t i;

    bench_open(&fixture);
    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_engine_t *engine;
        answer_t answer;
        tap_row("%s", rows[i].flags);
        unlink(fixture_path(&fixture, "plugins/bad.so"));
        bench_build(&fixture, "plugins/bad.so", "plain.c", rows[i].flags);
        engine = fixture_engine_ok(&fixture, "bad.conf");
        answer = bench_ask(engine);
        TAP_INT(answer.allowed, rows[i].allowed);
        TAP_STR(answer.result, rows[i].result);
        mtlsauth_engine_free(engine);
    }
    fixture_close(&fixture);
}

/* ---- several in one process --------------------------------------------------------------- */

#define ANOTHER                                                                                    \
    BAD ": what is loaded under this name is not this file; restart the server if the file was "   \
        "replaced; the file itself must define mtlsauth_plugin"

static void replaced(void)
{
    mtlsauth_engine_t *first, *second;
    mtlsauth_error_t *err = NULL;
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "-DTEXT='\"old\"'");
    first = fixture_engine_ok(&fixture, "bad.conf");
    TAP_STR(bench_ask(first).message, "old");
    TAP_INT(mtlsauth_engine_reload(first, &err), 0);
    bench_replace(&fixture, "-DTEXT='\"new\"'");

    tap_row("a reload says restart, each time, and the old policy stays in force");
    TAP_INT(mtlsauth_engine_reload(first, &err), MTLSAUTH_E_PLUGIN);
    TAP_HAS(mtlsauth_error_text(err), "has changed since this process loaded it");
    TAP_STR(mtlsauth_error_mend(err), "restart the server to load the new file");
    TAP_STR(bench_ask(first).message, "old");
    mtlsauth_error_free(err);
    TAP_INT(mtlsauth_engine_reload(first, &err), MTLSAUTH_E_PLUGIN);
    mtlsauth_error_free(err);
    TAP_INT(bench_ask(first).allowed, 1);

    tap_row("a second engine does not get the old one under the new one's name");
#ifdef __GLIBC__
    TAP_STR(fixture_error(&fixture, "bad.conf"), AT_PLUGIN ANOTHER);
#else /* musl does not go by names: it loads the new one */
    second = fixture_engine_ok(&fixture, "bad.conf");
    TAP_STR(bench_ask(second).message, "new");
    mtlsauth_engine_free(second);
#endif

    tap_row("when nobody has the old one any more, the new one is loaded");
    mtlsauth_engine_free(first);
    second = fixture_engine_ok(&fixture, "bad.conf");
    TAP_STR(bench_ask(second).message, "new");
    mtlsauth_engine_free(second);
    fixture_close(&fixture);
}

/* Written over in place: the same inode, another size or time. */
static void overwritten(void)
{
    mtlsauth_engine_t *engine;
    mtlsauth_error_t *err = NULL;
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    engine = fixture_engine_ok(&fixture, "bad.conf");
    TAP_INT(fixture_run(&fixture, "printf x >>'%s/bad.so'", fixture.plugins), 0);
    TAP_INT(mtlsauth_engine_reload(engine, &err), MTLSAUTH_E_PLUGIN);
    TAP_STR(mtlsauth_error_mend(err), "restart the server to load the new file");
    mtlsauth_error_free(err);
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

/* Removed: the engine goes on, and a reload fails. */
static void removed(void)
{
    mtlsauth_engine_t *engine;
    mtlsauth_error_t *err = NULL;
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    engine = fixture_engine_ok(&fixture, "bad.conf");
    unlink(fixture_path(&fixture, "plugins/bad.so"));
    TAP_INT(mtlsauth_engine_reload(engine, &err), MTLSAUTH_E_PLUGIN);
    TAP_HAS(mtlsauth_error_text(err), "cannot load plugin \"bad\"");
    TAP_INT(bench_ask(engine).allowed, 1);
    mtlsauth_error_free(err);
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

/* Two files loaded one after the other are two plugins, whatever number or name is used anew. */
static void two_plugins(void)
{
    mtlsauth_engine_t *engine, *other;
    fixture_t fixture, elsewhere;

    fixture_open(&fixture);
    bench_build(&fixture, "plugins/one.so", "plain.c", "-DNAME='\"one\"' -DTEXT='\"I am one\"'");
    bench_build(&fixture, "plugins/two.so", "plain.c",
                "-DNAME='\"two\"' -DTEXT='\"I am two\"' -DRESULT=MTLSAUTH_RULE");
    fixture_write(&fixture, "both.conf",
                  "allow_unverified = true;\n"
                  "stack = ( { control = \"required\"; plugin = \"one\"; },\n"
                  "          { control = \"required\"; plugin = \"two\"; } );\n");
    fixture_printf(&fixture, "one.conf", BENCH_POLICY, "one");
    fixture_printf(&fixture, "two.conf", BENCH_POLICY, "two");
    tap_row("in one policy");
    engine = fixture_engine_ok(&fixture, "both.conf");
    TAP_STR(bench_ask_entry(engine, 0).message, "I am one");
    TAP_STR(bench_ask_entry(engine, 1).message, "I am two");
    TAP_STR(bench_ask_entry(engine, 1).result, "rule");
    TAP_INT(bench_ask(engine).allowed, 0);
    mtlsauth_engine_free(engine);
    tap_row("in two engines, one after the other");
    engine = fixture_engine_ok(&fixture, "one.conf");
    TAP_INT(bench_ask(engine).allowed, 1);
    mtlsauth_engine_free(engine);
    engine = fixture_engine_ok(&fixture, "two.conf");
    TAP_STR(bench_ask(engine).message, "I am two");
    TAP_INT(bench_ask(engine).allowed, 0);
    mtlsauth_engine_free(engine);
    tap_row("of the same name in two directories, at once");
    fixture_open(&elsewhere);
    bench_build(&elsewhere, "plugins/one.so", "plain.c",
                "-DNAME='\"one\"' -DTEXT='\"another one\"'");
    fixture_printf(&elsewhere, "one.conf", BENCH_POLICY, "one");
    engine = fixture_engine_ok(&fixture, "one.conf");
    other = fixture_engine_ok(&elsewhere, "one.conf");
    TAP_STR(bench_ask(engine).message, "I am one");
    TAP_STR(bench_ask(other).message, "another one");
    mtlsauth_engine_free(engine);
    mtlsauth_engine_free(other);
    fixture_close(&elsewhere);
    fixture_close(&fixture);
}

/* A failure leaves nothing mapped that the next load could be given instead. */
static void mended(void)
{
    mtlsauth_engine_t *engine;
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "-DMAJOR=2 -DTEXT='\"old\"'");
    TAP_HAS(fixture_error(&fixture, "bad.conf"), "has ABI 2.0");
    bench_replace(&fixture, "-DTEXT='\"mended\"'");
    engine = fixture_engine_ok(&fixture, "bad.conf");
    TAP_STR(bench_ask(engine).message, "mended");
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

/* ---- linked in ---------------------------------------------------------------------------- */

static int linked_check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    self->core->say(request, "linked in");
    return MTLSAUTH_SUCCESS;
}

static void linked_in(void)
{
    static const mtlsauth_plugin_t good = { MTLSAUTH_PLUGIN_HEAD, .name = "bad",
                                            .flags = MTLSAUTH_PLUGIN_GRANT,
                                            .check = linked_check };
    mtlsauth_plugin_t spoiled = good;
    const mtlsauth_plugin_t *const list[] = { NULL, &spoiled };
    mtlsauth_engine_t *engine;
    fixture_t fixture;

    bench_open(&fixture);
    fixture.linked = list;
    fixture.n_linked = COUNT(list);
    tap_row("a good one is taken before the directory is looked at");
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    engine = fixture_engine_ok(&fixture, "bad.conf");
    TAP_STR(bench_ask(engine).message, "linked in");
    mtlsauth_engine_free(engine);
    unlink(fixture_path(&fixture, "plugins/bad.so"));
    tap_row("no check function");
    spoiled.check = NULL;
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "plugin bad: no check function" REBUILD);
    tap_row("of another version");
    spoiled.check = linked_check;
    spoiled.abi_major = 2;
    TAP_TRUE(fixture_error(&fixture, "bad.conf")[0] != '\0');
    tap_row("without a name");
    spoiled.abi_major = MTLSAUTH_PLUGIN_ABI_MAJOR;
    spoiled.name = NULL;
    TAP_TRUE(fixture_error(&fixture, "bad.conf")[0] != '\0');
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "results out of range, and facts that are not the plugin's", results },
        { "a file replaced since it was loaded", replaced },
        { "a file written over since it was loaded", overwritten },
        { "a file removed since it was loaded", removed },
        { "two plugins give their own results", two_plugins },
        { "a bad plugin that is replaced by a good one", mended },
        { "plugins that the server links in", linked_in },
    };

    return tap_main("plugin process", tests, COUNT(tests));
}

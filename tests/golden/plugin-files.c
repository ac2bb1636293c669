/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugin-files.c - files that hold no plugin, or that others could have written.
 *
 * The core loads a file only if it is a regular one that belongs to root or to the running user,
 * and if neither it nor a directory above can be written by anybody else.
 */
#include "golden/plugin_bench.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the file itself ---------------------------------------------------------------------- */

static void file_contents(void)
{
    fixture_t fixture;
    char half[4096];
    size_t size;
    FILE *file;

    bench_open(&fixture);
    tap_row("no file");
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "cannot load plugin \"bad\" from DIR/plugins: No such file or directory"
                      "; install it there or correct the name");
    tap_row("an empty file");
    fixture_write(&fixture, "plugins/bad.so", "");
    TAP_HAS(fixture_error(&fixture, "bad.conf"), AT_PLUGIN "cannot load " BAD ": ");
    tap_row("a text");
    fixture_write(&fixture, "plugins/bad.so", "#!/bin/sh\necho this is no plugin\n");
    TAP_HAS(fixture_error(&fixture, "bad.conf"), AT_PLUGIN "cannot load " BAD ": ");
    tap_row("the beginning of a plugin");
    bench_build(&fixture, "good.so", "plain.c", "");
    file = fopen(fixture_path(&fixture, "good.so"), "rb");
    size = file != NULL ? fread(half, 1, 40, file) : 0;
    if (file != NULL)
        fclose(file);
    TAP_INT(size, 40);
    fixture_write_bytes(&fixture, "plugins/bad.so", half, size);
    TAP_HAS(fixture_error(&fixture, "bad.conf"), AT_PLUGIN "cannot load " BAD ": ");
    tap_row("an empty directory");
    unlink(fixture_path(&fixture, "plugins/bad.so"));
    TAP_INT(mkdir(fixture_path(&fixture, "plugins/bad.so"), 0755), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/plugins/bad.so is not a regular file; name a file");
    rmdir(fixture_path(&fixture, "plugins/bad.so"));
    tap_row("a fifo, which must not be waited for");
    TAP_INT(mkfifo(fixture_path(&fixture, "plugins/bad.so"), 0644), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/plugins/bad.so is not a regular file; name a file");
    unlink(fixture_path(&fixture, "plugins/bad.so"));
    tap_row("after all of them, the good one");
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    TAP_STR(fixture_error(&fixture, "bad.conf"), "");
    fixture_close(&fixture);
}

static void file_modes(void)
{
    static const struct {
        const char *what;
        const char *path;
        mode_t mode;
        const char *text;
    } rows[] = {
        { "safe", "plugins/bad.so", 0755, "" },
        { "not executable: it is a library", "plugins/bad.so", 0644, "" },
        { "the group may write it", "plugins/bad.so", 0664,
          AT_PLUGIN "DIR/plugins/bad.so can be written by group or others (mode 0664)"
                    "; run chmod go-w on it" },
        { "everybody may write it", "plugins/bad.so", 0646,
          AT_PLUGIN "DIR/plugins/bad.so can be written by group or others (mode 0646)"
                    "; run chmod go-w on it" },
        { "sticky is no excuse for a file", "plugins/bad.so", 01666,
          AT_PLUGIN "DIR/plugins/bad.so can be written by group or others (mode 1666)"
                    "; run chmod go-w on it" },
        { "the group may write its directory", "plugins", 0775,
          AT_PLUGIN "DIR/plugins can be written by group or others (mode 0775)"
                    "; run chmod go-w on it" },
        { "everybody may write its directory", "plugins", 0757,
          AT_PLUGIN "DIR/plugins can be written by group or others (mode 0757)"
                    "; run chmod go-w on it" },
        { "everybody may add to its directory, and not replace it", "plugins", 01777, "" },
    };
    fixture_t fixture;
    char path[600];
    size_t i;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    for (i = 0; i < COUNT(rows); i++) {
        struct stat st;
        tap_row("%s", rows[i].what);
        snprintf(path, sizeof(path), "%s", fixture_path(&fixture, rows[i].path));
        TAP_INT(stat(path, &st), 0);
        TAP_INT(chmod(path, rows[i].mode), 0);
        TAP_STR(fixture_error(&fixture, "bad.conf"), rows[i].text);
        if (rows[i].text[0] != '\0') {
            fixture.flags = MTLSAUTH_OPEN_INSECURE_FILES;
            TAP_STR(fixture_error(&fixture, "bad.conf"), "");
            fixture.flags = 0;
        }
        TAP_INT(chmod(path, st.st_mode & 07777), 0);
    }
    fixture_close(&fixture);
}

/* A directory further up. The policy is elsewhere, so that the plugin's is what is refused. */
static void directory_above(void)
{
    fixture_t fixture;
    const char *policy = "allow_unverified = true;\n"
                         "stack = ( { control = \"required\"; plugin = \"bad\"; } );\n";

    bench_open(&fixture);
    fixture_write(&fixture, "policies/bad.conf", policy);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    snprintf(fixture.plugins, sizeof(fixture.plugins), "%s/open/inner/plugins", fixture.dir);
    TAP_INT(fixture_run(&fixture, "mkdir -p '%s/open/inner' && mv '%s/plugins' '%s/open/inner/'",
                        fixture.dir, fixture.dir, fixture.dir),
            0);
    TAP_STR(fixture_error(&fixture, "policies/bad.conf"), "");
    TAP_INT(chmod(fixture_path(&fixture, "open"), 0777), 0);
    TAP_STR(fixture_error(&fixture, "policies/bad.conf"),
            "DIR/policies/bad.conf:2:44: DIR/open can be written by group or others (mode 0777)"
            "; run chmod go-w on it");
    fixture_close(&fixture);
}

static void other_owner(void)
{
    fixture_t fixture;

    bench_open(&fixture);
    bench_build(&fixture, "plugins/bad.so", "plain.c", "");
    if (chown(fixture_path(&fixture, "plugins/bad.so"), 12345, (gid_t)-1) != 0) {
        tap_skip("only root can give files away");
        fixture_close(&fixture);
        return;
    }
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/plugins/bad.so belongs to user 12345, who may change it at any time"
                      "; chown it to root or to the user that runs this");
    TAP_INT(chown(fixture_path(&fixture, "plugins/bad.so"), geteuid(), (gid_t)-1), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"), "");
    TAP_INT(chown(fixture.plugins, 12345, (gid_t)-1), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/plugins belongs to user 12345, who may change it at any time"
                      "; chown it to root or to the user that runs this");
    fixture_close(&fixture);
}

/* A link is followed, and what it leads to is what counts. */
static void links(void)
{
    fixture_t fixture;

    bench_open(&fixture);
    fixture_write(&fixture, "elsewhere/README", "");
    bench_build(&fixture, "elsewhere/real.so", "plain.c", "");
    tap_row("to a good one");
    TAP_INT(symlink("../elsewhere/real.so", fixture_path(&fixture, "plugins/bad.so")), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"), "");
    tap_row("to one in a directory that all may write to");
    TAP_INT(chmod(fixture_path(&fixture, "elsewhere"), 0777), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/elsewhere can be written by group or others (mode 0777)"
                      "; run chmod go-w on it");
    TAP_INT(chmod(fixture_path(&fixture, "elsewhere"), 0755), 0);
    tap_row("to one that all may write");
    TAP_INT(chmod(fixture_path(&fixture, "elsewhere/real.so"), 0666), 0);
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "DIR/elsewhere/real.so can be written by group or others (mode 0666)"
                      "; run chmod go-w on it");
    tap_row("to nothing");
    unlink(fixture_path(&fixture, "elsewhere/real.so"));
    TAP_STR(fixture_error(&fixture, "bad.conf"),
            AT_PLUGIN "cannot load plugin \"bad\" from DIR/plugins: No such file or directory"
                      "; install it there or correct the name");
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "files that hold no plugin", file_contents },
        { "files and directories that others may write", file_modes },
        { "a directory further up that others may write", directory_above },
        { "files and directories of other users", other_owner },
        { "symbolic links", links },
    };

    return tap_main("plugin files", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* fixture.c - see fixture.h. */
#include "fixture.h"

#include <dirent.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noreturn, format(printf, 1, 2))) static void bail(const char *format, ...)
{
    va_list args;

    printf("Bail out! ");
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
    _exit(99);
}

const char *fixture_path(const fixture_t *fixture, const char *name)
{
    static char paths[4][1024];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", fixture->dir, name);
    return path;
}

static void make_directories(char *path)
{
    char *slash;

    for (slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
}

void fixture_write_bytes(const fixture_t *fixture, const char *name, const void *bytes,
                         size_t size)
{
    char path[1024];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", fixture->dir, name);
    make_directories(path);
    file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0
        || chmod(path, 0644) != 0)
        bail("cannot write %s", path);
}

void fixture_write(const fixture_t *fixture, const char *name, const char *text)
{
    fixture_write_bytes(fixture, name, text, strlen(text));
}

void fixture_printf(const fixture_t *fixture, const char *name, const char *format, ...)
{
    va_list args;
    char *text;
    int size;

    va_start(args, format);
    size = vsnprintf(NULL, 0, format, args);
    va_end(args);
    text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text == NULL)
        bail("out of memory");
    va_start(args, format);
    vsnprintf(text, (size_t)size + 1, format, args);
    va_end(args);
    fixture_write(fixture, name, text);
    free(text);
}

static void copy_plugin(const fixture_t *fixture, const char *directory, const char *name)
{
    static char bytes[8u << 20]; /* plugins of a sanitizer build are large */
    char from[1024], to[300];
    FILE *file;
    size_t size;

    snprintf(from, sizeof(from), "%s/%s", directory, name);
    snprintf(to, sizeof(to), "plugins/%s", name);
    file = fopen(from, "rb");
    if (file == NULL)
        bail("cannot read %s", from);
    size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    if (size == sizeof(bytes))
        bail("%s is too large", from);
    fixture_write_bytes(fixture, to, bytes, size);
}

void fixture_open(fixture_t *fixture)
{
    const char *base = getenv("TMPDIR"), *plugins = getenv("MTLSAUTH_PLUGINS");
    struct dirent *entry;
    DIR *dir;

    memset(fixture, 0, sizeof(*fixture));
    umask(022);
    snprintf(fixture->dir, sizeof(fixture->dir), "%s/mtlsauth-test-XXXXXX",
             base != NULL ? base : "/tmp");
    if (mkdtemp(fixture->dir) == NULL)
        bail("cannot make %s", fixture->dir);
    snprintf(fixture->plugins, sizeof(fixture->plugins), "%s/plugins", fixture->dir);
    dir = opendir(plugins != NULL ? plugins : "plugins/.libs");
    if (dir == NULL)
        bail("MTLSAUTH_PLUGINS does not name the plugins");
    while ((entry = readdir(dir)) != NULL) {
        size_t size = strlen(entry->d_name);
        if (size > 3 && strcmp(entry->d_name + size - 3, ".so") == 0)
            copy_plugin(fixture, plugins != NULL ? plugins : "plugins/.libs", entry->d_name);
    }
    closedir(dir);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void fixture_close(fixture_t *fixture)
{
    (void)nftw(fixture->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* mtlsauth_log_fn: keeps the lines that fit. Tests that log from threads bring their own. */
static void keep_line(void *context, int level, const char *line)
{
    fixture_t *fixture = context;
    size_t used = strlen(fixture->log);

    (void)level;
    snprintf(fixture->log + used, sizeof(fixture->log) - used, "%s\n", line);
}

mtlsauth_engine_t *fixture_engine(fixture_t *fixture, const char *name, mtlsauth_error_t **err)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_engine_t *engine = NULL;

    how.flags = fixture->flags;
    how.policy = fixture_path(fixture, name);
    how.plugin_dir = fixture->plugins;
    how.server = "test";
    how.attributes = fixture->attributes;
    how.n_attributes = fixture->n_attributes;
    how.plugins = fixture->linked;
    how.n_plugins = fixture->n_linked;
    how.log = keep_line;
    how.log_context = fixture;
    how.log_level = fixture->log_level;
    return mtlsauth_engine_open(&engine, &how, err) == 0 ? engine : NULL;
}

mtlsauth_engine_t *fixture_engine_ok(fixture_t *fixture, const char *name)
{
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine = fixture_engine(fixture, name, &err);

    if (engine == NULL)
        bail("%s does not open: %s", name, mtlsauth_error_text(err));
    return engine;
}

/* Copies text with every mention of the directory as "DIR". */
static void without_directory(const fixture_t *fixture, const char *text, char *out, size_t room)
{
    size_t used = 0, skip = strlen(fixture->dir);

    while (*text != '\0' && used + 4 < room) {
        if (strncmp(text, fixture->dir, skip) == 0) {
            memcpy(out + used, "DIR", 3);
            used += 3;
            text += skip;
        } else {
            out[used++] = *text++;
        }
    }
    out[used] = '\0';
}

const char *fixture_error(fixture_t *fixture, const char *name)
{
    static char text[8192];
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine = fixture_engine(fixture, name, &err);

    if (engine != NULL)
        text[0] = '\0';
    else
        without_directory(fixture, mtlsauth_error_text(err), text, sizeof(text));
    mtlsauth_engine_free(engine);
    mtlsauth_error_free(err);
    return text;
}

int fixture_run(const fixture_t *fixture, const char *format, ...)
{
    char command[8192];
    va_list args;
    size_t used;
    int status;

    /* A test with musl may be told of libraries that the system's programs cannot load. */
    snprintf(command, sizeof(command), "unset LD_LIBRARY_PATH; cd %s && ( ", fixture->dir);
    used = strlen(command);
    va_start(args, format);
    vsnprintf(command + used, sizeof(command) - used, format, args);
    va_end(args);
    used = strlen(command);
    snprintf(command + used, sizeof(command) - used, " ) >out 2>&1");
    fflush(stdout);
    status = system(command);
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plugins.c - `mtlsauth plugins`: what plugins there are, and what their options mean.
 *
 * Plugins are loaded as an engine loads them, with the same checks of files and descriptors, and
 * print what their descriptors say; none of their functions is called. One that cannot be loaded is
 * an error, and the others are printed nevertheless.
 */
#include "commands.h"
#include "common/text.h"
#include "describe.h"
#include "plugin/module.h"

static const char help[] =
    "Usage: mtlsauth plugins [OPTION]... [NAME]...\n"
    "Lists the plugins; with a NAME, its options and the facts it reads and sets.\n"
    "\n"
    "      --plugin-dir DIR      where plugins are (" MTLSAUTH_PLUGIN_DIR ")\n"
    "      --insecure-files      load files that others may write\n"
    "  -h, --help                print this and exit\n"
    "\n"
    "A grant can be the entry that lets a client in; a gate can only refuse.\n"
    "Exit status: 0, or 2 if a plugin cannot be loaded.\n";

static const struct option options[] = {
    { "plugin-dir", required_argument, NULL, OPTION_PLUGIN_DIR },
    { "insecure-files", no_argument, NULL, OPTION_INSECURE },
    { "help", no_argument, NULL, OPTION_HELP },
    { NULL, 0, NULL, 0 },
};

/* The descriptor, or NULL after a message. */
static const mtlsauth_plugin_t *load(ma_modules_t *modules, const char *name)
{
    const mtlsauth_plugin_t *plugin = NULL;
    mtlsauth_error_t *err = NULL;

    if (ma_modules_get(modules, name, NULL, &plugin, &err) != 0)
        say_error(err);
    mtlsauth_error_free(err);
    return plugin;
}

static int list_all(ma_modules_t *modules, ma_buf_t *out)
{
    const char *const *names = NULL;
    mtlsauth_error_t *err = NULL;
    size_t i, count = 0, width = 0;
    int status = STATUS_OK;

    if (ma_modules_list(modules, &names, &count, &err) != 0) {
        say_error(err);
        status = STATUS_ERROR;
    } else if (count == 0) {
        say("no plugins in %s; name their directory with --plugin-dir", modules->directory);
        status = STATUS_ERROR;
    }
    mtlsauth_error_free(err);
    for (i = 0; i < count; i++)
        if (text_width(names[i]) > width)
            width = text_width(names[i]);
    for (i = 0; i < count; i++) {
        const mtlsauth_plugin_t *plugin = load(modules, names[i]);

        if (plugin == NULL)
            status = STATUS_ERROR;
        else
            describe_line(out, plugin, width);
    }
    return status;
}

static int list_named(ma_modules_t *modules, char *const *names, ma_buf_t *out)
{
    int status = STATUS_OK;

    for (; *names != NULL; names++) {
        const mtlsauth_plugin_t *plugin = load(modules, *names);

        if (plugin == NULL) {
            status = STATUS_ERROR;
            continue;
        }
        if (out->size > 0)
            ma_buf_byte(out, '\n');
        describe_plugin(out, plugin);
    }
    return status;
}

static int list(const char *directory, const ma_safety_t *safety, char *const *names)
{
    ma_modules_t modules;
    ma_buf_t out;
    int status;

    if (ma_modules_init(&modules, directory, safety, NULL, 0) != 0) {
        say("out of memory");
        return STATUS_ERROR;
    }
    ma_buf_init(&out, 0);
    status = *names != NULL ? list_named(&modules, names, &out) : list_all(&modules, &out);
    status = finish(&out, status);
    ma_buf_free(&out);
    ma_modules_free(&modules);
    return status;
}

static int run(const command_t *self, int argc, char **argv)
{
    const char *directory = MTLSAUTH_PLUGIN_DIR;
    ma_safety_t safety = { .insecure = false };
    int option;

    while ((option = next_option(self, argc, argv)) != -1) {
        switch (option) {
        case OPTION_PLUGIN_DIR:
            directory = optarg;
            break;
        case OPTION_INSECURE:
            safety.insecure = true;
            break;
        case OPTION_HELP:
            return finish_text(self->help, STATUS_OK);
        default:
            return STATUS_ERROR;
        }
    }
    return list(directory, &safety, argv + optind);
}

const command_t command_plugins = {
    .name = "plugins",
    .summary = "list plugins and their options",
    .help = help,
    .options = options,
    .run = run,
};

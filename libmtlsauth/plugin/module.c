/* SPDX-License-Identifier: BSD-2-Clause */
/* module.c - see module.h. */
#include "plugin/module.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/errno_text.h"
#include "plugin/mapped.h"

#define SYMBOL "mtlsauth_plugin"

struct ma_module {
    ma_module_t *next;
    mtlsauth_plugin_t plugin;
    void *handle;        /* NULL: linked in */
    struct stat identity;
};

int ma_modules_init(ma_modules_t *modules, const char *directory, const ma_safety_t *safety,
                    const mtlsauth_plugin_t *const *linked, size_t n_linked)
{
    memset(modules, 0, sizeof(*modules));
    ma_arena_init(&modules->arena, 0);
    if (pthread_mutex_init(&modules->lock, NULL) != 0)
        return MTLSAUTH_E_NO_MEMORY;
    modules->directory = ma_arena_string(&modules->arena, directory);
    if (modules->directory == NULL) {
        ma_modules_free(modules);
        return MTLSAUTH_E_NO_MEMORY;
    }
    modules->safety = *safety;
    modules->linked = linked;
    modules->n_linked = n_linked;
    return 0;
}

void ma_modules_free(ma_modules_t *modules)
{
    ma_module_t *module;

    for (module = modules->first; module != NULL; module = module->next)
        if (module->handle != NULL)
            dlclose(module->handle);
    modules->first = NULL;
    ma_arena_free(&modules->arena);
    pthread_mutex_destroy(&modules->lock);
}

/* A plugin file while it is being loaded. */
typedef struct loading {
    ma_modules_t *modules;
    const char *name;
    const ma_pos_t *pos;
    mtlsauth_error_t **err;
    char *canonical; /* from realpath */
    int fd;
    struct stat st;
} loading_t;

static int fail_missing(const loading_t *loading, int number)
{
    char reason[MA_ERRNO_TEXT_SIZE];

    return ma_fail(loading->err, MTLSAUTH_E_PLUGIN, loading->pos,
                   loading->modules->offline
                       ? "install it there, name its directory with --plugin-dir, or correct the "
                         "name"
                       : "install it there or correct the name",
                   "cannot load plugin \"%s\" from %s: %s",
                   loading->name, loading->modules->directory, ma_errno_text(number, reason));
}

/* Opens NAME.so and checks it and all directories above. */
static int open_file(loading_t *loading)
{
    ma_arena_t scratch;
    char *path;

    ma_arena_init(&scratch, 0);
    path = ma_arena_printf(&scratch, "%s/%s.so", loading->modules->directory, loading->name);
    loading->canonical = path != NULL ? realpath(path, NULL) : NULL;
    ma_arena_free(&scratch);
    if (path == NULL)
        return ma_fail_memory(loading->err);
    if (loading->canonical == NULL)
        return fail_missing(loading, errno);
    loading->fd = open(loading->canonical, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (loading->fd < 0 || fstat(loading->fd, &loading->st) != 0)
        return fail_missing(loading, errno);
    return ma_file_check_chain(loading->canonical, &loading->st, &loading->modules->safety,
                               loading->pos, loading->err);
}

static void close_file(loading_t *loading)
{
    if (loading->fd >= 0)
        close(loading->fd);
    free(loading->canonical);
}

static int fail_changed(const loading_t *loading)
{
    return ma_fail(loading->err, MTLSAUTH_E_PLUGIN, loading->pos,
                   "restart the server to load the new file",
                   "plugin %s has changed since this process loaded it", loading->canonical);
}

/* Maps the file and finds its descriptor. On failure nothing stays loaded. */
static int map_file(const loading_t *loading, void **handle, const void **exported)
{
    const char *reason;

    *handle = dlopen(loading->canonical, RTLD_NOW | RTLD_LOCAL);
    if (*handle == NULL) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): of this thread (glibc, musl) */
        reason = dlerror();
        return ma_fail(loading->err, MTLSAUTH_E_PLUGIN, loading->pos, "rebuild the plugin",
                       "cannot load plugin %s: %s", loading->canonical,
                       reason != NULL ? reason : "unknown reason");
    }
    *exported = dlsym(*handle, SYMBOL);
    if (*exported == NULL) {
        ma_fail(loading->err, MTLSAUTH_E_PLUGIN, loading->pos,
                "define it with MTLSAUTH_PLUGIN() of mtlsauth/plugin.h",
                "plugin %s does not export " SYMBOL, loading->canonical);
    } else if (!ma_mapped_from(*exported, loading->fd)) {
        /* Another file of that path is mapped still (by another engine), or the symbol comes
           from a library that the plugin brought along, or /proc is not there to tell. */
        ma_fail(loading->err, MTLSAUTH_E_PLUGIN, loading->pos,
                "restart the server if the file was replaced; the file itself must define " SYMBOL,
                "plugin %s: what is loaded under this name is not this file", loading->canonical);
    } else {
        return 0;
    }
    dlclose(*handle);
    return MTLSAUTH_E_PLUGIN;
}

static int load_file(ma_modules_t *modules, const char *name, const ma_pos_t *pos,
                     ma_module_t *module, mtlsauth_error_t **err)
{
    loading_t loading = { modules, name, pos, err, NULL, -1, { 0 } };
    const void *exported = NULL;
    void *handle = NULL;
    int ret = open_file(&loading);

    if (ret == 0)
        ret = map_file(&loading, &handle, &exported);
    if (ret == 0) {
        ret = ma_descriptor_check(exported, name, loading.canonical, &modules->arena, pos,
                                  &module->plugin, err);
        if (ret != 0)
            dlclose(handle);
    }
    if (ret == 0) {
        module->handle = handle;
        module->identity = loading.st;
    }
    close_file(&loading);
    return ret;
}

/* A plugin that is loaded already: is the file under its name still the one that was loaded? */
static int check_unchanged(ma_modules_t *modules, const ma_module_t *module, const ma_pos_t *pos,
                           mtlsauth_error_t **err)
{
    loading_t loading = { modules, module->plugin.name, pos, err, NULL, -1, { 0 } };
    const struct stat *was = &module->identity;
    int ret;

    if (module->handle == NULL)
        return 0;
    ret = open_file(&loading);
    if (ret == 0
        && (loading.st.st_dev != was->st_dev || loading.st.st_ino != was->st_ino
            || loading.st.st_size != was->st_size
            || loading.st.st_mtim.tv_sec != was->st_mtim.tv_sec
            || loading.st.st_mtim.tv_nsec != was->st_mtim.tv_nsec))
        ret = fail_changed(&loading);
    close_file(&loading);
    return ret;
}

/* Names nothing if it is of another ABI: its members may then stand elsewhere. */
static const char *name_of_linked(const mtlsauth_plugin_t *linked)
{
    return linked != NULL && linked->abi_major == MTLSAUTH_PLUGIN_ABI_MAJOR ? linked->name : NULL;
}

/* The descriptor that the caller linked in under that name, or NULL. */
static const mtlsauth_plugin_t *find_linked(const ma_modules_t *modules, const char *name)
{
    size_t i;

    for (i = 0; i < modules->n_linked; i++)
        if (name_of_linked(modules->linked[i]) != NULL
            && strcmp(name_of_linked(modules->linked[i]), name) == 0)
            return modules->linked[i];
    return NULL;
}

static int load_new(ma_modules_t *modules, const char *name, const ma_pos_t *pos,
                    const mtlsauth_plugin_t **out, mtlsauth_error_t **err)
{
    const mtlsauth_plugin_t *linked = find_linked(modules, name);
    ma_module_t *module = ma_arena_alloc(&modules->arena, sizeof(*module));
    int ret;

    if (module == NULL)
        return ma_fail_memory(err);
    if (linked != NULL)
        ret = ma_descriptor_check(linked, name, name, &modules->arena, pos, &module->plugin, err);
    else
        ret = load_file(modules, name, pos, module, err);
    if (ret != 0)
        return ret;
    module->next = modules->first;
    modules->first = module;
    *out = &module->plugin;
    return 0;
}

static int get_locked(ma_modules_t *modules, const char *name, const ma_pos_t *pos,
                      const mtlsauth_plugin_t **out, mtlsauth_error_t **err)
{
    ma_module_t *module;
    int ret;

    for (module = modules->first; module != NULL; module = module->next) {
        if (strcmp(module->plugin.name, name) != 0)
            continue;
        ret = check_unchanged(modules, module, pos, err);
        if (ret == 0)
            *out = &module->plugin;
        return ret;
    }
    return load_new(modules, name, pos, out, err);
}

int ma_modules_get(ma_modules_t *modules, const char *name, const ma_pos_t *pos,
                   const mtlsauth_plugin_t **out, mtlsauth_error_t **err)
{
    int ret;

    if (!ma_plugin_name_valid(name))
        return ma_fail(err, MTLSAUTH_E_PLUGIN, pos,
                       "plugin names have lower-case letters, digits, _ and -, 64 at most",
                       "\"%s\" is no plugin name", name);
    if (pthread_mutex_lock(&modules->lock) != 0)
        return ma_fail(err, MTLSAUTH_E_PLUGIN, pos, NULL, "cannot lock the plugin table");
    ret = get_locked(modules, name, pos, out, err);
    pthread_mutex_unlock(&modules->lock);
    return ret;
}

/* Cuts ".so" off a file name; false if it is not that of a plugin. */
static bool plugin_of_file(char *file)
{
    size_t size = strlen(file);

    if (size < 4 || strcmp(file + size - 3, ".so") != 0)
        return false;
    file[size - 3] = '\0';
    return ma_plugin_name_valid(file);
}

int ma_modules_list(ma_modules_t *modules, const char *const **names, size_t *count,
                    mtlsauth_error_t **err)
{
    const char *const *files;
    const char **plugins;
    size_t i, n_files, n = 0;
    int ret;

    if (pthread_mutex_lock(&modules->lock) != 0)
        return ma_fail(err, MTLSAUTH_E_PLUGIN, NULL, NULL, "cannot lock the plugin table");
    ret = ma_file_list(modules->directory, &modules->safety, &modules->arena, NULL, &files,
                       &n_files, err);
    if (ret != 0)
        goto out;
    plugins = ma_arena_array(&modules->arena, n_files, sizeof(*plugins));
    for (i = 0; plugins != NULL && i < n_files; i++) {
        char *name = ma_arena_string(&modules->arena, files[i]);
        if (name == NULL)
            plugins = NULL;
        else if (plugin_of_file(name))
            plugins[n++] = name;
    }
    if (plugins == NULL) {
        ret = ma_fail_memory(err);
        goto out;
    }
    *names = plugins;
    *count = n;
out:
    pthread_mutex_unlock(&modules->lock);
    return ret;
}

static bool declares(const mtlsauth_plugin_t *plugin, const char *fact, size_t size)
{
    uint32_t i;

    for (i = 0; i < plugin->n_writes; i++)
        if (strlen(plugin->writes[i].name) == size
            && memcmp(plugin->writes[i].name, fact, size) == 0)
            return true;
    return false;
}

const char *ma_modules_setter(ma_modules_t *modules, const char *fact, size_t size, bool load)
{
    const mtlsauth_plugin_t *plugin;
    const char *const *names = NULL;
    size_t i, count = 0;

    for (i = 0; i < modules->n_linked; i++)
        if (name_of_linked(modules->linked[i]) != NULL
            && ma_modules_get(modules, modules->linked[i]->name, NULL, &plugin, NULL) == 0
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set, as 0 was returned */
            && declares(plugin, fact, size))
            return plugin->name;
    if (!load || ma_modules_list(modules, &names, &count, NULL) != 0)
        return NULL;
    for (i = 0; i < count; i++)
        if (ma_modules_get(modules, names[i], NULL, &plugin, NULL) == 0
            /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): set, as 0 was returned */
            && declares(plugin, fact, size))
            return plugin->name;
    return NULL;
}

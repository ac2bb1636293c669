/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module.h - the plugins of an engine: linked in, or loaded from the plugin directory, safely.
 *
 * A file is opened and checked (it and every directory above it: owner root or the running user,
 * nobody else may write), loaded by its canonical path, and what was mapped must be the file that
 * was checked. It stays loaded until the engine is freed; a file that has changed since under its
 * name is an error that says restart, for its code cannot be replaced in a running process.
 *
 * Loading is serialised by a lock of the engine; requests never come here.
 */
#ifndef MA_PLUGIN_MODULE_H
#define MA_PLUGIN_MODULE_H

#include <pthread.h>

#include "base/file.h"
#include "plugin/descriptor.h"

typedef struct ma_module ma_module_t;

typedef struct ma_modules {
    pthread_mutex_t lock;
    ma_arena_t arena;
    const char *directory; /**< in the arena */
    ma_safety_t safety;
    bool offline; /**< for a tool, which takes --plugin-dir; false after ma_modules_init() */
    const mtlsauth_plugin_t *const *linked;
    size_t n_linked;
    ma_module_t *first;
} ma_modules_t;

/** `linked` is borrowed and must outlive the modules. */
int ma_modules_init(ma_modules_t *modules, const char *directory, const ma_safety_t *safety,
                    const mtlsauth_plugin_t *const *linked, size_t n_linked) MTLSAUTH_MUST_CHECK;
void ma_modules_free(ma_modules_t *modules);

/** The checked descriptor of a plugin, loaded if need be. Borrowed until ma_modules_free(). */
int ma_modules_get(ma_modules_t *modules, const char *name, const ma_pos_t *pos,
                   const mtlsauth_plugin_t **out, mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * The names of all plugins that the directory holds (files NAME.so, sorted; not loaded). In the
 * modules' arena.
 */
int ma_modules_list(ma_modules_t *modules, const char *const **names, size_t *count,
                    mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/**
 * The plugin that declares a fact of that name, or NULL: among those that are linked in, and with
 * `load` among those of the directory, which are loaded for it. For messages.
 */
const char *ma_modules_setter(ma_modules_t *modules, const char *fact, size_t size, bool load);

#endif

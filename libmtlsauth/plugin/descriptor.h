/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * descriptor.h - a plugin's descriptor, checked, and copied into the shape of this release.
 *
 * A plugin may be older or newer in minor version: its struct, and the rows of its tables, may be
 * shorter or longer than ours. The copy hides that.
 */
#ifndef MA_PLUGIN_DESCRIPTOR_H
#define MA_PLUGIN_DESCRIPTOR_H

#include <stdbool.h>

#include <mtlsauth/plugin.h>

#include "base/arena.h"
#include "base/error.h"

#define MA_PLUGIN_MAX_OPTIONS 128u
#define MA_PLUGIN_MAX_FACTS 32u

/**
 * Checks what a plugin exports and copies it (tables into the arena; strings stay borrowed). The
 * versions and the size are checked before any other byte is read. `name` is the name it was asked
 * for by, `from` the file, for errors.
 */
int ma_descriptor_check(const void *exported, const char *name, const char *from,
                        ma_arena_t *arena, const ma_pos_t *pos, mtlsauth_plugin_t *out,
                        mtlsauth_error_t **err) MTLSAUTH_MUST_CHECK;

/** True for a name that a plugin can have: lower-case letters, digits, `_` and `-`, up to 64. */
bool ma_plugin_name_valid(const char *name);

/** True if the plugin has lists that let in or keep out. */
bool ma_descriptor_is_list(const mtlsauth_plugin_t *plugin);

#endif

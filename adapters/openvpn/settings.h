/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.h - what stands behind the plugin's name in OpenVPN's configuration: name=value ... */
#ifndef OPENVPN_SETTINGS_H
#define OPENVPN_SETTINGS_H

#include <mtlsauth/types.h>
#include <stdbool.h>
#include <stddef.h>

/** Texts of its own; NULL: not set. All zero at first. */
typedef struct settings {
    char *policy;       /**< policy= */
    char *plugin_dir;   /**< plugin-dir= */
    char *service;      /**< service= */
    char *decision_log; /**< decision-log= */
    bool insecure_files; /**< insecure-files=yes */
} settings_t;

/**
 * Reads a NULL-terminated list. Returns 0; -1 with one line in `why` that says what is wrong and what
 * is right, and what was read so far in *out.
 */
int settings_read(settings_t *out, const char *const *words, char *why,
                  size_t size) MTLSAUTH_MUST_CHECK;
void settings_free(settings_t *settings);

/** Do both ask for the same policies, read in the same way? */
bool settings_same_policies(const settings_t *a, const settings_t *b);

#endif

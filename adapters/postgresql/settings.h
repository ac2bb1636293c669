/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - mtlsauth.* in postgresql.conf. Include postgres.h before.
 *
 * PostgreSQL itself only warns of a wrong value of a module's setting, and of a name that is none,
 * and starts with the default. Here both end the start.
 */
#ifndef ADAPTERS_POSTGRESQL_SETTINGS_H
#define ADAPTERS_POSTGRESQL_SETTINGS_H

/** What becomes of connections through unix-domain sockets, which know no TLS. */
typedef enum settings_local {
    SETTINGS_LOCAL_DENY, /**< refused */
    SETTINGS_LOCAL_SKIP  /**< left to pg_hba.conf alone */
} settings_local_t;

/** Texts are "" where nothing was set. PostgreSQL owns them, and writes here. */
typedef struct settings {
    char *policy;
    char *plugin_dir;
    char *service;
    char *decision_log;
    bool insecure_files;
    int local; /**< settings_local_t; alone can change with a reload */
} settings_t;

/** Registers them all and takes their values. In _PG_init only; ends the start if one is wrong. */
void settings_define(void);
/** As they are now. */
const settings_t *settings(void);

#endif

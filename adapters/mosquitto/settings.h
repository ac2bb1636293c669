/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.h - the plugin_opt_ lines below `plugin`. */
#ifndef ADAPTERS_MOSQUITTO_SETTINGS_H
#define ADAPTERS_MOSQUITTO_SETTINGS_H

#include <stdbool.h>

#include "mosquitto/broker.h"

/** Texts are the broker's, which keeps them until cleanup. NULL: not set. */
typedef struct settings {
    const char *policy, *plugin_dir, *service, *decision_log;
    bool insecure_files;
    bool sole;  /**< an allow lets in by itself: password_file and acl_file are not asked */
} settings_t;

/** Reads them. false: one is wrong, which the log says. */
bool settings_read(settings_t *out, const struct mosquitto_opt *options, int count);

#endif

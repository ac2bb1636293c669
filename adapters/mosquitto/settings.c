/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - see settings.h. */
#include "mosquitto/settings.h"

#include <string.h>

static const char *const names
    = "policy, plugin_dir, service, decision_log, insecure_files, mtlsauth_is_sole_auth";

static bool read_text(const char **out, const struct mosquitto_opt *option)
{
    if (*out != NULL) {
        mosquitto_log_printf(BROKER_LOG_ERROR, "mtlsauth: plugin_opt_%s is set twice", option->key);
        return false;
    }
    *out = option->value;
    return true;
}

static bool read_flag(bool *out, const struct mosquitto_opt *option)
{
    *out = strcmp(option->value, "true") == 0;
    if (*out || strcmp(option->value, "false") == 0)
        return true;
    mosquitto_log_printf(BROKER_LOG_ERROR, "mtlsauth: plugin_opt_%s is \"%s\"; it is true or false",
                         option->key, option->value);
    return false;
}

static bool read_one(settings_t *out, const struct mosquitto_opt *option)
{
    const struct {
        const char *name;
        const char **text;
        bool *flag;
    } known[] = {
        { "policy", &out->policy, NULL },
        { "plugin_dir", &out->plugin_dir, NULL },
        { "service", &out->service, NULL },
        { "decision_log", &out->decision_log, NULL },
        { "insecure_files", NULL, &out->insecure_files },
        { "mtlsauth_is_sole_auth", NULL, &out->sole },
    };
    size_t i;

    for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(option->key, known[i].name) == 0)
            return known[i].text != NULL ? read_text(known[i].text, option)
                                         : read_flag(known[i].flag, option);
    }
    mosquitto_log_printf(BROKER_LOG_ERROR, "mtlsauth: there is no plugin_opt_%s; there are %s",
                         option->key, names);
    return false;
}

bool settings_read(settings_t *out, const struct mosquitto_opt *options, int count)
{
    int i;

    *out = (settings_t) { 0 };
    for (i = 0; i < count; i++) {
        if (!read_one(out, &options[i]))
            return false;
    }
    return true;
}

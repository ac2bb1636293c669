/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - see settings.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "postgresql/settings.h"

#define PREFIX "mtlsauth"

/* PostgreSQL keeps the values of a module's settings where the module says. */
static settings_t current;

/* Settings of text, which are all read once: at start. */
typedef struct text_setting {
    const char *name;
    const char *help;
    char **value;
} text_setting_t;

static const text_setting_t texts[] = {
    { PREFIX ".policy", "The policy file, or the directory of policies.", &current.policy },
    { PREFIX ".plugin_dir", "The directory of mtlsauth's plugins.", &current.plugin_dir },
    { PREFIX ".service", "The service whose policy is asked; else SNI's.", &current.service },
    { PREFIX ".decision_log", "The file that decisions are appended to.", &current.decision_log },
};

#define LOCAL PREFIX ".local"
#define INSECURE_FILES PREFIX ".insecure_files"

static const struct config_enum_entry local_values[] = {
    { "deny", SETTINGS_LOCAL_DENY, false },
    { "skip", SETTINGS_LOCAL_SKIP, false },
    { NULL, 0, false },
};

static bool is_name(const char *name)
{
    size_t i;

    for (i = 0; i < lengthof(texts); i++) {
        if (pg_strcasecmp(name, texts[i].name) == 0)
            return true;
    }
    return pg_strcasecmp(name, LOCAL) == 0 || pg_strcasecmp(name, INSECURE_FILES) == 0;
}

static bool is_local(const char *value)
{
    const struct config_enum_entry *entry = local_values;

    while (entry->name != NULL && pg_strcasecmp(value, entry->name) != 0)
        entry++;
    return entry->name != NULL;
}

static void refuse(const struct config_generic *setting, const char *rule)
{
    const char *value = GetConfigOption(setting->name, false, false);

    if (setting->sourcefile != NULL)
        ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR),
                        errmsg("%s:%d: %s = '%s': %s", setting->sourcefile, setting->sourceline,
                               setting->name, value, rule)));
    ereport(FATAL, (errcode(ERRCODE_CONFIG_FILE_ERROR),
                    errmsg("%s = '%s': %s", setting->name, value, rule)));
}

/* Until they are defined, PostgreSQL keeps the module's settings as text under any name. */
static void check(const struct config_generic *setting)
{
    const char *value;
    bool ignored;

    if (pg_strncasecmp(setting->name, PREFIX ".", strlen(PREFIX ".")) != 0)
        return;
    if (!is_name(setting->name))
        refuse(setting, "there is no such setting; there are " PREFIX ".policy, plugin_dir, "
                        "service, decision_log, local and insecure_files");
    value = GetConfigOption(setting->name, false, false);
    if (pg_strcasecmp(setting->name, LOCAL) == 0 && !is_local(value))
        refuse(setting, "write deny or skip");
    if (pg_strcasecmp(setting->name, INSECURE_FILES) == 0 && !parse_bool(value, &ignored))
        refuse(setting, "write on or off");
}

static void check_all(void)
{
    struct config_generic **settings_of_all = get_guc_variables();
    int i, count = GetNumConfigOptions();

    for (i = 0; i < count; i++)
        check(settings_of_all[i]);
}

void settings_define(void)
{
    size_t i;

    check_all();
    for (i = 0; i < lengthof(texts); i++)
        DefineCustomStringVariable(texts[i].name, texts[i].help, NULL, texts[i].value, "",
                                   PGC_POSTMASTER, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
    DefineCustomBoolVariable(INSECURE_FILES,
                             "Accept files that others may write: development only.", NULL,
                             &current.insecure_files, false, PGC_POSTMASTER, 0, NULL, NULL, NULL);
    DefineCustomEnumVariable(
        LOCAL, "Refuse connections through unix-domain sockets, or let them be.", NULL,
        &current.local, SETTINGS_LOCAL_DENY, local_values, PGC_SIGHUP, 0, NULL, NULL, NULL);
    MarkGUCPrefixReserved(PREFIX);
}

const settings_t *settings(void)
{
    return &current;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* settings.c - see settings.h. */
#include "openvpn/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KNOWN "policy=, service=, plugin-dir=, decision-log= and insecure-files=yes"

static int fail(char *why, size_t size, const char *what, const char *word)
{
    snprintf(why, size, "%s: \"%s\"; the settings are " KNOWN, what, word);
    return -1;
}

/* Where the value of that setting goes, and where it begins; NULL: there is no such setting. */
static char **find(settings_t *settings, const char *word, const char **value)
{
    const struct {
        const char *name;
        char **to;
    } names[] = {
        { "policy=", &settings->policy },
        { "service=", &settings->service },
        { "plugin-dir=", &settings->plugin_dir },
        { "decision-log=", &settings->decision_log },
    };
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const size_t length = strlen(names[i].name);
        if (strncmp(word, names[i].name, length) == 0) {
            *value = word + length;
            return names[i].to;
        }
    }
    return NULL;
}

static int read_word(settings_t *settings, const char *word, char *why, size_t size)
{
    const char *value = NULL;
    char **to;

    if (strcmp(word, "insecure-files=yes") == 0) {
        settings->insecure_files = true;
        return 0;
    }
    to = find(settings, word, &value);
    if (to == NULL)
        return fail(why, size, "unknown setting", word);
    if (*to != NULL)
        return fail(why, size, "a setting that stands there twice", word);
    if (*value == '\0')
        return fail(why, size, "a setting without a value", word);
    *to = strdup(value);
    if (*to == NULL) {
        snprintf(why, size, "out of memory");
        return -1;
    }
    return 0;
}

/* OpenVPN knows no host to choose a policy of a directory by. */
static bool is_directory(const char *policy)
{
    struct stat info;

    return policy == NULL || (stat(policy, &info) == 0 && S_ISDIR(info.st_mode));
}

int settings_read(settings_t *out, const char *const *words, char *why, size_t size)
{
    for (; *words != NULL; words++) {
        if (read_word(out, *words, why, size) != 0)
            return -1;
    }
    if (out->service == NULL && is_directory(out->policy)) {
        snprintf(why, size,
                 "service= is missing: the policies are a directory; name one of it, service=NAME "
                 "is NAME.conf");
        return -1;
    }
    return 0;
}

void settings_free(settings_t *settings)
{
    free(settings->policy);
    free(settings->plugin_dir);
    free(settings->service);
    free(settings->decision_log);
    *settings = (settings_t) { 0 };
}

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool settings_same_policies(const settings_t *a, const settings_t *b)
{
    return same(a->policy, b->policy) && same(a->plugin_dir, b->plugin_dir)
        && a->insecure_files == b->insecure_files;
}

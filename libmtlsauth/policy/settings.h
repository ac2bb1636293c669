/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - typed values out of a group of a policy file, with errors that say where.
 *
 * A setting that is absent leaves the value as it is. Strings are copied into the loader's arena.
 */
#ifndef MA_POLICY_SETTINGS_H
#define MA_POLICY_SETTINGS_H

#include "policy/document.h"

typedef struct ma_group {
    ma_loader_t *loader;
    const ma_document_t *document;
    const config_setting_t *setting;
} ma_group_t;

/** The items of a list, from the policy and from files. */
typedef struct ma_strings {
    bool set;
    ma_bytes_t *items; /**< a NUL stands behind each */
    ma_pos_t *pos;
    size_t count;
    size_t room;
    ma_pos_t at; /**< of the list */
} ma_strings_t;

#define MA_LIST_MAX_ITEMS 1000000u
#define MA_LIST_MAX_FILE (64u * 1024u * 1024u)
#define MA_LIST_MAX_LINE 4096u
#define MA_NAME_FILE_SUFFIX "_file"

/** The setting of that name, or NULL. */
const config_setting_t *ma_group_get(const ma_group_t *group, const char *name);
/** Where the value of a setting stands. */
ma_pos_t ma_group_pos(const ma_group_t *group, const config_setting_t *setting);

int ma_group_bool(const ma_group_t *group, const char *name, bool *value) MTLSAUTH_MUST_CHECK;
/** NUL-terminated; libconfig strings hold no NUL. */
int ma_group_string(const ma_group_t *group, const char *name,
                    const char **value) MTLSAUTH_MUST_CHECK;
/**
 * NAME and NAME_file together. Paths named in a list file are relative to that file: see `paths`.
 */
int ma_group_strings(const ma_group_t *group, const char *name, bool paths,
                     ma_strings_t *out) MTLSAUTH_MUST_CHECK;
/** A path setting, made relative to the document it stands in. */
int ma_group_path(const ma_group_t *group, const char *name,
                  const char **value) MTLSAUTH_MUST_CHECK;

/** Fails at the first setting that is none of `known`; `where` says what kind of group it is. */
int ma_group_only(const ma_group_t *group, const char *const *known, size_t count,
                  const char *where) MTLSAUTH_MUST_CHECK;

/** The error for a value of another type: "expected a string, found a number". */
int ma_group_wrong_type(const ma_group_t *group, const config_setting_t *setting,
                        const char *expected, const char *mend);

/** "90s", "15m", "24h", "14d" as seconds. False if it is no such thing, or over 100 years. */
bool ma_duration(const char *text, int64_t *seconds);

#endif

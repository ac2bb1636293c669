/* SPDX-License-Identifier: BSD-2-Clause */
/* headers.c - see headers.h. */
#include "policy/headers.h"

#include <string.h>

#include "base/suggest.h"

/* Lower case, and `-` for `_`: names that servers treat as one. */
static void fold(char *name)
{
    for (; *name != '\0'; name++) {
        if (*name >= 'A' && *name <= 'Z')
            *name = (char)(*name - 'A' + 'a');
        else if (*name == '_')
            *name = '-';
    }
}

/* A header field name is a token (RFC 9110 5.6.2). */
static bool is_token(ma_bytes_t name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    size_t i;

    for (i = 0; i < name.size; i++) {
        uint8_t c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == 0 || strchr(others, c) == NULL))
            return false;
    }
    return name.size > 0;
}

/* ---- forward ------------------------------------------------------------------------------ */

static const ma_forward_format_t *find_format(const char *name)
{
    size_t i;

    for (i = 0; i < MA_N_FORWARD_FORMATS; i++) {
        if (strcmp(ma_forward_formats[i].name, name) == 0)
            return &ma_forward_formats[i];
    }
    return NULL;
}

/* An identity that was asked for and is not forwarded is no small thing: so this is an error. */
static int fail_format(const ma_group_t *root, const char *name, const ma_pos_t *pos)
{
    const char *known[MA_N_FORWARD_FORMATS];
    const char *near;
    size_t i;

    for (i = 0; i < MA_N_FORWARD_FORMATS; i++)
        known[i] = ma_forward_formats[i].name;
    near = ma_suggest(name, known, MA_N_FORWARD_FORMATS);
    if (near != NULL)
        return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, pos, NULL,
                       "forward: unknown format \"%s\"; did you mean \"%s\"?", name, near);
    return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, pos,
                   "write rfc9440, xfcc, cloudflare, cf-cert or x-cert",
                   "forward: unknown format \"%s\"", name);
}

static int read_forward(const ma_group_t *root, ma_policy_t *policy)
{
    ma_strings_t names = { .set = false };
    size_t i, j;
    int ret = ma_group_strings(root, "forward", false, &names);

    if (ret != 0)
        return ret;
    for (i = 0; i < names.count; i++) {
        const char *name = (const char *)names.items[i].data;
        const ma_forward_format_t *format = find_format(name);
        if (format == NULL)
            return fail_format(root, name, &names.pos[i]);
        for (j = 0; j < policy->n_forward; j++) {
            if (policy->forward[j] == format)
                return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &names.pos[i], "remove one",
                               "forward: \"%s\" stands there twice", name);
        }
        policy->forward[policy->n_forward++] = format; /* each once: there is room */
    }
    return 0;
}

/* ---- strip -------------------------------------------------------------------------------- */

static int add_strip(const ma_group_t *root, const char *name, ma_policy_t *policy)
{
    char *copy = ma_arena_string(root->loader->arena, name);

    if (copy == NULL)
        return ma_fail_memory(root->loader->err);
    fold(copy);
    policy->strip[policy->n_strip++] = copy;
    return 0;
}

/* What a client sends under such a name must not look as if the server had set it. */
static int strip_forwarded(const ma_group_t *root, ma_policy_t *policy)
{
    size_t i, j;
    int ret = 0;

    for (i = 0; i < policy->n_forward; i++) {
        const ma_forward_format_t *format = policy->forward[i];
        for (j = 0; ret == 0 && j < format->n_headers; j++)
            ret = add_strip(root, format->headers[j].name, policy);
    }
    return ret;
}

static int read_strip(const ma_group_t *root, ma_policy_t *policy)
{
    ma_strings_t names = { .set = false };
    size_t i, room;
    int ret = ma_group_strings(root, "strip", false, &names);

    if (ret != 0)
        return ret;
    room = names.count; /* at most MA_LIST_MAX_ITEMS: nothing overflows */
    for (i = 0; i < policy->n_forward; i++)
        room += policy->forward[i]->n_headers;
    policy->strip = ma_arena_array(root->loader->arena, room, sizeof(*policy->strip));
    if (policy->strip == NULL)
        return ma_fail_memory(root->loader->err);
    for (i = 0; ret == 0 && i < names.count; i++) {
        const char *name = (const char *)names.items[i].data;
        if (!is_token(names.items[i]))
            return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &names.pos[i],
                           "write a header name, such as \"X-Remote-User\"",
                           "strip: \"%s\" is no header name", name);
        ret = add_strip(root, name, policy);
    }
    return ret != 0 ? ret : strip_forwarded(root, policy);
}

int ma_headers_read(const ma_group_t *root, ma_policy_t *policy)
{
    int ret = read_forward(root, policy);

    return ret != 0 ? ret : read_strip(root, policy);
}

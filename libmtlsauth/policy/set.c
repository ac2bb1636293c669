/* SPDX-License-Identifier: BSD-2-Clause */
/* set.c - see set.h. */
#include "policy/set.h"

#include <stdlib.h>
#include <string.h>

#include "policy/hosts.h"

#define SUFFIX ".conf"
#define MAX_SERVICE 64u

/* The service of a file name in the arena; NULL if the file is no policy. Out of memory: NULL with
   *failed. */
static char *service_of(ma_arena_t *arena, const char *file, bool *failed)
{
    size_t size = strlen(file), suffix = strlen(SUFFIX);
    char *name;

    if (size <= suffix || strcmp(file + size - suffix, SUFFIX) != 0)
        return NULL;
    name = ma_arena_copy(arena, file, size - suffix);
    *failed = *failed || name == NULL;
    return name;
}

static int check_service(const ma_loader_t *loader, const char *path, const char *name)
{
    static const char letters[]
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const ma_pos_t pos = { path, 0, 0 };
    size_t size = strlen(name);

    if (size <= MAX_SERVICE && strspn(name, letters) == size)
        return 0;
    return ma_fail(loader->err, MTLSAUTH_E_POLICY, &pos,
                   "use letters, digits, dots, - and _, 64 at most",
                   "\"%s\" is no service name", name);
}

static int load_policy(ma_loader_t *loader, ma_set_t *set, const char *name, const char *path)
{
    ma_policy_t *policy = NULL;
    int ret = check_service(loader, path, name);

    if (ret == 0)
        ret = ma_policy_load(loader, name, path, &policy);
    if (policy != NULL)
        set->policies[set->count++] = policy;
    return ret;
}

static int load_directory(ma_loader_t *loader, const char *path, ma_set_t *set)
{
    const ma_pos_t pos = { path, 0, 0 };
    const char *const *names;
    size_t i, count;
    bool failed = false;
    int ret = ma_file_list(path, &loader->safety, loader->arena, NULL, &names, &count,
                           loader->err);

    if (ret != 0)
        return ret;
    set->policies = ma_arena_array(loader->arena, MA_SET_MAX_POLICIES, sizeof(ma_policy_t *));
    if (set->policies == NULL)
        return ma_fail_memory(loader->err);
    for (i = 0; ret == 0 && i < count; i++) {
        char *service = service_of(loader->arena, names[i], &failed);
        char *file = ma_arena_printf(loader->arena, "%s/%s", path, names[i]);
        if (failed || file == NULL)
            return ma_fail_memory(loader->err);
        if (service == NULL)
            continue;
        if (set->count == MA_SET_MAX_POLICIES)
            return ma_fail(loader->err, MTLSAUTH_E_LIMIT, &pos,
                           "divide them among several directories", "more than %u policies",
                           MA_SET_MAX_POLICIES);
        ret = load_policy(loader, set, service, file);
    }
    if (ret == 0 && set->count == 0)
        return ma_fail(loader->err, MTLSAUTH_E_POLICY, &pos, "put a file SERVICE.conf there",
                       "no policy in this directory");
    return ret;
}

/* A file is its own set. Its service is its name, without .conf if it has that. */
static int load_file(ma_loader_t *loader, const char *path, ma_set_t *set)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash != NULL ? slash + 1 : path;
    bool failed = false;
    char *service = service_of(loader->arena, file, &failed);
    int ret;

    set->policies = ma_arena_array(loader->arena, 1, sizeof(ma_policy_t *));
    if (set->policies == NULL || failed)
        return ma_fail_memory(loader->err);
    ret = load_policy(loader, set, service != NULL ? service : file, path);
    if (ret == 0) {
        set->single = true;
        set->other = set->policies[0];
    }
    return ret;
}

static int by_pattern(const void *a, const void *b)
{
    return strcmp(((const ma_claim_t *)a)->pattern, ((const ma_claim_t *)b)->pattern);
}

/* By pattern, and alike ones by service: not every qsort() leaves them in their order. */
static int by_claim(const void *a, const void *b)
{
    const int order = by_pattern(a, b);

    return order != 0 ? order
                      : strcmp(((const ma_claim_t *)a)->policy->name,
                               ((const ma_claim_t *)b)->policy->name);
}

static int fail_claimed(const ma_loader_t *loader, const ma_claim_t *a, const ma_claim_t *b)
{
    return ma_fail_rule(loader->err, "host-claimed", MTLSAUTH_E_POLICY, &b->pos,
                        "list it in one of them",
                        "host \"%s\" is claimed by service \"%s\" and by service \"%s\" (%s:%u)",
                        b->pattern, b->policy->name, a->policy->name, a->pos.file, a->pos.line);
}

static int collect_claims(ma_loader_t *loader, ma_set_t *set)
{
    size_t i, j, total = 0;

    for (i = 0; i < set->count; i++)
        total += set->policies[i]->hosts.count;
    set->claims = ma_arena_array(loader->arena, total, sizeof(*set->claims));
    if (set->claims == NULL)
        return ma_fail_memory(loader->err);
    for (i = 0; i < set->count; i++) {
        const ma_policy_t *policy = set->policies[i];
        for (j = 0; j < policy->hosts.count; j++)
            set->claims[set->n_claims++] = (ma_claim_t) {
                (const char *)policy->hosts.items[j].data, policy, policy->hosts.pos[j] };
    }
    if (total > 1)
        qsort(set->claims, total, sizeof(*set->claims), by_claim);
    for (i = 1; i < total; i++)
        if (by_pattern(&set->claims[i - 1], &set->claims[i]) == 0
            && set->claims[i - 1].policy != set->claims[i].policy)
            return fail_claimed(loader, &set->claims[i - 1], &set->claims[i]);
    return 0;
}

int ma_set_load(ma_loader_t *loader, const char *path, ma_set_t *set)
{
    struct stat st;
    int ret;

    *set = (ma_set_t) { .policies = NULL };
    /* Only chooses the way to open; what is opened is checked when it is open. */
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        ret = load_directory(loader, path, set);
        if (ret == 0)
            set->other = ma_set_service(set, "other");
    } else {
        ret = load_file(loader, path, set);
    }
    return ret == 0 ? collect_claims(loader, set) : ret;
}

void ma_set_free(ma_set_t *set)
{
    size_t i;

    for (i = 0; i < set->count; i++)
        ma_policy_free(set->policies[i]);
    set->count = 0;
}

const ma_policy_t *ma_set_service(const ma_set_t *set, const char *name)
{
    size_t low = 0, high = set->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, set->policies[middle]->name);
        if (order == 0)
            return set->policies[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static const ma_policy_t *find_claim(const ma_set_t *set, const char *pattern)
{
    const ma_claim_t wanted = { pattern, NULL, { NULL, 0, 0 } };
    const ma_claim_t *found;

    if (set->n_claims == 0)
        return NULL;
    found = bsearch(&wanted, set->claims, set->n_claims, sizeof(*set->claims), by_pattern);
    return found != NULL ? found->policy : NULL;
}

const ma_policy_t *ma_set_host(const ma_set_t *set, const char *host)
{
    const ma_policy_t *policy = find_claim(set, host);
    char pattern[MA_HOST_MAX + 3];
    const char *dot = strchr(host, '.');

    if (policy != NULL || dot == NULL || strlen(dot) > MA_HOST_MAX)
        return policy;
    pattern[0] = '*';
    memcpy(pattern + 1, dot, strlen(dot) + 1);
    return find_claim(set, pattern);
}

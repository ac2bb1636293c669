/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.c - see policy.h. */
#include "policy/policy.h"

#include <string.h>

#include "policy/bypass.h"
#include "policy/headers.h"
#include "policy/hosts.h"
#include "policy/routes.h"
#include "policy/useless.h"

static const char *const known_settings[]
    = { "hosts", "hosts_file", "mode",         "candidate", "require_sni_match", "allow_unverified",
        "trust", "forward",    "forward_file", "strip",     "strip_file",        "stack" };

static const char *const known_trust[]
    = { "anchors",       "anchors_file",       "intermediates",
        "intermediates_file", "partial_chain", "check_anchor_dates" };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int read_mode(const ma_group_t *root, ma_policy_t *policy)
{
    const char *mode = "enforce";
    ma_pos_t pos;
    int ret = ma_group_string(root, "mode", &mode);

    if (ret != 0)
        return ret;
    policy->monitor = strcmp(mode, "monitor") == 0;
    if (policy->monitor || strcmp(mode, "enforce") == 0)
        return 0;
    pos = ma_group_pos(root, ma_group_get(root, "mode"));
    return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &pos,
                   "write \"enforce\" or \"monitor\"", "mode: unknown value \"%s\"", mode);
}

/* A policy for hosts needs a caller that tells the host; else it would refuse everyone. */
static int check_host_known(const ma_group_t *root, const ma_strings_t *hosts)
{
    const ma_loader_t *loader = root->loader;

    if (loader->offline || ma_facts_find(loader->facts, "http.host") >= 0
        || ma_facts_find(loader->facts, "tls.sni") >= 0)
        return 0;
    return ma_fail(loader->err, MTLSAUTH_E_POLICY, &hosts->at,
                   "remove hosts, and name the service in the server's configuration",
                   "hosts: this server never supplies http.host or tls.sni");
}

static int read_hosts(const ma_group_t *root, ma_policy_t *policy)
{
    ma_strings_t hosts = { .set = false };
    size_t i;
    int ret = ma_group_strings(root, "hosts", false, &hosts);

    if (ret != 0 || !hosts.set)
        return ret;
    for (i = 0; i < hosts.count; i++) {
        char pattern[MA_HOST_MAX + 3];
        char *copy;
        if (!ma_host_pattern((const char *)hosts.items[i].data, pattern))
            return ma_fail(root->loader->err, MTLSAUTH_E_POLICY, &hosts.pos[i],
                           "write a host name, or *. and one, without a port",
                           "hosts: \"%s\" is no host name", (const char *)hosts.items[i].data);
        copy = ma_arena_string(root->loader->arena, pattern);
        if (copy == NULL)
            return ma_fail_memory(root->loader->err);
        hosts.items[i] = (ma_bytes_t) { (const uint8_t *)copy, strlen(copy) };
    }
    policy->lists_hosts = true;
    policy->hosts = hosts;
    return check_host_known(root, &hosts);
}

static int read_certificates(const ma_group_t *trust, const char *name, ma_trust_role_t role,
                             ma_policy_t *policy)
{
    ma_loader_t *loader = trust->loader;
    ma_strings_t files = { .set = false };
    size_t i;
    int ret = ma_group_strings(trust, name, true, &files);

    for (i = 0; ret == 0 && i < files.count; i++)
        ret = ma_trust_add(&policy->trust, role, (const char *)files.items[i].data,
                           &loader->safety, &files.pos[i], ma_loader_digest, loader, loader->err);
    if (ret == 0 && role == MA_TRUST_ANCHOR && files.set && policy->trust.anchors.count == 0)
        return ma_fail(loader->err, MTLSAUTH_E_POLICY, &files.at,
                       "add the root certificate, or set partial_chain = true",
                       files.count == 0 ? "anchors: the list is empty"
                                        : "anchors: none of these certificates is self-signed, so "
                                          "none is an anchor");
    return ret;
}

static int read_trust(const ma_group_t *root, ma_policy_t *policy)
{
    const config_setting_t *setting = ma_group_get(root, "trust");
    ma_group_t trust = { root->loader, root->document, setting };
    int ret;

    ma_trust_init(&policy->trust, root->loader->arena);
    if (setting == NULL)
        return 0;
    if (config_setting_type(setting) != CONFIG_TYPE_GROUP)
        return ma_group_wrong_type(root, setting, "a group",
                                   "write trust = { anchors = [ \"ca.pem\" ]; }");
    ret = ma_group_only(&trust, known_trust, COUNT(known_trust), "trust");
    if (ret == 0)
        ret = ma_group_bool(&trust, "partial_chain", &policy->trust.partial_chain);
    if (ret == 0)
        ret = ma_group_bool(&trust, "check_anchor_dates", &policy->trust.check_anchor_dates);
    if (ret == 0)
        ret = read_certificates(&trust, "anchors", MA_TRUST_ANCHOR, policy);
    if (ret == 0)
        ret = read_certificates(&trust, "intermediates", MA_TRUST_INTERMEDIATE, policy);
    if (ret == 0 && ma_trust_finish(&policy->trust) != 0)
        ret = ma_fail_memory(root->loader->err);
    return ret;
}

static int read_stack(const ma_group_t *root, ma_policy_t *policy)
{
    const config_setting_t *stack = ma_group_get(root, "stack");
    ma_pos_t pos = { root->document->file, 1, 1 };
    int ret = ma_stack_read(root, &policy->trust, &policy->stack, &policy->n_entries);

    if (ret != 0)
        return ret;
    if (stack != NULL)
        pos = ma_document_name_pos(root->document, stack);
    ret = ma_routes_check(&policy->stack, policy->n_entries, root->loader->facts,
                          policy->allow_unverified, &pos, root->loader->arena,
                          root->loader->err);
    if (ret == 0)
        ret = ma_useless_warn(&policy->stack, policy->n_entries, root->loader);
    return ret == 0 ? ma_bypass_warn(&policy->stack, policy->n_entries, root->loader) : ret;
}

static int read_root(const ma_group_t *root, ma_policy_t *policy)
{
    int ret = ma_group_only(root, known_settings, COUNT(known_settings), "a policy");

    policy->require_sni_match = true;
    if (ret == 0)
        ret = read_mode(root, policy);
    if (ret == 0)
        ret = ma_group_bool(root, "require_sni_match", &policy->require_sni_match);
    if (ret == 0)
        ret = ma_group_bool(root, "allow_unverified", &policy->allow_unverified);
    if (ret == 0)
        ret = read_hosts(root, policy);
    if (ret == 0)
        ret = ma_headers_read(root, policy);
    if (ret == 0)
        ret = read_trust(root, policy);
    if (ret == 0)
        ret = read_stack(root, policy);
    return ret;
}

static int digest_begin(ma_loader_t *loader)
{
    return gnutls_hash_init(&loader->digest, GNUTLS_DIG_SHA256) < 0 ? ma_fail_memory(loader->err)
                                                                    : 0;
}

static void digest_end(ma_loader_t *loader, char *text)
{
    static const char digit[] = "0123456789abcdef";
    uint8_t digest[32];
    size_t i;

    gnutls_hash_deinit(loader->digest, digest);
    loader->digest = NULL;
    for (i = 0; i < sizeof(digest); i++) {
        text[2 * i] = digit[digest[i] >> 4];
        text[2 * i + 1] = digit[digest[i] & 15];
    }
    text[2 * i] = '\0';
}

/* Loads one file. *candidate: the path that it names for its candidate, or NULL. */
static int load_one(ma_loader_t *loader, const ma_pos_t *named_at, ma_policy_t *policy,
                    const char **candidate, ma_pos_t *candidate_pos)
{
    ma_document_t document;
    ma_group_t root = { loader, &document, NULL };
    int ret = digest_begin(loader);

    if (ret != 0)
        return ret;
    ret = ma_document_read(loader, policy->file, named_at, &document);
    if (ret == 0) {
        root.setting = config_root_setting(&document.config);
        ret = read_root(&root, policy);
        if (ret == 0)
            ret = ma_group_path(&root, "candidate", candidate);
        if (ret == 0 && *candidate != NULL)
            *candidate_pos = ma_group_pos(&root, ma_group_get(&root, "candidate"));
        ma_document_free(&document);
    }
    digest_end(loader, policy->digest);
    return ret;
}

static ma_policy_t *new_policy(ma_loader_t *loader, const char *name, const char *path)
{
    ma_policy_t *policy = ma_arena_alloc(loader->arena, sizeof(*policy));

    if (policy == NULL)
        return NULL;
    policy->name = ma_arena_string(loader->arena, name);
    policy->file = ma_arena_string(loader->arena, path);
    return policy->name != NULL && policy->file != NULL ? policy : NULL;
}

/* The candidate: a policy of its own that takes over the hosts, and is never enforced. */
static int load_candidate(ma_loader_t *loader, const char *path, const ma_pos_t *named_at,
                          ma_policy_t *policy)
{
    const char *slash = strrchr(path, '/');
    const char *another = NULL;
    ma_pos_t pos;
    ma_policy_t *candidate = new_policy(loader, slash != NULL ? slash + 1 : path, path);
    int ret;

    if (candidate == NULL)
        return ma_fail_memory(loader->err);
    policy->candidate = candidate;
    ret = load_one(loader, named_at, candidate, &another, &pos);
    if (ret != 0)
        return ret;
    if (another != NULL)
        return ma_fail(loader->err, MTLSAUTH_E_POLICY, &pos, "remove it",
                       "a candidate cannot have a candidate");
    if (!candidate->lists_hosts) {
        candidate->lists_hosts = policy->lists_hosts;
        candidate->hosts = policy->hosts;
    }
    return 0;
}

int ma_policy_load(ma_loader_t *loader, const char *name, const char *path, ma_policy_t **out)
{
    ma_policy_t *policy = new_policy(loader, name, path);
    const char *candidate = NULL;
    ma_pos_t candidate_pos = { path, 0, 0 };
    int ret;

    if (policy == NULL)
        return ma_fail_memory(loader->err);
    *out = policy;
    ret = load_one(loader, NULL, policy, &candidate, &candidate_pos);
    if (ret == 0 && candidate != NULL)
        ret = load_candidate(loader, candidate, &candidate_pos, policy);
    return ret;
}

void ma_policy_free(ma_policy_t *policy)
{
    if (policy == NULL)
        return;
    ma_policy_free(policy->candidate);
    ma_trust_free(&policy->trust);
}

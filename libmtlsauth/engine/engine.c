/* SPDX-License-Identifier: BSD-2-Clause */
/* engine.c - open, prepare, commit, reload, free: see mtlsauth.h. */
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

#define KNOWN_FLAGS                                                                                \
    (MTLSAUTH_OPEN_OFFLINE | MTLSAUTH_OPEN_INSECURE_FILES | MTLSAUTH_OPEN_TRUST_OWNER              \
     | MTLSAUTH_OPEN_EXPLAIN)

/* A newer caller's struct may be longer: it is read as far as this release knows it. */
static int check_how(const mtlsauth_open_t *how, mtlsauth_error_t **err)
{
    if (how == NULL || how->struct_size < sizeof(*how) || how->version != MTLSAUTH_API_VERSION)
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, "build the server with this version's headers",
                       "mtlsauth_open_t is not of this version of the library");
    if ((how->flags & ~KNOWN_FLAGS) != 0)
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL,
                       "flags 0x%x are not known to this version", how->flags & ~KNOWN_FLAGS);
    if (how->n_attributes > MA_MAX_ATTRIBUTES
        || (how->n_attributes > 0 && how->attributes == NULL)
        || (how->n_plugins > 0 && how->plugins == NULL))
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL,
                       "attributes or plugins without a list of them, or more than %u attributes",
                       MA_MAX_ATTRIBUTES);
    return 0;
}

/* The policy's owner counts as safe for a tool that was given its name. */
static void decide_safety(mtlsauth_engine_t *engine, uint32_t flags)
{
    struct stat st;

    engine->safety.insecure = (flags & MTLSAUTH_OPEN_INSECURE_FILES) != 0;
    if ((flags & MTLSAUTH_OPEN_TRUST_OWNER) != 0 && stat(engine->policy, &st) == 0) {
        engine->safety.has_trusted = true;
        engine->safety.trusted = st.st_uid;
    }
}

static int copy_attributes(mtlsauth_engine_t *engine, const mtlsauth_open_t *how,
                           mtlsauth_error_t **err)
{
    const char **names = ma_arena_array(&engine->arena, how->n_attributes, sizeof(*names));
    size_t i;

    if (names == NULL)
        return ma_fail_memory(err);
    for (i = 0; i < how->n_attributes; i++) {
        names[i] = ma_arena_string(&engine->arena, how->attributes[i] ? how->attributes[i] : "");
        if (names[i] == NULL)
            return ma_fail_memory(err);
        engine->types[i] = ma_attribute_type(names[i]);
    }
    engine->attributes = names;
    engine->n_attributes = how->n_attributes;
    return 0;
}

static int find_attribute(const mtlsauth_engine_t *engine, const char *name)
{
    size_t i;

    for (i = 0; i < engine->n_attributes; i++)
        if (strcmp(engine->attributes[i], name) == 0)
            return (int)i;
    return -1;
}

static void find_core_attributes(mtlsauth_engine_t *engine)
{
    engine->core = (ma_core_attributes_t) {
        .host = find_attribute(engine, "http.host"),
        .sni = find_attribute(engine, "tls.sni"),
        .method = find_attribute(engine, "http.request.method"),
        .path = find_attribute(engine, "http.request.uri.path"),
        .resumed = find_attribute(engine, "tls.resumed"),
        .tls_version = find_attribute(engine, "tls.version"),
        .source = find_attribute(engine, "ip.src"),
        .source_port = find_attribute(engine, "tcp.srcport"),
        .destination = find_attribute(engine, "ip.dst"),
        .destination_port = find_attribute(engine, "tcp.dstport"),
        .user = find_attribute(engine, "app.user"),
        .resource = find_attribute(engine, "app.resource"),
        .action = find_attribute(engine, "app.action"),
    };
}

static int fill(mtlsauth_engine_t *engine, const mtlsauth_open_t *how, ma_warning_fn *warning,
                mtlsauth_error_t **err)
{
    int ret;

    engine->policy
        = ma_arena_string(&engine->arena, how->policy ? how->policy : MTLSAUTH_POLICY_DIR);
    engine->server = ma_arena_string(&engine->arena, how->server ? how->server : "");
    if (engine->policy == NULL || engine->server == NULL)
        return ma_fail_memory(err);
    ret = copy_attributes(engine, how, err);
    if (ret != 0)
        return ret;
    find_core_attributes(engine);
    engine->log = (ma_log_t) { how->log, how->log_context,
                               how->log_level != 0 ? how->log_level : MTLSAUTH_LOG_NOTICE,
                               warning };
    engine->offline = (how->flags & MTLSAUTH_OPEN_OFFLINE) != 0;
    engine->explain = (how->flags & MTLSAUTH_OPEN_EXPLAIN) != 0;
    decide_safety(engine, how->flags);
    return 0;
}

/* Makes the parts that need more than memory. On failure none of them is left. */
static int init_parts(mtlsauth_engine_t *engine, const mtlsauth_open_t *how,
                      mtlsauth_error_t **err)
{
    const char *directory = how->plugin_dir ? how->plugin_dir : MTLSAUTH_PLUGIN_DIR;

    if (ma_modules_init(&engine->modules, directory, &engine->safety, how->plugins, how->n_plugins)
        != 0)
        return ma_fail_memory(err);
    engine->modules.offline = engine->offline;
    if (ma_reclaim_init(&engine->reclaim) != 0) {
        ma_modules_free(&engine->modules);
        return ma_fail_memory(err);
    }
    return 0;
}

static void free_shell(mtlsauth_engine_t *engine)
{
    ma_arena_free(&engine->arena);
    free(engine);
}

int ma_engine_open(mtlsauth_engine_t **out, const mtlsauth_open_t *how, ma_warning_fn *warning,
                   mtlsauth_error_t **err)
{
    mtlsauth_engine_t *engine;
    int ret;

    if (err != NULL)
        *err = NULL;
    if (out == NULL)
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL, "no place for the engine");
    ret = check_how(how, err);
    if (ret != 0)
        return ret;
    engine = calloc(1, sizeof(*engine));
    if (engine == NULL)
        return ma_fail_memory(err);
    ma_arena_init(&engine->arena, 0);
    ret = fill(engine, how, warning, err);
    if (ret == 0)
        ret = init_parts(engine, how, err);
    if (ret != 0) {
        free_shell(engine);
        return ret;
    }
    ret = mtlsauth_engine_reload(engine, err);
    if (ret != 0) {
        mtlsauth_engine_free(engine);
        return ret;
    }
    *out = engine;
    return 0;
}

int mtlsauth_engine_open(mtlsauth_engine_t **out, const mtlsauth_open_t *how,
                         mtlsauth_error_t **err)
{
    return ma_engine_open(out, how, NULL, err);
}

/* No list may have vanished or gone back since the snapshot in force, which is held meanwhile. */
static int check_lists(mtlsauth_engine_t *engine, const mtlsauth_snapshot_t *snapshot,
                       mtlsauth_error_t **err)
{
    const mtlsauth_snapshot_t *current;
    ma_slot_t slot;
    int ret = 0;

    ma_slot_join(&engine->reclaim, &slot);
    current = ma_slot_take(&engine->reclaim, &slot);
    if (current != NULL)
        ret = ma_crl_register_follows(&snapshot->crls, &current->crls, err);
    ma_slot_leave(&engine->reclaim, &slot);
    return ret;
}

int mtlsauth_engine_prepare(mtlsauth_engine_t *engine, mtlsauth_snapshot_t **out,
                            mtlsauth_error_t **err)
{
    const ma_snapshot_source_t source = {
        .policy = engine->policy,
        .attributes = engine->attributes,
        .n_attributes = engine->n_attributes,
        .safety = engine->safety,
        .offline = engine->offline,
        .log = &engine->log,
        .modules = &engine->modules,
    };
    mtlsauth_snapshot_t *snapshot = NULL;
    mtlsauth_error_t *error = NULL;
    int ret = ma_snapshot_load(&source, &snapshot, &error);

    if (err != NULL)
        *err = NULL;
    if (ret == 0)
        ret = check_lists(engine, snapshot, &error);
    if (ret == 0) {
        *out = snapshot;
        return 0;
    }
    mtlsauth_snapshot_free(snapshot);
    ma_log(&engine->log, MTLSAUTH_LOG_ERROR, "cannot load the policies%s: %s",
           atomic_load(&engine->reclaim.current) != NULL ? ", the old ones stay in force" : "",
           mtlsauth_error_text(error));
    if (err != NULL)
        *err = error;
    else
        mtlsauth_error_free(error);
    return ret;
}

void mtlsauth_engine_commit(mtlsauth_engine_t *engine, mtlsauth_snapshot_t *snapshot)
{
    bool first;

    if (snapshot == NULL)
        return;
    first = atomic_load(&engine->reclaim.current) == NULL;
    ma_log(&engine->log, MTLSAUTH_LOG_NOTICE, "%s %s: %zu %s in force", first ? "loaded" : "reloaded",
           engine->policy, snapshot->set.count,
           snapshot->set.count == 1 ? "policy is" : "policies are");
    ma_reclaim_commit(&engine->reclaim, snapshot);
}

int mtlsauth_engine_reload(mtlsauth_engine_t *engine, mtlsauth_error_t **err)
{
    mtlsauth_snapshot_t *snapshot = NULL;
    int ret = mtlsauth_engine_prepare(engine, &snapshot, err);

    if (ret == 0)
        mtlsauth_engine_commit(engine, snapshot);
    return ret;
}

int mtlsauth_engine_has_service(const mtlsauth_engine_t *engine, const char *name)
{
    const mtlsauth_snapshot_t *snapshot;
    ma_reclaim_t *reclaim;
    ma_slot_t slot;
    int has;

    if (engine == NULL || name == NULL)
        return 0;
    /* Engines are never constant objects, and looking changes nothing that a caller can see. */
    reclaim = (ma_reclaim_t *)(uintptr_t)&engine->reclaim;
    ma_slot_join(reclaim, &slot);
    snapshot = ma_slot_take(reclaim, &slot);
    has = snapshot != NULL && ma_set_service(&snapshot->set, name) != NULL;
    ma_slot_leave(reclaim, &slot);
    return has;
}

void mtlsauth_engine_free(mtlsauth_engine_t *engine)
{
    if (engine == NULL)
        return;
    ma_reclaim_free(&engine->reclaim);
    ma_modules_free(&engine->modules);
    free_shell(engine);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.c - mtlsauth_get_api(): a server that only loads the library finds all of it with one
 * symbol, and what it finds are the functions that are exported.
 */
#include "scene.h"

#include <dlfcn.h>
#include <stdlib.h>

#define ROW(member, symbol) { offsetof(mtlsauth_api_t, member), #symbol }

static const struct {
    size_t offset;
    const char *symbol;
} members[] = {
    ROW(engine_open, mtlsauth_engine_open),
    ROW(engine_prepare, mtlsauth_engine_prepare),
    ROW(engine_commit, mtlsauth_engine_commit),
    ROW(snapshot_free, mtlsauth_snapshot_free),
    ROW(engine_reload, mtlsauth_engine_reload),
    ROW(engine_has_service, mtlsauth_engine_has_service),
    ROW(engine_free, mtlsauth_engine_free),
    ROW(error_file, mtlsauth_error_file),
    ROW(error_line, mtlsauth_error_line),
    ROW(error_column, mtlsauth_error_column),
    ROW(error_code, mtlsauth_error_code),
    ROW(error_message, mtlsauth_error_message),
    ROW(error_mend, mtlsauth_error_mend),
    ROW(error_text, mtlsauth_error_text),
    ROW(error_free, mtlsauth_error_free),
    ROW(request_new, mtlsauth_request_new),
    ROW(request_reset, mtlsauth_request_reset),
    ROW(request_free, mtlsauth_request_free),
    ROW(request_service, mtlsauth_request_service),
    ROW(request_leaf, mtlsauth_request_leaf),
    ROW(request_chain, mtlsauth_request_chain),
    ROW(request_time, mtlsauth_request_time),
    ROW(request_string, mtlsauth_request_string),
    ROW(request_bool, mtlsauth_request_bool),
    ROW(request_int, mtlsauth_request_int),
    ROW(request_address, mtlsauth_request_address),
    ROW(request_header, mtlsauth_request_header),
    ROW(authorize, mtlsauth_authorize),
    ROW(decision, mtlsauth_decision),
    ROW(decision_strips, mtlsauth_decision_strips),
    ROW(decision_json, mtlsauth_decision_json),
    ROW(result_name, mtlsauth_result_name),
    ROW(version_text, mtlsauth_version),
};

typedef const void *get_api_fn(uint32_t version);

/* POSIX lets a function's address be kept in a void *; ISO C has no cast for it. */
static get_api_fn *as_function(void *address)
{
    get_api_fn *function;

    memcpy(&function, &address, sizeof(function));
    return function;
}

/* The library as a server would load it; NULL after a skip. */
static void *load(void)
{
    const char *name = getenv("MTLSAUTH_LIB");
    void *library = name != NULL ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : NULL;

    if (name == NULL)
        tap_skip("MTLSAUTH_LIB is not set");
    else if (!TAP_TRUE(library != NULL))
        printf("# %s\n", dlerror());
    return library;
}

static void every_member(void)
{
    void *library = load();
    get_api_fn *get_api;
    const mtlsauth_api_t *api;
    size_t i;

    if (library == NULL)
        return;
    get_api = as_function(dlsym(library, "mtlsauth_get_api"));
    if (!TAP_TRUE(get_api != NULL))
        return;
    api = get_api(MTLSAUTH_API_VERSION);
    if (!TAP_TRUE(api != NULL))
        return;
    TAP_INT(api->struct_size, sizeof(*api));
    TAP_INT(api->version, MTLSAUTH_API_VERSION);
    /* the table above is the whole struct, row by row: a member that is added is missed here */
    TAP_INT(members[0].offset, 2 * sizeof(uint32_t));
    TAP_INT(sizeof(*api), members[0].offset + COUNT(members) * sizeof(void *));
    for (i = 0; i < COUNT(members); i++) {
        void *address;
        tap_row("%s", members[i].symbol);
        TAP_INT(members[i].offset, members[0].offset + i * sizeof(void *));
        memcpy(&address, (const char *)api + members[i].offset, sizeof(address));
        TAP_TRUE(address != NULL);
        TAP_TRUE(address == dlsym(library, members[i].symbol));
    }
    TAP_TRUE(get_api(MTLSAUTH_API_VERSION) == api); /* constant */
    dlclose(library);
}

static void other_versions(void)
{
    static const uint32_t versions[] = { 0, MTLSAUTH_API_VERSION + 1, 0x100, 0x10000, UINT32_MAX };
    void *library = load();
    get_api_fn *get_api;
    size_t i;

    if (library == NULL)
        return;
    get_api = as_function(dlsym(library, "mtlsauth_get_api"));
    if (!TAP_TRUE(get_api != NULL))
        return;
    for (i = 0; i < COUNT(versions); i++) {
        tap_row("%u", (unsigned)versions[i]);
        TAP_TRUE(get_api(versions[i]) == NULL);
    }
    dlclose(library);
}

/* A whole life through the table alone, in a library that is unloaded afterwards. */
static void a_decision_through_the_table(void)
{
    void *library = load();
    const mtlsauth_api_t *api;
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    mtlsauth_engine_t *engine = NULL;
    mtlsauth_request_t *request = NULL;
    scene_t scene;

    if (library == NULL)
        return;
    api = as_function(dlsym(library, "mtlsauth_get_api"))(MTLSAUTH_API_VERSION);
    scene_open(&scene);
    fixture_write(&scene.fixture, "p.conf", TRUST STACK(VALIDITY PERMIT));
    how.policy = fixture_path(&scene.fixture, "p.conf");
    how.plugin_dir = scene.fixture.plugins;
    TAP_INT(api->engine_open(&engine, &how, NULL), 0);
    TAP_INT(api->request_new(engine, &request), 0);
    api->request_time(request, CERTS_NOW);
    api->request_leaf(request, scene.john.der.data, scene.john.der.size);
    TAP_INT(api->authorize(request), 1);
    TAP_STR(api->decision(request)->reason, "success");
    api->request_leaf(request, scene.alone.der.data, scene.alone.der.size);
    TAP_INT(api->authorize(request), 0);
    TAP_STR(api->result_name((int)api->decision(request)->result), "untrusted");
    TAP_STR(api->version_text(), MTLSAUTH_VERSION);
    api->request_free(request);
    api->engine_free(engine);
    dlclose(library);
    scene_close(&scene);
}

/* A caller built with other headers than the library's is told so, and gets no engine. */
static void struct_of_another_version(void)
{
    static const struct {
        uint32_t size, version;
        int status;
    } rows[] = {
        { 0, MTLSAUTH_API_VERSION, MTLSAUTH_E_ARGUMENT },
        { 4, MTLSAUTH_API_VERSION, MTLSAUTH_E_ARGUMENT },
        { sizeof(mtlsauth_open_t), 0, MTLSAUTH_E_ARGUMENT },
        { sizeof(mtlsauth_open_t), MTLSAUTH_API_VERSION + 1, MTLSAUTH_E_ARGUMENT },
        /* longer: of a later minor version, with members that this one does not look at */
        { sizeof(mtlsauth_open_t) + 64, MTLSAUTH_API_VERSION, 0 },
        { sizeof(mtlsauth_open_t), MTLSAUTH_API_VERSION, 0 },
    };
    struct {
        mtlsauth_open_t how;
        char later[64];
    } longer = { .how = MTLSAUTH_OPEN_INIT };
    fixture_t fixture;
    size_t i;

    fixture_open(&fixture);
    fixture_write(&fixture, "p.conf", STACK(DENY));
    longer.how.policy = fixture_path(&fixture, "p.conf");
    longer.how.plugin_dir = fixture.plugins;
    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_engine_t *engine = NULL;
        mtlsauth_error_t *err = NULL;
        tap_row("size %u, version %u", (unsigned)rows[i].size, (unsigned)rows[i].version);
        longer.how.struct_size = rows[i].size;
        longer.how.version = rows[i].version;
        TAP_INT(mtlsauth_engine_open(&engine, &longer.how, &err), rows[i].status);
        TAP_TRUE((engine != NULL) == (rows[i].status == 0));
        TAP_TRUE((err == NULL) == (rows[i].status == 0));
        mtlsauth_error_free(err);
        mtlsauth_engine_free(engine);
    }
    longer.how.flags = 1u << 31; /* a flag that means something to someone else */
    TAP_INT(mtlsauth_engine_open(&(mtlsauth_engine_t *) { NULL }, &longer.how, NULL),
            MTLSAUTH_E_ARGUMENT);
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "every member", every_member },
        { "other versions", other_versions },
        { "a decision through the table", a_decision_through_the_table },
        { "a struct of another version", struct_of_another_version },
    };

    return tap_main("table", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expression.c - what the evaluation of a condition costs: this library, the same test written in C
 * by hand, and in Lua, on the same values in one run; and look-ups in sets of 10 and 100,000.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LUA
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#endif

#include "base/buf.h"
#include "bench/stopwatch.h"
#include "expr/parse.h"
#include "expr/program.h"

enum { RUNS = 9, COUNT = 2000000, LOOK_UPS = 1000000, N_KEYS = 1024 };
enum { VERIFIED, REVOKED, HOST, PRINT, N_FIELDS };

#define PRINT_HERE "253e08c1ab67eb7630c61734d377d75d5dccde2f6e69986c221d66e848b64321"
#define PRINT_THERE "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const ma_field_t fields[N_FIELDS] = {
    { .name = "verified", .type = MA_TYPE_BOOL, .slot = VERIFIED },
    { .name = "revoked", .type = MA_TYPE_BOOL, .slot = REVOKED },
    { .name = "host", .type = MA_TYPE_STRING, .slot = HOST },
    { .name = "fingerprint", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS, .slot = PRINT },
};

/* ---- programs ------------------------------------------------------------------------------- */

typedef struct scene {
    ma_arena_t arena, scratch;
    ma_program_t *program;
    ma_value_t values[N_FIELDS];
    uint8_t states[N_FIELDS];
    ma_outcome_t outcome;          /* expected */
    const ma_bytes_t *keys;        /* of look-ups: the hosts to ask for */
#ifdef HAVE_LUA
    lua_State *lua;
#endif
} scene_t;

/* What the checker does for the little that is used here. */
static void resolve(ma_expr_t *expr)
{
    size_t i;

    if (expr == NULL)
        return;
    for (i = 0; expr->kind == MA_EXPR_FIELD && i < N_FIELDS; i++)
        if (strlen(fields[i].name) == expr->text.size
            && memcmp(fields[i].name, expr->text.data, expr->text.size) == 0)
            expr->field = &fields[i];
    resolve(expr->left);
    resolve(expr->right);
    for (i = 0; i < expr->n_items; i++)
        resolve(expr->items[i]);
}

static void compile(scene_t *scene, const char *text, ma_outcome_t outcome)
{
    const ma_source_t source = { .text = { (const uint8_t *)text, strlen(text) }, .file = "bench" };
    mtlsauth_error_t *err = NULL;
    ma_expr_t *expr;

    memset(scene, 0, sizeof(*scene));
    memset(scene->states, MA_SLOT_MADE, sizeof(scene->states));
    ma_arena_init(&scene->arena, 0);
    ma_arena_init(&scene->scratch, 0);
    scene->outcome = outcome;
    if (ma_expr_parse(&source, NULL, &scene->arena, &expr, &err) != 0)
        exit(1);
    resolve(expr);
    if (ma_program_new(&source, expr, &scene->arena, &scene->program, &err) != 0)
        exit(1);
}

static int ours(void *context, size_t count)
{
    scene_t *scene = context;
    ma_frame_t frame = { scene->values, scene->states, NULL, NULL, &scene->scratch, 0 };
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        frame.steps = MA_EXPR_STEPS;
        wrong |= ma_program_test(scene->program, &frame) != scene->outcome;
    }
    return wrong;
}

/* ---- by hand -------------------------------------------------------------------------------- */

static bool is(const ma_bytes_t *text, const char *literal, size_t size)
{
    return text->size == size && memcmp(text->data, literal, size) == 0;
}

/* Out of line, as a policy would be; the fingerprint is compared as it is written. */
__attribute__((noinline)) static bool test_by_hand(const ma_value_t *v)
{
    return !v[VERIFIED].number || v[REVOKED].number
        || ((is(&v[HOST].bytes, "mtls.example.com", 16) || is(&v[HOST].bytes, "mtls2.example.com", 17))
            && !is(&v[PRINT].bytes, PRINT_HERE, 64));
}

static int by_hand(void *context, size_t count)
{
    const scene_t *scene = context;
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        __asm__ volatile("" ::: "memory"); /* else the compiler sees that nothing changes */
        wrong |= test_by_hand(scene->values) != (scene->outcome == MA_OUTCOME_TRUE);
    }
    return wrong;
}

/* ---- in Lua --------------------------------------------------------------------------------- */

#ifdef HAVE_LUA
/* A function of the four values, called from C for each request; a table is the set. */
static void open_lua(scene_t *scene)
{
    static const char text[] =
        "local hosts = { ['mtls.example.com'] = true, ['mtls2.example.com'] = true }\n"
        "return function(verified, revoked, host, fingerprint)\n"
        "  return not verified or revoked or (hosts[host] and fingerprint ~= '" PRINT_HERE "')\n"
        "end\n";

    scene->lua = luaL_newstate();
    if (scene->lua == NULL || luaL_loadstring(scene->lua, text) != LUA_OK
        || lua_pcall(scene->lua, 0, 1, 0) != LUA_OK)
        exit(1);
}

static int by_lua(void *context, size_t count)
{
    const scene_t *scene = context;
    const ma_value_t *v = scene->values;
    lua_State *lua = scene->lua;
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        lua_pushvalue(lua, 1);
        lua_pushboolean(lua, v[VERIFIED].number != 0);
        lua_pushboolean(lua, v[REVOKED].number != 0);
        lua_pushlstring(lua, (const char *)v[HOST].bytes.data, v[HOST].bytes.size);
        lua_pushlstring(lua, (const char *)v[PRINT].bytes.data, v[PRINT].bytes.size);
        if (lua_pcall(lua, 4, 1, 0) != LUA_OK)
            return 1;
        wrong |= lua_toboolean(lua, -1) != (scene->outcome == MA_OUTCOME_TRUE);
        lua_pop(lua, 1);
    }
    return wrong;
}
#endif

/* ---- the condition -------------------------------------------------------------------------- */

static void bench_case(const char *what, const char *host, const char *print, ma_outcome_t outcome)
{
    static const char text[] =
        "not verified or revoked or (host in {\"mtls.example.com\" \"mtls2.example.com\"} and "
        "fingerprint ne \"253E08C1AB67EB7630C61734D377D75D5DCCDE2F6E69986C221D66E848B64321\")";
    static scene_t scene;
    double own, hand;

    compile(&scene, text, outcome);
    scene.values[VERIFIED].number = 1;
    scene.values[HOST].bytes = (ma_bytes_t) { (const uint8_t *)host, strlen(host) };
    scene.values[PRINT].bytes = (ma_bytes_t) { (const uint8_t *)print, strlen(print) };
    own = bench_median("mtlsauth", ours, &scene, COUNT, RUNS);
    hand = bench_median("C", by_hand, &scene, COUNT, RUNS);
    printf("%-22s %9.1f %9.1f", what, own * 1e9, hand * 1e9);
#ifdef HAVE_LUA
    open_lua(&scene);
    {
        const double lua = bench_median("Lua", by_lua, &scene, COUNT / 4, RUNS);
        printf(" %9.1f %9.2f %9.2f\n", lua * 1e9, hand / own, lua / own);
    }
    lua_close(scene.lua);
#else
    printf(" %9s %9.2f %9s\n", "-", hand / own, "-");
#endif
    ma_program_free(scene.program);
    ma_arena_free(&scene.arena);
    ma_arena_free(&scene.scratch);
}

/* ---- sets ----------------------------------------------------------------------------------- */

static void name_of(char room[32], unsigned number)
{
    snprintf(room, 32, "device-%06u.example.com", number);
}

static int look_up(void *context, size_t count)
{
    scene_t *scene = context;
    ma_frame_t frame = { scene->values, scene->states, NULL, NULL, &scene->scratch, 0 };
    int wrong = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        frame.steps = MA_EXPR_STEPS;
        scene->values[HOST].bytes = scene->keys[i % N_KEYS];
        wrong |= ma_program_test(scene->program, &frame) != scene->outcome;
    }
    return wrong;
}

/* Asks for names all over the set, or, as many, behind its last one. */
static void open_set(scene_t *scene, unsigned size, bool present)
{
    static char names[2][2][N_KEYS][32];
    static ma_bytes_t keys[2][2][N_KEYS];
    const unsigned large = size > 10;
    ma_buf_t text;
    char name[32];
    unsigned i;

    ma_buf_init(&text, 0);
    ma_buf_text(&text, "host in {");
    for (i = 0; i < size; i++) {
        name_of(name, i);
        ma_buf_printf(&text, " \"%s\"", name);
    }
    ma_buf_text(&text, "}");
    compile(scene, ma_buf_string(&text), present ? MA_OUTCOME_TRUE : MA_OUTCOME_FALSE);
    ma_buf_free(&text);
    for (i = 0; i < N_KEYS; i++) {
        name_of(names[large][present][i], i * 7919u % size + (present ? 0 : size));
        keys[large][present][i] = (ma_bytes_t) { (const uint8_t *)names[large][present][i],
                                                 strlen(names[large][present][i]) };
    }
    scene->keys = keys[large][present];
}

static void bench_sets(const char *what, bool present)
{
    static scene_t few, many;
    void *const both[2] = { &few, &many };
    double seconds[2];
    unsigned i;

    open_set(&few, 10, present);
    open_set(&many, 100000, present);
    bench_medians(what, look_up, both, LOOK_UPS, RUNS, seconds);
    printf("%-22s %9.1f %9.1f %29.2f\n", what, seconds[0] * 1e9, seconds[1] * 1e9,
           seconds[1] / seconds[0]);
    for (i = 0; i < 2; i++) {
        scene_t *scene = both[i];
        ma_program_free(scene->program);
        ma_arena_free(&scene->arena);
        ma_arena_free(&scene->scratch);
    }
}

int main(void)
{
    printf("One evaluation of: not verified or revoked or (host in {2} and fingerprint ne x),\n"
           "nanoseconds of CPU (median of %d runs), and how many times ours.\n", RUNS);
    printf("%-22s %9s %9s %9s %9s %9s\n", "case", "mtlsauth", "C", "Lua", "C/", "Lua/");
    bench_case("another host", "www.example.com", PRINT_THERE, MA_OUTCOME_FALSE);
    bench_case("another fingerprint", "mtls2.example.com", PRINT_THERE, MA_OUTCOME_TRUE);
    bench_case("the fingerprint", "mtls2.example.com", PRINT_HERE, MA_OUTCOME_FALSE);
    printf("\nhost in {...}, nanoseconds of CPU for names all over the set.\n");
    printf("%-22s %9s %9s %29s\n", "name", "of 10", "of 100000", "large/small");
    bench_sets("present", true);
    bench_sets("absent", false);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expression.c - fuzz target: any text as an expression.
 *
 * What is read can be printed; the print reads as an equal tree, and is printed the same again.
 * What is not read has an error that says why. The checker says the same of a tree and of what it
 * was printed as, with fields whose types follow from their names. What compiles, also of what no
 * checker lets through, is evaluated over fixed values, and the print of it comes to the same.
 */
#include <stdbool.h>
#include <string.h>

#include "expr/check.h"
#include "expr/parse.h"
#include "expr/print.h"
#include "expr_fields.h"
#include "fuzz.h"

static int parse(ma_bytes_t text, ma_arena_t *arena, ma_expr_t **out)
{
    const ma_source_t source = { .text = text, .file = "x" };
    mtlsauth_error_t *err = NULL;
    const int ret = ma_expr_parse(&source, NULL, arena, out, &err);

    FUZZ_CHECK((ret == 0) == (err == NULL));
    FUZZ_CHECK(ret == 0 || mtlsauth_error_mend(err)[0] != '\0' || ret == MTLSAUTH_E_NO_MEMORY);
    mtlsauth_error_free(err);
    return ret;
}

static bool same_bytes(ma_bytes_t a, ma_bytes_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* Equal trees of the same height, which is bounded: so is this recursion. */
static void same(const ma_expr_t *a, const ma_expr_t *b)
{
    size_t i;

    FUZZ_CHECK((a == NULL) == (b == NULL));
    if (a == NULL)
        return;
    FUZZ_CHECK(a->height <= MA_EXPR_MAX_DEPTH && a->height == b->height);
    FUZZ_CHECK(a->kind == b->kind && a->op == b->op && a->number == b->number);
    FUZZ_CHECK(same_bytes(a->text, b->text) && a->n_items == b->n_items);
    same(a->left, b->left);
    same(a->right, b->right);
    for (i = 0; i < a->n_items; i++)
        same(a->items[i], b->items[i]);
}

/* Any name is a field, of a type that its first and last letters choose. */
static const ma_field_t *find(const void *context, const char *name, size_t size)
{
    static const ma_field_t fields[] = {
        { .name = "string", .type = MA_TYPE_STRING },
        { .name = "bool", .type = MA_TYPE_BOOL },
        { .name = "int", .type = MA_TYPE_INT },
        { .name = "address", .type = MA_TYPE_ADDRESS },
        { .name = "array", .type = MA_TYPE_STRINGS },
        { .name = "map", .type = MA_TYPE_MAP },
        { .name = "digest", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS, .octets = 32 },
        { .name = "serial", .type = MA_TYPE_STRING, .hex = MA_HEX_NUMBER },
    };
    const size_t count = sizeof(fields) / sizeof(fields[0]) + 1; /* one is unknown */
    const size_t at = ((size_t)(unsigned char)name[0] + (unsigned char)name[size - 1]) % count;

    (void)context;
    return at < count - 1 ? &fields[at] : NULL;
}

static void on_warning(void *context, const ma_pos_t *pos, const char *id, const char *text,
                       const char *mend)
{
    (void)context;
    FUZZ_CHECK(pos->line > 0 && id[0] != '\0' && text[0] != '\0' && mend[0] != '\0');
}

static int check(ma_bytes_t text, ma_arena_t *arena, ma_expr_t *tree)
{
    static const char *const names[] = { "string", "cf.tls_client_auth.x", NULL };
    static const ma_schema_t schema = { .find = find, .names = names };
    const ma_source_t source = { .text = text, .file = "x" };
    mtlsauth_error_t *err = NULL;
    const ma_check_t with = { .source = &source, .schema = &schema, .wanted = MA_TYPE_BOOL,
                              .arena = arena, .warn = on_warning, .err = &err };
    const int ret = ma_expr_check(&with, tree);

    FUZZ_CHECK((ret == 0) == (err == NULL));
    FUZZ_CHECK(ret != 0 || tree->type == MA_TYPE_BOOL);
    FUZZ_CHECK(ret == 0 || ret == MTLSAUTH_E_POLICY || ret == MTLSAUTH_E_NO_MEMORY);
    mtlsauth_error_free(err);
    return ret;
}

typedef struct result {
    int ret;              /* of the compiler */
    ma_outcome_t outcome;
    uint32_t steps;       /* left */
} result_t;

static result_t evaluate(ma_bytes_t text, ma_expr_t *expr)
{
    static expr_scene_t scene;
    const ma_source_t source = { .text = text, .file = "x" };
    result_t result = { 0, MA_OUTCOME_ERROR, 0 };
    ma_program_t *program = NULL;
    mtlsauth_error_t *err = NULL;
    ma_arena_t arena;
    ma_value_t value;

    ma_arena_init(&arena, 0);
    expr_scene_open(&scene);
    expr_resolve(expr);
    result.ret = ma_program_new(&source, expr, &arena, &program, &err);
    FUZZ_CHECK((result.ret == 0) == (err == NULL));
    if (result.ret == 0) {
        result.outcome = expr_scene_test(&scene, program);
        if (result.outcome == MA_OUTCOME_ERROR) /* a value, then */
            result.outcome = ma_program_value(program, &scene.frame, &value);
        result.steps = scene.frame.steps;
    }
    ma_program_free(program);
    mtlsauth_error_free(err);
    ma_arena_free(&scene.arena);
    ma_arena_free(&arena);
    return result;
}

/* From trees of their own: the checker writes to those it looks at. */
static void same_result(ma_bytes_t text, ma_bytes_t print, ma_arena_t *arena)
{
    ma_expr_t *expr, *printed;
    result_t a, b;

    FUZZ_CHECK(parse(text, arena, &expr) == 0 && parse(print, arena, &printed) == 0);
    a = evaluate(text, expr);
    b = evaluate(print, printed);
    FUZZ_CHECK(a.ret == b.ret && a.outcome == b.outcome && a.steps == b.steps);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ma_arena_t arena;
    ma_expr_t *first, *second;
    ma_buf_t text, again;
    int ret;

    ma_arena_init(&arena, 0);
    ma_buf_init(&text, 0);
    ma_buf_init(&again, 0);
    if (parse((ma_bytes_t) { data, size }, &arena, &first) == 0) {
        ma_expr_print(first, &text);
        FUZZ_CHECK(ma_buf_ok(&text));
        ret = parse((ma_bytes_t) { (const uint8_t *)text.data, text.size }, &arena, &second);
        FUZZ_CHECK(ret == 0);
        same(first, second);
        ret = check((ma_bytes_t) { data, size }, &arena, first);
        FUZZ_CHECK(ret == check((ma_bytes_t) { (const uint8_t *)text.data, text.size }, &arena,
                                second));
        same_result((ma_bytes_t) { data, size },
                    (ma_bytes_t) { (const uint8_t *)text.data, text.size }, &arena);
        ma_expr_print(second, &again);
        FUZZ_CHECK(again.size == text.size && memcmp(again.data, text.data, text.size) == 0);
    }
    ma_buf_free(&text);
    ma_buf_free(&again);
    ma_arena_free(&arena);
    return 0;
}

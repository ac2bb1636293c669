/* SPDX-License-Identifier: BSD-2-Clause */
/* expr_compiled.h - what the tests of programs share: a text, compiled, and what it comes to. */
#ifndef TESTS_EXPR_COMPILED_H
#define TESTS_EXPR_COMPILED_H

#include "expr_tree.h"

#include "expr_fields.h"

typedef struct compiled {
    parsed_t parsed;
    ma_arena_t arena;
    ma_program_t *program; /* NULL: see err */
    mtlsauth_error_t *err;
    int ret;
} compiled_t;

/* The text and the tree are gone when the program runs. */
static inline compiled_t compile(const char *text)
{
    compiled_t made = { .parsed = parse_text(text), .ret = MTLSAUTH_E_POLICY };
    ma_source_t source = { .text = { made.parsed.copy, strlen(text) }, .file = "x" };

    ma_arena_init(&made.arena, 0);
    TAP_INT(made.parsed.ret, 0);
    if (made.parsed.ret == 0) {
        expr_resolve(made.parsed.expr);
        made.ret = ma_program_new(&source, made.parsed.expr, &made.arena, &made.program, &made.err);
    }
    TAP_TRUE((made.ret == 0) == (made.program != NULL));
    parsed_free(&made.parsed);
    return made;
}

static inline void compiled_free(compiled_t *made)
{
    ma_program_free(made->program);
    mtlsauth_error_free(made->err);
    ma_arena_free(&made->arena);
}

static inline const char *outcome_name(ma_outcome_t outcome)
{
    static const char *const names[] = { "error", "false", "true", "limit", "undetermined" };

    return names[outcome];
}

static inline const char *outcome_of(expr_scene_t *scene, const char *text)
{
    compiled_t made = compile(text);
    const char *name = "not compiled";

    if (made.program != NULL)
        name = outcome_name(expr_scene_test(scene, made.program));
    compiled_free(&made);
    return name;
}

#endif

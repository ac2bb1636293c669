/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_fields.h - fields of every type with values that do not change, for tests that evaluate
 * expressions. A name says what the value is.
 */
#ifndef TESTS_EXPR_FIELDS_H
#define TESTS_EXPR_FIELDS_H

#include <string.h>

#include "expr/function.h"
#include "expr/program.h"

enum {
    F_TRUE, F_FALSE, F_UNKNOWN, F_UNKNOWN_STRING, F_UNKNOWN_ARRAY, F_UNKNOWN_MAP, F_INT, F_NEGATIVE,
    F_LEAST, F_MOST, F_STRING, F_EMPTY, F_OCTETS, F_LONG, F_PRINT, F_PRINT_UPPER, F_PRINT_COLONS,
    F_PRINT_ABSENT, F_SERIAL, F_IP4, F_IP6, F_IP_MAPPED, F_IP_ABSENT, F_ARRAY, F_NO_ARRAY, F_ONE,
    F_MAP, F_NO_MAP, F_LATE, F_COUNT
};

static const ma_field_t expr_fields[F_COUNT + 1] = {
    [F_TRUE] = { .name = "yes", .type = MA_TYPE_BOOL, .slot = F_TRUE },
    [F_FALSE] = { .name = "no", .type = MA_TYPE_BOOL, .slot = F_FALSE },
    [F_UNKNOWN] = { .name = "unknown", .type = MA_TYPE_BOOL, .slot = F_UNKNOWN },
    [F_UNKNOWN_STRING] = { .name = "unknown.string", .type = MA_TYPE_STRING,
                           .slot = F_UNKNOWN_STRING },
    [F_UNKNOWN_ARRAY] = { .name = "unknown.array", .type = MA_TYPE_STRINGS,
                          .slot = F_UNKNOWN_ARRAY },
    [F_UNKNOWN_MAP] = { .name = "unknown.map", .type = MA_TYPE_MAP, .slot = F_UNKNOWN_MAP },
    [F_INT] = { .name = "n", .type = MA_TYPE_INT, .slot = F_INT },
    [F_NEGATIVE] = { .name = "n.negative", .type = MA_TYPE_INT, .slot = F_NEGATIVE },
    [F_LEAST] = { .name = "n.least", .type = MA_TYPE_INT, .slot = F_LEAST },
    [F_MOST] = { .name = "n.most", .type = MA_TYPE_INT, .slot = F_MOST },
    [F_STRING] = { .name = "s", .type = MA_TYPE_STRING, .slot = F_STRING },
    [F_EMPTY] = { .name = "s.absent", .type = MA_TYPE_STRING, .slot = F_EMPTY },
    [F_OCTETS] = { .name = "s.octets", .type = MA_TYPE_STRING, .slot = F_OCTETS },
    [F_LONG] = { .name = "s.long", .type = MA_TYPE_STRING, .slot = F_LONG },
    [F_PRINT] = { .name = "print", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS, .slot = F_PRINT },
    [F_PRINT_UPPER] = { .name = "print.upper", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS,
                        .slot = F_PRINT_UPPER },
    [F_PRINT_COLONS] = { .name = "print.colons", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS,
                         .slot = F_PRINT_COLONS },
    [F_PRINT_ABSENT] = { .name = "print.absent", .type = MA_TYPE_STRING, .hex = MA_HEX_OCTETS,
                         .slot = F_PRINT_ABSENT },
    [F_SERIAL] = { .name = "serial", .type = MA_TYPE_STRING, .hex = MA_HEX_NUMBER,
                   .slot = F_SERIAL },
    [F_IP4] = { .name = "ip4", .type = MA_TYPE_ADDRESS, .slot = F_IP4 },
    [F_IP6] = { .name = "ip6", .type = MA_TYPE_ADDRESS, .slot = F_IP6 },
    [F_IP_MAPPED] = { .name = "ip.mapped", .type = MA_TYPE_ADDRESS, .slot = F_IP_MAPPED },
    [F_IP_ABSENT] = { .name = "ip.absent", .type = MA_TYPE_ADDRESS, .slot = F_IP_ABSENT },
    [F_ARRAY] = { .name = "array", .type = MA_TYPE_STRINGS, .slot = F_ARRAY },
    [F_NO_ARRAY] = { .name = "array.absent", .type = MA_TYPE_STRINGS, .slot = F_NO_ARRAY },
    [F_ONE] = { .name = "array.one", .type = MA_TYPE_STRINGS, .slot = F_ONE },
    [F_MAP] = { .name = "map", .type = MA_TYPE_MAP, .slot = F_MAP },
    [F_NO_MAP] = { .name = "map.absent", .type = MA_TYPE_MAP, .slot = F_NO_MAP },
    [F_LATE] = { .name = "late", .type = MA_TYPE_STRING, .slot = F_LATE },
};

/* A value of each, and what an evaluation needs besides. */
typedef struct expr_scene {
    ma_value_t values[F_COUNT];
    uint8_t states[F_COUNT];
    ma_pair_t pairs[5];
    ma_arena_t arena;
    ma_frame_t frame;
    unsigned made; /* how often the field that is made late was asked for */
    uint8_t text[4096];
} expr_scene_t;

#define EXPR_PRINT "253e08c1ab67eb7630c61734d377d75d5dccde2f6e69986c221d66e848b64321"
#define EXPR_PRINT_UPPER "253E08C1AB67EB7630C61734D377D75D5DCCDE2F6E69986C221D66E848B64321"

static inline void expr_make(void *context, unsigned slot)
{
    expr_scene_t *scene = context;

    scene->made++;
    if (slot == F_LATE) {
        scene->values[slot].bytes = MA_OID("made");
        scene->states[slot] = MA_SLOT_MADE;
    }
}

static inline void expr_scene_values(ma_value_t *v)
{
    static const ma_bytes_t array[] = { { (const uint8_t *)"Admin", 5 },
                                        { (const uint8_t *)"user", 4 },
                                        { (const uint8_t *)"", 0 } };

    v[F_TRUE].number = 1;
    v[F_INT].number = 42;
    v[F_NEGATIVE].number = -7;
    v[F_LEAST].number = INT64_MIN;
    v[F_MOST].number = INT64_MAX;
    v[F_STRING].bytes = MA_OID("John Doe");
    v[F_OCTETS].bytes = MA_OID("a\0b\xff");
    v[F_PRINT].bytes = MA_OID(EXPR_PRINT);
    v[F_PRINT_UPPER].bytes = MA_OID(EXPR_PRINT_UPPER);
    v[F_PRINT_COLONS].bytes = MA_OID("25:3e:08:C1");
    v[F_SERIAL].bytes = MA_OID("0A1B");
    v[F_IP4].bytes = MA_OID("\xc0\x00\x02\x07");
    v[F_IP6].bytes = MA_OID("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07");
    v[F_IP_MAPPED].bytes = MA_OID("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x07");
    v[F_ARRAY].items = array;
    v[F_ARRAY].count = 3;
    v[F_ONE].items = array + 1;
    v[F_ONE].count = 1;
}

static inline void expr_scene_open(expr_scene_t *scene)
{
    static const char *const pairs[][2] = {
        { "Host", "a.example" }, { "X-Role", "reader" }, { "x-other", "1" }, { "x-ROLE", "Writer" },
        { "x-role-not", "admin" },
    };
    size_t i;

    memset(scene, 0, sizeof(*scene));
    memset(scene->states, MA_SLOT_MADE, sizeof(scene->states));
    memset(scene->states + F_UNKNOWN, MA_SLOT_UNKNOWN, F_UNKNOWN_MAP - F_UNKNOWN + 1);
    scene->states[F_LATE] = MA_SLOT_TO_MAKE;
    memset(scene->text, 'a', sizeof(scene->text));
    expr_scene_values(scene->values);
    scene->values[F_LONG].bytes = (ma_bytes_t) { scene->text, sizeof(scene->text) };
    for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        scene->pairs[i].name = (ma_bytes_t) { (const uint8_t *)pairs[i][0], strlen(pairs[i][0]) };
        scene->pairs[i].value = (ma_bytes_t) { (const uint8_t *)pairs[i][1], strlen(pairs[i][1]) };
        if (i > 0)
            scene->pairs[i - 1].next = &scene->pairs[i];
    }
    scene->values[F_MAP].pairs = scene->pairs;
    ma_arena_init(&scene->arena, 4u << 20);
    scene->frame = (ma_frame_t) { scene->values, scene->states, expr_make, scene, &scene->arena,
                                  MA_EXPR_STEPS };
}

static inline ma_outcome_t expr_scene_test(expr_scene_t *scene, const ma_program_t *program)
{
    ma_arena_reset(&scene->arena);
    scene->states[F_LATE] = MA_SLOT_TO_MAKE;
    scene->made = 0;
    scene->frame.steps = MA_EXPR_STEPS;
    return ma_program_test(program, &scene->frame);
}

static inline const ma_field_t *expr_find(const void *context, const char *name, size_t size)
{
    const ma_field_t *field;

    (void)context;
    for (field = expr_fields; field->name != NULL; field++)
        if (strlen(field->name) == size && memcmp(field->name, name, size) == 0)
            return field;
    return NULL;
}

/* Fields and functions by their names: what a program needs of a checker. */
static inline void expr_resolve(ma_expr_t *expr)
{
    size_t i;

    if (expr == NULL)
        return;
    if (expr->kind == MA_EXPR_FIELD)
        expr->field = expr_find(NULL, (const char *)expr->text.data, expr->text.size);
    if (expr->kind == MA_EXPR_CALL)
        expr->function = ma_function_find(expr->text);
    expr_resolve(expr->left);
    expr_resolve(expr->right);
    for (i = 0; i < expr->n_items; i++)
        expr_resolve(expr->items[i]);
}

#endif

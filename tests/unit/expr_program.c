/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * expr_program.c - compiled expressions as things: the values they give, what they may cost in steps,
 * memory and depth, what does not compile, and threads that share one.
 */
#include "expr_compiled.h"

#include <pthread.h>

#include "allocations.h"

static void made_when_needed(void)
{
    static expr_scene_t scene;
    compiled_t once = compile("late eq \"made\" and late ne \"x\"");
    compiled_t never = compile("no and late eq \"made\"");

    expr_scene_open(&scene);
    TAP_STR(outcome_name(expr_scene_test(&scene, once.program)), "true");
    TAP_INT(scene.made, 1);
    TAP_STR(outcome_name(expr_scene_test(&scene, never.program)), "false");
    TAP_INT(scene.made, 0);
    scene.frame.make = NULL; /* nobody makes it: never an answer */
    TAP_STR(outcome_name(expr_scene_test(&scene, once.program)), "error");
    compiled_free(&once);
    compiled_free(&never);
    ma_arena_free(&scene.arena);
}

static void values(void)
{
    static expr_scene_t scene;
    compiled_t text = compile("concat(s, \"!\")"), array = compile("lower(array[*])");
    compiled_t field = compile("array"), number = compile("len(s)"), test = compile("not yes");
    ma_value_t value;

    expr_scene_open(&scene);
    TAP_INT(ma_program_value(text.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_TRUE(ma_bytes_equal(value.bytes, MA_OID("John Doe!")));
    TAP_INT(ma_program_test(text.program, &scene.frame), MA_OUTCOME_ERROR); /* it is no condition */
    TAP_INT(ma_program_value(array.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.count, 3);
    TAP_TRUE(ma_bytes_equal(value.items[0], MA_OID("admin")));
    TAP_INT(ma_program_value(field.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.count, 3);
    TAP_INT(ma_program_value(number.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.number, 8);
    TAP_INT(ma_program_value(test.program, &scene.frame, &value), MA_OUTCOME_TRUE);
    TAP_INT(value.number, 0);
    compiled_free(&text);
    compiled_free(&array);
    compiled_free(&field);
    compiled_free(&number);
    compiled_free(&test);
    ma_arena_free(&scene.arena);
}

/* With too few steps the outcome is a limit, with enough the answer; never another answer. */
static void steps(void)
{
    static const char *const texts[] = {
        "yes and no or yes", "all(array[*] ne \"nobody\")", "s.long contains \"aab\" or yes",
        "lower(s) eq \"john doe\"", "any(lower(map[\"x-role\"][*])[*] eq \"writer\")",
        "s.long wildcard \"*b\" or yes", "join(upper(array[*]), \",\") eq \"ADMIN,USER,\"",
        "s matches \"J.*e\"",
    };
    static expr_scene_t scene;
    size_t i;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        uint32_t given = 0;
        ma_outcome_t outcome;
        tap_row("%s", texts[i]);
        do {
            ma_arena_reset(&scene.arena);
            scene.frame.steps = given;
            outcome = ma_program_test(made.program, &scene.frame);
            TAP_TRUE(outcome == MA_OUTCOME_TRUE || outcome == MA_OUTCOME_LIMIT);
        } while (outcome == MA_OUTCOME_LIMIT && ++given < 1000);
        TAP_INT(outcome, MA_OUTCOME_TRUE);
        TAP_TRUE(given > 1);
        TAP_INT(scene.frame.steps, 0); /* all of the least number is used */
        compiled_free(&made);
    }
    ma_arena_free(&scene.arena);
}

/*
 * Whoever sends an array has to pay for each item of it, whatever is done with it: with as many steps
 * as it has items the end is not reached, and with what one request may take an array of so many
 * items is not walked.
 */
static void items_cost(void)
{
    static const char *const texts[] = {
        "all(array[*] ne \"nobody\")", "not any(array[*] eq \"nobody\")",
        "len(upper(array[*])) ne 0",    "all(lower(array[*])[*] ne \"nobody\")",
        "join(array, \",\") ne \"x\"",
    };
    static ma_bytes_t items[MA_EXPR_STEPS];
    static expr_scene_t scene;
    size_t i, count;

    for (i = 0; i < COUNT(items); i++)
        items[i] = MA_OID("a");
    expr_scene_open(&scene);
    scene.values[F_ARRAY].items = items;
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        for (count = 1; count <= 1000; count *= 10) {
            tap_row("%s: %zu items", texts[i], count);
            scene.values[F_ARRAY].count = count;
            TAP_STR(outcome_name(expr_scene_test(&scene, made.program)), "true");
            TAP_TRUE(MA_EXPR_STEPS - scene.frame.steps > count);
            ma_arena_reset(&scene.arena);
            scene.frame.steps = (uint32_t)count;
            TAP_STR(outcome_name(ma_program_test(made.program, &scene.frame)), "limit");
        }
        scene.values[F_ARRAY].count = COUNT(items);
        TAP_STR(outcome_name(expr_scene_test(&scene, made.program)), "limit");
        compiled_free(&made);
    }
    ma_arena_free(&scene.arena);
}

/* Memory of the frame that runs out ends it without an answer. */
static void memory(void)
{
    static expr_scene_t scene;
    compiled_t made = compile("concat(s, s.long) ne \"\" or yes");
    compiled_t array = compile("len(lower(array[*])) eq 3");
    ma_outcome_t outcome;

    expr_scene_open(&scene);
    ma_arena_init(&scene.arena, 16);
    outcome = expr_scene_test(&scene, made.program);
    TAP_TRUE(outcome == MA_OUTCOME_LIMIT || outcome == MA_OUTCOME_ERROR);
    TAP_STR(outcome_name(expr_scene_test(&scene, array.program)), "error");
    compiled_free(&made);
    compiled_free(&array);
    ma_arena_free(&scene.arena);
}

static void compile_memory(void)
{
    const char text[] = "s matches \"a\" and regex_replace(s, \"a\", \"b\") eq \"c\" and "
                        "any(lower(map[\"a\"][*])[*] in {\"a\" \"b\"}) and serial eq \"0a\" and "
                        "s contains \"x\" and concat(\"a\", s) wildcard \"*\"";
    size_t limit;
    int ret = MTLSAUTH_E_NO_MEMORY;

    for (limit = 16; ret != 0 && limit < 65536; limit += 48) {
        parsed_t parsed = parse_text(text);
        const ma_source_t source = { .text = { parsed.copy, sizeof(text) - 1 }, .file = "x" };
        ma_program_t *program = NULL;
        mtlsauth_error_t *err = NULL;
        ma_arena_t arena;
        ma_arena_init(&arena, limit);
        expr_resolve(parsed.expr);
        ret = ma_program_new(&source, parsed.expr, &arena, &program, &err);
        TAP_TRUE(ret == 0 || ret == MTLSAUTH_E_NO_MEMORY);
        TAP_TRUE((ret == 0) == (program != NULL) && (ret == 0) == (err == NULL));
        ma_program_free(program);
        mtlsauth_error_free(err);
        ma_arena_free(&arena);
        parsed_free(&parsed);
    }
    TAP_INT(ret, 0);
    TAP_TRUE(limit > 64);
}

/* As deep as trees get: conditions, calls, and quantifiers in calls. */
static void depth(void)
{
    static const struct {
        const char *open, *inner, *close;
        unsigned levels;
        const char *outcome;
    } rows[] = {
        { "(yes and (no or ", "yes", "))", 63, "true" },
        { "not (no or ", "yes", ")", 63, "false" },
        { "starts_with(concat(", "s", ", \"\", \"\"), \"J\")", 1, "true" },
        { "lower(upper(", "s", "))", 61, "true" },
        { "concat(\"\", 1, 2, 3, 4, 5, ", "s", ")", 120, "true" },
        { "join(lower(split(", "s", ", \" \", 2)[*]), \"-\")", 30, "true" },
    };
    static expr_scene_t scene;
    size_t i;
    unsigned j;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(rows); i++) {
        ma_buf_t text;
        tap_row("%s", rows[i].open);
        ma_buf_init(&text, 0);
        for (j = 0; j < rows[i].levels; j++)
            ma_buf_text(&text, rows[i].open);
        ma_buf_text(&text, rows[i].inner);
        for (j = 0; j < rows[i].levels; j++)
            ma_buf_text(&text, rows[i].close);
        if (i > 2)
            ma_buf_text(&text, " ne \"nobody\"");
        TAP_STR(outcome_of(&scene, ma_buf_string(&text)), rows[i].outcome);
        ma_buf_free(&text);
    }
    ma_arena_free(&scene.arena);
}

/* What a checker does not let through does not compile either. */
static void refused(void)
{
    static const char *const texts[] = {
        "array[*] eq \"a\"", "any(yes)", "any(s eq \"a\")", "nothing", "s eq 1", "n eq \"a\"",
        "n contains \"a\"", "s lt \"b\"", "s in {1 2}", "n in {\"a\"}", "ip4 in {1}", "yes in {1}",
        "map eq \"a\"", "map[0] eq \"a\"", "array[\"a\"][0] eq \"a\"", "s[0] eq \"a\"",
        "any(s[*] eq \"a\")", "any(map[*] eq \"a\")", "f(s) eq \"a\"", "lower(s, s) eq \"a\"",
        "starts_with(array[*], \"a\")", "s matches \"(\"",
        "regex_replace(s, \"(\", \"\") eq \"a\"", "split(s, \",\", 0)[0] eq \"a\"",
        "regex_replace(s, lower(s), \"\") eq \"a\"", "yes lt true",
        "join(starts_with(array[*], \"a\"), \",\") eq \"a\"", "any(lower(array[*]) eq \"a\")",
        "upper(lower(array[*]))[0] eq \"a\"", "concat(s, array[*]) eq \"a\"",
        "concat(s, s, s, s, s, s, ip4) eq \"a\"", "len(n) eq 1", "lower(n) eq \"a\"",
        "len(array[*]) eq 1", "array[*][*] eq \"a\"", "any(any(array[*] eq \"a\"))",
    };
    size_t i;

    for (i = 0; i < COUNT(texts); i++) {
        parsed_t parsed = parse_text(texts[i]);
        const ma_source_t source = { .text = { parsed.copy, strlen(texts[i]) }, .file = "x" };
        ma_program_t *program = NULL;
        mtlsauth_error_t *err = NULL;
        ma_arena_t arena;
        tap_row("%s", texts[i]);
        ma_arena_init(&arena, 0);
        TAP_INT(parsed.ret, 0);
        if (parsed.ret == 0) {
            expr_resolve(parsed.expr);
            TAP_TRUE(ma_program_new(&source, parsed.expr, &arena, &program, &err) != 0);
            TAP_TRUE(err != NULL && mtlsauth_error_mend(err)[0] != '\0');
        }
        ma_program_free(program);
        mtlsauth_error_free(err);
        ma_arena_free(&arena);
        parsed_free(&parsed);
    }
}

static void no_allocation(void)
{
#if ALLOCATIONS_COUNT
    static const char *const texts[] = {
        "not yes or no or (s in {\"a.example\" \"b.example\"} and print ne \"" EXPR_PRINT_UPPER "\")",
        "print eq \"25:3e:08:c1\" or print.colons eq \"25:3e:08:c1\"",
        "serial in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"A1B\"}",
        "n in {1..9 42} and ip4 in {192.0.2.0/24} and s contains \"Doe\" and s wildcard \"j*\"",
        "any(array[*] eq \"user\") and any(map[\"x-role\"][*] eq \"Writer\")",
        "map[\"x-role\"][1] eq \"Writer\" and array[1] eq \"user\" and len(map[\"host\"]) eq 1",
        "any(starts_with(array[*], \"us\")) and substring(s, 0, 4) eq \"John\"",
    };
    static expr_scene_t scene;
    size_t i;

    expr_scene_open(&scene);
    for (i = 0; i < COUNT(texts); i++) {
        compiled_t made = compile(texts[i]);
        ma_outcome_t outcome;
        unsigned long before;
        tap_row("%s", texts[i]);
        before = allocations;
        outcome = expr_scene_test(&scene, made.program);
        TAP_INT(allocations - before, 0);
        TAP_INT(scene.arena.total, 0); /* nor of the frame's */
        TAP_TRUE(outcome == MA_OUTCOME_TRUE || outcome == MA_OUTCOME_FALSE);
        compiled_free(&made);
    }
    TAP_TRUE(allocations > 0); /* it does count */
#else
    tap_skip("allocations cannot be counted here");
#endif
}

/* ---- threads -------------------------------------------------------------------------------- */

enum { N_THREADS = 8, N_ROUNDS = 300 };

typedef struct shared {
    const compiled_t *programs;
    size_t count;
    int wrong;
} shared_t;

static void *evaluate(void *context)
{
    shared_t *shared = context;
    expr_scene_t *scene = malloc(sizeof(*scene));
    unsigned round;
    size_t i;

    if (scene == NULL)
        return shared;
    expr_scene_open(scene);
    for (round = 0; round < N_ROUNDS; round++)
        for (i = 0; i < shared->count; i++)
            shared->wrong += expr_scene_test(scene, shared->programs[i].program) != MA_OUTCOME_TRUE;
    ma_arena_free(&scene->arena);
    free(scene);
    return NULL;
}

static void threads(void)
{
    compiled_t programs[] = {
        compile("s matches \"^J(.*)e$\" and regex_replace(s, \"o\", \"0\") eq \"J0hn Doe\""),
        compile("s in {\"1\" \"2\" \"3\" \"4\" \"5\" \"6\" \"7\" \"8\" \"9\" \"John Doe\"}"),
        compile("any(lower(map[\"x-role\"][*])[*] eq \"writer\") and s wildcard \"j*n d*\""),
        compile("print eq \"" EXPR_PRINT_UPPER "\" and ip.mapped in {192.0.2.0/24}"),
    };
    pthread_t ids[N_THREADS];
    shared_t shared[N_THREADS];
    size_t i;

    for (i = 0; i < N_THREADS; i++) {
        shared[i] = (shared_t) { programs, COUNT(programs), 0 };
        TAP_INT(pthread_create(&ids[i], NULL, evaluate, &shared[i]), 0);
    }
    for (i = 0; i < N_THREADS; i++) {
        void *failed = NULL;
        TAP_INT(pthread_join(ids[i], &failed), 0);
        TAP_TRUE(failed == NULL);
        TAP_INT(shared[i].wrong, 0);
    }
    for (i = 0; i < COUNT(programs); i++)
        compiled_free(&programs[i]);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "a field is made once, when it is read", made_when_needed },
        { "values", values },
        { "steps are a limit", steps },
        { "each item of an array costs steps", items_cost },
        { "memory is a limit", memory },
        { "memory is a limit when compiling", compile_memory },
        { "as deep as trees get", depth },
        { "what does not fit is refused", refused },
        { "no allocation", no_allocation },
        { "threads share a program", threads },
    };

    return tap_main("expr_program", tests, COUNT(tests));
}

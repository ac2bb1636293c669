/* SPDX-License-Identifier: BSD-2-Clause */
/* condition.c - see condition.h. */
#include "policy/condition.h"

#include <string.h>

#include "base/encode.h"
#include "expr/check.h"
#include "expr/parse.h"
#include "expr/print.h"
#include "plugin/field.h"

/* What of a condition a trace shows. */
#define MAX_TEXT 400u

/* ---- where it stands ------------------------------------------------------------------------ */

/* ma_source_t.pos_of */
static ma_pos_t pos_in_string(const void *context, size_t offset)
{
    return ma_node_pos_of(context, offset);
}

static int source_of_string(const ma_group_t *group, const config_setting_t *setting,
                            ma_source_t *source)
{
    const ma_node_t *node = ma_document_node(group->document, setting);

    if (node == NULL || node->kind != MA_NODE_STRING)
        return ma_group_wrong_type(group, setting, "an expression in quotes",
                                   "write \"not tls_client_auth.cert_revoked\", or the like");
    *source = (ma_source_t) { .text = node->value.string, .pos_of = pos_in_string,
                              .context = node, .file = node->pos.file };
    return 0;
}

static int source_of_file(const ma_group_t *group, const config_setting_t *setting,
                          ma_source_t *source)
{
    ma_loader_t *loader = group->loader;
    ma_pos_t pos = ma_group_pos(group, setting);
    const char *path = NULL;
    ma_bytes_t text;
    int ret = ma_group_path(group, "when_file", &path);

    if (ret == 0)
        ret = ma_loader_read(loader, path, MA_EXPR_MAX_SIZE, &pos, &text, NULL);
    if (ret == 0)
        *source = (ma_source_t) { .text = text, .file = path };
    return ret;
}

/* ---- what it reads -------------------------------------------------------------------------- */

typedef struct reads {
    const ma_facts_t *facts;
    const ma_field_t **fields;
    unsigned *numbers;
    size_t n_fields, n_numbers;
} reads_t;

/* The fact that a field's value hangs on, or -1. */
static int fact_of(const ma_facts_t *facts, const ma_field_t *field)
{
    size_t n_rows, n_lasting, first = ma_facts_core(facts, MA_N_CORE_FACTS);
    const ma_field_row_t *rows = ma_field_rows(&n_rows, &n_lasting);

    if (field->slot >= n_rows)
        return (int)(first + field->slot - n_rows);
    if (rows[field->slot].source != MA_FROM_FACT && rows[field->slot].source != MA_FROM_PATH)
        return -1;
    return (int)ma_facts_core(facts, rows[field->slot].fact);
}

static void note(reads_t *reads, const ma_field_t *field)
{
    int fact = fact_of(reads->facts, field);
    size_t i;

    for (i = 0; i < reads->n_fields; i++)
        if (reads->fields[i] == field)
            return;
    reads->fields[reads->n_fields++] = field;
    for (i = 0; i < reads->n_numbers; i++)
        if ((int)reads->numbers[i] == fact)
            return;
    if (fact >= 0)
        reads->numbers[reads->n_numbers++] = (unsigned)fact;
}

/* As deep as the tree, which the parser bounds. Items of sets are literals. */
static void walk(const ma_expr_t *expr, void (*each)(void *, const ma_expr_t *), void *context)
{
    size_t i;

    if (expr == NULL)
        return;
    each(context, expr);
    walk(expr->left, each, context);
    walk(expr->right, each, context);
    for (i = 0; expr->kind != MA_EXPR_SET && i < expr->n_items; i++)
        walk(expr->items[i], each, context);
}

static void count_field(void *context, const ma_expr_t *expr)
{
    *(size_t *)context += expr->kind == MA_EXPR_FIELD;
}

static void note_field(void *context, const ma_expr_t *expr)
{
    if (expr->kind == MA_EXPR_FIELD && expr->field != NULL)
        note(context, expr->field);
}

static int collect_reads(const ma_scope_t *scope, ma_arena_t *arena, const ma_expr_t *expr,
                         ma_condition_t *condition)
{
    reads_t reads = { .facts = scope->facts };
    size_t count = 0;

    walk(expr, count_field, &count);
    reads.fields = ma_arena_array(arena, count, sizeof(*reads.fields));
    reads.numbers = ma_arena_array(arena, count, sizeof(*reads.numbers));
    if (reads.fields == NULL || reads.numbers == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    walk(expr, note_field, &reads);
    condition->fields = reads.fields;
    condition->n_fields = reads.n_fields;
    condition->facts = reads.numbers;
    condition->n_facts = reads.n_numbers;
    return 0;
}

/* ---- reading it ----------------------------------------------------------------------------- */

/* ma_warn_fn */
static void warn(void *context, const ma_pos_t *pos, const char *id, const char *text,
                 const char *mend)
{
    const ma_loader_t *loader = context;

    ma_log_warning(loader->log, pos, id, mend, "%s", text);
}

static const char *shown(ma_arena_t *arena, const ma_expr_t *expr)
{
    ma_buf_t whole, text;
    const char *copy;
    size_t size;

    ma_buf_init(&whole, 0);
    ma_buf_init(&text, 0);
    ma_expr_print(expr, &whole);
    size = ma_buf_ok(&whole) ? whole.size : 0;
    ma_encode_log(&text, ma_buf_string(&whole), size < MAX_TEXT ? size : MAX_TEXT);
    if (size > MAX_TEXT)
        ma_buf_text(&text, "...");
    copy = ma_buf_ok(&whole) && ma_buf_ok(&text) ? ma_arena_string(arena, ma_buf_string(&text))
                                                  : NULL;
    ma_buf_free(&whole);
    ma_buf_free(&text);
    return copy;
}

/*
 * A condition that comes to something where nothing can be known comes to it always. One that hangs
 * on what it reads, or that cannot be evaluated, is neither always true nor never.
 */
static int find_constant(ma_arena_t *arena, ma_condition_t *condition)
{
    ma_frame_t frame = { .arena = arena, .steps = MA_EXPR_STEPS };
    ma_outcome_t outcome;
    uint8_t *states;
    size_t i, n_slots = 0;

    for (i = 0; i < condition->n_fields; i++)
        if (condition->fields[i]->slot >= n_slots)
            n_slots = (size_t)condition->fields[i]->slot + 1;
    states = ma_arena_array(arena, n_slots, sizeof(*states));
    if (states == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    memset(states, MA_SLOT_UNKNOWN, n_slots);
    frame.states = states;
    outcome = ma_program_test(condition->program, &frame);
    condition->always = outcome == MA_OUTCOME_TRUE;
    condition->never = outcome == MA_OUTCOME_FALSE;
    return 0;
}

static int compile(ma_loader_t *loader, const ma_source_t *source, const ma_scope_t *scope,
                   ma_condition_t *condition)
{
    ma_arena_t *arena = loader->arena;
    ma_program_t *program = NULL;
    ma_expr_t *expr = NULL;
    ma_schema_t schema;
    int ret;

    if (ma_scope_schema(scope, arena, &schema) != 0)
        return ma_fail_memory(loader->err);
    ret = ma_expr_parse(source, &schema, arena, &expr, loader->err);
    if (ret != 0)
        return ret;
    const ma_check_t check = { .source = source, .schema = &schema, .wanted = MA_TYPE_BOOL,
                               .arena = arena, .warn = warn, .context = loader,
                               .err = loader->err };
    ret = ma_expr_check(&check, expr);
    if (ret != 0)
        return ret;
    condition->text = shown(arena, expr);
    if (condition->text == NULL || collect_reads(scope, arena, expr, condition) != 0)
        return ma_fail_memory(loader->err);
    ret = ma_program_new(source, expr, arena, &program, loader->err);
    condition->program = program;
    if (ret == 0 && find_constant(arena, condition) != 0)
        return ma_fail_memory(loader->err);
    return ret;
}

static int read_source(ma_loader_t *loader, const ma_source_t *source, const ma_scope_t *scope,
                       const ma_condition_t **out)
{
    ma_condition_t *condition = ma_arena_alloc(loader->arena, sizeof(*condition));
    int ret;

    if (condition == NULL)
        return ma_fail_memory(loader->err);
    condition->pos = ma_source_pos(source, 0);
    condition->next = loader->conditions;
    loader->conditions = condition;
    ret = compile(loader, source, scope, condition);
    if (ret == 0)
        *out = condition;
    return ret;
}

int ma_condition_setting(const ma_group_t *group, const config_setting_t *setting,
                         const ma_scope_t *scope, const ma_condition_t **out)
{
    ma_source_t source;
    int ret = source_of_string(group, setting, &source);

    return ret == 0 ? read_source(group->loader, &source, scope, out) : ret;
}

int ma_condition_read(const ma_group_t *group, const ma_scope_t *scope,
                      const ma_condition_t **out)
{
    const config_setting_t *when = ma_group_get(group, "when");
    const config_setting_t *file = ma_group_get(group, "when_file");
    ma_source_t source;
    int ret;

    if (when != NULL && file != NULL) {
        const ma_pos_t pos = ma_document_name_pos(group->document, file);
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "keep one of them",
                       "when and when_file are two conditions of one entry");
    }
    if (when != NULL)
        return ma_condition_setting(group, when, scope, out);
    if (file == NULL)
        return 0;
    ret = source_of_file(group, file, &source);
    return ret == 0 ? read_source(group->loader, &source, scope, out) : ret;
}

void ma_conditions_free(ma_condition_t *conditions)
{
    for (; conditions != NULL; conditions = conditions->next)
        ma_program_free(conditions->program);
}

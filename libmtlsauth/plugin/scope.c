/* SPDX-License-Identifier: BSD-2-Clause */
/* scope.c - see scope.h. */
#include "plugin/scope.h"

#include <string.h>

#include "plugin/field.h"

/* What a schema's context is. */
typedef struct known {
    const ma_scope_t *scope;
    ma_arena_t *arena;
    const ma_field_row_t *rows;
    size_t n_rows;
    ma_field_t *fields; /* one for each row, then one for each fact of plugins */
    size_t n_fields;
} known_t;

void ma_scope_init(ma_scope_t *scope, const ma_facts_t *facts, ma_modules_t *modules,
                   bool offline)
{
    memset(scope, 0, sizeof(*scope));
    scope->facts = facts;
    scope->modules = modules;
    scope->offline = offline;
}

void ma_scope_add(ma_scope_t *scope, const ma_instance_t *instance)
{
    uint32_t i;

    for (i = 0; i < instance->plugin->n_writes; i++)
        scope->set[instance->writes[i]] = true;
}

static bool is_name(const char *known, const char *name, size_t size)
{
    return known != NULL && strlen(known) == size && memcmp(known, name, size) == 0;
}

static const ma_field_t *find(const void *context, const char *name, size_t size)
{
    const known_t *known = context;
    size_t i;

    for (i = 0; i < known->n_fields; i++)
        if (is_name(known->fields[i].name, name, size)
            || (i < known->n_rows && is_name(known->rows[i].alias, name, size)))
            return &known->fields[i];
    return NULL;
}

/* Why what no entry has set cannot be read, and what would set it. */
static bool not_set(ma_arena_t *arena, const char *setter, ma_field_t *field)
{
    field->missing = "no entry before this one sets it";
    field->mend = ma_arena_printf(arena, "put an entry with plugin \"%s\" before it", setter);
    return field->mend != NULL;
}

/*
 * A fact that no entry so far has declared. Only a tool loads plugins that a policy does not name
 * to find out whose it is: a server runs no more code than it is told to.
 */
static const ma_field_t *find_elsewhere(const void *context, const char *name, size_t size)
{
    const known_t *known = context;
    const ma_scope_t *scope = known->scope;
    const char *setter = scope->modules != NULL && memchr(name, '.', size) != NULL
        ? ma_modules_setter(scope->modules, name, size, scope->offline)
        : NULL;
    ma_field_t *field = setter != NULL ? ma_arena_alloc(known->arena, sizeof(*field)) : NULL;

    return field != NULL && not_set(known->arena, setter, field) ? field : NULL;
}

/* Why the field of a row cannot be read here, if so. */
static int explain(const ma_scope_t *scope, const ma_field_row_t *row, ma_arena_t *arena,
                   ma_field_t *field)
{
    if (row->source == MA_FROM_ATTRIBUTE) {
        if (!scope->offline && ma_facts_find(scope->facts, row->name) < 0) {
            field->missing = "this server never supplies it";
            field->mend = "use a field that it supplies; \"mtlsauth fields\" lists who supplies "
                          "what";
        }
        return 0;
    }
    if (row->source == MA_FROM_CLIENT || scope->set[ma_facts_core(scope->facts, row->fact)])
        return 0;
    return not_set(arena, ma_field_setter(row->fact), field) ? 0 : MTLSAUTH_E_NO_MEMORY;
}

static int add_row(const ma_scope_t *scope, const ma_field_row_t *row, ma_arena_t *arena,
                   ma_field_t *field)
{
    field->name = row->name;
    field->type = row->type;
    field->hex = row->hex;
    field->octets = row->octets;
    field->help = row->help;
    return explain(scope, row, arena, field);
}

static int add_fact(const ma_scope_t *scope, size_t number, ma_arena_t *arena, ma_field_t *field)
{
    const ma_fact_def_t *fact = &scope->facts->defs[number];

    field->name = fact->name;
    field->type = ma_field_type(fact->type);
    field->help = "a fact of a plugin";
    return scope->set[number] || not_set(arena, fact->setter, field) ? 0 : MTLSAUTH_E_NO_MEMORY;
}

/* Names and aliases: a wrong name is nearest to one that begins as it does. */
static const char *const *make_names(const known_t *known, ma_arena_t *arena)
{
    const char **names = ma_arena_array(arena, known->n_fields + known->n_rows + 1,
                                        sizeof(*names));
    size_t i, n = 0;

    if (names == NULL)
        return NULL;
    for (i = 0; i < known->n_fields; i++)
        names[n++] = known->fields[i].name;
    for (i = 0; i < known->n_rows; i++)
        if (known->rows[i].alias != NULL)
            names[n++] = known->rows[i].alias;
    return names;
}

int ma_scope_schema(const ma_scope_t *scope, ma_arena_t *arena, ma_schema_t *out)
{
    known_t *known = ma_arena_alloc(arena, sizeof(*known));
    size_t i, n_lasting, first = ma_facts_core(scope->facts, MA_N_CORE_FACTS);
    const char *const *names;
    int ret = 0;

    if (known == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    known->scope = scope;
    known->arena = arena;
    known->rows = ma_field_rows(&known->n_rows, &n_lasting);
    known->n_fields = known->n_rows + scope->facts->count - first;
    known->fields = ma_arena_array(arena, known->n_fields, sizeof(*known->fields));
    if (known->fields == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; ret == 0 && i < known->n_fields; i++) {
        known->fields[i].slot = (unsigned)i;
        if (i < known->n_rows)
            ret = add_row(scope, &known->rows[i], arena, &known->fields[i]);
        else
            ret = add_fact(scope, first + i - known->n_rows, arena, &known->fields[i]);
    }
    names = ret == 0 ? make_names(known, arena) : NULL;
    if (names == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    *out = (ma_schema_t) { .find = find, .elsewhere = find_elsewhere, .names = names,
                           .context = known };
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* check_name.c - names of fields and functions, and what was meant by those that are none. */
#include "expr/check_made.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/suggest.h"
#include "expr/function.h"

#define LONGEST MA_FIELD_LONGEST
#define MOST_FUNCTIONS 64u

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

const ma_field_t *ma_check_find(const ma_check_t *check, ma_bytes_t name)
{
    return ma_schema_find(check->schema, name);
}

/* The name of a field that ends with ".NAME", if there is one only. */
static const char *with_ending(const ma_schema_t *schema, const char *name)
{
    const char *found = NULL;
    size_t i, size = strlen(name);

    for (i = 0; schema->names[i] != NULL; i++) {
        const size_t length = strlen(schema->names[i]);

        if (length <= size || schema->names[i][length - size - 1] != '.'
            || strcmp(schema->names[i] + length - size, name) != 0)
            continue;
        if (found != NULL)
            return NULL;
        found = schema->names[i];
    }
    return found;
}

static const char *near_field(const ma_schema_t *schema, const char *name)
{
    char other[LONGEST + 4];
    const char *near;
    size_t count = 0;

    while (schema->names[count] != NULL)
        count++;
    near = ma_suggest(name, schema->names, count);
    if (near == NULL && ma_schema_other_spelling(name, other))
        near = ma_suggest(other, schema->names, count);
    return near != NULL ? near : with_ending(schema, name);
}

/* http.request.headers.accept: the map that it is a name of, or NULL. */
static const ma_field_t *map_of(const ma_check_t *check, const char *name, const char **key)
{
    const char *dot = strrchr(name, '.');
    const ma_field_t *field;

    if (dot == NULL || dot[1] == '\0')
        return NULL;
    field = ma_check_find(check, (ma_bytes_t) { (const uint8_t *)name, (size_t)(dot - name) });
    *key = dot + 1;
    return field != NULL && field->type == MA_TYPE_MAP ? field : NULL;
}

static int fail_field(const ma_check_t *check, const ma_expr_t *node)
{
    char name[LONGEST], shown[MA_SOURCE_SHOWN];
    char mend[2 * LONGEST + 64] = "\"mtlsauth fields\" lists them all";
    const char *near, *key;
    const ma_field_t *map;

    (void)ma_source_show(check->source, node->word, shown);
    if (!ma_schema_name(node->text, name))
        return MA_CHECK_FAIL(check, node->word.start, mend, "unknown field \"%s\"", shown);
    if (ma_function_find(node->text) != NULL) {
        snprintf(mend, sizeof(mend), "write %s(...)", name);
        return MA_CHECK_FAIL(check, node->word.start, mend, "\"%s\" is a function, not a field",
                             name);
    }
    if (begins(name, "not") && strlen(name) > 3
        && ma_check_find(check, (ma_bytes_t) { node->text.data + 3, node->text.size - 3 })) {
        snprintf(mend, sizeof(mend), "write not %s", name + 3);
        return MA_CHECK_FAIL(check, node->word.start, mend,
                             "unknown field \"%s\": without a blank, not is part of the name",
                             name);
    }
    map = map_of(check, name, &key);
    near = near_field(check->schema, name);
    if (map != NULL)
        snprintf(mend, sizeof(mend), "write %s[\"%s\"]", map->name, key);
    else if (near != NULL)
        snprintf(mend, sizeof(mend), "did you mean %s?", near);
    return MA_CHECK_FAIL(check, node->word.start, mend, "unknown field \"%s\"", shown);
}

int ma_check_field(const ma_check_t *check, ma_expr_t *node)
{
    const ma_schema_t *schema = check->schema;
    const ma_field_t *field = ma_check_find(check, node->text);

    if (field == NULL && schema->elsewhere != NULL)
        field = schema->elsewhere(schema->context, (const char *)node->text.data, node->text.size);
    if (field == NULL)
        return fail_field(check, node);
    if (field->missing != NULL)
        return MA_CHECK_FAIL(check, node->word.start, field->mend,
                             "\"%.*s\" cannot be read here: %s", (int)node->text.size,
                             (const char *)node->text.data, field->missing);
    node->field = field;
    node->type = field->type;
    return 0;
}

int ma_check_function(const ma_check_t *check, ma_expr_t *node)
{
    const char *names[MOST_FUNCTIONS], *near = NULL;
    const ma_function_t *all = ma_functions();
    char name[LONGEST], shown[MA_SOURCE_SHOWN], room[512];
    ma_buf_t mend;
    size_t count = 0;

    node->function = ma_function_find(node->text);
    if (node->function != NULL)
        return 0;
    (void)ma_source_show(check->source, node->word, shown);
    if (ma_check_find(check, node->text) != NULL)
        return MA_CHECK_FAIL(check, node->word.start, "write it without parentheses",
                             "\"%s\" is a field, not a function", shown);
    ma_buf_fixed(&mend, room, sizeof(room));
    for (; count < MOST_FUNCTIONS && all[count].name != NULL; count++) {
        names[count] = all[count].name;
        ma_buf_printf(&mend, "%s%s", count == 0 ? "write one of " : " ", names[count]);
    }
    if (ma_schema_name(node->text, name))
        near = ma_suggest(name, names, count);
    if (near != NULL) {
        ma_buf_clear(&mend);
        ma_buf_printf(&mend, "did you mean %s?", near);
    }
    return MA_CHECK_FAIL(check, node->word.start, room, "unknown function \"%s\"", shown);
}

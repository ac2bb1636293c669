/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_scene.h - for tests: a request over certificates, and its fields by name. Header only.
 */
#ifndef TESTS_UNIT_FIELD_SCENE_H
#define TESTS_UNIT_FIELD_SCENE_H

#include <stdio.h>
#include <string.h>

#include "plugin/frame.h"
#include "plugin/scope.h"
#include "tap.h"

typedef struct field_scene {
    ma_arena_t arena;
    ma_facts_t defs;
    ma_fact_value_t attributes[MA_MAX_ATTRIBUTES];
    ma_fact_value_t facts[MA_MAX_FACTS];
    ma_scope_t scope;
    ma_schema_t schema;
    mtlsauth_check_t check;
    ma_request_frame_t *frame;
} field_scene_t;

/* A request of a server that supplies those attributes; nothing is set, no certificate there. */
static inline bool field_scene_begin(field_scene_t *scene, const char *const *attributes, size_t n)
{
    memset(scene, 0, sizeof(*scene));
    ma_arena_init(&scene->arena, 0);
    if (!TAP_INT(ma_facts_init(&scene->defs, attributes, n, NULL), 0))
        return false;
    ma_scope_init(&scene->scope, &scene->defs, NULL, false);
    scene->check = (mtlsauth_check_t) {
        .defs = &scene->defs,
        .attributes = scene->attributes,
        .facts = scene->facts,
        .arena = &scene->arena,
    };
    return true;
}

/* The schema as the scope is now, and a frame over the request. */
static inline bool field_scene_bind(field_scene_t *scene, bool offline)
{
    scene->frame = ma_request_frame_new(&scene->check, offline);
    return TAP_INT(ma_scope_schema(&scene->scope, &scene->arena, &scene->schema), 0)
        && TAP_TRUE(scene->frame != NULL);
}

static inline const ma_field_t *field_of(const field_scene_t *scene, const char *name)
{
    return scene->schema.find(scene->schema.context, name, strlen(name));
}

/* What an evaluation would read; *state is MA_SLOT_*. */
static inline ma_value_t field_read(field_scene_t *scene, const char *name, int *state)
{
    const ma_field_t *field = field_of(scene, name);
    const ma_frame_t *frame = &scene->frame->frame;

    *state = -1;
    if (field == NULL)
        return (ma_value_t) { .number = 0 };
    if (frame->states[field->slot] == MA_SLOT_TO_MAKE)
        frame->make(frame->context, field->slot);
    *state = frame->states[field->slot];
    return frame->values[field->slot];
}

/* A value as text: strings as they are, items of arrays with "|" between. */
static inline const char *field_text(field_scene_t *scene, const char *name)
{
    int state;
    ma_value_t value = field_read(scene, name, &state);
    const ma_field_t *field = field_of(scene, name);
    ma_buf_t text;
    const char *copy;
    size_t i;

    if (state != MA_SLOT_MADE)
        return state == MA_SLOT_UNKNOWN ? "(unknown)" : "(none)";
    ma_buf_init(&text, 0);
    switch (field->type) {
    case MA_TYPE_BOOL:
        ma_buf_text(&text, value.number != 0 ? "true" : "false");
        break;
    case MA_TYPE_INT:
        ma_buf_printf(&text, "%lld", (long long)value.number);
        break;
    case MA_TYPE_STRINGS:
        for (i = 0; i < value.count; i++) {
            ma_buf_text(&text, i > 0 ? "|" : "");
            ma_buf_add(&text, value.items[i].data, value.items[i].size);
        }
        break;
    default:
        ma_buf_add(&text, value.bytes.data, value.bytes.size);
        break;
    }
    copy = ma_arena_copy(&scene->arena, ma_buf_string(&text), text.size);
    ma_buf_free(&text);
    return copy != NULL ? copy : "(no memory)";
}

static inline void field_scene_end(field_scene_t *scene)
{
    ma_arena_free(&scene->arena);
}

#endif

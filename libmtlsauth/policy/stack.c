/* SPDX-License-Identifier: BSD-2-Clause */
/* stack.c - see stack.h. */
#include "policy/stack.h"

#include <string.h>

#include "policy/options.h"

/* The files that lead to the one being read, for loops. */
typedef struct frame {
    const struct frame *above;
    const ma_document_t *document;
} frame_t;

typedef struct reading {
    ma_loader_t *loader;
    const ma_trust_t *trust;
    ma_scope_t scope; /* what the entries so far may have set */
    const char *idle; /* control of an entry that only tells of revocation, while nobody listens */
    ma_pos_t idle_at;
    size_t total;
} reading_t;

static int read_list(reading_t *reading, const frame_t *frame, const ma_group_t *holder,
                     const char *prefix, ma_stack_t *stack);

static int append(reading_t *reading, ma_stack_t *stack, const ma_entry_t *entry)
{
    if (++reading->total > MA_STACK_MAX_ENTRIES)
        return ma_fail(reading->loader->err, MTLSAUTH_E_LIMIT, &entry->pos,
                       "shorten the stack, or include less",
                       "more than %u entries in a stack and what it includes",
                       MA_STACK_MAX_ENTRIES);
    if (stack->count == stack->room) {
        size_t room = stack->room == 0 ? 8 : stack->room * 2;
        ma_entry_t *entries = ma_arena_array(reading->loader->arena, room, sizeof(*entries));
        if (entries == NULL)
            return ma_fail_memory(reading->loader->err);
        if (stack->count > 0)
            memcpy(entries, stack->entries, stack->count * sizeof(*entries));
        stack->entries = entries;
        stack->room = room;
    }
    stack->entries[stack->count] = *entry;
    stack->entries[stack->count++].index = reading->total - 1;
    return 0;
}

/* ---- other files -------------------------------------------------------------------------- */

/* Fails if the file is one of those that led to it. */
static int check_loop(const reading_t *reading, const frame_t *frame,
                      const ma_document_t *document, const ma_pos_t *pos)
{
    unsigned depth = 1;

    for (; frame != NULL; frame = frame->above, depth++)
        if (frame->document->identity.st_dev == document->identity.st_dev
            && frame->document->identity.st_ino == document->identity.st_ino)
            return ma_fail_rule(reading->loader->err, "include-loop", MTLSAUTH_E_POLICY, pos,
                                "remove one of the entries that include the other",
                                "include loop: %s is being read already", document->file);
    if (depth > MA_STACK_MAX_DEPTH)
        return ma_fail(reading->loader->err, MTLSAUTH_E_LIMIT, pos, "flatten the stacks",
                       "stacks are included more than %u deep", MA_STACK_MAX_DEPTH);
    return 0;
}

/* A file made to be included holds a stack and nothing else. */
static int read_other_file(reading_t *reading, const frame_t *above, const ma_group_t *entry,
                           const char *prefix, ma_stack_t *stack)
{
    static const char *const entry_known[] = { "control", "file", "when", "when_file" };
    static const char *const file_known[] = { "stack" };
    ma_pos_t pos = ma_group_pos(entry, entry->setting);
    ma_document_t document;
    const char *path = NULL;
    int ret = ma_group_only(entry, entry_known, 4, "an include or substack entry");

    if (ret == 0)
        ret = ma_group_path(entry, "file", &path);
    if (ret != 0)
        return ret;
    if (path == NULL)
        return ma_fail(reading->loader->err, MTLSAUTH_E_POLICY, &pos,
                       "add file = \"base.stack\"", "an include or substack entry without a file");
    pos = ma_group_pos(entry, ma_group_get(entry, "file"));
    ret = ma_document_read(reading->loader, path, &pos, &document);
    if (ret != 0)
        return ret;
    ret = check_loop(reading, above, &document, &pos);
    if (ret == 0) {
        const frame_t frame = { above, &document };
        const ma_group_t root
            = { reading->loader, &document, config_root_setting(&document.config) };
        ret = ma_group_only(&root, file_known, 1, "a file made to be included");
        if (ret == 0)
            ret = read_list(reading, &frame, &root, prefix, stack);
    }
    ma_document_free(&document);
    return ret;
}

/* A stack that is an entry: a substack, or an include under a condition. */
static int read_inner(reading_t *reading, const frame_t *frame, const ma_group_t *group,
                      ma_entry_t *entry, ma_stack_t *stack)
{
    ma_stack_t *inner = ma_arena_alloc(reading->loader->arena, sizeof(*inner));
    int ret;

    if (inner == NULL)
        return ma_fail_memory(reading->loader->err);
    entry->plugin = ma_entry_is_include(entry) ? "include" : "substack";
    entry->substack = inner;
    ret = read_other_file(reading, frame, group, entry->number, inner);
    return ret == 0 ? append(reading, stack, entry) : ret;
}

/* ---- entries of plugins ------------------------------------------------------------------- */

/* True if the entry sets something that a later one, or the engine, may go by. */
static bool is_read_later(const ma_instance_t *instance, const ma_facts_t *facts)
{
    uint32_t i;

    for (i = 0; i < instance->plugin->n_writes; i++)
        if (instance->writes[i] != ma_facts_core(facts, MA_FACT_CERT_REVOKED))
            return true;
    return false;
}

/* Reads cert_revoked: whoever has set it before had a reason to. */
static bool reads_revoked(const ma_condition_t *when, const ma_facts_t *facts)
{
    size_t i;

    for (i = 0; when != NULL && i < when->n_facts; i++)
        if (when->facts[i] == ma_facts_core(facts, MA_FACT_CERT_REVOKED))
            return true;
    return false;
}

static int fail_idle(const reading_t *reading, const char *plugin, const char *control,
                     const ma_pos_t *at)
{
    return ma_fail_rule(reading->loader->err, "gate-idle", MTLSAUTH_E_POLICY, at,
                        "use requisite or required",
                        "plugin \"%s\" under \"%s\" does not keep anyone out", plugin, control);
}

static bool can_refuse(const ma_control_t *control)
{
    unsigned i;

    for (i = 0; i < MTLSAUTH_N_RESULTS; i++)
        if (i != MTLSAUTH_SUCCESS && i != MTLSAUTH_IGNORE
            && (control->actions[i] == MA_ACTION_BAD || control->actions[i] == MA_ACTION_DIE))
            return true;
    return false;
}

static bool has_deny_list(const ma_instance_t *instance)
{
    uint32_t i;

    for (i = 0; i < instance->plugin->n_options; i++)
        if ((instance->plugin->options[i].flags & MTLSAUTH_OPTION_DENY) != 0
            && instance->options[i].set)
            return true;
    return false;
}

/* The rules of policy.md "Gates and grants" that concern one entry alone. */
static int check_control(reading_t *reading, const ma_entry_t *entry, const ma_pos_t *at)
{
    mtlsauth_error_t **err = reading->loader->err;
    const ma_instance_t *instance = entry->instance;
    const ma_control_t *control = &entry->control;
    uint8_t yes = control->actions[MTLSAUTH_SUCCESS];

    if (!instance->grants
        && (control->kind == MA_CONTROL_SUFFICIENT
            || (control->names_success && (yes == MA_ACTION_OK || yes == MA_ACTION_DONE))))
        return ma_fail_rule(err, "gate-grants", MTLSAUTH_E_POLICY, at,
                            "use requisite here, and an entry that grants (cn, san, "
                            "fingerprint, serial, permit) after it",
                            "plugin \"%s\" is a gate here: it can refuse, and never let in",
                            entry->plugin);
    if (instance->grants && has_deny_list(instance)
        && control->actions[MTLSAUTH_RULE] != MA_ACTION_BAD
        && control->actions[MTLSAUTH_RULE] != MA_ACTION_DIE)
        return ma_fail_rule(err, "gate-idle", MTLSAUTH_E_POLICY, at,
                            "put the deny list into a requisite entry of its own before this one",
                            "a deny list under \"%s\" does not keep anyone out", control->text);
    if (instance->grants || can_refuse(control)
        || is_read_later(instance, reading->loader->facts))
        return 0;
    if (instance->plugin->n_writes == 0)
        return fail_idle(reading, entry->plugin, control->text, at);
    if (reading->idle == NULL) {
        reading->idle = control->text;
        reading->idle_at = *at;
    }
    return 0;
}

/* A gate's success is ignore, whatever its control would make of it. */
static void tame_gate(ma_entry_t *entry)
{
    uint8_t *yes = &entry->control.actions[MTLSAUTH_SUCCESS];

    if (entry->instance->grants)
        return;
    if (!entry->control.names_success || *yes == MA_ACTION_OK || *yes == MA_ACTION_DONE)
        *yes = MA_ACTION_IGNORE;
}

static int make_instance(reading_t *reading, const ma_group_t *group, const char *name,
                         const ma_pos_t *name_pos, ma_entry_t *entry)
{
    ma_loader_t *loader = reading->loader;
    const ma_loading_t loading
        = { .arena = loader->arena,
            .safety = &loader->safety,
            .log = loader->log,
            .trust = reading->trust,
            .remembered = &loader->remembered,
            .crls = loader->crls,
            .err = loader->err };
    ma_instance_t *instance = ma_arena_alloc(loader->arena, sizeof(*instance));
    int ret;

    if (instance == NULL)
        return ma_fail_memory(loader->err);
    instance->pos = entry->pos;
    ret = ma_modules_get(loader->modules, name, name_pos, &instance->plugin, loader->err);
    if (ret == 0)
        ret = ma_options_read(group, &reading->scope, instance);
    if (ret != 0)
        return ret;
    instance->next = loader->instances;
    loader->instances = instance;
    entry->plugin = instance->plugin->name;
    entry->instance = instance;
    return ma_instance_load(instance, &loading, loader->facts);
}

static int read_plugin(reading_t *reading, const ma_group_t *group, ma_entry_t *entry,
                       ma_stack_t *stack)
{
    ma_pos_t control_pos = ma_group_pos(group, ma_group_get(group, "control"));
    const config_setting_t *setting = ma_group_get(group, "plugin");
    const char *name = NULL;
    ma_pos_t pos;
    int ret;

    if (setting == NULL)
        return ma_fail(reading->loader->err, MTLSAUTH_E_POLICY, &entry->pos,
                       "add plugin = \"...\"", "an entry without a plugin");
    pos = ma_group_pos(group, setting);
    ret = ma_group_string(group, "plugin", &name);
    if (ret == 0)
        ret = make_instance(reading, group, name, &pos, entry);
    if (ret == 0)
        ret = check_control(reading, entry, &control_pos);
    if (ret != 0)
        return ret;
    tame_gate(entry);
    ma_scope_add(&reading->scope, entry->instance);
    return append(reading, stack, entry);
}

/* ---- the list ----------------------------------------------------------------------------- */

static int read_entry(reading_t *reading, const frame_t *frame, const ma_group_t *group,
                      const char *number, ma_stack_t *stack)
{
    ma_entry_t entry = { .number = number };
    const char *control = NULL;
    ma_pos_t pos;
    int ret;

    entry.pos = ma_group_pos(group, group->setting);
    if (config_setting_type(group->setting) != CONFIG_TYPE_GROUP)
        return ma_group_wrong_type(group, group->setting, "an entry in braces",
                                   "write { control = \"required\"; plugin = \"...\"; }");
    ret = ma_group_string(group, "control", &control);
    if (ret == 0)
        ret = ma_condition_read(group, &reading->scope, &entry.when);
    if (ret != 0)
        return ret;
    if (reads_revoked(entry.when, reading->loader->facts))
        reading->idle = NULL;
    if (control == NULL)
        return ma_fail(reading->loader->err, MTLSAUTH_E_POLICY, &entry.pos,
                       "add control = \"required\"", "an entry without a control");
    pos = ma_group_pos(group, ma_group_get(group, "control"));
    ret = ma_control_parse(control, &pos, &entry.control, reading->loader->err);
    if (ret != 0)
        return ret;
    if (entry.control.kind == MA_CONTROL_INCLUDE && entry.when == NULL)
        return read_other_file(reading, frame, group, number, stack);
    if (entry.control.kind == MA_CONTROL_INCLUDE || entry.control.kind == MA_CONTROL_SUBSTACK)
        return read_inner(reading, frame, group, &entry, stack);
    return read_plugin(reading, group, &entry, stack);
}

/* Reads `stack = ( ... )` of a group. `prefix` is the number of the entry that brought it, or "". */
static int read_list(reading_t *reading, const frame_t *frame, const ma_group_t *holder,
                     const char *prefix, ma_stack_t *stack)
{
    const config_setting_t *list = ma_group_get(holder, "stack");
    ma_pos_t pos = { holder->document->file, 1, 1 };
    int i, count, ret = 0;

    if (list == NULL)
        return ma_fail(reading->loader->err, MTLSAUTH_E_POLICY, &pos,
                       "add stack = ( { control = ...; plugin = ...; } )", "no stack");
    if (config_setting_type(list) != CONFIG_TYPE_LIST)
        return ma_group_wrong_type(holder, list, "a list of entries",
                                   "write ( { ... }, { ... } ) in round brackets");
    count = config_setting_length(list);
    for (i = 0; ret == 0 && i < count; i++) {
        const ma_group_t group
            = { reading->loader, holder->document, config_setting_get_elem(list, (unsigned)i) };
        char *number = ma_arena_printf(reading->loader->arena, "%s%s%d", prefix,
                                       prefix[0] != '\0' ? "." : "", i + 1);
        if (number == NULL)
            return ma_fail_memory(reading->loader->err);
        ret = read_entry(reading, frame, &group, number, stack);
    }
    return ret;
}

int ma_stack_read(const ma_group_t *root, const ma_trust_t *trust, ma_stack_t *out,
                  size_t *total)
{
    reading_t reading = { .loader = root->loader, .trust = trust };
    const frame_t frame = { NULL, root->document };
    ma_stack_t stack = { NULL, 0, 0 };
    int ret;

    ma_scope_init(&reading.scope, root->loader->facts, root->loader->modules,
                  root->loader->offline);
    ret = read_list(&reading, &frame, root, "", &stack);
    if (ret == 0 && reading.idle != NULL)
        ret = fail_idle(&reading, "crl", reading.idle, &reading.idle_at);
    if (ret != 0)
        return ret;
    *out = stack;
    *total = reading.total;
    return 0;
}

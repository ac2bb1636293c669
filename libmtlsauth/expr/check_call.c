/* SPDX-License-Identifier: BSD-2-Clause */
/* check_call.c - calls: how many arguments, of which types, and what the function says of them. */
#include "expr/check_made.h"

#include <stdio.h>
#include <string.h>

#include "expr/function_made.h"

static int fail_count(const ma_check_t *check, const ma_expr_t *call)
{
    const ma_function_t *function = call->function;
    char mend[160], range[48];

    snprintf(mend, sizeof(mend), "write %s", function->signature);
    if (function->least == function->most)
        snprintf(range, sizeof(range), "%u", function->most);
    else
        snprintf(range, sizeof(range), "%u to %u", function->least, function->most);
    return MA_CHECK_FAIL(check, call->word.start, mend, "%s() takes %s argument%s, found %zu",
                         function->name, range, function->most == 1 ? "" : "s", call->n_items);
}

/* The argument's place in the table: the last type is that of all that follow. */
static size_t slot_of(const ma_function_t *function, size_t at)
{
    const size_t last = sizeof(function->arguments) / sizeof(function->arguments[0]) - 1;

    while (at > 0 && (at > last || function->arguments[at] == MA_TYPE_NONE))
        at--;
    return at;
}

static bool takes(const ma_function_t *function, size_t at, ma_type_t type)
{
    const size_t slot = slot_of(function, at);

    return type == function->arguments[slot] || (function->also[slot] & MA_TYPE_BIT(type)) != 0;
}

static int fail_type(const ma_check_t *check, const ma_expr_t *call, size_t at)
{
    const ma_function_t *function = call->function;
    const ma_expr_t *argument = call->items[at];
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND];
    const bool whole = ma_check_show(check, argument, shown);

    snprintf(mend, sizeof(mend), "write %s", function->signature);
    if (whole && argument->type == MA_TYPE_STRINGS && takes(function, at, MA_TYPE_STRING)) {
        if (function->maps && at == 0)
            snprintf(mend, sizeof(mend), "write %s[*] for all of them, in any() or all(), or %s[0]",
                     shown, shown);
        else
            snprintf(mend, sizeof(mend), "write %s[0] for the first", shown);
    } else if (whole && argument->type == MA_TYPE_MAP) {
        snprintf(mend, sizeof(mend), "write %s[\"name\"]%s", shown,
                 takes(function, at, MA_TYPE_STRINGS) ? "" : "[0]");
    } else if (whole && takes(function, at, MA_TYPE_STRING)
               && (argument->type == MA_TYPE_INT || argument->type == MA_TYPE_ADDRESS)) {
        snprintf(mend, sizeof(mend),
                 ma_check_is_literal(argument) ? "write \"%s\"" : "write to_string(%s)", shown);
    }
    return MA_CHECK_FAIL(check, argument->span.start, mend,
                         "argument %zu of %s() is to be %s, found %s", at + 1, function->name,
                         ma_check_a(function->arguments[slot_of(function, at)]),
                         ma_check_a(argument->type));
}

static ma_type_t item_of(ma_type_t array)
{
    return array == MA_TYPE_INTS ? MA_TYPE_INT : MA_TYPE_STRING;
}

/* [*] in the first argument of a function that goes over it. */
static int check_over(const ma_check_t *check, const ma_expr_t *call, size_t at)
{
    const ma_expr_t *argument = call->items[at];
    char shown[MA_SOURCE_SHOWN], mend[MA_CHECK_MEND] = "remove [*]";

    if (at == 0 && call->function->maps) {
        if (takes(call->function, 0, item_of(argument->type)))
            return 0;
        return MA_CHECK_FAIL(check, argument->span.start, NULL,
                             "argument 1 of %s() is to be %s, and the items are %ss",
                             call->function->name, ma_check_a(call->function->arguments[0]),
                             ma_type_name(item_of(argument->type)));
    }
    if (at > 0)
        return MA_CHECK_FAIL(check, argument->span.start, "write [0] for the first item",
                             "[*] stands in the first argument only");
    if (ma_check_show(check, argument->left, shown))
        snprintf(mend, sizeof(mend), "write %s", shown);
    return MA_CHECK_FAIL(check, argument->word.start, mend, "%s() does not go over [*]",
                         call->function->name);
}

static int check_argument(const ma_check_t *check, const ma_expr_t *call, size_t at)
{
    ma_expr_t *argument = call->items[at];
    char shown[MA_SOURCE_SHOWN];
    int ret = ma_check_value(check, argument);

    if (ret != 0)
        return ret;
    if (argument->kind == MA_EXPR_EACH)
        return check_over(check, call, at);
    if (!takes(call->function, at, argument->type))
        return fail_type(check, call, at);
    if (at < 8 && (call->function->constant & 1u << at) != 0 && !ma_check_is_literal(argument))
        return MA_CHECK_FAIL(check, argument->span.start, "write it out",
                             "argument %zu of %s() is to be a literal", at + 1,
                             call->function->name);
    ma_check_quoted_argument(check, argument);
    if (argument->kind == MA_EXPR_ADDRESS && argument->number >= 0) {
        (void)ma_check_show(check, argument, shown);
        return MA_CHECK_FAIL(check, argument->span.start, "write it without its prefix",
                             "argument %zu of %s() is to be an address, and \"%s\" is a network",
                             at + 1, call->function->name, shown);
    }
    return 0;
}

/* What the function itself knows of its constant arguments. A "; " is where its mend begins. */
static int check_prepared(const ma_check_t *check, const ma_expr_t *call)
{
    const char *why = "", *mend;
    void *made = NULL;
    size_t at = 0;
    int ret;

    if (call->function->prepare == NULL)
        return 0;
    ret = call->function->prepare(call, check->arena, &made, &at, &why);
    if (ret == 0) {
        if (call->function->release != NULL)
            call->function->release(made);
        return 0;
    }
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(check->err);
    mend = strstr(why, "; ");
    return MA_CHECK_FAIL(check, call->items[at < call->n_items ? at : 0]->span.start,
                         mend != NULL ? mend + 2 : NULL, "%.*s",
                         (int)(mend != NULL ? (size_t)(mend - why) : strlen(why)), why);
}

static ma_type_t result_of(const ma_expr_t *call)
{
    if (call->items[0]->kind != MA_EXPR_EACH)
        return call->function->result;
    switch (call->function->result) {
    case MA_TYPE_BOOL:
        return MA_TYPE_BOOLS;
    case MA_TYPE_INT:
        return MA_TYPE_INTS;
    default:
        return MA_TYPE_STRINGS;
    }
}

int ma_check_call(const ma_check_t *check, ma_expr_t *node)
{
    const ma_function_t *function;
    size_t i;
    int ret = ma_check_function(check, node);

    if (ret != 0)
        return ret;
    function = node->function;
    if (node->n_items < function->least || node->n_items > function->most)
        return fail_count(check, node);
    if (function->arguments[0] == MA_TYPE_BOOLS) {
        node->type = function->result;
        return ma_check_condition(check, node->items[0], node);
    }
    for (i = 0; i < node->n_items; i++) {
        ret = check_argument(check, node, i);
        if (ret != 0)
            return ret;
    }
    if (function->run == ma_run_starts_with || function->run == ma_run_ends_with) {
        ret = ma_check_case(check, node->items[0], node->items[1]);
        if (ret != 0)
            return ret;
    }
    node->type = result_of(node);
    return check_prepared(check, node);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* eval_test.c - conditions; see eval.h. Recurses no deeper than the tree it was made of. */
#include <string.h>

#include "expr/address.h"
#include "expr/eval.h"

/* Octets of a text that are searched for a step. */
#define STEP_OCTETS 64u

static bool same(ma_bytes_t a, ma_bytes_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* `order` is below 0, 0 or above it. */
static int by_order(uint8_t op, int order)
{
    switch (op) {
    case MA_OP_EQ:
        return order == 0;
    case MA_OP_LT:
        return order < 0;
    case MA_OP_LE:
        return order <= 0;
    case MA_OP_GT:
        return order > 0;
    case MA_OP_GE:
        return order >= 0;
    default:
        return 0; /* the compiler makes no others */
    }
}

/* An address that is absent is neither equal to another, nor before or behind it. */
static int compare_addresses(const ma_node_t *test, ma_bytes_t address)
{
    if (address.size != 4 && address.size != 16)
        return 0;
    return by_order(test->op, ma_address_compare(ma_address_plain(address), test->u.bytes));
}

static int matches(ma_run_t *run, const ma_node_t *test, ma_bytes_t text)
{
    const int matched =
        ma_pattern_match(test->u.pattern, text, &run->matcher, &run->frame->steps, NULL);

    if (matched >= 0)
        return matched;
    run->stop = matched == MTLSAUTH_E_LIMIT ? MA_OUTCOME_LIMIT : MA_OUTCOME_ERROR;
    return MA_STOP;
}

/* What takes a look at all of a text has to pay for its length. */
static int search(ma_run_t *run, const ma_node_t *test, ma_bytes_t text)
{
    if (!ma_eval_pay(run, text.size / STEP_OCTETS))
        return MA_STOP;
    return test->kind == MA_NODE_CONTAINS ? ma_needle_in(test->u.needle, text)
                                          : ma_wildcard_match(test->u.wildcard, text, NULL);
}

/* Out of the way of what is common. */
__attribute__((noinline)) static int decide_rarely(ma_run_t *run, const ma_node_t *test,
                                                   const ma_value_t *value)
{
    switch (test->kind) {
    case MA_NODE_NUMBER:
        return by_order(test->op, (value->number > test->u.number) -
                                      (value->number < test->u.number));
    case MA_NODE_ADDRESS:
        return compare_addresses(test, value->bytes);
    case MA_NODE_MATCHES:
        return matches(run, test, value->bytes);
    default:
        return search(run, test, value->bytes);
    }
}

/* Branches, which are foreseen better than the jump of a switch. */
static inline int decide(ma_run_t *run, const ma_node_t *test, const ma_value_t *value)
{
    if (test->kind == MA_NODE_TRUTH)
        return value->number != 0;
    if (test->kind == MA_NODE_SET)
        return ma_set_has(test->u.set, value);
    if (test->kind == MA_NODE_EQUAL)
        return same(value->bytes, test->u.bytes);
    if (test->kind == MA_NODE_HEX)
        return ma_hex_literal_is(test->u.hex, value->bytes);
    return decide_rarely(run, test, value);
}

/* Has the room for a value that is made, which tests of fields do not pay for. */
__attribute__((noinline)) static int compare_made(ma_run_t *run, const ma_node_t *test)
{
    ma_value_t room;
    const ma_value_t *value = ma_eval_value(run, test->left, &room);

    return value != NULL ? decide(run, test, value) : MA_STOP;
}

/* A test of one value. */
static inline int compare(ma_run_t *run, const ma_node_t *test)
{
    const ma_value_t *value;

    if (test->left != NULL)
        return compare_made(run, test);
    value = ma_eval_field(run, test->slot);
    return value != NULL ? decide(run, test, value) : MA_STOP;
}

static int parity(ma_run_t *run, const ma_node_t *test)
{
    int odd = 0;
    uint32_t i;

    for (i = 0; i < test->count; i++) {
        const int result = ma_eval_test(run, &test->u.items[i]);

        if (result < 0)
            return result;
        odd ^= result;
    }
    return odd;
}

int ma_eval_test(ma_run_t *run, const ma_node_t *test)
{
    int result;

    if (test->kind == MA_NODE_AND || test->kind == MA_NODE_OR)
        test = test->next[1];
    while (test->kind != MA_NODE_CONSTANT) {
        if (test->kind >= MA_NODE_TRUTH)
            result = compare(run, test);
        else if (test->kind == MA_NODE_XOR)
            result = parity(run, test);
        else
            result = ma_eval_quantifier(run, test);
        if (result < 0)
            return result;
        test = test->next[result];
    }
    return test->u.number != 0;
}

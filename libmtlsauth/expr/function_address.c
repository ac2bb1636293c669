/* SPDX-License-Identifier: BSD-2-Clause */
/* function_address.c - the networks that addresses are in. */
#include "expr/function_made.h"

#include <string.h>

#include "expr/address.h"

static int check_bits(const ma_expr_t *call, size_t argument, int64_t most, size_t *at,
                      const char **why)
{
    int64_t bits = call->items[argument]->number;

    if (bits >= 1 && bits <= most)
        return 0;
    *at = argument;
    *why =
        most == 32 ? "a network of IPv4 has 1 to 32 bits" : "a network of IPv6 has 1 to 128 bits";
    return MTLSAUTH_E_POLICY;
}

int ma_prepare_cidr(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                    const char **why)
{
    int rc = check_bits(call, 1, 32, at, why);

    (void)arena;
    *made = NULL;
    return rc != 0 ? rc : check_bits(call, 2, 128, at, why);
}

int ma_prepare_cidr6(const ma_expr_t *call, ma_arena_t *arena, void **made, size_t *at,
                     const char **why)
{
    (void)arena;
    *made = NULL;
    return check_bits(call, 1, 128, at, why);
}

static bool network(ma_call_t *call, ma_bytes_t address, int64_t bits4, int64_t bits6,
                    ma_value_t *out)
{
    ma_bytes_t plain = ma_address_plain(address);
    int64_t bits = plain.size == 4 ? bits4 : bits6;
    uint8_t *made;

    out->bytes = plain;
    if ((plain.size != 4 && plain.size != 16) || bits >= (int64_t)(8 * plain.size))
        return ma_call_pay(call, 0); /* an address that is absent stays so */
    made = ma_call_room(call, plain.size);
    if (made == NULL || bits < 0)
        return false;
    memcpy(made, plain.data, plain.size);
    ma_address_first(made, plain.size, (unsigned)bits);
    out->bytes.data = made;
    return true;
}

bool ma_run_cidr(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    (void)count;
    return network(call, arguments[0].bytes, arguments[1].number, arguments[2].number, out);
}

bool ma_run_cidr6(ma_call_t *call, const ma_value_t *arguments, unsigned count, ma_value_t *out)
{
    (void)count;
    return network(call, arguments[0].bytes, 32, arguments[1].number, out);
}

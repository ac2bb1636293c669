/* SPDX-License-Identifier: BSD-2-Clause */
/* value.c - see value.h. */
#include "expr/value.h"

const char *ma_type_name(ma_type_t type)
{
    switch (type) {
    case MA_TYPE_BOOL:
        return "boolean";
    case MA_TYPE_INT:
        return "integer";
    case MA_TYPE_STRING:
        return "string";
    case MA_TYPE_ADDRESS:
        return "address";
    case MA_TYPE_STRINGS:
        return "array of strings";
    case MA_TYPE_BOOLS:
        return "array of booleans";
    case MA_TYPE_MAP:
        return "map";
    case MA_TYPE_INTS:
        return "array of integers";
    case MA_TYPE_NONE:
    default:
        return "nothing";
    }
}

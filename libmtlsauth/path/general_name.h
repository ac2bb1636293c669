/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * general_name.h - is a name inside a subtree of a name constraint (RFC 5280 4.2.1.10)?
 *
 * The tags are those of GeneralName (4.2.1.6). Names are judged as they are encoded; what is no
 * well-formed name of its type is neither inside nor outside.
 */
#ifndef MA_PATH_GENERAL_NAME_H
#define MA_PATH_GENERAL_NAME_H

#include "base/der.h"

#define MA_GN_EMAIL MA_DER_CONTEXT(1)
#define MA_GN_DNS MA_DER_CONTEXT(2)
#define MA_GN_DIRECTORY MA_DER_CONTEXT_CONSTRUCTED(4)
#define MA_GN_URI MA_DER_CONTEXT(6)
#define MA_GN_IP MA_DER_CONTEXT(7)

typedef enum ma_inside {
    MA_INSIDE_NO,
    MA_INSIDE_YES,
    MA_INSIDE_BAD_NAME /**< the name is none that constraints can be asked about */
} ma_inside_t;

/** True for a host name of two labels at least: letters, digits, `-` and `_`. */
bool ma_is_host_name(ma_bytes_t name);

/** True if the bytes can be a constraint of that type. */
bool ma_constraint_valid(unsigned tag, ma_bytes_t base);

/**
 * Judges a name against a valid constraint of the same type. `excluded`: the constraint keeps
 * names out, so that a wildcard that could stand for one inside counts as inside.
 */
ma_inside_t ma_constraint_contains(unsigned tag, ma_bytes_t base, ma_bytes_t name, bool excluded);

#endif

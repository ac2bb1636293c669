/* SPDX-License-Identifier: BSD-2-Clause */
/* suppliers.h - which servers tell the library what, for `mtlsauth fields`. */
#ifndef MTLSAUTH_TOOL_SUPPLIERS_H
#define MTLSAUTH_TOOL_SUPPLIERS_H

#include <stdbool.h>
#include <stddef.h>

/** The servers that there are adapters for. */
extern const char *const supplier_names[];
extern const size_t n_suppliers;

/** True if the adapter of that server supplies the attribute. */
bool supplier_has(size_t supplier, const char *attribute);

#endif

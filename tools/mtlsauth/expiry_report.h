/* SPDX-License-Identifier: BSD-2-Clause */
/* expiry_report.h - an inventory, judged by when things end, and printed. For expiry.c. */
#ifndef MTLSAUTH_TOOL_EXPIRY_REPORT_H
#define MTLSAUTH_TOOL_EXPIRY_REPORT_H

#include "base/buf.h"
#include "policy/inventory.h"

typedef enum expiry_state {
    EXPIRY_OK,
    EXPIRY_WARNING,
    EXPIRY_CRITICAL,
    EXPIRY_EXPIRED
} expiry_state_t;

typedef struct expiry_view {
    int64_t now;
    int64_t warning;  /**< seconds: what ends within them is a warning */
    int64_t critical; /**< the same; not more than `warning` */
    size_t errors;    /**< things that were named and could not be read */
} expiry_view_t;

/** What ends first comes first. */
void expiry_sort(ma_inventory_t *inventory);
/** The worst state of all items; EXPIRY_OK if there is none. */
expiry_state_t expiry_worst(const ma_inventory_t *inventory, const expiry_view_t *view);

/** The items are sorted. */
typedef void expiry_print_fn(ma_buf_t *out, const ma_inventory_t *inventory,
                             const expiry_view_t *view);
/** A line that sums up, and one for each item. */
void expiry_print_text(ma_buf_t *out, const ma_inventory_t *inventory, const expiry_view_t *view);
/** One object on one line. */
void expiry_print_json(ma_buf_t *out, const ma_inventory_t *inventory, const expiry_view_t *view);
/** Prometheus text exposition; items that never end are left out. */
void expiry_print_prometheus(ma_buf_t *out, const ma_inventory_t *inventory,
                             const expiry_view_t *view);

#endif

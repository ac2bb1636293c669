/* SPDX-License-Identifier: BSD-2-Clause */
/* expiry_report.c - see expiry_report.h. */
#include "expiry_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/encode.h"
#include "common/text.h"

#define NEVER INT64_MAX
#define DAY INT64_C(86400)

static const char *const kinds[] = {
    [MA_ITEM_ANCHOR] = "anchor",
    [MA_ITEM_INTERMEDIATE] = "intermediate",
    [MA_ITEM_CRL] = "crl",
    [MA_ITEM_DELTA_CRL] = "delta-crl",
    [MA_ITEM_CERTIFICATE] = "certificate",
};

static const char *const states[] = {
    [EXPIRY_OK] = "ok",
    [EXPIRY_WARNING] = "warning",
    [EXPIRY_CRITICAL] = "critical",
    [EXPIRY_EXPIRED] = "expired",
};

/* ---- judging ------------------------------------------------------------------------------ */

/* Times of certificates, lists and command lines are of the years 0 to 9999: it fits. */
static int64_t seconds_left(const ma_item_t *item, const expiry_view_t *view)
{
    return item->ends - view->now;
}

/* The last second counts as good (RFC 5280 4.1.2.5). */
static expiry_state_t state_of(const ma_item_t *item, const expiry_view_t *view)
{
    if (item->ends == NEVER)
        return EXPIRY_OK;
    if (seconds_left(item, view) < 0)
        return EXPIRY_EXPIRED;
    if (seconds_left(item, view) <= view->critical)
        return EXPIRY_CRITICAL;
    return seconds_left(item, view) <= view->warning ? EXPIRY_WARNING : EXPIRY_OK;
}

expiry_state_t expiry_worst(const ma_inventory_t *inventory, const expiry_view_t *view)
{
    expiry_state_t state, worst = EXPIRY_OK;
    size_t i;

    for (i = 0; i < inventory->count; i++) {
        state = state_of(&inventory->items[i], view);
        if (state > worst)
            worst = state;
    }
    return worst;
}

/* By what the item is; 0: the same thing, as far as the labels of a metric tell. */
static int compare_labels(const ma_item_t *a, const ma_item_t *b)
{
    int order = a->kind < b->kind ? -1 : a->kind > b->kind;

    if (order == 0)
        order = strcmp(a->name, b->name);
    if (order == 0)
        order = strcmp(a->number, b->number);
    return order != 0 ? order : strcmp(a->source, b->source);
}

static int compare_ends(const ma_item_t *a, const ma_item_t *b)
{
    return a->ends < b->ends ? -1 : a->ends > b->ends;
}

static int by_end(const void *left, const void *right)
{
    const int order = compare_ends(left, right);

    return order != 0 ? order : compare_labels(left, right);
}

static int by_labels(const void *left, const void *right)
{
    const ma_item_t *a = *(const ma_item_t *const *)left, *b = *(const ma_item_t *const *)right;
    const int order = compare_labels(a, b);

    return order != 0 ? order : compare_ends(a, b);
}

void expiry_sort(ma_inventory_t *inventory)
{
    if (inventory->count > 1)
        qsort(inventory->items, inventory->count, sizeof(*inventory->items), by_end);
}

/* ---- for people --------------------------------------------------------------------------- */

static void print_summary(ma_buf_t *out, const ma_inventory_t *inventory,
                          const expiry_view_t *view)
{
    static const char *const words[] = { "OK", "WARNING", "CRITICAL", "CRITICAL" };
    size_t counts[] = { 0, 0, 0, 0 };
    size_t i;

    for (i = 0; i < inventory->count; i++)
        counts[state_of(&inventory->items[i], view)]++;
    ma_buf_printf(out, "%s: %zu expired, %zu critical, %zu warning, %zu ok",
                  view->errors > 0 ? "UNKNOWN" : words[expiry_worst(inventory, view)],
                  counts[EXPIRY_EXPIRED], counts[EXPIRY_CRITICAL], counts[EXPIRY_WARNING],
                  counts[EXPIRY_OK]);
    if (view->errors > 0)
        ma_buf_printf(out, ", %zu not read", view->errors);
    ma_buf_byte(out, '\n');
}

/* Whole days, rounded down: -1 is less than a day ago. */
static int64_t days(int64_t seconds)
{
    return seconds / DAY - (seconds % DAY < 0);
}

static void print_item(ma_buf_t *out, const ma_item_t *item, const expiry_view_t *view)
{
    ma_buf_printf(out, "%-8s  ", states[state_of(item, view)]);
    if (item->ends == NEVER) {
        ma_buf_printf(out, "%-20s  %7s", "never", "");
    } else {
        ma_time_text(item->ends, out);
        ma_buf_printf(out, "  %6" PRId64 "d", days(seconds_left(item, view)));
    }
    ma_buf_printf(out, "  %-12s  ", kinds[item->kind]);
    text_cell(out, item->name[0] != '\0' ? item->name : "(no name)", 0);
    ma_buf_text(out, "  ");
    text_cell(out, item->source, 0);
    ma_buf_byte(out, '\n');
}

void expiry_print_text(ma_buf_t *out, const ma_inventory_t *inventory, const expiry_view_t *view)
{
    size_t i;

    print_summary(out, inventory, view);
    for (i = 0; i < inventory->count; i++)
        print_item(out, &inventory->items[i], view);
}

/* ---- for programs ------------------------------------------------------------------------- */

static void json_member(ma_buf_t *out, const char *name, const char *value)
{
    ma_buf_printf(out, "\"%s\":", name);
    ma_encode_json_string(out, value, strlen(value));
    ma_buf_byte(out, ',');
}

static void json_item(ma_buf_t *out, const ma_item_t *item, const expiry_view_t *view)
{
    ma_buf_byte(out, '{');
    json_member(out, "kind", kinds[item->kind]);
    json_member(out, "name", item->name);
    json_member(out, "number", item->number);
    json_member(out, "source", item->source);
    if (item->ends == NEVER) {
        ma_buf_text(out, "\"ends\":null,\"seconds_left\":null,");
    } else {
        ma_buf_text(out, "\"ends\":\"");
        ma_time_text(item->ends, out);
        ma_buf_printf(out, "\",\"seconds_left\":%" PRId64 ",", seconds_left(item, view));
    }
    ma_buf_printf(out, "\"state\":\"%s\"}", states[state_of(item, view)]);
}

void expiry_print_json(ma_buf_t *out, const ma_inventory_t *inventory, const expiry_view_t *view)
{
    size_t i;

    ma_buf_text(out, "{\"time\":\"");
    ma_time_text(view->now, out);
    ma_buf_printf(out,
                  "\",\"state\":\"%s\",\"warning_seconds\":%" PRId64
                  ",\"critical_seconds\":%" PRId64 ",\"errors\":%zu,\"items\":[",
                  states[expiry_worst(inventory, view)], view->warning, view->critical,
                  view->errors);
    for (i = 0; i < inventory->count; i++) {
        if (i > 0)
            ma_buf_byte(out, ',');
        json_item(out, &inventory->items[i], view);
    }
    ma_buf_text(out, "]}\n");
}

static void label(ma_buf_t *out, const char *name, const char *value, const char *behind)
{
    ma_buf_printf(out, "%s=\"", name);
    ma_encode_label(out, value, strlen(value));
    ma_buf_printf(out, "\"%s", behind);
}

static void metric_head(ma_buf_t *out, const char *name, const char *help)
{
    ma_buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/*
 * Of items that have all labels alike (the parts of one list) the one that ends first: a reader of
 * metrics refuses the same one twice.
 */
static void print_samples(ma_buf_t *out, const ma_item_t *const *items, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const ma_item_t *item = items[i];

        if (item->ends == NEVER || (i > 0 && compare_labels(items[i - 1], item) == 0))
            continue;
        ma_buf_text(out, "mtlsauth_expiry_timestamp_seconds{");
        label(out, "kind", kinds[item->kind], ",");
        label(out, "name", item->name, ",");
        label(out, "number", item->number, ",");
        label(out, "source", item->source, "");
        ma_buf_printf(out, "} %" PRId64 "\n", item->ends);
    }
}

void expiry_print_prometheus(ma_buf_t *out, const ma_inventory_t *inventory,
                             const expiry_view_t *view)
{
    const ma_item_t **items = ma_arena_array(inventory->arena, inventory->count, sizeof(*items));
    size_t i;

    if (items == NULL) {
        out->failed = true;
        return;
    }
    for (i = 0; i < inventory->count; i++)
        items[i] = &inventory->items[i];
    if (inventory->count > 1)
        qsort(items, inventory->count, sizeof(*items), by_labels);
    metric_head(out, "mtlsauth_expiry_timestamp_seconds",
                "When a certificate or a CRL ends, in seconds since 1970.");
    print_samples(out, items, inventory->count);
    metric_head(out, "mtlsauth_expiry_check_timestamp_seconds",
                "When that was looked at, in seconds since 1970.");
    ma_buf_printf(out, "mtlsauth_expiry_check_timestamp_seconds %" PRId64 "\n", view->now);
    metric_head(out, "mtlsauth_expiry_errors", "Policies and files that could not be read.");
    ma_buf_printf(out, "mtlsauth_expiry_errors %zu\n", view->errors);
}

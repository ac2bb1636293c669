/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary_json.c - summaries as JSON, written and read again: see summary.h.
 *
 * What is read may be of strangers: numbers and texts are checked, lists are bounded as ever.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/report/put.h"
#include "audit/report/summary.h"
#include "common/when.h"

#define FORMAT "mtlsauth-audit-summary"
#define FORMAT_VERSION 1
#define MAX_COUNT (INT64_C(1) << 53)        /* what JSON's numbers hold everywhere */
#define MAX_FILE ((size_t)64 << 20)

static const char *const list_names[SUMMARY_LISTS] = {
    [SUMMARY_REASONS] = "reasons",   [SUMMARY_VISIBILITY] = "visibility",
    [SUMMARY_VERSIONS] = "versions", [SUMMARY_UNKNOWN] = "unknown",
    [SUMMARY_CLIENTS] = "clients",   [SUMMARY_CHANGES] = "changes",
    [SUMMARY_PROBLEMS] = "problems", [SUMMARY_COUNTS] = "counts",
};
static const char *const verdict_names[3] = { "deny", "allow", "undetermined" };

/* ---- writing ---- */

static void put_when(ma_buf_t *out, int64_t time, bool is_set)
{
    if (!is_set) {
        PUT(out, "null");
        return;
    }
    PUT(out, "\"");
    put_time(out, time);
    PUT(out, "\"");
}

static void put_verdicts(ma_buf_t *out, const uint64_t counts[3])
{
    size_t i;

    for (i = 0; i < 3; i++) {
        put_text(out, i > 0 ? ",\"" : "\"");
        put_text(out, verdict_names[i]);
        PUT(out, "\":");
        put_number(out, counts[i] > MAX_COUNT ? (uint64_t)MAX_COUNT : counts[i]);
    }
}

static void put_row(ma_buf_t *out, const tally_row_t *row)
{
    PUT(out, "{\"key\":");
    put_json_text(out, row->key);
    PUT(out, ",");
    put_verdicts(out, row->counts);
    if (row->subject[0] != '\0') {
        PUT(out, ",\"subject\":");
        put_json_text(out, row->subject);
    }
    if (row->not_after != INT64_MIN) {
        PUT(out, ",\"not_after\":");
        put_when(out, row->not_after, true);
    }
    if (row->last_time != INT64_MIN) {
        PUT(out, ",\"last_time\":");
        put_when(out, row->last_time, true);
        PUT(out, ",\"last\":\"");
        put_text(out, verdict_names[row->last]);
        PUT(out, "\",\"last_reason\":");
        put_json_text(out, row->last_reason);
    }
    PUT(out, "}");
}

static void put_list(ma_buf_t *out, const tally_t *list, const char *name, size_t most)
{
    const tally_row_t **rows = tally_sorted(list);
    uint64_t left_out = list->left_out;
    size_t i;

    PUT(out, ",\"");
    put_text(out, name);
    PUT(out, "\":[");
    for (i = 0; rows != NULL && i < list->count; i++) {
        if (i >= most) {
            left_out += tally_total(rows[i]);
            continue;
        }
        if (i > 0)
            PUT(out, ",");
        put_row(out, rows[i]);
    }
    PUT(out, "],\"");
    put_text(out, name);
    PUT(out, "_left_out\":");
    put_number(out, left_out > MAX_COUNT ? (uint64_t)MAX_COUNT : left_out);
    free(rows);
}

static void put_timeline(ma_buf_t *out, const timeline_t *timeline)
{
    bool first = true;
    size_t i;

    PUT(out, ",\"timeline\":{\"width\":");
    put_signed(out, timeline->width);
    PUT(out, ",\"buckets\":[");
    for (i = 0; i < timeline->count; i++) {
        const uint64_t *bucket = timeline->buckets[i];
        if (bucket[0] == 0 && bucket[1] == 0 && bucket[2] == 0)
            continue;
        put_text(out, first ? "{\"time\":" : ",{\"time\":");
        first = false;
        put_signed(out, timeline->first + (int64_t)i * timeline->width);
        PUT(out, ",");
        put_verdicts(out, bucket);
        PUT(out, "}");
    }
    PUT(out, "]}");
}

void summary_json_short(const summary_t *summary, size_t clients, ma_buf_t *out)
{
    size_t i;

    PUT(out, "{\"format\":\"" FORMAT "\",\"version\":");
    put_number(out, FORMAT_VERSION);
    PUT(out, ",\"handshakes\":");
    put_number(out, summary->handshakes);
    PUT(out, ",\"rows\":");
    put_number(out, summary->rows);
    PUT(out, ",\"changed\":");
    put_number(out, summary->changed);
    put_text(out, summary->baseline ? ",\"baseline\":true" : ",\"baseline\":false");
    PUT(out, ",\"first\":");
    put_when(out, summary->first, summary->first <= summary->last);
    PUT(out, ",\"last\":");
    put_when(out, summary->last, summary->first <= summary->last);
    PUT(out, ",\"judged\":");
    put_when(out, summary->judged, summary->judged != INT64_MIN);
    PUT(out, ",\"verdicts\":{");
    put_verdicts(out, summary->verdicts);
    PUT(out, "}");
    for (i = 0; i < SUMMARY_LISTS; i++)
        put_list(out, &summary->lists[i], list_names[i],
                 i == SUMMARY_CLIENTS ? clients : SIZE_MAX);
    put_timeline(out, &summary->timeline);
    PUT(out, "}\n");
}

void summary_json(const summary_t *summary, ma_buf_t *out)
{
    summary_json_short(summary, SIZE_MAX, out);
}

/* ---- reading ---- */

static uint64_t read_count(const json_t *object, const char *name, bool *ok)
{
    const json_t *value = json_object_get(object, name);
    json_int_t count = json_integer_value(value);

    if (!json_is_integer(value) || count < 0 || count > MAX_COUNT) {
        *ok = false;
        return 0;
    }
    return (uint64_t)count;
}

/* A time, or `none` for null and nothing. */
static int64_t read_when(const json_t *object, const char *name, int64_t none, bool *ok)
{
    const json_t *value = json_object_get(object, name);
    int64_t time = none;

    if (value != NULL && !json_is_null(value)
        && (!json_is_string(value) || !when_parse(json_string_value(value), &time)))
        *ok = false;
    return time;
}

static void read_verdicts(const json_t *object, uint64_t counts[3], bool *ok)
{
    size_t i;

    for (i = 0; i < 3; i++)
        counts[i] = read_count(object, verdict_names[i], ok);
}

static int read_verdict(const json_t *object, const char *name, bool *ok)
{
    const char *text = json_string_value(json_object_get(object, name));
    int i;

    for (i = 0; i < 3; i++) {
        if (text != NULL && strcmp(text, verdict_names[i]) == 0)
            return i;
    }
    *ok = false;
    return MTLSAUTH_UNDETERMINED;
}

static void read_row(tally_t *list, const json_t *object, bool *ok)
{
    const char *key = json_string_value(json_object_get(object, "key"));
    const char *subject = json_string_value(json_object_get(object, "subject"));
    const char *reason = json_string_value(json_object_get(object, "last_reason"));
    uint64_t counts[3];
    tally_row_t *row;
    size_t i;

    read_verdicts(object, counts, ok);
    if (key == NULL || !*ok) {
        *ok = false;
        return;
    }
    row = tally_row(list, key, subject != NULL ? subject : "");
    if (row == NULL) {
        list->left_out += counts[0] + counts[1] + counts[2];
        return;
    }
    for (i = 0; i < 3; i++)
        row->counts[i] += counts[i];
    row->not_after = read_when(object, "not_after", INT64_MIN, ok);
    row->last_time = read_when(object, "last_time", INT64_MIN, ok);
    if (row->last_time != INT64_MIN) {
        row->last = read_verdict(object, "last", ok);
        snprintf(row->last_reason, sizeof(row->last_reason), "%s", reason != NULL ? reason : "");
    }
}

static void read_list(summary_t *self, size_t which, const json_t *root, bool *ok)
{
    const json_t *rows = json_object_get(root, list_names[which]);
    char name[64];
    size_t i;

    if (!json_is_array(rows)) {
        *ok = false;
        return;
    }
    for (i = 0; *ok && i < json_array_size(rows); i++)
        read_row(&self->lists[which], json_array_get(rows, i), ok);
    snprintf(name, sizeof(name), "%s_left_out", list_names[which]);
    self->lists[which].left_out += read_count(root, name, ok);
}

static void read_timeline(timeline_t *timeline, const json_t *object, bool *ok)
{
    const json_t *buckets = json_object_get(object, "buckets");
    uint64_t width = read_count(object, "width", ok), counts[3];
    size_t i;
    int verdict;

    if (!json_is_array(buckets) || json_array_size(buckets) > TIMELINE_BUCKETS) {
        *ok = false;
        return;
    }
    for (i = 0; *ok && i < json_array_size(buckets); i++) {
        const json_t *bucket = json_array_get(buckets, i);
        const json_t *time = json_object_get(bucket, "time");
        read_verdicts(bucket, counts, ok);
        if (!json_is_integer(time))
            *ok = false;
        for (verdict = 0; *ok && verdict < 3; verdict++) {
            if (counts[verdict] > 0)
                timeline_add(timeline, json_integer_value(time), verdict, counts[verdict]);
        }
    }
    timeline_widen(timeline, width > (uint64_t)TIMELINE_FAR ? TIMELINE_FAR : (int64_t)width);
}

static bool read_summary(summary_t *self, const json_t *root)
{
    const char *format = json_string_value(json_object_get(root, "format"));
    bool ok = true;
    size_t i;

    if (format == NULL || strcmp(format, FORMAT) != 0
        || json_integer_value(json_object_get(root, "version")) != FORMAT_VERSION)
        return false;
    self->handshakes = read_count(root, "handshakes", &ok);
    self->rows = read_count(root, "rows", &ok);
    self->changed = read_count(root, "changed", &ok);
    self->baseline = json_is_true(json_object_get(root, "baseline"));
    self->first = read_when(root, "first", INT64_MAX, &ok);
    self->last = read_when(root, "last", INT64_MIN, &ok);
    self->judged = read_when(root, "judged", INT64_MIN, &ok);
    read_verdicts(json_object_get(root, "verdicts"), self->verdicts, &ok);
    for (i = 0; ok && i < SUMMARY_LISTS; i++)
        read_list(self, i, root, &ok);
    if (ok)
        read_timeline(&self->timeline, json_object_get(root, "timeline"), &ok);
    return ok;
}

int summary_parse(summary_t *into, const char *name, const char *json, size_t size, ma_buf_t *why)
{
    json_error_t error;
    json_t *root = json_loadb(json, size, 0, &error);
    summary_t *read = NULL;
    int ret = -1;

    if (root == NULL) {
        ma_buf_printf(why, "%s:%d: no JSON", name, error.line);
    } else if (summary_new(&read) != 0) {
        ma_buf_printf(why, "%s: out of memory", name);
    } else if (!read_summary(read, root)) {
        ma_buf_printf(why, "%s: no summary of mtlsauth-audit (--summary --json)", name);
    } else {
        summary_add(into, read);
        ret = 0;
    }
    summary_free(read);
    json_decref(root);
    return ret;
}

/* A file whole, up to MAX_FILE. 0, or -1 with the reason in `why`. */
static int load(const char *path, ma_buf_t *text, ma_buf_t *why)
{
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");
    char block[16384];
    int ret = 0;
    size_t size;

    if (file == NULL) {
        ma_buf_printf(why, "%s: %s", path, strerror(errno));
        return -1;
    }
    while ((size = fread(block, 1, sizeof(block), file)) > 0)
        ma_buf_add(text, block, size);
    if (ferror(file) || text->failed) {
        ma_buf_printf(why, "%s: %s", path, ferror(file) ? strerror(errno) : "is too large");
        ret = -1;
    }
    if (!is_input)
        (void)fclose(file);
    return ret;
}

int summary_read(summary_t *into, const char *path, ma_buf_t *why)
{
    ma_buf_t text;
    int ret;

    ma_buf_init(&text, MAX_FILE);
    ret = load(path, &text, why);
    if (ret == 0)
        ret = summary_parse(into, path, ma_buf_string(&text), text.size, why);
    ma_buf_free(&text);
    return ret;
}

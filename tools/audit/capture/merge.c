/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * merge.c - see merge.h.
 *
 * At first every file is opened for its first time, and closed. In the order of these times files
 * are then opened when their time has come. Of those that are open one is ahead, and is read
 * without looking at the others until it passes what comes next.
 */
#include "audit/capture/merge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Each open file has a window of its own, and those that are packed a decoder. */
#define OPEN_MAX_FILES 32u

typedef struct input {
    const char *path;
    uint32_t index;
    int64_t first;      /* the time of its first packet; INT64_MIN: it has none */
    uint64_t size;
    capture_t *capture; /* NULL: not open now */
    packet_t packet;    /* the next one, if it is open */
} input_t;

struct merge {
    capture_how_t how;
    merge_problem_fn *problem;
    void *context;
    input_t *inputs;   /* owned; in the order of their first times */
    size_t count;
    size_t next;       /* the first that was not opened yet */
    input_t *open[OPEN_MAX_FILES];
    size_t open_count;
    input_t *ahead;    /* whose packet was given last */
    int64_t until;     /* what comes when it has passed: a time, and at this time an index */
    uint32_t until_index;
    int64_t latest;    /* of the times given so far */
    uint64_t done;     /* octets of files that are over */
    uint64_t size;     /* of all; 0 if that of one is not known */
    bool sized;
    size_t pipes;      /* that are held open from the beginning */
};

static void say(merge_t *merge, const input_t *input, const char *why)
{
    if (merge->problem != NULL)
        merge->problem(merge->context, input->path, why);
}

static bool open_input(merge_t *merge, input_t *input, const capture_how_t *how)
{
    ma_buf_t why;
    bool good;

    ma_buf_init(&why, 0);
    good = capture_open(input->path, input->index, how, &input->capture, &why) == 0;
    if (!good)
        say(merge, input, ma_buf_string(&why));
    ma_buf_free(&why);
    return good;
}

/* Closes it, and says if that was no good end. */
static void close_input(merge_t *merge, input_t *input, capture_state_t state)
{
    if (state == CAPTURE_CUT || state == CAPTURE_DAMAGED)
        say(merge, input, capture_problem(input->capture));
    merge->done += input->size;
    capture_free(input->capture);
    input->capture = NULL;
}

static bool is_regular(const char *path)
{
    struct stat st;

    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/*
 * Learns when a file begins, unfiltered, as with a filter all of it might have to be read. What
 * cannot be opened again stays open with its first packet. False: there is nothing to read.
 */
static bool look_at(merge_t *merge, input_t *input)
{
    static const capture_how_t bare = { NULL, NULL, NULL };
    bool again = is_regular(input->path);
    capture_state_t state;

    if (!again && merge->pipes == OPEN_MAX_FILES) {
        say(merge, input, "too many pipes at once");
        return false;
    }
    if (!open_input(merge, input, again ? &bare : &merge->how))
        return false;
    input->size = capture_size(input->capture);
    merge->sized = merge->sized && input->size > 0;
    merge->size += input->size;
    state = capture_next(input->capture, &input->packet);
    input->first = state == CAPTURE_PACKET ? input->packet.time : INT64_MIN;
    if (!again && state != CAPTURE_PACKET) {
        close_input(merge, input, state);
        return false;
    }
    if (again) {
        capture_free(input->capture);
        input->capture = NULL;
    } else {
        merge->pipes++;
    }
    return true;
}

/* Reads the next packet of an open file; false: it is over, and closed. */
static bool advance(merge_t *merge, input_t *input)
{
    capture_state_t state = capture_next(input->capture, &input->packet);

    if (state == CAPTURE_PACKET)
        return true;
    close_input(merge, input, state);
    return false;
}

static int compare(const void *a, const void *b)
{
    const input_t *one = a, *other = b;

    if (one->first != other->first)
        return one->first < other->first ? -1 : 1;
    return one->index < other->index ? -1 : one->index > other->index;
}

int merge_new(const char *const *paths, size_t count, const capture_how_t *how,
              merge_problem_fn *problem, void *context, merge_t **out)
{
    merge_t *merge = calloc(1, sizeof(*merge));
    size_t i;

    if (merge == NULL || count > UINT32_MAX) {
        free(merge);
        return -1;
    }
    merge->inputs = calloc(count > 0 ? count : 1, sizeof(*merge->inputs));
    if (merge->inputs == NULL) {
        free(merge);
        return -1;
    }
    merge->how = *how;
    merge->problem = problem;
    merge->context = context;
    merge->sized = true;
    merge->latest = INT64_MIN;
    for (i = 0; i < count; i++) {
        input_t *input = &merge->inputs[merge->count];
        *input = (input_t) { .path = paths[i], .index = (uint32_t)i };
        if (look_at(merge, input))
            merge->count++;
    }
    qsort(merge->inputs, merge->count, sizeof(*merge->inputs), compare);
    *out = merge;
    return 0;
}

static bool is_before(const input_t *one, const input_t *other)
{
    return one->packet.time < other->packet.time
        || (one->packet.time == other->packet.time && one->index < other->index);
}

/* The open file whose packet is the earliest; NULL: none is open. */
static input_t *earliest(const merge_t *merge, const input_t *except)
{
    input_t *best = NULL;
    size_t i;

    for (i = 0; i < merge->open_count; i++)
        if (merge->open[i] != except && (best == NULL || is_before(merge->open[i], best)))
            best = merge->open[i];
    return best;
}

/* Opens files whose time has come, which is at least one if none is open. */
static void open_due(merge_t *merge)
{
    while (merge->next < merge->count && merge->open_count < OPEN_MAX_FILES) {
        const input_t *now = earliest(merge, NULL);
        input_t *input = &merge->inputs[merge->next];

        if (now != NULL && input->first > now->packet.time)
            return;
        merge->next++;
        if (input->capture == NULL
            && (!open_input(merge, input, &merge->how) || !advance(merge, input)))
            continue;
        if (input->first < merge->latest)
            say(merge, input, "its packets come late: too many files overlap in time");
        merge->open[merge->open_count++] = input;
    }
}

/* Finds who is ahead, and until when. */
static input_t *choose(merge_t *merge)
{
    const input_t *second;
    input_t *first;

    open_due(merge);
    first = earliest(merge, NULL);
    second = earliest(merge, first);
    merge->until = second != NULL ? second->packet.time : INT64_MAX;
    merge->until_index = second != NULL ? second->index : UINT32_MAX;
    if (merge->next < merge->count && merge->open_count < OPEN_MAX_FILES
        && merge->inputs[merge->next].first <= merge->until) {
        merge->until = merge->inputs[merge->next].first;
        merge->until_index = 0; /* at that time it is opened first */
    }
    return first;
}

static void forget(merge_t *merge, const input_t *input)
{
    size_t i = 0;

    while (merge->open[i] != input)
        i++;
    merge->open[i] = merge->open[--merge->open_count];
}

bool merge_next(merge_t *merge, packet_t *out)
{
    input_t *input = merge->ahead;

    if (input != NULL && !advance(merge, input)) {
        forget(merge, input);
        input = NULL;
    }
    if (input == NULL || input->packet.time > merge->until
        || (input->packet.time == merge->until && input->index >= merge->until_index))
        input = choose(merge);
    merge->ahead = input;
    if (input == NULL)
        return false;
    if (input->packet.time > merge->latest)
        merge->latest = input->packet.time;
    *out = input->packet;
    return true;
}

uint64_t merge_position(const merge_t *merge)
{
    uint64_t position = merge->done;
    size_t i;

    for (i = 0; i < merge->open_count; i++)
        position += capture_position(merge->open[i]->capture);
    return position;
}

uint64_t merge_size(const merge_t *merge)
{
    return merge->sized ? merge->size : 0;
}

void merge_free(merge_t *merge)
{
    size_t i;

    if (merge == NULL)
        return;
    for (i = 0; i < merge->count; i++)
        capture_free(merge->inputs[i].capture);
    free(merge->inputs);
    free(merge);
}

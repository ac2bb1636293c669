/* SPDX-License-Identifier: BSD-2-Clause */
/* capture.c - see capture.h. */
#include "audit/capture/capture.h"

#include <inttypes.h>
#include <stdlib.h>

#include "audit/capture/reader.h"
#include "audit/capture/refuse.h"
#include "base/encode.h"

#define MAGIC_SIZE 4u
#define PROBLEM_MAX 8192u

/* Problems begin with the file's name; the first one stays. */
static void begin_problem(capture_t *capture)
{
    ma_buf_clear(&capture->problem);
    ma_buf_byte(&capture->problem, '"');
    ma_encode_terminal(&capture->problem, capture->path, strlen(capture->path));
    ma_buf_text(&capture->problem, "\": ");
}

static void say_where(capture_t *capture, uint64_t offset)
{
    ma_buf_printf(&capture->problem, "octet %" PRIu64 "%s, packet %" PRIu64, offset,
                  capture->stream.packing != NULL ? " of what is unpacked" : "",
                  capture->number + 1);
}

int capture_refuse(capture_t *capture, const char *format, ...)
{
    va_list args;

    begin_problem(capture);
    va_start(args, format);
    ma_buf_vprintf(&capture->problem, format, args);
    va_end(args);
    return -1;
}

capture_state_t capture_damaged(capture_t *capture, const char *format, ...)
{
    va_list args;

    begin_problem(capture);
    ma_buf_text(&capture->problem, "damaged at ");
    say_where(capture, capture->where);
    ma_buf_text(&capture->problem, ": ");
    va_start(args, format);
    ma_buf_vprintf(&capture->problem, format, args);
    va_end(args);
    ma_buf_text(&capture->problem, "; nothing behind it is read");
    return CAPTURE_DAMAGED;
}

capture_state_t capture_over(capture_t *capture)
{
    const capture_stream_t *stream = &capture->stream;
    uint64_t offset = capture_stream_offset(stream);
    bool between = offset == capture->where && capture_stream_seen(stream) == 0;

    if (stream->how == CAPTURE_STREAM_MORE && between)
        return CAPTURE_END;
    begin_problem(capture);
    if (stream->how == CAPTURE_STREAM_BROKEN) {
        ma_buf_text(&capture->problem, "cannot be read on at ");
        say_where(capture, stream->end_offset);
        ma_buf_printf(&capture->problem, ": %s", stream->why);
        return CAPTURE_DAMAGED;
    }
    ma_buf_text(&capture->problem, "cut off at ");
    say_where(capture, stream->end_offset);
    if (stream->how == CAPTURE_STREAM_CUT)
        ma_buf_printf(&capture->problem, ": %s", stream->why);
    else
        ma_buf_printf(&capture->problem, ", which begins at %" PRIu64, capture->where);
    return CAPTURE_CUT;
}

int capture_filter_for(capture_t *capture, uint32_t link_type)
{
    int program = CAPTURE_UNFILTERED;
    ma_buf_t why;

    if (capture->how->filter == NULL)
        return program;
    ma_buf_init(&why, PROBLEM_MAX);
    program = capture_filter_compile(&capture->filter, capture->how->filter, link_type, &why);
    if (program < 0) {
        if (why.size > 0) /* else it was said before */
            (void)capture_refuse(capture, "%s", ma_buf_string(&why));
        program = CAPTURE_UNFILTERABLE;
    }
    ma_buf_free(&why);
    return program;
}

/* Tells the format by its first octets. */
static int begin(capture_t *capture)
{
    capture_stream_t *stream = &capture->stream;
    const uint8_t *magic = capture_stream_need(stream, MAGIC_SIZE);

    if (magic != NULL && capture_classic_magic(magic))
        return capture_classic_begin(capture);
    if (magic != NULL && capture_sections_magic(magic))
        return capture_sections_begin(capture);
    if (stream->how != CAPTURE_STREAM_MORE)
        return capture_refuse(capture, "it cannot be read: %s", stream->why);
    begin_problem(capture);
    if (stream->packing != NULL)
        ma_buf_printf(&capture->problem, "unpacked from %s, ", stream->packing->name);
    (void)capture_stream_need(stream, 32); /* as many as there are, to tell what it is */
    capture_refuse_format(&capture->problem,
                          (ma_bytes_t) { stream->at, capture_stream_seen(stream) });
    return -1;
}

/* A capture with a name and, so far, nothing to read. */
static capture_t *new_capture(const char *path, uint32_t index, const capture_how_t *how)
{
    capture_t *capture = calloc(1, sizeof(*capture));

    if (capture == NULL)
        return NULL;
    capture->stream.fd = -1;
    capture->how = how;
    capture->index = index;
    ma_buf_init(&capture->problem, 0);
    capture->path = strdup(path);
    if (capture->path == NULL) {
        free(capture);
        return NULL;
    }
    return capture;
}

/* What both ways of opening end with. `why_not`: the stream was not opened. */
static int finish(capture_t *capture, const char *why_not, capture_t **out, ma_buf_t *why)
{
    int ret = why_not != NULL ? capture_refuse(capture, "%s", why_not) : begin(capture);

    if (ret == 0) {
        *out = capture;
        return 0;
    }
    ma_buf_text(why, ma_buf_string(&capture->problem));
    capture_free(capture);
    return -1;
}

int capture_open(const char *path, uint32_t index, const capture_how_t *how, capture_t **out,
                 ma_buf_t *why)
{
    capture_t *capture = new_capture(strcmp(path, "-") == 0 ? "standard input" : path, index, how);
    const char *why_not = NULL;

    if (capture == NULL) {
        ma_buf_text(why, "no memory");
        return -1;
    }
    if (capture_stream_open(&capture->stream, path, &why_not) == 0)
        why_not = NULL;
    return finish(capture, why_not, out, why);
}

int capture_open_memory(ma_bytes_t bytes, size_t piece, uint32_t index, const capture_how_t *how,
                        capture_t **out, ma_buf_t *why)
{
    capture_t *capture = new_capture("memory", index, how);
    const char *why_not = NULL;

    if (capture == NULL) {
        ma_buf_text(why, "no memory");
        return -1;
    }
    if (capture_stream_memory(&capture->stream, bytes, piece, &why_not) == 0)
        why_not = NULL;
    return finish(capture, why_not, out, why);
}

/* Packets that the filter could not judge were passed over, and that is no good end. */
static capture_state_t say_unfilterable(capture_t *capture)
{
    ma_buf_printf(&capture->problem, "; %" PRIu64 " such packets were passed over",
                  capture->unfilterable);
    return CAPTURE_DAMAGED;
}

capture_state_t capture_next(capture_t *capture, packet_t *out)
{
    int program;

    while (capture->state == CAPTURE_PACKET) {
        capture->state = capture->read(capture, out, &program);
        if (capture->state != CAPTURE_PACKET)
            break;
        if (program == CAPTURE_UNFILTERED
            || (program >= 0 && capture_filter_passes(&capture->filter, program, out)))
            return CAPTURE_PACKET;
        capture->unfilterable += program == CAPTURE_UNFILTERABLE;
    }
    if (capture->state == CAPTURE_END && capture->unfilterable > 0)
        capture->state = say_unfilterable(capture);
    return capture->state;
}

const char *capture_problem(const capture_t *capture)
{
    return ma_buf_string(&capture->problem);
}

const char *capture_path(const capture_t *capture)
{
    return capture->path;
}

uint64_t capture_position(const capture_t *capture)
{
    return capture->stream.position;
}

uint64_t capture_size(const capture_t *capture)
{
    return capture->stream.size;
}

void capture_free(capture_t *capture)
{
    if (capture == NULL)
        return;
    capture_stream_close(&capture->stream);
    capture_filter_free(&capture->filter);
    ma_buf_free(&capture->problem);
    free(capture->sections.interfaces);
    free(capture->path);
    free(capture);
}

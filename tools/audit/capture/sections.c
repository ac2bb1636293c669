/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sections.c - pcapng files (draft-ietf-opsawg-pcapng): sections of either byte order, interfaces
 * of mixed link types, packets in the three kinds of blocks, and secrets.
 *
 * Blocks of other kinds are passed over. Where a block's length cannot be, nothing says where the
 * next one begins, so that reading ends there.
 */
#include <stdlib.h>

#include "audit/capture/interface.h"

#define BLOCK_SECTION 0x0a0d0d0au
#define BLOCK_INTERFACE 1u
#define BLOCK_PACKET_OLD 2u
#define BLOCK_PACKET_SIMPLE 3u
#define BLOCK_PACKET 6u
#define BLOCK_SECRETS 10u

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define SECRETS_TLS 0x544c534bu

/* Type and length stand in front, the length once more behind. */
#define BLOCK_HEAD 8u
#define BLOCK_FRAME 12u
#define SECTION_FIXED 16u

typedef struct block {
    uint32_t type;
    uint32_t length;
    ma_bytes_t body; /* of those that are seen as a whole */
} block_t;

bool capture_sections_magic(const uint8_t *four)
{
    return capture_32(four, true) == BLOCK_SECTION; /* it reads the same either way */
}

/* The trailing length of a block that stands at `at`, all of it visible. */
static bool closes(const capture_t *capture, const uint8_t *at, uint32_t length)
{
    return capture_32(at + length - 4, capture->big) == length;
}

static capture_state_t wrong_end(capture_t *capture)
{
    return capture_damaged(capture, "a block's two lengths are not the same");
}

/* Passes over the rest of a block of which `done` octets are consumed; CAPTURE_PACKET: go on. */
static capture_state_t pass_rest(capture_t *capture, uint32_t length, uint32_t done)
{
    const uint8_t *end;

    if (!capture_stream_pass(&capture->stream, length - done - 4))
        return capture_over(capture);
    end = capture_stream_need(&capture->stream, 4);
    if (end == NULL)
        return capture_over(capture);
    if (capture_32(end, capture->big) != length)
        return wrong_end(capture);
    capture->stream.at += 4;
    return CAPTURE_PACKET;
}

static capture_state_t begin_section(capture_t *capture)
{
    const uint8_t *at = capture_stream_need(&capture->stream, BLOCK_HEAD + SECTION_FIXED);
    unsigned major, minor;
    uint32_t length;

    if (at == NULL)
        return capture_over(capture);
    capture->big = capture_32(at + 8, true) == BYTE_ORDER_MAGIC;
    if (!capture->big && capture_32(at + 8, false) != BYTE_ORDER_MAGIC)
        return capture_damaged(capture, "a section has no byte-order magic");
    major = capture_16(at + 12, capture->big);
    minor = capture_16(at + 14, capture->big);
    if (major != 1 || (minor != 0 && minor != 2))
        return capture_damaged(capture, "a section is of version %u.%u; 1.0 is read", major, minor);
    length = capture_32(at + 4, capture->big);
    if (length < BLOCK_FRAME + SECTION_FIXED || length % 4 != 0)
        return capture_damaged(capture, "a block cannot have %u octets", (unsigned)length);
    capture->sections.count = 0;
    capture->stream.at += BLOCK_HEAD + SECTION_FIXED;
    return pass_rest(capture, length, BLOCK_HEAD + SECTION_FIXED);
}

static capture_interface_t *add_interface(capture_sections_t *sections)
{
    size_t capacity = sections->capacity > 0 ? 2 * sections->capacity : 4;
    capture_interface_t *more;

    if (sections->count == sections->capacity) {
        more = realloc(sections->interfaces, capacity * sizeof(*more));
        if (more == NULL)
            return NULL;
        sections->interfaces = more;
        sections->capacity = capacity;
    }
    return &sections->interfaces[sections->count];
}

static capture_state_t read_interface(capture_t *capture, const block_t *block)
{
    capture_interface_t *interface;
    const char *wrong;

    if (capture->sections.count == CAPTURE_INTERFACES_MAX)
        return capture_damaged(capture, "a section has more than %u interfaces",
                               CAPTURE_INTERFACES_MAX);
    interface = add_interface(&capture->sections);
    if (interface == NULL)
        return capture_damaged(capture, "no memory");
    wrong = capture_interface_read(interface, block->body, capture->big);
    if (wrong != NULL)
        return capture_damaged(capture, "an interface is described wrongly: %s", wrong);
    /* One for which the filter is not may have no packets. */
    interface->program = capture_filter_for(capture, interface->link_type);
    capture->sections.count++;
    return CAPTURE_PACKET;
}

/* What packets of the three kinds have, once they are told apart. */
typedef struct found {
    uint32_t interface;
    uint64_t ticks;
    uint32_t captured, length;
    size_t fixed; /* octets of the body in front of the data */
} found_t;

static bool read_fixed(const capture_t *capture, const block_t *block, found_t *out)
{
    const uint8_t *body = block->body.data;
    bool big = capture->big;

    out->fixed = block->type == BLOCK_PACKET_SIMPLE ? 4 : 20;
    if (block->body.size < out->fixed)
        return false;
    if (block->type == BLOCK_PACKET_SIMPLE) {
        out->interface = 0;
        out->ticks = 0;
        out->captured = out->length = capture_32(body, big);
        return true;
    }
    out->interface
        = block->type == BLOCK_PACKET ? capture_32(body, big) : capture_16(body, big);
    out->ticks = (uint64_t)capture_32(body + 4, big) << 32 | capture_32(body + 8, big);
    out->captured = capture_32(body + 12, big);
    out->length = capture_32(body + 16, big);
    return true;
}

static capture_state_t read_packet(capture_t *capture, const block_t *block, packet_t *out,
                                   int *program)
{
    const capture_interface_t *interface;
    found_t found;

    if (!read_fixed(capture, block, &found))
        return capture_damaged(capture, "a packet's block is too short");
    if (found.interface >= capture->sections.count)
        return capture_damaged(capture, "a packet is of interface %u, which is not described",
                               (unsigned)found.interface);
    interface = &capture->sections.interfaces[found.interface];
    if (block->type == BLOCK_PACKET_SIMPLE && interface->snaplen != 0
        && found.captured > interface->snaplen)
        found.captured = interface->snaplen;
    if (found.captured > CAPTURE_PACKET_MAX || found.captured > block->body.size - found.fixed)
        return capture_damaged(capture, "a packet cannot have %u octets", (unsigned)found.captured);
    *out = (packet_t) { .number = ++capture->number,
                        .file = capture->index,
                        .link_type = interface->link_type,
                        .captured = found.captured,
                        .length = found.length > found.captured ? found.length : found.captured,
                        .data = block->body.data + found.fixed };
    if (block->type != BLOCK_PACKET_SIMPLE)
        out->time = capture_interface_time(interface, found.ticks);
    *program = interface->program;
    return CAPTURE_PACKET;
}

/* Octets of a text up to the last line's end; all of them where no end is. */
static size_t whole_lines(const uint8_t *text, size_t size)
{
    size_t n = size;

    while (n > 0 && text[n - 1] != '\n')
        n--;
    return n > 0 ? n : size;
}

/* Hands on a key log, in pieces of whole lines so that it may have any length. */
static capture_state_t give_secrets(capture_t *capture, uint32_t size)
{
    capture_stream_t *stream = &capture->stream;
    const size_t piece = CAPTURE_STREAM_WINDOW / 4;

    while (size > 0) {
        size_t n = size < piece ? size : piece;
        const uint8_t *text = capture_stream_need(stream, n);
        if (text == NULL)
            return capture_over(capture);
        if (n < size)
            n = whole_lines(text, n);
        capture->how->secrets(capture->how->context, text, n);
        stream->at += n;
        size -= (uint32_t)n;
    }
    return CAPTURE_PACKET;
}

static capture_state_t read_secrets(capture_t *capture, uint32_t length)
{
    const uint8_t *at = capture_stream_need(&capture->stream, BLOCK_HEAD + 8);
    capture_state_t state = CAPTURE_PACKET;
    uint32_t type, size;

    if (at == NULL)
        return capture_over(capture);
    if (length < BLOCK_FRAME + 8)
        return capture_damaged(capture, "a block of secrets is too short");
    type = capture_32(at + 8, capture->big);
    size = capture_32(at + 12, capture->big);
    if (size > length - BLOCK_FRAME - 8)
        return capture_damaged(capture, "secrets cannot have %u octets", (unsigned)size);
    capture->stream.at += BLOCK_HEAD + 8;
    if (type != SECRETS_TLS || capture->how->secrets == NULL)
        size = 0;
    else
        state = give_secrets(capture, size);
    return state == CAPTURE_PACKET ? pass_rest(capture, length, BLOCK_HEAD + 8 + size) : state;
}

static bool seen_whole(uint32_t type)
{
    return type == BLOCK_PACKET || type == BLOCK_INTERFACE || type == BLOCK_PACKET_SIMPLE
        || type == BLOCK_PACKET_OLD;
}

/* One block that is not seen as a whole. */
static capture_state_t read_long(capture_t *capture, const block_t *block)
{
    if (block->type == BLOCK_SECRETS)
        return read_secrets(capture, block->length);
    capture->stream.at += BLOCK_HEAD;
    return pass_rest(capture, block->length, BLOCK_HEAD);
}

/* Makes a block visible, and consumes it. */
static capture_state_t see_whole(capture_t *capture, block_t *block)
{
    const uint8_t *at;

    if (block->length > CAPTURE_STREAM_WINDOW)
        return capture_damaged(capture, "a block of %u octets is too long for a packet",
                               (unsigned)block->length);
    at = capture_stream_need(&capture->stream, block->length);
    if (at == NULL)
        return capture_over(capture);
    if (!closes(capture, at, block->length))
        return wrong_end(capture);
    block->body = (ma_bytes_t) { at + BLOCK_HEAD, block->length - BLOCK_FRAME };
    capture->stream.at += block->length;
    return CAPTURE_PACKET;
}

static capture_state_t read_blocks(capture_t *capture, packet_t *out, int *program)
{
    capture_state_t state = CAPTURE_PACKET;

    while (state == CAPTURE_PACKET) {
        const uint8_t *at = capture_stream_need(&capture->stream, BLOCK_HEAD);
        block_t block = { 0 };

        capture->where = capture_stream_offset(&capture->stream);
        if (at == NULL)
            return capture_over(capture);
        block.type = capture_32(at, capture->big);
        block.length = capture_32(at + 4, capture->big);
        if (block.type == BLOCK_SECTION) {
            state = begin_section(capture);
        } else if (block.length < BLOCK_FRAME || block.length % 4 != 0) {
            return capture_damaged(capture, "a block cannot have %u octets",
                                   (unsigned)block.length);
        } else if (!seen_whole(block.type)) {
            state = read_long(capture, &block);
        } else {
            state = see_whole(capture, &block);
            if (state == CAPTURE_PACKET && block.type != BLOCK_INTERFACE)
                return read_packet(capture, &block, out, program);
            if (state == CAPTURE_PACKET)
                state = read_interface(capture, &block);
        }
    }
    return state;
}

/* The first section, so that what only begins like pcapng is told at once. */
int capture_sections_begin(capture_t *capture)
{
    capture_state_t state = begin_section(capture);

    capture->read = read_blocks;
    return state == CAPTURE_PACKET ? 0 : -1;
}

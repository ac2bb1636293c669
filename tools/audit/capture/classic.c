/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classic.c - pcap files: microseconds, nanoseconds, and the form of some old Linux systems with
 * more in its records' headers.
 */
#include "audit/capture/reader.h"

#define FILE_HEADER 24u
/* As in libpcap: above them are the octets of frame check sequence at the end of each packet. */
#define LINK_TYPE_BITS 0x03ffffffu

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS 0xa1b23c4du
#define MAGIC_MODIFIED 0xa1b2cd34u

static bool is_magic(uint32_t magic)
{
    return magic == MAGIC_MICROSECONDS || magic == MAGIC_NANOSECONDS || magic == MAGIC_MODIFIED;
}

bool capture_classic_magic(const uint8_t *four)
{
    return is_magic(capture_32(four, true)) || is_magic(capture_32(four, false));
}

static capture_state_t read_record(capture_t *capture, packet_t *out, int *program)
{
    const capture_classic_t *classic = &capture->classic;
    capture_stream_t *stream = &capture->stream;
    const uint8_t *record = capture_stream_need(stream, classic->header);
    uint32_t captured, length;

    capture->where = capture_stream_offset(stream);
    if (record == NULL)
        return capture_over(capture);
    captured = capture_32(record + 8, capture->big);
    length = capture_32(record + 12, capture->big);
    if (classic->lengths_swapped || (classic->lengths_maybe_swapped && captured > length)) {
        uint32_t other = captured;
        captured = length;
        length = other;
    }
    if (captured > CAPTURE_PACKET_MAX)
        return capture_damaged(capture, "a packet cannot have %u octets", (unsigned)captured);
    record = capture_stream_need(stream, classic->header + captured);
    if (record == NULL)
        return capture_over(capture);
    stream->at += classic->header + captured;
    out->time = (int64_t)capture_32(record, capture->big) * 1000000000
        + (int64_t)capture_32(record + 4, capture->big) * classic->fraction;
    out->number = ++capture->number;
    out->file = capture->index;
    out->link_type = classic->link_type;
    out->captured = captured;
    out->length = length > captured ? length : captured;
    out->data = record + classic->header;
    *program = classic->program;
    return CAPTURE_PACKET;
}

/* As libpcap has it: 2.4 is what all write; 543.0 wrote an old tcpdump of DG/UX. */
static bool take_version(capture_classic_t *classic, unsigned major, unsigned minor)
{
    classic->lengths_swapped = (major == 2 && minor < 3) || major == 543;
    classic->lengths_maybe_swapped = major == 2 && minor == 3;
    return (major == 2 && minor <= 4) || (major == 543 && minor == 0);
}

int capture_classic_begin(capture_t *capture)
{
    const uint8_t *header = capture_stream_need(&capture->stream, FILE_HEADER);
    capture_classic_t *classic = &capture->classic;
    unsigned major, minor;
    uint32_t magic;

    if (header == NULL)
        return capture_refuse(capture, "a pcap file that ends in its header");
    capture->big = is_magic(capture_32(header, true));
    magic = capture_32(header, capture->big);
    major = capture_16(header + 4, capture->big);
    minor = capture_16(header + 6, capture->big);
    if (!take_version(classic, major, minor))
        return capture_refuse(capture, "a pcap file of version %u.%u; 2.4 is read", major, minor);
    classic->header = magic == MAGIC_MODIFIED ? 24 : 16;
    classic->fraction = magic == MAGIC_NANOSECONDS ? 1 : 1000;
    classic->link_type = capture_32(header + 20, capture->big) & LINK_TYPE_BITS;
    classic->program = capture_filter_for(capture, classic->link_type);
    if (classic->program == CAPTURE_UNFILTERABLE)
        return -1;
    capture->stream.at += FILE_HEADER;
    capture->read = read_record;
    return 0;
}

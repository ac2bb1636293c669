/* SPDX-License-Identifier: BSD-2-Clause */
/* filter.c - see filter.h. */
#define _DEFAULT_SOURCE /* pcap.h takes u_int and its like for granted */
#include "audit/capture/filter.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/capture/reader.h"
#include "base/encode.h"

struct capture_program {
    uint32_t link_type;
    bool usable; /* else it is kept so that nobody tries again */
    struct bpf_program code;
};

/*
 * What libpcap compiles for is a DLT_, and for some link types that is another number, on some
 * systems only. Its reader of files knows which: it gets a file that has nothing but a header.
 */
static pcap_t *handle_for(uint32_t link_type, char *why)
{
    struct pcap_file_header header = { .magic = 0xa1b2c3d4, .version_major = 2,
                                       .version_minor = 4, .snaplen = CAPTURE_PACKET_MAX,
                                       .linktype = link_type };
    FILE *file = fmemopen(&header, sizeof(header), "rb");
    pcap_t *pcap;

    if (file == NULL) {
        snprintf(why, PCAP_ERRBUF_SIZE, "no memory");
        return NULL;
    }
    pcap = pcap_fopen_offline(file, why);
    if (pcap == NULL)
        (void)fclose(file);
    return pcap;
}

static bool compile(const char *expression, uint32_t link_type, struct bpf_program *code,
                    ma_buf_t *why)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = handle_for(link_type, reason);
    bool good = pcap != NULL && pcap_compile(pcap, code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;

    if (!good) {
        const char *said = pcap != NULL ? pcap_geterr(pcap) : reason;
        ma_buf_text(why, "the filter \"");
        ma_encode_terminal(why, expression, strlen(expression));
        ma_buf_printf(why, "\" cannot be used for link type %u: ", (unsigned)link_type);
        ma_encode_terminal(why, said, strlen(said));
    }
    if (pcap != NULL)
        pcap_close(pcap);
    return good;
}

int capture_filter_compile(capture_filter_t *filter, const char *expression, uint32_t link_type,
                           ma_buf_t *why)
{
    struct capture_program *programs, *program;
    size_t i;

    for (i = 0; i < filter->count; i++)
        if (filter->programs[i].link_type == link_type)
            return filter->programs[i].usable ? (int)i : -1;
    if (filter->count == CAPTURE_FILTER_LINKS) {
        ma_buf_printf(why, "a filter is for at most %u link types", CAPTURE_FILTER_LINKS);
        return -1;
    }
    programs = realloc(filter->programs, (filter->count + 1) * sizeof(*programs));
    if (programs == NULL) {
        ma_buf_text(why, "no memory");
        return -1;
    }
    filter->programs = programs;
    program = &programs[filter->count++];
    *program = (struct capture_program) { .link_type = link_type };
    program->usable = compile(expression, link_type, &program->code, why);
    return program->usable ? (int)filter->count - 1 : -1;
}

bool capture_filter_passes(const capture_filter_t *filter, int program, const packet_t *packet)
{
    struct pcap_pkthdr header = { .caplen = packet->captured, .len = packet->length };

    return pcap_offline_filter(&filter->programs[program].code, &header, packet->data) != 0;
}

void capture_filter_free(capture_filter_t *filter)
{
    size_t i;

    for (i = 0; i < filter->count; i++)
        if (filter->programs[i].usable)
            pcap_freecode(&filter->programs[i].code);
    free(filter->programs);
    *filter = (capture_filter_t) { NULL, 0 };
}

int capture_filter_check(const char *expression, ma_buf_t *why)
{
    /* LINKTYPE_ETHERNET first, as its reason is given; _LINUX_SLL, _IEEE802_11_RADIOTAP. */
    static const uint32_t links[] = { 1, 113, 127 };
    struct bpf_program code;
    ma_buf_t reason;
    size_t i;

    for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
        bool good;
        ma_buf_init(&reason, 0);
        good = compile(expression, links[i], &code, &reason);
        if (!good && i == 0)
            ma_buf_text(why, ma_buf_string(&reason));
        ma_buf_free(&reason);
        if (good) {
            ma_buf_clear(why);
            pcap_freecode(&code);
            return 0;
        }
    }
    return -1;
}

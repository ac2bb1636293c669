/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link-oracle.c - every TCP segment and UDP datagram of the public captures: link/ and tshark agree on
 * the frame, the ports and the octets of payload. Read with libpcap, so that nothing here depends on capture/.
 */
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/link/link.h"
#include "tap.h"

enum { MAX_FILES = 512, MAX_PATH = 1024, FRAGMENT_MEMORY = 1 << 20 };

typedef struct file {
    char path[MAX_PATH];
} file_t;

static file_t files[MAX_FILES];
static unsigned n_files;

/* Lines "frame source destination length", sorted. */
typedef struct lines {
    char **line;
    size_t n, room;
} lines_t;

static void add_line(lines_t *lines, const char *text)
{
    if (lines->n == lines->room) {
        lines->room = lines->room ? 2 * lines->room : 4096;
        lines->line = realloc(lines->line, lines->room * sizeof(*lines->line));
        if (lines->line == NULL)
            abort();
    }
    lines->line[lines->n++] = strdup(text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_lines(lines_t *lines)
{
    size_t i;

    for (i = 0; i < lines->n; i++)
        free(lines->line[i]);
    free(lines->line);
}

static const char *corpora(void)
{
    static char path[MAX_PATH];
    const char *set = getenv("MTLSAUTH_CORPORA"), *source = getenv("srcdir");

    if (set != NULL)
        snprintf(path, sizeof(path), "%s/captures", set);
    else
        snprintf(path, sizeof(path), "%s/../shared/corpora/captures", source ? source : ".");
    return path;
}

/* The captures of the manifest. */
static bool list_files(void)
{
    char path[MAX_PATH + 32], line[1 << 16];
    FILE *manifest;

    snprintf(path, sizeof(path), "%s/manifest.tsv", corpora());
    manifest = fopen(path, "r");
    if (manifest == NULL || fgets(line, sizeof(line), manifest) == NULL) {
        if (manifest != NULL)
            fclose(manifest);
        return false;
    }
    while (n_files < MAX_FILES && fgets(line, sizeof(line), manifest) != NULL) {
        line[strcspn(line, "\t\n")] = '\0';
        if (snprintf(files[n_files].path, MAX_PATH, "%s/%s", corpora(), line) < MAX_PATH)
            n_files++;
    }
    fclose(manifest);
    return n_files > 0;
}

typedef struct seen {
    lines_t *lines;
    uint64_t before; /* packets of the files before */
    uint64_t segments, datagrams;
} seen_t;

static void on_segment(void *context, const segment_t *segment)
{
    seen_t *seen = context;
    char line[96];
    const bool tcp = segment->transport == TRANSPORT_TCP;

    seen->segments += tcp;
    seen->datagrams += !tcp;
    snprintf(line, sizeof(line), "%" PRIu64 " %s %u %u %" PRIu32,
             seen->before + segment->packet->number, tcp ? "tcp" : "udp", segment->source.port,
             segment->destination.port, segment->length);
    add_line(seen->lines, line);
}

/* libpcap takes no compressed files. */
static pcap_t *open_capture(const char *path, FILE **pipe)
{
    char command[MAX_PATH + 16], why[PCAP_ERRBUF_SIZE] = "";
    const size_t length = strlen(path);
    pcap_t *pcap;

    *pipe = NULL;
    if (length < 3 || strcmp(path + length - 3, ".gz") != 0) {
        pcap = pcap_open_offline(path, why);
    } else {
        snprintf(command, sizeof(command), "gzip -dc '%s'", path);
        *pipe = popen(command, "r");
        pcap = *pipe != NULL ? pcap_fopen_offline(*pipe, why) : NULL;
    }
    if (pcap == NULL)
        printf("# %s\n", why);
    return pcap;
}

/* Reads a capture; false if libpcap does not. */
static bool read_one(const char *path, seen_t *seen, uint64_t *packets)
{
    FILE *pipe;
    pcap_t *pcap = open_capture(path, &pipe);
    struct pcap_pkthdr *header;
    const u_char *data;
    packet_t packet = { 0 };
    links_t *links = NULL;

    if (pcap == NULL)
        return false;
    if (links_new(on_segment, seen, FRAGMENT_MEMORY, &links) < 0)
        abort();
    packet.link_type = (uint32_t)pcap_datalink(pcap);
    while (pcap_next_ex(pcap, &header, &data) == 1) {
        packet.number++;
        packet.time = (int64_t)header->ts.tv_sec * 1000000000;
        packet.captured = header->caplen;
        packet.length = header->len;
        packet.data = data;
        links_push(links, &packet);
    }
    *packets = packet.number;
    TAP_INT((long long)links_counts(links)->packets, (long long)packet.number);
    links_free(links);
    pcap_close(pcap);
    return true;
}

/* A line of tshark's: frame, ports and length of TCP, or else of UDP, whose length has its header. */
static void add_answer(lines_t *lines, const char *answer)
{
    unsigned long frame, source, destination, length;
    char line[96];
    const char *ports = strchr(answer, '\t');

    if (ports == NULL)
        return;
    frame = strtoul(answer, NULL, 10);
    if (sscanf(ports, "\t%lu\t%lu\t%lu", &source, &destination, &length) == 3 && ports[1] != '\t')
        snprintf(line, sizeof(line), "%lu tcp %lu %lu %lu", frame, source, destination, length);
    else if (sscanf(ports, "\t\t\t\t%lu\t%lu\t%lu", &source, &destination, &length) == 3)
        snprintf(line, sizeof(line), "%lu udp %lu %lu %lu", frame, source, destination,
                 length - 8);
    else
        snprintf(line, sizeof(line), "%lu?", frame);
    add_line(lines, line);
}

/* All files as one for tshark, which takes long to start; frames are numbered through. */
static bool ask_tshark(lines_t *lines)
{
    size_t room = n_files * (MAX_PATH + 8) + 512, used;
    char *command = malloc(room), line[256];
    FILE *pipe;
    unsigned i;

    if (command == NULL)
        abort();
    used = (size_t)snprintf(command, room, "mergecap -a -w -");
    for (i = 0; i < n_files; i++)
        used += (size_t)snprintf(command + used, room - used, " '%s'", files[i].path);
    snprintf(command + used, room - used,
             " 2>/dev/null | tshark -n -r - -o tcp.desegment_tcp_streams:FALSE"
             " --disable-protocol capwap.data" /* which link/ does not enter */
             " -Y '(tcp or udp) and not icmp and not icmpv6' -T fields -E occurrence=l"
             " -e frame.number -e tcp.srcport -e tcp.dstport -e tcp.len"
             " -e udp.srcport -e udp.dstport -e udp.length 2>/dev/null");
    pipe = popen(command, "r");
    free(command);
    if (pipe == NULL)
        return false;
    while (fgets(line, sizeof(line), pipe) != NULL)
        add_answer(lines, line);
    return pclose(pipe) == 0 && lines->n > 0;
}

static unsigned differences(const lines_t *ours, const lines_t *theirs)
{
    size_t i = 0, j = 0;
    unsigned different = 0;
    int order;

    while (i < ours->n || j < theirs->n) {
        order = i == ours->n ? 1 : j == theirs->n ? -1 : strcmp(ours->line[i], theirs->line[j]);
        if (order != 0 && different++ < 20)
            printf("# %s: %s\n", order < 0 ? "only ours" : "only tshark's",
                   order < 0 ? ours->line[i] : theirs->line[j]);
        i += order <= 0;
        j += order >= 0;
    }
    return different;
}

static void agrees_with_tshark(void)
{
    lines_t ours = { 0 }, theirs = { 0 };
    seen_t seen = { .lines = &ours };
    uint64_t packets;
    unsigned i;

    if (!list_files()) {
        tap_skip("skipped: no corpora");
        return;
    }
    for (i = 0; i < n_files; i++) {
        tap_row("%s", files[i].path);
        packets = 0;
        if (TAP_TRUE(read_one(files[i].path, &seen, &packets)))
            seen.before += packets;
    }
    tap_row("all files");
    if (!ask_tshark(&theirs)) {
        tap_skip("skipped: no tshark");
    } else {
        qsort(ours.line, ours.n, sizeof(*ours.line), by_text);
        qsort(theirs.line, theirs.n, sizeof(*theirs.line), by_text);
        TAP_INT(differences(&ours, &theirs), 0);
        printf("# %u files, %" PRIu64 " packets, %" PRIu64 " segments, %" PRIu64 " datagrams\n",
               n_files, seen.before, seen.segments, seen.datagrams);
    }
    free_lines(&ours);
    free_lines(&theirs);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "agrees with tshark on each segment and datagram of the public captures", agrees_with_tshark },
    };

    return tap_main("link-oracle", tests, sizeof(tests) / sizeof(tests[0]));
}

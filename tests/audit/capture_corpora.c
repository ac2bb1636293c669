/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * capture_corpora.c - every public capture, as libpcap reads it: the same packets with the same
 * times, lengths and octets; whole, and cut at places of all kinds.
 */
#include "capture_scene.h"

#include <stdlib.h>

#include "scratch.h"

#define CUTS 24u

static const capture_how_t plain = { NULL, NULL, NULL };

typedef struct sums {
    size_t files, both, ours_only, cuts;
    uint64_t packets;
} sums_t;

static const char *corpora(void)
{
    static char path[1024];
    const char *given = getenv("MTLSAUTH_CORPORA"), *source = getenv("srcdir");

    if (given == NULL && source == NULL)
        source = ".";
    snprintf(path, sizeof(path), "%s%s/captures", given != NULL ? given : source,
             given != NULL ? "" : "/../shared/corpora");
    return path;
}

/* libpcap has no gzip of its own. */
static ma_bytes_t unpacked(scratch_t *scratch, const char *path)
{
    ma_bytes_t bytes = read_whole(&scratch->arena, path);

    if (bytes.size > 2 && memcmp(bytes.data, "\x1f\x8b", 2) == 0
        && scratch_run(scratch, "gzip -dc '%s' >unpacked", path))
        bytes = scratch_read(scratch, "unpacked");
    return bytes;
}

/* What tshark counts, for files that libpcap does not read to their end; -1: no tshark. */
static long counted(scratch_t *scratch, const char *path)
{
    ma_bytes_t text;

    if (!scratch_run(scratch, "tshark -v >version 2>&1 || exit 0; tshark -n -r '%s' -T fields "
                              "-e frame.number 2>&1 | grep -c '^[0-9]' >count", path))
        return -1;
    text = scratch_read(scratch, "count");
    return text.size > 0 ? strtol((const char *)text.data, NULL, 10) : -1;
}

static void check_whole(scratch_t *scratch, const char *path, ma_bytes_t bytes, sums_t *sums)
{
    FILE *file = fmemopen((void *)(uintptr_t)bytes.data, bytes.size, "rb");
    pcap_t *pcap = oracle_open(file);
    capture_t *capture = NULL;
    agreement_t result;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (TAP_INT(capture_open(path, 0, &plain, &capture, &why), 0) && TAP_TRUE(pcap != NULL)) {
        result = agree(capture, pcap);
        TAP_TRUE(result.same);
        sums->packets += result.packets;
        if (result.theirs == PCAP_ERROR_BREAK || result.ours != CAPTURE_PACKET) {
            sums->both++;
            TAP_INT(result.ours, result.theirs == PCAP_ERROR_BREAK ? CAPTURE_END : CAPTURE_CUT);
        } else {
            packet_t packet;
            long n = (long)result.packets + 1, other = counted(scratch, path);
            while (capture_next(capture, &packet) == CAPTURE_PACKET)
                n++;
            sums->ours_only++;
            sums->packets += (uint64_t)n - result.packets;
            TAP_TRUE(other < 0 || other == n);
            printf("# %s: libpcap stops at packet %llu: %s; %ld packets, tshark counts %ld\n", path,
                   (unsigned long long)result.packets + 1, pcap_geterr(pcap), n, other);
        }
    } else {
        printf("# %s\n", ma_buf_string(&why));
    }
    if (pcap != NULL)
        pcap_close(pcap);
    capture_free(capture);
    ma_buf_free(&why);
}

/* Cut somewhere, it gives what libpcap gives of it, and one says cut where the other says error. */
static void check_cut(ma_bytes_t bytes, size_t piece, sums_t *sums)
{
    FILE *file = fmemopen((void *)(uintptr_t)bytes.data, bytes.size, "rb");
    pcap_t *pcap = oracle_open(file);
    capture_t *capture = NULL;
    agreement_t result;
    ma_buf_t why;

    ma_buf_init(&why, 0);
    if (capture_open_memory(bytes, piece, 0, &plain, &capture, &why) == 0 && pcap != NULL) {
        result = agree(capture, pcap);
        TAP_TRUE(result.same);
        if (result.theirs == PCAP_ERROR_BREAK)
            TAP_INT(result.ours, CAPTURE_END);
        else /* or ours reads on, where libpcap does not know how */
            TAP_TRUE(result.ours == CAPTURE_CUT || result.ours == CAPTURE_PACKET);
    } else {
        TAP_TRUE(pcap == NULL || capture == NULL);
    }
    sums->cuts++;
    if (pcap != NULL)
        pcap_close(pcap);
    capture_free(capture);
    ma_buf_free(&why);
}

static void check_file(scratch_t *scratch, const char *path, unsigned seed, sums_t *sums)
{
    ma_bytes_t bytes = unpacked(scratch, path);
    uint64_t state = seed;
    unsigned i;

    tap_row("%s", path);
    if (!TAP_TRUE(bytes.size > 0))
        return;
    sums->files++;
    check_whole(scratch, path, bytes, sums);
    for (i = 0; i < CUTS; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        /* A third of them in the first octets, where the headers are. */
        size_t most = i % 3 == 0 && bytes.size > 300 ? 300 : bytes.size;
        size_t size = 1 + (size_t)(state >> 33) % most;
        tap_row("%s cut at %zu", path, size);
        check_cut((ma_bytes_t) { bytes.data, size }, 1 + (size_t)(state >> 20) % 5000, sums);
    }
}

static void reads_what_libpcap_reads(void)
{
    scratch_t scratch;
    sums_t sums = { 0 };
    const char *root = corpora();
    char line[65536];
    FILE *list;
    unsigned n = 0;

    snprintf(line, sizeof(line), "%s/manifest.tsv", root);
    list = fopen(line, "r");
    if (list == NULL) {
        tap_skip("no corpora");
        return;
    }
    TAP_TRUE(fgets(line, sizeof(line), list) != NULL);
    while (fgets(line, sizeof(line), list) != NULL) {
        char path[2048];
        snprintf(path, sizeof(path), "%s/%.*s", root, (int)strcspn(line, "\t"), line);
        if (!TAP_TRUE(scratch_begin(&scratch)))
            break;
        check_file(&scratch, path, n++, &sums);
        scratch_end(&scratch);
    }
    fclose(list);
    printf("# %zu files, %zu as libpcap, %zu that it gives up; %llu packets, %zu cuts\n",
           sums.files, sums.both, sums.ours_only, (unsigned long long)sums.packets, sums.cuts);
    TAP_TRUE(sums.files > 0);
}

int main(void)
{
    static const tap_test_t tests[]
        = { { "every public capture, whole and cut, as libpcap", reads_what_libpcap_reads } };
    return tap_main("capture_corpora", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* keylog.c - key logs: labels, hex, line ends, what is not understood, and many lines. */
#include "audit/keys/keylog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

#define R1 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define R2 "ff0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"
#define S32 "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
#define S48 S32 "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
#define T48                                                                                        \
    "d0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"                             \
    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"

static void random_of(uint8_t first, uint8_t out[32])
{
    unsigned i;

    for (i = 0; i < 32; i++)
        out[i] = (uint8_t)i;
    out[0] = first;
}

static keylog_t *log_of(const char *text)
{
    keylog_t *log = NULL;

    CU_ASSERT_FATAL(keylog_new(&log) == 0);
    CU_ASSERT_FATAL(keylog_add(log, (const uint8_t *)text, strlen(text)) == 0);
    return log;
}

/* One line each: is it a secret of label and random 1, of which size, or not understood? */
static void lines(void)
{
    static const struct {
        const char *line;
        int label; /* -1: no secret */
        size_t size;
        int strange;
    } rows[] = {
        {"CLIENT_RANDOM " R1 " " S48, SECRET_MASTER, 48, 0},
        {"CLIENT_RANDOM " R1 " " S48 "\n", SECRET_MASTER, 48, 0},
        {"CLIENT_RANDOM " R1 " " S48 "\r\n", SECRET_MASTER, 48, 0},
        {"CLIENT_EARLY_TRAFFIC_SECRET " R1 " " S32, SECRET_CLIENT_EARLY, 32, 0},
        {"CLIENT_HANDSHAKE_TRAFFIC_SECRET " R1 " " S32, SECRET_CLIENT_HANDSHAKE, 32, 0},
        {"SERVER_HANDSHAKE_TRAFFIC_SECRET " R1 " " S48, SECRET_SERVER_HANDSHAKE, 48, 0},
        {"CLIENT_TRAFFIC_SECRET_0 " R1 " " S48, SECRET_CLIENT_TRAFFIC, 48, 0},
        {"SERVER_TRAFFIC_SECRET_0 " R1 " " S32, SECRET_SERVER_TRAFFIC, 32, 0},
        {"QUIC_SERVER_TRAFFIC_SECRET_0 " R1 " " S32, SECRET_SERVER_TRAFFIC, 32, 0},
        {"  CLIENT_RANDOM\t" R1 "  " S48 " ", SECRET_MASTER, 48, 0},
        /* known, and of no use */
        {"EXPORTER_SECRET " R1 " " S32, -1, 0, 0},
        {"ECH_CONFIG anything", -1, 0, 0},
        {"# CLIENT_RANDOM " R1 " " S48, -1, 0, 0},
        {"", -1, 0, 0},
        {"\r\n", -1, 0, 0},
        /* not understood: a master secret has 48 octets; others are as long as a hash */
        {"CLIENT_RANDOM " R1 " " S32, -1, 0, 1},
        {"SERVER_TRAFFIC_SECRET_0 " R1 " " S32 "00", -1, 0, 1},
        {"CLIENT_RANDOM " R1 " " S48 "0", -1, 0, 1},
        {"CLIENT_RANDOM " R1 " " S48 " more", -1, 0, 1},
        {"CLIENT_RANDOM " R1 "00 " S48, -1, 0, 1},
        {"CLIENT_RANDOM 0001 " S48, -1, 0, 1},
        {"CLIENT_RANDOM " R1, -1, 0, 1},
        {"CLIENT_RANDOM", -1, 0, 1},
        {"CLIENT_RANDOM g" R1 " " S48, -1, 0, 1},
        {"client_random " R1 " " S48, -1, 0, 1},
        {"SERVER_TRAFFIC_SECRET_1 " R1 " " S32, -1, 0, 1},
        {"RSA 0001020304050607 " S48, -1, 0, 1},
        {"RSA Session-ID:" R1 "00 Master-Key:" S48, -1, 0, 1},
        {"RSA Session-ID: Master-Key:" S48, -1, 0, 1},
        {"RSA Session-ID:00 Master-Key:" S32, -1, 0, 1},
    };
    uint8_t random[32];
    size_t i;

    random_of(0, random);
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        keylog_t *log = log_of(rows[i].line);
        int label;

        tap_row("%s", rows[i].line);
        TAP_INT(keylog_counts(log)->not_understood, rows[i].strange);
        TAP_INT(keylog_counts(log)->secrets, rows[i].label >= 0);
        for (label = 0; label < SECRET_LABELS; label++) {
            ma_bytes_t secret = keylog_find(log, (secret_label_t)label, random);

            TAP_INT(secret.size, label == rows[i].label ? rows[i].size : 0);
            if (secret.size > 0) {
                TAP_INT(secret.data[0], 0xa0);
                TAP_INT(secret.data[31], 0xbf);
            }
        }
        keylog_free(log);
    }
}

static void sessions(void)
{
    keylog_t *log = log_of("RSA Session-ID:0a0B Master-Key:" S48 "\n"
                           "RSA Session-ID:" R1 " Master-Key:" S48 "\n");
    uint8_t id[33] = {0x0a, 0x0b}, random[32];

    TAP_INT(keylog_find_session(log, (ma_bytes_t){id, 2}).size, 48);
    TAP_INT(keylog_find_session(log, (ma_bytes_t){id, 3}).size, 0);
    TAP_INT(keylog_find_session(log, (ma_bytes_t){id, 0}).size, 0);
    TAP_INT(keylog_find_session(log, (ma_bytes_t){id, 33}).size, 0);
    /* an id of 32 octets is not taken for a client random */
    random_of(0, random);
    TAP_INT(keylog_find_session(log, (ma_bytes_t){random, 32}).size, 48);
    TAP_INT(keylog_find(log, SECRET_MASTER, random).size, 0);
    keylog_free(log);
}

static void last_wins(void)
{
    keylog_t *log = log_of("CLIENT_RANDOM " R1 " " S48 "\nCLIENT_RANDOM " R2 " " S48 "\n");
    uint8_t one[32], two[32];
    ma_bytes_t lent;

    random_of(0, one);
    random_of(0xff, two);
    lent = keylog_find(log, SECRET_MASTER, one);
    CU_ASSERT_FATAL(keylog_add(log, (const uint8_t *)"CLIENT_RANDOM " R1 " " T48,
                               strlen("CLIENT_RANDOM " R1 " " T48)) == 0);
    TAP_INT(keylog_find(log, SECRET_MASTER, one).data[0], 0xd0);
    TAP_INT(keylog_find(log, SECRET_MASTER, two).data[0], 0xa0);
    TAP_INT(lent.data[0], 0xa0); /* what was lent out stays */
    keylog_free(log);
}

/* Many randoms, of which each has its own secret. */
static void many(void)
{
    enum { N = 20000 };
    keylog_t *log = NULL;
    uint8_t random[32] = {0};
    unsigned i, wrong = 0;
    char line[256];

    CU_ASSERT_FATAL(keylog_new(&log) == 0);
    for (i = 0; i < N; i++) {
        int n = snprintf(line, sizeof(line), "CLIENT_RANDOM %08x%056d %08x%088d\n", i, 0, i, 0);

        CU_ASSERT_FATAL(keylog_add(log, (const uint8_t *)line, (size_t)n) == 0);
    }
    for (i = 0; i < N; i++) {
        ma_bytes_t secret;

        random[2] = (uint8_t)(i >> 8);
        random[3] = (uint8_t)i;
        secret = keylog_find(log, SECRET_MASTER, random);
        wrong += secret.size != 48 || secret.data[2] != random[2] || secret.data[3] != random[3];
    }
    TAP_INT(wrong, 0);
    random[0] = 1;
    TAP_INT(keylog_find(log, SECRET_MASTER, random).size, 0);
    TAP_INT(keylog_counts(log)->lines, N);
    keylog_free(log);
}

/* A file is read by pieces; a line that is longer than any is stepped over whole. */
static void file(void)
{
    char path[] = "/tmp/keylog-XXXXXX";
    int fd = mkstemp(path);
    enum { LONG = 200000 };
    size_t size = LONG + 4096, at = 0, i;
    char *text = malloc(size);
    keylog_t *log = NULL;
    uint8_t random[32];
    ma_buf_t why;

    CU_ASSERT_FATAL(text != NULL);
    for (i = 0; i < 5; i++)
        at += (size_t)snprintf(text + at, size - at, "CLIENT_RANDOM %02zx%s %s\n", i, &R1[2], S48);
    memset(text + at, 'x', LONG);
    at += LONG;
    at += (size_t)snprintf(text + at, size - at, "CLIENT_RANDOM " R2 " " S48 "\n"); /* its tail */
    at += (size_t)snprintf(text + at, size - at, "CLIENT_RANDOM 07%s " S48, &R1[2]);
    CU_ASSERT_FATAL(fd >= 0);
    CU_ASSERT_FATAL(write(fd, text, at) == (ssize_t)at);
    close(fd);
    ma_buf_init(&why, 1024);
    CU_ASSERT_FATAL(keylog_new(&log) == 0);
    TAP_INT(keylog_read(log, path, &why), 0);
    TAP_INT(keylog_counts(log)->secrets, 6);
    TAP_INT(keylog_counts(log)->not_understood, 1);
    TAP_INT(keylog_counts(log)->lines, 7);
    random_of(4, random);
    TAP_INT(keylog_find(log, SECRET_MASTER, random).size, 48);
    random_of(7, random);
    TAP_INT(keylog_find(log, SECRET_MASTER, random).size, 48);
    random_of(0xff, random);
    TAP_INT(keylog_find(log, SECRET_MASTER, random).size, 0);
    TAP_INT(keylog_read(log, "/nothing/here", &why), -1);
    TAP_HAS(ma_buf_string(&why), "No such file");
    TAP_INT(keylog_read(log, "/", &why), -1);
    TAP_HAS(ma_buf_string(&why), "directory");
    keylog_free(log);
    ma_buf_free(&why);
    unlink(path);
    free(text);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"lines", lines},       {"session ids", sessions}, {"the last line wins", last_wins},
        {"many randoms", many}, {"files", file},
    };

    return tap_main("keylog", tests, sizeof(tests) / sizeof(tests[0]));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* refuse.c - see refuse.h. */
#include "audit/capture/refuse.h"

#include <string.h>

#include "base/encode.h"

#define SHOWN 16u

typedef struct known {
    const char *magic;
    size_t size;
    const char *name;
    bool packed; /* else a capture of another format */
} known_t;

#define KNOWN(magic, name, packed) { magic, sizeof(magic) - 1, name, packed }

/* What people may take for a capture that is read. (ERF has no magic.) */
static const known_t others[] = {
    KNOWN("snoop\0\0\0", "a snoop capture of Solaris", false),
    KNOWN("RTSS", "a capture of Microsoft Network Monitor 1", false),
    KNOWN("GMBU", "a capture of Microsoft Network Monitor 2", false),
    KNOWN("TRSNIFF data    \x1a", "a capture of Sniffer", false),
    KNOWN("XCP\0", "a capture of Sniffer for Windows", false),
    KNOWN("\x7fver", "a capture of EtherPeek or OmniPeek", false),
    KNOWN("iptrace ", "an iptrace of AIX", false),
    KNOWN("btsnoop\0", "a capture of Bluetooth", false),
    KNOWN("\x1c\0\x01\xac", "a capture of Ixia hardware", false),
    KNOWN("\xac\x01\0\x1c", "a capture of Ixia hardware", false),
    KNOWN("\xa1\xb2\xc3\xcd", "a capture of an unofficial pcap format", false),
    KNOWN("\xcd\xc3\xb2\xa1", "a capture of an unofficial pcap format", false),
    KNOWN("BZh", "packed with bzip2", true),
    KNOWN("PK\x03\x04", "packed with zip", true),
    KNOWN("\x04\"M\x18", "packed with lz4", true),
    KNOWN("\x1f\x9d", "packed with compress", true),
    KNOWN("7z\xbc\xaf\x27\x1c", "packed with 7-Zip", true),
};

static const known_t *find(ma_bytes_t begin)
{
    size_t i;

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (begin.size >= others[i].size
            && memcmp(begin.data, others[i].magic, others[i].size) == 0)
            return &others[i];
    return NULL;
}

void capture_refuse_format(ma_buf_t *why, ma_bytes_t begin)
{
    const known_t *known = find(begin);

    if (begin.size == 0) {
        ma_buf_text(why, "it is empty");
        return;
    }
    begin.size = begin.size < SHOWN ? begin.size : SHOWN;
    if (known != NULL) {
        ma_buf_printf(why, "it is %s", known->name);
    } else {
        ma_buf_text(why, "no capture begins with \"");
        ma_encode_terminal(why, (const char *)begin.data, begin.size);
        ma_buf_text(why, "\"");
    }
    ma_buf_text(why, "; accepted are pcap and pcapng, also packed with gzip, zstd or xz");
    if (known == NULL || !known->packed)
        ma_buf_text(why, " (snoop, ERF and the like: turn them with editcap)");
}

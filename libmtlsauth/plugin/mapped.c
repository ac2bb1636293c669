/* SPDX-License-Identifier: BSD-2-Clause */
/* mapped.c - see mapped.h. */
#include "plugin/mapped.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* Device and inode as the kernel's table has them. */
typedef struct identity {
    unsigned major;
    unsigned minor;
    uint64_t inode;
    bool found;
} identity_t;

/* Reads rows "begin-end perms offset major:minor inode path"; the path may be of any length. */
static void look_up(FILE *table, uintptr_t address, identity_t *out)
{
    uintptr_t begin, end;
    int c;

    /* NOLINTNEXTLINE(cert-err34-c): the kernel writes addresses that fit */
    while (fscanf(table, "%" SCNxPTR "-%" SCNxPTR, &begin, &end) == 2) {
        if (address >= begin && address < end) {
            /* NOLINTNEXTLINE(cert-err34-c): so does it the rest */
            out->found = fscanf(table, " %*4s %*x %x:%x %" SCNu64, &out->major, &out->minor,
                                &out->inode)
                == 3;
            return;
        }
        do
            c = getc(table);
        while (c != EOF && c != '\n');
    }
}

static identity_t identity_of(const void *address)
{
    identity_t identity = { 0, 0, 0, false };
    FILE *table = fopen("/proc/self/maps", "re");

    if (table != NULL) {
        look_up(table, (uintptr_t)address, &identity);
        (void)fclose(table);
    }
    return identity;
}

bool ma_mapped_from(const void *address, int fd)
{
    identity_t loaded, checked;
    long page = sysconf(_SC_PAGESIZE);
    void *probe;

    if (page <= 0)
        return false;
    probe = mmap(NULL, (size_t)page, PROT_READ, MAP_PRIVATE, fd, 0);
    if (probe == MAP_FAILED)
        return false;
    checked = identity_of(probe);
    munmap(probe, (size_t)page);
    loaded = identity_of(address);
    return checked.found && loaded.found && checked.inode != 0 && checked.inode == loaded.inode
        && checked.major == loaded.major && checked.minor == loaded.minor;
}

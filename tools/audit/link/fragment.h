/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fragment.h - IP datagrams from their fragments, in bounded memory.
 *
 * IPv4: of overlapping octets the first ones stay (RFC 791 leaves it open). IPv6: an overlap spoils the
 * datagram (RFC 5722), but not a fragment that merely came twice. The oldest are given up when memory
 * is short, and whatever waited for longer than a minute.
 */
#ifndef AUDIT_LINK_FRAGMENT_H
#define AUDIT_LINK_FRAGMENT_H

#include "audit/link/link.h"

/** Whose fragments belong together. Octets that nothing is said of are zero: it is hashed whole. */
typedef struct fragment_key {
    uint8_t source[16], destination[16];
    uint32_t id;
    uint32_t tunnel;
    uint8_t version;
    uint8_t protocol; /**< IPv4 only */
    uint8_t zero[2];
} fragment_key_t;

typedef struct fragment_part {
    int64_t time;
    const uint8_t *data;
    size_t size;      /**< not 0; offset + size <= 65535; a multiple of 8 if more follows */
    size_t offset;    /**< a multiple of 8 */
    uint8_t protocol;
    bool more;
} fragment_part_t;

/** A datagram, or what is there of it. */
typedef struct fragment {
    fragment_key_t key;
    struct fragment *next;            /**< of its bucket; or of the datagrams of a packet */
    struct fragment *older, *younger;
    uint8_t *data;
    size_t capacity;
    size_t total;     /**< octets of the datagram; 0: not known yet */
    size_t highest;   /**< where the farthest part ends */
    size_t units;     /**< pieces of eight octets that are there */
    uint64_t parts;
    int64_t first_time;
    uint8_t protocol; /**< of the first part */
    bool spoiled;
    uint64_t there[65536 / 8 / 64]; /**< a bit each eight octets */
} fragment_t;

typedef struct fragments fragments_t;

/** `counts`: .fragments, .evicted and .waiting are counted; must outlive them. */
int fragments_new(size_t memory, link_counts_t *counts, fragments_t **out) MTLSAUTH_MUST_CHECK;
/** The datagram, when this part completes it, for fragments_release(); else NULL. */
fragment_t *fragments_add(fragments_t *fragments, const fragment_key_t *key,
                          const fragment_part_t *part);
/** Gives back what fragments_add() gave, and those that `next` leads to. */
void fragments_release(fragments_t *fragments, fragment_t *whole);
void fragments_free(fragments_t *fragments);

#endif

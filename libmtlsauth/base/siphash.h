/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * siphash.h - SipHash-1-3 (Aumasson, Bernstein 2012), with the rounds that are usual for tables.
 *
 * With a key that is random and secret, whoever chooses what is hashed cannot make it collide. It
 * is for tables in memory: hashes depend on the machine's order of octets.
 */
#ifndef MA_BASE_SIPHASH_H
#define MA_BASE_SIPHASH_H

#include "base/der.h"

uint64_t ma_siphash(const uint64_t key[2], ma_bytes_t bytes);
/**
 * Of the size and both ends alone: they tell honest certificates apart (serial number, signature),
 * and cost less than all of it. Anybody can make others with the same: who uses it compares the
 * octets, and keeps few of one hash.
 */
uint64_t ma_siphash_ends(const uint64_t key[2], ma_bytes_t bytes);

#endif

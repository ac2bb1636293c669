/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * chain.h - the certificates of one path, which OpenVPN shows one at a time: from the top down to
 * the client's own, at depth 0.
 *
 * A path may break off anywhere: OpenVPN refuses a certificate itself, and the plugin is told
 * nothing. So a certificate belongs to those before only if it is the next deeper one and they end
 * with a certificate of its issuer's name. Else the path begins anew with it: no client is lent what
 * another one, or the same one in an earlier try, has shown.
 *
 * What it does not check: signatures. The library does.
 */
#ifndef OPENVPN_CHAIN_H
#define OPENVPN_CHAIN_H

#include <mtlsauth/types.h>
#include <openssl/x509.h>

/** Depths from here on are nonsense; OpenVPN itself stops at 16. */
#define CHAIN_DEPTHS 32

/** All zero at first. One belongs to one client. */
typedef struct chain {
    STACK_OF(X509) *above; /**< NULL, or those shown so far, the top first; references of its own */
    int depth;             /**< of the last of them */
} chain_t;

/**
 * Takes a certificate above the client's own (depth > 0). Returns 0; -1: the depth is nonsense or
 * there is no memory, and nothing is kept any more.
 */
int chain_add(chain_t *chain, int depth, X509 *certificate) MTLSAUTH_MUST_CHECK;

/** Those above that client's own certificate, until chain_clear(); NULL: none. */
const STACK_OF(X509) *chain_above(chain_t *chain, const X509 *leaf);

void chain_clear(chain_t *chain);

#endif

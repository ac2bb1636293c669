/* SPDX-License-Identifier: BSD-2-Clause */
/* chain.c - see chain.h. */
#include "openvpn/chain.h"

#include <stdbool.h>

void chain_clear(chain_t *chain)
{
    sk_X509_pop_free(chain->above, X509_free);
    *chain = (chain_t) { 0 };
}

static bool goes_on(const chain_t *chain, int depth, const X509 *certificate)
{
    const int count = chain->above != NULL ? sk_X509_num(chain->above) : 0;

    return count > 0 && depth == chain->depth - 1
        && X509_NAME_cmp(X509_get_issuer_name(certificate),
                         X509_get_subject_name(sk_X509_value(chain->above, count - 1)))
        == 0;
}

int chain_add(chain_t *chain, int depth, X509 *certificate)
{
    if (!goes_on(chain, depth, certificate))
        chain_clear(chain);
    if (depth <= 0 || depth >= CHAIN_DEPTHS)
        goto fail;
    if (chain->above == NULL)
        chain->above = sk_X509_new_null();
    if (chain->above == NULL || X509_up_ref(certificate) != 1)
        goto fail;
    if (sk_X509_push(chain->above, certificate) <= 0) {
        X509_free(certificate);
        goto fail;
    }
    chain->depth = depth;
    return 0;

fail:
    chain_clear(chain);
    return -1;
}

const STACK_OF(X509) *chain_above(chain_t *chain, const X509 *leaf)
{
    if (!goes_on(chain, 0, leaf))
        chain_clear(chain);
    return chain->above;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* verifier.h - the parameters of path validation, read once, when an entry is loaded. */
#ifndef MA_PLUGIN_VERIFIER_H
#define MA_PLUGIN_VERIFIER_H

#include "path/verify.h"
#include "plugin/instance.h"

struct mtlsauth_verifier {
    ma_verify_how_t how;
    ma_path_cache_t *cache; /**< NULL: nothing is remembered */
    ma_arena_t arena; /**< holds the policies of `how` */
};

/** The most paths that one entry remembers. */
#define MA_VERIFIER_MAX_CACHE (1u << 20)

/** The services of plugin.h. */
int ma_verifier_new(mtlsauth_instance_t *self, const mtlsauth_verify_t *parameters,
                    mtlsauth_verifier_t **out) MTLSAUTH_MUST_CHECK;
void ma_verifier_free(mtlsauth_verifier_t *verifier);

#endif

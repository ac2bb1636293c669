/* SPDX-License-Identifier: BSD-2-Clause */
/* inherited_key.c - see inherited_key.h. */
#include "path/inherited_key.h"

#include "cred/key.h"

/* Puts a copy of *cert with these parameters in its place. */
static int complete(ma_inherited_t *inherited, ma_arena_t *arena, ma_bytes_t parameters,
                    const mtlsauth_cert_t **cert)
{
    const mtlsauth_cert_t *copy;
    ma_bytes_t spki;
    unsigned i;
    int ret;

    for (i = 0; i < inherited->count; i++)
        if (inherited->made[i].from == *cert
            && inherited->made[i].parameters == parameters.data) {
            *cert = inherited->made[i].complete;
            return 0;
        }
    if (i == MA_INHERITED_MAX)
        return 0;
    ret = ma_key_complete((*cert)->spki, parameters, arena, &spki);
    if (ret != 0)
        return ret == MTLSAUTH_E_NO_MEMORY ? ret : 0;
    copy = ma_cert_with_key(*cert, spki, arena);
    if (copy == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    inherited->made[i].from = *cert;
    inherited->made[i].parameters = parameters.data;
    inherited->made[i].complete = copy;
    inherited->count++;
    *cert = copy;
    return 0;
}

int ma_path_inherit_keys(ma_inherited_t *inherited, ma_arena_t *arena, ma_path_t *path)
{
    ma_bytes_t working = { NULL, 0 }; /* working_public_key_parameters */
    size_t i;

    for (i = path->length - 1; i > 0; i--) {
        ma_key_t key;
        bool read = ma_key_read(path->certs[i]->spki, &key);
        if (read && key.kind == MA_KEY_DSA && key.parameters.size == 0 && working.size > 0) {
            int ret = complete(inherited, arena, working, &path->certs[i]);
            if (ret != 0)
                return ret;
        } else {
            /* None of a key of another kind: it ends what can be inherited (6.1.4 (e)). */
            working = read ? key.parameters : (ma_bytes_t) { NULL, 0 };
        }
    }
    return 0;
}

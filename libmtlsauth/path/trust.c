/* SPDX-License-Identifier: BSD-2-Clause */
/* trust.c - see trust.h. */
#include "path/trust.h"

#include <string.h>

#include "cred/name.h"
#include "cred/pem.h"
#include "cred/signature.h"

#define MAX_FILE_SIZE (16u * 1024u * 1024u)

void ma_trust_init(ma_trust_t *trust, ma_arena_t *arena)
{
    *trust = (ma_trust_t) { .arena = arena, .check_anchor_dates = true };
}

static int append(ma_trust_t *trust, ma_cert_list_t *list, mtlsauth_cert_t *cert)
{
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 8 : list->room * 2;
        mtlsauth_cert_t **items = ma_arena_array(trust->arena, room, sizeof(mtlsauth_cert_t *));
        if (items == NULL)
            return MTLSAUTH_E_NO_MEMORY;
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof(mtlsauth_cert_t *));
        list->items = items;
        list->room = room;
    }
    list->items[list->count++] = cert;
    return 0;
}

static bool contains(const ma_cert_list_t *list, const mtlsauth_cert_t *cert)
{
    size_t i;

    for (i = 0; i < list->count; i++)
        if (ma_cert_same(list->items[i], cert))
            return true;
    return false;
}

/* Signed with its own key, whatever the strength: the signature of an anchor proves nothing else. */
static bool self_signed(const mtlsauth_cert_t *cert)
{
    const ma_strength_t any = { UINT32_MAX, 0, MA_STRENGTH_MAX_BITS };
    mtlsauth_result_t result;

    if (!ma_cert_self_issued(cert))
        return false;
    result = ma_signature_check(&any, cert, cert->algorithm, cert->tbs, cert->signature);
    return result == MTLSAUTH_SUCCESS || result == MTLSAUTH_WEAK;
}

/* One walk over the objects of one file. */
typedef struct adding {
    ma_trust_t *trust;
    ma_trust_role_t role;
    const char *path;
    const ma_pos_t *pos;
    mtlsauth_error_t **err;
    size_t found;
} adding_t;

static int add_certificate(void *context, ma_bytes_t der)
{
    adding_t *adding = context;
    ma_trust_t *trust = adding->trust;
    ma_cert_list_t *list = &trust->intermediates;
    const char *why = NULL;
    mtlsauth_cert_t *cert;
    int ret;

    adding->found++;
    if (trust->anchors.count + trust->intermediates.count >= MA_TRUST_MAX_CERTS)
        return ma_fail(adding->err, MTLSAUTH_E_LIMIT, adding->pos, "list fewer CAs",
                       "more than %u certificates in trust", MA_TRUST_MAX_CERTS);
    ret = ma_cert_parse(der, trust->arena, &cert, &why);
    if (ret == MTLSAUTH_E_NO_MEMORY)
        return ma_fail_memory(adding->err);
    if (ret != 0)
        return ma_fail(adding->err, ret, adding->pos, "replace or remove it",
                       "certificate %zu in %s is malformed: %s", adding->found, adding->path,
                       why != NULL ? why : "it does not parse");
    ret = ma_cert_prepare_key(cert);
    if (ret == 0)
        ret = ma_cert_complete(cert);
    if (ret == 0) {
        if (adding->role == MA_TRUST_ANCHOR && (trust->partial_chain || self_signed(cert)))
            list = &trust->anchors;
        if (contains(list, cert)) {
            ma_cert_free(cert);
            return 0;
        }
        ret = append(trust, list, cert);
    }
    if (ret != 0) {
        ma_cert_free(cert);
        return ma_fail_memory(adding->err);
    }
    return 0;
}

static int add_file(ma_trust_t *trust, ma_trust_role_t role, const char *path,
                    const ma_safety_t *safety, const ma_pos_t *pos,
                    void (*seen)(void *, ma_bytes_t), void *seen_context, mtlsauth_error_t **err)
{
    adding_t adding = { trust, role, path, pos, err, 0 };
    const char *why = NULL;
    ma_bytes_t bytes;
    int ret = ma_file_read(path, MAX_FILE_SIZE, safety, trust->arena, pos, &bytes, NULL, err);

    if (ret != 0)
        return ret;
    if (seen != NULL)
        seen(seen_context, bytes);
    ret = ma_pem_each(bytes, "CERTIFICATE", false, trust->arena, add_certificate, &adding, &why);
    if (ret != 0)
        return ma_fail(err, ret, pos, "it must hold certificates in PEM or DER",
                       "cannot read certificates from %s: %s", path,
                       why != NULL ? why : "out of memory");
    if (adding.found == 0)
        return ma_fail(err, MTLSAUTH_E_MALFORMED, pos, "it must hold certificates in PEM or DER",
                       "no certificate in %s", path);
    return 0;
}

static int add_directory(ma_trust_t *trust, ma_trust_role_t role, const char *path,
                         const ma_safety_t *safety, const ma_pos_t *pos,
                         void (*seen)(void *, ma_bytes_t), void *seen_context,
                         mtlsauth_error_t **err)
{
    const char *const *names;
    size_t i, count, files = 0;
    struct stat st;
    int ret = ma_file_list(path, safety, trust->arena, pos, &names, &count, err);

    for (i = 0; ret == 0 && i < count; i++) {
        char *file = ma_arena_printf(trust->arena, "%s/%s", path, names[i]);
        if (file == NULL)
            return ma_fail_memory(err);
        if (stat(file, &st) == 0 && S_ISDIR(st.st_mode))
            continue;
        files++;
        ret = add_file(trust, role, file, safety, pos, seen, seen_context, err);
    }
    if (ret == 0 && files == 0)
        ret = ma_fail(err, MTLSAUTH_E_IO, pos, "put certificates there or name a file",
                      "no file in directory %s", path);
    return ret;
}

int ma_trust_add(ma_trust_t *trust, ma_trust_role_t role, const char *path,
                 const ma_safety_t *safety, const ma_pos_t *pos, void (*seen)(void *, ma_bytes_t),
                 void *seen_context, mtlsauth_error_t **err)
{
    struct stat st;

    /* Only chooses the way to open; what is opened is checked when it is open. */
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return add_directory(trust, role, path, safety, pos, seen, seen_context, err);
    return add_file(trust, role, path, safety, pos, seen, seen_context, err);
}

int ma_trust_finish(ma_trust_t *trust)
{
    return trust->anchors.count > 0 ? ma_memory_new(MA_TRUST_MEMORY, &trust->memory) : 0;
}

void ma_trust_free(ma_trust_t *trust)
{
    size_t i;

    if (trust == NULL)
        return;
    ma_memory_free(trust->memory);
    trust->memory = NULL;
    for (i = 0; i < trust->anchors.count; i++)
        ma_cert_free(trust->anchors.items[i]);
    for (i = 0; i < trust->intermediates.count; i++)
        ma_cert_free(trust->intermediates.items[i]);
    trust->anchors.count = trust->intermediates.count = 0;
}

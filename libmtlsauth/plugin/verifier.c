/* SPDX-License-Identifier: BSD-2-Clause */
/* verifier.c - see verifier.h. */
#include "plugin/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "cred/signature_algorithm.h"

static int fail_algorithm(const ma_instance_t *instance, const char *name)
{
    const char *const *known = ma_signature_algorithm_names();
    const char *near;
    size_t count = 0;

    while (known[count] != NULL)
        count++;
    near = ma_suggest(name, known, count);
    if (near != NULL)
        return ma_fail(instance->loading->err, MTLSAUTH_E_POLICY, &instance->pos, NULL,
                       "unknown algorithm \"%s\"; did you mean \"%s\"?", name, near);
    return ma_fail(instance->loading->err, MTLSAUTH_E_POLICY, &instance->pos,
                   "write default, legacy, or names such as rsa-sha256 and ecdsa-sha384",
                   "unknown algorithm \"%s\"", name);
}

static int read_algorithms(const ma_instance_t *instance, const mtlsauth_verify_t *parameters,
                           ma_strength_t *strength)
{
    size_t i;

    *strength = ma_strength_default();
    strength->min_bits = parameters->min_key_bits;
    strength->max_bits = parameters->max_key_bits;
    if (parameters->n_algorithms == 0)
        return 0;
    strength->algorithms = 0;
    for (i = 0; i < parameters->n_algorithms; i++) {
        uint32_t set = ma_signature_algorithm_set(parameters->algorithms[i]);
        if (set == 0)
            return fail_algorithm(instance, parameters->algorithms[i]);
        strength->algorithms |= set;
    }
    return 0;
}

/* Appends a number in base 128 (X.690 8.19.2). */
static void put_number(ma_buf_t *out, uint64_t number)
{
    int shift = 63;

    while (shift > 0 && number >> shift == 0)
        shift -= 7;
    for (; shift > 0; shift -= 7)
        ma_buf_byte(out, (char)(0x80 | (number >> shift & 0x7f)));
    ma_buf_byte(out, (char)(number & 0x7f));
}

/* Reads "1.2.840..." as the contents of an OID; false if it is none. */
static bool read_oid(const char *text, ma_buf_t *out)
{
    uint64_t first = 0;
    unsigned count = 0;

    for (;;) {
        uint64_t number = 0;
        if (*text < '0' || *text > '9' || (text[0] == '0' && text[1] >= '0' && text[1] <= '9'))
            return false;
        for (; *text >= '0' && *text <= '9'; text++) {
            if (number > UINT64_C(1) << 56)
                return false;
            number = number * 10 + (uint64_t)(*text - '0');
        }
        if (count == 0)
            first = number;
        else
            put_number(out, count == 1 ? first * 40 + number : number);
        if (first > 2 || (count == 1 && first < 2 && number > 39))
            return false;
        count++;
        if (*text == '\0')
            return count >= 2;
        if (*text++ != '.')
            return false;
    }
}

static int read_policies(const ma_instance_t *instance, const mtlsauth_verify_t *parameters,
                         mtlsauth_verifier_t *verifier)
{
    ma_policy_inputs_t *inputs = &verifier->how.policies;
    ma_bytes_t *oids;
    size_t i;

    inputs->explicit_policy = (parameters->policy_flags & MTLSAUTH_POLICY_EXPLICIT) != 0;
    inputs->inhibit_mapping = (parameters->policy_flags & MTLSAUTH_POLICY_INHIBIT_MAPPING) != 0;
    inputs->inhibit_any = (parameters->policy_flags & MTLSAUTH_POLICY_INHIBIT_ANY) != 0;
    if (parameters->n_policies == 0)
        return 0;
    oids = ma_arena_array(&verifier->arena, parameters->n_policies, sizeof(*oids));
    if (oids == NULL)
        return ma_fail_memory(instance->loading->err);
    for (i = 0; i < parameters->n_policies; i++) {
        char room[256];
        ma_buf_t oid;
        ma_buf_fixed(&oid, room, sizeof(room));
        if (!read_oid(parameters->policies[i], &oid) || !ma_buf_ok(&oid))
            return ma_fail(instance->loading->err, MTLSAUTH_E_POLICY, &instance->pos,
                           "write an object identifier, such as 2.23.140.1.2.1",
                           "\"%s\" is no certificate policy", parameters->policies[i]);
        oids[i].data = (const uint8_t *)ma_arena_copy(&verifier->arena, room, oid.size);
        oids[i].size = oid.size;
        if (oids[i].data == NULL)
            return ma_fail_memory(instance->loading->err);
    }
    inputs->initial = oids;
    inputs->n_initial = parameters->n_policies;
    return 0;
}

static bool is_sound(const mtlsauth_verify_t *parameters)
{
    return parameters->struct_size >= sizeof(*parameters)
        && parameters->purpose <= MTLSAUTH_PURPOSE_ANY && parameters->clock_skew >= 0
        && parameters->min_remaining >= 0 && parameters->max_lifetime >= 0
        && parameters->cache_size <= MA_VERIFIER_MAX_CACHE;
}

static int make_cache(const ma_instance_t *instance, const mtlsauth_verify_t *parameters,
                      mtlsauth_verifier_t *verifier)
{
    if (parameters->cache_size == 0)
        return 0;
    *instance->loading->remembered += parameters->cache_size;
    return ma_path_cache_new(parameters->cache_size, &verifier->cache) == 0
        ? 0
        : ma_fail_memory(instance->loading->err);
}

int ma_verifier_new(mtlsauth_instance_t *self, const mtlsauth_verify_t *parameters,
                    mtlsauth_verifier_t **out)
{
    const ma_instance_t *instance = (const ma_instance_t *)(const void *)self;
    mtlsauth_verifier_t *verifier;
    int ret;

    if (instance->loading == NULL || !is_sound(parameters))
        return MTLSAUTH_E_ARGUMENT;
    if (instance->loading->trust->anchors.count == 0)
        return ma_fail(instance->loading->err, MTLSAUTH_E_POLICY, &instance->pos,
                       "add trust = { anchors = [ \"ca.pem\" ]; }",
                       "plugin \"%s\" verifies paths, and the policy trusts no CA",
                       instance->plugin->name);
    verifier = calloc(1, sizeof(*verifier));
    if (verifier == NULL)
        return ma_fail_memory(instance->loading->err);
    ma_arena_init(&verifier->arena, 0);
    verifier->how = (ma_verify_how_t) {
        .purpose = (mtlsauth_purpose_t)parameters->purpose,
        .max_depth = parameters->max_depth,
        .clock_skew = parameters->clock_skew,
        .min_remaining = parameters->min_remaining,
        .max_lifetime = parameters->max_lifetime,
        .check_anchor_dates = instance->loading->trust->check_anchor_dates,
    };
    ret = read_algorithms(instance, parameters, &verifier->how.strength);
    if (ret == 0)
        ret = read_policies(instance, parameters, verifier);
    if (ret == 0)
        ret = make_cache(instance, parameters, verifier);
    if (ret != 0) {
        ma_verifier_free(verifier);
        return ret;
    }
    *out = verifier;
    return 0;
}

void ma_verifier_free(mtlsauth_verifier_t *verifier)
{
    if (verifier == NULL)
        return;
    ma_path_cache_free(verifier->cache);
    ma_arena_free(&verifier->arena);
    free(verifier);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * services.c - the core as plugins see it.
 *
 * Arguments come from foreign code: an option or a fact that is not the plugin's reads as "not
 * set", and writing one makes the entry's result "error".
 */
#include "plugin/services.h"

#include <stdlib.h>
#include <string.h>

#include "base/match.h"
#include "crl/revocation.h"
#include "plugin/ask_revocation.h"
#include "plugin/check.h"
#include "plugin/frame.h"
#include "plugin/verifier.h"

static const ma_instance_t *inner(const mtlsauth_instance_t *self)
{
    return (const ma_instance_t *)(const void *)self;
}

/* ---- options ------------------------------------------------------------------------------ */

static const ma_option_value_t *option_value(const mtlsauth_instance_t *self, unsigned option)
{
    const ma_instance_t *instance = inner(self);

    if (option >= instance->plugin->n_options || !instance->options[option].set)
        return NULL;
    return &instance->options[option];
}

static int option_is_set(const mtlsauth_instance_t *self, unsigned option)
{
    return option_value(self, option) != NULL;
}

static int64_t option_number(const mtlsauth_instance_t *self, unsigned option)
{
    const ma_option_value_t *value = option_value(self, option);

    return value != NULL ? value->number : 0;
}

static const char *option_string(const mtlsauth_instance_t *self, unsigned option, size_t *size)
{
    const ma_option_value_t *value = option_value(self, option);

    if (value == NULL || value->string.data == NULL)
        return NULL;
    if (size != NULL)
        *size = value->string.size;
    return (const char *)value->string.data;
}

static size_t option_count(const mtlsauth_instance_t *self, unsigned option)
{
    const ma_option_value_t *value = option_value(self, option);

    return value != NULL ? value->count : 0;
}

static const char *option_item(const mtlsauth_instance_t *self, unsigned option, size_t item,
                               size_t *size)
{
    const ma_option_value_t *value = option_value(self, option);

    if (value == NULL || item >= value->count)
        return NULL;
    if (size != NULL)
        *size = value->items[item].size;
    return (const char *)value->items[item].data;
}

/* ---- load --------------------------------------------------------------------------------- */

/* Where an option, or one of its items, stands in the policy. */
static const ma_pos_t *option_pos(const ma_instance_t *instance, unsigned option, size_t item)
{
    const ma_option_value_t *value = option_value(&instance->face, option);

    if (value == NULL)
        return &instance->pos;
    if (item < value->count)
        return &value->item_pos[item];
    return value->pos.file != NULL ? &value->pos : &instance->pos;
}

MTLSAUTH_PRINTF(5, 6)
static void fail(mtlsauth_instance_t *self, unsigned option, size_t item, const char *mend,
                 const char *format, ...)
{
    const ma_instance_t *instance = inner(self);
    va_list args;

    if (instance->loading == NULL)
        return;
    va_start(args, format);
    ma_vfail(instance->loading->err, MTLSAUTH_E_POLICY, option_pos(instance, option, item), mend,
             format, args);
    va_end(args);
}

MTLSAUTH_PRINTF(4, 5)
static void warn(mtlsauth_instance_t *self, unsigned option, size_t item, const char *format, ...)
{
    const ma_instance_t *instance = inner(self);
    const ma_pos_t *pos = option_pos(instance, option, item);
    char room[MA_MESSAGE_MAX];
    ma_buf_t text;
    va_list args;

    if (instance->loading == NULL)
        return;
    ma_buf_fixed(&text, room, sizeof(room));
    va_start(args, format);
    ma_buf_vprintf(&text, format, args);
    va_end(args);
    ma_log_warning(instance->loading->log, pos, "option-of-plugin", NULL, "%s",
                   ma_buf_string(&text));
}

static int read_file(mtlsauth_instance_t *self, const char *path, size_t max, const void **bytes,
                     size_t *size)
{
    const ma_instance_t *instance = inner(self);
    const ma_loading_t *loading = instance->loading;
    ma_bytes_t found;
    int ret;

    if (loading == NULL)
        return MTLSAUTH_E_ARGUMENT;
    ret = ma_file_read(path, max, loading->safety, loading->arena, &instance->pos, &found, NULL,
                       loading->err);
    if (ret != 0)
        return ret;
    *bytes = found.data;
    *size = found.size;
    return 0;
}

/* Checks the signatures of lists with what the policy trusts: no request is to pay for it. */
static void learn_revocation(mtlsauth_revocation_t *set, const ma_loading_t *loading)
{
    const ma_trust_t *trust = loading->trust;
    const ma_cert_pool_t pools[] = {
        { (const mtlsauth_cert_t *const *)trust->anchors.items, trust->anchors.count },
        { (const mtlsauth_cert_t *const *)trust->intermediates.items, trust->intermediates.count },
    };

    ma_revocation_learn(set, pools, sizeof(pools) / sizeof(pools[0]), loading->log);
    ma_revocation_register(set, NULL);
}

static int revocation_new(mtlsauth_instance_t *self, unsigned option, uint32_t freshness,
                          uint32_t scope, mtlsauth_revocation_t **out)
{
    const ma_instance_t *instance = inner(self);
    const ma_option_value_t *files = option_value(self, option);
    ma_revocation_how_t how = { .freshness = (mtlsauth_freshness_t)freshness,
                                .scope = (mtlsauth_scope_t)scope };
    mtlsauth_revocation_t *set = NULL;
    size_t i;
    int ret;

    if (instance->loading == NULL || files == NULL || freshness > MTLSAUTH_FRESHNESS_RELAXED
        || scope > MTLSAUTH_SCOPE_LEAF)
        return MTLSAUTH_E_ARGUMENT;
    how.remembered = *instance->loading->remembered;
    ret = ma_revocation_new(&how, &set);
    if (ret != 0)
        return ma_fail_memory(instance->loading->err);
    ma_revocation_register(set, instance->loading->crls);
    for (i = 0; ret == 0 && i < files->count; i++)
        ret = ma_revocation_add(set, (const char *)files->items[i].data, instance->loading->safety,
                                &files->item_pos[i], instance->loading->err);
    if (ret != 0) {
        ma_revocation_free(set);
        return ret;
    }
    learn_revocation(set, instance->loading);
    *out = set;
    return 0;
}

static void revocation_free(mtlsauth_revocation_t *revocation)
{
    ma_revocation_free(revocation);
}

/* ---- check -------------------------------------------------------------------------------- */

static int64_t now(const mtlsauth_check_t *request)
{
    return request->now;
}

static const mtlsauth_cert_t *leaf(const mtlsauth_check_t *request)
{
    return request->leaf;
}

static const mtlsauth_cert_t *chain(const mtlsauth_check_t *request, size_t index)
{
    return index < request->n_chain ? request->chain[index] : NULL;
}

static const mtlsauth_cert_t *path(const mtlsauth_check_t *request, size_t index)
{
    return request->verified && index < request->path.length ? request->path.certs[index] : NULL;
}

/* The place of a core fact behind the attributes. */
static ma_fact_value_t *core_fact(mtlsauth_check_t *request, ma_core_fact_t fact)
{
    return &request->facts[fact];
}

static int verify(mtlsauth_check_t *request, mtlsauth_verifier_t *verifier)
{
    const ma_verify_query_t query = {
        .leaf = request->leaf,
        .sources = { request->trust, request->chain, request->n_chain },
        .now = request->now,
        .arena = request->arena,
        .explain = request->explain,
        .cache = verifier->cache,
        .known = request->known,
    };
    ma_verify_answer_t answer = { .result = MTLSAUTH_NO_CERTIFICATE };
    const char *name;

    ma_buf_clear(&request->message);
    if (request->leaf == NULL)
        ma_buf_text(&request->message, "the client presented no certificate");
    else
        ma_path_verify(&verifier->how, &query, &answer, &request->message);
    name = answer.result == MTLSAUTH_SUCCESS ? "" : mtlsauth_result_name((int)answer.result);
    request->path = answer.path;
    request->known_path = answer.known;
    request->how = &verifier->how;
    request->verified = answer.result == MTLSAUTH_SUCCESS;
    *core_fact(request, MA_FACT_CERT_VERIFIED)
        = (ma_fact_value_t) { .set = true, .number = request->verified };
    *core_fact(request, MA_FACT_CERT_FAILURE)
        = (ma_fact_value_t) { .set = true,
                              .bytes = { (const uint8_t *)name, strlen(name) } };
    return (int)answer.result;
}

/* Without a path there is nothing to ask about: what verify() found is the answer then. */
static int revoked(mtlsauth_check_t *request, mtlsauth_revocation_t *revocation)
{
    ma_fact_value_t *fact = core_fact(request, MA_FACT_CERT_REVOKED);
    mtlsauth_result_t result = MTLSAUTH_REVOCATION_UNKNOWN;

    ma_buf_clear(&request->message);
    if (request->leaf == NULL) {
        result = MTLSAUTH_NO_CERTIFICATE;
        ma_buf_text(&request->message, "the client presented no certificate");
    } else if (request->path.length == 0) {
        ma_buf_text(&request->message, "without a path to an anchor no CRL can be asked");
    } else {
        result = ma_ask_revocation(request, revocation);
    }
    fact->set = true;
    fact->number = (fact->number != 0) | (result == MTLSAUTH_REVOKED);
    return (int)result;
}

/* ---- facts -------------------------------------------------------------------------------- */

/* The value behind a number of the registry. */
static const ma_fact_value_t *value_of(const mtlsauth_check_t *request, unsigned number)
{
    size_t attributes = request->defs->n_attributes;

    return number < attributes ? &request->attributes[number]
                               : &request->facts[number - attributes];
}

/* The fact that the entry may write, or NULL: core facts are written by services alone. */
static ma_fact_value_t *writable(mtlsauth_check_t *request, unsigned fact, bool string)
{
    const ma_instance_t *instance = request->instance;
    size_t first = ma_facts_core(request->defs, MA_N_CORE_FACTS);
    unsigned number;

    if (fact >= instance->plugin->n_writes)
        return NULL;
    number = instance->writes[fact];
    if (number < first || (request->defs->defs[number].type == MTLSAUTH_TYPE_STRING) != string)
        return NULL;
    return &request->facts[number - request->defs->n_attributes];
}

static void set_number(mtlsauth_check_t *request, unsigned fact, int64_t value)
{
    ma_fact_value_t *slot = writable(request, fact, false);

    if (slot == NULL)
        request->broken = true;
    else
        *slot = (ma_fact_value_t) { .set = true, .number = value };
}

static void set_string(mtlsauth_check_t *request, unsigned fact, const char *bytes, size_t size)
{
    ma_fact_value_t *slot = writable(request, fact, true);
    char *copy = slot != NULL ? ma_arena_copy(request->arena, bytes, size) : NULL;

    if (copy == NULL)
        request->broken = true;
    else
        *slot = (ma_fact_value_t) { .set = true, .bytes = { (const uint8_t *)copy, size } };
}

/* A fact that the entry may read and that is set, or NULL. */
static const ma_fact_value_t *readable(const mtlsauth_check_t *request, unsigned fact,
                                       mtlsauth_type_t *type)
{
    const ma_instance_t *instance = request->instance;
    const ma_fact_value_t *value;

    if (fact >= instance->plugin->n_reads)
        return NULL;
    value = value_of(request, instance->reads[fact]);
    *type = request->defs->defs[instance->reads[fact]].type;
    return value->set ? value : NULL;
}

static int get_number(const mtlsauth_check_t *request, unsigned fact, int64_t *value)
{
    mtlsauth_type_t type;
    const ma_fact_value_t *found = readable(request, fact, &type);

    if (found == NULL || (type != MTLSAUTH_TYPE_BOOL && type != MTLSAUTH_TYPE_INT))
        return 0;
    *value = found->number;
    return 1;
}

static int get_string(const mtlsauth_check_t *request, unsigned fact, const char **bytes,
                      size_t *size)
{
    mtlsauth_type_t type;
    const ma_fact_value_t *found = readable(request, fact, &type);

    if (found == NULL || (type != MTLSAUTH_TYPE_STRING && type != MTLSAUTH_TYPE_ADDRESS))
        return 0;
    *bytes = (const char *)found->bytes.data;
    *size = found->bytes.size;
    return 1;
}

/* ---- messages ----------------------------------------------------------------------------- */

MTLSAUTH_PRINTF(2, 3)
static void say(mtlsauth_check_t *request, const char *format, ...)
{
    va_list args;

    ma_buf_clear(&request->message);
    va_start(args, format);
    ma_buf_vprintf(&request->message, format, args);
    va_end(args);
}

static int evaluate(const mtlsauth_instance_t *self, mtlsauth_check_t *request, unsigned option)
{
    const ma_option_value_t *value = option_value(self, option);

    if (value == NULL || value->program == NULL)
        return -1;
    switch (ma_request_test(request, value->program)) {
    case MA_OUTCOME_TRUE:
        return 1;
    case MA_OUTCOME_FALSE:
        return 0;
    default:
        return -1;
    }
}

static int explains(const mtlsauth_check_t *request)
{
    return request->explain;
}

static int glob(const char *pattern, size_t pattern_size, const char *text, size_t text_size,
                unsigned flags)
{
    return ma_glob(pattern, pattern_size, text, text_size, flags);
}

static const mtlsauth_services_t services = {
    .struct_size = (uint32_t)sizeof(mtlsauth_services_t),
    .option_is_set = option_is_set,
    .option_number = option_number,
    .option_string = option_string,
    .option_count = option_count,
    .option_item = option_item,
    .fail = fail,
    .warn = warn,
    .read_file = read_file,
    .verifier_new = ma_verifier_new,
    .verifier_free = ma_verifier_free,
    .revocation_new = revocation_new,
    .revocation_free = revocation_free,
    .now = now,
    .leaf = leaf,
    .chain = chain,
    .path = path,
    .cert_bytes = ma_cert_bytes,
    .cert_number = ma_cert_number,
    .verify = verify,
    .revoked = revoked,
    .set_number = set_number,
    .set_string = set_string,
    .get_number = get_number,
    .get_string = get_string,
    .say = say,
    .explains = explains,
    .glob = glob,
    .hex = ma_hex,
    .evaluate = evaluate,
};

const mtlsauth_services_t *ma_services(void)
{
    return &services;
}

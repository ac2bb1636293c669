/* SPDX-License-Identifier: BSD-2-Clause */
/* request.c - make, fill and free requests: see mtlsauth.h. Nothing is judged here. */
#include "engine/request.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "engine/decision.h"

/* Room for the largest chain, parsed, and more; a request that wants more is "error". */
#define ARENA_LIMIT (16u * 1024u * 1024u)

int mtlsauth_request_new(mtlsauth_engine_t *engine, mtlsauth_request_t **out)
{
    mtlsauth_request_t *request;

    if (engine == NULL || out == NULL)
        return MTLSAUTH_E_ARGUMENT;
    request = calloc(1, sizeof(*request));
    if (request == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    /* Never 0 in size, so that NULL is out of memory and nothing else. */
    request->attributes = calloc(engine->n_attributes + 1, sizeof(*request->attributes));
    if (request->attributes == NULL
        || gnutls_rnd(GNUTLS_RND_NONCE, &request->nonce, sizeof(request->nonce)) < 0) {
        free(request->attributes);
        free(request);
        return MTLSAUTH_E_NO_MEMORY;
    }
    request->engine = engine;
    ma_arena_init(&request->given, ARENA_LIMIT);
    ma_arena_init(&request->scratch, ARENA_LIMIT);
    request->failure = MTLSAUTH_SUCCESS;
    ma_slot_join(&engine->reclaim, &request->slot);
    ma_decision_clear(request);
    *out = request;
    return 0;
}

void mtlsauth_request_reset(mtlsauth_request_t *request)
{
    if (request == NULL)
        return;
    ma_decision_clear(request);
    ma_slot_release(&request->engine->reclaim, &request->slot);
    ma_arena_reset(&request->given);
    memset(request->attributes, 0, request->engine->n_attributes * sizeof(*request->attributes));
    request->service = NULL;
    request->leaf = (ma_bytes_t) { NULL, 0 };
    request->n_pieces = 0;
    request->has_time = false;
    request->host[0] = '\0';
    request->sni[0] = '\0';
    request->n_headers = 0;
    request->failure = MTLSAUTH_SUCCESS;
    request->failure_text = NULL;
}

void mtlsauth_request_free(mtlsauth_request_t *request)
{
    if (request == NULL)
        return;
    ma_decision_clear(request);
    ma_slot_leave(&request->engine->reclaim, &request->slot);
    ma_arena_free(&request->given);
    ma_arena_free(&request->scratch);
    free(request->attributes);
    free(request);
}

/* The first failure sticks. */
static void fail(mtlsauth_request_t *request, mtlsauth_result_t result, const char *text)
{
    if (request->failure != MTLSAUTH_SUCCESS)
        return;
    request->failure = result;
    request->failure_text = text;
}

void mtlsauth_request_service(mtlsauth_request_t *request, const char *name)
{
    if (request != NULL)
        request->service = name;
}

void mtlsauth_request_leaf(mtlsauth_request_t *request, const void *bytes, size_t size)
{
    if (request == NULL)
        return;
    if (bytes == NULL && size > 0)
        fail(request, MTLSAUTH_ERROR, "the server passed a certificate without bytes");
    else
        request->leaf = (ma_bytes_t) { bytes, size };
}

void mtlsauth_request_chain(mtlsauth_request_t *request, const void *bytes, size_t size)
{
    if (request == NULL || size == 0)
        return;
    if (bytes == NULL)
        fail(request, MTLSAUTH_ERROR, "the server passed a chain without bytes");
    else if (request->n_pieces == MA_REQUEST_MAX_PIECES)
        fail(request, MTLSAUTH_LIMIT, "the client sent more certificates than are looked at");
    else
        request->pieces[request->n_pieces++] = (ma_bytes_t) { bytes, size };
}

void mtlsauth_request_time(mtlsauth_request_t *request, int64_t seconds)
{
    if (request == NULL)
        return;
    request->has_time = true;
    request->time = seconds;
}

/* The value to set, if the attribute is declared and has that type. */
static ma_fact_value_t *value_of(mtlsauth_request_t *request, unsigned attribute,
                                 mtlsauth_type_t type)
{
    if (request == NULL)
        return NULL;
    if (attribute >= request->engine->n_attributes
        || request->engine->types[attribute] != type) {
        fail(request, MTLSAUTH_ERROR,
             "the server set an attribute that it did not declare, or with a wrong type");
        return NULL;
    }
    return &request->attributes[attribute];
}

static bool is_core(int number, unsigned attribute)
{
    return number >= 0 && (unsigned)number == attribute;
}

/*
 * Host names are compared as one spelling, so the others are made here, once. An empty one is none; to
 * a tool, which says so to have it known, it is set and empty.
 */
static void set_host(mtlsauth_request_t *request, ma_fact_value_t *value, char *normal,
                     const char *bytes, size_t size)
{
    *value = (ma_fact_value_t) { .set = size == 0 && request->engine->offline };
    normal[0] = '\0';
    if (size == 0)
        return;
    if (!ma_host_normalise(bytes, size, normal)) {
        normal[0] = '\0';
        fail(request, MTLSAUTH_MALFORMED, "the client asked for a host that is no host name");
        return;
    }
    *value = (ma_fact_value_t) { .set = true,
                                 .bytes = { (const uint8_t *)normal, strlen(normal) } };
}

void mtlsauth_request_string(mtlsauth_request_t *request, unsigned attribute, const char *bytes,
                             size_t size)
{
    ma_fact_value_t *value = value_of(request, attribute, MTLSAUTH_TYPE_STRING);

    if (value == NULL)
        return;
    if (bytes == NULL && size > 0)
        fail(request, MTLSAUTH_ERROR, "the server could not read an attribute");
    else if (size > MA_REQUEST_MAX_STRING)
        fail(request, MTLSAUTH_LIMIT, "an attribute is longer than is looked at");
    else if (is_core(request->engine->core.host, attribute))
        set_host(request, value, request->host, bytes, size);
    else if (is_core(request->engine->core.sni, attribute))
        set_host(request, value, request->sni, bytes, size);
    else
        *value = (ma_fact_value_t) { .set = true, .bytes = { (const uint8_t *)bytes, size } };
}

void mtlsauth_request_bool(mtlsauth_request_t *request, unsigned attribute, int value)
{
    ma_fact_value_t *slot = value_of(request, attribute, MTLSAUTH_TYPE_BOOL);

    if (slot != NULL)
        *slot = (ma_fact_value_t) { .set = true, .number = value != 0 };
}

void mtlsauth_request_int(mtlsauth_request_t *request, unsigned attribute, int64_t value)
{
    ma_fact_value_t *slot = value_of(request, attribute, MTLSAUTH_TYPE_INT);

    if (slot != NULL)
        *slot = (ma_fact_value_t) { .set = true, .number = value };
}

void mtlsauth_request_address(mtlsauth_request_t *request, unsigned attribute, const void *octets,
                              size_t size)
{
    static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    ma_fact_value_t *slot = value_of(request, attribute, MTLSAUTH_TYPE_ADDRESS);
    const uint8_t *bytes = octets;

    if (slot == NULL)
        return;
    if (bytes == NULL || (size != 4 && size != 16)) {
        fail(request, MTLSAUTH_ERROR, "the server passed an address of a wrong size");
        return;
    }
    if (size == 16 && memcmp(bytes, mapped, sizeof(mapped)) == 0) {
        bytes += sizeof(mapped);
        size = 4;
    }
    *slot = (ma_fact_value_t) { .set = true, .bytes = { bytes, size } };
}

void mtlsauth_request_header(mtlsauth_request_t *request, unsigned attribute, const char *name,
                             size_t name_size, const char *value, size_t value_size)
{
    ma_fact_value_t *slot = value_of(request, attribute, MTLSAUTH_TYPE_HEADERS);
    ma_header_t *header;

    if (slot == NULL)
        return;
    if ((name == NULL && name_size > 0) || (value == NULL && value_size > 0)) {
        fail(request, MTLSAUTH_ERROR, "the server passed a header without bytes");
        return;
    }
    if (++request->n_headers > MA_REQUEST_MAX_HEADERS || name_size > MA_REQUEST_MAX_STRING
        || value_size > MA_REQUEST_MAX_STRING) {
        fail(request, MTLSAUTH_LIMIT, "more headers, or longer ones, than are looked at");
        return;
    }
    header = ma_arena_alloc(&request->given, sizeof(*header));
    if (header == NULL) {
        fail(request, MTLSAUTH_ERROR, "out of memory");
        return;
    }
    header->name = (ma_bytes_t) { (const uint8_t *)name, name_size };
    header->value = (ma_bytes_t) { (const uint8_t *)value, value_size };
    header->next = slot->headers;
    slot->headers = header;
    slot->set = true;
}

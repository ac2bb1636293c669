/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * request.h - one question and its answer.
 *
 * Two arenas: `given` holds what setters had to copy, until reset; `scratch` what one authorize
 * made, until the next. Both keep their chunks, so that a reused request needs no new memory.
 */
#ifndef MA_ENGINE_REQUEST_H
#define MA_ENGINE_REQUEST_H

#include "engine/engine.h"
#include "plugin/check.h"
#include "policy/hosts.h"

#define MA_REQUEST_MAX_STRING (64u * 1024u)
#define MA_REQUEST_MAX_HEADERS 256u
#define MA_REQUEST_MAX_PIECES 64u

/** The certificates of a request, parsed. */
typedef struct ma_credential {
    const mtlsauth_cert_t *leaf; /**< NULL: none presented */
    const mtlsauth_cert_t *chain[MA_CHAIN_MAX];
    size_t n_chain;
    mtlsauth_result_t result; /**< success, or why it cannot be judged */
    const char *why;          /**< static */
} ma_credential_t;

/** One policy's judgement. */
typedef struct ma_judgement {
    struct mtlsauth_check check;
    bool allow;
    bool undetermined; /**< neither: it hangs on a field that is not known */
    mtlsauth_result_t reason;
    const char *message; /**< printable; never NULL */
    const char *entry;   /**< the one that decided, or "" */
    mtlsauth_trace_t *rows;
    const mtlsauth_trace_t **trace;
    size_t n_trace;
} ma_judgement_t;

struct mtlsauth_request {
    mtlsauth_engine_t *engine;
    ma_slot_t slot;
    ma_arena_t given;
    ma_arena_t scratch;
    uint64_t nonce;   /**< of the decision ids */
    uint64_t counter;

    /* what was set */
    const char *service;
    ma_bytes_t leaf;
    ma_bytes_t pieces[MA_REQUEST_MAX_PIECES]; /**< of the chain */
    size_t n_pieces;
    bool has_time;
    int64_t time;
    ma_fact_value_t *attributes; /**< one for each declared */
    char host[MA_HOST_MAX + 1];  /**< normalised; "" : none */
    char sni[MA_HOST_MAX + 1];
    size_t n_headers;
    mtlsauth_result_t failure; /**< of a setter, the first one; success: none */
    const char *failure_text;

    /* what authorize made of it */
    ma_credential_t credential;
    ma_judgement_t judgement;
    ma_judgement_t candidate;
    mtlsauth_candidate_t candidate_view;
    char id[17];
    mtlsauth_decision_t decision;
};

/** The request a decision is part of. */
const mtlsauth_request_t *ma_request_of(const mtlsauth_decision_t *decision);

/**
 * The request has no such attribute: it reads as "", false, 0 or none, also offline, where one that
 * nobody set is unknown. For the tool.
 */
void ma_request_lacks(mtlsauth_request_t *request, unsigned attribute);

#endif

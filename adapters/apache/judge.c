/* SPDX-License-Identifier: BSD-2-Clause */
/* judge.c - see mod_mtlsauth.h. */
#include "apache/mod_mtlsauth.h"

#include "common/decision_line.h"
#include "common/ends.h"
#include "common/web_attributes.h"

#include <apr_strings.h>
#include <errno.h>
#include <http_log.h>
#include <string.h>

/* An answer that was given. */
typedef struct answer {
    const char *service; /* NULL: chosen by host */
    int allowed;
    apr_table_t *variables;
    struct answer *next;
} answer_t;

/* Of a client's request, whatever requests Apache makes of it. */
typedef struct record {
    const char *path; /* what Apache routes on; NULL: it cannot be told, and denies */
    answer_t *answers;
} record_t;

/* ---- the client's own request ------------------------------------------------------------- */

static request_rec *first_of(request_rec *request)
{
    while (request->main != NULL || request->prev != NULL)
        request = request->main != NULL ? request->main : request->prev;
    return request;
}

/*
 * As Apache comes to it a little later: dots removed, doubled slashes too, octets decoded once.
 * NULL where that fails, which Apache itself would refuse.
 */
static const char *routed_path(apr_pool_t *pool, const char *uri)
{
    const unsigned flags = AP_NORMALIZE_NOT_ABOVE_ROOT | AP_NORMALIZE_MERGE_SLASHES;
    char *path;

    if (uri == NULL || uri[0] != '/')
        return uri; /* "*" of OPTIONS, the host of CONNECT */
    path = apr_pstrdup(pool, uri);
    if (!ap_normalize_path(path, flags | AP_NORMALIZE_DECODE_UNRESERVED)
        || ap_unescape_url_keep2f(path, 1) != OK || !ap_normalize_path(path, flags))
        return NULL;
    return path;
}

static record_t *record_of(request_rec *first)
{
    record_t *record = ap_get_module_config(first->request_config, &mtlsauth_module);

    if (record == NULL) {
        record = apr_pcalloc(first->pool, sizeof(*record));
        record->path = routed_path(first->pool, first->uri);
        ap_set_module_config(first->request_config, &mtlsauth_module, record);
    }
    return record;
}

static answer_t *find_answer(const record_t *record, const char *service)
{
    answer_t *answer;

    for (answer = record->answers; answer != NULL; answer = answer->next) {
        const char *known = answer->service;
        if (known == service || (known != NULL && service != NULL && strcmp(known, service) == 0))
            return answer;
    }
    return NULL;
}

/* ---- asking ------------------------------------------------------------------------------- */

static void pass_text(mtlsauth_request_t *to, unsigned attribute, const char *text)
{
    if (text != NULL)
        mtlsauth_request_string(to, attribute, text, strlen(text));
}

static void pass_headers(mtlsauth_request_t *to, const apr_table_t *headers)
{
    const apr_array_header_t *list = apr_table_elts(headers);
    const apr_table_entry_t *entries = (const void *)list->elts;
    int i;

    for (i = 0; i < list->nelts; i++) {
        const apr_table_entry_t *header = &entries[i];
        if (header->key != NULL && header->val != NULL)
            mtlsauth_request_header(to, HTTP_HEADERS, header->key, strlen(header->key), header->val,
                                    strlen(header->val));
    }
}

static void pass_request(mtlsauth_request_t *to, const request_rec *first, const record_t *record)
{
    const conn_rec *connection = first->connection;

    pass_end(to, IP_SRC, TCP_SRCPORT, (const struct sockaddr *)&connection->client_addr->sa);
    pass_end(to, IP_DST, TCP_DSTPORT, (const struct sockaddr *)&connection->local_addr->sa);
    pass_text(to, HTTP_HOST, first->hostname);
    pass_text(to, HTTP_METHOD, first->method);
    if (record->path != NULL)
        pass_text(to, HTTP_PATH, record->path);
    else
        mtlsauth_request_string(to, HTTP_PATH, NULL, 1); /* an octet that is not there denies */
    pass_headers(to, first->headers_in);
}

/* ---- what follows ------------------------------------------------------------------------- */

static void log_decision(request_rec *request, const mtlsauth_decision_t *decision)
{
    char line[DECISION_LINE_SIZE];
    int level = APLOG_INFO;

    if (decision->verdict != MTLSAUTH_ALLOW)
        level = APLOG_WARNING;
    else if (decision_matters(decision))
        level = APLOG_NOTICE;
    if (APLOG_R_IS_LEVEL(request, level)) {
        decision_line(decision, line);
        ap_log_rerror(APLOG_MARK, level, 0, request, "mtlsauth: %s", line);
    }
    if (policies_log(request->server, decision) != 0)
        ap_log_rerror(APLOG_MARK, APLOG_ERR, errno, request,
                      "mtlsauth: decision %s is missing in the decision log", decision->id);
}

/* `Connection: client-cert` would make mod_proxy take away what is set for the application. */
static void keep_connection_off(request_rec *request, const mtlsauth_decision_t *decision)
{
    const char *list = apr_table_get(request->headers_in, "Connection");
    char *rest = apr_pstrdup(request->pool, list), *state = NULL, *token;
    const char *kept = NULL;
    int changed = 0;

    if (rest == NULL)
        return;
    for (token = apr_strtok(rest, ", \t", &state); token != NULL;
         token = apr_strtok(NULL, ", \t", &state)) {
        if (mtlsauth_decision_strips(decision, token, strlen(token)))
            changed = 1;
        else
            kept = kept != NULL ? apr_pstrcat(request->pool, kept, ", ", token, NULL) : token;
    }
    if (changed && kept != NULL)
        apr_table_setn(request->headers_in, "Connection", kept);
    else if (changed)
        apr_table_unset(request->headers_in, "Connection");
}

static void strip_table(apr_pool_t *pool, apr_table_t *headers, const mtlsauth_decision_t *decision)
{
    const apr_array_header_t *list = apr_table_elts(headers);
    const apr_table_entry_t *entries = (const void *)list->elts;
    apr_table_t *names = apr_table_make(pool, 4);
    int i;

    for (i = 0; i < list->nelts; i++) {
        const char *name = entries[i].key;
        if (name != NULL && mtlsauth_decision_strips(decision, name, strlen(name)))
            apr_table_addn(names, name, "");
    }
    list = apr_table_elts(names); /* not of the table that is being changed */
    entries = (const void *)list->elts;
    for (i = 0; i < list->nelts; i++)
        apr_table_unset(headers, entries[i].key);
}

static void set_headers(request_rec *request, const mtlsauth_decision_t *decision)
{
    size_t i;

    strip_table(request->pool, request->headers_in, decision);
    keep_connection_off(request, decision);
    for (i = 0; i < decision->n_headers; i++)
        apr_table_set(request->headers_in, decision->headers[i]->name, decision->headers[i]->value);
}

static apr_table_t *variables_of(apr_pool_t *pool, const mtlsauth_decision_t *decision)
{
    apr_table_t *variables = apr_table_make(pool, 4);

    apr_table_set(variables, "MTLSAUTH_VERDICT", decision_verdict(decision));
    apr_table_set(variables, "MTLSAUTH_REASON", decision->reason);
    apr_table_set(variables, "MTLSAUTH_ID", decision->id);
    apr_table_set(variables, "MTLSAUTH_POLICY", decision->policy);
    return variables;
}

/* ---- one decision ------------------------------------------------------------------------- */

static void decide(request_rec *request, request_rec *first, const record_t *record,
                   answer_t *answer)
{
    mtlsauth_engine_t *engine = policies_engine(request->server);
    mtlsauth_request_t *question
        = engine != NULL ? peer_request(request->connection, engine) : NULL;
    const mtlsauth_decision_t *decision;

    if (question == NULL) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, request, "mtlsauth: deny (error): %s",
                      engine == NULL ? "there is no policy" : "out of memory");
        return;
    }
    if (answer->service != NULL)
        mtlsauth_request_service(question, answer->service);
    peer_pass(request->connection, question);
    pass_request(question, first, record);
    answer->allowed = mtlsauth_authorize(question) == 1;
    decision = mtlsauth_decision(question);
    answer->variables = variables_of(first->pool, decision);
    log_decision(request, decision);
    set_headers(request, decision);
    mtlsauth_request_reset(question);
}

static void set_variables(request_rec *request, const answer_t *answer)
{
    if (answer->variables == NULL) {
        apr_table_setn(request->subprocess_env, "MTLSAUTH_VERDICT", "deny");
        apr_table_setn(request->subprocess_env, "MTLSAUTH_REASON", "error");
        return;
    }
    apr_table_overlap(request->subprocess_env, answer->variables, APR_OVERLAP_TABLES_SET);
}

int judge(request_rec *request, const char *service)
{
    request_rec *first = first_of(request);
    record_t *record = record_of(first);
    answer_t *answer = find_answer(record, service);

    if (answer == NULL) {
        answer = apr_pcalloc(first->pool, sizeof(*answer));
        answer->service = apr_pstrdup(first->pool, service);
        decide(request, first, record, answer);
        answer->next = record->answers;
        record->answers = answer;
    }
    set_variables(request, answer);
    return answer->allowed == 1;
}

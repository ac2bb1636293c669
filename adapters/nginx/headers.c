/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * headers.c - of a request's header fields, those that the policy removes and sets.
 *
 * nginx keeps the fields in a list of arrays, and points into these for the names it knows. What
 * is passed on (proxy_pass, fastcgi_pass, $http_NAME) is taken from the list, so a removed field
 * must not be in it. Fields do not move: the list becomes one of runs of those that stay, and
 * pointers to them stay right. No part of such a list but a lone first one may be empty, and the
 * last must count as full, since nobody may append behind a run.
 */
#include "mtlsauth_nginx.h"

typedef struct runs {
    ngx_list_t list; /**< as it becomes */
    ngx_uint_t open; /**< the next field is behind the last run's end, in the same array */
} runs_t;

static ngx_int_t add_run(runs_t *runs, ngx_table_elt_t *first, ngx_uint_t count)
{
    ngx_list_part_t *part = &runs->list.part;

    if (part->nelts > 0) {
        part = ngx_palloc(runs->list.pool, sizeof(*part));
        if (part == NULL)
            return NGX_ERROR;
        runs->list.last->next = part;
    }
    part->elts = first;
    part->nelts = count;
    part->next = NULL;
    runs->list.last = part;
    runs->list.nalloc = count;
    runs->open = 1;
    return NGX_OK;
}

static ngx_int_t keep(runs_t *runs, ngx_table_elt_t *field)
{
    if (!runs->open)
        return add_run(runs, field, 1);
    runs->list.nalloc = ++runs->list.last->nelts;
    return NGX_OK;
}

/*
 * A name that nginx knows has a pointer, or an array of them, at an offset in headers_in. All
 * fields of the name go, so whatever is there goes too.
 */
static void forget(ngx_http_request_t *r, const ngx_table_elt_t *field)
{
    ngx_http_core_main_conf_t *core = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    const ngx_http_header_t *known = ngx_hash_find(&core->headers_in_hash, field->hash,
                                                   field->lowcase_key, field->key.len);
    ngx_table_elt_t **at;

    if (known == NULL || known->offset == 0) /* at 0 is the list itself */
        return;
#if nginx_version < 1023000
    if (known->offset == offsetof(ngx_http_headers_in_t, cookies)) {
        r->headers_in.cookies.nelts = 0;
        return;
    }
#if (NGX_HTTP_X_FORWARDED_FOR)
    if (known->offset == offsetof(ngx_http_headers_in_t, x_forwarded_for)) {
        r->headers_in.x_forwarded_for.nelts = 0;
        return;
    }
#endif
#endif
    at = (ngx_table_elt_t **)(void *)((u_char *)&r->headers_in + known->offset);
    *at = NULL;
}

/* The fields that stay; which go is forgotten elsewhere too. */
static ngx_int_t sift(ngx_http_request_t *r, const mtlsauth_decision_t *decision, runs_t *runs)
{
    ngx_list_part_t *part;
    ngx_uint_t i;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        runs->open = 0;
        for (i = 0; i < part->nelts; i++) {
            ngx_table_elt_t *field = (ngx_table_elt_t *)part->elts + i;
            if (mtlsauth_decision_strips(decision, (const char *)field->key.data, field->key.len)) {
                forget(r, field);
                runs->open = 0;
            } else if (keep(runs, field) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }
    return NGX_OK;
}

/* None of the library's names is one that nginx knows, so there is no pointer to set. */
static ngx_int_t set_field(ngx_pool_t *pool, const mtlsauth_header_t *header,
                           ngx_table_elt_t *field)
{
    ngx_str_t name = { ngx_strlen(header->name), (u_char *)(uintptr_t)header->name };
    ngx_str_t value = { ngx_strlen(header->value), (u_char *)(uintptr_t)header->value };

    field->key.len = name.len;
    field->key.data = ngx_pstrdup(pool, &name);
    field->lowcase_key = ngx_pnalloc(pool, name.len);
    field->value.len = value.len;
    field->value.data = ngx_pnalloc(pool, value.len + 1); /* nginx has a NUL behind values */
    if (field->key.data == NULL || field->lowcase_key == NULL || field->value.data == NULL)
        return NGX_ERROR;
    field->hash = ngx_hash_strlow(field->lowcase_key, name.data, name.len);
    ngx_memcpy(field->value.data, value.data, value.len);
    field->value.data[value.len] = '\0';
    return NGX_OK;
}

static ngx_int_t set_fields(ngx_pool_t *pool, const mtlsauth_decision_t *decision, runs_t *runs)
{
    ngx_table_elt_t *fields;
    size_t i;

    if (decision->n_headers == 0)
        return NGX_OK;
    if (decision->n_headers > NGX_MAX_INT_T_VALUE / sizeof(*fields))
        return NGX_ERROR;
    fields = ngx_pcalloc(pool, decision->n_headers * sizeof(*fields));
    if (fields == NULL)
        return NGX_ERROR;
    for (i = 0; i < decision->n_headers; i++) {
        if (set_field(pool, decision->headers[i], &fields[i]) != NGX_OK)
            return NGX_ERROR;
    }
    return add_run(runs, fields, decision->n_headers);
}

ngx_int_t mtlsauth_ngx_replace_headers(ngx_http_request_t *r, const mtlsauth_decision_t *decision)
{
    ngx_list_t *list = &r->headers_in.headers;
    runs_t runs = { 0 };

    if (decision->n_strip == 0 && decision->n_headers == 0)
        return NGX_OK;
    runs.list.size = sizeof(ngx_table_elt_t);
    runs.list.pool = r->pool;
    if (sift(r, decision, &runs) != NGX_OK || set_fields(r->pool, decision, &runs) != NGX_OK)
        return NGX_ERROR;
    if (runs.list.part.nelts == 0)
        return ngx_list_init(list, r->pool, 4, sizeof(ngx_table_elt_t));
    if (runs.list.last == &runs.list.part) /* it is about to be copied */
        runs.list.last = &list->part;
    *list = runs.list;
    return NGX_OK;
}

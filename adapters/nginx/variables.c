/* SPDX-License-Identifier: BSD-2-Clause */
/* variables.c - $mtlsauth_*, for logs and conditions. Without a decision they are not set. */
#include "mtlsauth_nginx.h"

static ngx_int_t get(ngx_http_request_t *r, ngx_http_variable_value_t *value, uintptr_t offset)
{
    const mtlsauth_ngx_answer_t *answer = mtlsauth_ngx_answer(r);
    const ngx_str_t *text;

    if (answer == NULL) {
        value->not_found = 1;
        return NGX_OK;
    }
    text = (const void *)((const u_char *)answer + offset);
    value->len = (unsigned)text->len & 0xfffffffu; /* a bit field of 28; texts are far shorter */
    value->data = text->data;
    value->valid = 1;
    value->no_cacheable = 0;
    value->not_found = 0;
    return NGX_OK;
}

ngx_int_t mtlsauth_ngx_add_variables(ngx_conf_t *cf)
{
    static const struct {
        ngx_str_t name;
        size_t offset;
    } rows[] = {
        { ngx_string("mtlsauth_verdict"), offsetof(mtlsauth_ngx_answer_t, verdict) },
        { ngx_string("mtlsauth_reason"), offsetof(mtlsauth_ngx_answer_t, reason) },
        { ngx_string("mtlsauth_id"), offsetof(mtlsauth_ngx_answer_t, id) },
        { ngx_string("mtlsauth_policy"), offsetof(mtlsauth_ngx_answer_t, policy) },
        { ngx_string("mtlsauth_message"), offsetof(mtlsauth_ngx_answer_t, message) },
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ngx_str_t name = rows[i].name;
        ngx_http_variable_t *variable
            = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
        if (variable == NULL)
            return NGX_ERROR;
        variable->get_handler = get;
        variable->data = rows[i].offset;
    }
    return NGX_OK;
}

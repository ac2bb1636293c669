/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.c - see forward.h.
 *
 * Each value is written twice: into nothing, to learn its size, and into room of that size. What
 * comes out is looked at once more before it becomes a header, whoever wrote it.
 */
#include "engine/forward.h"

#include "engine/forward_value.h"

/* Visible ASCII and inner blanks: what RFC 9110 5.5 allows and every server passes on. */
static bool is_field_value(const char *value, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (value[i] < ' ' || value[i] > '~')
            return false;
    }
    return size > 0 && value[0] != ' ' && value[size - 1] != ' ';
}

/* *out: the value, or NULL if there is none to set. */
static int make_value(const ma_forwarded_t *client, ma_forward_value_t which, ma_arena_t *arena,
                      const char **out)
{
    ma_buf_t text;
    size_t size;
    char *room;

    ma_buf_fixed(&text, NULL, 0);
    ma_forward_value(client, which, &text);
    if (text.failed)
        return MTLSAUTH_E_NO_MEMORY;
    size = text.size;
    if (size == 0 || size > ma_forward_value_limit(which))
        return 0;
    room = ma_arena_alloc(arena, size + 1);
    if (room == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    ma_buf_fixed(&text, room, size + 1);
    ma_forward_value(client, which, &text);
    if (!ma_buf_ok(&text))
        return MTLSAUTH_E_NO_MEMORY;
    if (is_field_value(room, size))
        *out = room;
    return 0;
}

static int add_header(const ma_forwarded_t *client, const ma_forward_header_t *what,
                      ma_arena_t *arena, const mtlsauth_header_t **out, size_t *count)
{
    mtlsauth_header_t *header;
    const char *value = NULL;
    int ret = make_value(client, what->value, arena, &value);

    if (ret != 0 || value == NULL)
        return ret;
    header = ma_arena_alloc(arena, sizeof(*header));
    if (header == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    *header = (mtlsauth_header_t) { .name = what->name, .value = value };
    out[(*count)++] = header;
    return 0;
}

/* What the headers may speak of: of a path that did not verify, nothing. */
static ma_forwarded_t forwarded_of(const ma_judgement_t *judgement)
{
    const struct mtlsauth_check *check = &judgement->check;
    ma_forwarded_t client = {
        .leaf = check->leaf,
        .verified = check->verified,
        .revoked = check->facts[MA_FACT_CERT_REVOKED].number != 0,
        .failure = check->facts[MA_FACT_CERT_FAILURE].bytes,
    };

    if (check->verified)
        client.path = &check->path;
    return client;
}

int ma_forward(mtlsauth_request_t *request, const ma_policy_t *policy)
{
    const ma_forwarded_t client = forwarded_of(&request->judgement);
    ma_arena_t *arena = &request->scratch;
    const mtlsauth_header_t **headers;
    size_t i, j, room = 0, count = 0;
    int ret = 0;

    for (i = 0; i < policy->n_forward; i++)
        room += policy->forward[i]->n_headers;
    if (room == 0)
        return 0;
    headers = ma_arena_array(arena, room, sizeof(*headers));
    if (headers == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < policy->n_forward; i++) {
        const ma_forward_format_t *format = policy->forward[i];
        for (j = 0; ret == 0 && j < format->n_headers; j++)
            ret = add_header(&client, &format->headers[j], arena, headers, &count);
    }
    if (ret != 0)
        return ret;
    request->decision.headers = headers;
    request->decision.n_headers = count;
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* schema.c - see schema.h: names of fields, and their two spellings. */
#include "expr/schema.h"

#include <stdio.h>
#include <string.h>

static const char cf[] = "cf.";
static const char client[] = "tls_client_auth.";

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

bool ma_schema_other_spelling(const char *name, char out[MA_FIELD_LONGEST + 4])
{
    if (begins(name, client))
        snprintf(out, MA_FIELD_LONGEST + 4, "%s%s", cf, name);
    else if (begins(name, cf) && begins(name + strlen(cf), client))
        snprintf(out, MA_FIELD_LONGEST + 4, "%s", name + strlen(cf));
    else
        return false;
    return true;
}

bool ma_schema_name(ma_bytes_t name, char out[MA_FIELD_LONGEST])
{
    if (name.size >= MA_FIELD_LONGEST)
        return false;
    if (name.size > 0)
        memcpy(out, name.data, name.size);
    out[name.size] = '\0';
    return true;
}

const ma_field_t *ma_schema_find(const ma_schema_t *schema, ma_bytes_t name)
{
    char written[MA_FIELD_LONGEST], other[MA_FIELD_LONGEST + 4];
    const ma_field_t *field;

    if (name.size == 0 || !ma_schema_name(name, written))
        return NULL;
    field = schema->find(schema->context, written, name.size);
    if (field == NULL && ma_schema_other_spelling(written, other))
        field = schema->find(schema->context, other, strlen(other));
    return field;
}

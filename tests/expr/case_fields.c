/* SPDX-License-Identifier: BSD-2-Clause */
/* case_fields.c - see case_fields.h. Literals are read as those of expressions are. */
#include "case_fields.h"

#include <string.h>

#include "expr/parse.h"
#include "expr/program.h"

#define S MA_TYPE_STRING
#define B MA_TYPE_BOOL
#define I MA_TYPE_INT
#define A MA_TYPE_STRINGS

static const ma_field_t fields[] = {
    { .name = "app.user", .type = S },
    { .name = "cf.tls_client_auth.cert_fingerprint_sha256", .type = S, .hex = MA_HEX_OCTETS,
      .octets = 32 },
    { .name = "cf.tls_client_auth.cert_issuer_dn", .type = S },
    { .name = "cf.tls_client_auth.cert_not_after", .type = S },
    { .name = "cf.tls_client_auth.cert_presented", .type = B },
    { .name = "cf.tls_client_auth.cert_revoked", .type = B },
    { .name = "cf.tls_client_auth.cert_serial", .type = S, .hex = MA_HEX_NUMBER },
    { .name = "cf.tls_client_auth.cert_ski", .type = S, .hex = MA_HEX_OCTETS },
    { .name = "cf.tls_client_auth.cert_subject_dn", .type = S },
    { .name = "cf.tls_client_auth.cert_verified", .type = B },
    { .name = "app.user", .type = S },
    { .name = "http.host", .type = S },
    { .name = "http.request.headers", .type = MA_TYPE_MAP },
    { .name = "http.request.method", .type = S },
    { .name = "http.request.uri.path", .type = S },
    { .name = "ip.dst", .type = MA_TYPE_ADDRESS },
    { .name = "ip.src", .type = MA_TYPE_ADDRESS },
    { .name = "tcp.dstport", .type = I },
    { .name = "tls.alpn", .type = S, .missing = "this server never supplies it",
      .mend = "leave it away" },
    { .name = "tls.resumed", .type = B },
    { .name = "tls.sni", .type = S },
    { .name = "tls_client_auth.cert_common_name", .type = S },
    { .name = "tls_client_auth.cert_days_left", .type = I },
    { .name = "tls_client_auth.cert_not_after_ts", .type = I },
    { .name = "tls_client_auth.cert_san_dns", .type = A },
    { .name = "tls_client_auth.cert_san_uri", .type = A },
};
#define N_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Slots are places in the table; the schema hands out copies that have them. */
static ma_field_t known[N_FIELDS];
static const char *names[N_FIELDS + 1];

static const ma_field_t *find(const void *context, const char *name, size_t size)
{
    size_t i;

    (void)context;
    for (i = 0; i < N_FIELDS; i++)
        if (strlen(known[i].name) == size && memcmp(known[i].name, name, size) == 0)
            return &known[i];
    return NULL;
}

const ma_schema_t *fields_schema(void)
{
    static const ma_schema_t schema = { .find = find, .names = names };
    size_t i;

    for (i = 0; i < N_FIELDS; i++) {
        known[i] = fields[i];
        known[i].slot = (unsigned)i;
        names[i] = fields[i].name;
    }
    return &schema;
}

/* The literal, or the set that an array is written as. */
static const ma_expr_t *parse(const char *text, size_t size, bool array, ma_arena_t *arena)
{
    char *whole = ma_arena_printf(arena, array ? "x in {%.*s}" : "x eq %.*s", (int)size, text);
    ma_source_t source = { .file = "value" };
    ma_expr_t *expr = NULL;

    if (whole == NULL)
        return NULL;
    source.text = (ma_bytes_t) { (const uint8_t *)whole, strlen(whole) };
    if (ma_expr_parse(&source, NULL, arena, &expr, NULL) != 0 || expr->kind != MA_EXPR_COMPARE)
        return NULL;
    return expr->right;
}

static bool read_array(const char *text, size_t size, ma_arena_t *arena, ma_value_t *out)
{
    const ma_expr_t *set;
    ma_bytes_t *items;
    size_t i;

    if (size < 2 || text[0] != '[' || text[size - 1] != ']')
        return false;
    *out = (ma_value_t) { 0 };
    if (size == 2)
        return true;
    set = parse(text + 1, size - 2, true, arena);
    items = set != NULL ? ma_arena_array(arena, set->n_items, sizeof(*items)) : NULL;
    if (items == NULL || set->items[0]->kind != MA_EXPR_STRING)
        return false;
    for (i = 0; i < set->n_items; i++)
        items[i] = set->items[i]->text;
    out->items = items;
    out->count = set->n_items;
    return true;
}

bool fields_value(const char *text, size_t size, ma_type_t type, ma_arena_t *arena, ma_value_t *out)
{
    static const ma_expr_kind_t kinds[] = { [MA_TYPE_BOOL] = MA_EXPR_BOOL,
                                            [MA_TYPE_INT] = MA_EXPR_INT,
                                            [MA_TYPE_STRING] = MA_EXPR_STRING,
                                            [MA_TYPE_ADDRESS] = MA_EXPR_ADDRESS };
    const ma_expr_t *literal;

    if (type == MA_TYPE_STRINGS)
        return read_array(text, size, arena, out);
    literal = parse(text, size, false, arena);
    if (literal == NULL || type > MA_TYPE_ADDRESS || literal->kind != kinds[type])
        return false;
    *out = (ma_value_t) { .number = literal->number, .bytes = literal->text };
    return true;
}

/* Behind the value that begins here: a comma outside of quotes and brackets, or the end. */
static const char *value_end(const char *at)
{
    char quote = 0;
    unsigned open = 0;

    for (; *at != '\0' && (quote != 0 || open > 0 || *at != ','); at++) {
        if (quote != 0 && *at == '\\' && at[1] != '\0')
            at++;
        else if (quote != 0)
            quote = *at == quote ? 0 : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        else if (*at == '[')
            open++;
        else if (*at == ']' && open > 0)
            open--;
    }
    return at;
}

/* Adds a name of a map, with its values, behind those that it has. */
static bool add_pairs(const char *name, size_t size, const char *text, size_t text_size,
                      ma_arena_t *arena, ma_value_t *map)
{
    const ma_pair_t *last;
    ma_value_t array;
    size_t i;

    if (!read_array(text, text_size, arena, &array))
        return false;
    for (last = map->pairs; last != NULL && last->next != NULL; last = last->next) {
        /* to the end */
    }
    for (i = 0; i < array.count; i++) {
        ma_pair_t *pair = ma_arena_alloc(arena, sizeof(*pair));

        if (pair == NULL)
            return false;
        pair->name = (ma_bytes_t) { (const uint8_t *)name, size };
        pair->value = array.items[i];
        if (last == NULL)
            map->pairs = pair;
        else
            ((ma_pair_t *)(uintptr_t)last)->next = pair;
        last = pair;
    }
    return true;
}

static bool assign(const char *name, size_t size, const char *value, size_t value_size,
                   ma_arena_t *arena, fields_row_t *row)
{
    const char *index = memchr(name, '[', size);
    const size_t field_size = index != NULL ? (size_t)(index - name) : size;
    const ma_field_t *field = find(NULL, name, field_size);

    if (field == NULL)
        return false;
    if (value_size == 7 && memcmp(value, "unknown", 7) == 0) {
        row->states[field->slot] = MA_SLOT_UNKNOWN;
        return true;
    }
    if (index != NULL) /* ["name"] */
        return field->type == MA_TYPE_MAP && size > field_size + 4
            && add_pairs(index + 2, size - field_size - 4, value, value_size, arena,
                         &row->values[field->slot]);
    return fields_value(value, value_size, field->type, arena, &row->values[field->slot]);
}

bool fields_read(const char *text, ma_arena_t *arena, fields_row_t *row, const char **why)
{
    const char *equals, *value, *end;

    memset(row, 0, sizeof(*row));
    memset(row->states, MA_SLOT_MADE, sizeof(row->states));
    *why = "an assignment cannot be read";
    while (*text != '\0') {
        equals = strstr(text, " = ");
        if (equals == NULL)
            return false;
        value = equals + 3;
        end = value_end(value);
        if (!assign(text, (size_t)(equals - text), value, (size_t)(end - value), arena, row))
            return false;
        text = end + strspn(end, ", ");
    }
    return true;
}

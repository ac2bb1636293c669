/* SPDX-License-Identifier: BSD-2-Clause */
/* setting.c - see setting.h. */
#include "setting.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "engine/request.h"
#include "plugin/fact.h"

/* All integers there are so far are port numbers. */
#define MAX_INT 65535
#define NOT_A_PORT "no number from 0 to 65535"

size_t setting_count(void)
{
    const char *const *names = ma_attribute_names();
    size_t n = 0;

    while (names[n] != NULL)
        n++;
    return n;
}

static int unknown(const char *field, size_t size, ma_buf_t *why)
{
    const char *const *names = ma_attribute_names();
    const char *nearest = NULL;
    char word[64];
    size_t i;

    if (size < sizeof(word)) {
        memcpy(word, field, size);
        word[size] = '\0';
        nearest = ma_suggest(word, names, setting_count());
    }
    ma_buf_printf(why, "no field \"%.*s\"; ", (int)size, field);
    if (nearest != NULL)
        ma_buf_printf(why, "did you mean %s? ", nearest);
    ma_buf_text(why, "there are");
    for (i = 0; names[i] != NULL; i++)
        ma_buf_printf(why, "%s %s%s", i > 0 ? "," : "", names[i],
                      ma_attribute_type(names[i]) == MTLSAUTH_TYPE_HEADERS ? "[NAME]" : "");
    return -1;
}

static int wrong(ma_buf_t *why, const setting_t *setting, const char *what)
{
    ma_buf_printf(why, "%s: \"%s\" is %s", setting->name, setting->string, what);
    return -1;
}

static int parse_bool(setting_t *setting, ma_buf_t *why)
{
    setting->number = strcmp(setting->string, "true") == 0;
    if (setting->number == 0 && strcmp(setting->string, "false") != 0)
        return wrong(why, setting, "neither true nor false");
    return 0;
}

static int parse_int(setting_t *setting, ma_buf_t *why)
{
    size_t length = strlen(setting->string);

    if (length == 0 || length > 5 || strspn(setting->string, "0123456789") != length)
        return wrong(why, setting, NOT_A_PORT);
    setting->number = strtol(setting->string, NULL, 10);
    return setting->number <= MAX_INT ? 0 : wrong(why, setting, NOT_A_PORT);
}

static int parse_address(setting_t *setting, ma_buf_t *why)
{
    if (inet_pton(AF_INET, setting->string, setting->octets) == 1)
        setting->n_octets = 4;
    else if (inet_pton(AF_INET6, setting->string, setting->octets) == 1)
        setting->n_octets = 16;
    else
        return wrong(why, setting, "no IPv4 or IPv6 address");
    return 0;
}

/* "app.user=". An empty header is one that was sent. */
static bool is_lacking(const setting_t *setting)
{
    return setting->string[0] == '\0' && setting->header == NULL;
}

static int parse_value(setting_t *setting, ma_buf_t *why)
{
    if (is_lacking(setting))
        return 0;
    switch (setting->type) {
    case MTLSAUTH_TYPE_BOOL:
        return parse_bool(setting, why);
    case MTLSAUTH_TYPE_INT:
        return parse_int(setting, why);
    case MTLSAUTH_TYPE_ADDRESS:
        return parse_address(setting, why);
    case MTLSAUTH_TYPE_STRING:
    case MTLSAUTH_TYPE_HEADERS:
        break;
    }
    return 0;
}

/* Takes [NAME] or ["NAME"] off the field; false if what stands there is no header's name. */
static bool take_header(const char *field, size_t *size, setting_t *setting)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *open = memchr(field, '[', *size);
    const char *end = field + *size - 1;

    if (open == NULL)
        return true;
    setting->header = open + 1;
    if (*setting->header == '"' && end[-1] == '"') {
        setting->header++;
        end--;
    }
    if (field[*size - 1] != ']' || end <= setting->header)
        return false;
    setting->header_size = (size_t)(end - setting->header);
    *size = (size_t)(open - field);
    return strspn(setting->header, token) == setting->header_size;
}

int setting_parse(const char *text, setting_t *out, ma_buf_t *why)
{
    const char *equals = strchr(text, '=');
    const char *const *names;
    setting_t setting = { 0 };
    size_t size;

    if (equals == NULL || equals == text) {
        ma_buf_printf(why, "\"%s\" sets nothing; write FIELD=VALUE", text);
        return -1;
    }
    size = (size_t)(equals - text);
    if (!take_header(text, &size, &setting)) {
        ma_buf_printf(why, "\"%s\" names no header; write http.request.headers[NAME]=VALUE", text);
        return -1;
    }
    names = ma_attribute_names();
    while (names[setting.attribute] != NULL
           && (strlen(names[setting.attribute]) != size
               || memcmp(names[setting.attribute], text, size) != 0))
        setting.attribute++;
    setting.name = names[setting.attribute];
    if (setting.name == NULL)
        return unknown(text, size, why);
    setting.type = ma_attribute_type(setting.name);
    setting.string = equals + 1;
    if (!is_lacking(&setting)
        && (setting.type == MTLSAUTH_TYPE_HEADERS) != (setting.header != NULL)) {
        ma_buf_printf(why, "write %s%s=VALUE", setting.name,
                      setting.header != NULL ? "" : "[NAME]");
        return -1;
    }
    if (parse_value(&setting, why) != 0)
        return -1;
    *out = setting;
    return 0;
}

bool setting_same(const setting_t *a, const setting_t *b)
{
    return a->attribute == b->attribute && a->type != MTLSAUTH_TYPE_HEADERS;
}

void setting_apply(const setting_t *setting, mtlsauth_request_t *request)
{
    unsigned attribute = setting->attribute;

    if (is_lacking(setting)) {
        ma_request_lacks(request, attribute);
        return;
    }
    switch (setting->type) {
    case MTLSAUTH_TYPE_BOOL:
        mtlsauth_request_bool(request, attribute, setting->number != 0);
        break;
    case MTLSAUTH_TYPE_INT:
        mtlsauth_request_int(request, attribute, setting->number);
        break;
    case MTLSAUTH_TYPE_ADDRESS:
        mtlsauth_request_address(request, attribute, setting->octets, setting->n_octets);
        break;
    case MTLSAUTH_TYPE_STRING:
        mtlsauth_request_string(request, attribute, setting->string, strlen(setting->string));
        break;
    case MTLSAUTH_TYPE_HEADERS:
        mtlsauth_request_header(request, attribute, setting->header, setting->header_size,
                                setting->string, strlen(setting->string));
        break;
    }
}

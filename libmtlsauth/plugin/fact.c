/* SPDX-License-Identifier: BSD-2-Clause */
/* fact.c - see fact.h. */
#include "plugin/fact.h"

#include <string.h>

#include "base/suggest.h"

/* What servers can supply (policy.md "Fields"). Names and types are in step. */
static const char *const attribute_names[] = {
    "tls.version",         "tls.cipher",
    "tls.sni",             "tls.alpn",
    "tls.resumed",         "http.host",
    "http.request.method", "http.request.uri.path",
    "http.request.headers", "ip.src",
    "ip.dst",              "tcp.srcport",
    "tcp.dstport",         "app.user",
    "app.resource",        "app.action",
    NULL,
};

static const mtlsauth_type_t attribute_types[] = {
    MTLSAUTH_TYPE_STRING,  MTLSAUTH_TYPE_STRING,
    MTLSAUTH_TYPE_STRING,  MTLSAUTH_TYPE_STRING,
    MTLSAUTH_TYPE_BOOL,    MTLSAUTH_TYPE_STRING,
    MTLSAUTH_TYPE_STRING,  MTLSAUTH_TYPE_STRING,
    MTLSAUTH_TYPE_HEADERS, MTLSAUTH_TYPE_ADDRESS,
    MTLSAUTH_TYPE_ADDRESS, MTLSAUTH_TYPE_INT,
    MTLSAUTH_TYPE_INT,     MTLSAUTH_TYPE_STRING,
    MTLSAUTH_TYPE_STRING,  MTLSAUTH_TYPE_STRING,
};

#define N_ATTRIBUTES (sizeof(attribute_types) / sizeof(attribute_types[0]))

static const ma_fact_def_t core_facts[MA_N_CORE_FACTS] = {
    [MA_FACT_CERT_VERIFIED] = { "cert_verified", MTLSAUTH_TYPE_BOOL, NULL },
    [MA_FACT_CERT_FAILURE] = { "cert_failure", MTLSAUTH_TYPE_STRING, NULL },
    [MA_FACT_CERT_REVOKED] = { "cert_revoked", MTLSAUTH_TYPE_BOOL, NULL },
};

/* Prefixes that only the core and servers may use. */
static const char *const reserved_prefixes[] = { "tls.", "http.", "ip.", "tcp.", "app.", "cf.",
                                                 "tls_client_auth." };

mtlsauth_type_t ma_attribute_type(const char *name)
{
    size_t i;

    for (i = 0; i < N_ATTRIBUTES; i++)
        if (strcmp(attribute_names[i], name) == 0)
            return attribute_types[i];
    return (mtlsauth_type_t)0;
}

const char *const *ma_attribute_names(void)
{
    return attribute_names;
}

int ma_facts_find(const ma_facts_t *facts, const char *name)
{
    size_t i;

    for (i = 0; i < facts->count; i++)
        if (strcmp(facts->defs[i].name, name) == 0)
            return (int)i;
    return -1;
}

static int fail_attribute(const char *name, mtlsauth_error_t **err)
{
    const char *near = ma_suggest(name, attribute_names, N_ATTRIBUTES);

    if (near != NULL)
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL,
                       "the server declares an unknown attribute \"%s\"; did you mean \"%s\"?",
                       name, near);
    return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, "mtlsauth.h lists those that there are",
                   "the server declares an unknown attribute \"%s\"", name);
}

int ma_facts_init(ma_facts_t *facts, const char *const *attributes, size_t count,
                  mtlsauth_error_t **err)
{
    size_t i;

    memset(facts, 0, sizeof(*facts));
    if (count > MA_MAX_ATTRIBUTES || (count > 0 && attributes == NULL))
        return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL, "bad list of attributes");
    for (i = 0; i < count; i++) {
        const char *name = attributes[i] != NULL ? attributes[i] : "";
        mtlsauth_type_t type = ma_attribute_type(name);
        if (type == 0)
            return fail_attribute(name, err);
        if (ma_facts_find(facts, name) >= 0)
            return ma_fail(err, MTLSAUTH_E_ARGUMENT, NULL, NULL,
                           "the server declares attribute \"%s\" twice", name);
        facts->defs[facts->count++] = (ma_fact_def_t) { name, type, NULL };
    }
    facts->n_attributes = count;
    for (i = 0; i < MA_N_CORE_FACTS; i++)
        facts->defs[facts->count++] = core_facts[i];
    return 0;
}

bool ma_fact_reserved(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(reserved_prefixes) / sizeof(reserved_prefixes[0]); i++)
        if (strncmp(name, reserved_prefixes[i], strlen(reserved_prefixes[i])) == 0)
            return true;
    return strchr(name, '.') == NULL;
}

int ma_facts_declare(ma_facts_t *facts, const char *name, mtlsauth_type_t type, const char *setter,
                     const ma_pos_t *pos, unsigned *number, mtlsauth_error_t **err)
{
    int found = ma_facts_find(facts, name);

    if (found >= 0 && ((size_t)found < facts->n_attributes || facts->defs[found].type != type))
        return ma_fail(err, MTLSAUTH_E_PLUGIN, pos, NULL,
                       "fact \"%s\" is already something else", name);
    if (found < 0 && ma_fact_reserved(name))
        return ma_fail(err, MTLSAUTH_E_PLUGIN, pos, "the plugin's author must give it a prefix",
                       "a plugin may not set a fact of the name \"%s\"", name);
    if (found < 0 && facts->count == MA_MAX_ATTRIBUTES + MA_MAX_FACTS)
        return ma_fail(err, MTLSAUTH_E_LIMIT, pos, NULL, "more than %u facts", MA_MAX_FACTS);
    if (found < 0) {
        found = (int)facts->count;
        facts->defs[facts->count++] = (ma_fact_def_t) { name, type, setter };
    }
    *number = (unsigned)found;
    return 0;
}

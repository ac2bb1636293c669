/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * san - holds when an alternative name matches the list of its type, and none matches the deny list
 * of its type.
 *
 * Every name is looked at, and a deny wins wherever it is found. A name that cannot be compared
 * matches no list that lets in; where a list of its type keeps out it is refused, for nobody can
 * tell that it is not meant. Dates, issuers and the subject are not looked at.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "san.h"

/* The lists of a type: that which lets in has the number of the type. */
#define OPTION_DENY(type) (SAN_N_TYPES + (type))

enum { OPTION_SPIFFE = 2 * SAN_N_TYPES };

#define LIST(which, what)                                                                          \
    {                                                                                              \
        .name = (which), .kind = MTLSAUTH_OPTION_STRINGS, .flags = MTLSAUTH_OPTION_ALLOW,          \
        .help = (what)                                                                             \
    }
#define DENY_LIST(which, what)                                                                     \
    {                                                                                              \
        .name = (which), .kind = MTLSAUTH_OPTION_STRINGS, .flags = MTLSAUTH_OPTION_DENY,           \
        .help = (what)                                                                             \
    }

static const mtlsauth_option_t options[] = {
    [SAN_DNS] = LIST("dns", "hosts to let in; * is one label, or a part of one"),
    [SAN_URI] = LIST("uri", "URIs to let in; * ends at a slash, ** does not"),
    [SAN_EMAIL] = LIST("email", "mailboxes to let in; *@host is everyone there"),
    [SAN_IP] = LIST("ip", "addresses and networks (CIDR) to let in"),
    [SAN_UPN] = LIST("upn", "user principal names to let in; *@host is everyone there"),
    [OPTION_DENY(SAN_DNS)] = DENY_LIST("deny_dns", "hosts to keep out"),
    [OPTION_DENY(SAN_URI)] = DENY_LIST("deny_uri", "URIs to keep out"),
    [OPTION_DENY(SAN_EMAIL)] = DENY_LIST("deny_email", "mailboxes to keep out"),
    [OPTION_DENY(SAN_IP)] = DENY_LIST("deny_ip", "addresses and networks to keep out"),
    [OPTION_DENY(SAN_UPN)] = DENY_LIST("deny_upn", "user principal names to keep out"),
    [OPTION_SPIFFE] = { .name = "spiffe",
                        .kind = MTLSAUTH_OPTION_BOOL,
                        .preset = "false",
                        .help = "the certificate must be an X.509-SVID, with one SPIFFE id" },
};

static const uint32_t fields[SAN_N_TYPES] = {
    [SAN_DNS] = MTLSAUTH_CERT_SAN_DNS,     [SAN_URI] = MTLSAUTH_CERT_SAN_URI,
    [SAN_EMAIL] = MTLSAUTH_CERT_SAN_EMAIL, [SAN_IP] = MTLSAUTH_CERT_SAN_IP,
    [SAN_UPN] = MTLSAUTH_CERT_SAN_UPN,
};

/* By the number of the option; those of SAN_IP are networks. */
typedef struct state {
    san_list_t lists[OPTION_SPIFFE];
    san_networks_t networks[OPTION_SPIFFE];
    bool spiffe;
} state_t;

/* ---- load --------------------------------------------------------------------------------- */

static int load(mtlsauth_instance_t *self)
{
    state_t *state = calloc(1, sizeof(*state));
    unsigned option;
    int ret = 0;

    if (state == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    self->state = state;
    state->spiffe = self->core->option_number(self, OPTION_SPIFFE) == 1;
    for (option = 0; ret == 0 && option < OPTION_SPIFFE; option++) {
        unsigned type = option % SAN_N_TYPES;
        if (type == SAN_IP)
            ret = san_networks_load(self, option, &state->networks[option]);
        else
            ret = san_list_load(self, option, type, state->spiffe, &state->lists[option]);
    }
    return ret;
}

static void unload(mtlsauth_instance_t *self)
{
    state_t *state = self->state;
    unsigned option;

    if (state == NULL)
        return;
    for (option = 0; option < OPTION_SPIFFE; option++) {
        san_list_free(&state->lists[option]);
        san_networks_free(&state->networks[option]);
    }
    free(state);
}

/* ---- one name ----------------------------------------------------------------------------- */

typedef struct name {
    unsigned type;
    const char *octets;
    size_t size;
    const char *fault; /* why it is not compared, or not with wildcards; NULL: it is */
} name_t;

/* The name for a message, in quotes; a NUL in it must not end the message. */
static void show(const name_t *name, char *out, size_t room)
{
    char text[120];
    size_t i, size = name->size < sizeof(text) - 1 ? name->size : sizeof(text) - 1;
    const char *more = size < name->size ? "..." : "";

    if (name->type == SAN_IP && (name->size == 4 || name->size == 16)) {
        inet_ntop(name->size == 4 ? AF_INET : AF_INET6, name->octets, text, sizeof(text));
    } else if (name->type == SAN_IP) {
        snprintf(text, sizeof(text), "%zu octets", name->size);
        more = "";
    } else {
        for (i = 0; i < size; i++)
            text[i] = name->octets[i] != '\0' ? name->octets[i] : '?';
        text[size] = '\0';
    }
    snprintf(out, room, "%s \"%s%s\"", options[name->type].name, text, more);
}

static bool find(const mtlsauth_instance_t *self, unsigned option, const name_t *name,
                 const san_form_t *form, size_t *item)
{
    const state_t *state = self->state;

    if (name->type == SAN_IP)
        return san_networks_find(&state->networks[option], (const uint8_t *)name->octets,
                                 name->size, item);
    return san_list_find(&state->lists[option], self->core, form, item);
}

static void say_found(const mtlsauth_instance_t *self, mtlsauth_check_t *request,
                      const name_t *name, unsigned option, size_t item)
{
    char shown[200];

    show(name, shown, sizeof(shown));
    self->core->say(request, "%s is in %s (\"%s\")", shown, options[option].name,
                    self->core->option_item(self, option, item, NULL));
}

/* Success, no_match or rule, for this name alone; says why it is rule. */
static mtlsauth_result_t check_name(const mtlsauth_instance_t *self, mtlsauth_check_t *request,
                                    name_t *name, size_t *item)
{
    const unsigned deny = OPTION_DENY(name->type);
    bool denies = self->core->option_is_set(self, deny) == 1, comparable;
    san_form_t form;
    char shown[200];

    form.only_exact = NULL;
    name->fault = name->type == SAN_IP
        ? san_address_fault((const uint8_t *)name->octets, name->size)
        : san_form(name->type, name->octets, name->size, false, &form);
    comparable = name->fault == NULL;
    if (comparable)
        name->fault = form.only_exact;
    if (denies && comparable && find(self, deny, name, &form, item)) {
        say_found(self, request, name, deny, *item);
        return MTLSAUTH_RULE;
    }
    if (denies && name->fault != NULL) {
        show(name, shown, sizeof(shown));
        self->core->say(request, "%s cannot be compared with %s: %s", shown, options[deny].name,
                        name->fault);
        return MTLSAUTH_RULE;
    }
    return comparable && find(self, name->type, name, &form, item) ? MTLSAUTH_SUCCESS
                                                                    : MTLSAUTH_NO_MATCH;
}

/* ---- all names ---------------------------------------------------------------------------- */

#define MAX_SHOWN 4u

/* What came of the names: the first that is allowed, and some that were not, for the message. */
typedef struct names {
    bool allowed;
    name_t name;
    size_t item;
    size_t count;
    char refused[1000];
} names_t;

static void remember_refused(names_t *names, const name_t *name)
{
    size_t used = strlen(names->refused);
    char shown[200];

    if (names->count++ >= MAX_SHOWN)
        return;
    show(name, shown, sizeof(shown));
    snprintf(names->refused + used, sizeof(names->refused) - used, "%s%s%s%s%s",
             used > 0 ? ", " : "", shown, name->fault != NULL ? " (" : "",
             name->fault != NULL ? name->fault : "", name->fault != NULL ? ")" : "");
}

/* Looks at every name, for a deny may be the last. Returns rule, or success. */
static mtlsauth_result_t check_names(const mtlsauth_instance_t *self, mtlsauth_check_t *request,
                                     names_t *names)
{
    const mtlsauth_services_t *core = self->core;
    const mtlsauth_cert_t *leaf = core->leaf(request);
    const void *octets;
    size_t i, size;
    unsigned type;

    for (type = 0; type < SAN_N_TYPES; type++) {
        for (i = 0; core->cert_bytes(leaf, fields[type], i, &octets, &size); i++) {
            name_t name = { type, octets, size, NULL };
            size_t item = 0;
            mtlsauth_result_t result = check_name(self, request, &name, &item);
            if (result == MTLSAUTH_RULE)
                return result;
            if (result != MTLSAUTH_SUCCESS) {
                remember_refused(names, &name);
            } else if (!names->allowed) {
                names->allowed = true;
                names->name = name;
                names->item = item;
            }
        }
    }
    return MTLSAUTH_SUCCESS;
}

static bool has_allow_list(const mtlsauth_instance_t *self)
{
    unsigned type;

    for (type = 0; type < SAN_N_TYPES; type++)
        if (self->core->option_is_set(self, type))
            return true;
    return false;
}

static void say_refused(const mtlsauth_services_t *core, mtlsauth_check_t *request,
                        const names_t *names)
{
    if (names->count == 0)
        core->say(request, "the certificate has no alternative name");
    else if (names->count > MAX_SHOWN)
        core->say(request, "no alternative name is in a list: %s, and %zu more", names->refused,
                  names->count - MAX_SHOWN);
    else
        core->say(request, "no alternative name is in a list: %s", names->refused);
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;
    const state_t *state = self->state;
    const mtlsauth_cert_t *leaf = core->leaf(request);
    names_t names = { .allowed = false };
    const char *fault;

    if (leaf == NULL) {
        core->say(request, "the client presented no certificate");
        return MTLSAUTH_NO_CERTIFICATE;
    }
    if (check_names(self, request, &names) == MTLSAUTH_RULE)
        return MTLSAUTH_RULE;
    fault = state->spiffe ? san_spiffe_check(core, leaf) : NULL;
    if (fault != NULL) {
        core->say(request, "not an X.509-SVID: %s", fault);
        return MTLSAUTH_NO_MATCH;
    }
    if (!names.allowed && has_allow_list(self)) {
        say_refused(core, request, &names);
        return MTLSAUTH_NO_MATCH;
    }
    if (names.allowed && core->explains(request))
        say_found(self, request, &names.name, names.name.type, names.item);
    return MTLSAUTH_SUCCESS;
}

MTLSAUTH_PLUGIN(san) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "san",
    .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "an alternative name matches the list of its type, and none a deny list",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .load = load,
    .check = check,
    .unload = unload,
};

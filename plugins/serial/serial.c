/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serial - holds when the serial number is in `allow` and not in `deny`, and the issuer is
 * `issuer`.
 *
 * Serials compare as integers: case, colons and leading zeros of the policy do not matter. A serial
 * is unique below one issuer only, so with several CAs name the issuer. A negative serial matches
 * nothing.
 */
#include <stdlib.h>
#include <string.h>

#include <mtlsauth/plugin.h>

enum { OPTION_ALLOW, OPTION_DENY, OPTION_ISSUER };

/* RFC 5280 4.1.2.2 has 20 octets at most; some CAs write one more. */
#define MAX_SERIAL 32u

static const mtlsauth_option_t options[] = {
    [OPTION_ALLOW] = { .name = "allow",
                       .kind = MTLSAUTH_OPTION_STRINGS,
                       .flags = MTLSAUTH_OPTION_ALLOW,
                       .help = "serial numbers to let in, in hex as openssl prints them" },
    [OPTION_DENY] = { .name = "deny",
                      .kind = MTLSAUTH_OPTION_STRINGS,
                      .flags = MTLSAUTH_OPTION_DENY,
                      .help = "serial numbers to keep out" },
    [OPTION_ISSUER] = { .name = "issuer",
                        .kind = MTLSAUTH_OPTION_STRING,
                        .help = "the issuer's name, as RFC 2253 or /C=.../CN=... of openssl" },
};

/* A number without leading zeros. */
typedef struct serial {
    uint8_t octets[MAX_SERIAL];
    size_t size;
} serial_t;

typedef struct list {
    serial_t *items;
    size_t count;
} list_t;

typedef struct state {
    list_t allow;
    list_t deny;
} state_t;

static int by_value(const void *a, const void *b)
{
    const serial_t *x = a, *y = b;

    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return memcmp(x->octets, y->octets, x->size);
}

/* Cuts leading zeros; false if what is left is too long. */
static int set_serial(serial_t *serial, const uint8_t *octets, size_t size)
{
    while (size > 0 && octets[0] == 0) {
        octets++;
        size--;
    }
    memset(serial, 0, sizeof(*serial));
    if (size > MAX_SERIAL)
        return 0;
    memcpy(serial->octets, octets, size);
    serial->size = size;
    return 1;
}

static int read_list(mtlsauth_instance_t *self, unsigned option, list_t *list)
{
    const mtlsauth_services_t *core = self->core;
    size_t i, count = core->option_count(self, option);

    list->items = calloc(count + 1, sizeof(*list->items));
    if (list->items == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; i < count; i++) {
        uint8_t octets[2 * MAX_SERIAL];
        size_t text_size;
        const char *text = core->option_item(self, option, i, &text_size);
        int size = core->hex(text, text_size, octets, sizeof(octets));
        if (size <= 0 || !set_serial(&list->items[list->count], octets, (size_t)size)) {
            core->fail(self, option, i, "write it in hex, as openssl x509 -serial prints it",
                       "\"%s\" is no serial number", text);
            return MTLSAUTH_E_POLICY;
        }
        list->count++;
    }
    qsort(list->items, list->count, sizeof(*list->items), by_value);
    return 0;
}

static int load(mtlsauth_instance_t *self)
{
    state_t *state = calloc(1, sizeof(*state));
    int ret;

    if (state == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    self->state = state;
    ret = read_list(self, OPTION_ALLOW, &state->allow);
    return ret == 0 ? read_list(self, OPTION_DENY, &state->deny) : ret;
}

static void unload(mtlsauth_instance_t *self)
{
    state_t *state = self->state;

    if (state == NULL)
        return;
    free(state->allow.items);
    free(state->deny.items);
    free(state);
}

static int contains(const list_t *list, const serial_t *serial)
{
    return list->count > 0
        && bsearch(serial, list->items, list->count, sizeof(*serial), by_value) != NULL;
}

/* True if no issuer is asked for, or the certificate has it, in either way of writing. */
static int issuer_fits(const mtlsauth_instance_t *self, const mtlsauth_cert_t *leaf)
{
    static const uint32_t fields[] = { MTLSAUTH_CERT_ISSUER_TEXT, MTLSAUTH_CERT_ISSUER_LEGACY };
    size_t i, size, wanted_size = 0;
    const char *wanted = self->core->option_string(self, OPTION_ISSUER, &wanted_size);
    const void *text;

    if (wanted == NULL)
        return 1;
    for (i = 0; i < MTLSAUTH_COUNT(fields); i++)
        if (self->core->cert_bytes(leaf, fields[i], 0, &text, &size) && size == wanted_size
            && memcmp(text, wanted, size) == 0)
            return 1;
    return 0;
}

/* The certificate's serial as a number that lists can hold; false if it is negative or too long. */
static int leaf_serial(const mtlsauth_services_t *core, const mtlsauth_cert_t *leaf,
                       serial_t *serial)
{
    const void *octets;
    size_t size;

    return core->cert_bytes(leaf, MTLSAUTH_CERT_SERIAL, 0, &octets, &size) && size > 0
        && (((const uint8_t *)octets)[0] & 0x80) == 0 && set_serial(serial, octets, size);
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;
    const state_t *state = self->state;
    const mtlsauth_cert_t *leaf = core->leaf(request);
    serial_t serial;
    int fits, known;

    if (leaf == NULL) {
        core->say(request, "the client presented no certificate");
        return MTLSAUTH_NO_CERTIFICATE;
    }
    fits = issuer_fits(self, leaf);
    known = fits && leaf_serial(core, leaf, &serial);
    if (known && contains(&state->deny, &serial)) {
        core->say(request, "the serial number is in deny");
        return MTLSAUTH_RULE;
    }
    if (!core->option_is_set(self, OPTION_ALLOW))
        return MTLSAUTH_SUCCESS;
    if (known && contains(&state->allow, &serial)) {
        if (core->explains(request))
            core->say(request, "the serial number is in allow");
        return MTLSAUTH_SUCCESS;
    }
    core->say(request, fits ? "the serial number is not in allow"
                            : "the certificate is of another issuer");
    return MTLSAUTH_NO_MATCH;
}

MTLSAUTH_PLUGIN(serial) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "serial",
    .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "issuer and serial number match",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .load = load,
    .check = check,
    .unload = unload,
};

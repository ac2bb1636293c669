/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fingerprint - holds when a digest is in `allow` and not in `deny`: of the client's certificate,
 * of its key, or of a CA of the verified path.
 *
 * Lists are octets, sorted at load: case and colons of the policy do not matter, and a list of many
 * devices costs a binary search. With of = "issuer" without a verified path nothing matches.
 */
#include <stdlib.h>
#include <string.h>

#include <mtlsauth/plugin.h>

enum { OPTION_ALLOW, OPTION_DENY, OPTION_OF, OPTION_HASH };
enum { OF_LEAF, OF_SPKI, OF_ISSUER };
enum { HASH_SHA256, HASH_SHA1 };

/* Longer than any digest, so that an item of a wrong length is told from one that is no hex. */
#define MAX_ITEM 256u

static const char *const ofs[] = { "leaf", "spki", "issuer", NULL };
static const char *const hashes[] = { "sha256", "sha1", NULL };

static const mtlsauth_option_t options[] = {
    [OPTION_ALLOW] = { .name = "allow",
                       .kind = MTLSAUTH_OPTION_STRINGS,
                       .flags = MTLSAUTH_OPTION_ALLOW,
                       .help = "fingerprints to let in, as openssl prints them" },
    [OPTION_DENY] = { .name = "deny",
                      .kind = MTLSAUTH_OPTION_STRINGS,
                      .flags = MTLSAUTH_OPTION_DENY,
                      .help = "fingerprints to keep out" },
    [OPTION_OF] = { .name = "of",
                    .kind = MTLSAUTH_OPTION_ENUM,
                    .preset = "leaf",
                    .choices = ofs,
                    .help = "the certificate, its key (SPKI), or any CA of the verified path" },
    [OPTION_HASH] = { .name = "hash",
                      .kind = MTLSAUTH_OPTION_ENUM,
                      .preset = "sha256",
                      .choices = hashes,
                      .help = "the digest that the lists are made of" },
};

#define SHA1_SIZE 20
#define SHA256_SIZE 32

/* One list: `count` digests of `size` octets, sorted. */
typedef struct list {
    uint8_t *digests;
    size_t count;
} list_t;

typedef struct state {
    size_t size;
    uint32_t field;
    list_t allow;
    list_t deny;
} state_t;

static int by_octets_32(const void *a, const void *b)
{
    return memcmp(a, b, 32);
}

static int by_octets_20(const void *a, const void *b)
{
    return memcmp(a, b, 20);
}

static int (*order(size_t size))(const void *, const void *)
{
    return size == 32 ? by_octets_32 : by_octets_20;
}

/* The other digest was pasted, most likely: openssl prints SHA-1 where it is not told. */
static const char *mend(int octets, size_t size)
{
    if (size != SHA1_SIZE && octets == SHA1_SIZE)
        return "paste what openssl x509 -fingerprint -sha256 prints, or write hash = \"sha1\"";
    if (size == SHA1_SIZE && octets == SHA256_SIZE)
        return "paste what openssl x509 -fingerprint -sha1 prints, or leave hash away";
    return "paste all of what openssl x509 -fingerprint prints";
}

static int read_item(mtlsauth_instance_t *self, unsigned option, size_t item, size_t size,
                     list_t *list)
{
    const mtlsauth_services_t *core = self->core;
    uint8_t digest[MAX_ITEM];
    size_t text_size;
    const char *text = core->option_item(self, option, item, &text_size);
    int octets = core->hex(text, text_size, digest, sizeof(digest));

    if (octets < 0) {
        core->fail(self, option, item,
                   size == SHA1_SIZE ? "paste what openssl x509 -fingerprint -sha1 prints"
                                     : "paste what openssl x509 -fingerprint -sha256 prints",
                   "\"%s\" is no fingerprint", text);
        return MTLSAUTH_E_POLICY;
    }
    if ((size_t)octets != size) {
        core->warn(self, option, item, "\"%s\" can never match: it has %d octets, and %s %zu; %s",
                   text, octets, size == SHA1_SIZE ? "SHA-1" : "SHA-256", size, mend(octets, size));
        return 0;
    }
    memcpy(list->digests + list->count++ * size, digest, size);
    return 0;
}

static int read_list(mtlsauth_instance_t *self, unsigned option, size_t size, list_t *list)
{
    const mtlsauth_services_t *core = self->core;
    size_t i, count = core->option_count(self, option);
    int ret = 0;

    list->digests = calloc(count + 1, size);
    if (list->digests == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    for (i = 0; ret == 0 && i < count; i++)
        ret = read_item(self, option, i, size, list);
    if (ret == 0)
        qsort(list->digests, list->count, size, order(size));
    return ret;
}

static uint32_t choose_field(int64_t of, int64_t hash)
{
    if (of == OF_SPKI)
        return hash == HASH_SHA1 ? MTLSAUTH_CERT_SPKI_SHA1 : MTLSAUTH_CERT_SPKI_SHA256;
    return hash == HASH_SHA1 ? MTLSAUTH_CERT_SHA1 : MTLSAUTH_CERT_SHA256;
}

static int load(mtlsauth_instance_t *self)
{
    const mtlsauth_services_t *core = self->core;
    int64_t hash = core->option_number(self, OPTION_HASH);
    state_t *state = calloc(1, sizeof(*state));
    int ret;

    if (state == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    self->state = state;
    state->size = hash == HASH_SHA1 ? 20 : 32;
    state->field = choose_field(core->option_number(self, OPTION_OF), hash);
    ret = read_list(self, OPTION_ALLOW, state->size, &state->allow);
    if (ret == 0)
        ret = read_list(self, OPTION_DENY, state->size, &state->deny);
    return ret;
}

static void unload(mtlsauth_instance_t *self)
{
    state_t *state = self->state;

    if (state == NULL)
        return;
    free(state->allow.digests);
    free(state->deny.digests);
    free(state);
}

static int contains(const state_t *state, const list_t *list, const mtlsauth_cert_t *cert,
                    const mtlsauth_services_t *core)
{
    const void *digest;
    size_t size;

    return list->count > 0 && core->cert_bytes(cert, state->field, 0, &digest, &size)
        && size == state->size
        && bsearch(digest, list->digests, list->count, size, order(size)) != NULL;
}

/* The certificates that are looked at: the client's, or the CAs above it. */
static const mtlsauth_cert_t *candidate(const mtlsauth_instance_t *self,
                                        const mtlsauth_check_t *request, size_t index)
{
    if (self->core->option_number(self, OPTION_OF) == OF_ISSUER)
        return self->core->path(request, index + 1);
    return index == 0 ? self->core->leaf(request) : NULL;
}

static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    const mtlsauth_services_t *core = self->core;
    const state_t *state = self->state;
    const mtlsauth_cert_t *cert;
    int allowed = 0;
    size_t i;

    if (core->leaf(request) == NULL) {
        core->say(request, "the client presented no certificate");
        return MTLSAUTH_NO_CERTIFICATE;
    }
    for (i = 0; (cert = candidate(self, request, i)) != NULL; i++) {
        if (contains(state, &state->deny, cert, core)) {
            core->say(request, "the fingerprint is in deny");
            return MTLSAUTH_RULE;
        }
        allowed = allowed || contains(state, &state->allow, cert, core);
    }
    if (allowed || !core->option_is_set(self, OPTION_ALLOW)) {
        if (allowed && core->explains(request))
            core->say(request, "the fingerprint is in allow");
        return MTLSAUTH_SUCCESS;
    }
    core->say(request, i == 0 ? "there is no verified path whose CAs could match"
                              : "the fingerprint is not in allow");
    return MTLSAUTH_NO_MATCH;
}

MTLSAUTH_PLUGIN(fingerprint) = {
    MTLSAUTH_PLUGIN_HEAD,
    .name = "fingerprint",
    .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "a digest of the certificate, its key or one of its CAs matches",
    .options = options,
    .n_options = MTLSAUTH_COUNT(options),
    .load = load,
    .check = check,
    .unload = unload,
};

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * san.h - what the files of the plugin san share. Nothing here outlives the instance.
 *
 *     san.c      options, and what is made of them for a client
 *     form.c     names in the form in which equal names are equal octets
 *     list.c     lists of patterns of names
 *     network.c  lists of networks
 *     spiffe.c   the rules for SPIFFE ids
 */
#ifndef PLUGINS_SAN_SAN_H
#define PLUGINS_SAN_SAN_H

#include <stdbool.h>

#include <mtlsauth/plugin.h>

/* The order of the options: first all that allow, then all that deny. */
enum { SAN_DNS, SAN_URI, SAN_EMAIL, SAN_IP, SAN_UPN, SAN_N_TYPES };

/* ---- form.c ------------------------------------------------------------------------------- */

/* The longest name that is compared. A SPIFFE id has at most as many octets. */
#define SAN_MAX_NAME 2048u
/* A star that is a wildcard; a name with this octet is none, so a star in a name is a star. */
#define SAN_WILD '\x01'

/*
 * A name, or a pattern with SAN_WILD in it. A wildcard in `host` ends at a dot; `rest` is what is
 * before the @, or behind the host of a URI. Both lie in `text`.
 */
typedef struct san_form {
    char text[SAN_MAX_NAME];
    size_t size;
    size_t host_at, host_size;
    size_t rest_at, rest_size;
    const char *only_exact; /* why it is compared as a whole alone, without wildcards; or NULL */
} san_form_t;

/* Returns NULL, or why no name, or no pattern, of that type is so. Not for SAN_IP. */
const char *san_form(unsigned type, const char *text, size_t size, bool pattern, san_form_t *out);

/* ---- list.c ------------------------------------------------------------------------------- */

typedef struct san_pattern {
    const char *text;
    size_t size;
    size_t cut;  /* of a glob: where the part for `host` ends, and that for `rest` begins */
    size_t item; /* of the option */
    bool wild;
} san_pattern_t;

/* Sorted: first those without wildcards, by their octets. */
typedef struct san_list {
    san_pattern_t *patterns;
    size_t count;
    size_t n_plain;
    char *octets; /* of all patterns */
} san_list_t;

int san_list_load(mtlsauth_instance_t *self, unsigned option, unsigned type, bool spiffe,
                  san_list_t *list) MTLSAUTH_MUST_CHECK;
void san_list_free(san_list_t *list);
/* True if a pattern matches, whose item is then set. */
bool san_list_find(const san_list_t *list, const mtlsauth_services_t *core, const san_form_t *name,
                   size_t *item);

/* ---- network.c ---------------------------------------------------------------------------- */

typedef struct san_network {
    uint8_t octets[16];
    size_t size; /* 4 or 16 */
    unsigned bits;
    size_t item;
} san_network_t;

typedef struct san_networks {
    san_network_t *networks;
    size_t count;
    bool has_bits[2][129]; /* of IPv4, of IPv6: which lengths of a prefix there are */
} san_networks_t;

int san_networks_load(mtlsauth_instance_t *self, unsigned option,
                      san_networks_t *list) MTLSAUTH_MUST_CHECK;
void san_networks_free(san_networks_t *list);
/* NULL, or why these octets are no address that is compared. */
const char *san_address_fault(const uint8_t *octets, size_t size);
bool san_networks_find(const san_networks_t *list, const uint8_t *octets, size_t size,
                       size_t *item);

/* ---- spiffe.c ----------------------------------------------------------------------------- */

/* NULL, or the rule that an id, or a pattern of ids with SAN_WILD in it, breaks. */
const char *san_spiffe_fault(const char *id, size_t size);
/* NULL, or the rule that a client's certificate breaks. */
const char *san_spiffe_check(const mtlsauth_services_t *core, const mtlsauth_cert_t *leaf);

#endif

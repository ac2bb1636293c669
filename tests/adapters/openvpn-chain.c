/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * openvpn-chain.c - certificates in any order of depths, as OpenVPN shows them to its plugins, and
 * what is handed over as the chain when a client's own comes.
 *
 * Certificates are letters here: of each only subject and issuer count. "Ra" is issued by R, for a.
 */
#include "openvpn/chain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SHOWN 12

/* A certificate that OpenVPN shows: its depth, its issuer, its subject. */
typedef struct shown {
    int depth;
    const char *names;
    const char *chain; /**< at depth 0: subjects of what is handed over, the top first */
} shown_t;

static void set_name(X509_NAME *name, char letter)
{
    const unsigned char text[] = { (unsigned char)letter };

    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, text, 1, -1, 0);
}

static X509 *make(const char *names)
{
    X509 *made = X509_new();

    if (made == NULL)
        abort();
    set_name(X509_get_issuer_name(made), names[0]);
    set_name(X509_get_subject_name(made), names[1]);
    return made;
}

static void letters_of(const STACK_OF(X509) * chain, char *out)
{
    int i, count = chain != NULL ? sk_X509_num(chain) : 0;

    for (i = 0; i < count && i < CHAIN_DEPTHS; i++)
        X509_NAME_get_text_by_NID(X509_get_subject_name(sk_X509_value(chain, i)), NID_commonName,
                                  out + i, 2);
    out[i] = '\0';
}

static void show(chain_t *chain, const shown_t *shown)
{
    X509 *certificate = make(shown->names);
    char letters[CHAIN_DEPTHS + 2];

    if (shown->depth == 0) {
        letters_of(chain_above(chain, certificate), letters);
        TAP_STR(letters, shown->chain);
        chain_clear(chain);
    } else {
        TAP_INT(chain_add(chain, shown->depth, certificate), 0);
    }
    X509_free(certificate); /* what is kept has a reference of its own */
}

static void runs(void)
{
    static const struct {
        const char *name;
        shown_t shown[SHOWN];
    } rows[] = {
        /* From the top down, as OpenSSL goes. */
        { "whole path", { { 2, "RR", 0 }, { 1, "RI", 0 }, { 0, "Ia", "RI" } } },
        { "anchor and client", { { 1, "RR", 0 }, { 0, "Ra", "R" } } },
        { "client that is an anchor", { { 0, "aa", "" } } },
        /* A renegotiation shows all of it again. */
        { "twice",
          { { 1, "RR", 0 }, { 0, "Ra", "R" }, { 1, "RR", 0 }, { 0, "Ra", "R" } } },
        /* What was handed over is gone. */
        { "client without a chain, after one",
          { { 1, "RR", 0 }, { 0, "Ra", "R" }, { 0, "Ra", "" } } },
        /* A path broke off at depth 2; the next begins at 1, as if it went on. */
        { "broken off, the next one deeper", { { 2, "XX", 0 }, { 1, "RR", 0 }, { 0, "Ra", "R" } } },
        { "broken off, the next at the same depth",
          { { 2, "XX", 0 }, { 2, "RR", 0 }, { 1, "RI", 0 }, { 0, "Ia", "RI" } } },
        { "broken off, the next higher",
          { { 1, "XX", 0 }, { 2, "RR", 0 }, { 1, "RI", 0 }, { 0, "Ia", "RI" } } },
        { "broken off before the client, then another", { { 1, "XX", 0 }, { 0, "Ra", "" } } },
        /* Depths without one in between. */
        { "a hole", { { 3, "RR", 0 }, { 1, "RI", 0 }, { 0, "Ia", "I" } } },
        { "a hole before the client", { { 2, "RR", 0 }, { 0, "Ra", "" } } },
        /* The same name with another key goes on: signatures are the library's. */
        { "cross certificate", { { 2, "XX", 0 }, { 1, "XR", 0 }, { 0, "Ra", "XR" } } },
    };
    size_t i, k;

    for (i = 0; i < COUNT(rows); i++) {
        chain_t chain = { 0 };
        tap_row("%s", rows[i].name);
        for (k = 0; k < SHOWN && rows[i].shown[k].names != NULL; k++)
            show(&chain, &rows[i].shown[k]);
        chain_clear(&chain);
    }
}

static void depths(void)
{
    static const struct {
        int depth, expected;
    } rows[] = {
        { 1, 0 },
        { CHAIN_DEPTHS - 1, 0 },
        { CHAIN_DEPTHS, -1 }, /* nonsense */
        { -1, -1 },
        { 0, -1 }, /* the client's own does not belong there */
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        X509 *certificate = make("RR"), *before = make("RR");
        chain_t chain = { 0 };
        tap_row("depth %d", rows[i].depth);
        TAP_INT(chain_add(&chain, 5, before), 0);
        TAP_INT(chain_add(&chain, rows[i].depth, certificate), rows[i].expected);
        TAP_TRUE((chain.above != NULL) == (rows[i].expected == 0));
        chain_clear(&chain);
        X509_free(before);
        X509_free(certificate);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "a chain is that of one path", runs },
        { "depths", depths },
    };

    return tap_main("openvpn-chain", tests, COUNT(tests));
}

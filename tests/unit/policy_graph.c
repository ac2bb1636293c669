/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_graph.c - certificate policies along made paths; the expectations are worked out by hand
 * from RFC 5280 6.1, step by step.
 *
 * A policy is a letter, anyPolicy is "*". A path is written from the CA below the anchor to the
 * leaf.
 */
#include "path/policy_graph.h"

#include "der_put.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MAX_LINKS 4

/* Numbers are one more than what the certificate says, so that 0 is "absent". */
typedef struct link {
    const char *policies; /* NULL: no extension */
    const char *mappings; /* pairs: "AB" maps A to B */
    int explicit_policy, inhibit_mapping, inhibit_any;
    bool self_issued;
} link_t;

typedef struct row {
    const char *what;
    const char *initial; /* NULL: any */
    bool explicit_policy, inhibit_mapping, inhibit_any;
    link_t links[MAX_LINKS];
    size_t n;
    mtlsauth_result_t expected;
} row_t;

static ma_arena_t arena;

static ma_bytes_t oid_of(char letter)
{
    uint8_t *octets;

    if (letter == '*')
        return MA_OID("\x55\x1d\x20\x00");
    octets = ma_arena_alloc(&arena, 3);
    if (octets == NULL)
        abort();
    octets[0] = 0x2a;
    octets[1] = 0x03;
    octets[2] = (uint8_t)letter & 0x7f;
    return (ma_bytes_t) { octets, 3 };
}

/* SEQUENCEs of `group` OIDs each. */
static ma_bytes_t sequences(const char *letters, size_t group)
{
    ma_bytes_t all = { (const uint8_t *)"", 0 };
    size_t i;

    for (; *letters != '\0'; letters += group) {
        ma_bytes_t one = { (const uint8_t *)"", 0 };
        for (i = 0; i < group; i++)
            one = DER(&arena, 0, one, DER(&arena, MA_DER_OID, oid_of(letters[i])));
        all = DER(&arena, 0, all, DER(&arena, MA_DER_SEQUENCE, one));
    }
    return all;
}

static ma_bytes_t name_of(const char *text)
{
    ma_bytes_t type = DER(&arena, MA_DER_OID, MA_OID("\x55\x04\x03"));
    ma_bytes_t value = der_text(&arena, MA_DER_UTF8_STRING, text);
    ma_bytes_t attribute = DER(&arena, MA_DER_SEQUENCE, type, value);

    return DER(&arena, MA_DER_SEQUENCE, DER(&arena, MA_DER_SET, attribute));
}

static const mtlsauth_cert_t *cert_of(const link_t *link)
{
    mtlsauth_cert_t *cert = ma_arena_alloc(&arena, sizeof(*cert));

    if (cert == NULL)
        abort();
    cert->subject = name_of("subject");
    cert->issuer = link->self_issued ? cert->subject : name_of("issuer");
    cert->require_explicit = link->explicit_policy - 1;
    cert->inhibit_mapping = link->inhibit_mapping - 1;
    cert->inhibit_any = link->inhibit_any - 1;
    if (link->policies != NULL) {
        cert->present |= MA_EXT_POLICIES;
        cert->policies = sequences(link->policies, 1);
    }
    if (link->mappings != NULL) {
        cert->present |= MA_EXT_MAPPINGS;
        cert->mappings = sequences(link->mappings, 2);
    }
    if (link->explicit_policy != 0 || link->inhibit_mapping != 0)
        cert->present |= MA_EXT_POLICY_CONSTRAINTS;
    if (link->inhibit_any != 0)
        cert->present |= MA_EXT_INHIBIT_ANY;
    return cert;
}

static mtlsauth_result_t check(const link_t *links, size_t n, const row_t *asked)
{
    const link_t anchor = { .policies = NULL, .self_issued = true };
    ma_policy_inputs_t inputs = { .explicit_policy = asked->explicit_policy,
                                  .inhibit_mapping = asked->inhibit_mapping,
                                  .inhibit_any = asked->inhibit_any };
    ma_bytes_t initial[8];
    ma_path_t path = { .length = n + 1 };
    const char *rule = NULL;
    mtlsauth_result_t result;
    size_t i;

    for (i = 0; asked->initial != NULL && asked->initial[i] != '\0'; i++)
        initial[i] = oid_of(asked->initial[i]);
    inputs.initial = asked->initial != NULL ? initial : NULL;
    inputs.n_initial = i;
    for (i = 0; i < n; i++)
        path.certs[n - 1 - i] = cert_of(&links[i]);
    path.certs[n] = cert_of(&anchor);
    result = ma_policy_graph_check(&path, &inputs, &arena, &rule);
    TAP_INT(result == MTLSAUTH_SUCCESS, rule == NULL);
    return result;
}

static void check_rows(const row_t *rows, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        size_t n = rows[i].n;
        ma_arena_init(&arena, 0);
        tap_row("%s", rows[i].what);
        TAP_INT(check(rows[i].links, n, &rows[i]), rows[i].expected);
        ma_arena_free(&arena);
    }
}

#define OK MTLSAUTH_SUCCESS
#define DENIED MTLSAUTH_CONSTRAINT
#define EXPLICIT .explicit_policy = true
#define P(letters) { .policies = letters }
#define M(letters, pairs) { .policies = letters, .mappings = pairs }
#define NONE { .policies = NULL }

static void explicit_policy(void)
{
    static const row_t rows[] = {
        { "no policies, none asked for", .links = { NONE, NONE }, .n = 2, .expected = OK },
        { "no policies", EXPLICIT, .links = { NONE, NONE }, .n = 2, .expected = DENIED },
        { "the same all the way", EXPLICIT, .links = { P("A"), P("A") }, .n = 2, .expected = OK },
        { "another at the leaf", EXPLICIT, .links = { P("A"), P("B") }, .n = 2,
          .expected = DENIED },
        { "one of several", EXPLICIT, .links = { P("AB"), P("BC") }, .n = 2, .expected = OK },
        { "none at the leaf", EXPLICIT, .links = { P("A"), NONE }, .n = 2, .expected = DENIED },
        { "none at the CA", EXPLICIT, .links = { NONE, P("A") }, .n = 2, .expected = DENIED },
        { "the user's", "A", EXPLICIT, .links = { P("A"), P("A") }, .n = 2, .expected = OK },
        { "not the user's", "B", EXPLICIT, .links = { P("A"), P("A") }, .n = 2,
          .expected = DENIED },
        { "one of the user's", "BA", EXPLICIT, .links = { P("A"), P("A") }, .n = 2,
          .expected = OK },
        { "not the user's, who does not insist", "B", .links = { P("A"), P("A") }, .n = 2,
          .expected = OK },
        { "anyPolicy in the user's set", "B*", EXPLICIT, .links = { P("A"), P("A") }, .n = 2,
          .expected = OK },
        { "an empty set", "", EXPLICIT, .links = { P("A"), P("A") }, .n = 2, .expected = DENIED },
        { "a CA insists at once", .links = { { "A", .explicit_policy = 1 }, NONE }, .n = 2,
          .expected = DENIED },
        /* 1 at the first CA, 0 behind the second: the leaf needs one */
        { "a CA insists one below", .links = { { NULL, .explicit_policy = 2 }, NONE, NONE },
          .n = 3, .expected = DENIED },
        /* 2, 1, and 6.1.5 (a) counts the leaf too */
        { "a CA insists two below", .links = { { NULL, .explicit_policy = 3 }, NONE, NONE },
          .n = 3, .expected = DENIED },
        { "a CA insists three below", .links = { { NULL, .explicit_policy = 4 }, NONE, NONE },
          .n = 3, .expected = OK },
        { "a later CA cannot take it back",
          .links = { { "A", .explicit_policy = 1 }, { "A", .explicit_policy = 9 }, P("B") },
          .n = 3, .expected = DENIED },
        { "the leaf itself insists (6.1.5 (b))", .links = { NONE, { NULL, .explicit_policy = 1 } },
          .n = 2, .expected = DENIED },
        { "one named twice", EXPLICIT, .links = { P("AA"), P("A") }, .n = 2, .expected = OK },
    };

    check_rows(rows, COUNT(rows));
}

static void any_policy(void)
{
    static const row_t rows[] = {
        { "at the CA", "A", EXPLICIT, .links = { P("*"), P("A") }, .n = 2, .expected = OK },
        { "at the leaf", "A", EXPLICIT, .links = { P("A"), P("*") }, .n = 2, .expected = OK },
        { "at the leaf, not the user's", "B", EXPLICIT, .links = { P("A"), P("*") }, .n = 2,
          .expected = DENIED },
        { "everywhere", "A", EXPLICIT, .links = { P("*"), P("*"), P("*") }, .n = 3,
          .expected = OK },
        { "beside another", "B", EXPLICIT, .links = { P("A*"), P("B") }, .n = 2, .expected = OK },
        { "does not widen what stands above", "B", EXPLICIT, .links = { P("A"), P("*"), P("B") },
          .n = 3, .expected = DENIED },
        { "inhibited by the user, at the CA", EXPLICIT, .inhibit_any = true,
          .links = { P("*"), P("A") }, .n = 2, .expected = DENIED },
        { "inhibited by the user, at the leaf", EXPLICIT, .inhibit_any = true,
          .links = { P("A"), P("*") }, .n = 2, .expected = DENIED },
        { "inhibited, and not used", EXPLICIT, .inhibit_any = true, .links = { P("A"), P("A") },
          .n = 2, .expected = OK },
        { "inhibited by a CA", EXPLICIT, .links = { { "A", .inhibit_any = 1 }, P("*") }, .n = 2,
          .expected = DENIED },
        { "inhibited from the second on", EXPLICIT,
          .links = { { "A", .inhibit_any = 2 }, P("*"), P("A") }, .n = 3, .expected = OK },
        { "inhibited from the second on, at the leaf", EXPLICIT,
          .links = { { "A", .inhibit_any = 2 }, P("*"), P("*") }, .n = 3, .expected = DENIED },
        { "a later CA cannot take it back", EXPLICIT,
          .links = { { "A", .inhibit_any = 1 }, { "A", .inhibit_any = 9 }, P("*") }, .n = 3,
          .expected = DENIED },
        { "inhibited, in a self-issued CA (6.1.3 (d)(2))", EXPLICIT,
          .links = { { "A", .inhibit_any = 1 }, { "*", .self_issued = true }, P("A") }, .n = 3,
          .expected = OK },
        { "inhibited, in a self-issued leaf", EXPLICIT,
          .links = { { "A", .inhibit_any = 1 }, { "*", .self_issued = true } }, .n = 2,
          .expected = DENIED },
    };

    check_rows(rows, COUNT(rows));
}

static void mapping(void)
{
    static const row_t rows[] = {
        { "to the leaf's", "A", EXPLICIT, .links = { M("A", "AB"), P("B") }, .n = 2,
          .expected = OK },
        { "the user's is the anchor's domain", "B", EXPLICIT, .links = { M("A", "AB"), P("B") },
          .n = 2, .expected = DENIED },
        { "no longer what was mapped", EXPLICIT, .links = { M("A", "AB"), P("A") }, .n = 2,
          .expected = DENIED },
        { "to two", "A", EXPLICIT, .links = { M("A", "ABAC"), P("C") }, .n = 2, .expected = OK },
        { "two to one", "B", EXPLICIT, .links = { M("AB", "ACBC"), P("C") }, .n = 2,
          .expected = OK },
        { "twice", "A", EXPLICIT, .links = { M("A", "AB"), M("B", "BC"), P("C") }, .n = 3,
          .expected = OK },
        { "of what the CA does not have", EXPLICIT, .links = { M("A", "BC"), P("C") }, .n = 2,
          .expected = DENIED },
        { "crosswise, the user's", "A", EXPLICIT, .links = { M("AB", "ABBA"), P("B") }, .n = 2,
          .expected = OK },
        { "crosswise, not the user's", "A", EXPLICIT, .links = { M("AB", "ABBA"), P("A") },
          .n = 2, .expected = DENIED },
        { "below anyPolicy", "A", EXPLICIT, .links = { M("*", "AB"), P("B") }, .n = 2,
          .expected = OK },
        { "below anyPolicy, not the user's", "B", EXPLICIT, .links = { M("*", "AB"), P("B") },
          .n = 2, .expected = DENIED },
        { "the leaf has anyPolicy", "A", EXPLICIT, .links = { M("A", "AB"), P("*") }, .n = 2,
          .expected = OK },
        { "from anyPolicy", .links = { M("*", "*A"), P("A") }, .n = 2, .expected = DENIED },
        { "to anyPolicy", .links = { M("A", "A*"), P("A") }, .n = 2, .expected = DENIED },
        { "in the leaf it means nothing", "A", EXPLICIT, .links = { P("A"), M("A", "AB") },
          .n = 2, .expected = OK },
        { "inhibited by the user", EXPLICIT, .inhibit_mapping = true,
          .links = { M("A", "AB"), P("B") }, .n = 2, .expected = DENIED },
        { "inhibited: what would be mapped is deleted", EXPLICIT, .inhibit_mapping = true,
          .links = { M("A", "AB"), P("A") }, .n = 2, .expected = DENIED },
        { "inhibited: another stays", EXPLICIT, .inhibit_mapping = true,
          .links = { M("AC", "AB"), P("C") }, .n = 2, .expected = OK },
        { "inhibited by a CA", EXPLICIT,
          .links = { { "A", .inhibit_mapping = 1 }, M("A", "AB"), P("B") }, .n = 3,
          .expected = DENIED },
        { "one more allowed", EXPLICIT,
          .links = { { "A", .inhibit_mapping = 2 }, M("A", "AB"), P("B") }, .n = 3,
          .expected = OK },
        { "one more allowed, and used up", EXPLICIT,
          .links = { { "A", .inhibit_mapping = 2 }, P("A"), M("A", "AB"), P("B") }, .n = 4,
          .expected = DENIED },
        { "a self-issued CA does not count", EXPLICIT,
          .links = { { "A", .inhibit_mapping = 2 }, { "A", .self_issued = true }, M("A", "AB"),
                     P("B") },
          .n = 4, .expected = OK },
    };

    check_rows(rows, COUNT(rows));
}

static void self_issued(void)
{
    static const row_t rows[] = {
        /* 2 stays 2, the leaf makes it 1; see "a CA insists two below" */
        { "does not count down to explicit policy",
          .links = { { NULL, .explicit_policy = 3 }, { NULL, .self_issued = true }, NONE }, .n = 3,
          .expected = OK },
        { "the leaf counts", .links = { { NULL, .explicit_policy = 2 },
                                        { NULL, .self_issued = true } },
          .n = 2, .expected = DENIED },
        { "its own constraints hold",
          .links = { { NULL, .explicit_policy = 1, .self_issued = true }, NONE },
          .n = 2, .expected = DENIED },
    };

    check_rows(rows, COUNT(rows));
}

static void limits(void)
{
    char many[MA_POLICY_MAX + 2], pairs[2 * MA_POLICY_MAX + 4];
    const row_t asked = { .explicit_policy = true }, not_asked = { .explicit_policy = false };
    link_t links[2] = { { .policies = many }, { .policies = many } };
    size_t i;

    ma_arena_init(&arena, 0);
    memset(many, '\0', sizeof(many));
    memset(pairs, '\0', sizeof(pairs));
    for (i = 0; i < MA_POLICY_MAX; i++)
        many[i] = (char)('0' + i); /* '*' is not among them */
    TAP_INT(check(links, 2, &asked), MTLSAUTH_SUCCESS);
    many[MA_POLICY_MAX] = '!';
    TAP_INT(check(links, 2, &asked), MTLSAUTH_LIMIT);
    TAP_INT(check(links, 2, &not_asked), MTLSAUTH_SUCCESS); /* nobody looks */
    for (i = 0; i < MA_POLICY_MAX; i++) {
        pairs[2 * i] = '0';
        pairs[2 * i + 1] = (char)('0' + i);
    }
    links[0] = (link_t) { .policies = "0", .mappings = pairs };
    links[1] = (link_t) { .policies = "5" };
    TAP_INT(check(links, 2, &asked), MTLSAUTH_SUCCESS);
    pairs[2 * i] = '0';
    pairs[2 * i + 1] = '!';
    TAP_INT(check(links, 2, &asked), MTLSAUTH_LIMIT);
    ma_arena_free(&arena);
}

/*
 * Every policy maps to every one, all the way down: 8^16 nodes of RFC 5280's tree, 8 here a depth.
 */
static void explosion(void)
{
    const row_t asked = { .initial = "A", .explicit_policy = true };
    link_t links[MA_PATH_MAX - 1];
    char pairs[2 * 64 + 1] = "";
    size_t i;

    for (i = 0; i < 64; i++) {
        pairs[2 * i] = (char)('A' + i / 8);
        pairs[2 * i + 1] = (char)('A' + i % 8);
    }
    for (i = 0; i < COUNT(links); i++)
        links[i] = (link_t) { .policies = "ABCDEFGH", .mappings = pairs };
    ma_arena_init(&arena, 8u << 20);
    TAP_INT(check(links, COUNT(links), &asked), MTLSAUTH_SUCCESS);
    links[COUNT(links) - 1].policies = "Z";
    TAP_INT(check(links, COUNT(links), &asked), MTLSAUTH_CONSTRAINT);
    ma_arena_free(&arena);
}

/* Without memory nothing is said to hold. */
static void no_memory(void)
{
    const ma_policy_inputs_t inputs = { .explicit_policy = true };
    const link_t link = P("A");
    ma_path_t path = { .length = 2 };
    const char *rule = NULL;
    ma_arena_t small;

    ma_arena_init(&arena, 0);
    ma_arena_init(&small, 64);
    path.certs[0] = path.certs[1] = cert_of(&link);
    TAP_INT(ma_policy_graph_check(&path, &inputs, &small, &rule), MTLSAUTH_ERROR);
    ma_arena_free(&small);
    ma_arena_free(&arena);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "explicit policy", explicit_policy },
        { "anyPolicy, and what inhibits it", any_policy },
        { "mappings, and what inhibits them", mapping },
        { "self-issued certificates", self_issued },
        { "more policies and mappings than are looked at", limits },
        { "mappings that would explode", explosion },
        { "no memory", no_memory },
    };

    return tap_main("policy_graph", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy-graph.c - fuzz target: certificate policies along a path. Whatever is accepted is accepted
 * too where less is asked for.
 *
 * A policy is an octet; '*' is anyPolicy. The first octet has the inputs of 6.1.1: three flags, and
 * how many initial policies follow. Then the certificates come, from below the anchor to the leaf:
 * an octet of flags, one of numbers, and, each behind its count, policies and mapped pairs.
 */
#include "path/policy_graph.h"

#include <string.h>

#include "fuzz.h"

enum { EXPLICIT = 1, NO_MAPPING = 2, NO_ANY = 4, SELF_ISSUED = 8, POLICIES = 16, MAPPINGS = 32 };
enum { MAX_INITIAL = 3, OID_SIZE = 6 };

typedef struct input {
    const uint8_t *at;
    const uint8_t *end;
} input_t;

static uint8_t take(input_t *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

static uint8_t *put_oid(uint8_t *at, uint8_t letter)
{
    static const uint8_t any[] = { MA_DER_OID, 4, 0x55, 0x1d, 0x20, 0 };
    const uint8_t one[] = { MA_DER_OID, 3, 0x2a, 3, letter & 0x7f };
    size_t size = letter == '*' ? sizeof(any) : sizeof(one);

    memcpy(at, letter == '*' ? any : one, size);
    return at + size;
}

/* SEQUENCEs of `group` policies each. */
static ma_bytes_t sequences(input_t *input, unsigned group, ma_arena_t *arena)
{
    unsigned count = take(input), i;
    uint8_t *bytes = ma_arena_alloc(arena, (size_t)count * (2 + group * OID_SIZE)), *at = bytes;

    if (bytes == NULL)
        abort();
    for (; count > 0 && input->at < input->end; count--) {
        uint8_t *head = at;
        at += 2;
        for (i = 0; i < group; i++)
            at = put_oid(at, take(input));
        head[0] = MA_DER_SEQUENCE;
        head[1] = (uint8_t)(at - head - 2);
    }
    return (ma_bytes_t) { bytes, (size_t)(at - bytes) };
}

/* What the reader of certificates would make of it: an extension that is there is not empty. */
static const mtlsauth_cert_t *take_cert(input_t *input, ma_arena_t *arena)
{
    static const uint8_t name[] = { MA_DER_SEQUENCE, 0 };
    static const uint8_t other[] = { MA_DER_SEQUENCE, 11, MA_DER_SET, 9, MA_DER_SEQUENCE, 7,
                                     MA_DER_OID, 1, 0x2a, MA_DER_UTF8_STRING, 2, 'C', 'A' };
    mtlsauth_cert_t *cert = ma_arena_alloc(arena, sizeof(*cert));
    unsigned flags = take(input), numbers = take(input);

    if (cert == NULL)
        abort();
    cert->subject = (ma_bytes_t) { other, sizeof(other) };
    cert->issuer = (flags & SELF_ISSUED) != 0 ? cert->subject
                                              : (ma_bytes_t) { name, sizeof(name) };
    cert->require_explicit = (flags & EXPLICIT) != 0 ? (int64_t)(numbers & 3) : -1;
    cert->inhibit_mapping = (flags & NO_MAPPING) != 0 ? (int64_t)(numbers >> 2 & 3) : -1;
    cert->inhibit_any = (flags & NO_ANY) != 0 ? (int64_t)(numbers >> 4 & 3) : -1;
    cert->present = ((flags & (EXPLICIT | NO_MAPPING)) != 0 ? MA_EXT_POLICY_CONSTRAINTS : 0)
        | ((flags & NO_ANY) != 0 ? MA_EXT_INHIBIT_ANY : 0);
    if ((flags & POLICIES) != 0)
        cert->policies = sequences(input, 1, arena);
    if ((flags & MAPPINGS) != 0)
        cert->mappings = sequences(input, 2, arena);
    cert->present |= (cert->policies.size > 0 ? MA_EXT_POLICIES : 0)
        | (cert->mappings.size > 0 ? MA_EXT_MAPPINGS : 0);
    return cert;
}

static mtlsauth_result_t check(const ma_path_t *path, const ma_policy_inputs_t *inputs)
{
    const char *rule = NULL;
    mtlsauth_result_t result;
    ma_arena_t arena;

    ma_arena_init(&arena, 0);
    result = ma_policy_graph_check(path, inputs, &arena, &rule);
    ma_arena_free(&arena);
    FUZZ_CHECK(result == MTLSAUTH_SUCCESS || result == MTLSAUTH_CONSTRAINT
               || result == MTLSAUTH_LIMIT);
    FUZZ_CHECK((result == MTLSAUTH_SUCCESS) == (rule == NULL));
    return result;
}

static void accepts(const ma_path_t *path, ma_policy_inputs_t inputs)
{
    FUZZ_CHECK(check(path, &inputs) != MTLSAUTH_CONSTRAINT);
}

/* Less is asked for, in each way. */
static void relax(const ma_path_t *path, const ma_policy_inputs_t *inputs)
{
    ma_policy_inputs_t less = *inputs;

    less.explicit_policy = false;
    accepts(path, less);
    less = *inputs;
    less.inhibit_any = false;
    accepts(path, less);
    less = *inputs;
    less.initial = NULL;
    less.n_initial = 0;
    accepts(path, less);
    /* With initial policies, a mapping may also lead away from one that was asked for. */
    less.inhibit_mapping = false;
    accepts(path, less);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t end[] = { SELF_ISSUED, 0 };
    input_t input = { data, data + size }, anchor = { end, end + sizeof(end) };
    const mtlsauth_cert_t *certs[MA_PATH_MAX];
    ma_bytes_t initial[MAX_INITIAL];
    uint8_t oids[MAX_INITIAL][OID_SIZE];
    ma_policy_inputs_t inputs = { .n_initial = 0 };
    ma_path_t path = { .length = 0 };
    unsigned flags = take(&input);
    ma_arena_t arena;
    size_t i, n = 1;

    inputs.explicit_policy = (flags & EXPLICIT) != 0;
    inputs.inhibit_mapping = (flags & NO_MAPPING) != 0;
    inputs.inhibit_any = (flags & NO_ANY) != 0;
    for (i = 0; i < (flags >> 3) % (MAX_INITIAL + 1); i++) {
        const uint8_t *behind = put_oid(oids[i], take(&input));
        initial[i] = (ma_bytes_t) { oids[i] + 2, (size_t)(behind - oids[i] - 2) };
    }
    inputs.n_initial = i;
    inputs.initial = i > 0 ? initial : NULL;
    ma_arena_init(&arena, 0);
    certs[0] = take_cert(&anchor, &arena);
    while (input.at < input.end && n < MA_PATH_MAX)
        certs[n++] = take_cert(&input, &arena);
    for (path.length = n, i = 0; i < n; i++)
        path.certs[n - 1 - i] = certs[i];
    if (n > 1 && check(&path, &inputs) == MTLSAUTH_SUCCESS)
        relax(&path, &inputs);
    ma_arena_free(&arena);
    return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * name-constraints.c - fuzz target: constraints, and names that are judged by them.
 *
 * The first octet chooses a type (or the whole extension), the second is the size of the
 * constraint, the constraint follows, and what is left is the name. What is inside for a permitted
 * subtree is inside for an excluded one, and whether a name is one does not hang on that.
 */
#include "path/name_constraints.h"

#include "fuzz.h"
#include "path/general_name.h"

static void judge(unsigned tag, ma_bytes_t base, ma_bytes_t name)
{
    ma_inside_t permitted, excluded;

    if (!ma_constraint_valid(tag, base))
        return;
    permitted = ma_constraint_contains(tag, base, name, false);
    excluded = ma_constraint_contains(tag, base, name, true);
    FUZZ_CHECK((permitted == MA_INSIDE_BAD_NAME) == (excluded == MA_INSIDE_BAD_NAME));
    FUZZ_CHECK(permitted != MA_INSIDE_YES || excluded == MA_INSIDE_YES);
}

/*
 * NameConstraints against the contents of GeneralNames, each framed as the certificate's reader
 * asks.
 */
static void judge_extension(ma_bytes_t constraints, ma_bytes_t san)
{
    static const uint8_t no_name[] = { MA_DER_SEQUENCE, 0 };
    mtlsauth_cert_t ca = { .name_constraints = constraints, .present = MA_EXT_NAME_CONSTRAINTS };
    mtlsauth_cert_t cert = { .subject = { no_name, sizeof(no_name) }, .san = san };
    unsigned budget = MA_CONSTRAINT_BUDGET;
    ma_der_t outer = ma_der(constraints), names = ma_der(san);
    const char *rule = NULL;
    mtlsauth_result_t result;

    (void)ma_der_want(&outer, MA_DER_SEQUENCE);
    while (ma_der_more(&names))
        (void)ma_der_any(&names);
    if (!ma_der_done(&outer) || !ma_der_done(&names))
        return;
    if (san.size > 0)
        cert.present = MA_EXT_SAN;
    result = ma_name_constraints_check(&ca, &cert, &budget, &rule);
    FUZZ_CHECK(result == MTLSAUTH_SUCCESS || rule != NULL);
    FUZZ_CHECK(budget <= MA_CONSTRAINT_BUDGET);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned tags[] = { MA_GN_EMAIL, MA_GN_DNS, MA_GN_DIRECTORY, MA_GN_URI, MA_GN_IP };
    const unsigned n_tags = sizeof(tags) / sizeof(tags[0]);
    ma_bytes_t base, name;
    unsigned kind;

    if (size < 2 || data[1] > size - 2)
        return 0;
    kind = data[0] % (n_tags + 1);
    base = (ma_bytes_t) { data + 2, data[1] };
    name = (ma_bytes_t) { base.data + base.size, size - 2 - base.size };
    if (kind < n_tags)
        judge(tags[kind], base, name);
    else
        judge_extension(base, name);
    return 0;
}

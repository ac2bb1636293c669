/* SPDX-License-Identifier: BSD-2-Clause */
/* name_constraints.c - see name_constraints.h. */
#include "path/name_constraints.h"

#include "cred/name.h"
#include "path/general_name.h"

#define EMAIL_ADDRESS MA_OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01")

/* One certificate against one CA. */
typedef struct checking {
    ma_bytes_t permitted; /* contents of GeneralSubtrees, or empty */
    ma_bytes_t excluded;
    bool has_permitted;
    unsigned *budget;
    mtlsauth_result_t result;
    const char *rule;
} checking_t;

static bool fail(checking_t *checking, mtlsauth_result_t result, const char *rule)
{
    checking->result = result;
    checking->rule = rule;
    return false;
}

/* NameConstraints ::= SEQUENCE { [0] permittedSubtrees, [1] excludedSubtrees }. */
static bool read_constraints(checking_t *checking, ma_bytes_t extension)
{
    ma_der_t outer = ma_der(extension);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&sequence);
    ma_element_t permitted = ma_der_maybe(&in, MA_DER_CONTEXT_CONSTRUCTED(0));
    ma_element_t excluded = ma_der_maybe(&in, MA_DER_CONTEXT_CONSTRUCTED(1));

    checking->permitted = permitted.value;
    checking->excluded = excluded.value;
    checking->has_permitted = permitted.tag != 0;
    return ma_der_done(&in) && (permitted.tag != 0 || excluded.tag != 0);
}

/* Takes the next subtree off a list: its base. GeneralSubtree has no minimum and maximum in RFC
 * 5280. */
static bool next_subtree(ma_der_t *list, ma_element_t *base)
{
    ma_element_t subtree = ma_der_want(list, MA_DER_SEQUENCE);
    ma_der_t in = ma_der_into(&subtree);

    *base = ma_der_any(&in);
    if (base->tag == MA_GN_DIRECTORY) { /* a Name is a CHOICE, so its tag is explicit */
        ma_der_t name = ma_der_into(base);
        base->value = ma_der_want(&name, MA_DER_SEQUENCE).whole;
        if (!ma_der_done(&name))
            return false;
    }
    return ma_der_done(&in) && ma_constraint_valid(base->tag, base->value);
}

/* True if every subtree of a list is well-formed. */
static bool check_subtrees(checking_t *checking, ma_bytes_t subtrees)
{
    ma_der_t list = ma_der(subtrees);
    ma_element_t base;

    while (ma_der_more(&list))
        if (!next_subtree(&list, &base))
            return fail(checking, MTLSAUTH_CONSTRAINT,
                        "has name constraints that are malformed (RFC 5280 4.2.1.10)");
    return true;
}

/*
 * Looks for a name in a list. *of_type: the list has subtrees of its type; *inside: one of them
 * contains it. False if the name cannot be judged, or the budget is used up.
 */
static bool look_up(checking_t *checking, ma_bytes_t subtrees, bool excluded, unsigned tag,
                    ma_bytes_t name, bool *of_type, bool *inside)
{
    ma_der_t list = ma_der(subtrees);
    ma_element_t base;

    *of_type = *inside = false;
    while (ma_der_more(&list) && !*inside) {
        if (!next_subtree(&list, &base))
            return false;
        if (*checking->budget == 0)
            return fail(checking, MTLSAUTH_LIMIT, "has more names and constraints than are looked at");
        --*checking->budget;
        if (base.tag != tag)
            continue;
        *of_type = true;
        switch (ma_constraint_contains(tag, base.value, name, excluded)) {
        case MA_INSIDE_YES:
            *inside = true;
            break;
        case MA_INSIDE_NO:
            break;
        case MA_INSIDE_BAD_NAME:
            return fail(checking, MTLSAUTH_CONSTRAINT,
                        "has a name that cannot be judged by the name constraints above it");
        }
    }
    return true;
}

static bool check_name(checking_t *checking, unsigned tag, ma_bytes_t name)
{
    bool of_type, inside;

    if (!look_up(checking, checking->excluded, true, tag, name, &of_type, &inside))
        return false;
    if (inside)
        return fail(checking, MTLSAUTH_CONSTRAINT,
                    "has a name that a CA above it excludes (RFC 5280 4.2.1.10)");
    if (!look_up(checking, checking->permitted, false, tag, name, &of_type, &inside))
        return false;
    if (of_type && !inside)
        return fail(checking, MTLSAUTH_CONSTRAINT,
                    "has a name that a CA above it does not permit (RFC 5280 4.2.1.10)");
    return true;
}

static bool check_sans(checking_t *checking, const mtlsauth_cert_t *cert, bool *has_email)
{
    ma_der_t list = ma_der(cert->san);

    *has_email = false;
    while (ma_der_more(&list)) {
        ma_element_t name = ma_der_any(&list);
        ma_bytes_t value = name.value;
        *has_email = *has_email || name.tag == MA_GN_EMAIL;
        if (name.tag == MA_GN_DIRECTORY)
            value = ma_der_want(&(ma_der_t) { name.value.data, name.value.data + name.value.size,
                                              false },
                                MA_DER_SEQUENCE)
                        .whole;
        if (name.tag == MA_GN_DIRECTORY && !ma_name_valid(value))
            return fail(checking, MTLSAUTH_CONSTRAINT, "has a malformed directory name");
        if (!check_name(checking, name.tag, value))
            return false;
    }
    return true;
}

/*
 * Attributes of the subject that name what an alternative name should. An emailAddress counts when
 * there is no mailbox among those (4.2.1.10). A client's common name that is a host name counts
 * always: the RFC does not say so, but policies match common names, and a CA that may certify one
 * domain must not come by another that way.
 */
static bool check_subject(checking_t *checking, const mtlsauth_cert_t *cert, ma_bytes_t oid,
                          unsigned tag)
{
    ma_der_t outer = ma_der(cert->subject);
    ma_element_t sequence = ma_der_want(&outer, MA_DER_SEQUENCE);
    ma_der_t rdns = ma_der_into(&sequence);

    while (ma_der_more(&rdns)) {
        ma_element_t set = ma_der_want(&rdns, MA_DER_SET);
        ma_der_t attributes = ma_der_into(&set);
        while (ma_der_more(&attributes)) {
            ma_element_t attribute = ma_der_want(&attributes, MA_DER_SEQUENCE);
            ma_der_t in = ma_der_into(&attribute);
            ma_bytes_t type = ma_der_want(&in, MA_DER_OID).value;
            ma_bytes_t value = ma_der_any(&in).value;
            if (!ma_bytes_equal(type, oid) || (tag == MA_GN_DNS && !ma_is_host_name(value)))
                continue;
            if (!check_name(checking, tag, value))
                return false;
        }
    }
    return true;
}

mtlsauth_result_t ma_name_constraints_check(const mtlsauth_cert_t *ca, const mtlsauth_cert_t *cert,
                                            unsigned *budget, const char **rule)
{
    checking_t checking = { .budget = budget, .result = MTLSAUTH_SUCCESS };
    bool has_email = false;
    bool good = read_constraints(&checking, ca->name_constraints)
        && check_subtrees(&checking, checking.permitted)
        && check_subtrees(&checking, checking.excluded);

    if (good && !ma_name_empty(cert->subject))
        good = check_name(&checking, MA_GN_DIRECTORY, cert->subject);
    if (good)
        good = check_sans(&checking, cert, &has_email);
    if (good && !has_email)
        good = check_subject(&checking, cert, EMAIL_ADDRESS, MA_GN_EMAIL);
    if (good && !cert->is_ca)
        good = check_subject(&checking, cert, MA_OID_CN, MA_GN_DNS);
    if (!good && checking.result == MTLSAUTH_SUCCESS)
        (void)fail(&checking, MTLSAUTH_CONSTRAINT,
                   "has name constraints that are malformed (RFC 5280 4.2.1.10)");
    *rule = checking.rule;
    return checking.result;
}

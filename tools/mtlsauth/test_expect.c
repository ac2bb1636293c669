/* SPDX-License-Identifier: BSD-2-Clause */
/* test_expect.c - see test_expect.h. */
#include "test_expect.h"

#include <string.h>
#include <strings.h>

#include "base/encode.h"
#include "base/result.h"
#include "base/suggest.h"
#include "explain.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const verdicts[] = { "allow", "deny", "undetermined" };
static const char *const modes[] = { "enforce", "monitor" };

/* ---- reading ------------------------------------------------------------------------------- */

/* A string that is one of `words`. */
static int read_word(const ma_group_t *group, const char *name, const char *const *words,
                     size_t count, const char **value)
{
    const char *word = NULL, *near;
    char room[512];
    ma_buf_t mend;
    ma_pos_t pos;
    size_t i;
    int ret = ma_group_string(group, name, &word);

    if (ret != 0 || word == NULL)
        return ret;
    for (i = 0; i < count; i++) {
        if (strcmp(words[i], word) == 0) {
            *value = word;
            return 0;
        }
    }
    pos = ma_group_pos(group, ma_group_get(group, name));
    near = ma_suggest(word, words, count);
    if (near != NULL)
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, NULL,
                       "%s: \"%s\" never comes; did you mean \"%s\"?", name, word, near);
    ma_buf_fixed(&mend, room, sizeof(room));
    for (i = 0; i < count; i++)
        ma_buf_printf(&mend, "%s%s", i == 0 ? "write one of " : ", ", words[i]);
    return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, ma_buf_ok(&mend) ? room : NULL,
                   "%s: \"%s\" never comes", name, word);
}

/* A string that is not empty: an empty one would be met by anything, or by nothing. */
static int read_text(const ma_group_t *group, const char *name, const char **value)
{
    const char *text = NULL;
    ma_pos_t pos;
    int ret = ma_group_string(group, name, &text);

    if (ret != 0 || text == NULL)
        return ret;
    if (text[0] == '\0') {
        pos = ma_group_pos(group, ma_group_get(group, name));
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "remove it",
                       "%s: an empty text compares nothing", name);
    }
    *value = text;
    return 0;
}

/* The characters of the name that "NAME" or "NAME: VALUE" begins with. */
static size_t name_size(const char *text)
{
    return strspn(text, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* A list of header names, or of headers. With `values` an empty list is of nothing that is
 * forwarded; else it would compare nothing. */
static int read_headers(const ma_group_t *group, const char *name, bool values,
                        ma_strings_t *out)
{
    ma_strings_t list = { .set = false };
    size_t i;
    int ret = ma_group_strings(group, name, false, &list);

    if (ret != 0 || !list.set)
        return ret;
    if (list.count == 0 && !values)
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &list.at, "remove it",
                       "%s: an empty list compares nothing", name);
    for (i = 0; i < list.count; i++) {
        const char *text = (const char *)list.items[i].data;
        char behind = text[name_size(text)];

        if (name_size(text) == 0 || (behind != '\0' && !(values && behind == ':')))
            return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &list.pos[i],
                           values ? "write \"NAME: VALUE\", or \"NAME\" for any value"
                                  : "write the name alone",
                           "%s: \"%s\" names no header", name, text);
    }
    *out = list;
    return 0;
}

int test_expect_read(const ma_group_t *group, test_expect_t *out)
{
    test_expect_t expect = { .verdict = NULL };
    ma_pos_t pos = ma_group_pos(group, group->setting);
    int ret = read_word(group, "verdict", verdicts, COUNT(verdicts), &expect.verdict);

    if (ret == 0)
        ret = read_word(group, "mode", modes, COUNT(modes), &expect.mode);
    if (ret == 0)
        ret = read_word(group, "reason", ma_result_names(), MTLSAUTH_N_RESULTS, &expect.reason);
    if (ret == 0)
        ret = read_word(group, "candidate", verdicts, COUNT(verdicts), &expect.candidate);
    if (ret == 0)
        ret = read_text(group, "entry", &expect.entry);
    if (ret == 0)
        ret = read_text(group, "message", &expect.message);
    if (ret == 0)
        ret = read_headers(group, "headers", true, &expect.headers);
    if (ret == 0)
        ret = read_headers(group, "no_headers", false, &expect.no_headers);
    if (ret == 0)
        ret = read_headers(group, "strips", false, &expect.strips);
    if (ret != 0)
        return ret;
    if (expect.verdict == NULL && expect.mode == NULL && expect.reason == NULL
        && expect.entry == NULL && expect.message == NULL && expect.candidate == NULL
        && !expect.headers.set && !expect.no_headers.set && !expect.strips.set)
        return ma_fail(group->loader->err, MTLSAUTH_E_POLICY, &pos, "add verdict = \"deny\"",
                       "this test expects nothing");
    *out = expect;
    return 0;
}

/* ---- comparing ----------------------------------------------------------------------------- */

static void add(ma_buf_t *out, const char *text)
{
    if (text[0] == '\0')
        ma_buf_text(out, "nothing");
    else
        ma_encode_terminal(out, text, strlen(text));
}

static void add_difference(ma_buf_t *why, const char *what, const char *expected, const char *got)
{
    ma_buf_printf(why, "%s: expected ", what);
    add(why, expected);
    ma_buf_text(why, ", got ");
    add(why, got);
    ma_buf_byte(why, '\n');
}

/* `expected` may be NULL. */
static bool same(const char *what, const char *expected, const char *got, ma_buf_t *why)
{
    if (expected == NULL || strcmp(expected, got) == 0)
        return true;
    add_difference(why, what, expected, got);
    return false;
}

static bool contains(const char *what, const char *expected, const char *got, ma_buf_t *why)
{
    if (expected == NULL || strstr(got, expected) != NULL)
        return true;
    add_difference(why, what, expected, got);
    return false;
}

static const mtlsauth_header_t *find_header(const mtlsauth_decision_t *decision, const char *name,
                                            size_t size)
{
    size_t i;

    for (i = 0; i < decision->n_headers; i++)
        if (strlen(decision->headers[i]->name) == size
            && strncasecmp(decision->headers[i]->name, name, size) == 0)
            return decision->headers[i];
    return NULL;
}

/* The names of what is forwarded, or "nothing". */
static void add_forwarded(ma_buf_t *why, const mtlsauth_decision_t *decision)
{
    size_t i;

    if (decision->n_headers == 0)
        ma_buf_text(why, "nothing");
    for (i = 0; i < decision->n_headers; i++)
        ma_buf_printf(why, "%s%s", i > 0 ? ", " : "", decision->headers[i]->name);
    ma_buf_byte(why, '\n');
}

/* "NAME: VALUE", or "NAME" for any value. */
static bool header_met(const char *expected, const mtlsauth_decision_t *decision, ma_buf_t *why)
{
    size_t size = name_size(expected);
    const mtlsauth_header_t *header = find_header(decision, expected, size);
    const char *value = expected + size;

    if (header == NULL) {
        ma_buf_text(why, "headers: expected ");
        add(why, expected);
        ma_buf_text(why, ", which is not forwarded; forwarded: ");
        add_forwarded(why, decision);
        return false;
    }
    if (*value == '\0')
        return true;
    value += 1 + strspn(value + 1, " \t");
    if (strcmp(value, header->value) == 0)
        return true;
    ma_buf_text(why, "headers: expected ");
    add(why, expected);
    ma_buf_text(why, ", got ");
    add(why, header->name);
    ma_buf_text(why, ": ");
    ma_encode_terminal(why, header->value, strlen(header->value));
    ma_buf_byte(why, '\n');
    return false;
}

static bool headers_met(const test_expect_t *expect, const mtlsauth_decision_t *decision,
                        ma_buf_t *why)
{
    bool met = true;
    size_t i;

    if (expect->headers.set && expect->headers.count == 0 && decision->n_headers > 0) {
        ma_buf_text(why, "headers: expected nothing, got ");
        add_forwarded(why, decision);
        met = false;
    }
    for (i = 0; i < expect->headers.count; i++)
        met = header_met((const char *)expect->headers.items[i].data, decision, why) && met;
    for (i = 0; i < expect->no_headers.count; i++) {
        ma_bytes_t name = expect->no_headers.items[i];

        if (find_header(decision, (const char *)name.data, name.size) == NULL)
            continue;
        add_difference(why, "no_headers", "", (const char *)name.data);
        met = false;
    }
    for (i = 0; i < expect->strips.count; i++) {
        ma_bytes_t name = expect->strips.items[i];

        if (mtlsauth_decision_strips(decision, (const char *)name.data, name.size) == 1)
            continue;
        add_difference(why, "strips", (const char *)name.data, "");
        met = false;
    }
    return met;
}

static bool candidate_met(const char *expected, const mtlsauth_candidate_t *candidate,
                          ma_buf_t *why)
{
    return same("candidate", expected,
                candidate != NULL ? explain_verdict(candidate->verdict) : "", why);
}

/* In monitor mode the verdict of enforcement is compared, and what is printed below it begins with
 * another one: say which is which. */
static bool verdict_met(const char *expected, const mtlsauth_decision_t *decision, ma_buf_t *why)
{
    const char *got = explain_verdict(decision->would);

    if (decision->would == decision->verdict)
        return same("verdict", expected, got, why);
    if (expected == NULL || strcmp(expected, got) == 0)
        return true;
    ma_buf_printf(why, "verdict: expected %s, got %s from enforcement (monitor mode: %s)\n",
                  expected, got, explain_verdict(decision->verdict));
    return false;
}

bool test_expect_met(const test_expect_t *expect, const mtlsauth_decision_t *decision,
                     ma_buf_t *why)
{
    bool met = verdict_met(expect->verdict, decision, why);

    met = same("mode", expect->mode, decision->mode, why) && met;
    met = same("reason", expect->reason, decision->reason, why) && met;
    met = same("entry", expect->entry, decision->entry, why) && met;
    met = contains("message", expect->message, decision->message, why) && met;
    met = candidate_met(expect->candidate, decision->candidate, why) && met;
    met = headers_met(expect, decision, why) && met;
    if (decision->result == MTLSAUTH_ERROR && expect->reason == NULL) {
        ma_buf_text(why, "reason: the decision itself is an error\n");
        met = false;
    }
    return met;
}

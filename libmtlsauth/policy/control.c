/* SPDX-License-Identifier: BSD-2-Clause */
/* control.c - see control.h. */
#include "policy/control.h"

#include <string.h>

#include "base/result.h"
#include "base/suggest.h"

#define MEND_BRACKET "write [result=action ... default=action] with actions ignore ok done bad die"

#define MEND_RESULT "write one that the trace shows, such as no_match, expired or revoked"

static const char *const action_names[] = {
    [MA_ACTION_BAD] = "bad", [MA_ACTION_DIE] = "die",   [MA_ACTION_IGNORE] = "ignore",
    [MA_ACTION_OK] = "ok",   [MA_ACTION_DONE] = "done",
};

#define N_ACTIONS (sizeof(action_names) / sizeof(action_names[0]))

static const char *const words[] = {
    [MA_CONTROL_REQUIRED] = "required",   [MA_CONTROL_REQUISITE] = "requisite",
    [MA_CONTROL_SUFFICIENT] = "sufficient", [MA_CONTROL_OPTIONAL] = "optional",
    [MA_CONTROL_BRACKET] = "[...]",       [MA_CONTROL_INCLUDE] = "include",
    [MA_CONTROL_SUBSTACK] = "substack",
};

#define N_WORDS (sizeof(words) / sizeof(words[0]))

/* The words that stand for brackets: what success and ignore do, and everything else. */
static const struct {
    uint8_t success, ignore, other;
} meanings[] = {
    [MA_CONTROL_REQUIRED] = { MA_ACTION_OK, MA_ACTION_IGNORE, MA_ACTION_BAD },
    [MA_CONTROL_REQUISITE] = { MA_ACTION_OK, MA_ACTION_IGNORE, MA_ACTION_DIE },
    [MA_CONTROL_SUFFICIENT] = { MA_ACTION_DONE, MA_ACTION_IGNORE, MA_ACTION_IGNORE },
    [MA_CONTROL_OPTIONAL] = { MA_ACTION_OK, MA_ACTION_IGNORE, MA_ACTION_IGNORE },
};

const char *ma_action_name(ma_action_t action)
{
    return (size_t)action < N_ACTIONS ? action_names[action] : action_names[MA_ACTION_BAD];
}

ma_action_t ma_control_action(const ma_control_t *control, int result)
{
    if (result < 0 || (unsigned)result >= MTLSAUTH_N_RESULTS)
        return MA_ACTION_BAD;
    return (ma_action_t)control->actions[result];
}

static int find_action(const char *name, size_t size)
{
    size_t i;

    for (i = 0; i < N_ACTIONS; i++)
        if (strlen(action_names[i]) == size && memcmp(action_names[i], name, size) == 0)
            return (int)i;
    return -1;
}

/* The state of reading one bracket. */
typedef struct bracket {
    ma_control_t *control;
    bool listed[MTLSAUTH_N_RESULTS];
    bool has_default;
    uint8_t other;
    const ma_pos_t *pos;
    mtlsauth_error_t **err;
} bracket_t;

static int fail_word(const bracket_t *in, const char *what, const char *word, size_t size,
                     const char *const *known, size_t count)
{
    char text[64];
    const char *near;

    if (size >= sizeof(text))
        size = sizeof(text) - 1;
    memcpy(text, word, size);
    text[size] = '\0';
    near = ma_suggest(text, known, count);
    if (near != NULL)
        return ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos, NULL,
                       "unknown %s \"%s\" in a control; did you mean \"%s\"?", what, text, near);
    return ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos,
                   known == action_names ? MEND_BRACKET : MEND_RESULT,
                   "unknown %s \"%s\" in a control", what, text);
}

/* Only a success can let a client in: for any other result ok and done are mistakes. */
static int check_yes(const bracket_t *in, int action, const char *name, size_t size)
{
    if (action != MA_ACTION_OK && action != MA_ACTION_DONE)
        return 0;
    return ma_fail_rule(in->err, "failure-grants", MTLSAUTH_E_POLICY, in->pos,
                        "only success may be ok or done; write ignore, bad or die",
                        "%.*s=%s would let in clients for whom the entry does not hold",
                        (int)size, name, action_names[action]);
}

/* One "result=action". */
static int read_pair(bracket_t *in, const char *pair, size_t size)
{
    const char *equals = memchr(pair, '=', size);
    size_t name_size, action_size;
    int result, action, ret;

    if (equals == NULL)
        return ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos, MEND_BRACKET,
                       "\"%.*s\" in a control has no \"=\"", (int)size, pair);
    name_size = (size_t)(equals - pair);
    action_size = size - name_size - 1;
    action = find_action(equals + 1, action_size);
    if (action < 0)
        return fail_word(in, "action", equals + 1, action_size, action_names, N_ACTIONS);
    if (name_size == 7 && memcmp(pair, "default", 7) == 0) {
        if (in->has_default)
            return ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos, "keep one of them",
                           "default stands twice in a control");
        in->has_default = true;
        in->other = (uint8_t)action;
        return check_yes(in, action, pair, name_size);
    }
    result = ma_result_of(pair, name_size);
    if (result < 0)
        return fail_word(in, "result", pair, name_size, ma_result_names(), MTLSAUTH_N_RESULTS);
    if (in->listed[result])
        return ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos, "keep one of them",
                       "%s stands twice in a control", mtlsauth_result_name(result));
    ret = result != MTLSAUTH_SUCCESS ? check_yes(in, action, pair, name_size) : 0;
    in->listed[result] = true;
    in->control->actions[result] = (uint8_t)action;
    return ret;
}

static int read_bracket(const char *text, size_t size, bracket_t *in)
{
    size_t i, begin = 1, end = size - 1, pairs = 0;
    int ret = 0;

    while (ret == 0 && begin < end) {
        size_t stop;
        while (begin < end && (text[begin] == ' ' || text[begin] == '\t'))
            begin++;
        for (stop = begin; stop < end && text[stop] != ' ' && text[stop] != '\t';)
            stop++;
        if (stop > begin) {
            ret = read_pair(in, text + begin, stop - begin);
            pairs++;
        }
        begin = stop;
    }
    if (ret == 0 && pairs == 0)
        ret = ma_fail(in->err, MTLSAUTH_E_POLICY, in->pos, MEND_BRACKET, "an empty control");
    for (i = 0; i < MTLSAUTH_N_RESULTS; i++)
        if (!in->listed[i])
            in->control->actions[i] = in->has_default ? in->other : MA_ACTION_BAD;
    in->control->names_success = in->listed[MTLSAUTH_SUCCESS];
    return ret;
}

static void read_word(ma_control_t *control, size_t word)
{
    size_t i;

    control->kind = (ma_control_kind_t)word;
    if (word > MA_CONTROL_OPTIONAL)
        return;
    for (i = 0; i < MTLSAUTH_N_RESULTS; i++)
        control->actions[i] = meanings[word].other;
    control->actions[MTLSAUTH_SUCCESS] = meanings[word].success;
    control->actions[MTLSAUTH_IGNORE] = meanings[word].ignore;
}

int ma_control_parse(const char *text, const ma_pos_t *pos, ma_control_t *out,
                     mtlsauth_error_t **err)
{
    ma_control_t control = { .text = text };
    bracket_t in = { .control = &control, .pos = pos, .err = err };
    size_t i, size = strlen(text);
    const char *near;
    int ret;

    for (i = 0; i < N_WORDS; i++) {
        if (i == MA_CONTROL_BRACKET || strcmp(text, words[i]) != 0)
            continue;
        read_word(&control, i);
        *out = control;
        return 0;
    }
    if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        control.kind = MA_CONTROL_BRACKET;
        ret = read_bracket(text, size, &in);
        if (ret == 0)
            *out = control;
        return ret;
    }
    near = ma_suggest(text, words, N_WORDS);
    if (near != NULL)
        return ma_fail(err, MTLSAUTH_E_POLICY, pos, NULL,
                       "unknown control \"%s\"; did you mean \"%s\"?", text, near);
    return ma_fail(err, MTLSAUTH_E_POLICY, pos,
                   "write required, requisite, sufficient, optional, include, substack or "
                   "[result=action ...]",
                   "unknown control \"%s\"", text);
}

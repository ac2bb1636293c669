/* SPDX-License-Identifier: BSD-2-Clause */
/* pattern.c - see pattern.h. The one file that knows PCRE2. */
#include "expr/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/encode.h"

/* Nesting of groups, and of what a match remembers; its memory in KiB. */
#define PARENS_LIMIT 100u
#define DEPTH_LIMIT 10000u
#define HEAP_LIMIT 1024u
/* PCRE2 counts what it tries anew at each place where a match may begin: the longer the text, the
 * less. */
#define TRIES_LEAST 5000u
#define TRIES_SHARED 500000u
/* What is not counted grows with the square of the text, in the worst case. */
#define STEP_OCTETS 64u

struct ma_pattern {
    pcre2_code *code;
    unsigned groups;
};

/* ---- compiling ---------------------------------------------------------------------------------
 */

/* False: characters beyond ASCII that are not UTF-8, at *at. */
static bool is_text(ma_bytes_t text, bool *ascii, size_t *at)
{
    size_t i, length;

    *ascii = true;
    for (i = 0; i < text.size; i += length) {
        length = ma_utf8_length((const char *)text.data + i, text.size - i);
        if (length == 0) {
            *at = i;
            return false;
        }
        if (length > 1)
            *ascii = false;
    }
    return true;
}

static pcre2_code *compile(ma_bytes_t text, bool ascii, int *error, size_t *at)
{
    uint32_t options = PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code = NULL;

    options |= ascii ? PCRE2_NEVER_UTF : PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    *error = PCRE2_ERROR_NOMEMORY;
    if (context != NULL && pcre2_set_newline(context, PCRE2_NEWLINE_LF) == 0 &&
        pcre2_set_bsr(context, PCRE2_BSR_ANYCRLF) == 0 &&
        pcre2_set_parens_nest_limit(context, PARENS_LIMIT) == 0)
        code = pcre2_compile(text.size > 0 ? text.data : (const uint8_t *)"", text.size, options,
                             error, at, context);
    pcre2_compile_context_free(context);
    return code;
}

int ma_pattern_new(ma_bytes_t text, ma_arena_t *arena, ma_pattern_t **out, size_t *at,
                   const char **why)
{
    ma_pattern_t *pattern = calloc(1, sizeof(*pattern));
    uint32_t groups = 0;
    bool ascii;
    int error;
    char *message;

    if (pattern == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    if (!is_text(text, &ascii, at)) {
        *why = "octets that are not UTF-8; write them as \\xHH inside the pattern";
        free(pattern);
        return MTLSAUTH_E_POLICY;
    }
    pattern->code = compile(text, ascii, &error, at);
    if (pattern->code != NULL) {
        (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
        pattern->groups = groups;
        *out = pattern;
        return 0;
    }
    free(pattern);
    /* the second one is what pcre2_compile() says of its own memory */
    if (error == PCRE2_ERROR_NOMEMORY || error == PCRE2_ERROR_HEAP_FAILED)
        return MTLSAUTH_E_NO_MEMORY;
    message = ma_arena_alloc(arena, 256);
    if (message == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    (void)pcre2_get_error_message(error, (PCRE2_UCHAR *)message, 256);
    *why = message;
    return MTLSAUTH_E_POLICY;
}

void ma_pattern_free(ma_pattern_t *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    free(pattern);
}

unsigned ma_pattern_groups(const ma_pattern_t *pattern)
{
    return pattern->groups;
}

/* ---- matching ----------------------------------------------------------------------------------
 */

/* In front of what PCRE2 gets: how much it is. */
typedef union header {
    size_t size;
    max_align_t align;
} header_t;

static void *take(PCRE2_SIZE size, void *context)
{
    ma_matcher_t *matcher = context;
    header_t *header = matcher->spare;

    if (header != NULL && matcher->spare_size >= size) {
        matcher->spare = NULL;
        return header + 1;
    }
    header = size <= SIZE_MAX - sizeof(*header)
                 ? ma_arena_alloc(matcher->arena, sizeof(*header) + size)
                 : NULL;
    if (header == NULL)
        return NULL;
    header->size = size;
    return header + 1;
}

/* The largest piece that came back is kept for the next one: an arena frees nothing. */
static void give_back(void *memory, void *context)
{
    ma_matcher_t *matcher = context;
    header_t *header = memory != NULL ? (header_t *)memory - 1 : NULL;

    if (header != NULL && (matcher->spare == NULL || header->size > matcher->spare_size)) {
        matcher->spare = header;
        matcher->spare_size = header->size;
    }
}

static bool prepare(ma_matcher_t *matcher)
{
    pcre2_general_context *general;

    if (matcher->data != NULL)
        return true;
    general = pcre2_general_context_create(take, give_back, matcher);
    if (general == NULL)
        return false;
    matcher->limits = pcre2_match_context_create(general);
    if (matcher->limits == NULL || pcre2_set_depth_limit(matcher->limits, DEPTH_LIMIT) != 0 ||
        pcre2_set_heap_limit(matcher->limits, HEAP_LIMIT) != 0)
        return false;
    matcher->data = pcre2_match_data_create(MA_PATTERN_CAPTURES, general);
    return matcher->data != NULL;
}

static bool pay(uint32_t *steps, size_t size)
{
    size_t unit = size / STEP_OCTETS, cost;

    if (unit > UINT16_MAX)
        return false;
    cost = 1 + unit * unit;
    if (cost > *steps) {
        *steps = 0;
        return false;
    }
    *steps -= (uint32_t)cost;
    return true;
}

static void copy_captures(pcre2_match_data *data, int count, ma_bytes_t text, ma_bytes_t *captures)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
    unsigned i;

    for (i = 0; i < MA_PATTERN_CAPTURES; i++) {
        captures[i] = (ma_bytes_t){(const uint8_t *)"", 0};
        /* \K in a lookahead can put the start behind the end */
        if ((count == 0 || i < (unsigned)count) && at[2 * i] != PCRE2_UNSET &&
            at[2 * i] < at[2 * i + 1] && at[2 * i + 1] <= text.size)
            captures[i] = (ma_bytes_t){text.data + at[2 * i], at[2 * i + 1] - at[2 * i]};
        else if (i == 0 && at[0] <= text.size && text.size > 0)
            captures[0].data = text.data + at[0]; /* where nothing was matched counts */
    }
}

int ma_pattern_match(const ma_pattern_t *pattern, ma_bytes_t text, ma_matcher_t *matcher,
                     uint32_t *steps, ma_bytes_t captures[MA_PATTERN_CAPTURES])
{
    int count;

    if (!pay(steps, text.size))
        return MTLSAUTH_E_LIMIT;
    if (!prepare(matcher))
        return MTLSAUTH_E_NO_MEMORY;
    (void)pcre2_set_match_limit(matcher->limits,
                                TRIES_LEAST + TRIES_SHARED / ((uint32_t)text.size + 1));
    count = pcre2_match(pattern->code, text.size > 0 ? text.data : (const uint8_t *)"", text.size,
                        0, 0, matcher->data, matcher->limits);
    if (count == PCRE2_ERROR_NOMATCH)
        return 0;
    if (count < 0) /* limits, and nothing else that these options leave possible */
        return MTLSAUTH_E_LIMIT;
    if (captures != NULL)
        copy_captures(matcher->data, count, text, captures);
    return 1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* mistake.c - see mistake.h. */
#include "policy/mistake.h"

#include <stdio.h>
#include <string.h>

#include "policy/literal.h"

int ma_mistake_open(mtlsauth_error_t **err, const ma_token_t *found, const ma_node_t *compound)
{
    const char *kind = ma_node_kind_name(compound->kind);
    char mend[] = "close it with ?", shown[MA_TOKEN_SHOWN];

    mend[sizeof(mend) - 2] = ma_token_closing(compound->kind);
    if (found->kind == MA_TOKEN_END)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &compound->pos, mend,
                       "%s begins here and is never closed", kind);
    (void)ma_token_show(found, shown);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos, mend,
                   "%s does not close %s, which begins on line %u", shown, kind,
                   compound->pos.line);
}

/* Strings are the dangerous case: libconfig joins them. */
int ma_mistake_comma(mtlsauth_error_t **err, const ma_token_t *first, const ma_token_t *second)
{
    char mend[2 * MA_TOKEN_SHOWN + 16] = "write a comma between them";
    char shown[2][MA_TOKEN_SHOWN];
    const bool strings = first->kind == MA_TOKEN_STRING && second->kind == MA_TOKEN_STRING;
    const bool whole_first = ma_token_show(first, shown[0]);
    const bool whole_second = ma_token_show(second, shown[1]);

    if (strings && whole_first && whole_second)
        snprintf(mend, sizeof(mend), "write %s, %s", shown[0], shown[1]);
    return ma_fail_rule(err, "comma-missing", MTLSAUTH_E_SYNTAX, &second->pos, mend,
                        "missing comma between %s and %s%s", shown[0], shown[1],
                        strings ? ": libconfig would read them as one name" : "");
}

int ma_mistake_equals(mtlsauth_error_t **err, const ma_token_t *name, const ma_token_t *found)
{
    char mend[MA_TOKEN_SHOWN + 32] = "write name = value;";
    char shown[2][MA_TOKEN_SHOWN];

    if (ma_token_show(name, shown[0]))
        snprintf(mend, sizeof(mend), "write %.*s = value;", (int)name->text.size,
                 (const char *)name->text.data);
    (void)ma_token_show(found, shown[1]);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos, mend, "missing = between %s and %s",
                   shown[0], shown[1]);
}

int ma_mistake_name(mtlsauth_error_t **err, const ma_token_t *found)
{
    char shown[MA_TOKEN_SHOWN];
    bool ignored;

    (void)ma_token_show(found, shown);
    if (ma_token_is(found, ',') || ma_token_is(found, ';'))
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos, "remove it",
                       "%s where a setting should begin", shown);
    if (found->kind == MA_TOKEN_STRING)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos,
                       "several values go into brackets, as in name = [ \"a\", \"b\" ]; names take "
                       "no quotes",
                       "%s where a setting should begin", shown);
    if (found->kind == MA_TOKEN_MARK)
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos, "write name = value;",
                       "%s where a setting should begin", shown);
    if (ma_literal_bool(found, &ignored))
        return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos, "write name = value;",
                       "%s is a value and cannot name a setting", shown);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos,
                   "a name begins with a letter and goes on with letters, digits, - and _",
                   "%s cannot name a setting", shown);
}

int ma_mistake_value(mtlsauth_error_t **err, const ma_token_t *found)
{
    char shown[MA_TOKEN_SHOWN];

    (void)ma_token_show(found, shown);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &found->pos,
                   "write a string, a number, true, false, { }, ( ) or [ ]",
                   "a value is missing in front of %s", shown);
}

/* Curly quotes and other letters than ASCII's are not repeated between quotes. */
int ma_mistake_word(mtlsauth_error_t **err, const ma_token_t *word)
{
    char mend[MA_TOKEN_SHOWN + 8] = "put it in straight double quotes", shown[MA_TOKEN_SHOWN];
    const bool whole = ma_token_show(word, shown);
    size_t i = 0;

    while (i < word->text.size && word->text.data[i] < 0x80)
        i++;
    if (whole && i == word->text.size)
        snprintf(mend, sizeof(mend), "write %s", shown);
    return ma_fail(err, MTLSAUTH_E_SYNTAX, &word->pos, mend, "the word %.*s stands without quotes",
                   (int)strlen(shown) - 2, shown + 1);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* rules.c - see rules.h. */
#include "rules.h"

#include <string.h>

#include "base/suggest.h"
#include "common/text.h"

#define MAX_RULES 64u

static const rule_t *find(const char *id)
{
    size_t i;

    for (i = 0; i < n_rules; i++)
        if (strcmp(rules[i].id, id) == 0)
            return &rules[i];
    return NULL;
}

static int unknown(const command_t *self, const char *id)
{
    const char *ids[MAX_RULES];
    const char *nearest;
    size_t i;

    for (i = 0; i < n_rules && i < MAX_RULES; i++)
        ids[i] = rules[i].id;
    nearest = ma_suggest(id, ids, i);
    if (nearest != NULL)
        return wrong_usage(self, "no rule \"%s\"; did you mean %s?", id, nearest);
    return wrong_usage(self, "no rule \"%s\"; --explain alone lists them", id);
}

/* Lines, each with blanks before it. */
static void add_lines(ma_buf_t *out, const char *indent, const char *lines)
{
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        ma_buf_text(out, indent);
        ma_buf_add(out, lines, size);
        ma_buf_byte(out, '\n');
        lines += size + (lines[size] == '\n');
    }
}

static void add_rule(ma_buf_t *out, const rule_t *rule)
{
    ma_buf_printf(out, "%s (%s): %s\n\n", rule->id, rule->error ? "error" : "warning",
                  rule->summary);
    add_lines(out, "  ", rule->why);
    ma_buf_text(out, "\n  Wrong:\n");
    add_lines(out, "    ", rule->wrong);
    ma_buf_text(out, "\n  Right:\n");
    add_lines(out, "    ", rule->right);
}

static void add_list(ma_buf_t *out)
{
    size_t i, width = 0;

    for (i = 0; i < n_rules; i++)
        if (strlen(rules[i].id) > width)
            width = strlen(rules[i].id);
    for (i = 0; i < n_rules; i++) {
        text_cell(out, rules[i].id, width + 2);
        ma_buf_printf(out, "%s  %s\n", rules[i].error ? "error  " : "warning", rules[i].summary);
    }
}

int explain_rules(const command_t *self, char **names, size_t count)
{
    int status = STATUS_OK;
    const rule_t *rule;
    ma_buf_t out;
    size_t i;

    ma_buf_init(&out, 0);
    for (i = 0; i < count; i++) {
        rule = find(names[i]);
        if (rule == NULL) {
            status = unknown(self, names[i]);
            continue;
        }
        if (out.size > 0)
            ma_buf_byte(&out, '\n');
        add_rule(&out, rule);
    }
    if (count == 0)
        add_list(&out);
    status = finish(&out, status);
    ma_buf_free(&out);
    return status;
}

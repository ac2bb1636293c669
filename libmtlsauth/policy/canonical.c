/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * canonical.c - ma_scan_canonical() of scan.h: a tree as text that libconfig 1.5 can only read one
 * way.
 *
 * libconfig reports for a setting the line of its name, and for an element the line it has come
 * to when it knows where the element ends; for a string that is the token behind it, since another
 * string might follow. So a line ends only in front of a node: commas and closing marks stay on
 * the line of what they follow.
 *
 * The depth of the recursion is that of the tree, which ma_scan() bounds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "policy/scan.h"

typedef struct printer {
    ma_buf_t *out;
    const ma_node_t **lines;
    size_t used;
} printer_t;

static void print_children(printer_t *printer, const ma_node_t *parent);

static size_t count(const ma_node_t *parent)
{
    const ma_node_t *node;
    size_t n = parent->children;

    for (node = parent->child; node != NULL; node = node->next)
        n += count(node);
    return n;
}

static void print_string(ma_buf_t *out, ma_bytes_t string)
{
    size_t i;

    ma_buf_byte(out, '"');
    for (i = 0; i < string.size; i++) {
        uint8_t c = string.data[i];
        if (c == '"' || c == '\\')
            ma_buf_printf(out, "\\%c", c);
        else if (c >= 0x20 && c < 0x7f)
            ma_buf_byte(out, (char)c);
        else
            ma_buf_printf(out, "\\x%02x", (unsigned)c);
    }
    ma_buf_byte(out, '"');
}

/*
 * With an exponent, so that libconfig does not take it for an integer, and with 17 digits, so that
 * it reads back equal. The locale has a say in the decimal point alone, which is all that stands
 * between the first digit and the second.
 */
static void print_real(ma_buf_t *out, double value)
{
    char text[64];
    const char *fraction;
    size_t first;

    snprintf(text, sizeof(text), "%.16e", value);
    first = text[0] == '-' ? 2 : 1;
    fraction = text + first + strcspn(text + first, "0123456789");
    ma_buf_add(out, text, first);
    ma_buf_printf(out, ".%s", fraction);
}

static void print_compound(printer_t *printer, const ma_node_t *node, const char *marks)
{
    ma_buf_byte(printer->out, marks[0]);
    print_children(printer, node);
    ma_buf_byte(printer->out, ' ');
    ma_buf_byte(printer->out, marks[1]);
}

static void print_value(printer_t *printer, const ma_node_t *node)
{
    switch (node->kind) {
    case MA_NODE_GROUP:
        print_compound(printer, node, "{}");
        break;
    case MA_NODE_LIST:
        print_compound(printer, node, "()");
        break;
    case MA_NODE_ARRAY:
        print_compound(printer, node, "[]");
        break;
    case MA_NODE_STRING:
        print_string(printer->out, node->value.string);
        break;
    case MA_NODE_INT:
        ma_buf_printf(printer->out, "%" PRId64, node->value.integer);
        break;
    case MA_NODE_INT64:
        ma_buf_printf(printer->out, "%" PRId64 "L", node->value.integer);
        break;
    case MA_NODE_FLOAT:
        print_real(printer->out, node->value.real);
        break;
    case MA_NODE_BOOL:
        ma_buf_text(printer->out, node->value.boolean ? "true" : "false");
        break;
    }
}

/* Each child on a line of its own, behind a line end unless it is the first line. */
static void print_children(printer_t *printer, const ma_node_t *parent)
{
    const ma_node_t *node;

    for (node = parent->child; node != NULL; node = node->next) {
        if (printer->used > 0)
            ma_buf_byte(printer->out, '\n');
        printer->lines[printer->used++] = node;
        if (node->name != NULL)
            ma_buf_printf(printer->out, "%s = ", node->name);
        print_value(printer, node);
        if (node->name != NULL)
            ma_buf_byte(printer->out, ';');
        else if (node->next != NULL)
            ma_buf_byte(printer->out, ',');
    }
}

int ma_scan_canonical(const ma_scan_t *scan, ma_buf_t *out, ma_arena_t *arena,
                      const ma_node_t *const **lines, size_t *n_lines)
{
    printer_t printer = { .out = out };

    printer.lines = ma_arena_array(arena, count(scan->root), sizeof(*printer.lines));
    if (printer.lines == NULL)
        return MTLSAUTH_E_NO_MEMORY;
    print_children(&printer, scan->root);
    if (printer.used > 0)
        ma_buf_byte(out, '\n');
    if (!ma_buf_ok(out))
        return MTLSAUTH_E_NO_MEMORY;
    *lines = printer.lines;
    *n_lines = printer.used;
    return 0;
}

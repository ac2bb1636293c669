/* SPDX-License-Identifier: BSD-2-Clause */
/* scan-tree.c - what the scanner reads: values, their places, and the comments. */
#include "tap.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "policy/scan.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

typedef struct reading {
    ma_arena_t arena;
    ma_scan_t scan;
    mtlsauth_error_t *err;
    int ret;
} reading_t;

/* The text is gone when the tree is looked at: ASan sees it if something was borrowed. */
static reading_t read_text(const char *text)
{
    reading_t reading = { .ret = MTLSAUTH_E_NO_MEMORY };
    const size_t size = strlen(text);
    uint8_t *copy = malloc(size + 1);

    ma_arena_init(&reading.arena, 0);
    if (copy != NULL) {
        memcpy(copy, text, size);
        reading.ret = ma_scan("api.conf", (ma_bytes_t) { copy, size }, &reading.arena,
                              &reading.scan, &reading.err);
    }
    free(copy);
    TAP_STR(mtlsauth_error_text(reading.err), "");
    TAP_INT(reading.ret, 0);
    return reading;
}

static void finish(reading_t *reading)
{
    mtlsauth_error_free(reading->err);
    ma_arena_free(&reading->arena);
}

/* Prints a tree: i is an integer, l a 64-bit one, f a floating-point number. */
static void print(ma_buf_t *out, const ma_node_t *node)
{
    const char *marks = "{}()[]";
    const ma_node_t *child;

    if (node->name != NULL)
        ma_buf_printf(out, "%s=", node->name);
    switch (node->kind) {
    case MA_NODE_STRING:
        ma_buf_printf(out, "'%s'", (const char *)node->value.string.data);
        TAP_INT(strlen((const char *)node->value.string.data), node->value.string.size);
        return;
    case MA_NODE_INT:
        ma_buf_printf(out, "i%" PRId64, node->value.integer);
        return;
    case MA_NODE_INT64:
        ma_buf_printf(out, "l%" PRId64, node->value.integer);
        return;
    case MA_NODE_FLOAT:
        ma_buf_printf(out, "f%g", node->value.real);
        return;
    case MA_NODE_BOOL:
        ma_buf_text(out, node->value.boolean ? "true" : "false");
        return;
    case MA_NODE_GROUP:
    case MA_NODE_LIST:
    case MA_NODE_ARRAY:
        marks += 2 * (node->kind - MA_NODE_GROUP);
        ma_buf_byte(out, marks[0]);
        for (child = node->child; child != NULL; child = child->next) {
            print(out, child);
            ma_buf_text(out, child->next != NULL ? " " : "");
        }
        ma_buf_byte(out, marks[1]);
        return;
    }
}

static void values(void)
{
    static const struct {
        const char *text, *tree;
    } rows[] = {
        { "", "{}" },
        { " \t\r\n# nothing\n", "{}" },
        { "\xef\xbb\xbf" "a=1", "{a=i1}" },       /* a byte order mark */
        { "a = 1;\r\nb = 2\r\n", "{a=i1 b=i2}" }, /* CRLF */
        { "a=1 b:2,c=3;", "{a=i1 b=i2 c=i3}" },   /* = or :, ; or , or nothing */
        { "a-b_9*=1;*=2;A=3;a=4", "{a-b_9*=i1 *=i2 A=i3 a=i4}" }, /* all that names may be */
        { "true1=TRUE;b=fAlSe", "{true1=true b=false}" },
        { "a=0;b=-0;c=+7;", "{a=i0 b=i0 c=i7}" },
        { "a=2147483647;b=-2147483648", "{a=i2147483647 b=i-2147483648}" },
        { "a=0x1f;b=0X7FFFFFFF;c=0x00ff", "{a=i31 b=i2147483647 c=i255}" },
        { "a=5L;b=5LL;c=0x80000000L", "{a=l5 b=l5 c=l2147483648}" },
        { "a=9223372036854775807L;b=-9223372036854775808L",
          "{a=l9223372036854775807 b=l-9223372036854775808}" },
        { "a=1.;b=.5;c=-1.5e3;d=2E-2;e=+0.25;f=0.0",
          "{a=f1 b=f0.5 c=f-1500 d=f0.02 e=f0.25 f=f0}" },
        { "a=\"\";b=\"x y\"", "{a='' b='x y'}" },
        { "a=\"q\\\"b\\\\n\\n\\t\\r\\f\"", "{a='q\"b\\n\n\t\r\f'}" },
        { "a=\"\\x41\\X7a\\xC3\\xa9\"", "{a='Az\xc3\xa9'}" },
        { "a=\"tab\there \xe2\x82\xac\"", "{a='tab\there \xe2\x82\xac'}" },
        { "a=\"one \" /* and */ \"two\" # and\n  \" three\";b=\"\"\"\"",
          "{a='one two three' b=''}" }, /* settings may join */
        { "a=\"# // /* no comment */ @include\"", "{a='# // /* no comment */ @include'}" },
        { "a=1//x\nb=2#y\nc=3/* dir/*.pem **/d=4/**/", "{a=i1 b=i2 c=i3 d=i4}" },
        { "# \"x ( @include\na=1", "{a=i1}" },
        { "g={};l=();a=[]", "{g={} l=() a=[]}" },
        { "g={a=1,b={c=2;}}h:{x=1}", "{g={a=i1 b={c=i2}} h={x=i1}}" },
        { "l=(1,2L,\"s\",{a=1;},(),[true])", "{l=(i1 l2 's' {a=i1} () [true])}" },
        { "a=[1,2,];l=(\"x\",);", "{a=[i1 i2] l=('x')}" }, /* trailing commas */
        { "a=1;g={a=1;h={a=1;};};", "{a=i1 g={a=i1 h={a=i1}}}" }, /* same name, other group */
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        reading_t reading;
        ma_buf_t tree;

        tap_row("%s", rows[i].text);
        ma_buf_init(&tree, 0);
        reading = read_text(rows[i].text);
        if (reading.ret == 0)
            print(&tree, reading.scan.root);
        TAP_STR(ma_buf_string(&tree), rows[i].tree);
        ma_buf_free(&tree);
        finish(&reading);
    }
}

static void at(const ma_pos_t *pos, unsigned line, unsigned column)
{
    TAP_STR(pos->file, "api.conf");
    TAP_INT(pos->line, line);
    TAP_INT(pos->column, column);
}

static void places(void)
{
    /* Path to a node: 0 for the first child, 1 for the next, ...; -1 ends it. */
    static const struct {
        int path[3];
        unsigned name[2], value[2], end[2]; /* line, column */
    } rows[] = {
        { { -1 }, { 1, 1 }, { 1, 1 }, { 7, 1 } },
        { { 0, -1 }, { 1, 1 }, { 1, 5 }, { 2, 6 } },     /* the order mark is in no column */
        { { 1, -1 }, { 3, 2 }, { 3, 10 }, { 4, 2 } },    /* a tab is one */
        { { 2, -1 }, { 5, 1 }, { 5, 5 }, { 6, 20 } },
        { { 2, 0, -1 }, { 5, 7 }, { 5, 7 }, { 5, 9 } },  /* elements have no name */
        { { 2, 1, -1 }, { 6, 7 }, { 6, 7 }, { 6, 11 } },
        { { 2, 2, -1 }, { 6, 13 }, { 6, 13 }, { 6, 17 } }, /* columns are bytes */
    };
    reading_t reading = read_text("\xef\xbb\xbf" "a = \"x\"\n  \"y\";\r\n\tgroup : {\n}\n"
                                  "l = ( 10,\n      \"\xc3\xa9\", true  ) ;\n");
    size_t i, j;
    int k;

    for (i = 0; i < COUNT(rows) && reading.ret == 0; i++) {
        const ma_node_t *node = reading.scan.root;

        tap_row("%zu", i);
        for (j = 0; rows[i].path[j] >= 0 && node != NULL; j++)
            for (node = node->child, k = rows[i].path[j]; k > 0 && node != NULL; k--)
                node = node->next;
        if (!TAP_TRUE(node != NULL))
            break;
        at(&node->name_pos, rows[i].name[0], rows[i].name[1]);
        at(&node->pos, rows[i].value[0], rows[i].value[1]);
        at(&node->end, rows[i].end[0], rows[i].end[1]);
    }
    finish(&reading);
}

static void comments(void)
{
    static const struct {
        unsigned line, column;
        const char *text;
    } rows[] = {
        { 1, 1, "# first" }, /* without the line end, CR included */
        { 2, 8, "/* two\r\n   lines */" },
        { 3, 12, "// third # one" },
        { 4, 1, "#" },
        { 5, 1, "/**/" },
    };
    reading_t reading = read_text("# first\r\na = 1; /* two\r\n   lines */// third # one\n"
                                  "#\n/**/");
    const ma_comment_t *comment = reading.scan.comments;
    size_t i;

    for (i = 0; i < COUNT(rows) && TAP_TRUE(comment != NULL); i++) {
        tap_row("%s", rows[i].text);
        at(&comment->pos, rows[i].line, rows[i].column);
        TAP_INT(comment->text.size, strlen(rows[i].text));
        TAP_STR((const char *)comment->text.data, rows[i].text);
        comment = comment->next;
    }
    TAP_TRUE(comment == NULL);
    finish(&reading);
}

static void no_text(void)
{
    reading_t reading = { .ret = 0 };

    ma_arena_init(&reading.arena, 0);
    TAP_INT(ma_scan("api.conf", (ma_bytes_t) { NULL, 0 }, &reading.arena, &reading.scan, NULL), 0);
    TAP_TRUE(reading.scan.root != NULL && reading.scan.root->children == 0);
    finish(&reading);
}

/* Each node begins a line of the canonical text, which is how its place is found again. */
static void canonical_lines(void)
{
    reading_t reading = read_text("g = { a = 1; }; l = ( \"x\", { } );");
    const ma_node_t *const *lines = NULL;
    size_t n_lines = 0;
    ma_buf_t out;

    ma_buf_init(&out, 0);
    if (reading.ret == 0
        && TAP_INT(ma_scan_canonical(&reading.scan, &out, &reading.arena, &lines, &n_lines), 0)) {
        const ma_node_t *group = reading.scan.root->child, *list = group->next;
        const ma_node_t *const expected[] = { group, group->child, list, list->child,
                                              list->child->next };
        TAP_STR(ma_buf_string(&out), "g = {\na = 1; };\nl = (\n\"x\",\n{ } );\n");
        if (TAP_INT(n_lines, COUNT(expected)))
            TAP_TRUE(memcmp(lines, expected, sizeof(expected)) == 0);
        ma_buf_free(&out);
        ma_buf_init(&out, 10); /* too small */
        TAP_INT(ma_scan_canonical(&reading.scan, &out, &reading.arena, &lines, &n_lines),
                MTLSAUTH_E_NO_MEMORY);
    }
    ma_buf_free(&out);
    finish(&reading);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads values", values },
        { "knows where they are", places },
        { "keeps comments", comments },
        { "prints each node on a line of its own", canonical_lines },
        { "takes a file without a byte", no_text },
    };

    return tap_main("scan-tree", tests, COUNT(tests));
}

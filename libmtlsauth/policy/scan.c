/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.c - see scan.h: from tokens to nodes.
 *
 * A parser that descends; as deep as MA_SCAN_MAX_DEPTH and no deeper. Each function below is called
 * with its first token looked at, and leaves the one behind it. Names, values and comments are
 * copied, so that the tree does not hang on the file's text; `file` is borrowed.
 *
 * What a setting means, and whether there is such a one, is not looked at here.
 */
#include "policy/scan.h"

#include <string.h>

#include "policy/lex.h"
#include "policy/literal.h"
#include "policy/mistake.h"

typedef struct parser {
    ma_lex_t lex;
    ma_token_t token;    /* the one looked at */
    ma_token_t previous; /* the one before */
    ma_arena_t *arena;
    ma_buf_t joined; /* room for the string being read */
    size_t nodes;
    unsigned depth;
    mtlsauth_error_t **err;
} parser_t;

static int parse_value(parser_t *parser, ma_node_t *node, bool element);

const char *ma_node_kind_name(ma_node_kind_t kind)
{
    switch (kind) {
    case MA_NODE_GROUP:
        return "a group";
    case MA_NODE_LIST:
        return "a list";
    case MA_NODE_ARRAY:
        return "an array";
    case MA_NODE_STRING:
        return "a string";
    case MA_NODE_INT:
        return "an integer";
    case MA_NODE_INT64:
        return "a 64-bit integer";
    case MA_NODE_FLOAT:
        return "a floating-point number";
    case MA_NODE_BOOL:
        return "a boolean";
    }
    return "nothing";
}

/* ---- small things ------------------------------------------------------------------------- */

static int advance(parser_t *parser)
{
    parser->previous = parser->token;
    return ma_lex_next(&parser->lex, &parser->token);
}

static bool at_mark(const parser_t *parser, char mark)
{
    return ma_token_is(&parser->token, mark);
}

/*
 * Appends a child that begins at the token looked at, unless there are too many. `link` is where
 * the next child goes.
 */
static int add_child(parser_t *parser, ma_node_t *parent, ma_node_t ***link, ma_node_t **out)
{
    const bool group = parent->kind == MA_NODE_GROUP;
    const size_t limit = group ? MA_SCAN_MAX_KEYS : MA_SCAN_MAX_ITEMS;
    ma_node_t *child;

    if (parent->children == limit)
        return ma_fail(parser->err, MTLSAUTH_E_LIMIT, &parser->token.pos,
                       group ? "split the group" : "put the items in a file of their own",
                       "%s has more than %zu %s", ma_node_kind_name(parent->kind), limit,
                       group ? "settings" : "elements");
    if (parser->nodes == MA_SCAN_MAX_NODES)
        return ma_fail(parser->err, MTLSAUTH_E_LIMIT, &parser->token.pos,
                       "put lists in files of their own",
                       "the file has more than %d settings and elements", MA_SCAN_MAX_NODES);
    child = ma_arena_alloc(parser->arena, sizeof(*child));
    if (child == NULL)
        return ma_fail_memory(parser->err);
    child->name_pos = parser->token.pos;
    parser->nodes++;
    parent->children++;
    **link = child;
    *link = &child->next;
    *out = child;
    return 0;
}

static bool at_closer(const parser_t *parser)
{
    return at_mark(parser, '}') || at_mark(parser, ')') || at_mark(parser, ']');
}

/* ---- scalars ------------------------------------------------------------------------------ */

/* Notes the token as a piece of a string, of which so much stands before it. */
static int add_piece(parser_t *parser, size_t start, ma_quoted_t ***last)
{
    ma_quoted_t *piece = ma_arena_alloc(parser->arena, sizeof(*piece));

    if (piece == NULL)
        return ma_fail_memory(parser->err);
    *piece = (ma_quoted_t) { parser->token.pos, parser->token.text, start, NULL };
    **last = piece;
    *last = &piece->next;
    return 0;
}

/* A string; outside lists and arrays the ones behind it belong to it, as in libconfig. */
static int parse_string(parser_t *parser, ma_node_t *node, bool element)
{
    ma_buf_t *joined = &parser->joined;
    ma_quoted_t *pieces = NULL, **last = &pieces;
    char *copy;
    int ret;

    node->kind = MA_NODE_STRING;
    ma_buf_clear(joined);
    do {
        ret = add_piece(parser, joined->size, &last);
        if (ret == 0)
            ret = ma_literal_string(&parser->token, joined, parser->err);
        if (ret == 0)
            ret = advance(parser);
    } while (ret == 0 && !element && parser->token.kind == MA_TOKEN_STRING);
    if (ret != 0)
        return ret;
    copy = ma_buf_ok(joined) ? ma_arena_copy(parser->arena, ma_buf_string(joined), joined->size)
                             : NULL;
    if (copy == NULL)
        return ma_fail_memory(parser->err);
    node->value.string = (ma_bytes_t) { (const uint8_t *)copy, joined->size };
    node->pieces = pieces;
    return 0;
}

ma_pos_t ma_node_pos_of(const ma_node_t *string, size_t offset)
{
    const ma_quoted_t *piece = string->pieces;
    ma_pos_t pos = string->pos;

    if (piece == NULL)
        return pos;
    while (piece->next != NULL && offset >= piece->next->start)
        piece = piece->next;
    pos = piece->pos;
    pos.column += (unsigned)ma_literal_offset(piece->text, offset - piece->start);
    return pos;
}

static int parse_word(parser_t *parser, ma_node_t *node)
{
    int ret;

    if (ma_literal_is_number(&parser->token)) {
        ret = ma_literal_number(&parser->token, node, parser->err);
        if (ret != 0)
            return ret;
    } else if (ma_literal_bool(&parser->token, &node->value.boolean)) {
        node->kind = MA_NODE_BOOL;
    } else {
        return ma_mistake_word(parser->err, &parser->token);
    }
    return advance(parser);
}

/* ---- lists and arrays --------------------------------------------------------------------- */

/* Takes the comma behind an element; *more says whether another element follows. */
static int parse_comma(parser_t *parser, const ma_node_t *compound, bool *more)
{
    const char *name = ma_node_kind_name(compound->kind);
    int ret;

    *more = false;
    if (at_mark(parser, ma_token_closing(compound->kind)))
        return 0;
    if (at_mark(parser, ';'))
        return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &parser->token.pos,
                       "write , in place of ;", "the elements of %s are separated by commas", name);
    if (at_closer(parser) || parser->token.kind == MA_TOKEN_END)
        return ma_mistake_open(parser->err, &parser->token, compound);
    if (!at_mark(parser, ','))
        return ma_mistake_comma(parser->err, &parser->previous, &parser->token);
    ret = advance(parser);
    if (ret == 0 && at_mark(parser, ','))
        return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &parser->token.pos,
                       "remove one, or write the element that is missing",
                       "two commas with nothing between them");
    *more = ret == 0 && !at_mark(parser, ma_token_closing(compound->kind));
    return ret;
}

/* The elements of an array are scalars of one kind. */
static int check_element(const parser_t *parser, const ma_node_t *array, const ma_node_t *element)
{
    static const char mend[] = "write ( ) in place of [ ] for a list of unlike things";

    if (element->kind == MA_NODE_GROUP || element->kind == MA_NODE_LIST
        || element->kind == MA_NODE_ARRAY)
        return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &element->pos, mend,
                       "an array cannot hold %s", ma_node_kind_name(element->kind));
    if (element->kind != array->child->kind)
        return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &element->pos, mend,
                       "the elements of an array are of one kind: the first is %s, this one %s",
                       ma_node_kind_name(array->child->kind), ma_node_kind_name(element->kind));
    return 0;
}

static int parse_elements(parser_t *parser, ma_node_t *compound)
{
    ma_node_t **link = &compound->child, *element;
    bool more = !at_mark(parser, ma_token_closing(compound->kind));
    int ret = 0;

    if (at_mark(parser, ','))
        return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &parser->token.pos, "remove it",
                       "%s cannot begin with a comma", ma_node_kind_name(compound->kind));
    while (ret == 0 && more) {
        if (at_closer(parser) || parser->token.kind == MA_TOKEN_END)
            return ma_mistake_open(parser->err, &parser->token, compound);
        ret = add_child(parser, compound, &link, &element);
        if (ret == 0)
            ret = parse_value(parser, element, true);
        if (ret == 0 && compound->kind == MA_NODE_ARRAY)
            ret = check_element(parser, compound, element);
        if (ret == 0)
            ret = parse_comma(parser, compound, &more);
    }
    return ret;
}

/* ---- groups ------------------------------------------------------------------------------- */

/* Refuses the name looked at if the group has it. At most MA_SCAN_MAX_KEYS compares. */
static int check_new(const parser_t *parser, const ma_node_t *group)
{
    const ma_bytes_t *name = &parser->token.text;
    const ma_node_t *node;
    char room[MA_TOKEN_SHOWN];

    for (node = group->child; node != NULL; node = node->next)
        if (strncmp(node->name, (const char *)name->data, name->size) == 0
            && node->name[name->size] == '\0')
            break;
    if (node == NULL)
        return 0;
    (void)ma_token_show(&parser->token, room);
    return ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &parser->token.pos, "remove one of the two",
                   "%s is set already, on line %u", room, node->name_pos.line);
}

/* name = value, and what ends it. */
static int parse_setting(parser_t *parser, ma_node_t *group, ma_node_t ***link)
{
    ma_node_t *node;
    int ret;

    if (parser->token.kind != MA_TOKEN_WORD || !ma_literal_is_name(&parser->token))
        return ma_mistake_name(parser->err, &parser->token);
    ret = check_new(parser, group);
    if (ret == 0)
        ret = add_child(parser, group, link, &node);
    if (ret != 0)
        return ret;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): set, as ret is 0 */
    node->name = ma_arena_copy(parser->arena, parser->token.text.data, parser->token.text.size);
    if (node->name == NULL)
        return ma_fail_memory(parser->err);
    ret = advance(parser);
    if (ret == 0 && !at_mark(parser, '=') && !at_mark(parser, ':'))
        return ma_mistake_equals(parser->err, &parser->previous, &parser->token);
    if (ret == 0)
        ret = advance(parser);
    if (ret == 0)
        ret = parse_value(parser, node, false);
    if (ret == 0 && (at_mark(parser, ';') || at_mark(parser, ',')))
        ret = advance(parser);
    return ret;
}

static int parse_settings(parser_t *parser, ma_node_t *group)
{
    ma_node_t **link = &group->child;
    int ret = 0;

    while (ret == 0 && parser->token.kind != MA_TOKEN_END && !at_closer(parser))
        ret = parse_setting(parser, group, &link);
    return ret;
}

/* ---- values ------------------------------------------------------------------------------- */

/* A group, a list or an array; its opening mark is looked at. */
static int parse_compound(parser_t *parser, ma_node_t *node)
{
    int ret;

    node->kind = at_mark(parser, '{') ? MA_NODE_GROUP
        : at_mark(parser, '(')        ? MA_NODE_LIST
                                      : MA_NODE_ARRAY;
    if (parser->depth == MA_SCAN_MAX_DEPTH)
        return ma_fail(parser->err, MTLSAUTH_E_LIMIT, &parser->token.pos, "take a level out",
                       "groups, lists and arrays are nested more than %d deep", MA_SCAN_MAX_DEPTH);
    parser->depth++;
    ret = advance(parser);
    if (ret == 0)
        ret = node->kind == MA_NODE_GROUP ? parse_settings(parser, node)
                                          : parse_elements(parser, node);
    if (ret == 0 && !at_mark(parser, ma_token_closing(node->kind)))
        ret = ma_mistake_open(parser->err, &parser->token, node);
    if (ret == 0)
        ret = advance(parser);
    parser->depth--;
    return ret;
}

static int parse_value(parser_t *parser, ma_node_t *node, bool element)
{
    int ret;

    node->pos = parser->token.pos;
    if (parser->token.kind == MA_TOKEN_STRING)
        ret = parse_string(parser, node, element);
    else if (parser->token.kind == MA_TOKEN_WORD)
        ret = parse_word(parser, node);
    else if (at_mark(parser, '{') || at_mark(parser, '(') || at_mark(parser, '['))
        ret = parse_compound(parser, node);
    else
        ret = ma_mistake_value(parser->err, &parser->token);
    node->end = parser->previous.end;
    return ret;
}

/* The whole file: a group without braces. */
static int parse_file(parser_t *parser, ma_node_t *root)
{
    char room[MA_TOKEN_SHOWN];
    int ret = advance(parser);

    root->kind = MA_NODE_GROUP;
    root->pos = root->name_pos = (ma_pos_t) { parser->lex.file, 1, 1 };
    if (ret == 0)
        ret = parse_settings(parser, root);
    if (ret == 0 && parser->token.kind != MA_TOKEN_END) {
        (void)ma_token_show(&parser->token, room);
        ret = ma_fail(parser->err, MTLSAUTH_E_SYNTAX, &parser->token.pos, "remove it",
                      "%s closes nothing", room);
    }
    root->end = parser->token.end;
    return ret;
}

int ma_scan(const char *file, ma_bytes_t text, ma_arena_t *arena, ma_scan_t *out,
            mtlsauth_error_t **err)
{
    parser_t parser = { .arena = arena, .err = err };
    const ma_pos_t whole = { file, 0, 0 };
    ma_node_t *root = ma_arena_alloc(arena, sizeof(*root));
    int ret;

    if (root == NULL)
        return ma_fail_memory(err);
    if (text.size > MA_SCAN_MAX_SIZE)
        return ma_fail(err, MTLSAUTH_E_LIMIT, &whole, "put lists in files of their own",
                       "the file has more than %u bytes", MA_SCAN_MAX_SIZE);
    ma_buf_init(&parser.joined, MA_SCAN_MAX_SIZE);
    ma_lex_start(&parser.lex, file, text, arena, err);
    ret = parse_file(&parser, root);
    if (ret == 0)
        *out = (ma_scan_t) { root, parser.lex.comments };
    ma_buf_free(&parser.joined);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The plugin cn: which common names match which lists, and what several of them come to. */
#include "judge.h"

static fixture_t fixture;
static issued_t root;

#define ALLOW_JOHN "allow = [ \"John Doe\" ];"
#define INSENSITIVE "case = \"insensitive\";"

/* Names beyond the first end with an empty row. */
static const struct {
    const char *what;
    const char *options;
    name_t names[3];
    const char *expected;
} rows[] = {
    { "the name", ALLOW_JOHN, { NAME(UTF8, "John Doe") }, "success" },
    { "another name", ALLOW_JOHN, { NAME(UTF8, "Jane Roe") }, "no_match" },
    { "one of two in the list", "allow = [ \"Jane Roe\", \"John Doe\" ];",
      { NAME(UTF8, "John Doe") }, "success" },
    { "a part of it", ALLOW_JOHN, { NAME(UTF8, "John") }, "no_match" },
    { "more than it", ALLOW_JOHN, { NAME(UTF8, "John Doeworth") }, "no_match" },
    { "a blank at its end", ALLOW_JOHN, { NAME(UTF8, "John Doe ") }, "no_match" },

    /* globs: a star is any run of characters but a dot */
    { "one label", "allow = [ \"*.example.com\" ];", { NAME(UTF8, "a.example.com") }, "success" },
    { "two labels", "allow = [ \"*.example.com\" ];", { NAME(UTF8, "a.b.example.com") },
      "no_match" },
    { "two stars", "allow = [ \"*.*.example.com\" ];", { NAME(UTF8, "a.b.example.com") },
      "success" },
    { "no label", "allow = [ \"*.example.com\" ];", { NAME(UTF8, "example.com") }, "no_match" },
    { "a star inside", "allow = [ \"dev-*-eu\" ];", { NAME(UTF8, "dev-12-eu") }, "success" },
    { "nothing for a star", "allow = [ \"dev*\" ];", { NAME(UTF8, "dev") }, "success" },
    { "a star for anything", "allow = [ \"*\" ];", { NAME(UTF8, "John Doe") }, "success" },
    { "a star for a name with a dot", "allow = [ \"*\" ];", { NAME(UTF8, "example.com") },
      "no_match" },
    { "a star in the name is a letter", "allow = [ \"a.example.com\" ];",
      { NAME(UTF8, "*.example.com") }, "no_match" },
    { "a quoted star", "allow = [ \"\\\\*.example.com\" ];", { NAME(UTF8, "*.example.com") },
      "success" },
    { "a quoted star is no glob", "allow = [ \"\\\\*.example.com\" ];",
      { NAME(UTF8, "a.example.com") }, "no_match" },
    { "a question mark is a letter", "allow = [ \"J?hn\" ];", { NAME(UTF8, "John") }, "no_match" },

    { "other case", ALLOW_JOHN, { NAME(UTF8, "JOHN DOE") }, "no_match" },
    { "other case, and it does not matter", ALLOW_JOHN INSENSITIVE, { NAME(UTF8, "JOHN doe") },
      "success" },
    { "other case in deny", "deny = [ \"john doe\" ];" INSENSITIVE, { NAME(UTF8, "John Doe") },
      "rule" },
    /* ASCII alone folds: what else is a letter depends on whom one asks */
    { "other case of an umlaut", "allow = [ \"M\xc3\xbcller\" ];" INSENSITIVE,
      { NAME(UTF8, "M\xc3\x9cLLER") }, "no_match" },

    /* several names: all must be wanted, none unwanted */
    { "two, one not in the list", ALLOW_JOHN,
      { NAME(UTF8, "John Doe"), NAME(UTF8, "Mallory") }, "no_match" },
    { "two, the wanted one last", ALLOW_JOHN,
      { NAME(UTF8, "Mallory"), NAME(UTF8, "John Doe") }, "no_match" },
    { "two, both in the list", "allow = [ \"John Doe\", \"device-*\" ];",
      { NAME(UTF8, "John Doe"), NAME(UTF8, "device-7") }, "success" },
    { "three, the last in deny", "allow = [ \"*\" ]; deny = [ \"Mallory\" ];",
      { NAME(UTF8, "a"), NAME(UTF8, "b"), NAME(UTF8, "Mallory") }, "rule" },
    { "two, the first in deny", "allow = [ \"*\" ]; deny = [ \"Mallory\" ];",
      { NAME(UTF8, "Mallory"), NAME(UTF8, "a") }, "rule" },
    /* deny is said even where allow would have said no_match first */
    { "one in neither, one in deny", ALLOW_JOHN "deny = [ \"Mallory\" ];",
      { NAME(UTF8, "Eve"), NAME(UTF8, "Mallory") }, "rule" },
    { "in both lists", "allow = [ \"J*\" ]; deny = [ \"John *\" ];", { NAME(UTF8, "John Doe") },
      "rule" },

    /* names that are none */
    { "NUL behind the name", ALLOW_JOHN, { NAME(UTF8, "John Doe\0.evil.example") }, "no_match" },
    { "NUL at the end", ALLOW_JOHN, { NAME(UTF8, "John Doe\0") }, "no_match" },
    { "NUL, and a star in the list", "allow = [ \"*\" ];", { NAME(UTF8, "John\0Doe") },
      "no_match" },
    { "a name with NUL beside a good one", ALLOW_JOHN,
      { NAME(UTF8, "John Doe"), NAME(UTF8, "John Doe\0x") }, "no_match" },
    { "an empty name", "allow = [ \"*\" ];", { NAME(UTF8, "") }, "no_match" },
    { "an empty name beside a good one", ALLOW_JOHN,
      { NAME(UTF8, "John Doe"), NAME(UTF8, "") }, "no_match" },
    { "no name", "allow = [ \"*\" ];", { { 0, NULL, 0 } }, "no_match" },

    /* kinds of string: the text counts */
    { "PrintableString", ALLOW_JOHN, { NAME(PRINTABLE, "John Doe") }, "success" },
    { "UTF-8", "allow = [ \"Z\xc3\xbcrich\" ];", { NAME(UTF8, "Z\xc3\xbcrich") }, "success" },
    { "BMPString", "allow = [ \"Z\xc3\xbcrich\" ];",
      { NAME(BMP, "\0Z\0\xfc\0r\0i\0c\0h") }, "success" },
    { "BMPString of ASCII", ALLOW_JOHN, { NAME(BMP, "\0J\0o\0h\0n\0 \0D\0o\0e") }, "success" },
    { "BMPString with a NUL", "allow = [ \"John\" ];", { NAME(BMP, "\0J\0o\0h\0n\0\0") },
      "no_match" },
    { "a star does not stop at long letters", "allow = [ \"\xe6\x9d\xb1*\" ];",
      { NAME(UTF8, "\xe6\x9d\xb1\xe4\xba\xac") }, "success" },
};

/* A certificate with these names; the subject has an organisation too. */
static void issue(issued_t *out, const name_t *names, size_t count)
{
    size_t i;

    cert_issue(out, &(const cert_spec_t) { .dn = "O=Example" }, &root);
    for (i = 0; i < count && names[i].tag != 0; i++)
        add_common_name(out, &names[i]);
    resign(out, &root);
}

static void put_cn(const char *control, const char *options, const char *more)
{
    char entries[1024];

    format_text(entries, sizeof(entries), "{ control = \"%s\"; plugin = \"cn\"; %s }%s", control,
                options, more);
    put_policy(&fixture, "p.conf", NULL, NULL, entries);
}

static void matches(void)
{
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        const int gate = strstr(rows[i].options, "allow") == NULL;
        issued_t client;
        tap_row("%s", rows[i].what);
        issue(&client, rows[i].names, COUNT(rows[i].names));
        put_cn("required", rows[i].options, gate ? ", " PERMIT : "");
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                rows[i].expected);
        cert_free(&client);
    }
}

/* With deny alone it can refuse and never grant. */
static void is_a_gate_with_deny_alone(void)
{
    static const name_t good = NAME(UTF8, "John Doe"), bad = NAME(UTF8, "Mallory");
    issued_t client, mallory, nameless;

    issue(&client, &good, 1);
    issue(&mallory, &bad, 1);
    issue(&nameless, NULL, 0);
    put_cn("required", "deny = [ \"Mallory\" ];", ", " PERMIT);
    tap_row("a name that is not denied");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }), "success");
    tap_row("a name that is denied");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &mallory }), "rule");
    tap_row("no name");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &nameless }), "success");
    tap_row("nothing behind it that grants");
    put_cn("required", "deny = [ \"Mallory\" ];", "");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "nothing in this stack can let anyone in");
    tap_row("sufficient");
    put_cn("sufficient", "deny = [ \"Mallory\" ];", ", " PERMIT);
    TAP_HAS(fixture_error(&fixture, "p.conf"), "DIR/p.conf:4:");
    tap_row("no list");
    put_cn("required", "", "");
    TAP_HAS(fixture_error(&fixture, "p.conf"), "plugin \"cn\" has no list to match");
    cert_free(&client);
    cert_free(&mallory);
    cert_free(&nameless);
}

static const struct {
    const char *what;
    const char *text;
    name_t name;
    const char *expected;
} files[] = {
    { "the first line", "John Doe\nJane Roe\n", NAME(UTF8, "John Doe"), "success" },
    { "the last line, without an end", "Jane Roe\nJohn Doe", NAME(UTF8, "John Doe"), "success" },
    { "CR LF", "Jane Roe\r\nJohn Doe\r\n", NAME(UTF8, "John Doe"), "success" },
    { "a byte order mark", "\xef\xbb\xbfJohn Doe\n", NAME(UTF8, "John Doe"), "success" },
    { "blanks around", "  \t John Doe \t \n", NAME(UTF8, "John Doe"), "success" },
    { "empty lines", "\n\n  \nJohn Doe\n\n", NAME(UTF8, "John Doe"), "success" },
    { "a comment behind", "John Doe # since May\n", NAME(UTF8, "John Doe"), "success" },
    { "a commented line", "# John Doe\nJane Roe\n", NAME(UTF8, "John Doe"), "no_match" },
    { "a hash in the name", "John#Doe\n", NAME(UTF8, "John#Doe"), "success" },
    { "a glob", "*.example.com\n", NAME(UTF8, "a.example.com"), "success" },
    { "beside the list", "Jane Roe\n", NAME(UTF8, "Both"), "success" },
    /* a list that became empty lets nobody in */
    { "nothing", "", NAME(UTF8, "John Doe"), "no_match" },
    { "comments alone", "# nobody\n", NAME(UTF8, "John Doe"), "no_match" },
};

static void reads_files(void)
{
    size_t i;

    for (i = 0; i < COUNT(files); i++) {
        issued_t client;
        tap_row("%s", files[i].what);
        issue(&client, &files[i].name, 1);
        fixture_write(&fixture, "names.list", files[i].text);
        put_cn("required", "allow = [ \"Both\" ]; allow_file = \"names.list\";", "");
        TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }),
                files[i].expected);
        cert_free(&client);
    }
}

static void denies_by_file(void)
{
    static const name_t name = NAME(UTF8, "Mallory");
    issued_t client;

    issue(&client, &name, 1);
    fixture_write(&fixture, "names.list", "Eve\nMallory\n");
    put_cn("required", "allow = [ \"*\" ]; deny_file = \"names.list\";", "");
    TAP_STR(judge_reason(&fixture, "p.conf", &(question_t) { .leaf = &client }), "rule");
    cert_free(&client);
}

static void says_the_name(void)
{
    static const name_t name = NAME(UTF8, "Mall\x1b[2Jory\n");
    answer_t answer;
    issued_t client;

    issue(&client, &name, 1);
    put_cn("required", ALLOW_JOHN, "");
    answer = judge_policy(&fixture, "p.conf", &(question_t) { .leaf = &client });
    TAP_HAS(answer.message, "Mall");
    TAP_HAS(answer.message, "is not in allow");
    TAP_TRUE(strchr(answer.message, '\x1b') == NULL);
    TAP_TRUE(strchr(answer.message, '\n') == NULL);
    cert_free(&client);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "names, globs, case, several names, and names that are none", matches },
        { "deny alone is a gate", is_a_gate_with_deny_alone },
        { "allow_file: comments, empty lines, CR LF, byte order mark", reads_files },
        { "deny_file", denies_by_file },
        { "the name that did not match is told, in printable letters", says_the_name },
    };
    int ret;

    fixture_open(&fixture);
    cert_issue(&root, &(const cert_spec_t) { .cn = "Root", .ca = true }, NULL);
    PUT_PEM(&fixture, "root.pem", &root);
    ret = tap_main("plugins/cn", tests, COUNT(tests));
    cert_free(&root);
    fixture_close(&fixture);
    return ret;
}

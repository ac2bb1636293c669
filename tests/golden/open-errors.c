/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * open-errors.c - what an open says that `mtlsauth lint` cannot: mistakes of the server, and
 * policies that do not fit the server at hand.
 */
#include <stdio.h>
#include <unistd.h>

#include "fixture.h"
#include "tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char deny[] = "stack = ( { control = \"requisite\"; plugin = \"deny\"; } );\n";
static const char hosts[] = "hosts = [ \"api.example.com\" ];\n"
                            "stack = ( { control = \"requisite\"; plugin = \"deny\"; } );\n";

/* The attributes that a server declares. */
static void attributes(void)
{
    static const struct {
        const char *names[2];
        size_t count;
        const char *policy;
        const char *text;
    } rows[] = {
        { { "http.host" }, 1, deny, "" },
        { { "http.host" }, 1, hosts, "" },
        { { "tls.sni" }, 1, hosts, "" },
        /* a policy for hosts in a server that knows none */
        { { "app.user" }, 1, hosts,
          "DIR/p.conf:1:9: hosts: this server never supplies http.host or tls.sni"
          "; remove hosts, and name the service in the server's configuration" },
        { { NULL }, 0, hosts,
          "DIR/p.conf:1:9: hosts: this server never supplies http.host or tls.sni"
          "; remove hosts, and name the service in the server's configuration" },
        { { "http.hots" }, 1, deny,
          "the server declares an unknown attribute \"http.hots\"; did you mean \"http.host\"?" },
        { { "weather" }, 1, deny,
          "the server declares an unknown attribute \"weather\""
          "; mtlsauth.h lists those that there are" },
        { { NULL }, 1, deny,
          "the server declares an unknown attribute \"\""
          "; mtlsauth.h lists those that there are" },
        { { "ip.src", "ip.src" }, 2, deny, "the server declares attribute \"ip.src\" twice" },
        { { NULL }, 65, deny,
          "attributes or plugins without a list of them, or more than 64 attributes" },
    };
    fixture_t fixture;
    size_t i;

    fixture_open(&fixture);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("row %zu", i);
        fixture_write(&fixture, "p.conf", rows[i].policy);
        fixture.attributes = rows[i].names;
        fixture.n_attributes = rows[i].count;
        TAP_STR(fixture_error(&fixture, "p.conf"), rows[i].text);
    }
    fixture_close(&fixture);
}

/* The struct that a server passes: of another release, or filled in badly. */
static void open_struct(void)
{
    static const struct {
        const char *what;
        uint32_t size;
        uint32_t version;
        uint32_t flags;
        const char *text;
    } rows[] = {
        { "forgotten", 0, MTLSAUTH_API_VERSION, 0,
          "mtlsauth_open_t is not of this version of the library"
          "; build the server with this version's headers" },
        { "short", sizeof(mtlsauth_open_t) - 8, MTLSAUTH_API_VERSION, 0,
          "mtlsauth_open_t is not of this version of the library"
          "; build the server with this version's headers" },
        { "of another version", sizeof(mtlsauth_open_t), MTLSAUTH_API_VERSION + 1, 0,
          "mtlsauth_open_t is not of this version of the library"
          "; build the server with this version's headers" },
        { "a flag of another release", sizeof(mtlsauth_open_t), MTLSAUTH_API_VERSION, 0x80000001u,
          "flags 0x80000000 are not known to this version" },
    };
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
        mtlsauth_engine_t *engine = NULL;
        mtlsauth_error_t *err = NULL;
        tap_row("%s", rows[i].what);
        how.struct_size = rows[i].size;
        how.version = rows[i].version;
        how.flags = rows[i].flags;
        how.policy = "/nonexistent";
        TAP_INT(mtlsauth_engine_open(&engine, &how, &err), MTLSAUTH_E_ARGUMENT);
        TAP_TRUE(engine == NULL);
        TAP_STR(mtlsauth_error_text(err), rows[i].text);
        mtlsauth_error_free(err);
    }
}

/* The same error object tells its parts, which the text joins. */
static void parts(void)
{
    mtlsauth_error_t *err = NULL;
    mtlsauth_engine_t *engine;
    fixture_t fixture;

    fixture_open(&fixture);
    fixture_write(&fixture, "p.conf", "mode = \"enforce\";\nstack = (\n  { control = 'x'; }\n);\n");
    engine = fixture_engine(&fixture, "p.conf", &err);
    TAP_TRUE(engine == NULL);
    TAP_STR(mtlsauth_error_file(err), fixture_path(&fixture, "p.conf"));
    TAP_INT(mtlsauth_error_line(err), 3);
    TAP_INT(mtlsauth_error_column(err), 15);
    TAP_INT(mtlsauth_error_code(err), MTLSAUTH_E_SYNTAX);
    TAP_STR(mtlsauth_error_message(err), "strings take double quotes");
    TAP_STR(mtlsauth_error_mend(err), "write \" in place of '");
    TAP_HAS(fixture.log, "cannot load the policies: ");
    TAP_HAS(fixture.log, "p.conf:3:15: strings take double quotes; write \" in place of '");
    mtlsauth_error_free(err);
    fixture_close(&fixture);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "attributes that the server declares", attributes },
        { "the struct that the server passes", open_struct },
        { "the parts of an error, and the log", parts },
    };

    return tap_main("open errors", tests, COUNT(tests));
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setters.c - setters return nothing: what went wrong in one sticks to the request, and it is
 * denied whatever was set before and after.
 */
#include "scene.h"

enum { PATH, RESUMED, PORT, SOURCE, HEADERS, HOST, N_ATTRIBUTES };

static const char *const attributes[N_ATTRIBUTES] = {
    [PATH] = "http.request.uri.path", [RESUMED] = "tls.resumed",
    [PORT] = "tcp.dstport",           [SOURCE] = "ip.src",
    [HEADERS] = "http.request.headers", [HOST] = "http.host",
};

#define POLICY TRUST STACK(VALIDITY CN("required", "John Doe"))

static mtlsauth_engine_t *open_scene(scene_t *scene)
{
    scene_open(scene);
    scene->fixture.attributes = attributes;
    scene->fixture.n_attributes = N_ATTRIBUTES;
    fixture_write(&scene->fixture, "p.conf", POLICY);
    return fixture_engine_ok(&scene->fixture, "p.conf");
}

static void set_john(mtlsauth_request_t *request, const scene_t *scene)
{
    mtlsauth_request_time(request, CERTS_NOW);
    mtlsauth_request_leaf(request, scene->john.der.data, scene->john.der.size);
}

static char big[65537];
static const uint8_t octets[17] = { 192, 0, 2, 1 };

static void good(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, PATH, "/", 1);
    mtlsauth_request_string(r, PATH, NULL, 0);
    mtlsauth_request_string(r, PATH, big, 65536);
    mtlsauth_request_bool(r, RESUMED, -5);
    mtlsauth_request_int(r, PORT, INT64_MIN);
    mtlsauth_request_address(r, SOURCE, octets, 4);
    mtlsauth_request_address(r, SOURCE, octets, 16);
    mtlsauth_request_header(r, HEADERS, "a", 1, "b", 1);
    mtlsauth_request_header(r, HEADERS, NULL, 0, NULL, 0);
    mtlsauth_request_header(r, HEADERS, big, 65536, big, 65536);
    mtlsauth_request_chain(r, NULL, 0);
    mtlsauth_request_string(r, HOST, "x.test", 6);
}

static void long_string(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, PATH, big, 65537);
}

static void huge_string(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, PATH, big, SIZE_MAX);
}

static void long_header_name(mtlsauth_request_t *r)
{
    mtlsauth_request_header(r, HEADERS, big, 65537, "", 0);
}

static void long_header_value(mtlsauth_request_t *r)
{
    mtlsauth_request_header(r, HEADERS, "a", 1, big, SIZE_MAX);
}

static void many_headers(mtlsauth_request_t *r)
{
    int i;

    for (i = 0; i < 257; i++)
        mtlsauth_request_header(r, HEADERS, "a", 1, "b", 1);
}

static void string_for_bool(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, RESUMED, "true", 4);
}

static void bool_for_int(mtlsauth_request_t *r)
{
    mtlsauth_request_bool(r, PORT, 1);
}

static void int_for_string(mtlsauth_request_t *r)
{
    mtlsauth_request_int(r, PATH, 1);
}

static void string_for_address(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, SOURCE, "192.0.2.1", 9);
}

static void address_for_string(mtlsauth_request_t *r)
{
    mtlsauth_request_address(r, PATH, octets, 4);
}

static void header_for_string(mtlsauth_request_t *r)
{
    mtlsauth_request_header(r, PATH, "a", 1, "b", 1);
}

static void undeclared(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, N_ATTRIBUTES, "x", 1);
}

static void far_undeclared(mtlsauth_request_t *r)
{
    mtlsauth_request_bool(r, ~0u, 1);
}

static void string_without_bytes(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, PATH, NULL, 1);
}

static void host_without_bytes(mtlsauth_request_t *r)
{
    mtlsauth_request_string(r, HOST, NULL, 5);
}

static void leaf_without_bytes(mtlsauth_request_t *r)
{
    mtlsauth_request_leaf(r, NULL, 100);
}

static void chain_without_bytes(mtlsauth_request_t *r)
{
    mtlsauth_request_chain(r, NULL, 100);
}

static void header_without_name(mtlsauth_request_t *r)
{
    mtlsauth_request_header(r, HEADERS, NULL, 1, "b", 1);
}

static void header_without_value(mtlsauth_request_t *r)
{
    mtlsauth_request_header(r, HEADERS, "a", 1, NULL, 1);
}

static void address_without_bytes(mtlsauth_request_t *r)
{
    mtlsauth_request_address(r, SOURCE, NULL, 4);
}

static void address_of_no_size(mtlsauth_request_t *r)
{
    mtlsauth_request_address(r, SOURCE, octets, 0);
}

static void address_of_five(mtlsauth_request_t *r)
{
    mtlsauth_request_address(r, SOURCE, octets, 5);
}

static void address_of_seventeen(mtlsauth_request_t *r)
{
    mtlsauth_request_address(r, SOURCE, octets, 17);
}

static void first_failure(mtlsauth_request_t *r)
{
    long_string(r);
    undeclared(r);
}

static void mended(mtlsauth_request_t *r) /* a good value after a bad one changes nothing */
{
    long_string(r);
    mtlsauth_request_string(r, PATH, "/", 1);
    good(r);
}

static const struct {
    const char *name;
    void (*set)(mtlsauth_request_t *request);
    const char *reason;
} setters[] = {
    /* everything as it should be, at the limits too */
    { "good values", good, "success" },
    /* too long, too many */
    { "a string of 64 KiB and one", long_string, "limit" },
    { "a string of SIZE_MAX", huge_string, "limit" },
    { "a header name that is too long", long_header_name, "limit" },
    { "a header value that is too long", long_header_value, "limit" },
    { "257 headers", many_headers, "limit" },
    /* another type than declared */
    { "string for bool", string_for_bool, "error" },
    { "bool for int", bool_for_int, "error" },
    { "int for string", int_for_string, "error" },
    { "string for address", string_for_address, "error" },
    { "address for string", address_for_string, "error" },
    { "header for string", header_for_string, "error" },
    /* not declared */
    { "one past the last attribute", undeclared, "error" },
    { "an attribute of ~0", far_undeclared, "error" },
    /* a size and no bytes */
    { "string without bytes", string_without_bytes, "error" },
    { "host without bytes", host_without_bytes, "error" },
    { "leaf without bytes", leaf_without_bytes, "error" },
    { "chain without bytes", chain_without_bytes, "error" },
    { "header without a name", header_without_name, "error" },
    { "header without a value", header_without_value, "error" },
    { "address without bytes", address_without_bytes, "error" },
    /* no address */
    { "address of no octets", address_of_no_size, "error" },
    { "address of 5 octets", address_of_five, "error" },
    { "address of 17 octets", address_of_seventeen, "error" },
    /* the first failure is the reason, and nothing mends it but a reset */
    { "two failures", first_failure, "limit" },
    { "a failure and a good value", mended, "limit" },
};

static void failures_stick(void)
{
    scene_t scene;
    mtlsauth_engine_t *engine = open_scene(&scene);
    mtlsauth_request_t *request = new_request(engine);
    size_t i;

    memset(big, 'x', sizeof(big));
    for (i = 0; i < COUNT(setters); i++) {
        int allows = strcmp(setters[i].reason, "success") == 0;
        tap_row("%s", setters[i].name);
        mtlsauth_request_reset(request);
        setters[i].set(request);
        set_john(request, &scene);
        TAP_INT(mtlsauth_authorize(request), allows);
        TAP_STR(reason_of(request), setters[i].reason);
        TAP_INT(mtlsauth_authorize(request), allows); /* asked again: still */
        /* set in the other order, after what would be allowed */
        mtlsauth_request_reset(request);
        set_john(request, &scene);
        TAP_INT(mtlsauth_authorize(request), 1);
        setters[i].set(request);
        set_john(request, &scene);
        TAP_INT(mtlsauth_authorize(request), allows);
        TAP_STR(reason_of(request), setters[i].reason);
    }
    TAP_INT(ask(request, &scene.john), 1); /* a reset forgets it */
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    scene_close(&scene);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "failures of setters stick", failures_stick },
    };

    return tap_main("setters", tests, COUNT(tests));
}

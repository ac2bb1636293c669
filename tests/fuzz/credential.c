/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * credential.c - fuzz target: what a client sends, before an engine with every plugin.
 *
 * An input that begins as a SEQUENCE or PEM does is a leaf alone. Else its first two octets are the
 * size of the leaf, the leaf follows, and what is left is the chain. The engine trusts
 * seeds/credential's root (credential_pki.h) and is opened once. With FUZZ_SHOW set, each decision
 * is printed.
 */
#include <mtlsauth/plugin.h>

#include "credential_pki.h"
#include "fixture.h"
#include "fuzz.h"

extern const mtlsauth_plugin_t mtlsauth_plugin_cn, mtlsauth_plugin_crl, mtlsauth_plugin_deny,
    mtlsauth_plugin_fingerprint, mtlsauth_plugin_permit, mtlsauth_plugin_san,
    mtlsauth_plugin_serial, mtlsauth_plugin_validity;

static const mtlsauth_plugin_t *const plugins[] = {
    &mtlsauth_plugin_cn,          &mtlsauth_plugin_crl,    &mtlsauth_plugin_deny,
    &mtlsauth_plugin_fingerprint, &mtlsauth_plugin_permit, &mtlsauth_plugin_san,
    &mtlsauth_plugin_serial,      &mtlsauth_plugin_validity,
};

/* What reads a leaf alone is asked before its path is known, so that it sees the worst. */
static const char policy[] =
    "trust = { anchors = [ \"root.pem\" ]; };\n"
    "stack = (\n"
    "  { control = \"required\"; plugin = \"serial\"; deny = [ \"01\" ]; },\n"
    "  { control = \"required\"; plugin = \"fingerprint\"; of = \"spki\"; deny = [\n"
    "    \"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" ]; },\n"
    "  { control = \"optional\"; plugin = \"cn\"; allow = [ \"*.example.com\", \"J*\" ]; },\n"
    "  { control = \"optional\"; plugin = \"san\"; dns = [ \"*.example.com\" ];\n"
    "    uri = [ \"https://*/**\" ]; email = [ \"*@example.com\" ]; ip = [ \"::/0\" ];\n"
    "    upn = [ \"*@*.example\" ]; },\n"
    "  { control = \"optional\"; plugin = \"san\"; spiffe = true;\n"
    "    uri = [ \"spiffe://example.org/**\" ]; },\n"
    "  { control = \"requisite\"; plugin = \"validity\"; max_depth = 8; },\n"
    "  { control = \"requisite\"; plugin = \"crl\"; files = [ \"crl.pem\" ];\n"
    "    freshness = \"if_present\"; },\n"
    "  { control = \"required\"; plugin = \"cn\"; allow = [ \"John Doe\" ]; }\n"
    ");\n";

static fixture_t fixture;
static mtlsauth_engine_t *engine;
static mtlsauth_request_t *request;

static void close_engine(void)
{
    mtlsauth_request_free(request);
    mtlsauth_engine_free(engine);
    fixture_close(&fixture);
}

static void open_engine(void)
{
    const char *base = getenv("TMPDIR");

    snprintf(fixture.dir, sizeof(fixture.dir), "%s/mtlsauth-fuzz-XXXXXX",
             base != NULL ? base : "/tmp");
    FUZZ_CHECK(mkdtemp(fixture.dir) != NULL);
    snprintf(fixture.plugins, sizeof(fixture.plugins), "%s", fixture.dir); /* none: all linked in */
    fixture_write(&fixture, "root.pem", credential_root);
    fixture_write(&fixture, "crl.pem", credential_crl);
    fixture_write(&fixture, "fuzz.conf", policy);
    fixture.flags = MTLSAUTH_OPEN_EXPLAIN;
    fixture.linked = plugins;
    fixture.n_linked = sizeof(plugins) / sizeof(plugins[0]);
    engine = fixture_engine_ok(&fixture, "fuzz.conf");
    FUZZ_CHECK(mtlsauth_request_new(engine, &request) == 0);
    atexit(close_engine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const mtlsauth_decision_t *decision;
    char json[16384];
    size_t leaf = size, room = sizeof(json);
    int allowed;

    if (engine == NULL)
        open_engine();
    if (size >= 2 && data[0] != 0x30 && data[0] != '-') {
        leaf = (size_t)data[0] << 8 | data[1];
        data += 2;
        size -= 2;
        leaf = leaf > size ? size : leaf;
    }
    fixture.log[0] = '\0';
    mtlsauth_request_reset(request);
    mtlsauth_request_time(request, CREDENTIAL_TIME);
    mtlsauth_request_leaf(request, data, leaf);
    if (size > leaf)
        mtlsauth_request_chain(request, data + leaf, size - leaf);
    allowed = mtlsauth_authorize(request);
    decision = mtlsauth_decision(request);
    FUZZ_CHECK(allowed == 0 || allowed == 1);
    FUZZ_CHECK((decision->verdict == MTLSAUTH_ALLOW) == (allowed == 1));
    FUZZ_CHECK(decision->reason[0] != '\0');
    FUZZ_CHECK(allowed == 0 || decision->result == MTLSAUTH_SUCCESS);
    FUZZ_CHECK(mtlsauth_decision_json(decision, json, &room) != 0 || room > 0);
    if (getenv("FUZZ_SHOW") != NULL)
        printf("%s: %s\n", decision->reason, decision->message);
    return 0;
}

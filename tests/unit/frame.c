/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * frame.c - what expressions may read where they stand, and what they read there: slots, what a
 * request lacks, what nobody knows, and facts that entries set between two evaluations.
 */
#include "certs.h"
#include "field_scene.h"
#include "plugin/field.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CF "cf.tls_client_auth."

static const char *const supplied[] = { "http.host", "ip.src", "tcp.dstport", "tls.resumed",
                                        "http.request.headers" };
enum { HOST, SRC, DSTPORT, RESUMED, HEADERS };

static issued_t issued_root, issued_leaf;

static const mtlsauth_cert_t *parse(field_scene_t *scene, const issued_t *from, bool complete)
{
    mtlsauth_cert_t *cert = NULL;
    int ret = ma_cert_parse((ma_bytes_t) { from->der.data, from->der.size }, &scene->arena, &cert,
                            NULL);

    if (ret == 0 && complete)
        ret = ma_cert_complete(cert);
    TAP_INT(ret, 0);
    return ret == 0 ? cert : NULL;
}

static ma_bytes_t bytes(const char *text)
{
    return (ma_bytes_t) { (const uint8_t *)text, strlen(text) };
}

static int state_of(field_scene_t *scene, const char *name)
{
    int state;

    (void)field_read(scene, name, &state);
    return state;
}

/* The table itself: what the schema, the frame and attributes of servers must agree on. */
static void table(void)
{
    size_t i, j, count, n_lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &n_lasting);
    const char *const *attribute;
    unsigned seen = 0;

    for (i = 0; i < count; i++) {
        bool lasts = rows[i].source == MA_FROM_CLIENT || rows[i].source == MA_FROM_ATTRIBUTE;
        tap_row("%s", rows[i].name);
        TAP_INT(lasts, i < n_lasting);
        TAP_INT(rows[i].make != NULL,
                rows[i].source == MA_FROM_CLIENT || rows[i].source == MA_FROM_PATH);
        TAP_TRUE(rows[i].type != MA_TYPE_NONE && rows[i].help[0] != '\0');
        TAP_TRUE(rows[i].hex == MA_HEX_NOT || rows[i].type == MA_TYPE_STRING);
        for (j = 0; j < i; j++)
            TAP_TRUE(strcmp(rows[i].name, rows[j].name) != 0);
        if (rows[i].source != MA_FROM_ATTRIBUTE)
            continue;
        seen++;
        TAP_INT(rows[i].type, ma_field_type(ma_attribute_type(rows[i].name)));
    }
    for (attribute = ma_attribute_names(); *attribute != NULL; attribute++)
        seen--;
    TAP_INT(seen, 0); /* each attribute has its field */
}

/* Names, aliases, and that a slot is found again. */
static void names(void)
{
    static const struct {
        const char *name;
        const char *field; /* NULL: there is none */
    } rows[] = {
        { "cf.tls_client_auth.cert_serial", "cf.tls_client_auth.cert_serial" },
        { "tls_client_auth.cert_serial", "cf.tls_client_auth.cert_serial" },
        { "tls_client_auth.cert_san_dns", "tls_client_auth.cert_san_dns" },
        { "cf.tls_client_auth.cert_san_dns", NULL }, /* not of that language */
        { "cf.tls_version", "tls.version" },
        { "cf.tls_cipher", "tls.cipher" },
        { "tls.version", "tls.version" },
        { "cf.http.host", NULL },
        { "http.hos", NULL },
        { "http.hostt", NULL },
        { "", NULL },
        { "cert_serial", NULL },
    };
    field_scene_t scene;
    size_t i, n = 0;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)) || !field_scene_bind(&scene, false))
        return;
    for (i = 0; i < COUNT(rows); i++) {
        const ma_field_t *field = field_of(&scene, rows[i].name);
        tap_row("%s", rows[i].name);
        TAP_STR(field != NULL ? field->name : "", rows[i].field != NULL ? rows[i].field : "");
    }
    for (i = 0; scene.schema.names[i] != NULL; i++) {
        tap_row("%s", scene.schema.names[i]);
        n += TAP_TRUE(field_of(&scene, scene.schema.names[i]) != NULL) ? 1 : 0;
    }
    TAP_TRUE(n > 60); /* with aliases */
    field_scene_end(&scene);
}

/* What can be read where, and the mend where it cannot. */
static void missing(void)
{
    static const struct {
        const char *name;
        const char *missing, *mend; /* parts; NULL: it can be read */
        const char *offline;        /* the same offline */
    } rows[] = {
        { CF "cert_serial", NULL, NULL, NULL },
        { CF "cert_chain_rfc9440", NULL, NULL, NULL },
        { "http.host", NULL, NULL, NULL },
        { "tls.sni", "this server never supplies it", "mtlsauth fields", NULL },
        { "app.user", "this server never supplies it", "mtlsauth fields", NULL },
        { CF "cert_verified", "no entry before", "\"validity\"", "no entry before" },
        { "tls_client_auth.cert_failure", "no entry before", "\"validity\"", "no entry before" },
        { CF "cert_issuer_serial", "no entry before", "\"validity\"", "no entry before" },
        { "tls_client_auth.cert_chain_length", "no entry before", "\"validity\"",
          "no entry before" },
        { CF "cert_revoked", "no entry before", "\"crl\"", "no entry before" },
        { "visits.count", "no entry before", "\"visits\"", "no entry before" },
    };
    field_scene_t scene;
    unsigned number;
    size_t i, j;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    TAP_INT(ma_facts_declare(&scene.defs, "visits.count", MTLSAUTH_TYPE_INT, "visits", NULL,
                             &number, NULL),
            0);
    for (j = 0; j < 2; j++) {
        scene.scope.offline = j == 1;
        if (!field_scene_bind(&scene, scene.scope.offline))
            return;
        for (i = 0; i < COUNT(rows); i++) {
            const char *want = j == 0 ? rows[i].missing : rows[i].offline;
            const ma_field_t *field = field_of(&scene, rows[i].name);
            tap_row("%s, %s", rows[i].name, j == 0 ? "at a server" : "offline");
            if (!TAP_TRUE(field != NULL))
                continue;
            TAP_HAS(field->missing != NULL ? field->missing : "none", want != NULL ? want : "none");
            if (want != NULL)
                TAP_HAS(field->mend, rows[i].mend);
        }
    }
    field_scene_end(&scene);
}

/* An entry that runs before makes the facts of its plugin readable, and those alone. */
static void entries_before(void)
{
    static const mtlsauth_plugin_t validity = { .name = "validity", .n_writes = 2 };
    static const mtlsauth_plugin_t crl = { .name = "crl", .n_writes = 1 };
    unsigned validity_writes[2], crl_writes[1];
    ma_instance_t entry = { .plugin = &validity, .writes = validity_writes };
    field_scene_t scene;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    validity_writes[0] = (unsigned)ma_facts_core(&scene.defs, MA_FACT_CERT_VERIFIED);
    validity_writes[1] = (unsigned)ma_facts_core(&scene.defs, MA_FACT_CERT_FAILURE);
    crl_writes[0] = (unsigned)ma_facts_core(&scene.defs, MA_FACT_CERT_REVOKED);
    ma_scope_add(&scene.scope, &entry);
    if (!field_scene_bind(&scene, false))
        return;
    TAP_TRUE(field_of(&scene, CF "cert_verified")->missing == NULL);
    TAP_TRUE(field_of(&scene, CF "cert_issuer_ski")->missing == NULL);
    TAP_TRUE(field_of(&scene, CF "cert_revoked")->missing != NULL);
    entry = (ma_instance_t) { .plugin = &crl, .writes = crl_writes };
    ma_scope_add(&scene.scope, &entry);
    if (!field_scene_bind(&scene, false))
        return;
    TAP_TRUE(field_of(&scene, CF "cert_revoked")->missing == NULL);
    field_scene_end(&scene);
}

/* Without a certificate everything of it is false, 0, "" or empty; and known. */
static void no_certificate(void)
{
    size_t i, count, n_lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &n_lasting);
    field_scene_t scene;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)) || !field_scene_bind(&scene, false))
        return;
    for (i = 0; i < count; i++) {
        ma_value_t value;
        int state;
        if (rows[i].source != MA_FROM_CLIENT)
            continue;
        tap_row("%s", rows[i].name);
        value = field_read(&scene, rows[i].name, &state);
        TAP_INT(state, MA_SLOT_MADE);
        TAP_INT(value.number, 0);
        TAP_INT(value.bytes.size, 0);
        TAP_INT(value.count, 0);
    }
    field_scene_end(&scene);
}

/* What the server supplies, what this request lacks, and what nobody knows. */
static void attributes(void)
{
    static const uint8_t address[4] = { 192, 0, 2, 1 };
    field_scene_t scene;
    ma_value_t value;
    int state;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)) || !field_scene_bind(&scene, false))
        return;
    scene.attributes[HOST] = (ma_fact_value_t) { .set = true, .bytes = bytes("api.example") };
    scene.attributes[DSTPORT] = (ma_fact_value_t) { .set = true, .number = 443 };
    scene.attributes[SRC] = (ma_fact_value_t) { .set = true, .bytes = { address, 4 } };
    TAP_STR(field_text(&scene, "http.host"), "api.example");
    TAP_STR(field_text(&scene, "tcp.dstport"), "443");
    value = field_read(&scene, "ip.src", &state);
    TAP_TRUE(value.bytes.size == 4 && memcmp(value.bytes.data, address, 4) == 0);
    /* lacking: supplied, but not in this request */
    TAP_STR(field_text(&scene, "tls.resumed"), "false");
    value = field_read(&scene, "http.request.headers", &state);
    TAP_TRUE(state == MA_SLOT_MADE && value.pairs == NULL);
    /* never supplied */
    TAP_INT(state_of(&scene, "tls.sni"), MA_SLOT_UNKNOWN);
    TAP_INT(state_of(&scene, "app.user"), MA_SLOT_UNKNOWN);
    /* offline, what was not given is not known either, and what was given empty is */
    scene.attributes[HOST].bytes = bytes("");
    if (!field_scene_bind(&scene, true))
        return;
    TAP_INT(state_of(&scene, "tls.resumed"), MA_SLOT_UNKNOWN);
    TAP_INT(state_of(&scene, "http.request.headers"), MA_SLOT_UNKNOWN);
    TAP_STR(field_text(&scene, "http.host"), "");
    TAP_STR(field_text(&scene, "tcp.dstport"), "443");
    field_scene_end(&scene);
}

/* The last header is first in the request, and last in the map. */
static void headers(void)
{
    ma_header_t first = { bytes("A"), bytes("1"), NULL };
    ma_header_t second = { bytes("b"), bytes("2"), &first };
    ma_header_t third = { bytes("a"), bytes("3"), &second };
    const char *const want[] = { "A", "1", "b", "2", "a", "3" };
    const ma_pair_t *pair;
    field_scene_t scene;
    size_t i = 0;
    int state;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)) || !field_scene_bind(&scene, false))
        return;
    scene.attributes[HEADERS] = (ma_fact_value_t) { .set = true, .headers = &third };
    pair = field_read(&scene, "http.request.headers", &state).pairs;
    for (; pair != NULL && i < COUNT(want); pair = pair->next, i += 2) {
        TAP_STR((const char *)pair->name.data, want[i]);
        TAP_STR((const char *)pair->value.data, want[i + 1]);
    }
    TAP_TRUE(pair == NULL && i == COUNT(want));
    field_scene_end(&scene);
}

/* Facts are not known until their entry ran, and are read anew by every expression. */
static void facts(void)
{
    unsigned number;
    field_scene_t scene;
    const mtlsauth_cert_t *root;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    TAP_INT(ma_facts_declare(&scene.defs, "visits.who", MTLSAUTH_TYPE_STRING, "visits", NULL,
                             &number, NULL),
            0);
    scene.check.leaf = parse(&scene, &issued_leaf, false);
    root = parse(&scene, &issued_root, true);
    if (!field_scene_bind(&scene, false) || scene.check.leaf == NULL || root == NULL)
        return;
    TAP_TRUE(ma_request_frame_begin(scene.frame) == &scene.frame->frame);
    TAP_INT(scene.frame->frame.steps, MA_EXPR_STEPS);
    TAP_INT(state_of(&scene, CF "cert_verified"), MA_SLOT_UNKNOWN);
    TAP_INT(state_of(&scene, CF "cert_revoked"), MA_SLOT_UNKNOWN);
    TAP_INT(state_of(&scene, CF "cert_issuer_serial"), MA_SLOT_UNKNOWN);
    TAP_STR(field_text(&scene, "visits.who"), ""); /* of a plugin, which need not set it */
    TAP_STR(field_text(&scene, CF "cert_presented"), "true");

    /* no path */
    scene.facts[MA_FACT_CERT_VERIFIED] = (ma_fact_value_t) { .set = true };
    scene.facts[MA_FACT_CERT_FAILURE]
        = (ma_fact_value_t) { .set = true, .bytes = bytes("untrusted") };
    TAP_INT(state_of(&scene, CF "cert_verified"), MA_SLOT_UNKNOWN); /* the same evaluation */
    (void)ma_request_frame_begin(scene.frame);
    TAP_STR(field_text(&scene, CF "cert_verified"), "false");
    TAP_STR(field_text(&scene, "tls_client_auth.cert_failure"), "untrusted");
    TAP_STR(field_text(&scene, CF "cert_issuer_serial"), "");
    TAP_STR(field_text(&scene, CF "cert_issuer_ski"), "");
    TAP_STR(field_text(&scene, "tls_client_auth.cert_chain_length"), "0");

    /* a path, and a fact of a plugin */
    scene.facts[MA_FACT_CERT_VERIFIED].number = 1;
    scene.facts[MA_FACT_CERT_FAILURE].bytes = bytes("");
    scene.facts[MA_FACT_CERT_REVOKED] = (ma_fact_value_t) { .set = true, .number = 1 };
    scene.facts[MA_N_CORE_FACTS] = (ma_fact_value_t) { .set = true, .bytes = bytes("jo") };
    scene.check.path = (ma_path_t) { { scene.check.leaf, root }, 2 };
    (void)ma_request_frame_begin(scene.frame);
    TAP_STR(field_text(&scene, CF "cert_verified"), "true");
    TAP_STR(field_text(&scene, CF "cert_revoked"), "true");
    TAP_STR(field_text(&scene, "tls_client_auth.cert_failure"), "");
    TAP_STR(field_text(&scene, CF "cert_issuer_serial"), "40FFEE");
    TAP_STR(field_text(&scene, "tls_client_auth.cert_chain_length"), "2");
    TAP_STR(field_text(&scene, "visits.who"), "jo");
    /* an anchor that was sent as the client's own: it issued itself */
    scene.check.path = (ma_path_t) { { root }, 1 };
    (void)ma_request_frame_begin(scene.frame);
    TAP_STR(field_text(&scene, CF "cert_issuer_serial"), "40FFEE");
    /* one that did not sign itself, trusted as it is: who issued it is not known */
    scene.check.path = (ma_path_t) { { scene.check.leaf }, 1 };
    (void)ma_request_frame_begin(scene.frame);
    TAP_STR(field_text(&scene, CF "cert_issuer_serial"), "");
    field_scene_end(&scene);
}

/* What the client sent beside its certificate says nothing of the issuer. */
static void chain_is_no_path(void)
{
    const mtlsauth_cert_t *chain[1];
    field_scene_t scene;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    scene.check.leaf = parse(&scene, &issued_leaf, false);
    chain[0] = parse(&scene, &issued_root, false);
    scene.check.chain = chain;
    scene.check.n_chain = 1;
    scene.facts[MA_FACT_CERT_VERIFIED].set = true;
    if (!field_scene_bind(&scene, false))
        return;
    TAP_STR(field_text(&scene, CF "cert_issuer_serial"), "");
    TAP_STR(field_text(&scene, "tls_client_auth.cert_chain_length"), "0");
    TAP_TRUE(strlen(field_text(&scene, CF "cert_chain_rfc9440")) > 100);
    field_scene_end(&scene);
}

/* Where there is no memory no field reads as empty: the evaluation is an error. */
static void no_memory(void)
{
    static const char *const fields[] = { CF "cert_serial", CF "cert_subject_dn",
                                          CF "cert_rfc9440", "tls_client_auth.cert_eku" };
    ma_arena_t small;
    field_scene_t scene;
    size_t i;

    if (!field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    scene.check.leaf = parse(&scene, &issued_leaf, false);
    if (!field_scene_bind(&scene, false) || scene.check.leaf == NULL)
        return;
    TAP_INT(ma_request_frame_end(scene.frame, MA_OUTCOME_TRUE), MA_OUTCOME_TRUE);
    TAP_INT(ma_request_frame_end(scene.frame, MA_OUTCOME_LIMIT), MA_OUTCOME_LIMIT);
    ma_arena_init(&small, 1);
    scene.arena.limit = scene.arena.total; /* the certificate's own */
    while (ma_arena_alloc(&scene.arena, 8) != NULL)
        ;
    scene.check.arena = &small;
    for (i = 0; i < COUNT(fields); i++) {
        tap_row("%s", fields[i]);
        (void)ma_request_frame_begin(scene.frame);
        TAP_INT(state_of(&scene, fields[i]), MA_SLOT_TO_MAKE);
        TAP_INT(ma_request_frame_end(scene.frame, MA_OUTCOME_TRUE), MA_OUTCOME_ERROR);
    }
    ma_arena_free(&small);
    field_scene_end(&scene);
}

/* A certificate that threads share is only read, whatever is asked of it. */
static void shared(void)
{
    size_t i, count, n_lasting;
    const ma_field_row_t *rows = ma_field_rows(&count, &n_lasting);
    field_scene_t scene;
    ma_arena_t kept;
    mtlsauth_cert_t *cert = NULL, before;

    ma_arena_init(&kept, 0);
    if (!TAP_INT(ma_cert_parse((ma_bytes_t) { issued_leaf.der.data, issued_leaf.der.size }, &kept,
                               &cert, NULL), 0)
        || !TAP_INT(ma_cert_complete(cert), 0)
        || !field_scene_begin(&scene, supplied, COUNT(supplied)))
        return;
    before = *cert;
    kept.limit = 1; /* whoever wants memory of it gets none, and fails */
    scene.check.leaf = cert;
    if (!field_scene_bind(&scene, false))
        return;
    for (i = 0; i < n_lasting; i++) {
        tap_row("%s", rows[i].name);
        if (rows[i].source == MA_FROM_CLIENT)
            TAP_INT(state_of(&scene, rows[i].name), MA_SLOT_MADE);
    }
    TAP_TRUE(memcmp(cert, &before, sizeof(before)) == 0);
    field_scene_end(&scene);
    ma_arena_free(&kept);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "the table agrees with itself and with the attributes", table },
        { "names and aliases", names },
        { "what cannot be read, and the mend", missing },
        { "entries make their facts readable", entries_before },
        { "without a certificate", no_certificate },
        { "attributes: given, lacking, unknown", attributes },
        { "headers keep their order", headers },
        { "facts are read anew", facts },
        { "a chain is no path", chain_is_no_path },
        { "no memory is an error", no_memory },
        { "a shared certificate is only read", shared },
    };
    int ret;

    cert_issue(&issued_root, &(cert_spec_t) { .cn = "root", .ca = true, .serial = "40ffee" }, NULL);
    cert_issue(&issued_leaf,
               &(cert_spec_t) { .cn = "leaf", .dns = "a.example",
                                .eku = GNUTLS_KP_TLS_WWW_CLIENT },
               &issued_root);
    ret = tap_main("frame", tests, COUNT(tests));
    cert_free(&issued_leaf);
    cert_free(&issued_root);
    return ret;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * credential.c - the client's own certificate and the ones sent after it: two things that servers
 * mix up, in every encoding, and bytes that are none.
 */
#include "scene.h"

#define POLICY TRUST STACK(VALIDITY CN("required", "John Doe"))

/* Room for what is put together: more than the 64 KiB of a chain. */
static uint8_t bytes[256 * 1024];

typedef struct bench {
    scene_t scene;
    issued_t issuing; /* an intermediate named "John Doe", to be mistaken for him */
    issued_t client;  /* "John Doe", issued by it */
    issued_t wide;    /* a certificate of more than 4 KiB, issued by the anchor */
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
} bench_t;

static void bench_open(bench_t *bench)
{
    static char name[5001];

    memset(name, 'x', sizeof(name) - 1);
    memcpy(name, "https://x.test/", 15);
    scene_open(&bench->scene);
    cert_issue(&bench->issuing, &(cert_spec_t) { .cn = "John Doe", .ca = true },
               &bench->scene.root);
    cert_issue(&bench->client, &(cert_spec_t) { .cn = "John Doe" }, &bench->issuing);
    cert_issue(&bench->wide, &(cert_spec_t) { .cn = "Wide", .uri = name }, &bench->scene.root);
    fixture_write(&bench->scene.fixture, "p.conf", POLICY);
    bench->engine = fixture_engine_ok(&bench->scene.fixture, "p.conf");
    bench->request = new_request(bench->engine);
    mtlsauth_request_time(bench->request, CERTS_NOW);
}

static void bench_close(bench_t *bench)
{
    mtlsauth_request_free(bench->request);
    mtlsauth_engine_free(bench->engine);
    cert_free(&bench->issuing);
    cert_free(&bench->client);
    cert_free(&bench->wide);
    scene_close(&bench->scene);
}

static void begin(bench_t *bench)
{
    mtlsauth_request_reset(bench->request);
    mtlsauth_request_time(bench->request, CERTS_NOW);
}

static void leaf(bench_t *bench, gnutls_datum_t datum)
{
    mtlsauth_request_leaf(bench->request, datum.data, datum.size);
}

static void chain(bench_t *bench, gnutls_datum_t datum)
{
    mtlsauth_request_chain(bench->request, datum.data, datum.size);
}

static void answer(bench_t *bench, const char *reason)
{
    TAP_INT(mtlsauth_authorize(bench->request), strcmp(reason, "success") == 0);
    TAP_STR(reason_of(bench->request), reason);
}

/* Certificates one after the other, at the beginning of `bytes`. */
static gnutls_datum_t join(const gnutls_datum_t *parts, size_t count)
{
    unsigned used = 0;
    size_t i;

    for (i = 0; i < count && used + parts[i].size <= sizeof(bytes); i++) {
        memcpy(bytes + used, parts[i].data, parts[i].size);
        used += parts[i].size;
    }
    return (gnutls_datum_t) { bytes, used };
}

static void leaf_and_chain_are_separate(void)
{
    bench_t bench;
    gnutls_datum_t whole[2];

    bench_open(&bench);
    /* the intermediate is needed, and is found in the chain */
    tap_row("a client without his intermediate");
    leaf(&bench, bench.client.der);
    answer(&bench, "untrusted");
    tap_row("with it");
    chain(&bench, bench.issuing.der);
    answer(&bench, "success");
    /* a server whose "chain" begins with the leaf: no harm, and no certificate for the leaf */
    tap_row("the leaf again in the chain");
    begin(&bench);
    leaf(&bench, bench.client.der);
    chain(&bench, bench.client.der);
    chain(&bench, bench.issuing.der);
    chain(&bench, bench.client.der);
    answer(&bench, "success");
    tap_row("nothing but a chain: nobody was presented");
    begin(&bench);
    chain(&bench, bench.client.der);
    chain(&bench, bench.issuing.der);
    answer(&bench, "no_certificate");
    /* the issuer's name is John Doe too, and he is not the client */
    tap_row("an intermediate as the leaf, of Jane Roe");
    begin(&bench);
    leaf(&bench, bench.scene.jane.der);
    chain(&bench, bench.issuing.der);
    chain(&bench, bench.client.der);
    answer(&bench, "no_match");
    tap_row("a leaf that signed itself, with a good one in the chain");
    begin(&bench);
    leaf(&bench, bench.scene.alone.der);
    chain(&bench, bench.scene.john.der);
    chain(&bench, bench.issuing.der);
    TAP_INT(mtlsauth_authorize(bench.request), 0); /* for more than one reason */
    /* both in one: which is the client's own cannot be known */
    tap_row("leaf and intermediate as the leaf, DER");
    whole[0] = bench.client.der;
    whole[1] = bench.issuing.der;
    begin(&bench);
    leaf(&bench, join(whole, 2));
    answer(&bench, "malformed");
    tap_row("leaf and intermediate as the leaf, PEM");
    whole[0] = bench.client.pem;
    whole[1] = bench.issuing.pem;
    begin(&bench);
    leaf(&bench, join(whole, 2));
    answer(&bench, "malformed");
    bench_close(&bench);
}

static void encodings(void)
{
    bench_t bench;
    gnutls_datum_t noise = { (unsigned char *)(uintptr_t)"subject=/CN=John Doe\n", 21 };
    gnutls_datum_t parts[4];
    size_t i;

    bench_open(&bench);
    for (i = 0; i < 4; i++) { /* leaf and chain each in DER and PEM */
        tap_row("leaf %s, chain %s", i & 1 ? "PEM" : "DER", i & 2 ? "PEM" : "DER");
        begin(&bench);
        leaf(&bench, i & 1 ? bench.client.pem : bench.client.der);
        chain(&bench, i & 2 ? bench.issuing.pem : bench.issuing.der);
        answer(&bench, "success");
    }
    tap_row("several in DER, the needed one last");
    parts[0] = bench.scene.root.der;
    parts[1] = bench.scene.jane.der;
    parts[2] = bench.issuing.der;
    begin(&bench);
    leaf(&bench, bench.client.der);
    chain(&bench, join(parts, 3));
    answer(&bench, "success");
    tap_row("several in PEM, text between them");
    parts[0] = bench.scene.root.pem;
    parts[1] = noise;
    parts[2] = bench.issuing.pem;
    parts[3] = noise;
    begin(&bench);
    leaf(&bench, bench.client.pem);
    chain(&bench, join(parts, 4));
    answer(&bench, "success");
    tap_row("in pieces, DER and PEM");
    begin(&bench);
    leaf(&bench, bench.client.der);
    chain(&bench, bench.scene.root.pem);
    chain(&bench, bench.issuing.der);
    answer(&bench, "success");
    bench_close(&bench);
}

static void how_many(void)
{
    static const struct {
        unsigned count; /* copies of a certificate in the chain, the intermediate among them */
        const char *reason;
    } rows[] = { { 1, "success" }, { 16, "success" }, { 17, "limit" }, { 200, "limit" } };
    bench_t bench;
    gnutls_datum_t one[200];
    size_t i, j;

    bench_open(&bench);
    for (i = 0; i < COUNT(rows); i++) {
        for (j = 0; j < rows[i].count; j++)
            one[j] = bench.scene.jane.der;
        one[rows[i].count - 1] = bench.issuing.der;
        tap_row("%u in one piece", rows[i].count);
        begin(&bench);
        leaf(&bench, bench.client.der);
        chain(&bench, join(one, rows[i].count));
        answer(&bench, rows[i].reason);
        tap_row("%u in pieces", rows[i].count);
        begin(&bench);
        leaf(&bench, bench.client.der);
        for (j = 0; j < rows[i].count; j++)
            chain(&bench, one[j]);
        answer(&bench, rows[i].reason);
    }
    bench_close(&bench);
}

static void how_large(void)
{
    bench_t bench;
    gnutls_datum_t parts[14];
    size_t i, fit;

    bench_open(&bench);
    fit = 65536 / bench.wide.der.size; /* whole ones that 64 KiB hold: fewer than 16 */
    TAP_TRUE(fit >= 10 && fit + 1 < COUNT(parts));
    for (i = 0; i < COUNT(parts); i++)
        parts[i] = bench.wide.der;
    tap_row("as much as 64 KiB hold");
    leaf(&bench, bench.scene.john.der);
    chain(&bench, join(parts, fit));
    answer(&bench, "success");
    tap_row("one more");
    begin(&bench);
    leaf(&bench, bench.scene.john.der);
    chain(&bench, join(parts, fit + 1));
    answer(&bench, "limit");
    tap_row("one more, in pieces");
    begin(&bench);
    leaf(&bench, bench.scene.john.der);
    for (i = 0; i < fit + 1; i++)
        chain(&bench, parts[i]);
    answer(&bench, "limit");
    tap_row("much text and no certificate");
    memset(bytes, ' ', sizeof(bytes));
    begin(&bench);
    leaf(&bench, bench.scene.john.der);
    chain(&bench, (gnutls_datum_t) { bytes, sizeof(bytes) });
    answer(&bench, "limit");
    tap_row("a leaf of more than 64 KiB");
    begin(&bench);
    leaf(&bench, (gnutls_datum_t) { bytes, sizeof(bytes) });
    answer(&bench, "limit");
    bench_close(&bench);
}

static const struct {
    const char *bytes;
    size_t size;
} garbage[] = {
    { "x", 1 },
    { "\0", 1 },
    { "\x30", 1 },                                       /* a tag and no length */
    { "\x30\x80\x00\x00", 4 },                           /* indefinite length */
    { "\x30\x84\xff\xff\xff\xff", 6 },                   /* a length of 4 GiB */
    { "\x30\x00", 2 },                                   /* an empty SEQUENCE */
    { "\x30\x03\x02\x01\x01", 5 },                       /* a SEQUENCE of something else */
    { "-----BEGIN CERTIFICATE-----\n", 28 },             /* no end */
    { "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 54 },
    { "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", 59 },
    { "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", 59 },
};

static void bytes_that_are_no_certificate(void)
{
    bench_t bench;
    size_t i;

    bench_open(&bench);
    for (i = 0; i < COUNT(garbage); i++) {
        gnutls_datum_t datum = { (unsigned char *)(uintptr_t)garbage[i].bytes,
                                 (unsigned)garbage[i].size };
        tap_row("%zu as the leaf", i);
        begin(&bench);
        leaf(&bench, datum);
        answer(&bench, "malformed");
        /* text without a certificate in it is an empty chain; the first two rows are that */
        tap_row("%zu in the chain", i);
        begin(&bench);
        leaf(&bench, bench.scene.john.der);
        chain(&bench, datum);
        answer(&bench, i < 2 ? "success" : "malformed");
    }
    bench_close(&bench);
}

/* A good certificate with a byte missing, added or changed. */
static void damaged_certificates(void)
{
    bench_t bench;
    gnutls_datum_t der;
    unsigned i;

    bench_open(&bench);
    der = bench.scene.john.der;
    for (i = 0; i < der.size; i++) {
        tap_row("%u of %u bytes", i, der.size);
        begin(&bench);
        leaf(&bench, (gnutls_datum_t) { der.data, i });
        answer(&bench, i == 0 ? "no_certificate" : "malformed");
    }
    memcpy(bytes, der.data, der.size);
    for (i = 0; i < 3; i++) {
        static const unsigned char after[3] = { 0x00, '\n', 0x30 };
        tap_row("byte %u behind it", after[i]);
        bytes[der.size] = after[i];
        begin(&bench);
        leaf(&bench, (gnutls_datum_t) { bytes, der.size + 1 });
        answer(&bench, "malformed");
        begin(&bench);
        leaf(&bench, der);
        chain(&bench, (gnutls_datum_t) { bytes, der.size + 1 });
        answer(&bench, "malformed");
    }
    for (i = 0; i < der.size; i++) {
        tap_row("byte %u changed", i);
        bytes[i] ^= 0x01;
        begin(&bench);
        leaf(&bench, (gnutls_datum_t) { bytes, der.size });
        TAP_INT(mtlsauth_authorize(bench.request), 0);
        bytes[i] ^= 0x01;
    }
    bench_close(&bench);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "leaf and chain are separate", leaf_and_chain_are_separate },
        { "encodings", encodings },
        { "how many certificates", how_many },
        { "how large a chain", how_large },
        { "bytes that are no certificate", bytes_that_are_no_certificate },
        { "damaged certificates", damaged_certificates },
    };

    return tap_main("credential", tests, COUNT(tests));
}

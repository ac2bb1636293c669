/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading lists piece by piece: whatever the pieces, the result is that of reading it from memory;
 * the quick reader of entries agrees with the strict one; and what is signed is found in both
 * forms.
 */
#include "revocation_scene.h"

#include "crl/crl_reader.h"

/* ---- a source that gives a few bytes at a time ---------------------------------------------- */

typedef struct trickle {
    ma_byte_source_t source;
    ma_bytes_t rest;
    size_t piece;
    size_t fails_at; /* how much is left then */
} trickle_t;

static int trickle(ma_byte_source_t *source, uint8_t *room, size_t size, size_t *got)
{
    trickle_t *self = (trickle_t *)(void *)source;
    size_t n = self->piece < size ? self->piece : size;

    if (self->fails_at > 0 && self->rest.size <= self->fails_at)
        return MTLSAUTH_E_IO;
    n = n < self->rest.size ? n : self->rest.size;
    memcpy(room, self->rest.data, n);
    self->rest.data += n;
    self->rest.size -= n;
    *got = n;
    return 0;
}

static int read_by(ma_bytes_t bytes, size_t piece, size_t fails_at, ma_crl_t **out)
{
    trickle_t from = { { trickle }, bytes, piece, fails_at };
    const char *text = NULL;
    ma_window_t in;
    int ret;

    ma_window_source(&in, &from.source);
    ret = ma_crl_read(&in, out, &text);
    TAP_TRUE(ret == 0 || text != NULL);
    ma_window_free(&in);
    return ret;
}

static void reads_by_pieces(void)
{
    static const size_t pieces[] = { 1, 2, 3, 7, 64, 65535, 1000000 };
    ma_bytes_t der = scratch_read(&scratch, "ca.crl.der");
    const ma_strength_t strength = ma_strength_default();
    int64_t date;
    size_t i;

    for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        ma_crl_t *crl = NULL;

        tap_row("%zu at a time", pieces[i]);
        TAP_INT(read_by(der, pieces[i], 0, &crl), 0);
        if (!TAP_TRUE(crl != NULL))
            continue;
        TAP_INT(ma_crl_info(crl)->entries, 2);
        TAP_TRUE(ma_crl_find(crl, MA_OID("\x0e"), &date));
        TAP_INT(ma_crl_signed_by(crl, certs[CA], &strength), MTLSAUTH_SUCCESS);
        ma_crl_free(crl);
        crl = NULL;
        TAP_INT(read_by((ma_bytes_t) { der.data, der.size - 1 }, pieces[i], 0, &crl),
                MTLSAUTH_E_MALFORMED);
        TAP_INT(read_by(der, pieces[i], der.size, &crl), MTLSAUTH_E_IO);
        if (pieces[i] < der.size)
            TAP_INT(read_by(der, pieces[i], pieces[i], &crl), MTLSAUTH_E_IO); /* at last */
        TAP_TRUE(crl == NULL);
    }
}

/* ---- files that are longer than the window -------------------------------------------------- */

/* Lists of 3000 entries beside the client's, in every form, some with a twist. */
static void loads_long_files(void)
{
    static const struct {
        const char *make; /* of long.crl.der and long.crl: the file "f" */
        const char *error;
    } rows[] = {
        { "cp long.crl.der f", NULL },
        { "cat tiny.crl.der long.crl.der tiny.crl.der >f", NULL },
        { "cp long.crl f", NULL },
        { "sed 's/$/\\r/' long.crl >f", NULL },
        { "sed 's/^/   /' long.crl >f", NULL },
        { "{ yes text | head -n 40000; cat ca.pem tiny.crl long.crl; } >f", NULL },
        { "{ head -c 200000 /dev/zero | tr '\\0' x; echo; cat long.crl; } >f", NULL },
        /* blanks do not hide a boundary, however many they are */
        { "{ head -c 200000 /dev/zero | tr '\\0' ' '; cat long.crl; } >f", NULL },
        { "openssl base64 -A -in long.crl.der >f", NULL },
        { "openssl base64 -in long.crl.der >f", NULL },
        { "{ echo '-----BEGIN X509 CRL-----'; openssl base64 -A -in long.crl.der; echo;"
          " echo '-----END X509 CRL-----'; } >f", NULL },
        { "head -c 66000 long.crl.der >f", "cut short" },
        { "head -c 70000 long.crl >f", "without an END" },
        { "{ cat long.crl.der; printf x; } >f", "CRL 2 of" },
        { "sed 's/X509 CRL-----$/X509 CRL----/' long.crl >f", "a BEGIN line that does not end" },
        { "sed '1000s/^..../QQ==/' long.crl >f", "not base64" },
        { "sed '1000s/^./-/' long.crl >f", "not base64" },
        { "{ sed '$d' long.crl; echo '-----END CERTIFICATE-----'; } >f", "does not match" },
        { "{ sed '$d' long.crl; echo QUJD; sed -n '$p' long.crl; } >f", "" },
        { "{ openssl base64 -A -in long.crl.der; openssl base64 -A -in long.crl.der; } >f", "" },
    };
    char text[1024], *entries = ma_arena_alloc(&scratch.arena, 3001 * 26 + 32);
    size_t i, n = 0;

    if (entries != NULL)
        n = (size_t)sprintf(entries, "250601000000Z 0E;");
    for (i = 0; entries != NULL && i < 3000; i++)
        n += (size_t)sprintf(entries + n, "250601000000Z 40%06zX;", i);
    if (!TAP_TRUE(entries != NULL))
        return;
    TAP_TRUE(scratch_text(&scratch, "entries", entries));
    TAP_TRUE(scratch_run(&scratch,
                         "tr ';' '\\n' <entries | sed 's/ /\\t/; s/$/\\tunknown\\t\\/CN=x/;"
                         " s/^/R\\t491231235959Z\\t/' >long.txt &&"
                         "DB=long.txt openssl ca -config crl.cnf -gencrl -cert ca.pem -keyfile"
                         " ca.key -crl_lastupdate 260101000000Z -crl_nextupdate 260201000000Z"
                         " -out long.crl && openssl crl -in long.crl -outform DER"
                         " -out long.crl.der"));
    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        mtlsauth_revocation_t *set = new_set(STRICT, MTLSAUTH_SCOPE_LEAF);

        tap_row("%s", rows[i].make);
        TAP_TRUE(scratch_run(&scratch, "umask 022; rm -f f; %s", rows[i].make));
        TAP_INT(add(set, "f", text, sizeof(text)),
                rows[i].error == NULL ? 0 : MTLSAUTH_E_MALFORMED);
        if (rows[i].error != NULL && !TAP_HAS(text, rows[i].error))
            printf("#   %s: %s\n", rows[i].make, text);
        if (rows[i].error == NULL)
            TAP_INT(judge(set, EARLY, T_2026_01_15, false, false), MTLSAUTH_REVOKED);
        ma_revocation_free(set);
    }
}

/* ---- the quick reader of entries ------------------------------------------------------------ */

/* Reads one entry both ways. Whatever the quick one takes, the strict one has read as the same. */
static bool agree(ma_bytes_t bytes, bool v2, size_t *taken)
{
    ma_serial_entry_t quick = { .issuer = 0 };
    ma_crl_t crl = { .with = NULL };
    ma_crl_reader_t reader = { .crl = &crl, .v2 = v2 };
    size_t size = ma_crl_entry_quick(bytes, v2, &quick);
    ma_der_t der = ma_der(bytes);
    ma_element_t element;

    if (size == 0)
        return true;
    (*taken)++;
    element = ma_der_any(&der);
    if (element.tag != MA_DER_SEQUENCE || element.whole.size != size)
        return false;
    ma_crl_entry_strict(&reader, &element);
    return reader.status == 0 && reader.unusable[0][0] == NULL
        && ma_bytes_equal(reader.entry.serial, quick.serial)
        && reader.entry.revoked_at == quick.revoked_at && !reader.entry.removed && !quick.removed;
}

static void quick_and_strict_agree(void)
{
    static const char *const seeds[] = {
        "30120201" "2a" "170d3236303130313030303030305a",
        "3021020201" "2a" "170d3236303130313030303030305a" "300c300a0603551d1504030a0101",
    };
    size_t i, j, k, taken = 0;
    int octet;

    for (i = 0; i < 2; i++) {
        ma_bytes_t seed = der_hex(&scratch.arena, seeds[i]);

        for (j = 0; j < seed.size; j++) {
            for (octet = 0; octet < 256; octet++) {
                uint8_t room[64];

                memcpy(room, seed.data, seed.size);
                room[j] = (uint8_t)octet;
                /* also where it is cut off */
                for (k = seed.size - (octet == 0 ? seed.size : 0); k <= seed.size; k++)
                    if (!TAP_TRUE(agree((ma_bytes_t) { room, k }, true, &taken)
                                  && agree((ma_bytes_t) { room, k }, false, &taken)))
                        return;
            }
        }
    }
    TAP_TRUE(taken > 100);
    taken = 0;
    TAP_TRUE(agree(der_hex(&scratch.arena, seeds[0]), false, &taken));
    TAP_TRUE(agree(der_hex(&scratch.arena, seeds[1]), true, &taken));
    TAP_INT(taken, 2); /* it is these that it is for */
}

/* ---- signatures ----------------------------------------------------------------------------- */

/* A key of each kind signs "tbs", whose algorithm is that one. */
static const struct {
    const char *what;
    const char *key;       /* as for openssl genpkey */
    const char *algorithm;
    const char *sign;      /* arguments of openssl pkeyutl -sign */
    bool keeps;
} kinds[] = {
    { "RSA", "-algorithm RSA", "300d06092a864886f70d01010b0500", "-rawin -digest sha256", false },
    { "RSA-PSS", "-algorithm RSA",
      "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108"
      "300d06096086480165030402010500a203020120",
      "-rawin -digest sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:32", false },
    { "ECDSA", P256, "300a06082a8648ce3d040303", "-rawin -digest sha384", false },
    { "Ed25519", "-algorithm ED25519", "300506032b6570", "-rawin", true },
    { "Ed448", "-algorithm ED448", "300506032b6571", "-rawin", true },
};

static ma_bytes_t sign_list(const mtlsauth_cert_t *cert, const char *algorithm_hex,
                            const char *how)
{
    static const uint8_t whole_octets[] = { 0 };
    ma_arena_t *arena = &scratch.arena;
    ma_bytes_t algorithm = der_hex(arena, algorithm_hex), tbs, bits;

    tbs = DER(arena, MA_DER_SEQUENCE, der_hex(arena, "020101"), algorithm, cert->subject,
              der_text(arena, MA_DER_UTC_TIME, "260101000000Z"));
    TAP_TRUE(scratch_write(&scratch, "tbs", tbs));
    TAP_TRUE(scratch_run(&scratch, "openssl pkeyutl -sign -inkey kind.key -in tbs -out sig %s",
                         how));
    bits = DER(arena, MA_DER_BIT_STRING, { whole_octets, 1 }, scratch_read(&scratch, "sig"));
    return DER(arena, MA_DER_SEQUENCE, tbs, algorithm, bits);
}

static void checks_every_kind(void)
{
    const ma_strength_t usual = ma_strength_default();
    const ma_strength_t none = { 0, 0, MA_STRENGTH_MAX_BITS };
    const ma_strength_t small = { usual.algorithms, 0, 128 };
    const ma_strength_t large = { usual.algorithms, 4096, MA_STRENGTH_MAX_BITS };
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        bool rsa = strncmp(kinds[i].what, "RSA", 3) == 0;
        mtlsauth_cert_t *cert, *stranger;
        ma_crl_t *crl = NULL;
        int round;

        tap_row("%s", kinds[i].what);
        TAP_TRUE(make_root(&scratch, "kind", kinds[i].key, "/CN=Kind", "ca_ext"));
        TAP_TRUE(make_root(&scratch, "stranger", kinds[i].key, "/CN=Kind", "ca_ext"));
        cert = load_cert(&scratch, "kind");
        stranger = load_cert(&scratch, "stranger");
        if (!TAP_TRUE(cert != NULL && stranger != NULL))
            continue;
        TAP_INT(read_by(sign_list(cert, kinds[i].algorithm, kinds[i].sign), 3, 0, &crl), 0);
        /* twice: then the answer is remembered, and what is asked for still counts */
        for (round = 0; crl != NULL && round < 2; round++) {
            TAP_TRUE(crl->body.keeps == kinds[i].keeps || round > 0);
            TAP_INT(ma_crl_signed_by(crl, cert, &usual), MTLSAUTH_SUCCESS);
            TAP_INT(ma_crl_signed_by(crl, stranger, &usual), MTLSAUTH_BAD_SIGNATURE);
            TAP_INT(ma_crl_signed_by(crl, cert, &none), MTLSAUTH_WEAK);
            TAP_INT(ma_crl_signed_by(crl, cert, &small), MTLSAUTH_BAD_SIGNATURE);
            TAP_INT(ma_crl_signed_by(crl, cert, &large),
                    rsa ? MTLSAUTH_WEAK : MTLSAUTH_SUCCESS);
            TAP_TRUE(ma_crl_learn(crl, cert));
            ma_crl_learned(crl);
            TAP_TRUE(!crl->body.keeps && crl->body.bytes.size == 0);
        }
        ma_crl_free(crl);
        ma_cert_free(cert);
        ma_cert_free(stranger);
    }
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "reads by pieces", reads_by_pieces },
        { "loads long files", loads_long_files },
        { "quick and strict agree", quick_and_strict_agree },
        { "checks every kind", checks_every_kind },
    };
    int ret;

    if (!scratch_begin(&scratch) || !make_scene()) {
        printf("Bail out! cannot make the certificates\n");
        end_scene();
        return 99;
    }
    ret = tap_main("crl_stream", tests, sizeof(tests) / sizeof(tests[0]));
    end_scene();
    return ret;
}

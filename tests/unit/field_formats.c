/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * field_formats.c - the values of fields against what openssl says of the same certificate, on
 * certificates that openssl made as awkward as it can.
 */
#include "cred/certificate_text.h"
#include "cred/signature_algorithm.h"
#include "field_scene.h"
#include "scratch.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CF "cf.tls_client_auth.cert_"
#define OWN "tls_client_auth.cert_"
#define NOW INT64_C(1767225600) /* 2026-01-01 */

static scratch_t scratch;

static const char config[]
    = "[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\nstring_mask=utf8only\n[dn]\nCN=unused\n"
      "[ca]\ndefault_ca=c\n[c]\ndatabase=index\nnew_certs_dir=.\nserial=serial\ndefault_md=sha256\n"
      "policy=any\nunique_subject=no\npreserve=yes\nemail_in_dn=yes\n[any]\nCN=optional\n"
      "[plain]\nbasicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\n"
      "[zero]\nsubjectKeyIdentifier=00000A0B\n"
      "[bare]\n";

/* A certificate that signed itself: options of `openssl req -x509`. */
#define REQ(options) "openssl req -x509 -new -config cnf -key ec -days 30 " options " -out c.pem"
/* One from one time to another. */
#define DATES(from, to)                                                                            \
    "openssl req -new -config cnf -key ec -subj /CN=x -out r && : >index && echo 01 >serial &&"   \
    " openssl ca -batch -selfsign -notext -config cnf -keyfile ec -in r -startdate " from         \
    " -enddate " to " -out c.pem"

static const struct {
    const char *name, *command;
} awkward[] = {
    { "the usual kind", REQ("-subj '/C=US/ST=Texas/O=Access/CN=James Royal' -extensions plain") },
    { "UTF-8", REQ("-utf8 -subj '/O=Zürich €/CN=日本 😀'") },
    { "emailAddress", REQ("-subj /CN=x/emailAddress=jo@example.com") },
    { "multi-valued RDN", REQ("-multivalue-rdn -subj '/O=a/OU=b+CN=c+UID=d/CN=e'") },
    { "quoting", REQ("-subj '/O=a, \"b\"; <c>\\+=#/CN=# x\\/y '") },
    { "an empty subject", REQ("-subj /") },
    { "serial with leading 00", REQ("-subj /CN=x -set_serial 0x00ff00112233445566") },
    { "serial of one digit", REQ("-subj /CN=x -set_serial 5") },
    { "serial 0", REQ("-subj /CN=x -set_serial 0") },
    { "a negative serial", REQ("-subj /CN=x -set_serial -129") },
    { "a long serial", REQ("-subj /CN=x -set_serial 0x7fffffffffffffffffffffffffffffffffffffff") },
    { "a key id that begins with 00", REQ("-subj /CN=x -extensions zero") },
    { "no key id", REQ("-subj /CN=x -extensions bare") },
    { "one-digit days", DATES("20260301133500Z", "20270109000009Z") },
    { "years before 1970", DATES("19500101000000Z", "19691231235959Z") },
    { "years after 2050", DATES("20491231235959Z", "20500101000000Z") },
    { "the last day there is", DATES("20240229120000Z", "99991231235959Z") },
    { "signed with SHA-384", REQ("-subj /CN=x -sha384") },
};

/* What openssl says of a certificate, a line each behind an equals sign. */
static const char ask[]
    = "{ openssl x509 -in c.pem -noout -nameopt RFC2253 -subject -issuer -serial -startdate"
      " -enddate"
      " && openssl x509 -in c.pem -noout -nameopt compat -subject -issuer"
      " && for hash in sha256 sha1; do openssl x509 -in c.pem -noout -fingerprint -$hash |"
      " tr -d : | tr A-F a-f; done"
      " && openssl x509 -in c.pem -noout -ext subjectKeyIdentifier 2>/dev/null |"
      " sed -n '1d; s/[ :]//g; s/^/=/p' | grep . || echo =;"
      " openssl x509 -in c.pem -noout -pubkey | openssl pkey -pubin -outform DER |"
      " openssl dgst -sha256 -r | sed 's/^/=/; s/ .*//'"
      " && openssl base64 -A -in der | sed 's/^/=:/; s/$/:/'; } >said";

/* Fields, and the line that says the same. */
static const struct {
    const char *field;
    unsigned line;
} printed[] = {
    { CF "subject_dn", 0 },          { CF "subject_dn_rfc2253", 0 },
    { CF "issuer_dn", 1 },           { CF "issuer_dn_rfc2253", 1 },
    { CF "serial", 2 },              { CF "not_before", 3 },
    { CF "not_after", 4 },           { CF "subject_dn_legacy", 5 },
    { CF "issuer_dn_legacy", 6 },    { CF "fingerprint_sha256", 7 },
    { CF "fingerprint_sha1", 8 },    { CF "ski", 9 },
    { OWN "spki_sha256", 10 },       { CF "rfc9440", 11 },
};

#define N_LINES 12u

/* The certificate in a file of the scratch directory, in DER. */
static const mtlsauth_cert_t *load(field_scene_t *scene, const char *file)
{
    mtlsauth_cert_t *cert = NULL;

    if (!TAP_TRUE(scratch_run(&scratch, "openssl x509 -in %s -outform DER -out der", file))
        || !TAP_INT(ma_cert_parse(scratch_read(&scratch, "der"), &scene->arena, &cert, NULL), 0))
        return NULL;
    return cert;
}

/* A request with that certificate. */
static bool begin(field_scene_t *scene, const char *file)
{
    if (!field_scene_begin(scene, NULL, 0))
        return false;
    scene->check.leaf = load(scene, file);
    scene->check.now = NOW;
    return scene->check.leaf != NULL && field_scene_bind(scene, false);
}

/* Cuts what openssl said into what stands behind the equals signs; false if lines are missing. */
static bool oracle(const char *lines[N_LINES])
{
    char *at, *end;
    size_t i;

    if (!TAP_TRUE(scratch_run(&scratch, "%s", ask)))
        return false;
    at = (char *)(uintptr_t)scratch_read(&scratch, "said").data;
    for (i = 0; i < N_LINES; i++) {
        char *equals = strchr(at, '=');
        end = strchr(at, '\n');
        if (!TAP_TRUE(equals != NULL && (end != NULL || i + 1 == N_LINES)))
            return false;
        lines[i] = equals + 1;
        if (end != NULL) {
            *end = '\0';
            at = end + 1;
        }
    }
    return true;
}

static void as_openssl(void)
{
    const char *lines[N_LINES];
    field_scene_t scene;
    size_t i, j;

    for (i = 0; i < COUNT(awkward); i++) {
        tap_row("%s", awkward[i].name);
        if (!TAP_TRUE(scratch_run(&scratch, "%s", awkward[i].command)) || !begin(&scene, "c.pem"))
            continue;
        if (oracle(lines)) {
            for (j = 0; j < COUNT(printed); j++) {
                tap_row("%s: %s", awkward[i].name, printed[j].field);
                TAP_STR(field_text(&scene, printed[j].field), lines[printed[j].line]);
            }
        }
        field_scene_end(&scene);
    }
}

/* Where openssl's own words are not what a field says: what was asked of openssl is the oracle. */
static void as_asked(void)
{
    static const struct {
        const char *name, *command, *field, *value;
    } rows[] = {
        { "signed", REQ("-subj /CN=x -sha512"), OWN "signature_algorithm", "ecdsa-sha512" },
        { "several names",
          REQ("-subj /CN=x -addext 'subjectAltName=DNS:a.example,URI:spiffe://a/b,email:j@x.org,"
              "DNS:b.example,IP:192.0.2.1,IP:2001:db8::1'"),
          OWN "san_dns", "a.example|b.example" },
        { NULL, NULL, OWN "san_uri", "spiffe://a/b" },
        { NULL, NULL, OWN "san_email", "j@x.org" },
        { NULL, NULL, OWN "san_ip", "192.0.2.1|2001:db8::1" },
        { "purposes",
          REQ("-subj /CN=x -addext extendedKeyUsage=clientAuth,serverAuth,1.2.3.4,emailProtection,"
              "anyExtendedKeyUsage,codeSigning,timeStamping,OCSPSigning,msSmartcardLogin,"
              "ipsecIKE,ipsecEndSystem,ipsecTunnel,ipsecUser,msEFS,pkInitClientAuth"),
          OWN "eku",
          "clientAuth|serverAuth|1.2.3.4|emailProtection|anyExtendedKeyUsage|codeSigning|"
          "timeStamping|OCSPSigning|msSmartcardLogin|ipsecIKE|ipsecEndSystem|ipsecTunnel|"
          "ipsecUser|msEFS|pkInitClientAuth" },
        { "no purposes", REQ("-subj /CN=x"), OWN "eku", "" },
        { NULL, NULL, OWN "san_dns", "" },
        { "two common names, as directories write them", REQ("-subj /DC=org/CN=Users/CN=Jo"),
          OWN "common_name", "Jo" },
        { "no common name", REQ("-subj /O=x"), OWN "common_name", "" },
        { "seconds", DATES("19691231235959Z", "20260101000000Z"), OWN "not_before_ts", "-1" },
        { NULL, NULL, OWN "not_after_ts", "1767225600" },
        { "ends now", NULL, OWN "days_left", "0" },
        { "ended a second ago", DATES("20200101000000Z", "20251231235959Z"), OWN "days_left",
          "-1" },
        { "a second less than a day", DATES("20200101000000Z", "20260101235959Z"), OWN "days_left",
          "0" },
        { "a day", DATES("20200101000000Z", "20260102000000Z"), OWN "days_left", "1" },
        { "a day ago", DATES("20200101000000Z", "20251231000000Z"), OWN "days_left", "-1" },
        { "a day and a second ago", DATES("20200101000000Z", "20251230235959Z"), OWN "days_left",
          "-2" },
        { "the last second", DATES("20200101000000Z", "20260101000000Z"), OWN "current", "true" },
        { "the first second", DATES("20260101000000Z", "20270101000000Z"), OWN "current", "true" },
        { "ended a second ago", DATES("20200101000000Z", "20251231235959Z"), OWN "current",
          "false" },
        { "begins in a second", DATES("20260101000001Z", "20270101000000Z"), OWN "current",
          "false" },
    };
    field_scene_t scene;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s: %s", rows[i].name != NULL ? rows[i].name : "the same", rows[i].field);
        if (rows[i].command != NULL && !TAP_TRUE(scratch_run(&scratch, "%s", rows[i].command)))
            continue;
        if (!begin(&scene, "c.pem"))
            continue;
        TAP_STR(field_text(&scene, rows[i].field), rows[i].value);
        field_scene_end(&scene);
    }
}

/* Kinds of keys, with the size that openssl was asked for. */
static void keys(void)
{
    static const struct {
        const char *options, *type, *bits, *signature;
    } rows[] = {
        { "-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "RSA", "1024", "rsa-sha256" },
        { "-algorithm RSA -pkeyopt rsa_keygen_bits:1031", "RSA", "1031", "rsa-sha256" },
        { "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024", "RSA-PSS", "1024", "rsa-pss-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-256", "EC", "256", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-384", "EC", "384", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-521", "EC", "521", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-224", "EC", "224", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:prime192v1", "EC", "192", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "EC", "256", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1", "EC", "256", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP384r1", "EC", "384", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP512r1", "EC", "512", "ecdsa-sha256" },
        { "-algorithm ED25519", "Ed25519", "256", "ed25519" },
        { "-algorithm ED448", "Ed448", "456", "ed448" },
        /* a curve that we have no name for, and one that is written out */
        { "-algorithm EC -pkeyopt ec_paramgen_curve:sect283k1", "EC", "0", "ecdsa-sha256" },
        { "-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit", "EC",
          "0", "ecdsa-sha256" },
    };
    field_scene_t scene;
    size_t i;

    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].options);
        if (!TAP_TRUE(scratch_run(&scratch,
                                  "openssl genpkey %s -out k && openssl req -x509 -new -config cnf"
                                  " -key k -subj /CN=x -sha256 -out c.pem",
                                  rows[i].options))
            || !begin(&scene, "c.pem"))
            continue;
        TAP_STR(field_text(&scene, OWN "key_type"), rows[i].type);
        TAP_STR(field_text(&scene, OWN "key_bits"), rows[i].bits);
        TAP_STR(field_text(&scene, OWN "signature_algorithm"), rows[i].signature);
        field_scene_end(&scene);
    }
}

/* Weak ones have names too; an algorithm that nobody knows is dotted. */
static void signature_names(void)
{
    static const struct {
        const char *der;
        size_t size;
        const char *text;
    } rows[] = {
#define ROW(octets, text) { octets, sizeof(octets) - 1, text }
        ROW("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00", "rsa-sha1"),
        ROW("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04\x05\x00", "rsa-md5"),
        ROW("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02\x05\x00", "rsa-md2"),
        /* all parameters left out: SHA-1 */
        ROW("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x00", "rsa-pss-sha1"),
        ROW("\x30\x05\x06\x03\x2a\x03\x04", "1.2.3.4"),
        ROW("\x30\x05\x06\x03\x2a\x03\x84", "#2A0384"), /* no OID */
        ROW("\x30\x05\x06\x03\x2a\x03", ""),
        ROW("", ""),
#undef ROW
    };
    ma_buf_t text;
    size_t i;

    ma_buf_init(&text, 0);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        ma_buf_clear(&text);
        ma_signature_algorithm_text((ma_bytes_t) { (const uint8_t *)rows[i].der, rows[i].size },
                                    &text);
        TAP_STR(ma_buf_string(&text), rows[i].text);
    }
    ma_buf_free(&text);
}

static void addresses(void)
{
    static const struct {
        const char *octets;
        size_t size;
        const char *text; /* RFC 5952 */
    } rows[] = {
#define ROW(octets, text) { octets, sizeof(octets) - 1, text }
        ROW("\xc0\x00\x02\x01", "192.0.2.1"),
        ROW("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "::"),
        ROW("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "::1"),
        ROW("\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "1::"),
        ROW("\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1", "192.0.2.1"), /* mapped */
        /* 4.2.2: one group of zeros stays */
        ROW("\x20\1\x0d\xb8\0\0\0\1\0\1\0\1\0\1\0\1", "2001:db8:0:1:1:1:1:1"),
        /* 4.2.3: the longest run, and of equals the first */
        ROW("\x20\1\0\0\0\0\0\1\0\0\0\0\0\0\0\1", "2001:0:0:1::1"),
        ROW("\x20\1\x0d\xb8\0\0\0\0\0\1\0\0\0\0\0\1", "2001:db8::1:0:0:1"),
        ROW("\xab\xcd\0\x0f\0\1\0\1\0\1\0\1\0\1\0\0", "abcd:f:1:1:1:1:1:0"),
        ROW("\xc0\0\2", ""), /* no address */
        ROW("", ""),
        ROW("\xc0\0\2\0\xff\xff\xff\0", ""), /* one with a mask */
#undef ROW
    };
    ma_buf_t text;
    size_t i;

    ma_buf_init(&text, 0);
    for (i = 0; i < COUNT(rows); i++) {
        tap_row("%s", rows[i].text);
        ma_buf_clear(&text);
        ma_address_text((ma_bytes_t) { (const uint8_t *)rows[i].octets, rows[i].size }, &text);
        TAP_STR(ma_buf_string(&text), rows[i].text);
    }
    ma_buf_free(&text);
}

static void far_days(void)
{
    TAP_INT(ma_days_left(INT64_MAX, INT64_MIN), INT64_MAX / 86400);
    TAP_INT(ma_days_left(INT64_MIN, INT64_MAX), INT64_MIN / 86400 - 1);
    TAP_INT(ma_days_left(INT64_MIN, INT64_MIN), 0);
    TAP_INT(ma_days_left(-1, 0), -1);
    TAP_INT(ma_days_left(-86400, 0), -1);
    TAP_INT(ma_days_left(-86401, 0), -2);
}

int main(void)
{
    static const tap_test_t tests[] = {
        { "awkward certificates, as openssl prints them", as_openssl },
        { "names, purposes and times, as openssl was asked for them", as_asked },
        { "kinds and sizes of keys", keys },
        { "names of signature algorithms", signature_names },
        { "addresses as RFC 5952 writes them", addresses },
        { "days left at the ends of time", far_days },
    };
    int ret;

    if (!scratch_begin(&scratch)
        || !scratch_text(&scratch, "cnf", config)
        || !scratch_run(&scratch, "openssl ecparam -name prime256v1 -genkey -noout -out ec")) {
        printf("Bail out! no directory, or no openssl\n");
        return 99;
    }
    ret = tap_main("field_formats", tests, COUNT(tests));
    scratch_end(&scratch);
    return ret;
}

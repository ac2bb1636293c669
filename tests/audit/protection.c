/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * protection.c - records opened: the traces of RFC 8448, SSLv3, records that are passed over, and
 * keys that cannot be.
 */
#include "audit/keys/protection.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "audit/keys/expand.h"
#include "audit/keys/suite.h"
#include "tap.h"

static size_t hex(const char *text, uint8_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;

    for (; *text != '\0'; text += 2)
        out[n++] =
            (uint8_t)((strchr(digits, text[0]) - digits) << 4 | (strchr(digits, text[1]) - digits));
    return n;
}

/* RFC 8448 3: secrets, the keys of them, and records with what is in them. */
static void rfc8448(void)
{
    static const struct {
        const char *what, *secret, *key, *iv, *record;
        uint64_t sequence;
        uint8_t type;
        size_t size;
        const char *begins;
    } rows[] = {
        {"the client's Finished",
         "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
         "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f",
         "170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46de"
         "b384bd1caeacab6867d726c40546",
         0, 22, 36, "14000020"},
        {"the client's data", "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
         "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9",
         "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a"
         "20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4",
         0, 23, 50, "000102030405060708090a0b0c0d0e0f"},
        {"the client's alert", "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5",
         "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9",
         "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3", 1, 21, 2, "0100"},
        {"the server's data, behind its ticket",
         "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
         "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984",
         "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb"
         "501a59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d",
         1, 23, 50, "000102030405060708090a0b0c0d0e0f"},
    };
    size_t i, n;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t secret[32], wire[128], out[128], expected[64], type = 0;
        ma_bytes_t bytes = {secret, hex(rows[i].secret, secret)};
        record_t record = {.type = 23, .version = 0x0303, .sequence = rows[i].sequence};
        protection_t *protection = NULL;

        tap_row("%s", rows[i].what);
        TAP_INT(expand_label(GNUTLS_MAC_SHA256, bytes, "key", out, 16), 0);
        hex(rows[i].key, expected);
        TAP_INT(memcmp(out, expected, 16), 0);
        TAP_INT(expand_label(GNUTLS_MAC_SHA256, bytes, "iv", out, 12), 0);
        hex(rows[i].iv, expected);
        TAP_INT(memcmp(out, expected, 12), 0);
        record.header = wire;
        record.header_size = 5;
        record.size = hex(rows[i].record, wire) - 5;
        record.payload = wire + 5;
        CU_ASSERT_FATAL(protection_tls13(0x1301, bytes, &protection) == 0);
        TAP_INT(protection_open(protection, &record, out, &type), (int)rows[i].size);
        TAP_INT(type, rows[i].type);
        n = hex(rows[i].begins, expected);
        TAP_INT(memcmp(out, expected, n), 0);
        wire[1] ^= 1; /* the header counts too */
        TAP_TRUE(protection_open(protection, &record, out, &type) < 0);
        wire[1] ^= 1;
        TAP_INT(protection_update(protection), 0);
        TAP_TRUE(protection_open(protection, &record, out, &type) < 0);
        protection_free(protection);
    }
}

/* A sender of SSLv3 as RFC 6101 has it, with its MAC and padding, by means of GnuTLS's primitives.
 */
typedef struct sender {
    gnutls_cipher_hd_t cipher;
    uint8_t mac_key[20];
    uint64_t sequence;
    size_t block;
} sender_t;

static const uint8_t master[48] = "a master secret that is known to everybody here!";
static const uint8_t randoms[2][32] = {"the client's random, 32 octets..",
                                       "the server's random, 32 octets.."};

static void digest(gnutls_digest_algorithm_t algorithm, const uint8_t *a, size_t na,
                   const uint8_t *b, size_t nb, uint8_t *out)
{
    uint8_t all[512];

    memcpy(all, a, na);
    memcpy(all + na, b, nb);
    gnutls_hash_fast(algorithm, all, na + nb, out);
}

static void start_sender(sender_t *sender, gnutls_cipher_algorithm_t cipher, size_t key_size,
                         size_t iv_size)
{
    uint8_t block[160], text[128], inner[20];
    gnutls_datum_t key = {block + 40, (unsigned)key_size};
    gnutls_datum_t iv = {block + 40 + 2 * key_size, (unsigned)iv_size};
    size_t round;

    for (round = 0; round < sizeof(block) / 16; round++) {
        memset(text, 'A' + (int)round, round + 1);
        memcpy(text + round + 1, master, 48);
        memcpy(text + round + 49, randoms[1], 32);
        digest(GNUTLS_DIG_SHA1, text, round + 81, randoms[0], 32, inner);
        digest(GNUTLS_DIG_MD5, master, 48, inner, 20, block + 16 * round);
    }
    memcpy(sender->mac_key, block, 20);
    sender->sequence = 0;
    sender->block = iv_size;
    CU_ASSERT_FATAL(gnutls_cipher_init(&sender->cipher, cipher, &key, iv_size > 0 ? &iv : NULL) ==
                    0);
}

static record_t send_record(sender_t *sender, const char *text, uint8_t *wire)
{
    size_t size = strlen(text), total;
    uint8_t head[71], inner[20];
    unsigned i;

    memcpy(head, sender->mac_key, 20);
    memset(head + 20, 0x36, 40);
    for (i = 0; i < 8; i++)
        head[60 + i] = (uint8_t)(sender->sequence >> (56 - 8 * i));
    head[68] = 23;
    head[69] = (uint8_t)(size >> 8);
    head[70] = (uint8_t)size;
    digest(GNUTLS_DIG_SHA1, head, 71, (const uint8_t *)text, size, inner);
    memset(head + 20, 0x5c, 40);
    memcpy(wire, text, size);
    digest(GNUTLS_DIG_SHA1, head, 60, inner, 20, wire + size);
    total = size + 20;
    if (sender->block > 0) {
        size_t pad = sender->block - total % sender->block;

        memset(wire + total, 0xaa, pad); /* of any content */
        total += pad;
        wire[total - 1] = (uint8_t)(pad - 1);
    }
    gnutls_cipher_encrypt2(sender->cipher, wire, total, wire, total);
    return (record_t){.type = 23,
                      .version = 0x0300,
                      .sequence = sender->sequence++,
                      .payload = wire,
                      .size = total};
}

/* Three records, of which the second is opened, or is passed over. */
static void ssl3_with(uint16_t suite, gnutls_cipher_algorithm_t cipher, size_t key_size,
                      size_t iv_size, bool pass)
{
    static const char *const texts[] = {"first", "the second, a longer one", "third"};
    tls12_keys_t keys = {.version = 0x0300,
                         .cipher_suite = suite,
                         .master = {master, 48},
                         .client_random = randoms[0],
                         .server_random = randoms[1],
                         .of_client = true};
    protection_t *protection = NULL;
    uint8_t wire[256], out[256], type;
    sender_t sender;
    size_t i;

    tap_row("suite %x%s", suite, pass ? ", one passed" : "");
    start_sender(&sender, cipher, key_size, iv_size);
    CU_ASSERT_FATAL(protection_tls12(&keys, &protection) == 0);
    for (i = 0; i < 3; i++) {
        record_t record = send_record(&sender, texts[i], wire), cut = record;
        int size;

        if (pass && i == 1) {
            protection_pass(protection, record.payload, record.size, record.size);
            continue;
        }
        cut.size -= 1;
        TAP_TRUE(protection_open(protection, &cut, out, &type) < 0);
        wire[record.size / 2] ^= 1;
        TAP_TRUE(protection_open(protection, &record, out, &type) < 0);
        wire[record.size / 2] ^= 1;
        size = protection_open(protection, &record, out, &type);
        TAP_INT(size, (int)strlen(texts[i]));
        if (size > 0)
            TAP_INT(memcmp(out, texts[i], (size_t)size), 0);
    }
    gnutls_cipher_deinit(sender.cipher);
    protection_free(protection);
}

static void ssl3(void)
{
    unsigned pass;

    for (pass = 0; pass < 2; pass++) {
        ssl3_with(0x000a, GNUTLS_CIPHER_3DES_CBC, 24, 8, pass);
        ssl3_with(0x002f, GNUTLS_CIPHER_AES_128_CBC, 16, 16, pass);
        ssl3_with(0x0005, GNUTLS_CIPHER_ARCFOUR_128, 16, 0, pass);
    }
}

static void knows(void)
{
    static const struct {
        uint16_t version, suite;
        bool known;
    } rows[] = {
        {0x0304, 0x1301, true},  {0x0304, 0x1305, true},  {0x0303, 0x1301, false},
        {0x0304, 0xc02f, false}, {0x0303, 0xc02f, true},  {0xfefd, 0xc02f, true},
        {0x0302, 0xc02f, false}, {0xfeff, 0xc02f, false}, {0x0301, 0x002f, true},
        {0x0300, 0x002f, true},  {0x0100, 0x002f, true},  {0x0301, 0x003c, false},
        {0x0303, 0x003c, true},  {0x0303, 0x0009, false}, {0x0303, 0xc050, false},
        {0x0303, 0x0000, false}, {0x0303, 0xffff, false}, {0x0002, 0x002f, false},
        {0x0305, 0x1301, false}, {0x7f1c, 0x1301, false}, {0x0303, 0xcc13, false},
    };
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        tap_row("version %x, suite %x", rows[i].version, rows[i].suite);
        TAP_INT(protection_knows(rows[i].version, rows[i].suite), rows[i].known);
    }
}

/* Secrets of a wrong size make no keys. */
static void sizes(void)
{
    uint8_t octets[64] = {0};
    tls12_keys_t keys = {.version = 0x0303,
                         .cipher_suite = 0xc02f,
                         .master = {octets, 47},
                         .client_random = octets,
                         .server_random = octets};
    protection_t *protection = NULL;

    TAP_TRUE(protection_tls13(0x1301, (ma_bytes_t){octets, 48}, &protection) < 0);
    TAP_TRUE(protection_tls13(0x1302, (ma_bytes_t){octets, 32}, &protection) < 0);
    TAP_TRUE(protection_tls13(0xc02f, (ma_bytes_t){octets, 32}, &protection) < 0);
    TAP_TRUE(protection_tls12(&keys, &protection) < 0);
    keys.master.size = 48;
    keys.version = 0x0304;
    TAP_TRUE(protection_tls12(&keys, &protection) < 0);
    TAP_TRUE(protection == NULL);
}

/* Numbers go up, and no name is there twice; what the table says of a cipher, GnuTLS says too. */
static void table(void)
{
    size_t n, i;
    const suite_t *suites = suite_all(&n);

    for (i = 0; i < n; i++) {
        const cipher_t *cipher = suites[i].cipher;

        tap_row("%s", suites[i].name);
        TAP_TRUE(i == 0 || suites[i - 1].number < suites[i].number);
        TAP_TRUE(suite_find(suites[i].number) == &suites[i]);
        if (cipher->kind == CIPHER_KIND_NONE)
            continue;
        TAP_INT(gnutls_cipher_get_key_size(cipher->algorithm), cipher->key_size);
        if (cipher->kind == CIPHER_KIND_AEAD)
            TAP_INT(gnutls_cipher_get_tag_size(cipher->algorithm), cipher->tag_size);
        else
            TAP_TRUE(suites[i].mac != GNUTLS_MAC_UNKNOWN);
        if (cipher->kind == CIPHER_KIND_BLOCK)
            TAP_INT(gnutls_cipher_get_block_size(cipher->algorithm), cipher->iv_size);
    }
    TAP_STR(suite_name(0xc02f), "ECDHE-RSA-AES128-GCM-SHA256");
    TAP_STR(suite_name(0x1301), "TLS_AES_128_GCM_SHA256");
    TAP_STR(suite_name(0xc0b4), "TLS_SHA256_SHA256");
    TAP_TRUE(suite_name(0xffff) == NULL);
}

int main(void)
{
    static const tap_test_t tests[] = {
        {"RFC 8448", rfc8448},          {"SSLv3", ssl3},
        {"what can be opened", knows},  {"wrong sizes", sizes},
        {"the table of suites", table},
    };

    return tap_main("protection", tests, sizeof(tests) / sizeof(tests[0]));
}

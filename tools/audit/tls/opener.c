/* SPDX-License-Identifier: BSD-2-Clause */
/* opener.c - see opener.h. */
#include "audit/tls/opener.h"

void opener_close(opener_t *opener, const char *why)
{
    protection_free(opener->protection);
    opener->protection = NULL;
    opener->why = why;
    opener->sequence = 0;
}

static bool opened(opener_t *opener, int status)
{
    if (status != 0) {
        opener->protection = NULL;
        opener->why = "the keys do not fit";
    }
    return status == 0;
}

/* What stands in the way before any key is tried; NULL: nothing. */
static const char *in_the_way(ma_bytes_t secret, const handshake_t *handshake)
{
    if (secret.size == 0)
        return "no keys";
    if (!protection_knows(handshake->version, handshake->cipher_suite))
        return "the cipher suite cannot be decrypted";
    return NULL;
}

bool opener_13(opener_t *opener, const keylog_t *keys, const handshake_t *handshake, bool of_client,
               bool traffic)
{
    static const secret_label_t labels[2][2] = {
        { SECRET_SERVER_HANDSHAKE, SECRET_SERVER_TRAFFIC },
        { SECRET_CLIENT_HANDSHAKE, SECRET_CLIENT_TRAFFIC },
    };
    ma_bytes_t secret = { NULL, 0 };

    if (keys != NULL)
        secret = keylog_find(keys, labels[of_client][traffic], handshake->client_random);
    opener_close(opener, in_the_way(secret, handshake));
    if (opener->why != NULL)
        return false;
    return opened(opener, protection_tls13(handshake->cipher_suite, secret, &opener->protection));
}

bool opener_12(opener_t *opener, const keylog_t *keys, const handshake_t *handshake, bool of_client,
               bool encrypt_then_mac)
{
    tls12_keys_t want = {
        .version = handshake->version,
        .cipher_suite = handshake->cipher_suite,
        .client_random = handshake->client_random,
        .server_random = handshake->server_random,
        .encrypt_then_mac = encrypt_then_mac,
        .of_client = of_client,
    };

    if (keys != NULL) {
        want.master = keylog_find(keys, SECRET_MASTER, handshake->client_random);
        if (want.master.size == 0 && handshake->session_id.size > 0)
            want.master = keylog_find_session(keys, handshake->session_id);
    }
    opener_close(opener, in_the_way(want.master, handshake));
    if (opener->why != NULL)
        return false;
    return opened(opener, protection_tls12(&want, &opener->protection));
}

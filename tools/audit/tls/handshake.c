/* SPDX-License-Identifier: BSD-2-Clause */
/* handshake.c - the words for what handshake.h has numbers for. */
#include "audit/tls/handshake.h"

const char *visibility_name(visibility_t visibility)
{
    static const char *const names[] = {
        [VISIBLE_INCOMPLETE] = "incomplete",
        [VISIBLE_ENCRYPTED] = "encrypted",
        [VISIBLE_CERTIFICATE] = "certificate",
        [VISIBLE_NONE_SENT] = "none_sent",
        [VISIBLE_NOT_REQUESTED] = "not_requested",
        [VISIBLE_RESUMED_LINKED] = "resumed:linked",
        [VISIBLE_RESUMED_UNLINKED] = "resumed:unlinked",
    };

    return (size_t)visibility < sizeof(names) / sizeof(names[0]) ? names[visibility] : "incomplete";
}

const char *handshake_version_name(const handshake_t *handshake)
{
    static const struct {
        uint16_t version;
        const char *name;
    } versions[] = {
        {0x0002, "SSLv2"},      {0x0300, "SSLv3"},   {0x0301, "TLSv1"},
        {0x0302, "TLSv1.1"},    {0x0303, "TLSv1.2"}, {0x0304, "TLSv1.3"},
        {0x0100, "DTLSv0.9"}, /* Cisco's, from before RFC 4347 */
        {0xfeff, "DTLSv1"},     {0xfefd, "DTLSv1.2"}, {0xfefc, "DTLSv1.3"},
    };
    size_t i;

    for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (versions[i].version == handshake->version)
            return versions[i].name;
    }
    return "";
}

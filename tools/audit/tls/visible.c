/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * visible.c - what a handshake showed of the client's certificate. Zero is "incomplete": whatever is
 * not proven by bytes that were read stays that.
 */
#include "audit/tls/hello.h"
#include "audit/tls/negotiation_state.h"

static const char *why_hidden(const progress_t *progress)
{
    return progress->hidden_why != NULL ? progress->hidden_why : "no keys";
}

static const char *why_incomplete(const progress_t *progress, const handshake_t *handshake)
{
    if (progress->lost_why != NULL)
        return progress->lost_why;
    if (handshake->refused)
        return handshake->alert_from_client ? "the client broke off" : "the server broke off";
    if (!progress->server_hello && handshake->kind != HANDSHAKE_POST)
        return "no ServerHello was seen";
    if (handshake->requested && progress->client_key)
        return "the client's answer to the request was not seen";
    if (version_is_13(handshake->version) && progress->hidden[1 - handshake->client])
        return "it ended before the client's part";
    if (handshake->requested)
        return "it ended before the client's Certificate";
    return progress->server_done ? "the server's part was not seen whole"
                                 : "it ended before the server's part was over";
}

static visibility_t visibility(const progress_t *progress, const handshake_t *handshake)
{
    if (progress->given)
        return VISIBLE_CERTIFICATE;
    if (progress->problem != NULL)
        return VISIBLE_INCOMPLETE;
    if (progress->empty)
        return VISIBLE_NONE_SENT;
    if (handshake->resumed)
        return VISIBLE_RESUMED_UNLINKED;
    if (handshake->request_visible && !handshake->requested)
        return VISIBLE_NOT_REQUESTED;
    if (progress->lost[0] || progress->lost[1])
        return VISIBLE_INCOMPLETE;
    if (version_is_13(handshake->version))
        return progress->hidden[handshake->client] ? VISIBLE_ENCRYPTED : VISIBLE_INCOMPLETE;
    return progress->hidden[0] || progress->hidden[1] ? VISIBLE_ENCRYPTED : VISIBLE_INCOMPLETE;
}

void negotiation_judge(const progress_t *progress, handshake_t *handshake)
{
    bool tls13 = version_is_13(handshake->version);
    unsigned server = 1 - handshake->client;

    handshake->request_visible = handshake->requested || progress->request_visible;
    handshake->tickets_visible = progress->server_hello && !progress->lost[server]
        && !progress->hidden[server] && (!tls13 || handshake->decrypted);
    handshake->visibility = visibility(progress, handshake);
    if (handshake->visibility == VISIBLE_ENCRYPTED)
        handshake->why = why_hidden(progress);
    else if (handshake->visibility == VISIBLE_INCOMPLETE)
        handshake->why = progress->problem != NULL ? progress->problem
                                                   : why_incomplete(progress, handshake);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - policies in force, which outlive a restart of OpenVPN within its process.
 *
 * On SIGHUP OpenVPN closes its plugins and opens them anew, and ends if one does not open: a slip in
 * a policy would end the VPN. So what a plugin closes is kept here, and opening the same policies
 * again is a reload, which leaves the old ones in force if the new ones are not good. OpenVPN hands
 * nothing from one to the other, so this is a list of the process, and the plugin is never unloaded.
 * OpenVPN has one thread.
 */
#ifndef OPENVPN_KEPT_H
#define OPENVPN_KEPT_H

#include <mtlsauth/mtlsauth.h>

#include "openvpn/settings.h"

/** The attributes supplied, and their indices for the setters. */
enum { IP_SRC, TCP_SRCPORT };

/** Prints a line to OpenVPN's log; a level of mtlsauth_log_level_t. */
typedef void say_fn(void *context, int level, const char *line);

typedef struct kept {
    settings_t settings;
    mtlsauth_engine_t *engine;
    mtlsauth_request_t *request;
    int log; /**< descriptor of the decision log, or -1 */
    say_fn *say;
    void *context;
    struct kept *next;
} kept_t;

/**
 * Opens, or reloads. Takes over what *settings has, also when it fails. Returns NULL if there are
 * no policies to put in force; the reason was said then.
 */
kept_t *kept_open(settings_t *settings, say_fn *say, void *context);
/** Keeps it for the next kept_open() of the same policies. */
void kept_close(kept_t *kept);

#endif

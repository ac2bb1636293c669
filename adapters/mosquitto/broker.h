/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * broker.h - what a plugin of mosquitto sees of it.
 *
 * The package with the plugin headers lacks mosquitto.h; its numbers are part of the broker's ABI.
 */
#ifndef ADAPTERS_MOSQUITTO_BROKER_H
#define ADAPTERS_MOSQUITTO_BROKER_H

#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

/** What callbacks return. Whatever a callback does not know what to do about, it answers AUTH. */
enum {
    BROKER_ALLOW = 0,    /* MOSQ_ERR_SUCCESS: nobody else is asked */
    BROKER_NO_MEMORY = 1,
    BROKER_INVALID = 3,
    BROKER_REFUSE = 11,  /* MOSQ_ERR_AUTH: no connection; a client that has one is cut off */
    BROKER_DENY = 12,    /* MOSQ_ERR_ACL_DENIED: not this; the client stays */
    BROKER_DEFER = 17    /* MOSQ_ERR_PLUGIN_DEFER: the next one is asked */
};

enum {
    BROKER_LOG_INFO = 1,
    BROKER_LOG_NOTICE = 2,
    BROKER_LOG_WARNING = 4,
    BROKER_LOG_ERROR = 8,
    BROKER_LOG_DEBUG = 16
};

#endif

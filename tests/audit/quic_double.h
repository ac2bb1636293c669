/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quic_double.h - stands in for tls/negotiation.c: writes down what QUIC hands to it.
 */
#ifndef TESTS_AUDIT_QUIC_DOUBLE_H
#define TESTS_AUDIT_QUIC_DOUBLE_H

#include "audit/tls/negotiation.h"

/**
 * What came of all connections since it was last emptied: "c1" a message of type 1 of end 0, "S8"
 * one of end 1 that was decrypted, "cX" encrypted, "cA" application data, "s!40" an alert, "c?"
 * lost,
 * "." the end of a connection.
 */
extern char quic_double_story[4096];

#endif

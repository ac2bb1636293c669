/* SPDX-License-Identifier: BSD-2-Clause */
/* borrowed.c - has no descriptor; it is linked with another plugin, which has one. */
extern const char mtlsauth_plugin;
extern const char *const borrowed_from;
const char *const borrowed_from = &mtlsauth_plugin;

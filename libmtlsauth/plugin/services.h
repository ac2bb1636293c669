/* SPDX-License-Identifier: BSD-2-Clause */
/* services.h - the table of plugin.h that plugins call the core through. */
#ifndef MA_PLUGIN_SERVICES_H
#define MA_PLUGIN_SERVICES_H

#include <mtlsauth/plugin.h>

/** Constant; one for all. */
const mtlsauth_services_t *ma_services(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* describe.h - what a plugin's descriptor says, as text. For plugins.c. */
#ifndef MTLSAUTH_TOOL_DESCRIBE_H
#define MTLSAUTH_TOOL_DESCRIBE_H

#include <mtlsauth/plugin.h>

#include "base/buf.h"

/** One row of a table: name, gate or grant, summary. */
void describe_line(ma_buf_t *out, const mtlsauth_plugin_t *plugin, size_t name_width);
/** Everything: the options with kind, bounds, default and help; the facts. */
void describe_plugin(ma_buf_t *out, const mtlsauth_plugin_t *plugin);

#endif

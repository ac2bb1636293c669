/* SPDX-License-Identifier: BSD-2-Clause */
/* api.c - the table for dlopen, and the version. */
#include <mtlsauth/mtlsauth.h>

static const mtlsauth_api_t api = {
    .struct_size = (uint32_t)sizeof(mtlsauth_api_t),
    .version = MTLSAUTH_API_VERSION,
    .engine_open = mtlsauth_engine_open,
    .engine_prepare = mtlsauth_engine_prepare,
    .engine_commit = mtlsauth_engine_commit,
    .snapshot_free = mtlsauth_snapshot_free,
    .engine_reload = mtlsauth_engine_reload,
    .engine_has_service = mtlsauth_engine_has_service,
    .engine_free = mtlsauth_engine_free,
    .error_file = mtlsauth_error_file,
    .error_line = mtlsauth_error_line,
    .error_column = mtlsauth_error_column,
    .error_code = mtlsauth_error_code,
    .error_message = mtlsauth_error_message,
    .error_mend = mtlsauth_error_mend,
    .error_text = mtlsauth_error_text,
    .error_free = mtlsauth_error_free,
    .request_new = mtlsauth_request_new,
    .request_reset = mtlsauth_request_reset,
    .request_free = mtlsauth_request_free,
    .request_service = mtlsauth_request_service,
    .request_leaf = mtlsauth_request_leaf,
    .request_chain = mtlsauth_request_chain,
    .request_time = mtlsauth_request_time,
    .request_string = mtlsauth_request_string,
    .request_bool = mtlsauth_request_bool,
    .request_int = mtlsauth_request_int,
    .request_address = mtlsauth_request_address,
    .request_header = mtlsauth_request_header,
    .authorize = mtlsauth_authorize,
    .decision = mtlsauth_decision,
    .decision_strips = mtlsauth_decision_strips,
    .decision_json = mtlsauth_decision_json,
    .result_name = mtlsauth_result_name,
    .version_text = mtlsauth_version,
};

const void *mtlsauth_get_api(uint32_t version)
{
    return version == MTLSAUTH_API_VERSION ? &api : NULL;
}

const char *mtlsauth_version(void)
{
    return MTLSAUTH_VERSION;
}

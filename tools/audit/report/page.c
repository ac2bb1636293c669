/* SPDX-License-Identifier: BSD-2-Clause */
/* page.c - see page.h. */
#include "audit/report/page.h"

#include <gnutls/crypto.h>

#include "audit/report/put.h"

#define PAGE_CLIENTS 500u

static void put_lines(ma_buf_t *out, const char *const *lines)
{
    for (; *lines != NULL; lines++) {
        put_text(out, *lines);
        PUT(out, "\n");
    }
}

/* 'sha256-...' of what stands between the tags. */
static int put_hash(ma_buf_t *out, const ma_buf_t *text)
{
    uint8_t digest[32];

    if (text->failed
        || gnutls_hash_fast(GNUTLS_DIG_SHA256, text->data, text->size, digest) < 0)
        return -1;
    PUT(out, "'sha256-");
    ma_encode_base64(out, digest, sizeof(digest));
    PUT(out, "'");
    return 0;
}

int page_begin(ma_buf_t *out, const summary_t *summary, uint64_t left_out)
{
    ma_buf_t css, js;
    int ret;

    ma_buf_init(&css, 0);
    ma_buf_init(&js, 0);
    put_lines(&css, page_css);
    put_lines(&js, page_js);
    PUT(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
             "base-uri 'none'; form-action 'none'; style-src ");
    ret = put_hash(out, &css);
    PUT(out, "; script-src ");
    if (ret == 0)
        ret = put_hash(out, &js);
    PUT(out, "\">\n<style>");
    put_bytes(out, css.data, css.size);
    PUT(out, "</style>\n");
    put_lines(out, page_html);
    PUT(out, "<script type=\"application/json\" id=\"summary\">");
    summary_json_short(summary, PAGE_CLIENTS, out);
    PUT(out, "</script>\n<script type=\"application/json\" id=\"rows\">{\"left_out\":");
    put_number(out, left_out);
    PUT(out, ",\"rows\":[");
    ma_buf_free(&css);
    ma_buf_free(&js);
    return ret == 0 && !out->failed ? 0 : -1;
}

void page_end(ma_buf_t *out)
{
    PUT(out, "]}</script>\n<script>");
    put_lines(out, page_js);
    PUT(out, "</script>\n</body>\n</html>\n");
}

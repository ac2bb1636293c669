/* SPDX-License-Identifier: BSD-2-Clause */
/* document.c - see document.h; and loader.h, whose only work is to read. */
#include "policy/document.h"

#include <locale.h>

void ma_loader_digest(void *context, ma_bytes_t bytes)
{
    const ma_loader_t *loader = context;
    uint8_t size[8];
    unsigned i;

    if (loader->digest == NULL)
        return;
    for (i = 0; i < sizeof(size); i++) /* the size too, so that no two lists of files are alike */
        size[i] = (uint8_t)((uint64_t)bytes.size >> (8 * i));
    (void)gnutls_hash(loader->digest, size, sizeof(size));
    (void)gnutls_hash(loader->digest, bytes.data, bytes.size);
}

int ma_loader_read(ma_loader_t *loader, const char *path, size_t max, const ma_pos_t *pos,
                   ma_bytes_t *out, struct stat *identity)
{
    int ret = ma_file_read(path, max, &loader->safety, loader->arena, pos, out, identity,
                           loader->err);

    if (ret == 0)
        ma_loader_digest(loader, *out);
    return ret;
}

/* libconfig sets the thread's locale and then resets it to the global one: keep the caller's. */
static int read_by_libconfig(config_t *config, const char *text)
{
    locale_t callers = uselocale((locale_t)0);
    int read = config_read_string(config, text);

    (void)uselocale(callers);
    return read == CONFIG_TRUE ? 0 : MTLSAUTH_E_SYNTAX;
}

/* Our scanner accepted it; if libconfig does not, the file is refused all the same. */
static int fail_libconfig(const ma_loader_t *loader, ma_document_t *document)
{
    ma_pos_t pos = { document->file, 0, 0 };
    const char *text = config_error_text(&document->config);
    int line = config_error_line(&document->config);

    if (line > 0 && (size_t)line <= document->n_lines && document->lines[line - 1] != NULL)
        pos = document->lines[line - 1]->pos;
    return ma_fail(loader->err, MTLSAUTH_E_SYNTAX, &pos, NULL, "libconfig: %s",
                   text != NULL ? text : "cannot read this");
}

int ma_document_read(ma_loader_t *loader, const char *path, const ma_pos_t *named_at,
                     ma_document_t *out)
{
    ma_document_t document = { .file = ma_arena_string(loader->arena, path) };
    ma_bytes_t text;
    ma_scan_t scan;
    ma_buf_t canonical;
    int ret;

    if (document.file == NULL)
        return ma_fail_memory(loader->err);
    ma_buf_init(&canonical, 0);
    ret = ma_loader_read(loader, path, MA_SCAN_MAX_SIZE, named_at, &text, &document.identity);
    if (ret == 0)
        ret = ma_scan(document.file, text, loader->arena, &scan, loader->err);
    if (ret != 0)
        goto out;
    ret = ma_scan_canonical(&scan, &canonical, loader->arena, &document.lines, &document.n_lines);
    if (ret != 0) {
        ret = ma_fail_memory(loader->err);
        goto out;
    }
    config_init(&document.config);
    ret = read_by_libconfig(&document.config, ma_buf_string(&canonical));
    if (ret != 0) {
        fail_libconfig(loader, &document);
        config_destroy(&document.config);
        goto out;
    }
    *out = document;
out:
    ma_buf_free(&canonical);
    return ret;
}

void ma_document_free(ma_document_t *document)
{
    config_destroy(&document->config);
}

const ma_node_t *ma_document_node(const ma_document_t *document, const config_setting_t *setting)
{
    unsigned line = config_setting_source_line(setting);

    if (config_setting_is_root(setting) || line == 0 || line > document->n_lines)
        return NULL;
    return document->lines[line - 1];
}

ma_pos_t ma_document_pos(const ma_document_t *document, const config_setting_t *setting)
{
    const ma_node_t *node = ma_document_node(document, setting);

    return node != NULL ? node->pos : (ma_pos_t) { document->file, 1, 1 };
}

ma_pos_t ma_document_name_pos(const ma_document_t *document, const config_setting_t *setting)
{
    const ma_node_t *node = ma_document_node(document, setting);

    return node != NULL ? node->name_pos : (ma_pos_t) { document->file, 1, 1 };
}

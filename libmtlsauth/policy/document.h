/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * document.h - one file of a policy, read by our scanner and by libconfig.
 *
 * Values come from libconfig's tree, places from the scanner's nodes. The file name and all places
 * live in the loader's arena; the tree lives until ma_document_free().
 */
#ifndef MA_POLICY_DOCUMENT_H
#define MA_POLICY_DOCUMENT_H

#include <libconfig.h>

#include "policy/loader.h"
#include "policy/scan.h"

typedef struct ma_document {
    config_t config;
    const char *file;
    const ma_node_t *const *lines; /**< the node that begins on each line of the canonical text */
    size_t n_lines;
    struct stat identity;
} ma_document_t;

/** Reads a file. `named_at` is where it was named, or NULL. */
int ma_document_read(ma_loader_t *loader, const char *path, const ma_pos_t *named_at,
                     ma_document_t *out) MTLSAUTH_MUST_CHECK;
void ma_document_free(ma_document_t *document);

/** The scanner's node of a setting; NULL for the root, which stands nowhere. */
const ma_node_t *ma_document_node(const ma_document_t *document, const config_setting_t *setting);
/** Where the value of a setting stands, and where its name does. */
ma_pos_t ma_document_pos(const ma_document_t *document, const config_setting_t *setting);
ma_pos_t ma_document_name_pos(const ma_document_t *document, const config_setting_t *setting);

#endif

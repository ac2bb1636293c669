/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pem_reader.h - walk the PEM blocks of a text that is seen through a window, and read one block
 * decoded: the reader is the source of the object at hand.
 *
 * Where a file is damaged, skipping quietly would lose a certificate or a list: a boundary line
 * that is not whole, a block without its END, an END without its BEGIN are errors whatever the
 * label. Lines may be indented (some servers hand PEM over so) and end in LF or CRLF. What the
 * objects are, it does not look at.
 */
#ifndef MA_CRED_PEM_READER_H
#define MA_CRED_PEM_READER_H

#include <gnutls/gnutls.h>

#include "base/window.h"

/** Characters of base64 that are decoded at a time; whole quads. */
#define MA_PEM_PIECE 16384u
#define MA_PEM_LABEL_MAX 64u

typedef struct ma_pem_reader {
    ma_byte_source_t source; /**< of the object at hand; first, so that one casts to the other */
    ma_window_t *text;
    const char *wanted;
    const char *why;     /**< static; set with every failure that is not the window's */
    size_t blocks;       /**< of any label */
    char label[MA_PEM_LABEL_MAX];
    size_t label_size;
    bool bare;    /**< the whole text is base64 */
    bool fresh;   /**< nothing but blanks stood before in this line */
    bool ended;   /**< no more base64 follows in this object */
    bool padded;  /**< base64 has come to its end */
    bool any;     /**< the object has bytes */
    gnutls_datum_t decoded; /**< owned */
    size_t given;           /**< of `decoded` */
    size_t n_pending;
    uint8_t pending[MA_PEM_PIECE];
} ma_pem_reader_t;

/** A walk over blocks with that label; the text is borrowed. */
void ma_pem_begin(ma_pem_reader_t *reader, ma_window_t *text, const char *label);
/**
 * Goes to the next object, of which the one before must have been read to its end. 1: there is one,
 * 0: there is none, or a negative status.
 */
int ma_pem_next(ma_pem_reader_t *reader) MTLSAUTH_MUST_CHECK;
/** Takes the whole text, which must not have been read yet, as one object without boundaries. 1, or
    0 if there is nothing but blanks, or a negative status. */
int ma_pem_bare(ma_pem_reader_t *reader) MTLSAUTH_MUST_CHECK;
void ma_pem_end(ma_pem_reader_t *reader);

#endif

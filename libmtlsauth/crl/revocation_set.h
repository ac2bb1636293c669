/* SPDX-License-Identifier: BSD-2-Clause */
/* revocation_set.h - what the files that make up revocation.h share. Nobody else includes it. */
#ifndef MA_CRL_REVOCATION_SET_H
#define MA_CRL_REVOCATION_SET_H

#include "base/slots.h"
#include "crl/revocation.h"

/** A file that was read already, by whatever name. */
typedef struct ma_file_id {
    dev_t device;
    ino_t inode;
} ma_file_id_t;

struct mtlsauth_revocation {
    ma_revocation_how_t how;
    ma_slots_t *courses; /**< see course.h; NULL: nothing is remembered */
    ma_crl_t **lists;
    size_t n_lists;
    size_t room_lists;
    ma_file_id_t *files;
    size_t n_files;
    size_t room_files;
};

#endif

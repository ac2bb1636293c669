/* SPDX-License-Identifier: BSD-2-Clause */
/* revocation_set.h - what the files that make up revocation.h share. Nobody else includes it. */
#ifndef MA_CRL_REVOCATION_SET_H
#define MA_CRL_REVOCATION_SET_H

#include "base/slots.h"
#include "crl/revocation.h"

/** A file that was read, by whatever name: its lists are those from `first` to before `end`. */
typedef struct ma_set_file {
    dev_t device;
    ino_t inode;
    char *path; /**< owned; for messages */
    size_t first;
    size_t end;
} ma_set_file_t;

struct mtlsauth_revocation {
    ma_revocation_how_t how;
    ma_slots_t *courses; /**< see course.h; NULL: nothing is remembered */
    ma_crl_t **lists;
    size_t n_lists;
    size_t room_lists;
    ma_set_file_t *files;
    size_t n_files;
    size_t room_files;
    ma_crl_register_t *lists_seen; /**< these two at load only; either may be NULL */
    ma_registered_path_t *path;
};

#endif

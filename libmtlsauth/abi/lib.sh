# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# lib.sh - what programs and plugins that are already compiled rely on, as two dumps of libabigail:
#
#     libmtlsauth.abi  the library as built: its functions, and what their parameters lead to
#     types.abi        every struct, enum and number of the public headers. No function's parameters
#                      lead to the table of mtlsauth_get_api(), nor to an enum passed as uint32_t.
#
# tests/cli/abi.sh reads this file and fails at any change, additions among them: who means one makes
# new dumps, with ./dev abi-update, and says so in NEWS. (A new function also goes into mtlsauth.map.)
#
# HEADERS below is the directory of mtlsauth/plugin.h, VERSION-HEADERS that of mtlsauth/version.h.

# What the dumps leave out is the machine's, or changes with every edit: paths, lines, names of parameters.
abi_options='--no-corpus-path --no-comp-dir-path --no-elf-needed --no-parameter-names --short-locs
    --no-write-default-sizes --exported-interfaces-only'

# abi_types HEADERS VERSION-HEADERS: C that has a variable of every type, and for every number an enum of
# its own. (In one enum libabigail takes numbers that trade places for the same.)
abi_types()
{
    printf '#include <mtlsauth/%s>\n' mtlsauth.h plugin.h
    for abi_header in types mtlsauth plugin; do
        sed -nE 's/^(typedef )?(struct|enum) (mtlsauth_[a-z0-9_]+) \{$/\2 \3 abi_\3;/p' \
            "$1/mtlsauth/$abi_header.h"
    done
    cat "$1/mtlsauth/types.h" "$1/mtlsauth/mtlsauth.h" "$1/mtlsauth/plugin.h" "$2/mtlsauth/version.h" |
        sed -nE -e 's/^#define (MTLSAUTH_[A-Z0-9_]+) (0x[0-9a-f]+|[0-9]+)u?( .*)?$/\1/p' \
            -e 's/^ +(MTLSAUTH_[A-Z0-9_]+)( =.*|,.*|)$/\1/p' |
        sed 's/.*/enum abi_& { ABI_& = & } abi_&;/'
}

# abi_build HEADERS VERSION-HEADERS OUT: compiles that to OUT, a shared object that nobody loads
abi_build()
{
    abi_types "$1" "$2" >"$3.c"
    # $CC may be a command with arguments.
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c11 -g -shared -fPIC -I "$1" -I "$2" -o "$3" "$3.c"
}

# abi_dump OPTION... FILE
abi_dump()
{
    # shellcheck disable=SC2086 # a list of words
    abidw $abi_options "$@" | sed -E "s/ (filepath|line|column)='[^']*'//g"
}

# abi_same DUMP OPTION... FILE: is it what the dump says?
abi_same()
{
    abidiff --harmless "$@"
}

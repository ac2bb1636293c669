#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# abi.sh - what compiled programs and plugins rely on is what libmtlsauth/abi/ says, and nothing more;
# and whatever type of the public headers changes, that is noticed.

. "${srcdir:-.}/tests/cli/lib.sh"
. "$srcdir/libmtlsauth/abi/lib.sh"

: "${MTLSAUTH_LIB:?the shared library}" "${builddir:?the build tree}"
command -v abidiff >/dev/null || skip_all "no abidiff (abigail-tools)"
command -v readelf >/dev/null || skip_all "no readelf"
[ -z "${SAN_CFLAGS-}" ] || skip_all "instrumented"
readelf -h "$MTLSAUTH_LIB" | grep -cE 'Machine:.*X86-64|Class:.*ELF64' | grep -qx 2 ||
    skip_all "the dumps are those of x86-64 with 64-bit pointers"

readelf -d "$MTLSAUTH_LIB" | grep -q 'libc\.so\.6' || skip_all "the dumps have glibc's types"

dumps=$srcdir/libmtlsauth/abi
headers=$srcdir/libmtlsauth/include
version=$builddir/libmtlsauth/include

# refused NAME DUMP OPTION... FILE: abidiff finds a change, rather than that it cannot work
refused()
{
    refused_name=$1
    shift
    status=0
    abi_same "$@" >out 2>err || status=$?
    [ $((status & 3)) = 0 ] && [ $((status & 4)) = 4 ]
    result "$refused_name" $?
}

# ---- the library

if readelf -S -W "$MTLSAUTH_LIB" | grep -q '\.debug_info'; then
    try 0 "the functions of the library are those of libmtlsauth.abi (else: ./dev abi-update)" \
        abi_same "$dumps/libmtlsauth.abi" --hd2 "$headers" --drop-private-types "$MTLSAUTH_LIB"
    grep -v "<elf-symbol name='mtlsauth_request_reset'" "$dumps/libmtlsauth.abi" >fewer.abi
    refused "a function too many is noticed" \
        fewer.abi --hd2 "$headers" --drop-private-types "$MTLSAUTH_LIB"
    sed "s/'mtlsauth_request_reset'/'mtlsauth_request_again'/" "$dumps/libmtlsauth.abi" >other.abi
    refused "so is one that is gone" \
        other.abi --hd2 "$headers" --drop-private-types "$MTLSAUTH_LIB"
else
    skip "the functions of the library" "it was built without -g"
fi

# ---- the types of the headers

try 0 "a shared object with every type compiles" abi_build "$headers" "$version" types.so
try 0 "the types of the headers are those of types.abi (else: ./dev abi-update)" \
    abi_same "$dumps/types.abi" types.so
abi_dump types.so >now.abi

# changed NAME SED-EXPRESSION HEADER: a copy of a header so changed is refused
changed()
{
    rm -rf copy
    cp -R "$headers" copy
    chmod -R u+w copy
    sed -E "$2" "$headers/mtlsauth/$3" >"copy/mtlsauth/$3"
    if cmp "$headers/mtlsauth/$3" "copy/mtlsauth/$3" >/dev/null; then
        echo "the copy is no other" >err
        result "$1 is noticed" 1
        return
    fi
    rm -f copied.so
    abi_build copy "$version" copied.so 2>err || {
        result "$1 is noticed" 1 # it says nothing: the copy does not compile
        return
    }
    refused "$1 is noticed" now.abi copied.so
}

for header in types mtlsauth plugin; do
    sed -nE 's/^(typedef )?(struct|enum) (mtlsauth_[a-z0-9_]+) \{$/\2 \3/p' \
        "$headers/mtlsauth/$header.h" | sed "s/\$/ $header.h/"
done >types
[ "$(grep -c '^struct' types)" -ge 11 ] && [ "$(grep -c '^enum' types)" -ge 11 ]
result "there are types to look at" $?
while read -r kind name header; do
    # Up to the closing bracket, which is the only one at the beginning of a line.
    case $kind in
    struct) change="/$name \\{\$/,/^\\}/s/^\\}/void *appended; }/" ;;
    enum) change="/$name \\{\$/,/^\\}/s/^(    MTLSAUTH_[A-Z0-9_]+) = /\\1_OTHER = 77,\\n&/" ;;
    esac
    changed "a change of $name" "$change" "$header"
done <types

changed "members that trade places" \
    '/^    uint16_t abi_m(aj|in)or;/{s/major/first/;s/minor/major/;s/first/minor/}' plugin.h
changed "another type of a member" 's/^    uint32_t max_depth;/    int32_t max_depth; /' plugin.h
changed "another parameter of a service" 's/\(\*option_is_set\)\(/&void *first, /' plugin.h
changed "another number" 's/^(#define MTLSAUTH_PLUGIN_GRANT )0x1u/\10x8u/' plugin.h
changed "a number more" 's/^#define MTLSAUTH_PLUGIN_GRANT/#define MTLSAUTH_PLUGIN_OTHER 0x8u\n&/' plugin.h
changed "numbers of an enum that trade places" \
    '/^    MTLSAUTH_SCOPE_/{s/= 0/= 2/;s/= 1/= 0/;s/= 2/= 1/}' plugin.h

finish

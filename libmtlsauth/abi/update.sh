#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# update.sh BUILD - makes new dumps of the library that was built in BUILD, in the source tree: for who
# means to change what compiled programs and plugins rely on. See lib.sh.

set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")"
. ./lib.sh

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
headers=../include
abi_build "$headers" "$build/libmtlsauth/include" "$scratch/types.so"
abi_dump "$scratch/types.so" >"$scratch/types.abi"
abi_dump --headers-dir "$headers" --drop-private-types "$build/.libs/libmtlsauth.so.0" \
    >"$scratch/libmtlsauth.abi"
# A dump that broke off does not end.
for dump in types libmtlsauth; do
    [ "$(tail -n 1 "$scratch/$dump.abi")" = "</abi-corpus>" ] || {
        echo "update.sh: abidw made no whole $dump.abi" >&2
        exit 1
    }
done
grep -q '<function-decl' "$scratch/libmtlsauth.abi" || {
    echo "update.sh: $build has no debug information: build with -g" >&2
    exit 1
}
cp "$scratch/types.abi" "$scratch/libmtlsauth.abi" .

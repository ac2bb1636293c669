#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# tarball.sh DIRECTORY: what `make dist` makes of this tree, moved into DIRECTORY; prints its path.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
into=$(cd "$1" && pwd)
[ -x "$top/configure" ] || (cd "$top" && ./autogen.sh >autogen.log 2>&1)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$top/configure" --quiet --disable-examples >/dev/null
make --no-print-directory -s dist >"$scratch/dist.log" 2>&1 || {
    cat "$scratch/dist.log" >&2
    exit 1
}
tarball=$(basename "$scratch"/mtlsauth-*.tar.xz)
mv "$tarball" "$into"
echo "$into/$tarball"

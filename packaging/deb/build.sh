#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# build.sh - the Debian packages of this tree: build.sh BUILD-DIRECTORY OUTPUT-DIRECTORY
#
# BUILD-DIRECTORY is a configured one, whose `make dist` makes the tarball. The source package is
# unpacked and built in OUTPUT-DIRECTORY/tree, and what comes of it lies in OUTPUT-DIRECTORY.
# DEB_BUILD_OPTIONS=nocheck leaves the tests out.

set -eu
build=$(cd "$1" && pwd)
mkdir -p "$2"
output=$(cd "$2" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)

version=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)
upstream=${version%-*}

make -C "$build" --no-print-directory -s dist
tarball=$build/mtlsauth-$upstream.tar.xz
[ -f "$tarball" ] || {
    echo "build.sh: debian/changelog is for $upstream, and \`make dist\` made no $tarball" >&2
    exit 1
}
rm -rf "$output/tree" "$output"/*mtlsauth*
mkdir "$output/tree"
mv "$tarball" "$output/mtlsauth_$upstream.orig.tar.xz"
tar -xJf "$output/mtlsauth_$upstream.orig.tar.xz" -C "$output/tree" --strip-components=1
cp -R "$top/debian" "$output/tree/"
cd "$output/tree"
exec dpkg-buildpackage -us -uc --jobs

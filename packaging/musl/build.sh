#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Builds what mtlsauth stands on against musl, then mtlsauth, and runs its tests: build-musl/ has
# it all. The sources of the libraries are the distribution's, fetched as apt is set up here, with
# lists and a cache of their own: nothing of the machine's apt changes. What was built stays; a
# second run builds only mtlsauth anew.
#
# usage: packaging/musl/build.sh [MAKE-ARGUMENT ...]     for example TESTS=tests/unit/der
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
work=$top/build-musl
deps=$work/deps
machine=$(uname -m)
jobs=$(nproc 2>/dev/null || echo 2)

packages="gmp nettle gnutls28 libconfig pcre2 cunit zlib xz-utils libzstd jansson libpcap libseccomp
openssl lua5.3"

# Headers of Linux alone: those of glibc, which stand beside them, must not be found.
linux_headers()
{
    mkdir -p "$work/linux"
    ln -sfn /usr/include/linux "$work/linux/linux"
    ln -sfn /usr/include/asm-generic "$work/linux/asm-generic"
    ln -sfn "/usr/include/$machine-linux-gnu/asm" "$work/linux/asm"
}

# ---- sources --------------------------------------------------------------------------------------

apt_get()
{
    apt-get -qq -o APT::Sandbox::User="$(id -un)" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/apt/parts" \
        -o Dir::State::lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache" "$@"
}

# The machine's own archives, asked for sources.
fetch()
{
    mkdir -p "$work/apt/parts" "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/sources"
    [ ! -f "$work/sources/complete" ] || return 0
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        [ -f "$list" ] || continue
        sed -e 's/^Types:.*/Types: deb-src/' -e 's/^deb /deb-src /' "$list" >"$work/apt/parts/${list##*/}"
    done
    apt_get update
    # shellcheck disable=SC2086 # a list of words
    (cd "$work/sources" && apt_get source --download-only --only-source --tar-only $packages)
    : >"$work/sources/complete"
}

# unpack SOURCE: into $work/src/SOURCE
unpack()
{
    rm -rf "$work/src/$1"
    mkdir -p "$work/src/$1"
    for tarball in "$work/sources/$1"_*.orig.tar.*; do
        case $tarball in
        *.asc) ;;
        *) tar -xf "$tarball" -C "$work/src/$1" --strip-components=1 ;;
        esac
    done
}

# ---- libraries ------------------------------------------------------------------------------------

# What fails in these ends them by &&: the shell's -e has no force in what is asked with ||.

# usual CONFIGURE-OPTION ...
usual()
{
    { [ -x configure ] || autoreconf -fi; } &&
        ./configure --build="$machine-linux-musl" --prefix="$deps" --libdir="$deps/lib" \
            --enable-shared --disable-static --disable-dependency-tracking "$@" &&
        make -j "$jobs" && make install
}

# The distribution has taken out its manual, which its Makefile still asks for.
build_gmp()
{
    mkdir -p doc && echo '%: ;' >doc/Makefile.in && usual --disable-cxx
}
build_nettle() { usual --disable-documentation --disable-openssl; }
build_gnutls28()
{
    usual --disable-doc --disable-tests --disable-tools --disable-cxx --disable-guile --disable-libdane \
        --disable-nls --without-p11-kit --without-idn --without-tpm --without-tpm2 --without-brotli \
        --without-zstd --with-included-libtasn1 --with-included-unistring
}
build_libconfig() { usual --disable-cxx --disable-examples --disable-tests; }
build_pcre2() { usual --enable-jit --enable-unicode; }
build_cunit() { autoreconf -fi && usual --disable-debug; }
build_zlib() { ./configure --prefix="$deps" && make -j "$jobs" install; }
build_xz_utils()
{
    usual --disable-xz --disable-xzdec --disable-lzmadec --disable-lzmainfo --disable-scripts \
        --disable-doc --disable-nls
}
build_libzstd()
{
    make -C lib -j "$jobs" PREFIX="$deps" install-pc install-shared install-includes
}
build_jansson() { usual; }
build_libpcap()
{
    usual --disable-usb --disable-bluetooth --disable-dbus --disable-rdma --without-libnl --with-pcap=linux
}
build_libseccomp() { usual --disable-python; }
build_openssl()
{
    ./Configure "linux-$machine" --prefix="$deps" --libdir=lib shared no-tests no-engine \
        "$CPPFLAGS" "$LDFLAGS" &&
        make -j "$jobs" build_libs && make install_dev
}
# The adapter for HAProxy takes Lua from the server: it needs headers alone.
build_lua5_3()
{
    mkdir -p "$deps/include/lua5.3" && cp src/*.h "$deps/include/lua5.3" &&
        printf 'Name: Lua\nDescription: headers\nVersion: 5.3\nCflags: -I%s\n' "$deps/include/lua5.3" \
            >"$deps/lib/pkgconfig/lua5.3.pc"
}

# library SOURCE: builds it, once
library()
{
    [ ! -f "$work/stamps/$1" ] || return 0
    echo "musl: $1"
    unpack "$1"
    name=$(echo "$1" | tr '.-' '__')
    (cd "$work/src/$1" && "build_$name") >"$work/$1.log" 2>&1 || {
        tail -n 30 "$work/$1.log" >&2
        echo "musl: $1 does not build; the whole is in $work/$1.log" >&2
        return 1
    }
    : >"$work/stamps/$1"
}

libraries()
{
    mkdir -p "$work/stamps" "$deps/lib/pkgconfig" "$deps/include"
    for package in $packages; do
        library "$package" || return 1
    done
    # With these libtool would link what the libraries are linked with, too.
    find "$deps/lib" -name '*.la' -delete
}

# ---- mtlsauth -------------------------------------------------------------------------------------

# The headers that two servers have for their plugins: they are the same with every libc.
server_headers()
{
    mkdir -p "$work/servers"
    for header in openvpn/openvpn-plugin.h mosquitto_plugin.h mosquitto_broker.h mosquitto.h \
        mqtt_protocol.h; do
        [ ! -f "/usr/include/$header" ] || cp "/usr/include/$header" "$work/servers"
    done
}

mtlsauth()
{
    [ -x "$top/configure" ] || (cd "$top" && ./autogen.sh >"$work/autogen.log" 2>&1)
    mkdir -p "$work/mtlsauth"
    cd "$work/mtlsauth"
    [ -f Makefile ] || "$top/configure" --quiet --build="$machine-linux-musl" --enable-development \
        --prefix="$work/root" --with-server-dirs=own --without-nginx --without-apache \
        --without-postgresql --with-openvpn="$work/servers" \
        --with-mosquitto="$work/servers" --with-haproxy
    make --no-print-directory -s -j "$jobs"
    make --no-print-directory -s -j "$jobs" check "$@"
}

command -v musl-gcc >/dev/null || {
    echo "musl: musl-gcc is missing (on Debian: musl-tools)" >&2
    exit 1
}
linux_headers
CC="musl-gcc -idirafter $work/linux"
CFLAGS="-O2 -g"
CPPFLAGS="-isystem $deps/include"
LDFLAGS="-Wl,--as-needed -L$deps/lib -Wl,-rpath,$deps/lib -Wl,-rpath-link,$deps/lib"
PKG_CONFIG_LIBDIR=$deps/lib/pkgconfig
export CC CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_LIBDIR
fetch
libraries
server_headers
mtlsauth "$@"

#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the steps of packaging/alpine/APKBUILD and packaging/arch/PKGBUILD on another system, with
# this tree's tarball: what abuild and makepkg do around them is stood in for. Tells what each
# package holds; fails if a file that was installed is in no package or in two.
#
# usage: packaging/dry-run.sh [alpine|arch]...     DRY_CHECK=yes also runs check()
# shellcheck disable=SC2034,SC2154,SC2317 # recipes set and read what is not set and read here
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
work=$top/build-dry
wrong=0
MAKEFLAGS=-j$(nproc 2>/dev/null || echo 2)
export MAKEFLAGS

complain()
{
    echo "dry-run: $*" >&2
    wrong=$((wrong + 1))
}

# files DIRECTORY: the paths in it
files()
{
    (cd "$1" && find . ! -type d | sort)
}

# compare WHOLE PACKAGES: every file of WHOLE in exactly one of the directories in PACKAGES
compare()
{
    local package
    for package in "$2"/*; do
        printf '== %s\n' "${package##*/}"
        files "$package" | sed 's/^\./  /'
        [ -n "$(files "$package")" ] || complain "${package##*/} is empty"
    done
    for package in "$2"/*; do files "$package"; done | sort >"$work/packaged"
    files "$1" >"$work/whole"
    uniq -d "$work/packaged" >"$work/twice"
    [ ! -s "$work/twice" ] || complain "in two packages: $(cat "$work/twice")"
    comm -23 "$work/whole" "$work/packaged" >"$work/lost"
    [ ! -s "$work/lost" ] || complain "in no package: $(cat "$work/lost")"
    ! grep '\.la$' "$work/packaged" || complain "there are .la files"
}

# strays PACKAGE GREP-ARGUMENT...: what no other package takes stays in the first; these must not
strays()
{
    local package=$1
    shift
    ! files "$package" | grep "$@" >"$work/strays" || complain "nobody took: $(cat "$work/strays")"
}

# steps RECIPE: RECIPE_steps in a process of its own, that stops at what fails, and says where
steps()
{
    bash -eu "$0" steps "$1" >"$work/$1.log" 2>&1 && return 0
    tail -n 40 "$work/$1.log" >&2
    complain "$1's steps do not succeed; the whole is in $work/$1.log"
    return 1
}

unpack()
{
    rm -rf "$1"
    mkdir -p "$1/src"
    tar -xf "$tarball" -C "$1/src"
}

# ---- Alpine: abuild ---------------------------------------------------------------------------------

# What abuild has for subpackages: paths, patterns too, from $pkgdir to $subpkgdir.
amove()
{
    local path pattern
    for pattern; do
        # shellcheck disable=SC2086 # patterns
        for path in $(cd "$pkgdir" && printf '%s\n' $pattern); do
            mkdir -p "$subpkgdir/${path%/*}"
            mv "$pkgdir/$path" "$subpkgdir/$path"
            rmdir -p --ignore-fail-on-non-empty "$pkgdir/${path%/*}"
        done
    done
}
default_dev() { amove usr/include usr/lib/pkgconfig 'usr/lib/lib*.so'; }
default_doc() { amove usr/share/doc usr/share/man usr/share/licenses; }
default_libs() { amove 'usr/lib/lib*.so.*'; }
default_completion()
{
    case $1 in
    *-bash-completion) amove usr/share/bash-completion ;;
    *-zsh-completion) amove usr/share/zsh ;;
    esac
}

# subpackage ENTRY: NAME[:FUNCTION[:ARCHITECTURE]]
subpackage()
{
    local name function
    IFS=: read -r name function _ <<<"$1"
    function=${function:-${name##*-}}
    subpkgdir=$root/packages/$name
    mkdir -p "$subpkgdir"
    cd "$builddir"
    if declare -F "$function" >/dev/null; then
        "$function"
    else
        "default_$function" "$name"
    fi
}

alpine_steps()
{
    root=$work/alpine
    # shellcheck source=/dev/null
    . "$top/packaging/alpine/APKBUILD"
    CBUILD=$(gcc -dumpmachine) CHOST=$CBUILD
    _pg_config=$(command -v pg_config)
    srcdir=$root/src builddir=$srcdir/$pkgname-$pkgver pkgdir=$root/packages/$pkgname
    cd "$builddir"
    build
    [ "${DRY_CHECK-}" != yes ] || check
    mkdir -p "$pkgdir"
    package
    cp -a "$pkgdir" "$root/whole"
    for entry in $subpackages; do subpackage "$entry"; done
}

alpine()
{
    local root=$work/alpine
    unpack "$root"
    sh -n "$top/packaging/alpine/APKBUILD" || complain "APKBUILD is no shell"
    steps alpine || return
    compare "$root/whole" "$root/packages"
    strays "$root/packages/mtlsauth" -vE '^\./usr/(bin/mtlsauth|share/mtlsauth/decision\.schema\.json)$'
}

# ---- Arch: makepkg ----------------------------------------------------------------------------------

# The sources of nginx stand elsewhere here.
copy_nginx()
{
    if [ "$*" = "-r /usr/src/nginx $srcdir/nginx-src" ]; then
        command cp -r /usr/share/nginx/src "$srcdir/nginx-src"
    else
        command cp "$@"
    fi
}

arch_steps()
{
    root=$work/arch
    # shellcheck source=/dev/null
    . "$top/packaging/arch/PKGBUILD"
    local packages=("${pkgname[@]}")
    CFLAGS="-O2 -g" CPPFLAGS="" LDFLAGS=""
    srcdir=$root/src
    cp() { copy_nginx "$@"; }
    cd "$srcdir"
    build
    [ "${DRY_CHECK-}" != yes ] || (cd "$srcdir" && check)
    for pkgname in "${packages[@]}"; do
        pkgdir=$root/packages/$pkgname
        mkdir -p "$pkgdir"
        cd "$srcdir"
        "package_$pkgname"
    done
    # What `make install` installs, and what the recipe adds.
    cd "$srcdir/$pkgbase-$pkgver"
    make DESTDIR="$root/whole" install
    find "$root/whole" -name '*.la' -delete
}

arch()
{
    local root=$work/arch
    unpack "$root"
    bash -n "$top/packaging/arch/PKGBUILD" || complain "PKGBUILD is no bash"
    steps arch || return
    compare "$root/whole" "$root/packages"
    strays "$root/packages/mtlsauth" -E 'audit|/modules/|nginx|openvpn|mosquitto|haproxy|/lua/'
}

if [ "${1-}" = steps ]; then
    set -x
    "$2_steps"
    exit
fi
[ $# -gt 0 ] || set -- alpine arch
mkdir -p "$work"
tarball=$("$top/packaging/tarball.sh" "$work")
for recipe; do "$recipe" || :; done
[ "$wrong" = 0 ] || {
    echo "FAIL: dry-run: $wrong wrong"
    exit 1
}
echo "PASS: dry-run: $*"

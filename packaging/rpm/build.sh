#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Builds the RPM packages of this tree, lists what is in them and what they require, and tries
# them installed in a scratch root. On Fedora with what the spec asks for; elsewhere, as on Debian,
# with stand-ins for the macros of Fedora's servers, and without asking RPM what is installed.
#
# usage: packaging/rpm/build.sh [RPMBUILD-ARGUMENT ...]     for example --without check
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
work=$top/build-rpm
topdir=$work/rpmbuild
root=$work/root

fail()
{
    echo "rpm: $*" >&2
    echo "FAIL: rpm"
    exit 1
}

build()
{
    rm -rf "$topdir" "$root"
    mkdir -p "$topdir/SOURCES" "$work"
    "$top/packaging/tarball.sh" "$topdir/SOURCES" >/dev/null || fail "there is no tarball"
    if [ -f /etc/debian_version ]; then
        # Debian's servers are those that the stand-ins describe, PostgreSQL 15 among them.
        set -- --load "$top/packaging/rpm/debian.macros" --nodeps --with postgresql "$@"
    fi
    rpmbuild -ba --define "_topdir $topdir" "$@" "$top/packaging/rpm/mtlsauth.spec" \
        >"$work/rpmbuild.log" 2>&1 || {
        tail -n 60 "$work/rpmbuild.log" >&2
        fail "rpmbuild does not succeed; the whole is in $work/rpmbuild.log"
    }
    sed -n '/^# TOTAL/p; /^# PASS/p; /^# SKIP/p; /^# FAIL/p; /^# ERROR/p' "$work/rpmbuild.log"
}

list()
{
    for package in "$topdir"/RPMS/*/*.rpm; do
        printf '\n== %s\n' "${package##*/}"
        rpm -qpl "$package"
        rpm -qp --requires "$package" | grep -v '^rpmlib(' | sort -u | sed 's/^/    requires /'
    done
    echo
}

# What the packages promise each other is told by no database here.
install()
{
    mkdir -p "$root"
    rpm --root "$root" --dbpath /var/lib/rpm --nodeps --noscripts --ignoreos --ignorearch \
        --nosignature -i "$topdir"/RPMS/*/*.rpm || fail "the packages cannot be installed together"
    [ -z "$(find "$root" -name '*.la')" ] || fail "there are .la files"
    rpm --root "$root" --dbpath /var/lib/rpm -qa --qf '%{NAME}\n' | sort | tr '\n' ' '
    echo "are installed"
}

# tried WANTED-STATUS POLICY CERTIFICATE
tried()
{
    status=0
    libdir=$(dirname "$(find "$root/usr" -name libmtlsauth.so.0)")
    LD_LIBRARY_PATH=$libdir "$root/usr/bin/mtlsauth" check --plugin-dir "$libdir/mtlsauth/plugins" \
        --policy "$2" --cert "$3" >"$work/check.log" 2>&1 || status=$?
    head -n 2 "$work/check.log"
    [ "$status" = "$1" ] || fail "mtlsauth check ended with $status, not $1: $(cat "$work/check.log")"
}

# A sample policy with CA certificates beside it, as an operator supplies them.
try()
{
    policies=$root/etc/mtlsauth/policies
    sh "$top/tests/pki/make-pki.sh" "$root/pki" >"$work/pki.log" 2>&1 || fail "there are no certificates"
    cp "$root/usr/share/mtlsauth/policies/common-name.conf" "$policies"
    cp -R "$root/pki/ca" "$policies/ca"
    tried 0 "$policies/common-name.conf" "$root/pki/client.pem"
    tried 1 "$policies/common-name.conf" "$root/pki/other.pem"
    tried 1 "$policies/other.conf" "$root/pki/client.pem"
}

command -v rpmbuild >/dev/null || fail "rpmbuild is missing (on Debian: rpm)"
build "$@"
list
# What it finds is for people to judge.
! command -v rpmlint >/dev/null || rpmlint "$top/packaging/rpm/mtlsauth.spec" "$topdir"/RPMS/*/*.rpm || :
install
try
echo "PASS: rpm: $(find "$topdir/RPMS" -name '*.rpm' | wc -l) packages"

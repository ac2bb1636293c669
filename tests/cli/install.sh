#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh - `make install DESTDIR=`: everything in its place, and usable from there.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}"
root=$dir/root

# An inherited MAKEFLAGS names a job server that is not this make's.
try 0 "make install" env -u MAKEFLAGS -u MFLAGS make -s -C "$builddir" install DESTDIR="$root"
prefix=$root$(sed -n 's/^prefix = //p' "$builddir/Makefile")

# Packagers put libraries and settings elsewhere than below the prefix.
lib=$root${LIBDIR:?}
etc=$root${SYSCONFDIR:?}

# What must be there.
while read -r file; do
    case $file in
    lib/*) [ -e "$lib/${file#lib/}" ] ;;
    etc/*) [ -e "$etc/${file#etc/}" ] ;;
    *) [ -e "$prefix/$file" ] ;;
    esac
    result "installs $file" $?
done <<'END'
bin/mtlsauth
lib/libmtlsauth.so.0
lib/mtlsauth/plugins/validity.so
lib/mtlsauth/plugins/cn.so
lib/mtlsauth/plugins/san.so
lib/mtlsauth/plugins/fingerprint.so
lib/mtlsauth/plugins/serial.so
lib/mtlsauth/plugins/crl.so
lib/mtlsauth/plugins/permit.so
lib/mtlsauth/plugins/deny.so
lib/pkgconfig/mtlsauth.pc
include/mtlsauth/mtlsauth.h
include/mtlsauth/mtlsauth-gnutls.h
include/mtlsauth/plugin.h
include/mtlsauth/types.h
include/mtlsauth/version.h
etc/mtlsauth/policies/other.conf
share/man/man1/mtlsauth.1
share/man/man3/mtlsauth.3
share/man/man3/mtlsauth-gnutls.3
share/man/man3/mtlsauth-openssl.3
share/man/man3/mtlsauth-plugin.3
share/man/man3/mtlsauth_authorize.3
share/man/man3/mtlsauth_gnutls_certificates.3
share/man/man3/mtlsauth_openssl_release.3
share/man/man5/mtlsauth-decision.5
share/man/man5/mtlsauth-policy.5
share/man/man5/mtlsauth-test.5
share/mtlsauth/decision.schema.json
share/mtlsauth/policies/revocation.conf
share/bash-completion/completions/mtlsauth
share/zsh/site-functions/_mtlsauth
END

if [ -x "${MTLSAUTH_AUDIT:-}" ]; then
    for file in bin/mtlsauth-audit share/man/man1/mtlsauth-audit.1 share/man/man5/mtlsauth-audit.5 share/mtlsauth/audit.schema.json \
        share/doc/mtlsauth/keylogs.md share/bash-completion/completions/mtlsauth-audit \
        share/zsh/site-functions/_mtlsauth-audit; do
        [ -e "$prefix/$file" ]
        result "installs $file" $?
    done
fi

if command -v mandoc >/dev/null; then
    function_page()
    {
        (cd "$prefix/share/man" && mandoc man3/mtlsauth_engine_open.3)
    }
    try 0 "the page of a function" function_page
    out_has "leads to where it is described" '^MTLSAUTH\(3\)'
else
    skip "the page of a function" "no mandoc"
fi

LD_LIBRARY_PATH=$lib
export LD_LIBRARY_PATH
try 1 "the installed tool, policies and plugins work" "$prefix/bin/mtlsauth" check \
    --plugin-dir "$lib/mtlsauth/plugins" --policy "$etc/mtlsauth/policies" --no-cert
out_has "the shipped policy denies" '^deny \(rule\)  policy other'

try 0 "mtlsauth.pc is whole" env PKG_CONFIG_PATH="$lib/pkgconfig" \
    pkg-config --validate --print-errors mtlsauth
try 0 "make uninstall" env -u MAKEFLAGS -u MFLAGS make -s -C "$builddir" uninstall DESTDIR="$root"
find "$root" ! -type d >out
[ ! -s out ]
result "make uninstall leaves nothing" $?
finish

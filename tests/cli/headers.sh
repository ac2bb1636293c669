#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# headers.sh - each public header compiles alone, in C11 and in C++17, without a warning; and all
# but mtlsauth-gnutls.h on a machine without the headers of GnuTLS, all but mtlsauth-openssl.h without those
# of OpenSSL.

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}"
CC=${CC:-cc}
CXX=${CXX:-c++}
warnings='-Wall -Wextra -Wpedantic -pedantic-errors -Wundef -Wconversion -Werror'

# What `make install` puts there, and nothing else.
mkdir -p include/mtlsauth
cp "$srcdir"/libmtlsauth/include/mtlsauth/*.h include/mtlsauth
cp "$builddir/libmtlsauth/include/mtlsauth/version.h" include/mtlsauth

cxx=yes
echo 'int main() { return 0; }' >probe.cc
# $CC and $CXX may be commands with arguments.
# shellcheck disable=SC2086
$CXX -std=c++17 -fsyntax-only probe.cc >/dev/null 2>&1 || cxx=

gnutls_cflags=$(pkg-config --cflags gnutls 2>/dev/null)

# compiles NAME HEADER FLAGS...: the header twice, then something after it
compiles()
{
    name=$1 header=$2
    shift 2
    printf '#include <mtlsauth/%s>\n#include <mtlsauth/%s>\nint main(void) { return 0; }\n' \
        "$header" "$header" >alone.c
    cp alone.c alone.cc
    # shellcheck disable=SC2086
    try 0 "$name: C11" $CC -std=c11 -Wshadow $warnings -I include "$@" -fsyntax-only alone.c
    if [ -n "$cxx" ]; then
        # shellcheck disable=SC2086
        try 0 "$name: C++17" $CXX -std=c++17 $warnings -Wold-style-cast -I include "$@" \
            -fsyntax-only alone.cc
    else
        skip "$name: C++17" "no C++ compiler"
    fi
}

# A gnutls/ and an openssl/ that cannot be included, in front of the real ones.
mkdir -p without/gnutls without-openssl/openssl
for file in crypto ssl x509; do
    echo '#error "OpenSSL is not here"' >without-openssl/openssl/$file.h
done
for file in gnutls x509 crypto abstract pkcs12 ocsp compat; do
    echo '#error "GnuTLS is not here"' >without/gnutls/$file.h
done

count=0
for file in include/mtlsauth/*.h; do
    header=${file##*/}
    count=$((count + 1))
    case $header in
    mtlsauth-gnutls.h)
        # shellcheck disable=SC2086
        compiles "$header without OpenSSL" "$header" $gnutls_cflags -I without-openssl
        ;;
    mtlsauth-openssl.h)
        if pkg-config --exists libssl; then
            # shellcheck disable=SC2046 # several words
            compiles "$header without GnuTLS" "$header" -I without $(pkg-config --cflags libssl)
        else
            skip "$header" "no headers of OpenSSL"
        fi
        ;;
    *) compiles "$header without either" "$header" -I without -I without-openssl ;;
    esac
done
[ $count -eq 6 ]
result "mtlsauth.h, mtlsauth-gnutls.h, mtlsauth-openssl.h, plugin.h, types.h and version.h were tried" $?

printf '#include <mtlsauth/mtlsauth-gnutls.h>\n' >alone.c
# shellcheck disable=SC2086
try 1 "the trap works: mtlsauth-gnutls.h does not compile without GnuTLS" \
    $CC -std=c11 -I include -I without -fsyntax-only alone.c
printf '#include <mtlsauth/mtlsauth-openssl.h>\n' >alone.c
# shellcheck disable=SC2086
try 1 "the trap works: mtlsauth-openssl.h does not compile without OpenSSL" \
    $CC -std=c11 -I include -I without-openssl -fsyntax-only alone.c
for header in mtlsauth.h plugin.h types.h; do
    printf '#include <mtlsauth/%s>\n' $header >alone.c
    # shellcheck disable=SC2086
    $CC -std=c11 -I include -E alone.c >preprocessed 2>&1 && ! grep -q 'gnutls\.h"' preprocessed
    result "$header includes no header of GnuTLS" $?
done

# A plugin and a server, as small as they can be, in both languages.
cat >plugin.c <<'END'
#include <mtlsauth/plugin.h>
static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    return self->core->now(request) % 2 ? MTLSAUTH_SUCCESS : MTLSAUTH_RULE;
}
MTLSAUTH_PLUGIN(odd) = { MTLSAUTH_PLUGIN_HEAD, .name = "odd", .check = check };
END
# shellcheck disable=SC2086
try 0 "the plugin of plugin.h compiles" $CC -std=c11 -Wall -Wextra -Werror \
    -Wno-missing-field-initializers -I include -fsyntax-only plugin.c
cat >server.c <<'END'
#include <mtlsauth/mtlsauth.h>
int main(void)
{
    mtlsauth_open_t how = MTLSAUTH_OPEN_INIT;
    const mtlsauth_api_t *api = (const mtlsauth_api_t *)mtlsauth_get_api(how.version);
    return api != NULL;
}
END
cp server.c server.cc
# shellcheck disable=SC2086
try 0 "MTLSAUTH_OPEN_INIT in C11" $CC -std=c11 $warnings -I include -fsyntax-only server.c
if [ -n "$cxx" ]; then
    # shellcheck disable=SC2086
    try 0 "MTLSAUTH_OPEN_INIT in C++17" $CXX -std=c++17 $warnings -I include -fsyntax-only server.cc
else
    skip "MTLSAUTH_OPEN_INIT in C++17" "no C++ compiler"
fi

finish

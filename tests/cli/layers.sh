#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# layers.sh - who may include whom: base <- cred <- path, crl <- plugin <- policy <- engine, and
# base <- expr <- plugin; plugins see plugin.h alone, servers mtlsauth.h alone. And every source file
# says its licence.

. "${srcdir:-.}/tests/cli/lib.sh"

# Standard headers that anyone may include: C11 and POSIX.1-2008. (Other libraries are named below.)
system='<(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal'
system="$system"'|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string'
system="$system"'|strings|tgmath|threads|time|uchar|wchar|wctype|dirent|dlfcn|fcntl|poll|pthread'
system="$system"'|sched|unistd|getopt|netdb|(arpa|net|netinet|sys)/[a-z_]+)\.h>'

# may FOLDER: what the files of a folder may include, as a pattern
may()
{
    base='"base/[a-z0-9_]+\.h"'
    public='<mtlsauth/(types|mtlsauth|plugin)\.h>'
    cred="$base|\"cred/[a-z0-9_]+\.h\"|<gnutls/[a-z0-9]+\.h>"
    path="$cred|\"path/[a-z0-9_]+\.h\""
    crl="$cred|\"crl/[a-z0-9_]+\.h\""
    expr="$base|\"expr/[a-z0-9_]+\.h\""
    plugin="$path|$crl|$expr|\"plugin/[a-z0-9_]+\.h\""
    policy="$plugin|\"policy/[a-z0-9_]+\.h\"|<libconfig\.h>"
    case $1 in
    libmtlsauth/base) echo "$system|$public|$base" ;;
    libmtlsauth/cred) echo "$system|$public|$cred" ;;
    libmtlsauth/path) echo "$system|$public|$path" ;;
    libmtlsauth/crl) echo "$system|$public|$crl" ;;
    libmtlsauth/expr) echo "$system|$public|$expr" ;;
    libmtlsauth/plugin) echo "$system|$public|$plugin" ;;
    libmtlsauth/policy) echo "$system|$public|$policy" ;;
    libmtlsauth/engine) echo "$system|$public|$policy|\"engine/[a-z0-9_]+\.h\"" ;;
    # The headers that are installed: each other, and only one of them GnuTLS.
    libmtlsauth/include/mtlsauth)
        echo '<(stddef|stdint|string)\.h>|<mtlsauth/(types|version|mtlsauth)\.h>'
        ;;
    plugins/san) echo "$system|<mtlsauth/plugin\.h>|\"san\.h\"" ;;
    plugins/* | examples/plugin) echo "$system|<mtlsauth/plugin\.h>" ;;
    examples)
        echo "$system|<gnutls/[a-z0-9]+\.h>|<mtlsauth/(mtlsauth|mtlsauth-gnutls)\.h>|\"https-[a-z]+\.h\""
        ;;
    *) echo '^$' ;;
    esac
}

# check_tree ROOT: prints each include that a file may not have
check_tree()
{
    (
        cd "$1" || exit 99
        find libmtlsauth plugins examples -name '*.[ch]' -o -name '*.h.in' | sort |
            while read -r file; do
                folder=${file%/*}
                allowed=$(may "$folder")
                [ "$file" = libmtlsauth/include/mtlsauth/mtlsauth-gnutls.h ] &&
                    allowed="$allowed|<gnutls/gnutls\.h>"
                [ "$file" = libmtlsauth/expr/pattern.c ] && allowed="$allowed|<pcre2\.h>"
                sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*\([^[:space:]].*\)$/\1/p' \
                    "$file" | sed 's/[[:space:]]*\/\*.*//' | grep -Evx "$allowed" |
                    sed "s|^|$file includes |"
            done
    )
}

# copy NAME: a tree to plant mistakes in
copy()
{
    rm -rf "$1"
    mkdir "$1"
    for folder in libmtlsauth plugins examples; do
        (cd "$srcdir" && find $folder -name '*.[ch]' -o -name '*.h.in') |
            while read -r file; do
                mkdir -p "$1/${file%/*}"
                cp "$srcdir/$file" "$1/$file"
            done
    done
    chmod -R u+w "$1"
}

check_tree "$srcdir" >out
[ ! -s out ]
result "no file includes what is above it" $?

# The check finds what is planted.
copy planted
[ "$(find planted -name '*.c' | wc -l)" -gt 50 ]
result "there are sources to look at" $?

# plant FILE INCLUDE
plant()
{
    cp "planted/$1" kept
    printf '#include %s\n' "$2" >>"planted/$1"
    check_tree planted >out
    cp kept "planted/$1"
    [ "$(cat out)" = "$1 includes $2" ]
    result "a planted $2 in $1 is noticed" $?
}

plant libmtlsauth/base/buf.c '"cred/name.h"'
plant libmtlsauth/base/buf.c '<gnutls/gnutls.h>'
plant libmtlsauth/expr/parse.c '"cred/certificate.h"'
plant libmtlsauth/expr/source.c '"policy/scan.h"'
plant libmtlsauth/cred/name.c '"path/verify.h"'
plant libmtlsauth/cred/name.h '"crl/crl.h"'
plant libmtlsauth/path/verify.c '"crl/revocation.h"'
plant libmtlsauth/crl/crl.c '"path/trust.h"'
plant libmtlsauth/crl/crl.c '"plugin/check.h"'
plant libmtlsauth/expr/address.c '"cred/name.h"'
plant libmtlsauth/expr/address.c '<pcre2.h>'
plant libmtlsauth/base/buf.c '"expr/value.h"'
plant libmtlsauth/plugin/module.c '"policy/policy.h"'
plant libmtlsauth/plugin/module.c '<libconfig.h>'
plant libmtlsauth/policy/stack.c '"engine/engine.h"'
plant libmtlsauth/engine/api.c '"../plugins/cn/cn.c"'
plant libmtlsauth/include/mtlsauth/mtlsauth.h '<gnutls/gnutls.h>'
plant libmtlsauth/include/mtlsauth/types.h '"base/error.h"'
plant plugins/cn/cn.c '<mtlsauth/mtlsauth.h>'
plant plugins/crl/crl.c '"crl/crl.h"'
plant plugins/cn/cn.c '<gnutls/x509.h>'
plant examples/https-auth.c '"base/log.h"'
plant examples/https-server.c '<mtlsauth/plugin.h>'
plant examples/plugin/weekdays.c '<mtlsauth/version.h>'

printf '  #  include "engine/engine.h" /* far away */\n' >>planted/libmtlsauth/base/log.c
check_tree planted >out
[ "$(cat out)" = 'libmtlsauth/base/log.c includes "engine/engine.h"' ]
result "white space and comments do not hide it" $?

# ---- licences

# unlicensed ROOT: source files that do not begin with their licence
unlicensed()
{
    (
        cd "$1" || exit 99
        find libmtlsauth plugins tools examples tests m4 docs policies -name '*.[ch]' \
            -o -name '*.sh' -o -name '*.h.in' -o -name '*.inc' -o -name '*.map' 2>/dev/null |
            sort | while read -r file; do
            head -n 2 "$file" | grep -q 'SPDX-License-Identifier: BSD-2-Clause' || echo "$file"
        done
    )
}

unlicensed "$srcdir" >out
[ ! -s out ]
result "every source file says its licence" $?
mkdir -p naked/libmtlsauth
echo 'int x;' >naked/libmtlsauth/x.c
unlicensed naked >out 2>/dev/null
[ "$(cat out)" = libmtlsauth/x.c ]
result "one that does not is noticed" $?

finish

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# layers.sh - who may include whom: base <- cred <- path, crl <- plugin <- policy <- engine, and
# base <- expr <- plugin; plugins see plugin.h alone, servers mtlsauth.h alone. The stages of the audit
# tool see those before them, base/ and the public headers; adapters mtlsauth.h and their servers. And
# every source file says its licence.

. "${srcdir:-.}/tests/cli/lib.sh"

# Standard headers that anyone may include: C11 and POSIX.1-2008. (Other libraries are named below.)
system='<(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal'
system="$system"'|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string'
system="$system"'|strings|tgmath|threads|time|uchar|wchar|wctype|dirent|dlfcn|fcntl|poll|pthread'
system="$system"'|sched|unistd|getopt|netdb|(arpa|net|netinet|sys)/[a-z_]+)\.h>'

# The stages of tools/audit, each of which sees those before it.
stages='capture link flow keys tls quic find session replay report'

# stages_to STAGE: the pattern of the headers of that stage and those before it; of all for ""
stages_to()
{
    seen=
    for stage in $stages; do
        seen="$seen${seen:+|}$stage"
        [ "$stage" = "$1" ] && break
    done
    echo "\"audit/($seen)/[a-z0-9_]+\.h\""
}

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
    # The headers that are installed: each other, and one of them each GnuTLS and OpenSSL.
    libmtlsauth/include/mtlsauth)
        echo '<(stddef|stdint|string)\.h>|<mtlsauth/(types|version|mtlsauth)\.h>'
        ;;
    plugins/san) echo "$system|<mtlsauth/plugin\.h>|\"san\.h\"" ;;
    plugins/* | examples/plugin) echo "$system|<mtlsauth/plugin\.h>" ;;
    examples)
        echo "$system|<gnutls/[a-z0-9]+\.h>|<mtlsauth/(mtlsauth|mtlsauth-gnutls)\.h>|\"https-[a-z]+\.h\""
        ;;
    # Its server's headers, common/, and of the library what servers see.
    adapters | adapters/*)
        adapter='<([a-ln-z]|m[a-su-z]|mtlsauth/(mtlsauth|mtlsauth-openssl|types)\.h>).*'
        [ "$1" != adapters/postgresql ] ||
            adapter="$adapter|\"(libpq|postmaster|replication|utils)/[a-z_-]+\.h\"" # as is its custom
        echo "$adapter|\"((common|${1##*/})/)?[a-z_]+\.h\""
        ;;
    tools/audit) echo "$system|$base|<mtlsauth/mtlsauth\.h>|\"(common|audit)/[a-z_]+\.h\"|$(stages_to '')" ;;
    tools/audit/*)
        audit="$system|$base|<mtlsauth/types\.h>|\"common/[a-z_]+\.h\"|$(stages_to "${1##*/}")"
        case $1 in
        */keys | */quic) audit="$audit|<gnutls/[a-z0-9]+\.h>" ;;
        */replay | */report)
            audit="$audit|<mtlsauth/mtlsauth\.h>|<gnutls/crypto\.h>|<jansson\.h>"
            ;;
        esac
        echo "$audit"
        ;;
    *) echo '^$' ;;
    esac
}

# may_alone FILE: what this one file may include besides
may_alone()
{
    case $1 in
    libmtlsauth/include/mtlsauth/mtlsauth-gnutls.h) echo '<gnutls/gnutls\.h>' ;;
    libmtlsauth/include/mtlsauth/mtlsauth-openssl.h) echo '<openssl/(crypto|ssl|x509)\.h>' ;;
    libmtlsauth/expr/pattern.c) echo '<pcre2\.h>' ;;
    tools/audit/capture/filter.c) echo '<pcap/pcap\.h>' ;;
    tools/audit/capture/unpack_gzip.c) echo '<zlib\.h>' ;;
    tools/audit/capture/unpack_zstd.c) echo '<zstd(_errors)?\.h>' ;;
    tools/audit/capture/unpack_xz.c) echo '<lzma\.h>' ;;
    tools/audit/tls/certificates.c) echo '<(zlib|zstd)\.h>' ;; # RFC 8879
    tools/audit/sandbox.c) echo '<(seccomp|linux/landlock|termios)\.h>' ;;
    *) echo '^$' ;;
    esac
}

sources='libmtlsauth plugins adapters examples tools/audit'

# What building nginx's module in the tree leaves beside it is nginx's: by make, or by a packager's macros.
ours()
{
    grep -vE '^adapters/nginx/(work|nginx-src|[a-z-]*-build)/'
}

# check_tree ROOT [FILE]: prints each include that a file, or that one, may not have
check_tree()
{
    (
        cd "$1" || exit 99
        # shellcheck disable=SC2086 # a list of folders
        find ${2:-$sources} -name '*.[ch]' -o -name '*.h.in' | ours | sort |
            while read -r file; do
                allowed="$(may "${file%/*}")|$(may_alone "$file")"
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
    for folder in $sources; do
        (cd "$srcdir" && find "$folder" -name '*.[ch]' -o -name '*.h.in') | ours |
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
    check_tree planted "$1" >out
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
plant adapters/common/decision_line.c '"base/buf.h"'
plant adapters/common/decision_log.c '<mtlsauth/plugin.h>'
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
# Each stage of the audit tool: the one behind it.
later=
for stage in $stages; do
    [ -z "$later" ] || plant "$(cd "$srcdir" && find "tools/audit/$later" -name '*.c' | sort | head -n 1)" "\"audit/$stage/x.h\""
    later=$stage
done
plant tools/audit/report/row.c '"audit/options.h"'
plant tools/audit/link/ip.c '"cred/name.h"'
plant tools/audit/link/link.h '<mtlsauth/mtlsauth.h>'
plant tools/audit/capture/classic.c '<pcap/pcap.h>'
plant tools/audit/capture/capture.c '<zlib.h>'
plant tools/audit/flow/flow.c '<gnutls/crypto.h>'
plant tools/audit/tls/hello.c '<gnutls/gnutls.h>'
plant tools/audit/tls/hello.c '<zlib.h>'
plant tools/audit/session/sessions.c '<jansson.h>'
plant tools/audit/replay/replay.c '<mtlsauth/plugin.h>'
plant tools/audit/audit_run.c '<seccomp.h>'
plant tools/audit/audit.c '"engine/engine.h"'

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
        find libmtlsauth plugins adapters tools examples tests m4 docs policies -name '*.[ch]' \
            -o -name '*.sh' -o -name '*.h.in' -o -name '*.inc' -o -name '*.map' 2>/dev/null |
            ours | sort | while read -r file; do
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

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man-headers.sh - pages of section 3 name all that the headers have, and nothing else: functions,
# constants, types, members of structs.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/man-lib.sh"

: "${builddir:?the build tree}"
headers=$srcdir/libmtlsauth/include/mtlsauth

# ---- all names

# words FILE...: all that look like names of the interface; not beginnings of names, as in MTLSAUTH_OPEN_*
words()
{
    cat "$@" | tr -c 'A-Za-z0-9_' '\n' | grep -E '^(mtlsauth|MTLSAUTH)_.*[^_]$' | sort -u
}

# offered HEADER: its names, without guards, the tags beside a typedef, and what types.h has
offered()
{
    words "$headers/$1" | grep -v '_H$' >offered.all
    words "$headers"/*.h | sed -n 's/_t$//p' >tags
    grep -Fvx -f tags offered.all | if [ "$1" = types.h ]; then cat; else grep -Fvx -f types; fi
}

words "$docs"/*.3 "$docs"/*.5 "$srcdir"/tools/*/*.1 >named
cp "$builddir/libmtlsauth/include/mtlsauth/version.h" version.h
words "$headers"/*.h version.h >known
at_least 150 "names in the headers" known
at_least 150 "names in the pages" named
grep -Fvx -f known named >left
none_left "no page names what no header has" left

: >types
offered types.h >types.found
mv types.found types
at_least 40 "names in types.h" types
for pair in mtlsauth.h:mtlsauth.3 types.h:mtlsauth.3 plugin.h:mtlsauth-plugin.3 \
    mtlsauth-gnutls.h:mtlsauth-gnutls.3 mtlsauth-openssl.h:mtlsauth-openssl.3; do
    header=${pair%:*} page=${pair#*:}
    offered "$header" >wanted
    at_least 5 "$header: names" wanted
    words "$docs/$page" >named
    grep -Fvx -f named wanted >left
    none_left "$page names all of $header" left
done
words version.h | grep -v '_H$' >wanted
at_least 2 "version.h: names" wanted
words "$docs/mtlsauth.3" >named
grep -Fvx -f named wanted >left
none_left "mtlsauth.3 names all of version.h" left

# ---- functions: in NAME, in SYNOPSIS, and each a page that leads there

# functions PAGE: what its synopsis declares
functions()
{
    sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/s/^\.F[no] \([a-z0-9_]*\).*/\1/p' "$docs/$1" | sort
}
# first_names PAGE
first_names()
{
    sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \(mtlsauth_[a-z0-9_]*\).*/\1/p' "$docs/$1" | sort
}
# links VARIABLE
links()
{
    sed -n "/^$1 = /,/[^\\\\]\$/s|.*docs/links/\\([a-z0-9_]*\\)\\.3.*|\\1|p" "$docs/Makefile.inc" | sort
}

sed -n 's/^ *\(mtlsauth_[a-z0-9_]*\);$/\1/p' "$srcdir/libmtlsauth/mtlsauth.map" | sort >exported
for library in gnutls openssl; do
    sed -n "s/.*[ *]\\(mtlsauth_${library}_[a-z]*\\)(.*/\\1/p" "$headers/mtlsauth-$library.h" |
        sort -u >exported.$library
done
# One in a comment or a call is one that is defined, too.
at_least 30 "functions of the library" exported
at_least 3 "functions for GnuTLS" exported.gnutls
at_least 5 "functions for OpenSSL" exported.openssl
for row in exported:mtlsauth.3:server exported.gnutls:mtlsauth-gnutls.3:gnutls \
    exported.openssl:mtlsauth-openssl.3:openssl; do
    list=${row%%:*} page=${row#*:}
    page=${page%:*}
    functions "$page" >found
    same "$page: SYNOPSIS has all functions, and no others" "$list" found
    first_names "$page" >found
    same "$page: NAME has all functions, and no others" "$list" found
    links "${row##*:}_links" >found
    same "$page: each has a page that leads there" "$list" found
    while read -r function; do
        [ "$(cat "$builddir/docs/links/$function.3" 2>&1)" = ".so man3/$page" ] || echo "$function"
    done <"$list" >left
    none_left "$page: they do" left
done

# ---- members of structs

# members HEADER: of all structs, one a line; those of the table for dlopen are named like functions
members()
{
    sed -e 's|/\*\*.*\*/||' "$headers/$1" | awk '
        /^\/\*|^    \/\*\*$/ { comment = 1 }
        comment { if (/\*\//) comment = 0; next }
        /^(typedef )?struct [a-z_]+ \{/ { inside = !/struct mtlsauth_api / }
        /^\}/ { inside = 0; text = "" }
        !inside || /\{$/ { next }
        { text = text " " $0 }
        /;/ {
            if (match(text, /\(\*[a-z_0-9]+\)\(/))
                name = substr(text, RSTART + 2, RLENGTH - 4)
            else {
                name = text
                sub(/(\[[A-Za-z0-9_]+\])?;.*/, "", name); sub(/.*[ *]/, "", name)
            }
            print name
            text = ""
        }' | sort -u
}
for row in mtlsauth.h:mtlsauth.3:35 plugin.h:mtlsauth-plugin.3:65 mtlsauth-gnutls.h:mtlsauth-gnutls.3:6 \
    mtlsauth-openssl.h:mtlsauth-openssl.3:2; do
    header=${row%%:*} page=${row#*:}
    page=${page%:*}
    members "$header" >wanted
    at_least "${row##*:}" "$header: members" wanted
    sed -n '/^\.Sh DESCRIPTION/,$p' "$docs/$page" >body
    # Plugins have an item for each; where a server reads structs, some stand in the text.
    if [ "$header" = plugin.h ]; then listed Fa <body; else told Fa <body; fi >named
    grep -Fvx -f named wanted >left
    none_left "$page names all members of the structs of $header" left
    listed Fa <body >named
    grep -Fvx -f wanted named >left
    none_left "$page: and no others" left
done

finish

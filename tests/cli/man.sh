#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man.sh - the pages of the manual: clean, whole, installed, referring to what there is; and those of
# the tools have all options, and no others.
#
# Names in headers: man-headers.sh; files and JSON: man-files.sh; what examples do: man-examples.sh; what
# policies can hold: policy-man.sh.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/man-lib.sh"

# ---- each page

set -- "$docs"/*.3 "$docs"/*.5 "$srcdir"/tools/*/*.1
[ $# -ge 10 ]
result "there are pages" $?

# remarks PAGE: what mandoc has against it, but whether other packages' pages are installed. Conditions of
# mtlsauth-policy(5) stand on a line each, as in a policy; FIELDS is no slip for FILES.
remarks()
{
    mandoc -Tlint -Wstyle "$1" 2>&1 | grep -v -e 'referenced manual not found' -e 'mandoc.db lacks' \
        -e 'FIELDS instead of FILES' |
        case $1 in
        *mtlsauth-policy.5) grep -v 'longer than 80 bytes' ;;
        *) cat ;;
        esac
}

for page; do
    name=${page##*/}
    if command -v mandoc >/dev/null; then
        remarks "$page" >left
        none_left "$name: mandoc finds nothing" left
    else
        skip "$name: mandoc finds nothing" "no mandoc"
    fi
    if groff -mdoc -z -Tutf8 /dev/null >/dev/null 2>&1; then
        groff -mdoc -ww -z -Tutf8 "$page" >left 2>&1
        none_left "$name: groff warns of nothing" left
    else
        skip "$name: groff warns of nothing" "no groff with mdoc"
    fi
    for section in DESCRIPTION EXAMPLES "SEE ALSO"; do
        grep -qx "\.Sh $section" "$page"
        result "$name: $section" $?
    done
    # References to pages of this project lead somewhere.
    : >left
    sed -n 's/^\.Xr \(mtlsauth[a-zA-Z0-9_-]*\) \([0-9]\).*/\1.\2/p' "$page" | sort -u |
        while read -r target; do
            grep -q "/$target\\( \\|\$\\)" "$docs/Makefile.inc" ||
                grep -q "/$target\\( \\|\$\\)" "$srcdir"/tools/*/Makefile.inc "$srcdir/tools/Makefile.inc" ||
                echo "$target" >>left
        done
    none_left "$name: refers to pages that are installed" left
    grep -q "/$name\\( \\|\$\\)" "$docs/Makefile.inc" "$srcdir/tools/Makefile.inc" "$srcdir/tools/audit/Makefile.inc"
    result "$name: is installed" $?
done
if command -v mandoc >/dev/null; then
    { cat "$docs/mtlsauth.3" && echo .Xx; } >broken.5
    remarks broken.5 >left
    [ -s left ]
    result "(mandoc finds a macro that is none)" $?
fi

# ---- options of the tools

# long: the long options of a text, one a line
long()
{
    grep -Eo -e '--[a-z][a-z-]+' | sed 's/^--//' | sort -u
}
# fl: the same of arguments of .Fl, from lines of mdoc
fl()
{
    tr ' ' '\n' | sed -n 's/^-\([a-z][a-z-]*\)$/\1/p' | sort -u
}
# items PAGE HEADING: options that are described below a heading
items()
{
    part "$1" "$2" | grep '^\.It Fl' | fl
}
# synopsis FILE COMMAND: options in the rows of SYNOPSIS that begin with .Cm COMMAND, or with none
synopsis()
{
    sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$1" | awk -v command="$2" '
        /^\.Nm/ { on = command == ""; next }
        /^\.Cm/ { on = $2 == command && command != ""; next }
        on' | fl
}

page=$srcdir/tools/mtlsauth/mtlsauth.1
for command in check expiry fields fmt lint plugins test; do
    mtlsauth $command --help | long | grep -vx help >known
    [ -s known ]
    result "$command: has options" $?
    items "$page" ".Ss $command" >found
    same "$command: all options are described, and no others" known found
    synopsis "$page" $command >found
    same "$command: and stand in SYNOPSIS" known found
done
mtlsauth --help | long >known
items "$page" '.Ss Options without and with a command' >found
same "without a command: all options are described, and no others" known found
synopsis "$page" "" >found
same "without a command: and stand in SYNOPSIS" known found

if [ -x "${MTLSAUTH_AUDIT:-}" ]; then
    page=$srcdir/tools/audit/mtlsauth-audit.1
    "$MTLSAUTH_AUDIT" --help | long >known
    at_least 20 "options of the audit" known
    items "$page" '.Ss Options' >found
    same "the audit: all options are described, and no others" known found
    synopsis "$page" "" >found
    same "the audit: and stand in SYNOPSIS" known found
    "$MTLSAUTH_AUDIT" merge --help | sed -n '/^ *-/p' | long | grep -vx help >known
    synopsis "$page" merge >found
    same "merge: all options stand in SYNOPSIS, and no others" known found
    part "$page" '.Ss merge' | sed '1,/wrote/d' | grep '^\.Fl' | fl >found
    same "merge: and are described" known found
else
    skip "options of the audit" "mtlsauth-audit is not built"
fi

finish

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# lib.sh - TAP for the tests of the command line tool.
#
# Given by the build: MTLSAUTH (the tool), MTLSAUTH_PLUGINS (the directory of the plugins), srcdir
# (the source tree). A script reads this file, makes its tests, and ends with `finish`.

: "${MTLSAUTH:?the path of the tool}" "${MTLSAUTH_PLUGINS:?the directory of the plugins}"
srcdir=$(cd "${srcdir:-.}" && pwd)
case $MTLSAUTH in /*) ;; *) MTLSAUTH=$PWD/$MTLSAUTH ;; esac
case $MTLSAUTH_PLUGINS in /*) ;; *) MTLSAUTH_PLUGINS=$PWD/$MTLSAUTH_PLUGINS ;; esac

umask 022
LC_ALL=C.UTF-8
export LC_ALL
tests=0
failures=0
status=0
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
trap 'exit 99' HUP INT TERM
cd "$dir" || exit 99
# Copies, because the library looks at the modes of every directory above a plugin, and those of a
# checkout are its owner's business.
mkdir plugins && cp "$MTLSAUTH_PLUGINS"/*.so plugins/ || exit 99
MTLSAUTH_PLUGINS=$dir/plugins
: >out
: >err

skip_all()
{
    echo "1..0 # SKIP $1"
    exit 0
}

skip()
{
    tests=$((tests + 1))
    printf 'ok %s - %s # SKIP %s\n' "$tests" "$1" "$2"
}

# What the last command said, as TAP comments.
show()
{
    echo "# exit status $status"
    sed 's/^/# out: /' out
    sed 's/^/# err: /' err
}

# result NAME TRUTH: one line of TAP; TRUTH is the status of a test
result()
{
    tests=$((tests + 1))
    if [ "$2" -eq 0 ]; then
        printf 'ok %s - %s\n' "$tests" "$1" # some shells' echo reads backslashes
    else
        failures=$((failures + 1))
        printf 'not ok %s - %s\n' "$tests" "$1"
        show
    fi
}

# try STATUS NAME COMMAND...: runs it; its output is in the files out and err
try()
{
    try_want=$1 try_name=$2
    shift 2
    status=0
    "$@" >out 2>err || status=$?
    [ "$status" -eq "$try_want" ]
    result "$try_name" $?
}

# out_has NAME PATTERN, err_has NAME PATTERN: the last output has such a line (grep -E)
out_has()
{
    grep -Eq -e "$2" out
    result "$1" $?
}

err_has()
{
    grep -Eq -e "$2" err
    result "$1" $?
}

# out_lacks NAME PATTERN
out_lacks()
{
    ! grep -Eq -e "$2" out
    result "$1" $?
}

mtlsauth()
{
    "$MTLSAUTH" "$@"
}

# make_pki: certificates in pki/, or no tests
make_pki()
{
    command -v openssl >/dev/null || skip_all "no openssl"
    sh "$srcdir/tests/pki/make-pki.sh" pki >pki.log 2>&1 || {
        sed 's/^/# /' pki.log
        echo "Bail out! make-pki.sh failed"
        exit 99
    }
}

finish()
{
    echo "1..$tests"
    [ "$failures" -eq 0 ]
    exit
}

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh [PATCH ...] - would the tests see it? Each patch here puts one fault into a copy of the
# tree; the tests that it names are built and run, and one of them has to fail. A row a fault; exits 1
# if one survived, or could not be tried. The tree without a fault must pass the same tests first.
#
# A patch begins with what its fault would let through, which tests should see it, and a line
# "Tests: PROGRAM ...". A test that hangs counts as caught, and the row says so; a fault that does not
# compile counts as an error. The patch is one line, and must apply as it stands.
set -eu
cd "$(dirname "$0")/../.."
source=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM
jobs=$(nproc 2>/dev/null || echo 2)
limit=60 # seconds for one test program; the slowest takes two
[ $# -gt 0 ] || set -- tests/mutants/*.patch

# The files of the repository, or of the tarball.
copy_tree()
{
    mkdir "$scratch/tree"
    if [ -e .git ]; then
        git ls-files -z --cached --others --exclude-standard | tar -cf - --null -T - 2>/dev/null || :
    else
        tar -cf - --exclude='./build' --exclude='./build-asan' --exclude='./build-[!a]*' . # not build-aux
    fi | tar -xf - -C "$scratch/tree"
    chmod -R u+w "$scratch/tree"
}

prepare()
{
    copy_tree
    cd "$scratch/tree"
    [ -x configure ] || ./autogen.sh
    mkdir build
    cd build
    # Without what no fault is in, and quick to compile.
    ../configure --quiet --disable-hardening --disable-audit --disable-examples --without-nginx \
        --without-apache --without-postgresql --without-openvpn --without-mosquitto \
        --without-haproxy CFLAGS=-O0 || return 1
}

# build TEST ...
build()
{
    make -C "$scratch/tree/build" --no-print-directory -s -j "$jobs" "$@" >"$scratch/make.log" 2>&1
}

# run_test TEST: 0 if it passed; what failed is in `seen`
run_test()
{
    arguments=
    [ "$1" != tests/expr/expr-cases ] || arguments=$(ls "$scratch"/tree/tests/expr/*.test)
    status=0
    # shellcheck disable=SC2086 # a list of words
    (
        cd "$scratch/tree/build"
        export srcdir="$scratch/tree" builddir="$PWD" MTLSAUTH_PLUGINS="$PWD/plugins/.libs"
        exec timeout -k 5 "$limit" "./$1" $arguments
    ) >"$scratch/test.log" 2>&1 || status=$?
    seen=$(grep '^not ok' "$scratch/test.log" | head -n 1 | sed 's/^not ok //; s/ # .*//')
    case $status in
    0) [ -z "$seen" ] ;;
    124 | 137)
        seen="a hang"
        return 1
        ;;
    *)
        [ -n "$seen" ] || seen="an exit with $status"
        return 1
        ;;
    esac
}

tests_of()
{
    sed -n '/^---/q; s/^Tests: //p' "$1"
}

# is_one_line PATCH
is_one_line()
{
    sed '1,/^+++ /d' "$1" >"$scratch/change"
    [ "$(grep -c '^-' "$scratch/change")" = 1 ] && [ "$(grep -c '^+' "$scratch/change")" = 1 ]
}

# put PATCH --forward|--reverse: without a question, and no line away from where it says
put()
{
    patch --batch "$2" -p1 --fuzz=0 -d "$scratch/tree" -i "$1" >"$scratch/patch.log" 2>&1 &&
        ! grep -q offset "$scratch/patch.log"
}

# try PATCH: prints the rest of its row; 0 if it was caught
try()
{
    tests=$(tests_of "$1")
    is_one_line "$1" || {
        echo "ERROR: is not one line"
        return 1
    }
    put "$1" --forward || {
        echo "ERROR: does not apply as it stands"
        return 1
    }
    # shellcheck disable=SC2086
    if build $tests; then
        row=SURVIVED
        for test in $tests; do
            run_test "$test" || {
                row="caught by $test $seen"
                break
            }
        done
    else
        row="ERROR: does not compile"
    fi
    put "$1" --reverse || {
        echo "ERROR: cannot be taken away again"
        exit 1
    }
    echo "$row"
    [ "${row#caught}" != "$row" ]
}

prepare >"$scratch/prepare.log" 2>&1 || {
    tail -n 20 "$scratch/prepare.log" >&2
    exit 1
}
cd "$source"
every=$(for patch; do tests_of "$patch"; done | tr ' ' '\n' | sort -u)
plugins=$(for plugin in plugins/*/; do printf '%s.la ' "${plugin%/}"; done)
# shellcheck disable=SC2086
build $plugins $every || {
    tail -n 20 "$scratch/make.log" >&2
    exit 1
}
for test in $every; do
    run_test "$test" || {
        echo "without a fault, $test fails: $seen" >&2
        exit 1
    }
done

faults=0
caught=0
for patch; do
    faults=$((faults + 1))
    name=${patch##*/}
    printf '%-44s ' "${name%.patch}"
    case $patch in
    /*) ;;
    *) patch=$source/$patch ;;
    esac
    ! try "$patch" || caught=$((caught + 1))
done
echo "$faults faults, $caught caught"
[ "$caught" = "$faults" ]

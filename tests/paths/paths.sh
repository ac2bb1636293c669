#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# paths.sh - the public sets of path validation cases, where they are.
#
# They are found beside the source tree, or where MTLSAUTH_CORPORA points. A set must agree in every
# case, or have the case in exceptions.tsv.

: "${srcdir:?}" "${builddir:?}"
corpora=${MTLSAUTH_CORPORA:-$srcdir/../shared/corpora}
cases=$builddir/tests/paths/path-cases
exceptions=$srcdir/tests/paths/exceptions.tsv
tests=0
failures=0

[ -d "$corpora/paths" ] || {
    echo "1..0 # SKIP no corpora"
    exit 0
}
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT

# result NAME TRUTH
result()
{
    tests=$((tests + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $tests - $1"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $1"
    fi
}

for set in "$corpora"/paths/*/; do
    set=${set%/}
    status=0
    "$cases" --exceptions "$exceptions" "$set" >"$out" 2>&1 || status=$?
    sed 's/^/# /' "$out"
    result "${set##*/}: every case agrees or is an exception" "$status"
done
echo "1..$tests"
[ "$failures" -eq 0 ]

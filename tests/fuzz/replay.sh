#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# replay.sh - every fuzz target over its seeds, and over the public corpora where they are.
#
# These are found beside the source tree, or where MTLSAUTH_CORPORA points.

: "${srcdir:?}" "${builddir:?}"
hostile=${MTLSAUTH_CORPORA:-$srcdir/../shared/corpora}/hostile
# shellcheck source=tests/fuzz/targets.sh
. "$srcdir/tests/fuzz/targets.sh"
tests=0
failures=0
out=$(mktemp) || exit 99
trap 'rm -f "$out"' EXIT

# replay TARGET DIRECTORY NAME
replay()
{
    tests=$((tests + 1))
    if "$builddir/tests/fuzz/$1" "$2" >"$out" 2>&1; then
        echo "ok $tests - $1: $3, $(tail -n 1 "$out")"
    else
        failures=$((failures + 1))
        sed 's/^/# /' "$out"
        echo "not ok $tests - $1: $3"
    fi
}

for pair in $targets; do
    target=${pair%%:*}
    corpus=${pair#*:}
    # Those of the audit tool are built where it is.
    [ "${target#audit-}" = "$target" ] || [ -x "$builddir/tests/fuzz/$target" ] || continue
    replay "$target" "$srcdir/tests/fuzz/seeds/$target" seeds
    [ -n "$corpus" ] || continue
    if [ -d "$hostile/$corpus" ]; then
        replay "$target" "$hostile/$corpus" "hostile $corpus"
    else
        tests=$((tests + 1))
        echo "ok $tests - $target: hostile $corpus # SKIP no corpora"
    fi
done
echo "1..$tests"
[ "$failures" -eq 0 ]

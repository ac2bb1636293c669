#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# mutants.sh - the faults of tests/mutants are still faults of this source: each patch applies, is
# one line, and names tests that there are. Whether these see it is what `./dev mutants` tells.

. "${srcdir:-.}/tests/cli/lib.sh"

command -v patch >/dev/null || skip_all "no patch"
patches=$srcdir/tests/mutants

for fault in "$patches"/*.patch; do
    name=${fault##*/}
    patch --dry-run --batch --force --fuzz=0 -p1 -d "$srcdir" -i "$fault" >out 2>&1 &&
        ! grep offset out
    result "$name applies as it stands" $?
    sed '1,/^+++ /d' "$fault" >out
    [ "$(grep -c '^-' out)" -eq 1 ] && [ "$(grep -c '^+' out)" -eq 1 ]
    result "$name changes one line" $?
    head -n 1 "$fault" | grep -q '^Lets through: ' >out 2>&1
    result "$name says what it would let through" $?
    programs=$(sed -n 's/^Tests: //p' "$fault")
    missing=
    for test in $programs; do
        [ -f "$srcdir/$test.c" ] || missing="$missing $test"
    done
    echo "$missing" >out
    [ -n "$programs" ] && [ -z "$missing" ]
    result "$name names tests that there are" $?
done
[ "$(ls "$patches"/*.patch | wc -l)" -ge 20 ]
result "there are twenty of them" $?

finish

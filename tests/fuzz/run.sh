#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# run.sh - looks for inputs that break the readers. What is found lies in BUILD/found/TARGET, what
# went somewhere new in BUILD/corpus/TARGET, where the next run begins.
#
# usage: tests/fuzz/run.sh BUILD [TARGET|all] [MINUTES]    a minute each; BUILD has fuzz-targets made
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$1
wanted=${2-all}
minutes=${3-1}
# shellcheck source=tests/fuzz/targets.sh
. "$here/targets.sh"

case $wanted in
*[!0-9]*) ;;
*) # only a number: of minutes
    minutes=$wanted
    wanted=all
    ;;
esac
case $minutes in
'' | *[!0-9]* | 0)
    echo "fuzz: \"$minutes\" is no number of minutes" >&2
    exit 2
    ;;
esac

# run_one TARGET CORPUS
run_one()
{
    target=$1
    log=$build/$target.log
    found=$build/found/$target
    hostile=${MTLSAUTH_CORPORA:-$here/../../../shared/corpora}/hostile/$2
    rm -rf "$found"
    mkdir -p "$build/corpus/$target" "$found"
    set -- "$build/corpus/$target" "$here/seeds/$target"
    [ "${hostile##*/}" = "" ] || [ ! -d "$hostile" ] || set -- "$@" "$hostile"
    status=0
    "$build/tests/fuzz/$target" -max_total_time=$((minutes * 60)) -max_len=16384 -timeout=10 \
        -print_final_stats=1 -artifact_prefix="$found/" "$@" >"$log" 2>&1 || status=$?
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    if [ "$status" = 0 ]; then
        echo "$target: ${count:-0} executions, no finding"
        return 0
    fi
    echo "$target: FINDING after ${count:-?} executions; replay it with"
    echo "  $build/tests/fuzz/$target $(find "$found" -type f | head -n 1)"
    grep -E 'does not hold|SUMMARY|runtime error' "$log" | sed 's/^/  /' || :
    return 1
}

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
ran=0
findings=0
for pair in $targets; do
    [ "$wanted" = all ] || [ "$wanted" = "${pair%%:*}" ] || continue
    ran=$((ran + 1))
    run_one "${pair%%:*}" "${pair#*:}" || findings=$((findings + 1))
done
[ "$ran" -gt 0 ] || {
    echo "fuzz: no target \"$wanted\"; they are the C files in tests/fuzz" >&2
    exit 2
}
echo "$ran targets, $findings findings"
[ "$findings" = 0 ]

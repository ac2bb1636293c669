#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# jobs.sh - several processes, and several runs, come to what one comes to.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/audit/lib.sh"

make_captures

# All captures with their keys, in three lots: only so many that overlap in time may be open at once.
cat captures/*.keys >all.keys

# lot NUMBER: the captures of that third
lot()
{
    find captures -name '*.pcap*' | sort | awk -v n="$1" 'NR % 3 == n'
}

# shellcheck disable=SC2046 # names without blanks
for lot in 0 1 2; do
    for output in --json --csv --html "" --all "--baseline out.conf" "--summary" "--summary --json" \
        "--summary --html"; do
        # shellcheck disable=SC2086
        set -- --policy in.conf --keylog all.keys $output $(lot $lot)
        audit "$@" >one 2>one.err
        one=$?
        plain one >one.plain
        for jobs in 3 16; do
            audit --jobs $jobs "$@" >many 2>many.err
            status=$?
            plain many >many.plain
            cmp one.plain many.plain >out 2>&1 && cmp one.err many.err >err 2>&1 && [ $status -eq $one ]
            result "lot $lot ${output:-text}: $jobs jobs put out what one does" $?
        done
    done
done
grep -q '<html' one.plain && [ "$(wc -c <one.plain)" -gt 10000 ]
result "and that is something" $?

# ---- parts

# shellcheck disable=SC2046
audit --policy in.conf --keylog all.keys --summary --json $(lot 1) >whole.json
for part in 1 2 3; do
    # shellcheck disable=SC2046
    audit --policy in.conf --keylog all.keys --shard $part/3 --summary --json $(lot 1) >part-$part.json
    # shellcheck disable=SC2046
    audit --policy in.conf --keylog all.keys --shard $part/3 --json $(lot 1) >rows-$part
done
try 1 "merge --json" merge --json part-1.json part-2.json part-3.json
cmp out whole.json
result "three parts add up to the whole" $?
[ "$(grep -c '"handshakes":0,' part-1.json part-2.json part-3.json | grep -c ':1')" -lt 3 ]
result "and none of them is the whole" $?
# shellcheck disable=SC2046
audit --policy in.conf --keylog all.keys --json $(lot 1) | plain | sort >rows.whole
plain rows-1 rows-2 rows-3 | sort >rows.parts
cmp rows.parts rows.whole && [ -s rows.whole ]
result "the rows of the parts are those of the whole" $?
cp out merged.json
try 1 "merge once more" merge --json merged.json whole.json
out_has "twice as many" "\"rows\":$((2 * $(sed 's/.*"rows":\([0-9]*\),.*/\1/' whole.json)))"
try 1 "merge as text" merge part-1.json part-2.json part-3.json
out_has "it counts what is allowed" '^ +[1-9][0-9]*  allow$'
# shellcheck disable=SC2046
audit --policy in.conf --keylog all.keys --summary $(lot 1) >whole.txt
cmp out whole.txt
result "as one run prints it" $?
try 1 "merge as a page" merge --html part-1.json part-2.json part-3.json
out_has "it is one" '^<!DOCTYPE html>'
merge_input()
{
    merge --json - <whole.json
}
try 1 "merge from standard input" merge_input
cmp out whole.json
result "gives the same again" $?

# ---- a job that dies

cat >slow.sh <<'END'
# Ends the first child of the process of which it is told.
while :; do
    child=$(pgrep -P "$1" 2>/dev/null | tail -n 1)
    [ -n "$child" ] && kill -9 "$child" && exit 0
    kill -0 "$1" 2>/dev/null || exit 1
done
END
if command -v pgrep >/dev/null; then
    i=0
    while [ $i -lt 400 ]; do
        echo captures/bulk.pcap
        i=$((i + 1))
    done >names
    # shellcheck disable=SC2046
    "$MTLSAUTH_AUDIT" --plugin-dir "$MTLSAUTH_PLUGINS" --insecure-files --policy in.conf --json --jobs 2 \
        $(cat names) >out 2>err &
    parent=$!
    sh slow.sh $parent
    killed=$?
    wait $parent
    status=$?
    if [ $killed -eq 0 ]; then
        [ $status -eq 2 ]
        result "a job that dies makes status 2" $?
        err_has "and is named" '--jobs: job [12] was ended by signal 9 .*run it again'
    else
        skip "a job that dies" "it was too quick"
    fi
else
    skip "a job that dies" "no pgrep"
fi

finish

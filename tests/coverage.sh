#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# coverage.sh BUILD - after the tests of a build with --enable-coverage: how many lines ran, a
# folder a row, and in BUILD/uncovered which did not. Exits 1 if of the library or of the audit tool
# fewer than 90 % did.
#
# A source can be compiled several times, a header with every file that includes it: a line counts
# once, as run if it ran anywhere. Only gcov is needed.
set -eu
cd "$1"
least=90

find . -name '*.gcno' | sort | xargs -n 200 "${GCOV:-gcov}" --stdout 2>gcov.log | awk -v least="$least" '
# "    count*:  line:text", and before them "        -:    0:Source:NAME". Line 0 tells of the file.
{
    split($0, part, ":")
    count = part[1]
    line = part[2] + 0
    gsub(/[ *]/, "", count)
}
line == 0 && part[3] == "Source" {
    file = part[4]
    sub(/^.*\.\.\//, "", file)
    ours = file ~ /^(libmtlsauth|plugins|tools)\//
    next
}
line == 0 || !ours || count == "-" { next }
{
    key = file ":" line
    if (!(key in ran))
        ran[key] = 0
    if (count !~ /^[#=]/)
        ran[key] = 1
}

function add(folder, covered)
{
    lines[folder]++
    hit[folder] += covered
}

function row(folder)
{
    return sprintf("%-28s %6d of %6d  %5.1f %%", folder, hit[folder], lines[folder],
                   100 * hit[folder] / lines[folder])
}

END {
    for (key in ran) {
        folder = key
        sub(/\/[^\/]*$/, "", folder)
        add(folder, ran[key])
        if (folder ~ /^libmtlsauth/)
            add("all of libmtlsauth", ran[key])
        if (folder ~ /^tools\/audit/)
            add("all of tools/audit", ran[key])
        if (!ran[key])
            print key | "sort -t : -k 1,1 -k 2,2n >uncovered"
    }
    for (folder in lines)
        if (folder !~ /^all of /)
            print row(folder) | "sort"
    close("sort")
    short = 0
    n = split("libmtlsauth tools/audit", wanted, " ")
    for (i = 1; i <= n; i++) {
        folder = "all of " wanted[i]
        if (!lines[folder]) {
            print "nothing of " wanted[i] " was built"
            short = 1
            continue
        }
        print row(folder)
        if (hit[folder] * 100 < lines[folder] * least)
            short = 1
    }
    if (short)
        print "that is less than " least " %"
    exit short
}'

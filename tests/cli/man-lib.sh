# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# man-lib.sh - lib.sh, and what the tests of the manual share: parts of pages, and lists of names that
# are compared in both directions. A list that should hold something is counted first: at_least.

. "${srcdir:-.}/tests/cli/lib.sh"

# Read by those who read this file.
# shellcheck disable=SC2034
docs=$srcdir/docs

# at_least COUNT NAME FILE: what was looked for was found
at_least()
{
    [ "$(wc -l <"$3")" -ge "$1" ]
    result "$2: there are" $?
}

# same NAME FILE FILE: lists of words, sorted
same()
{
    try 0 "$1" diff "$2" "$3"
}

# none_left NAME FILE: an empty list of what is missing
none_left()
{
    cp "$2" out
    [ ! -s out ]
    result "$1" $?
}

# part PAGE HEADING: what stands below a heading, up to the next one
part()
{
    awk -v heading="$2" '/^\.S[hs] /{ on = $0 == heading; next } on' "$1"
}

# told MACRO: words in the arguments of a macro, as a list item or in the text
told()
{
    sed -En "s/^\\.(It )?$1 //p" | sed 's/ Pq .*//' | tr -c 'a-z0-9_\n' ' ' | tr ' ' '\n' | grep . | sort -u
}

# listed MACRO: the same of list items alone
listed()
{
    grep "^\\.It $1 " | told "$1"
}

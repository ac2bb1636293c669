#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fmt.sh - `mtlsauth fmt`: which files are written and how; and that no policy in this tree means
# anything else afterwards. The layout itself is tests/unit/fmt.c's.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

fmt()
{
    mtlsauth fmt "$@"
}

plain='a = [ 1, 2 ]; # c'

# ugly FILE: writes a file that has another layout
ugly()
{
    printf 'a:[1,2,] # c\n' >"$1"
}

# has NAME FILE TEXT
has()
{
    printf '%s\n' "$3" | cmp -s - "$2"
    result "$1" $?
}

# ---- in place

ugly a.conf
chmod 640 a.conf
ln a.conf second-name
try 0 "a file is formatted" fmt a.conf
out_lacks "without a word" .
has "in place" a.conf "$plain"
[ "$(ls -l a.conf | cut -c 1-10)" = -rw-r----- ]
result "its mode stays" $?
! cmp -s a.conf second-name
result "it is replaced, not written over" $?
[ "$(find . -maxdepth 1 -name '.a*' | wc -l)" -eq 0 ]
result "nothing is left beside it" $?
ls -i a.conf >before
try 0 "again" fmt a.conf
ls -i a.conf | cmp -s - before
result "it is not touched then" $?

mkdir real
ugly real/b.conf
ln -s real/b.conf link.conf
try 0 "a symbolic link" fmt link.conf
[ -L link.conf ]
result "stays one" $?
has "and its target is formatted" real/b.conf "$plain"

ugly one.next
ugly two.stack
try 0 "several files" fmt one.next two.stack a.conf
has "the first" one.next "$plain"
has "the second" two.stack "$plain"

# ---- --check, --stdout, standard input

ugly a.conf
cp a.conf kept
try 1 "--check of a file that would change" fmt --check a.conf one.next
out_has "lists it" '^a\.conf$'
out_lacks "and no other" one
cmp -s a.conf kept
result "and leaves it" $?
try 0 "--check of one that would not" fmt --check one.next two.stack
out_lacks "lists nothing" .
try 0 "--stdout" fmt --stdout a.conf
has "prints it" out "$plain"
cmp -s a.conf kept
result "--stdout leaves the file" $?
input()
{
    fmt "$@" <a.conf
}
try 0 "standard input" input -
has "goes to standard output" out "$plain"
try 1 "--check of standard input" input --check -

# ---- errors: status 2, the place, the mark, and the file as it was

printf 'a = 1;\nb = [ "x" "y" ];\n' >bad.conf
cp bad.conf kept
ugly a.conf
try 2 "a mistake" fmt bad.conf a.conf
err_has "its place" 'bad\.conf:2:'
err_has "its line" '2 \| b = \[ "x" "y" \];$'
err_has "its mark" '^ +\| +\^$'
cmp -s bad.conf kept
result "the file stays as it was" $?
has "and the others are formatted" a.conf "$plain"
try 2 "--check of a mistake" fmt --check bad.conf
out_lacks "is no list" .
try 2 "a missing file" fmt nothing.conf
err_has "says so" 'nothing\.conf: '
try 2 "a directory" fmt real
mkfifo pipe.conf
ugly ugly.txt
pipe()
{
    cat ugly.txt >pipe.conf &
    fmt pipe.conf
}
try 2 "a pipe" pipe
err_has "cannot be replaced" 'pipe\.conf: is no regular file'
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed
    ugly closed/a.conf
    chmod 555 closed
    try 2 "a directory that cannot be written" fmt closed/a.conf
    chmod 755 closed
else
    skip "a directory that cannot be written" "root can"
fi
try 2 "no file" fmt
try 2 "--check and --stdout" fmt --check --stdout a.conf
try 2 "standard input twice" fmt - -

# ---- all policies of this tree: formatted they load as before, and stay as they are

mkdir cases policies
cp -R "$srcdir"/tests/golden/cases/. cases
cp "$srcdir"/policies/*.conf policies
chmod -R u+w,go-w cases policies
try 0 "the sample policies have the layout" fmt --check policies/*.conf
n=0
: >failed
find cases policies -name '*.conf' -o -name '*.next' -o -name '*.stack' | sort >files
while IFS= read -r file; do
    cp "$file" original
    if ! fmt "$file" 2>err; then # then lint says so as well
        cmp -s "$file" original || echo "$file: changed, though it does not scan" >>failed
        continue
    fi
    n=$((n + 1))
    fmt --check "$file" >/dev/null || echo "$file: not idempotent" >>failed
    # The scanner's own canonical text is what was compared; here comments are, too.
    tr -d ' \t\n\r,;:=' <original >text.before
    tr -d ' \t\n\r,;:=' <"$file" >text.after
    cmp -s text.before text.after ||
        echo "$file: something else than marks and white space changed" >>failed
done <files
[ "$n" -gt 100 ] && [ ! -s failed ]
result "all $n policies that scan keep their text and are formatted once" $?
sed 's/^/# /' failed

finish

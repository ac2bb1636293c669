#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden.sh - policies with one mistake each, and exactly what `mtlsauth lint` says of them.
#
# cases/NAME.conf is a policy, cases/NAME a directory of them, cases/NAME.expected what lint prints:
# the place, what is wrong, the mend, and the line with a mark. Cases that do not survive an editor
# or a checkout (control characters, great lengths, modes and owners) are written below.
#
# For maintainers: `golden.sh --update` writes the .expected files anew. Read the diff: it is what
# an operator will read.

update=${1:-}
. "${srcdir:-.}/tests/cli/lib.sh"

mkdir cases actual
cp -R "$srcdir"/tests/golden/cases/. cases
chmod -R u+w,go-w cases
cd cases || exit 99

trust='trust = { anchors = [ "ca.pem" ]; };'
validity='{ control = "requisite"; plugin = "validity"; },'
permit='{ control = "required"; plugin = "permit"; }'

# policy ENTRY: a policy of validity, this entry, and permit
policy()
{
    printf '%s\nstack = (\n  %s\n  %s\n  %s\n);\n' "$trust" "$validity" "$1" "$permit"
}

# repeat COUNT FORMAT: the format with each number from 1 on
repeat()
{
    awk -v count="$1" -v format="$2" 'BEGIN { for (i = 1; i <= count; i++) printf format, i, i }'
}

# ---- bytes that an editor would lose

printf 'mode = "enforce";\n\000stack = ( );\n' >byte-nul.conf
printf 'mode = "enforce"; # old\rallow_unverified = true;\n%s\n' "$trust" >byte-cr.conf
printf 'mode = "\033[31mmonitor";\n' >byte-escape.conf
printf 'strip = [ "X-B\374ro" ];\n' >byte-latin1.conf
printf 'strip = [ "X-B\302\205ro" ];\n' >byte-c1.conf
policy '{ control = "required"; plugin = "cn"; allow_file = "list-byte-nul.list"; },' \
    >list-byte-nul.conf
printf 'Jane\nJohn\000Doe\n' >list-byte-nul.list
policy '{ control = "required"; plugin = "cn"; allow_file = "list-byte-latin1.list"; },' \
    >list-byte-latin1.conf
printf 'Jane\n  J\374rgen # 1\n' >list-byte-latin1.list

# ---- limits

repeat 257 'setting%d = 1;\n' >limit-settings.conf
{
    printf 'strip = [\n'
    repeat 65537 '"x-%d",\n'
    printf '];\n'
} >limit-elements.conf
printf '%1048577s\n' '' >limit-file.conf
printf 'require_sni_match = %061d;\n' 1 >limit-number.conf
policy '{ control = "required"; plugin = "cn"; allow_file = "limit-line.list"; },' >limit-line.conf
printf 'Jane\n%5000s\n' Doe >limit-line.list
policy '{ control = "required"; plugin = "cn"; allow_file = "limit-items.list"; },' \
    >limit-items.conf
repeat 1000001 '%d\n' >limit-items.list
{
    printf '%s\nstack = (\n  %s\n' "$trust" "$validity"
    repeat 1024 '{ control = "requisite"; plugin = "deny"; },\n'
    printf ');\n'
} >limit-entries.conf
policy '{ control = "include"; file = "deep-1.stack"; },' >limit-depth.conf
i=1
while [ $i -le 16 ]; do
    printf 'stack = ( { control = "substack"; file = "deep-%d.stack"; } );\n' $((i + 1)) \
        >deep-$i.stack
    i=$((i + 1))
done
echo 'stack = ( { control = "requisite"; plugin = "deny"; } );' >deep-17.stack
mkdir limit-policies
repeat 1025 '%d\n' | while read -r i; do
    echo 'stack = ( { control = "requisite"; plugin = "deny"; } );' >"limit-policies/$i.conf"
done

# ---- modes, owners and what is no file

policy '' >mode-policy.conf
chmod 666 mode-policy.conf
policy '{ control = "required"; plugin = "cn"; allow_file = "mode.list"; },' >mode-list.conf
echo 'John Doe' >mode.list
chmod 664 mode.list
policy '{ control = "required"; plugin = "cn"; allow_file = "open/names.list"; },' \
    >mode-directory.conf
mkdir open
echo 'John Doe' >open/names.list
chmod 777 open
policy '' | sed 's/ca\.pem/open\/ca.pem/' >mode-anchor.conf
cp ca.pem open
policy '{ control = "requisite"; plugin = "crl"; files = [ "open" ]; },' >mode-crl-directory.conf
policy '{ control = "include"; file = "mode.stack"; },' >mode-stack.conf
echo 'stack = ( { control = "requisite"; plugin = "deny"; } );' >mode.stack
chmod 622 mode.stack
mkdir mode-set
cp mode-policy.conf mode-set/api.conf
chmod 777 mode-set
policy '{ control = "required"; plugin = "cn"; allow_file = "fifo"; },' >kind-fifo.conf
mkfifo fifo
ln -s kind-link-to-itself.conf kind-link-to-itself.conf
policy '{ control = "required"; plugin = "cn"; allow_file = "owner.list"; },' >owner-list.conf
echo 'John Doe' >owner.list
chown 12345 owner.list 2>/dev/null || rm owner-list.conf
mkdir none
policy '{ control = "requisite"; plugin = "crl"; files = [ "none" ]; },' >kind-crl-directory.conf
policy '' | sed 's/ca\.pem/none/' >kind-trust-directory.conf

# What lint says of one case, with the paths of this run left out.
say()
{
    mtlsauth lint --plugin-dir ../plugins "$1" 2>&1 |
        sed "s|$(cd .. && pwd -P)|DIR|g; s/Symbolic link loop/Too many levels of symbolic links/" # musl
}

# golden NAME TARGET
golden()
{
    say "$2" >"../actual/$1"
    if [ "$update" = --update ]; then
        cp "../actual/$1" "$1.expected"
        cp "../actual/$1" "$srcdir/tests/golden/cases/$1.expected"
    fi
    cp "../actual/$1" out
    if [ -f "$1.expected" ]; then
        diff "$1.expected" "../actual/$1" >err 2>&1
    else
        echo "no file $1.expected" >err && false
    fi
    result "$1" $?
}

for file in *.conf; do
    golden "${file%.conf}" "$file"
done
golden missing missing.conf
for set in set-*/ mode-set/ limit-policies/; do
    golden "${set%/}" "${set%/}"
done

# Each expected text belongs to a case, has its place and a mend; nothing else loads.
: >out
for file in *.expected; do
    [ -f "../actual/${file%.expected}" ] || [ "${file%.expected}" = owner-list ] ||
        echo "$file belongs to no case"
    grep -Eq '(error|warning): ' "$file" || echo "$file tells no mistake"
done >out
[ ! -s out ]
result "every expected text is one of a case that fails" $?

finish

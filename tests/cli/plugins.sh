#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# plugins.sh - `mtlsauth plugins`: the table, and what it says of each.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

plugins()
{
    mtlsauth plugins --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

try 0 "the table" plugins
for name in validity crl deny; do
    out_has "$name is a gate" "^$name +gate +[^ ]"
done
for name in cn san fingerprint permit; do
    out_has "$name is a grant" "^$name +grant +[^ ]"
done
cp out table
cut -d ' ' -f 1 table >names
sort names | cmp -s - names
result "is sorted" $?

while read -r name; do
    try 0 "$name by name" plugins "$name"
    out_has "$name: its kind" "^$name: a (gate|grant)\$"
    awk '/^options$/ { rows = 1; next } /^$/ { rows = 0 } rows && NF < 3 { exit 1 }' out
    result "$name: every option has a kind and a help" $?
done <names

try 0 "cn" plugins cn
out_has "has an allow list" '^  allow +strings +[^ ]'
out_has "lists come from files, too" 'NAME_file'
try 0 "crl" plugins crl
out_has "has the choices of freshness, and the default" \
    '^  freshness +strict\|if_present\|relaxed, default strict '
try 0 "two names" plugins cn crl
out_has "the first" '^cn: '
out_has "the second" '^crl: '

try 2 "an unknown name" plugins nothing
err_has "the message names it" '^mtlsauth: .*"nothing"'
try 2 "an unknown name beside a known one" plugins nothing cn
out_has "the known one is shown" '^cn: '
try 2 "a name that is a path" plugins ../cn
err_has "is no name" '^mtlsauth: .*no plugin name'

mkdir none
try 2 "an empty directory" mtlsauth plugins --plugin-dir none
err_has "says so" '^mtlsauth: no plugins in none'
try 2 "a missing directory" mtlsauth plugins --plugin-dir nothing
err_has "is named" '^mtlsauth: .*nothing'
mkdir bad
echo junk >bad/junk.so
try 2 "a file that is no plugin" mtlsauth plugins --plugin-dir bad
err_has "is named, too" '^mtlsauth: .*junk'
chmod 777 bad
try 2 "a directory that others may write" mtlsauth plugins --plugin-dir bad

finish

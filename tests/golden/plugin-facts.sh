#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# plugin-facts.sh - facts that a stranger's plugin declares: `mtlsauth fields` lists them, conditions
# read them by their types, and one that nothing sets is an error that names the plugin.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}"
CC=${CC:-cc}
make_pki
plugins=$MTLSAUTH_PLUGINS # a copy of our own

# $CC may be a command with arguments.
# shellcheck disable=SC2086
try 0 "the plugin builds" $CC -std=c11 -O2 -Wall -Wextra -Werror -fPIC -shared \
    -I "$srcdir/libmtlsauth/include" -I "$builddir/libmtlsauth/include" \
    -o score.so "$srcdir/tests/golden/plugins/score.c"
cp score.so "$plugins"

# ---- mtlsauth fields

fields()
{
    mtlsauth fields --plugin-dir "$plugins" "$@"
}

mkdir none
mtlsauth fields --plugin-dir none | grep '^[^ ]' >without
try 0 "the table" fields
grep '^[^ ]' out >with
out_has "a boolean" '^acme\.good  boolean  after score$'
out_has "an integer" '^acme\.points  integer  after score$'
out_has "a string" '^acme\.team  string  after score$'
out_has "what it is" '^    of which team$'
grep -v '^acme\.' with | cmp -s - without
result "all others are as they are without it" $?
try 0 "by name" fields acme.points
[ "$(wc -l <out)" -eq 2 ]
result "that row alone" $?
try 2 "a mistyped name" fields acme.point
err_has "the nearest one" 'did you mean acme\.points\?'
try 0 "JSON" fields --json acme.team
out_has "the members" '^\{"name":"acme.team","alias":null,"type":"string","help":"of which team","after":"score","servers":null\}$'
mkdir bad
cp score.so bad
echo junk >bad/junk.so
try 2 "a plugin that cannot be loaded" mtlsauth fields --plugin-dir bad
err_has "is named" '^mtlsauth: .*junk'
out_has "the others are listed" '^acme\.good '
try 2 "a directory that is not there" mtlsauth fields --plugin-dir nothing
err_has "is named as well" '^mtlsauth: .*nothing'
rm bad/junk.so
chmod 777 bad
try 2 "a directory that others may write" mtlsauth fields --plugin-dir bad acme.good
try 0 "unless --insecure-files" mtlsauth fields --plugin-dir bad --insecure-files acme.good

# ---- conditions

score='  { control = "required"; plugin = "score"; }'

# stack ENTRY...: behind validity
stack()
{
    echo 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };'
    echo 'stack = ('
    echo '  { control = "requisite"; plugin = "validity"; },'
    printf '%s,\n' "$@"
    echo ');'
}

# grant CONDITION
grant()
{
    printf '  { control = "required"; plugin = "permit"; when = "%s"; }' "$1"
}

check()
{
    mtlsauth check --plugin-dir "$plugins" --policy policy.conf pki/client.pem
}

lint()
{
    mtlsauth lint --plugin-dir "$plugins" policy.conf
}

while read -r code condition; do
    stack "$score" "$(grant "$condition")" >policy.conf
    try "$code" "$condition" check
done <<'END'
0 acme.good
1 not acme.good
0 acme.points ge 42
1 acme.points gt 42
0 acme.points in {1 40..50}
0 acme.team eq 'red'
1 acme.team eq 'blue'
0 lower(acme.team) matches '^r'
0 acme.good and acme.points eq 42 and tls_client_auth.cert_verified
END

# refused NAME LINE MESSAGE
refused()
{
    try 2 "$1" lint
    out_has "$1: the message" "^policy\\.conf:$2:[0-9]+: error: $3"
}

while IFS='|' read -r condition message; do
    stack "$score" "$(grant "$condition")" >policy.conf
    refused "$condition" 5 "$message"
done <<'END'
acme.points eq '42'|acme\.points is an integer
acme.team gt 'a'|gt compares integers, and acme\.team is a string
acme.team|.*string
acme.pionts eq 42|unknown field "acme\.pionts"; did you mean acme\.points\?
END

unset='"acme\.points" cannot be read here: no entry before this one sets it; '
unset=$unset'put an entry with plugin "score" before it'
stack "$(grant 'acme.points eq 42')" >policy.conf
refused "no entry sets it" 4 "$unset"
stack "$(grant 'acme.points eq 42')" "$score" >policy.conf
refused "an entry behind sets it" 4 "$unset"
stack '  { control = "required"; plugin = "score"; when = "tls.resumed"; }' \
    "$(grant 'acme.points eq 42')" >policy.conf
refused "it may be skipped" 5 '.*acme\.points.*\[fact-unset\]$'

finish

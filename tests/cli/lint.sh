#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh - `mtlsauth lint`: clean policies, errors with their place, exit status.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

make_pki

lint()
{
    mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

mkdir set
cat >set/good.conf <<'END'
trust = { anchors = [ "../pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "required"; plugin = "cn"; allow = [ "John Doe", ]; },
);
END
cat >set/other.conf <<'END'
stack = ( { control = "requisite"; plugin = "deny"; } );
END

try 0 "a clean policy" lint set/good.conf
out_has "is ok" '^set/good\.conf: ok$'
try 0 "a clean directory" lint set
out_has "is ok, too" '^set: ok$'
try 0 "several" lint set/good.conf set/other.conf set
[ "$(grep -c ': ok$' out)" -eq 3 ]
result "each is named" $?

# broken NAME LINE TEXT...: a policy that has a mistake in that line
broken()
{
    name=$1 line=$2
    shift 2
    printf '%s\n' "$@" >broken.conf
    try 2 "$name" lint broken.conf
    out_has "$name: the place" "broken\\.conf:$line:[0-9]+: error: "
    out_has "$name: the mark" '^ +\| +\^$'
    out_lacks "$name: not ok" ': ok$'
}
broken "a word that is no setting" 1 'stakc = ( );'
broken "a missing comma in a list" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "cn"; allow = [ "John Doe" "Jane Roe" ]; } );'
broken "an unknown plugin" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "nothing"; } );'
broken "an unknown option" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "cn"; alow = [ "John Doe" ]; } );'

# The column of the mark is that of the message, tabs and UTF-8 notwithstanding.
printf 'stack = (\n\t{ control = "required"; # \303\274\n\t  plugin = "a"; \303\274 } );\n' \
    >tab.conf
try 2 "tabs and UTF-8 in front of the mistake" lint tab.conf
out_has "are shown" '^ +[23] \|     '

try 2 "one bad among good ones" lint set/good.conf broken.conf set/other.conf
[ "$(grep -c ': ok$' out)" -eq 2 ]
result "the good ones are reported as well" $?
try 2 "a missing file" lint nothing.conf
out_has "is an error" 'error: .*nothing\.conf'
chmod 666 set/good.conf
try 2 "a file that others may write" lint set/good.conf
try 0 "unless --insecure-files" lint --insecure-files set/good.conf

finish

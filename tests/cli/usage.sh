#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# usage.sh - help, version, wrong usage, and output that cannot be written.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

# ---- help and version

try 0 "--help" mtlsauth --help
for command in check expiry fields fmt lint plugins test; do
    out_has "--help names $command" "^  $command "
done
for command in check expiry fields fmt lint plugins test; do
    try 0 "$command --help" mtlsauth $command --help
    out_has "$command --help shows its usage" "^Usage: mtlsauth $command "
    out_has "$command --help says what the exit status means" '^Exit status: 0'
done
try 0 "--version" mtlsauth --version
out_has "--version is a number" '^mtlsauth [0-9]+\.[0-9]+'

# ---- wrong usage: status 2, nothing on standard output, the mend, and where to look

# wrong NAME PATTERN ARGUMENT...
wrong()
{
    name=$1 pattern=$2
    shift 2
    try 2 "$name is wrong usage" mtlsauth "$@"
    err_has "$name: the message" "^mtlsauth: .*$pattern"
    err_has "$name: where to look" "^mtlsauth: try 'mtlsauth( [a-z]+)? --help'\$"
    out_lacks "$name: no output" .
}

wrong "no command" "check, expiry, fields, fmt, lint, plugins or test"
wrong "a mistyped command" "did you mean check\\?" chekc
wrong "an option in front" "no option --json" --json
wrong "a mistyped option" "did you mean --policy\\?" check --polcy x
wrong "a short option" "no option -x" check -x
wrong "a missing value" "--time needs a value" check --time
wrong "a value too many" "--json takes no value" check --json=1 x
wrong "no certificate" "give --no-cert" check
wrong "two certificates" "two certificates, a and b" check a b
wrong "a certificate by both names" "two certificates" check --cert a b
wrong "a certificate and none" "--no-cert" check --no-cert a
wrong "a chain without certificate" "--no-cert" check --no-cert --chain a
wrong "standard input twice" "only once" check - --chain -
wrong "a time of day" "is no time" check a --time 12:00
wrong "nothing to lint" "name a policy" lint
wrong "nothing to format" "name a policy file" fmt
wrong "two kinds of output" "without --stdout" fmt --check --stdout x
wrong "nothing to test" "name a file of tests" test
wrong "a mistyped option of test" "did you mean --policy-dir\\?" test --polcy-dir x
wrong "an unknown field" "there are tls.version,.* app.action$" check a --set foo=1
wrong "a mistyped field" "did you mean tls.sni\\?" check a --set tls.snj=1
wrong "a field without value" "FIELD=VALUE" check a --set tls.sni
wrong "a value without field" "FIELD=VALUE" check a --set =x
wrong "a field twice" "set already" check a --set ip.src=::1 --set ip.src=::2
wrong "a word for a boolean" "neither true nor false" check a --set tls.resumed=yes
wrong "a port past the last" "0 to 65535" check a --set tcp.srcport=65536
wrong "a signed port" "0 to 65535" check a --set tcp.dstport=-1
wrong "half an address" "no IPv4 or IPv6 address" check a --set ip.src=192.0.2
wrong "headers without name" "\\[NAME\\]=VALUE" check a --set http.request.headers=x
wrong "a header with an empty name" "names no header" check a --set 'http.request.headers[]=x'
wrong "a header name with a blank" "names no header" check a --set 'http.request.headers[a b]=x'
wrong "a name in brackets elsewhere" "write tls.sni=VALUE" check a --set 'tls.sni[x]=x'
esc=$(printf '\033')
try 2 "an escape in an argument" mtlsauth check a --set "${esc}[31m=x"
err_has "is not passed to the terminal" '\\x1b\[31m'

# ---- output that cannot be written is an error

if [ -c /dev/full ]; then
    full()
    {
        mtlsauth "$@" >/dev/full
    }
    try 2 "--help to a full disk" full --help
    err_has "says so" '^mtlsauth: standard output: '
    try 2 "--version to a full disk" full --version
    try 2 "check --help to a full disk" full check --help
else
    skip "a full disk" "no /dev/full"
fi
closed()
{
    mtlsauth "$@" >&-
}
try 2 "--help to a closed output" closed --help

# ---- help and completions know the same options

for command in check expiry fields fmt lint plugins test; do
    mtlsauth $command --help | grep -Eo -e '--[a-z][a-z-]+' | sort -u >"options.$command"
    for file in completion.bash completion.zsh; do
        : >out
        while read -r option; do
            grep -Fq -e "$option" "$srcdir/tools/mtlsauth/$file" || echo "$option" >>out
        done <"options.$command"
        [ -s "options.$command" ] && [ ! -s out ]
        result "$file knows the options of $command" $?
    done
done

finish

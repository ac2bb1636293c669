#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# usage.sh - help, version, wrong usage, files that cannot be read, and what the exit status says.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/audit/lib.sh"

make_captures

# ---- help and version

try 0 "--help" audit --help
for option in policy baseline service keylog as decisions at filter decode-as jobs shard json csv html \
    summary all progress plugin-dir insecure-files version help; do
    out_has "--help names --$option" "--$option\\b"
    grep -q -e "--$option" "$srcdir/tools/audit/completion.bash" && grep -q -e "--$option" "$srcdir/tools/audit/completion.zsh"
    result "completion names --$option" $?
done
out_has "--help says what the exit status means" '^Exit status: 2'
try 0 "-h" audit -h
try 0 "merge --help" merge --help
out_has "merge --help shows its usage" '^Usage: mtlsauth-audit merge '
try 0 "--version" audit --version
out_has "--version is a number" '^mtlsauth-audit [0-9]+\.[0-9]+'

# ---- wrong usage: status 2, nothing on standard output, what and the mend, and where to look

# wrong NAME PATTERN ARGUMENT...
wrong()
{
    name=$1 pattern=$2
    shift 2
    try 2 "$name is wrong usage" audit "$@"
    err_has "$name: the message" "^mtlsauth-audit: .*$pattern"
    err_has "$name: where to look" "^mtlsauth-audit: try 'mtlsauth-audit --help'\$"
    out_lacks "$name: no output" .
}

x=captures/gnutls-tls12.pcap
wrong "no policy" "name a policy with --policy" $x
wrong "no capture" "name a capture, or - for standard input" --policy in.conf
wrong "a mistyped option" "no option --polcy; did you mean --policy\\?" --polcy in.conf $x
wrong "a short option" "no option -j" -j 2
wrong "a missing value" "--keylog needs a value" --policy in.conf $x --keylog
wrong "a value too many" "--json takes no value" --policy in.conf --json=1 $x
wrong "two outputs" "one of --json, --csv and --html" --policy in.conf --json --html $x
wrong "a summary as CSV" "--summary comes as text, --json or --html" --policy in.conf --summary --csv $x
wrong "no jobs" '"0" is no number from 1 to' --policy in.conf --jobs 0 $x
wrong "too many jobs" '"257" is no number from 1 to 256' --policy in.conf --jobs 257 $x
wrong "jobs in words" '"two" is no number' --policy in.conf --jobs two $x
wrong "jobs on standard input" "standard input \\(-\\) can be read only once" --policy in.conf --jobs 2 -
wrong "jobs on a device" "/dev/null is no file.*leave out --jobs" --policy in.conf --jobs 2 /dev/null
wrong "jobs and shards" "leave out --shard or --jobs" --policy in.conf --jobs 2 --shard 1/2 $x
wrong "a shard past the last" '"3/2" is no part of a whole; write 1/8' --policy in.conf --shard 3/2 $x
wrong "shard 0" '"0/2" is no part' --policy in.conf --shard 0/2 $x
wrong "a shard alone" '"2" is no part' --policy in.conf --shard 2 $x
wrong "standard input twice" "only once" --policy in.conf - -
wrong "an unknown server" 'no server "iis"; there are nginx, apache' --policy in.conf --as iis $x
wrong "a time of day" '"12:00" is no time; write capture, now' --policy in.conf --at 12:00 $x
wrong "an unknown protocol" 'no protocol "http"; there are tls' --policy in.conf --decode-as 80=http $x
wrong "a port too high" '"65536=tls" is no PORT=PROTOCOL, such as' --policy in.conf --decode-as 65536=tls $x
wrong "a protocol without port" '"tls" is no PORT=PROTOCOL' --policy in.conf --decode-as tls $x
wrong "a wrong filter" 'the filter "tcp prt 1" cannot be used' --policy in.conf --filter 'tcp prt 1' $x
wrong "a wrong filter and a wrong policy" 'the filter' --policy nosuch.conf --filter '(' $x

try 2 "merge of nothing is wrong usage" merge
err_has "merge of nothing: the message" "name summaries, or - for standard input"
try 2 "merge with an option of the audit" merge --csv x
err_has "merge with an option of the audit: the message" "no option --csv"

# ---- what cannot be read: status 2 for what the audit is told by, 3 for captures, each named

# unreadable STATUS NAME PATTERN ARGUMENT...
unreadable()
{
    want=$1 name=$2 pattern=$3
    shift 3
    try "$want" "$name" audit "$@"
    err_has "$name: the message" "^mtlsauth-audit: $pattern"
}

echo nonsense >nonsense.pcap
: >empty.pcap
head -c 300 $x >cut.pcap
mkdir folder
unreadable 2 "no such policy" "cannot open nosuch.conf: No such file" --policy nosuch.conf $x
unreadable 2 "a policy that does not load" "nonsense.pcap:[12]:" --policy nonsense.pcap $x
unreadable 2 "no such baseline" "cannot open nosuch.conf: No such file" \
    --policy in.conf --baseline nosuch.conf $x
unreadable 2 "no such key log" "nosuch.keys: No such file" --policy in.conf --keylog nosuch.keys $x
unreadable 2 "no such log of decisions" "nosuch.log: No such file" --policy in.conf --decisions nosuch.log $x
unreadable 3 "no such capture" "nosuch.pcap: No such file" --policy in.conf nosuch.pcap
out_has "the summary names it, too" 'nosuch.pcap: No such file'
unreadable 3 "one capture of two" "nosuch.pcap: No such file" --policy in.conf nosuch.pcap $x
out_has "the other is read" '^Handshakes: 1,'
unreadable 3 "not a capture" 'nonsense.pcap: no capture begins with "nonsense' --policy in.conf nonsense.pcap
err_has "it says what is accepted" "accepted are pcap and pcapng, also packed with gzip, zstd or xz"
unreadable 3 "an empty file" 'empty.pcap: ' --policy in.conf empty.pcap
unreadable 3 "a directory" 'folder: .*[Ii]s a directory' --policy in.conf folder
unreadable 3 "a capture that is cut off" 'cut.pcap: ' --policy in.conf cut.pcap
unreadable 3 "the same with jobs" 'nosuch.pcap: No such file' --policy in.conf --jobs 3 nosuch.pcap
[ "$(grep -c 'nosuch.pcap' err)" -eq 1 ]
result "it is said once" $?
printf 'a\033[2Jb\n' >"$(printf 'odd\033[2J.pcap')"
unreadable 3 "an odd name" 'odd.x1b.2J.pcap: ' --policy in.conf "$(printf 'odd\033[2J.pcap')"
[ "$(tr -d '\012\040-\176' <err | wc -c)" -eq 0 ] && [ "$(tr -d '\012\040-\176' <out | wc -c)" -eq 0 ]
result "no control character comes out" $?
unreadable 1 "a key log without keys is worth a warning" "warning: nonsense.pcap: no secrets are in it" \
    --policy out.conf --keylog nonsense.pcap $x
if [ "$(id -u)" -eq 0 ]; then
    skip "a capture without permission" "root may read everything"
else
    cp $x locked.pcap
    chmod 0 locked.pcap
    unreadable 3 "a capture without permission" 'locked.pcap: Permission denied' --policy in.conf locked.pcap
fi
try 2 "merge of no such file" merge nosuch.json
err_has "merge of no such file: the message" "nosuch.json: No such file"
try 2 "merge of no JSON" merge nonsense.pcap
err_has "merge of no JSON: the message" "nonsense.pcap:1: no JSON"
echo '{}' >other.json
try 2 "merge of other JSON" merge other.json
err_has "merge of other JSON: what it should be" "other.json: no summary of mtlsauth-audit \\(--summary --json\\)"

# ---- exit statuses; 2 goes before 1, and 1 before 3

try 0 "all allowed: 0" audit --policy in.conf $x
try 1 "one denied: 1" audit --policy out.conf $x
try 3 "one undetermined: 3" audit --policy in.conf captures/gnutls-tls13.pcap
try 1 "denied and undetermined: 1" audit --policy out.conf $x captures/gnutls-tls13.pcap
try 1 "denied and unreadable: 1" audit --policy out.conf $x nosuch.pcap
try 0 "the same as the baseline: 0" audit --policy out.conf --baseline out.conf $x
try 1 "changed for the better is changed: 1" audit --policy in.conf --baseline out.conf $x
try 3 "undetermined with a baseline: 3" audit --policy out.conf --baseline in.conf captures/gnutls-tls13.pcap
try 0 "no handshakes: 0" audit --policy out.conf --filter 'port 9' $x
for state in 0:in 1:out; do
    audit --policy "${state#*:}.conf" --summary --json $x >"${state#*:}.json"
    try "${state%%:*}" "merge: ${state%%:*}" merge "${state#*:}.json"
done
try 1 "merge of both: 1" merge in.json out.json
out_has "both are in it" '^Handshakes: 2,'

if [ -w /dev/full ]; then
    full()
    {
        audit "$@" >/dev/full
    }
    try 2 "a full disk: 2" full --policy in.conf --all $x
    err_has "a full disk: the message" "standard output: the report could not be written"
    try 2 "a full disk, with jobs: 2" full --policy in.conf --jobs 2 --json $x
else
    skip "a full disk" "no /dev/full"
fi

finish

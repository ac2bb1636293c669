#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# inputs.sh - captures in whatever form, what is read besides them, and what each option changes.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/audit/lib.sh"

make_captures
c=captures
plain12=$c/gnutls-tls12.pcap

# ---- forms of captures

# same NAME FILE: what is read of it is what is read of gnutls-tls12.pcap, but for the name
audit --policy in.conf --json $plain12 | plain >want
same()
{
    status=0
    audit --policy in.conf --json "$2" >out 2>err || status=$?
    plain out | sed "s|\"file\":\"$2\"|\"file\":\"$plain12\"|" >got
    [ $status -eq 0 ] && silent err && cmp -s got want
    result "$1" $?
}

[ "$(wc -l <want)" -eq 1 ]
result "there is one handshake" $?
for packer in gzip:gz zstd:zst xz:xz; do
    if command -v "${packer%%:*}" >/dev/null; then
        "${packer%%:*}" -c $plain12 >packed.pcap."${packer#*:}" 2>/dev/null
        same "packed with ${packer%%:*}" packed.pcap."${packer#*:}"
        cp packed.pcap."${packer#*:}" unnamed
        same "packed with ${packer%%:*}, whatever its name" unnamed
    else
        skip "packed with ${packer%%:*}" "no ${packer%%:*}"
        skip "packed with ${packer%%:*}, whatever its name" "no ${packer%%:*}"
    fi
done
if command -v editcap >/dev/null; then
    for form in pcap nsecpcap pcapng; do
        editcap -F $form $plain12 form.$form 2>/dev/null
        same "as Wireshark writes $form" form.$form
    done
else
    skip "as Wireshark writes them" "no editcap"
fi

from_input()
{
    audit --policy in.conf --json - <"$plain12"
}
try 0 "from standard input" from_input
plain out | sed "s|\"file\":\"-\"|\"file\":\"$plain12\"|" | cmp -s - want
result "the same comes out" $?
from_pipe()
{
    # shellcheck disable=SC2002 # a pipe is what this is about
    cat "$plain12" | audit --policy in.conf --json - "$c"/openssl-tls12.pcap
}
try 0 "from a pipe and a file" from_pipe
[ "$(wc -l <out)" -eq 2 ]
result "both are read" $?

# A capture in pieces, in an order that is not that of time.
if command -v editcap >/dev/null; then
    editcap -r $c/tls12-resumed-id.pcap first.pcap 1-20 2>/dev/null
    editcap $c/tls12-resumed-id.pcap second.pcap 1-20 2>/dev/null
    try 0 "two files in order" audit --policy in.conf --json first.pcap second.pcap
    plain out | sed 's/"file":"[^"]*"//g; s/"\(begin\|certificate\|end\|packet\)":[0-9]*//g' >want2
    [ "$(grep -c resumed:linked want2)" -eq 2 ]
    result "resumptions find the handshake in the other file" $?
    try 0 "two files, the later one first" audit --policy in.conf --json second.pcap first.pcap
    plain out | sed 's/"file":"[^"]*"//g; s/"\(begin\|certificate\|end\|packet\)":[0-9]*//g' | cmp -s - want2
    result "they are read in the order of time" $?
else
    skip "files in the order of time" "no editcap"
fi

# ---- keys

# shows NAME PATTERN ARGUMENT...: the visibilities of an audit, one a line, are that
shows()
{
    name=$1 pattern=$2
    shift 2
    status=0
    audit --policy in.conf --json "$@" >out 2>err || status=$?
    [ "$(sed 's/.*"visibility":"\([^"]*\)".*/\1/' out | tr '\n' ' ')" = "$pattern " ]
    result "$name" $?
}

shows "TLS 1.3 without keys" encrypted $c/gnutls-tls13.pcap
shows "with its keys" certificate --keylog $c/gnutls-tls13.keys $c/gnutls-tls13.pcap
shows "with those of another" encrypted --keylog $c/openssl-tls13.keys $c/gnutls-tls13.pcap
shows "two key logs for two captures" "certificate certificate" --keylog $c/gnutls-tls13.keys \
    --keylog $c/openssl-tls13.keys $c/gnutls-tls13.pcap $c/openssl-tls13.pcap
shows "keys inside a pcapng" certificate $c/pcapng-secrets.pcapng
shows "a pcapng without" encrypted $c/pcapng.pcapng

# ---- which packets

shows "a filter that all pass" certificate --filter 'tcp port 4433' $plain12
shows "a filter for a network" certificate --filter 'net 192.0.2.0/24 and not port 80' $plain12
shows "a filter that one of two passes" certificate --filter 'tcp port 20020' $plain12 $c/openssl-tls12.pcap
try 0 "a filter that none passes" audit --policy in.conf --json --filter udp $plain12
out_lacks "nothing comes out" .
if grep -q '^https[[:space:]]' /etc/services 2>/dev/null; then
    try 0 "a port by its name" audit --policy in.conf --json --filter 'port https' $plain12
else
    skip "a port by its name" "no /etc/services"
fi
try 2 "a host by its name" audit --policy in.conf --filter 'host no-such-host.invalid' $plain12
err_has "it names the host" "unknown host.*no-such-host.invalid"
shows "STARTTLS is found" certificate $c/smtp.pcap
try 0 "--decode-as: it is TLS from the first octet" audit --policy in.conf --json --decode-as 4433=tls $c/smtp.pcap
out_lacks "so it is none" .
shows "--decode-as of UDP leaves TCP alone" certificate --decode-as udp:4433=tls $c/smtp.pcap
shows "DTLS is found" certificate $c/dtls12.pcap
try 0 "--decode-as: it is QUIC" audit --policy in.conf --json --decode-as udp:4433=quic $c/dtls12.pcap
out_lacks "so it is no DTLS" .

# ---- when, and as whom

try 0 "--at capture" audit --policy in.conf --all --at capture $plain12
out_has "judged at the time of the packets" '^2026-01-01T00:00:0.Z allow '
try 1 "--at TIME" audit --policy in.conf --all --at 2027-01-01T00:00:00Z $plain12
out_has "judged then" '^2027-01-01T00:00:00Z deny .* expired: '
try 1 "--at in seconds" audit --policy in.conf --all --at 1000000000 $plain12
out_has "judged then: not yet valid" '^2001-09-09T01:46:40Z deny .* not_yet_valid: '
audit --policy in.conf --json --at now $plain12 >out 2>err
out_has "--at now: judged this year" "\"time\":\"$(date -u +%Y)-"

echo 'allow_unverified = true;
stack = ( { control = "required"; plugin = "permit"; when = "tls.sni eq \"api.example.com\""; } );' >sni.conf
try 0 "a policy that reads the SNI" audit --policy sni.conf $plain12
try 0 "--as nginx, which hands it over" audit --policy sni.conf --as nginx $plain12
try 3 "--as mosquitto, which does not" audit --policy sni.conf --as mosquitto $plain12
out_has "it says what is not known" 'hangs on tls.sni, which is not known here'

# What the client sends behind its certificate counts, unless the server does not hand it over.
sed 's/ intermediates = [^;]*;//' in.conf >anchors.conf
for carrier in tls dtls; do
    chain=$(find $c -name "${carrier}12-chain*.pcap")
    try 1 "$carrier: the leaf alone is of nobody" audit --policy anchors.conf $c/gnutls-tls12.pcap
    out_has "$carrier: it says so" 'deny .*: untrusted: '
    try 0 "$carrier: with the intermediate it is of the anchor" audit --policy anchors.conf --json "$chain"
    out_has "$carrier: both are counted" '"certificates":2,'
    try 1 "$carrier: --as mosquitto, which hands over the leaf" audit --policy anchors.conf --as mosquitto "$chain"
done

mkdir set
for policy in api:client.example other:someone.else; do
    sed "s|captures/|../captures/|g; s/allow = .*/allow = [ \"${policy#*:}\" ]; }/" in.conf >set/"${policy%%:*}".conf
done
printf 'hosts = [ "api.example.com" ];\n' >>set/api.conf
try 1 "a directory of policies" audit --policy set --json $plain12 $c/openssl-tls12.pcap
[ "$(grep -c '"policy":"api".*"would":"allow"' out)" -eq 1 ] &&
    [ "$(grep -c '"policy":"other".*"would":"deny"' out)" -eq 1 ]
result "SNI chooses" $?
try 1 "--service" audit --policy set --service other --json $plain12
out_has "chooses, too" '"policy":"other"'

# ---- the server's own log

sha=$(sed -n 's/^gnutls-tls12.pcap\t.*\t\([0-9a-f]*\)$/\1/p' $c/expected.tsv)
sed "s/permit\"; when.*/permit\"; when = \"http.request.uri.path eq \\\\\"\/metrics\\\\\"\"; } );/" sni.conf >path.conf
# logged ID TIME PORT PATH
logged()
{
    printf 'Jan  1 host nginx: {"id":"%s","time":"%s","would":"allow","reason":"success",' "$1" "$2"
    printf '"certificate":{"sha256":"%s"},"request":{"source":"192.0.2.1","source_port":%s,' "$sha" "$3"
    printf '"destination":"198.51.100.1","destination_port":4433,"path":"%s"}}\n' "$4"
}
{
    logged 0000000000000001 2026-01-01T00:00:01Z 20020 /metrics
    logged 0000000000000002 2026-01-01T00:00:02Z 20020 /other
    logged 0000000000000003 2026-01-01T00:00:02Z 9 /metrics
} >decisions.log
try 3 "a policy that reads the path" audit --policy path.conf $plain12
out_has "it says what is not known" 'hangs on http.request.uri.path'
for jobs in 1 2; do
    try 1 "--decisions, jobs: $jobs" audit --policy path.conf --decisions decisions.log --json --jobs $jobs $plain12
    [ "$(wc -l <out)" -eq 2 ] && grep -q '"row":1,.*"logged_id":"0000000000000001"' out &&
        grep -q '"row":2,.*"logged_id":"0000000000000002"' out
    result "a row each, jobs: $jobs" $?
    err_has "what fits nowhere is said, jobs: $jobs" '1 of 3 decisions belong to no handshake'
done

# ---- two policies

try 1 "--baseline" audit --policy out.conf --baseline in.conf $plain12
out_has "the change is listed" 'deny .*CN=client.example: no_match: .*; was allow: success'
out_has "and counted" '^Changed: 1$'
try 0 "--baseline without a change" audit --policy in.conf --baseline in.conf $plain12
out_has "none is counted" '^Changed: 0$'

# A CRL that is over today was not when the packets were sent: that is no news.
if command -v openssl >/dev/null; then
    : >index.txt
    echo 01 >crlnumber
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem \
        -subj '/CN=CRL CA' -days 3650 2>/dev/null
    printf '[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\n' >ca.cnf
    openssl ca -config ca.cnf -gencrl -cert ca.pem -keyfile ca.key -crl_lastupdate 20250101000000Z \
        -crl_nextupdate 20250201000000Z -out over.crl 2>crl.log
    cat >crl.conf <<'END'
trust = { anchors = [ "ca.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; files = [ "over.crl" ]; },
  { control = "required"; plugin = "permit"; }
);
END
    try 1 "a CRL that is over" audit --policy crl.conf $plain12
    ! grep -q 'crl-over' err
    result "is no news at the time of the capture" $?
    try 1 "with --at now" audit --policy crl.conf --at now $plain12
    err_has "it is" 'crl-over'
else
    skip "a CRL that is over" "no openssl"
fi

# ---- outputs

try 0 "--csv" audit --policy in.conf --csv $plain12
out_has "a header" '^row,time,verdict,'
[ "$(wc -l <out)" -eq 2 ]
result "and one line" $?
try 0 "--summary" audit --policy in.conf --summary $plain12
out_lacks "no rows" '^2026'
out_has "what was counted" '^Handshakes: 1,'
try 0 "text" audit --policy in.conf $plain12
out_lacks "what is allowed is not listed" '^2026'
try 0 "--all" audit --policy in.conf --all $plain12
out_has "with --all it is" '^2026-01-01T00:00:00Z allow '
try 1 "--json of a renegotiation" audit --policy in.conf --json --keylog $c/tls12-renegotiation.keys \
    $c/tls12-renegotiation.pcap
[ "$(sed 's/.*"index":\([0-9]*\),.*/\1/' out | tr '\n' ' ')" = "0 1 " ]
result "handshakes of a connection are numbered" $?
out_lacks "and not those of the run" '"number":'
try 0 "--progress" audit --policy in.conf --progress --json $plain12
try 0 "--no-progress" audit --policy in.conf --no-progress --json $plain12

finish

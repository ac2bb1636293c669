#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# check.sh - `mtlsauth check`: verdicts, explanations, forms of certificates, exit status.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

make_pki
mkdir policies

# policy NAME CN [SETTING]: valid, not revoked, and of that name
policy()
{
    cat >"policies/$1.conf" <<END
$3
trust = { anchors = [ "../pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "requisite"; plugin = "crl"; files = [ "../pki/ca/crl.pem" ]; },
    { control = "required"; plugin = "cn"; allow = [ "$2" ]; },
);
END
}
policy john "John Doe" ""
policy jane "Jane Roe" ""
policy watched "Jane Roe" 'mode = "monitor";'
policy hosted "John Doe" 'hosts = [ "john.example.com" ];'
cat >policies/other.conf <<'END'
stack = ( { control = "requisite"; plugin = "deny"; reason = "no policy here"; } );
END

check()
{
    mtlsauth check --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

john()
{
    check --policy policies/john.conf "$@"
}

# ---- verdicts; the exit status is the verdict

try 0 "the listed client is allowed" john pki/client.pem
out_has "and it says by which entry" '^allow  policy john, entry 3 \(.*john\.conf:6\)$'
out_has "the certificate is named" '^certificate  CN=John Doe'
serial=$(openssl x509 -noout -serial -in pki/client.pem | cut -d = -f 2)
out_has "with its serial" "  serial 0*$serial  expires 20"
out_has "the trace begins with entry 1" '^  1  requisite  validity  success  '
out_has "the trace ends with entry 3" '^  3  required   cn        success  '

# denied NAME REASON FILE [OPTION]...
denied()
{
    name=$1 reason=$2
    shift 2
    try 1 "$name is denied" john "$@"
    out_has "$name: $reason" "^deny \\($reason\\)"
    out_has "$name: why" '^  [^ ]'
}
denied "another name" no_match pki/other.pem
denied "an expired certificate" expired pki/expired.pem
denied "one of the future" not_yet_valid pki/notyet.pem
denied "a self-signed certificate" untrusted pki/selfsigned.pem
denied "a revoked certificate" revoked pki/revoked.pem
out_has "a revoked certificate: by entry 2" ', entry 2 '
denied "no certificate" no_certificate --no-cert
out_has "no certificate: none is shown" '^certificate  none$'

# ---- time

try 1 "in 2019 the certificate was not yet valid" john --time 2019-01-01T00:00:00Z pki/client.pem
out_has "that is the reason" '^deny \(not_yet_valid\)'
out_has "the judged time is shown" '^judged at    2019-01-01T00:00:00Z$'
try 1 "seconds are a time" john --time 4102444800 pki/client.pem
out_has "of the year 2100" '^judged at    2100-01-01T00:00:00Z$'
try 0 "now is a time" john --time now pki/client.pem

# ---- monitor mode: the status is what enforcement would say

try 1 "monitor mode exits as enforcement would" check --policy policies/watched.conf pki/client.pem
out_has "and shows both" '^allow \(monitor; enforcement would deny: no_match\)'
try 0 "monitor mode of an allow" check --policy policies/watched.conf pki/other.pem
out_has "is an allow" '^allow \(monitor\)'

# ---- a directory of policies

try 0 "a service by name" check --policy policies --service john pki/client.pem
out_has "is judged by its policy" '^allow  policy john,'
try 1 "another service" check --policy policies --service jane pki/client.pem
out_has "by the other policy" '^deny \(no_match\)  policy jane,'
try 0 "a service by host" check --policy policies --set http.host=JOHN.example.com:443 \
    pki/client.pem
out_has "the host chose" 'policy hosted,'
try 0 "a service by SNI" check --policy policies --set tls.sni=john.example.com pki/client.pem
try 1 "an unknown host" check --policy policies --set tls.sni=x.example.com pki/client.pem
try 1 "SNI and host that differ" check --policy policies --set tls.sni=john.example.com \
    --set http.host=jane.example.com pki/client.pem
out_has "are refused" '^deny \(host_mismatch\)'
# What the request lacks, which is known, and what nobody said.
while IFS='|' read -r field condition; do
    cat >lacks.conf <<END
trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };
stack = ( { control = "requisite"; plugin = "validity"; },
    { control = "required"; plugin = "permit"; when = "$condition"; } );
END
    try 3 "$field is not said" check --policy lacks.conf pki/client.pem
    try 0 "$field is lacking" check --policy lacks.conf --set "$field=" pki/client.pem
done <<'END'
http.host|http.host eq ''
tls.sni|tls.sni ne 'a.example.com'
app.user|app.user eq ''
tls.resumed|not tls.resumed
tcp.dstport|tcp.dstport eq 0
ip.src|not ip.src in {0.0.0.0/0 ::/0}
http.request.headers|not any(http.request.headers['x-role'][*] eq 'admin')
END
printf '%s\n' 'hosts = [ "a.example.com" ];' "$(cat lacks.conf)" >hosts.conf
try 1 "no host is none of a policy's" check --policy hosts.conf --set http.host= \
    --set http.request.headers= pki/client.pem
out_has "and says so" 'host_mismatch'

try 0 "all kinds of fields can be set" john --set ip.src=192.0.2.1 --set ip.dst=2001:db8::1 \
    --set tcp.srcport=40000 --set tcp.dstport=0 --set tls.resumed=false --set tls.version=TLSv1.3 \
    --set 'http.request.headers[X-A]=b=c' --set 'http.request.headers["X-A"]=' \
    --set app.user= pki/client.pem

# ---- forms of a certificate

printf 'secret\n' >password
printf 'wrong' >wrong
cat pki/client.key pki/client.pem >with-key.pem
cat pki/client.pem pki/ca/intermediate.pem >with-chain.pem
openssl x509 -in pki/ca/intermediate.pem -outform DER | cat pki/client.der - >two.der
openssl pkcs12 -export -nokeys -in pki/client.pem -passout pass:secret -out nokeys.p12
openssl pkcs12 -export -nomac -in pki/client.pem -inkey pki/client.key -passout pass:secret \
    -out nomac.p12
openssl pkcs12 -export -in pki/client.pem -inkey pki/client.key -passout pass: -out open.p12
# The leaf stands last in this one: only the key tells.
openssl pkcs12 -export -in pki/client.pem -inkey pki/client.key -certfile pki/ca/ca-chain.pem \
    -passout pass:secret -out chain.p12

try 0 "DER" john pki/client.der
try 0 "PKCS#12" john --password-file password pki/client.p12
try 0 "PKCS#12 with the whole chain" john --password-file password chain.p12
try 0 "PKCS#12 without MAC" john --password-file password nomac.p12
try 0 "PKCS#12 with an empty password" john open.p12
try 0 "PEM behind a private key" john with-key.pem
try 0 "PEM with the chain" john with-chain.pem
try 0 "DER with the chain" john two.der
try 0 "a chain of its own" john --chain pki/ca/intermediate.pem pki/client.pem
try 0 "--cert" john --cert pki/client.pem

standard_input()
{
    file=$1
    shift
    john "$@" <"$file"
}
try 0 "PEM from standard input" standard_input pki/client.pem -
try 0 "DER from standard input" standard_input pki/client.der -
try 0 "the password from standard input" standard_input password --password-file - pki/client.p12
try 0 "the chain from standard input" standard_input pki/ca/intermediate.pem --chain - \
    pki/client.pem

# The chain that comes with the certificate is used: this policy knows the root alone.
cat >policies/root.conf <<'END'
trust = { anchors = [ "../pki/ca/rootCA.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "required"; plugin = "permit"; },
);
END
root()
{
    check --policy policies/root.conf "$@"
}
try 1 "without its issuer there is no path" root pki/client.pem
try 0 "the issuer may stand behind the certificate" root with-chain.pem
try 0 "the issuer may be named by --chain" root --chain pki/ca/intermediate.pem pki/client.pem
try 0 "the issuer may be in the PKCS#12 file" root --password-file password pki/client.p12
try 1 "the first certificate is the one that is judged" root pki/ca/ca-chain.pem

# ---- what cannot be judged is an error, not a denial

# fails NAME PATTERN ARGUMENT...
fails()
{
    name=$1 pattern=$2
    shift 2
    try 2 "$name is an error" john "$@"
    err_has "$name: the message" "^mtlsauth: .*$pattern"
    out_lacks "$name: no verdict" .
}
head -c 400 pki/client.pem >cut.pem
head -c 400 pki/client.der >cut.der
head -c 1000 pki/client.p12 >cut.p12
tr M '!' <pki/client.pem >nobase64.pem
: >empty
fails "a missing file" 'nothing\.pem: No such file' nothing.pem
fails "a directory" 'pki: is a directory' pki
fails "an empty file" 'empty: holds no certificate' empty
fails "a private key" 'holds no certificate' pki/client.key
fails "a CRL" 'holds no certificate' pki/ca/crl.pem
fails "half a PEM certificate" 'certificate 1 is cut off' cut.pem
fails "half a DER certificate" 'certificate 1 is cut off' cut.der
fails "half a PKCS#12 file" 'cut\.p12: PKCS#12' --password-file password cut.p12
fails "PEM that is no base64" 'certificate 1 is no base64' nobase64.pem
fails "PKCS#12 without the password" '--password-file' pki/client.p12
fails "PKCS#12 with a wrong password" 'password is wrong' --password-file wrong pki/client.p12
fails "PKCS#12 without a key" 'export that one as PEM' --password-file password nokeys.p12
fails "a missing password file" 'nothing: No such file' --password-file nothing pki/client.p12
fails "a bad chain file" 'empty: holds no certificate' --chain empty pki/client.pem
if [ -c /dev/zero ]; then
    fails "a file without end" 'longer than 1048576 bytes' /dev/zero
fi

# ---- a policy that does not load

cat >broken.conf <<'END'
stack = (
	{ control = "requisite"; plugin = "validity" plugin = "cn"; },
);
END
try 2 "a policy that does not parse" check --policy broken.conf pki/client.pem
err_has "the place" '^mtlsauth: .*broken\.conf:2:[0-9]+: '
err_has "the line" '^ +2 \|     \{ control'
err_has "the mark" '^ +\| +\^$'
out_lacks "no verdict" .
try 2 "a policy that is missing" check --policy nothing.conf pki/client.pem
chmod 666 policies/jane.conf
try 2 "a policy that others may write" check --policy policies/jane.conf pki/client.pem
try 1 "unless --insecure-files" check --policy policies/jane.conf --insecure-files pki/client.pem
chmod 644 policies/jane.conf

# ---- text from strangers

openssl req -x509 -newkey rsa:2048 -nodes -keyout evil.key -days 10 -utf8 \
    -subj "/CN=$(printf 'evil\033[2J\302\233x')" -out evil.pem 2>/dev/null
try 1 "a subject with control characters" john evil.pem
! LC_ALL=C grep -q "$(printf '\033')" out
result "the escape does not reach the terminal" $?
! LC_ALL=C grep -q "$(printf '\302\233')" out
result "nor does its eight-bit form" $?

# ---- JSON

schema=$srcdir/docs/decision.schema.json
python=/usr/bin/python3
"$python" -c 'import jsonschema' 2>/dev/null || python=

# json NAME STATUS ARGUMENT...: one line, valid by the schema
json()
{
    name=$1 want=$2
    shift 2
    try "$want" "$name as JSON" check --json "$@"
    [ "$(wc -l <out)" -eq 1 ]
    result "$name: one line" $?
    if [ -z "$python" ]; then
        skip "$name: by the schema" "no python3-jsonschema"
        return
    fi
    cp out decision.json
    try 0 "$name: by the schema" "$python" -m jsonschema -i decision.json "$schema"
    cp decision.json out
}
# A warning of the policy goes to standard error, and says so once.
sha1='2A:D6:29:D4:3A:3E:34:6B:0D:29:77:C6:0D:5A:32:A5:D8:F1:2B:8C'
sed -e "s/\"cn\".*/\"fingerprint\"; allow = [ \"$sha1\" ]; },/" -e 's|\.\./pki|pki|' \
    policies/john.conf >sha1.conf
try 1 "a fingerprint of the other digest" check --policy sha1.conf pki/client.pem
err_has "says how to mend it" \
    '^mtlsauth: sha1\.conf:[0-9]+:[0-9]+: warning: .*-fingerprint -sha256 prints'

json "an allow" 0 --policy policies/john.conf pki/client.pem
out_has "an allow: verdict" '"verdict": ?"allow"'
out_has "an allow: the subject" '"subject": ?"CN=John Doe'
sha256=$(openssl x509 -noout -fingerprint -sha256 -in pki/client.pem | cut -d = -f 2 | tr -d : |
    tr A-F a-f)
out_has "an allow: the fingerprint" "\"sha256\": ?\"$sha256\""
json "a denial" 1 --policy policies/john.conf pki/revoked.pem
out_has "a denial: the reason" '"reason": ?"revoked"'
json "no certificate" 1 --policy policies/john.conf --no-cert
json "a denial in monitor mode" 1 --policy policies/watched.conf pki/client.pem
out_has "a denial in monitor mode: would" '"would": ?"deny"'
json "a connection" 0 --policy policies --set http.host=john.example.com \
    --set tls.sni=john.example.com --set http.request.uri.path=/a --set ip.src=192.0.2.1 \
    --set ip.dst=2001:db8::1 --set tcp.srcport=40000 --set tcp.dstport=443 \
    --set tls.version=TLSv1.3 --set tls.resumed=true --set app.user=john pki/client.pem
json "no policy" 1 --policy policies --set http.host=nowhere.example.com pki/client.pem
json "text from strangers" 1 --policy policies/john.conf evil.pem
# What nobody knows here ends the trace; a serial number that no CA may give has no hex.
sed 's/"cn";/"cn"; when = "tls.version eq \\"TLSv1.3\\"";/' policies/john.conf >policies/open.conf
json "undetermined" 3 --policy policies/open.conf pki/client.pem
out_has "undetermined: so is the entry" '"result": ?"undetermined"'
rm policies/open.conf
openssl req -new -key evil.key -subj "/CN=John Doe" -out long.csr 2>/dev/null
openssl x509 -req -in long.csr -CA pki/ca/intermediate.pem -CAkey pki/ca/intermediate.key -days 10 \
    -set_serial "0x$(printf '%0600d' 0 | tr 0 1)" -out long.pem 2>/dev/null
json "a serial number of 300 octets" 1 --policy policies/john.conf long.pem
out_has "a serial number of 300 octets is too long" '"serial": ?"\(too long\)"'
if [ -n "$python" ]; then
    for change in 'd["extra"] = 1' 'd["verdict"] = "maybe"' 'del d["reason"]' \
        'd["trace"][0]["extra"] = 1'; do
        "$python" -c "import json; d = json.load(open('decision.json')); $change; \
            json.dump(d, open('changed.json', 'w'))"
        try 1 "the schema refuses: $change" "$python" -m jsonschema -i changed.json "$schema"
    done
fi
full()
{
    john "$@" >/dev/full
}
if [ -c /dev/full ]; then
    try 2 "an allow that cannot be written is an error" full pki/client.pem
    try 2 "also as JSON" full --json pki/client.pem
fi

finish

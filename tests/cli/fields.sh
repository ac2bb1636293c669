#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fields.sh - `mtlsauth fields`: every field with its type, help and who knows it.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

# ---- the table

try 0 "the table" mtlsauth fields
cp out table
for name in cert_presented cert_verified cert_revoked cert_rfc9440_too_large \
    cert_chain_rfc9440_too_large; do
    out_has "cf.tls_client_auth.$name" "^cf\.tls_client_auth\.$name  boolean  "
done
for name in cert_issuer_dn cert_subject_dn cert_issuer_dn_rfc2253 cert_subject_dn_rfc2253 \
    cert_issuer_dn_legacy cert_subject_dn_legacy cert_serial cert_issuer_serial \
    cert_fingerprint_sha256 cert_fingerprint_sha1 cert_not_before cert_not_after cert_ski \
    cert_issuer_ski cert_rfc9440 cert_chain_rfc9440; do
    out_has "cf.tls_client_auth.$name" "^cf\.tls_client_auth\.$name  string  "
done
[ "$(grep -c '^cf\.tls_client_auth\.' table)" -eq 21 ]
result "there are 21 of those" $?

# own NAME TYPE...: fields of ours
own()
{
    own_type=$1
    shift
    for name; do
        out_has "$name" "^$name  $own_type  "
    done
}

p=tls_client_auth.cert_
own string ${p}common_name ${p}spki_sha256 ${p}key_type ${p}signature_algorithm ${p}failure \
    tls.version tls.cipher tls.sni tls.alpn http.host http.request.method http.request.uri.path \
    app.user app.resource app.action
own integer ${p}not_before_ts ${p}not_after_ts ${p}days_left ${p}key_bits ${p}chain_length \
    tcp.srcport tcp.dstport
own "array of strings" ${p}san_dns ${p}san_uri ${p}san_email ${p}san_ip ${p}eku
own boolean tls.resumed
own map http.request.headers
own address ip.src ip.dst
[ "$(grep -c '^[^ ]' table)" -eq "$(grep -c '^    [^ ]' table)" ]
result "each has a line of help" $?
grep '^[^ ]' table | cut -d ' ' -f 1 | sort | uniq -d >out
[ ! -s out ]
result "none is listed twice" $?

# ---- who knows it

# row FIELD PATTERN
row()
{
    try 0 "$1 alone" mtlsauth fields "$1"
    out_has "$1: who knows it" "$2"
    [ "$(wc -l <out)" -eq 2 ]
    result "$1: that row alone" $?
}

row cf.tls_client_auth.cert_serial '  client$'
row cf.tls_client_auth.cert_verified '  after validity$'
row tls_client_auth.cert_verified '  after validity$' # by the other name
row cf.tls_client_auth.cert_issuer_serial '  after validity$'
row cf.tls_client_auth.cert_revoked '  after crl$'
row http.host '  apache,nginx,haproxy$'
row app.user '  postgresql,mosquitto$'
row tls.version '^    .*\(also: cf\.tls_version\)$'
row cf.tls_cipher '^tls\.cipher  '
# What one adapter of the design cannot show.
grep -E '^(tls\.|tcp\.)' table | grep mosquitto >out
[ ! -s out ]
result "mosquitto shows no port and nothing of TLS" $?
grep -E '^(tls|http|ip|tcp|app)\.' table | grep -Ev '  [a-z]+(,[a-z]+)*$' >out
[ ! -s out ]
result "whatever servers supply, one does" $?

# ---- errors

try 2 "an unknown field" mtlsauth fields nothing.of.the.kind
err_has "is named" '^mtlsauth: no field "nothing.of.the.kind"'
try 2 "a mistyped field" mtlsauth fields tls.snj http.host
err_has "the nearest one" 'did you mean tls.sni\?'
out_has "the known one is shown" '^http.host  '
try 2 "a mistyped alias" mtlsauth fields tls_client_auth.cert_verifed
err_has "the nearest alias" 'did you mean tls_client_auth.cert_verified\?'

# ---- JSON

try 0 "--json" mtlsauth fields --json
[ "$(wc -l <out)" -eq "$(grep -c '^[^ ]' table)" ]
result "a line for each field" $?
cp out fields.json
if command -v python3 >/dev/null; then
    cat >read.py <<'END'
import json
rows = [json.loads(line) for line in open("fields.json", encoding="utf-8")]
members = ["name", "alias", "type", "help", "after", "servers"]
for row in rows:
    assert list(row) == members, row
    assert row["name"] and row["type"] and row["help"], row
    assert row["after"] is None or row["servers"] is None, row
    print(row["name"])
END
    try 0 "every line is an object with the same members" python3 read.py
    grep '^[^ ]' table | cut -d ' ' -f 1 | cmp -s - out
    result "the same fields in the same order" $?
else
    skip "every line is an object with the same members" "no python3"
fi
try 0 "--json with a name" mtlsauth fields --json app.user
out_has "one line" '^\{"name":"app.user","alias":null,"type":"string",.*"after":null,"servers":\["postgresql","mosquitto"\]\}$'

finish

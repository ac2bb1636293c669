#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# policies.sh - the sample policies, each with the clients that it is for and those that it is not.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

make_pki
cp "$srcdir"/policies/*.conf "$srcdir"/policies/*.test pki/

# workload NAME PATH: pki/NAME.pem, with a SPIFFE id of that path
workload()
{
    printf 'keyUsage = critical, digitalSignature\nsubjectAltName = URI:spiffe://example.org%s\n' \
        "$2" >id.ext
    openssl req -newkey rsa:2048 -nodes -keyout "pki/$1.key" -subj "/O=Example" -out id.csr \
        2>err && openssl x509 -req -in id.csr -CA pki/ca/intermediate.pem -CAcreateserial \
        -CAkey pki/ca/intermediate.key -days 30 -extfile id.ext -out "pki/$1.pem" 2>err
    result "a certificate for $2" $?
}

workload staging /ns/staging/sa/web

# row POLICY CERTIFICATE STATUS REASON
row()
{
    if [ "$2" = none ]; then
        certificate=--no-cert
    else
        certificate=pki/$2.pem
    fi
    try "$3" "$1: $2" mtlsauth check --plugin-dir "$MTLSAUTH_PLUGINS" \
        --policy "pki/$1.conf" "$certificate"
    out_has "$1: $2: $4" "$4"
}

# policy            certificate status what it says
row other             client     1 '^deny \(rule\)'
row other             none       1 'there is no policy for this service'
row valid-certificate client     0 '^allow'
row valid-certificate other      0 '^allow'
row valid-certificate expired    1 '^deny \(expired\)'
row valid-certificate notyet     1 '^deny \(not_yet_valid\)'
row valid-certificate selfsigned 1 '^deny \(untrusted\)'
row valid-certificate none       1 '^deny \(no_certificate\)'
row valid-certificate revoked    0 '^allow' # no crl entry: nobody asked
row common-name       client     0 '^allow'
row common-name       other      1 '^deny \(no_match\)'
row common-name       expired    1 '^deny \(expired\)'
row common-name       selfsigned 1 '^deny \(untrusted\)'
row pinned-devices    client     0 '^allow'
row pinned-devices    other      1 '^deny \(no_match\)'
row pinned-devices    none       1 '^deny \(no_certificate\)'
row spiffe            workload   0 '^allow'
row spiffe            debug      1 '^deny \(rule\)'
row spiffe            staging    1 '^deny \(no_match\)'
row spiffe            client     1 '^deny \(no_match\)'
row spiffe            none       1 '^deny \(no_certificate\)'
row access-style      client     3 "undetermined .unavailable."  # nobody says where it comes from
row revocation        client     0 '^allow'
row revocation        revoked    1 '^deny \(revoked\)'
row revocation        other      1 '^deny \(no_match\)'
row revocation        none       1 '^deny \(no_certificate\)'

# The tests that come with them, beside the policies or away from them.
ln -s . pki/demo
for policy in access-style other valid-certificate common-name pinned-devices revocation spiffe; do
    try 0 "$policy: its own tests" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" \
        "pki/$policy.test"
    out_has "$policy: its own tests ran" '^[1-9][0-9]* tests, 0 failed$'
done
mkdir tests && mv pki/*.test tests/ && ln -s ../pki tests/demo
try 0 "all of them, elsewhere" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" --policy-dir pki \
    tests/*.test

# Each loads without a warning; a directory of all of them is a policy set.
for policy in access-style other valid-certificate common-name pinned-devices revocation spiffe; do
    try 0 "$policy: lint" mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" "pki/$policy.conf"
done
try 0 "all of them: lint" mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" pki
try 1 "an unknown service gets other" mtlsauth check --plugin-dir "$MTLSAUTH_PLUGINS" \
    --policy pki --service nonesuch pki/client.pem
out_has "an unknown service gets other: denied" 'policy other'
finish

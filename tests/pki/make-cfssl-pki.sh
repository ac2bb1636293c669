#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# make-cfssl-pki.sh - the certificates of make-pki.sh, made with cfssl (Debian: golang-cfssl).
#
#     make-cfssl-pki.sh DIR                     make everything anew in DIR
#     make-cfssl-pki.sh --revoke DIR NAME       put DIR/NAME.pem on the intermediate's CRL
#     make-cfssl-pki.sh --revoke-hex DIR NAME   the same with the usual mistake, see below
#
# The files have the names that make-pki.sh gives them (without .der, .p12 and ca/crl.pem). What is
# peculiar to cfssl and wanted here:
#
#   - `"hosts": [""]` in a request makes an empty dNSName in the certificate. GnuTLS 3.7 cannot read
#     such a certificate and ends the handshake (OpenSSL takes it), so only empty-san.pem has one;
#     it is a John Doe too;
#   - `cfssl gencrl` prints a CRL as base64 without PEM lines, and such are the files in ca/crl/;
#   - it reads serials as decimal numbers. A list in hex, as openssl prints serials, is no error: it
#     revokes the number that its leading digits spell. ca/crl-good.crl and ca/crl-hex.crl are both
#     meant to revoke revoked.pem, and only the first does.
#
# Says nothing unless it fails.

set -eu
umask 022
# shellcheck source=tests/pki/lib.sh
. "$(dirname "$0")/lib.sh"

names='"names": [{ "C": "US", "O": "Example" }]'
key='"key": { "algo": "rsa", "size": 2048 }'

write_profiles()
{
    cat >state/profiles.json <<'END'
{ "signing": {
    "default": { "expiry": "8760h" },
    "profiles": {
        "intermediate": { "expiry": "43800h", "usages": ["cert sign", "crl sign"],
            "ca_constraint": { "is_ca": true, "max_path_len": 0, "max_path_len_zero": true } },
        "client": { "expiry": "8760h",
            "usages": ["signing", "key encipherment", "client auth"] },
        "expired": { "usages": ["signing", "key encipherment", "client auth"], "expiry": "8760h",
            "not_before": "2020-01-01T00:00:00Z", "not_after": "2021-01-01T00:00:00Z" },
        "notyet": { "usages": ["signing", "key encipherment", "client auth"], "expiry": "8760h",
            "not_before": "2045-01-01T00:00:00Z", "not_after": "2046-01-01T00:00:00Z" },
        "server": { "expiry": "8760h",
            "usages": ["signing", "key encipherment", "server auth"] }
    }
} }
END
}

# write_request NAME COMMON_NAME HOSTS
write_request()
{
    printf '{ "CN": "%s", "hosts": [%s], %s, %s }\n' "$2" "$3" "$key" "$names" \
        >"state/$(basename "$1").json"
}

# unpack NAME: what cfssl printed, as NAME.pem and NAME.key
unpack()
{
    base=state/$(basename "$1")
    quietly cfssljson -f "$base.out" -bare "$base"
    mv -f "$base.pem" "$1.pem"
    mv -f "$base-key.pem" "$1.key"
    rm -f "$base.out"
    chmod 644 "$1.pem"
    chmod 600 "$1.key"
}

# cfssl_to NAME ARGUMENTS: runs cfssl, which prints JSON to stdout and its log to stderr
cfssl_to()
{
    out=$1
    shift
    cfssl "$@" >"$out" 2>state/log || {
        cat state/log >&2
        die "failed: cfssl $*"
    }
}

make_root()
{
    printf '{ "CN": "Example Root CA", "ca": { "expiry": "87600h" }, %s, %s }\n' "$key" "$names" \
        >state/rootCA.json
    cfssl_to state/rootCA.out gencert -initca state/rootCA.json
    unpack ca/rootCA
}

# issue CA PROFILE NAME COMMON_NAME HOSTS
issue()
{
    write_request "$3" "$4" "$5"
    cfssl_to "state/$(basename "$3").out" gencert -ca "ca/$1.pem" -ca-key "ca/$1.key" \
        -config state/profiles.json -profile "$2" "state/$(basename "$3").json"
    unpack "$3"
}

make_selfsigned()
{
    write_request selfsigned "John Doe" ''
    cfssl_to state/selfsigned.out selfsign "" state/selfsigned.json
    unpack selfsigned
}

decimal_serial()
{
    cfssl certinfo -cert "$1" | sed -n 's/.*"serial_number": "\([0-9]*\)".*/\1/p'
}

hex_serial()
{
    openssl x509 -noout -serial -in "$1" | sed 's/^serial=//'
}

# sign_crl CA LIST OUTPUT
sign_crl()
{
    cfssl_to "$3" gencrl "$2" "ca/$1.pem" "ca/$1.key"
}

write_crls()
{
    sign_crl intermediate state/revoked.list state/intermediate.crl
    sign_crl rootCA state/none.list state/root.crl
    mv -f state/intermediate.crl state/root.crl ca/crl/
}

make_all()
{
    begin_pki "$1"
    write_profiles
    make_root
    issue rootCA intermediate ca/intermediate "Example Intermediate CA" ''
    cat ca/intermediate.pem ca/rootCA.pem >ca/ca-chain.pem
    issue intermediate client client "John Doe" ''
    issue intermediate client other "Jane Roe" ''
    issue intermediate client revoked "John Doe" ''
    issue intermediate expired expired "John Doe" ''
    issue intermediate notyet notyet "John Doe" ''
    issue intermediate client empty-san "John Doe" '""'
    issue intermediate server server localhost '"localhost", "127.0.0.1"'
    make_selfsigned
    list_devices

    : >state/none.list
    decimal_serial revoked.pem >state/revoked.list
    hex_serial revoked.pem >state/hex.list
    write_crls
    sign_crl intermediate state/revoked.list ca/crl-good.crl
    sign_crl intermediate state/hex.list ca/crl-hex.crl
}

# revoke DIR NAME decimal_serial|hex_serial
revoke()
{
    enter_pki "$1"
    [ -e "$2.pem" ] || die "$1/$2.pem: no such certificate"
    "$3" "$2.pem" >>state/revoked.list
    write_crls
}

case ${1-} in
--revoke)
    [ $# -eq 3 ] || usage
    revoke "$2" "$3" decimal_serial
    ;;
--revoke-hex)
    [ $# -eq 3 ] || usage
    revoke "$2" "$3" hex_serial
    ;;
-* | '') usage ;;
*)
    [ $# -eq 1 ] || usage
    make_all "$1"
    ;;
esac

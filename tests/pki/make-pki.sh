#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# make-pki.sh - certificates for the tests and the demo, made by the usual OpenSSL recipe.
#
#     make-pki.sh DIR                 make everything anew in DIR
#     make-pki.sh --revoke DIR NAME   put DIR/NAME.pem (or "intermediate") on its issuer's CRL
#
# A root signs an intermediate, and that signs the clients. Clients are made by `x509 -req` without
# an extension file: with OpenSSL 3.0 that is an X.509 v1 certificate (3.2 and later make a v3 one).
#
#     ca/rootCA.pem .key  ca/intermediate.pem .key  ca/ca-chain.pem (intermediate, then root)
#     ca/crl/intermediate.crl  ca/crl/root.crl  ca/crl.pem (both of them)
#     ca/devices.sha256        the fingerprint of client.pem, as openssl prints it
#     client.pem               CN "John Doe"; also client.der and client.p12 (password "secret")
#     other.pem                CN "Jane Roe"
#     expired.pem notyet.pem revoked.pem selfsigned.pem    CN "John Doe", each with a fault
#     server.pem               for localhost and 127.0.0.1; not for use by clients
#     workload.pem debug.pem   for spiffe://example.org/ns/prod/sa/web and .../debug
#     state/                   what `openssl ca` keeps: an index, a serial, a CRL number for each CA
#
# Every NAME.pem has its NAME.key. Says nothing unless it fails.

set -eu
umask 022

# shellcheck source=tests/pki/lib.sh
. "$(dirname "$0")/lib.sh"

new_key()
{
    quietly openssl genrsa -out "$1" 2048
    chmod 600 "$1"
}

# new_request NAME COMMON_NAME: a key, and a request for it in state/
new_request()
{
    new_key "$1.key"
    quietly openssl req -new -sha256 -key "$1.key" -subj "/C=US/O=Example/CN=$2" \
        -out "state/$(basename "$1").csr"
}

# sign_request CA NAME DAYS [EXTENSION FILE]: ca/CA.pem signs the request of NAME
sign_request()
{
    quietly openssl x509 -req -sha256 -in "state/$(basename "$2").csr" -CA "ca/$1.pem" \
        -CAkey "ca/$1.key" -CAserial "state/$1.srl" -CAcreateserial -days "$3" -out "$2.pem" \
        ${4:+-extfile "$4"}
}

# The part of openssl.cnf that `openssl ca` needs for one CA.
configure_ca()
{
    mkdir "state/$1"
    : >"state/$1/index.txt"
    echo 01 >"state/$1/crlnumber"
    cat >"state/$1/ca.cnf" <<END
[ca]
default_ca = this
[this]
dir = state/$1
database = state/$1/index.txt
serial = state/$1/serial
crlnumber = state/$1/crlnumber
new_certs_dir = state/$1
certificate = ca/$1.pem
private_key = ca/$1.key
default_md = sha256
default_days = 365
default_crl_days = 30
policy = any
unique_subject = no
email_in_dn = no
[any]
countryName = optional
organizationName = optional
commonName = supplied
END
}

make_root()
{
    new_key ca/rootCA.key
    quietly openssl req -x509 -new -nodes -key ca/rootCA.key -sha256 -days 3650 \
        -subj "/C=US/O=Example/CN=Example Root CA" -out ca/rootCA.pem
}

make_intermediate()
{
    cat >state/intermediate.ext <<'END'
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
END
    new_request ca/intermediate "Example Intermediate CA"
    sign_request rootCA ca/intermediate 1825 state/intermediate.ext
    cat ca/intermediate.pem ca/rootCA.pem >ca/ca-chain.pem
}

# make_client NAME COMMON_NAME
make_client()
{
    new_request "$1" "$2"
    sign_request intermediate "$1" 365
}

# make_dated_client NAME FROM UNTIL: `x509 -req` cannot set dates, `openssl ca` can
make_dated_client()
{
    new_request "$1" "John Doe"
    quietly openssl ca -batch -notext -config state/intermediate/ca.cnf -rand_serial \
        -startdate "$2" -enddate "$3" -in "state/$1.csr" -out "$1.pem"
}

make_selfsigned()
{
    new_request selfsigned "John Doe"
    quietly openssl x509 -req -sha256 -in state/selfsigned.csr -signkey selfsigned.key -days 365 \
        -out selfsigned.pem
}

make_server()
{
    cat >state/server.ext <<'END'
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
END
    new_request server localhost
    sign_request intermediate server 365 state/server.ext
}

# make_workload NAME PATH: known by the SPIFFE id of that path
make_workload()
{
    printf 'keyUsage = critical, digitalSignature\nsubjectAltName = URI:spiffe://example.org%s\n' \
        "$2" >"state/$1.ext"
    new_key "$1.key"
    quietly openssl req -new -sha256 -key "$1.key" -subj "/O=Example" -out "state/$1.csr"
    sign_request intermediate "$1" 365 "state/$1.ext"
}

# The client's certificate in the other forms that people have it in.
convert_client()
{
    quietly openssl x509 -in client.pem -outform DER -out client.der
    quietly openssl pkcs12 -export -in client.pem -inkey client.key -certfile ca/intermediate.pem \
        -name "John Doe" -passout pass:secret -out client.p12
    chmod 600 client.p12
    list_devices
}

mark_revoked()
{
    quietly openssl ca -config "state/$1/ca.cnf" -revoke "$2"
}

write_crls()
{
    quietly openssl ca -gencrl -config state/intermediate/ca.cnf -out state/intermediate.crl
    quietly openssl ca -gencrl -config state/rootCA/ca.cnf -out state/root.crl
    install_crls
}

make_all()
{
    begin_pki "$1"
    make_root
    make_intermediate
    configure_ca rootCA
    configure_ca intermediate
    make_client client "John Doe"
    make_client other "Jane Roe"
    make_client revoked "John Doe"
    make_dated_client expired 20200101000000Z 20210101000000Z
    make_dated_client notyet 20450101000000Z 20460101000000Z
    make_selfsigned
    make_server
    make_workload workload /ns/prod/sa/web
    make_workload debug /ns/prod/sa/debug
    convert_client
    mark_revoked intermediate revoked.pem
    write_crls
}

revoke()
{
    enter_pki "$1"
    case $2 in
    intermediate) mark_revoked rootCA ca/intermediate.pem ;;
    *)
        [ -e "$2.pem" ] || die "$1/$2.pem: no such certificate"
        mark_revoked intermediate "$2.pem"
        ;;
    esac
    write_crls
}

case ${1-} in
--revoke)
    [ $# -eq 3 ] || usage
    revoke "$2" "$3"
    ;;
-* | '') usage ;;
*)
    [ $# -eq 1 ] || usage
    make_all "$1"
    ;;
esac

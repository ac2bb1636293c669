# SPDX-License-Identifier: BSD-2-Clause
#
# lib.sh - what the tests of servers share: certificates, a policy, and clients. Sourced; $work is
# a scratch directory, $url where the server is.
#
# shellcheck shell=sh

failures=0

# say NAME EXPECTED SEEN
say()
{
    if [ "$2" = "$3" ]; then
        echo "ok - $1: $3"
    else
        echo "not ok - $1: expected \"$2\", saw \"$3\""
        failures=$((failures + 1))
    fi
}

# Certificates in $work/pki; /etc/mtlsauth has a policy for the service "api" that trusts them.
set_up()
{
    sh tests/pki/make-pki.sh "$work/pki"
    mkdir -p /etc/mtlsauth/policies
    cp -R "$work/pki/ca" /etc/mtlsauth/
    chmod -R go-w /etc/mtlsauth
    sed 's,"ca/,"/etc/mtlsauth/ca/,' /usr/share/mtlsauth/policies/revocation.conf \
        >/etc/mtlsauth/policies/api.conf
}

# status CERTIFICATE CURL-OPTION ...: the HTTP status that a client gets; "none" has no certificate
status()
{
    who=$1
    shift
    [ "$who" = none ] || set -- "$@" --cert "$work/pki/$who.pem" --key "$work/pki/$who.key"
    curl --silent --output "$work/body" --write-out '%{http_code}' --max-time 20 \
        --cacert "$work/pki/ca/ca-chain.pem" "$@" "$url" || :
}

wait_for_server()
{
    tries=0
    until [ "$(status none)" != 000 ]; do
        tries=$((tries + 1))
        [ $tries -lt 100 ] || {
            echo "not ok - the server does not answer"
            exit 1
        }
        sleep 0.1
    done
}

# Who comes, what they get, and why.
clients="none:403:no_certificate client:200:success other:403:no_match expired:403:expired
notyet:403:not_yet_valid revoked:403:revoked selfsigned:403:untrusted"

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh - mtlsauth in a real HTTPS server, asked by real curl.
#
#     demo.sh [--cfssl] DIR
#
# Makes a root, an intermediate and clients in DIR, starts the example server with
# policies/revocation.conf, and prints for each client what curl got and what the server logged.
# Then it revokes a client while the server runs. Exit 0 if everything is as expected, 1 if
# something differs, 77 if a program that it needs is not installed.
#
# With --cfssl the certificates and CRLs are cfssl's, and two things more are shown: a certificate
# with an empty dNSName, which GnuTLS itself does not take and `mtlsauth check` judges; and a serial
# that was listed in hex, which is not revoked, and what `mtlsauth check` says about it.
#
# Needs in the environment, as absolute paths: MTLSAUTH_LIB (libmtlsauth.so.0), MTLSAUTH_PLUGINS
# (their directory), MTLSAUTH (the tool), HTTPS_SERVER (the example server).

set -eu
umask 022
tests=$(cd "$(dirname "$0")/.." && pwd)
policies=$tests/../policies
make_pki=$tests/pki/make-pki.sh
cfssl=no
server=
failures=0

die()
{
    echo "demo.sh: $*" >&2
    exit 1
}

need()
{
    command -v "$1" >/dev/null || {
        echo "demo.sh: $1 is not installed" >&2
        exit 77
    }
}

stop_server()
{
    [ -z "$server" ] || {
        kill "$server" 2>/dev/null || :
        wait "$server" || :
    }
    server=
}

# wait_for TEXT FILE COUNT: until that many lines of the file have the text
wait_for()
{
    tries=0
    until [ "$(grep -c "$1" "$2")" -ge "$3" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 100 ] || ! kill -0 "$server" 2>/dev/null; then
            cat server.log >&2
            die "the server did not say \"$1\""
        fi
        sleep 0.1
    done
}

start_server()
{
    "$HTTPS_SERVER" --lib "$MTLSAUTH_LIB" --plugin-dir "$MTLSAUTH_PLUGINS" \
        --policy policies --service revocation --cert policies/server.pem \
        --key policies/server.key --listen 127.0.0.1:0 >server.out 2>server.log &
    server=$!
    wait_for "^listening on" server.out 1
    url=$(sed -n 's/^listening on //p' server.out)
}

reload_server()
{
    reloads=$(grep -c '^reloaded$' server.log) || :
    kill -HUP "$server"
    wait_for '^reloaded$' server.log $((reloads + 1))
}

# request NAME CASE STATUS REASON: one row of the table. An empty NAME: no certificate. Status 000
# is curl's for "no answer", and no_handshake is our word for what the server logs then.
request()
{
    status=$(curl -sS -o answer -w '%{http_code}' --cacert policies/ca/ca-chain.pem \
        ${1:+--cert "policies/$1.pem" --key "policies/$1.key"} "$url/" 2>curl.err) || :
    line=$(grep -E '^(allow|deny|no handshake:) ' server.log | tail -n 1)
    case $line in
    "no handshake"*)
        reason=no_handshake
        message=${line#no handshake: }
        ;;
    *)
        reason=$(echo "$line" | sed 's/.* reason=\([^ ]*\).*/\1/')
        message=$(echo "$line" | sed 's/.* subject="[^"]*" *//')
        ;;
    esac
    mark=' '
    if [ "$status" != "$3" ] || [ "$reason" != "$4" ]; then
        failures=$((failures + 1))
        mark='!'
    fi
    printf '%s %-36s %-6s %-8s %-18s %s\n' "$mark" "$2" "$status" "$3" "$reason" "$message"
    [ "$mark" = ' ' ] || cat curl.err
}

show_clients()
{
    printf '  %-36s %-6s %-8s %-18s %s\n' case status expected reason "as the server logged it"
    request '' "no certificate" 403 no_certificate
    request client "John Doe" 200 success
    request other "another CN: Jane Roe" 403 no_match
    request expired "John Doe, expired" 403 expired
    request revoked "John Doe, revoked" 403 revoked
    request selfsigned "John Doe, self-signed" 403 untrusted
}

# check NAME PATTERN: what the tool says of the client, in which the pattern must be found
check()
{
    echo
    echo "\$ mtlsauth check --policy revocation.conf --cert $1.pem"
    "$MTLSAUTH" check --plugin-dir "$MTLSAUTH_PLUGINS" --policy policies/revocation.conf \
        --cert "policies/$1.pem" >check.out 2>&1 || :
    cat check.out
    echo
    grep -q "$2" check.out || {
        echo "! this should say \"$2\""
        failures=$((failures + 1))
    }
}

show_empty_name()
{
    request empty-san "John Doe, empty dNSName" 000 no_handshake
    check empty-san '^allow'
}

show_hex_serial()
{
    "$make_pki" --revoke-hex policies client
    reload_server
    request client "John Doe, serial listed in hex" 200 success
    check client 'entries and serial .* is not among them'
}

show_revocation()
{
    "$make_pki" --revoke policies client
    request client "John Doe revoked, not yet reloaded" 200 success
    reload_server
    request client "John Doe, after the reload" 403 revoked
}

if [ "${1-}" = --cfssl ]; then
    cfssl=yes
    make_pki=$tests/pki/make-cfssl-pki.sh
    need cfssl
    need cfssljson
    shift
fi
[ $# -eq 1 ] || die "usage: demo.sh [--cfssl] DIR"
: "${MTLSAUTH_LIB:?}" "${MTLSAUTH_PLUGINS:?}" "${MTLSAUTH:?}" "${HTTPS_SERVER:?}"
need openssl
need curl
trap stop_server EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$1"
cd "$1"
"$make_pki" policies
cp "$policies/revocation.conf" "$policies/other.conf" policies/
start_server
show_clients
if [ $cfssl = yes ]; then
    show_empty_name
    show_hex_serial
fi
show_revocation
if [ $failures -gt 0 ]; then
    echo "$failures of these differ from what was expected; the server's log: $1/server.log"
    exit 1
fi

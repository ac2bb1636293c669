# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# lib.sh - what make-pki.sh and make-cfssl-pki.sh share. Sourced, not run.
#
# A directory they made holds state/made-by with the name of the script; nothing else is ever
# removed or rewritten.

program=$(basename "$0")

die()
{
    echo "$program: $*" >&2
    exit 1
}

usage()
{
    echo "usage: $program DIR" >&2
    echo "       $program --revoke DIR NAME" >&2
    exit 2
}

# Runs a command; what it says is shown only if it fails.
quietly()
{
    "$@" >state/log 2>&1 || {
        cat state/log >&2
        die "failed: $*"
    }
}

# begin_pki DIR: goes there, with an empty ca/crl/ and state/
begin_pki()
{
    if [ -e "$1/ca" ] || [ -e "$1/state" ]; then
        [ -e "$1/state/made-by" ] || die "$1: holds a ca/ or state/ that no such script made"
    fi
    mkdir -p "$1"
    cd "$1" || exit
    rm -rf ca state
    mkdir -p ca/crl state
    echo "$program" >state/made-by
}

# enter_pki DIR: goes to what the same script made
enter_pki()
{
    [ "$(cat "$1/state/made-by" 2>/dev/null)" = "$program" ] ||
        die "$1: was not made by this script"
    cd "$1" || exit
}

# install_crls: puts both CRLs in place. Each moves as a whole, so that a server that reloads never
# reads half of one.
install_crls()
{
    cat state/intermediate.crl state/root.crl >state/crl.pem
    mv -f state/intermediate.crl state/root.crl ca/crl/
    mv -f state/crl.pem ca/crl.pem
}

# list_devices: the pinned device is client.pem
list_devices()
{
    echo "# openssl x509 -noout -fingerprint -sha256 -in client.pem" >ca/devices.sha256
    openssl x509 -noout -fingerprint -sha256 -in client.pem >>ca/devices.sha256
}

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh - the demonstration as a test: a real server, real curl, OpenSSL's PKI and cfssl's.

. "${srcdir:-.}/tests/cli/lib.sh"

[ -x "${HTTPS_SERVER-}" ] || skip_all "the example server was not built"

# run NAME ARGUMENT...
run()
{
    name=$1
    shift
    status=0
    MTLSAUTH_LIB=$MTLSAUTH_LIB sh "$srcdir/tests/demo/demo.sh" "$@" >out 2>err || status=$?
    if [ $status = 77 ]; then
        skip "$name" "$(tail -n 1 err)"
    else
        [ $status = 0 ]
        result "$name" $?
    fi
}

export MTLSAUTH MTLSAUTH_PLUGINS HTTPS_SERVER
run "certificates of the OpenSSL recipe" "$dir/openssl"
run "certificates of cfssl" --cfssl "$dir/cfssl"
finish

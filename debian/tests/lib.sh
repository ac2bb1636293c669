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

# set_up SERVICE: certificates in $work/pki, and below /etc/mtlsauth a policy of that name that
# trusts them
set_up()
{
    sh tests/pki/make-pki.sh "$work/pki"
    mkdir -p /etc/mtlsauth/policies
    cp -R "$work/pki/ca" /etc/mtlsauth/
    chmod -R go-w /etc/mtlsauth
    sed 's,"ca/,"/etc/mtlsauth/ca/,' /usr/share/mtlsauth/policies/revocation.conf \
        >"/etc/mtlsauth/policies/$1.conf"
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

# wait_until COMMAND ...: half a minute, then it fails
wait_until()
{
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || {
            echo "waited in vain: $*" >&2
            return 1
        }
        sleep 0.1
    done
}

answers()
{
    [ "$(status none)" != 000 ]
}

# reason LOG: that of the last decision in a decision log
reason()
{
    tail -n 1 "$1" | sed 's/.*"reason": *"\([a-z_]*\)".*/\1/'
}

# user_of -p PID, or --ppid PID for its children: whom they run as, of names longer than 8 too
user_of()
{
    ps -o euser:32= "$@" | tr -d ' ' | sort -u
}

# visits SERVER LOG "CLIENT:SEEN:REASON ...": the clients come by the test's own function `visit`,
# which prints in a word what they see. Why the policy denies one is in the server's log: "-" if it
# says of none.
visits()
{
    for client in $3; do
        before=$(wc -l <"$2")
        seen=$(visit "${client%%:*}")
        why=$(tail -n +$((before + 1)) "$2" |
            sed -n 's/.* deny (\([a-z_]*\)) policy=.*/\1/p' | sort -u)
        say "$1, ${client%%:*}" "${client#*:}" "$seen:${why:--}"
    done
}

# show STATUS LOG: for the trap of a test, what the server said if the test failed
show()
{
    [ "$1" = 0 ] || cat "$2" || :
}

# Who comes to a web server, what they get, and why.
clients="none:403:no_certificate client:200:success other:403:no_match expired:403:expired
notyet:403:not_yet_valid revoked:403:revoked selfsigned:403:untrusted"

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# lib.sh - tests/cli/lib.sh, and what tests of the audit tool as a whole share: the tool, captures of
# sessions made here, and policies that let their clients in or not.
#
# Given by the build besides: MTLSAUTH_AUDIT (the tool), MAKE_CAPTURES (tests/captures/make-captures).

case ${MTLSAUTH_AUDIT:-} in '' | /*) ;; *) MTLSAUTH_AUDIT=$PWD/$MTLSAUTH_AUDIT ;; esac
case ${MAKE_CAPTURES:-} in '' | /*) ;; *) MAKE_CAPTURES=$PWD/$MAKE_CAPTURES ;; esac

. "${srcdir:-.}/tests/cli/lib.sh"

[ -x "${MTLSAUTH_AUDIT:-}" ] || skip_all "mtlsauth-audit is not built"

# audit ARGUMENT...
audit()
{
    "$MTLSAUTH_AUDIT" --plugin-dir "$MTLSAUTH_PLUGINS" --insecure-files "$@"
}

merge()
{
    "$MTLSAUTH_AUDIT" merge "$@"
}

# make_captures: captures in captures/ (see make-captures.c), or no tests; in.conf lets their clients
# in, out.conf does not; neither lets in who has no certificate
make_captures()
{
    [ -x "${MAKE_CAPTURES:-}" ] || skip_all "no OpenSSL to make captures with"
    mkdir captures
    "$MAKE_CAPTURES" captures >captures.log 2>&1 || {
        sed 's/^/# /' captures.log
        echo "Bail out! make-captures failed"
        exit 99
    }
    for policy in in:client.example out:someone.else; do
        cat >"${policy%%:*}.conf" <<END
trust = { anchors = [ "captures/ca.pem" ]; intermediates = [ "captures/intermediate.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "required"; plugin = "cn"; allow = [ "${policy#*:}" ]; }
);
END
    done
}

# silent FILE: nothing was said, but perhaps that this build has no sandbox
silent()
{
    ! grep -qv 'warning: reading without a sandbox' "$1"
}

# plain FILE...: without what differs from run to run, the ids of decisions
plain()
{
    sed 's/"id":"[0-9a-f]*"/"id":""/g' "$@"
}

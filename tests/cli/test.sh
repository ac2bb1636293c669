#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# test.sh - `mtlsauth test`: each comparison that holds and that fails, wrong files, TAP, status.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}"
make_pki

# policy NAME [SETTING]: John Doe comes in, unless he is revoked
policy()
{
    cat >"pki/$1.conf" <<END
$2
trust = { anchors = [ "ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "requisite"; plugin = "crl"; files = [ "ca/crl.pem" ]; },
    { control = "required"; plugin = "cn"; allow = [ "John Doe" ]; },
);
END
}
policy plain
policy watched 'mode = "monitor";'
policy full 'forward = [ "x-cert" ]; strip = [ "X-Remote-User" ]; candidate = "full.next";'
policy hosted 'hosts = [ "john.example.com" ];'
cat >pki/full.next <<'END'
stack = ( { control = "requisite"; plugin = "deny"; } );
END

run()
{
    mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

# ---- comparisons

# passes POLICY WHAT IT SAYS: a test of that group passes
passes()
{
    echo "tests = ( { name = \"it\"; $2 } );" >"pki/$1.test"
    try 0 "$1: $2" run "pki/$1.test"
    out_has "$1: $2: passed" '^ok    pki/[a-z]*\.test:1: it$'
}

# fails POLICY WHAT IT SAYS LINE: it fails, with a line that begins so, and the decision
fails()
{
    echo "tests = ( { name = \"it\"; $2 } );" >"pki/$1.test"
    try 1 "$1: not $2" run "pki/$1.test"
    out_has "$1: not $2: failed" '^FAIL  pki/[a-z]*\.test:1: it$'
    out_has "$1: not $2: the difference" "^      $3"
    out_has "$1: not $2: the decision" '^      (allow|deny)[ (]'
}

john='cert = "client.pem";'
jane='cert = "other.pem";'
revoked='cert = "revoked.pem";'

# each setting, met
passes plain "$john verdict = \"allow\";"
passes plain "$jane verdict = \"deny\";"
passes plain "$john mode = \"enforce\";"
passes plain "$john reason = \"success\";"
passes plain "$revoked reason = \"revoked\";"
passes plain "$revoked entry = \"2\";"
passes plain "$jane message = \"Jane Roe\";"
passes full "$john candidate = \"deny\";"
passes full "$john headers = [ \"X-CERT-VERIFY: SUCCESS\" ];"
passes full "$john headers = [ \"x-cert-verify:  SUCCESS\", \"X-CERT-SERIAL\" ];" # case, blanks
passes full "$jane no_headers = [ \"X-CERT-VERIFY\", \"X-CERT-SERIAL\" ];"
passes full "$john strips = [ \"x_remote_user\", \"X-CERT-FINGER\" ];"
# and not met
fails plain "$jane verdict = \"allow\";" 'verdict: expected allow, got deny$'
fails plain "$john verdict = \"deny\";" 'verdict: expected deny, got allow$'
fails plain "$john verdict = \"undetermined\";" 'verdict: expected undetermined, got allow$'
fails plain "$john mode = \"monitor\";" 'mode: expected monitor, got enforce$'
fails plain "$jane reason = \"revoked\";" 'reason: expected revoked, got no_match$'
fails plain "$revoked entry = \"3\";" 'entry: expected 3, got 2$'
fails plain "$jane message = \"John Doe\";" 'message: expected John Doe, got .*Jane Roe'
fails full "$john candidate = \"allow\";" 'candidate: expected allow, got deny$'
fails plain "$john candidate = \"deny\";" 'candidate: expected deny, got nothing$'
fails full "$john headers = [ \"X-CERT-VERIFY: NONE\" ];" \
    'headers: expected X-CERT-VERIFY: NONE, got X-CERT-VERIFY: SUCCESS$'
fails full "$john headers = [ \"X-CERT-VERIFY:\" ];" 'headers: expected X-CERT-VERIFY:, got '
fails full "$jane headers = [ \"X-CERT-VERIFY\" ];" \
    'headers: expected X-CERT-VERIFY, which is not forwarded; forwarded: nothing$'
# a name that another one begins with is another name
fails full "$john headers = [ \"X-CERT\" ];" 'headers: expected X-CERT, which is not forwarded; forwarded: X-CERT-ISSUER-DN, .*X-CERT-VERIFY'
passes full "$jane headers = [ ];"
fails full "$john headers = [ ];" 'headers: expected nothing, got X-CERT-ISSUER-DN, '
fails full "$john no_headers = [ \"X-A\", \"x-cert-verify\" ];" \
    'no_headers: expected nothing, got x-cert-verify$'
fails full "$john strips = [ \"X-Remote-User\", \"X-Other\" ];" 'strips: expected X-Other, got nothing$'
# one that fails fails the test, and all are told
fails plain "$john verdict = \"allow\"; reason = \"revoked\"; entry = \"1\";" 'reason: '
out_has "the second difference" '^      entry: '
out_lacks "what is as expected is not told" 'verdict: '
# the verdict is that of enforcement
passes watched "$jane verdict = \"deny\"; mode = \"monitor\"; reason = \"no_match\";"
fails watched "$jane verdict = \"allow\";" \
    'verdict: expected allow, got deny from enforcement \(monitor mode: allow\)$'

# a decision that is an error of its own is no denial that was asked for
cat >broken.c <<'END'
#include <mtlsauth/plugin.h>
static int check(const mtlsauth_instance_t *self, mtlsauth_check_t *request)
{
    (void)self;
    (void)request;
    return 1000; /* no result */
}
MTLSAUTH_PLUGIN(broken) = {
    MTLSAUTH_PLUGIN_HEAD, .name = "broken", .flags = MTLSAUTH_PLUGIN_GRANT,
    .summary = "never answers", .check = check,
};
END
# CC may be a command with arguments.
if ${CC:-cc} -shared -fPIC -I "$srcdir/libmtlsauth/include" -I "$builddir/libmtlsauth/include" \
    -o plugins/broken.so broken.c >cc.log 2>&1; then
    sed 's/"cn".*/"broken"; },/' pki/plain.conf >pki/broken.conf
    fails broken "$john verdict = \"deny\";" 'reason: the decision itself is an error$'
    passes broken "$john verdict = \"deny\"; reason = \"error\";"
else
    sed 's/^/# /' cc.log
    skip "a decision that is an error" "no plugin can be made"
fi

# ---- what a test asks

passes plain "reason = \"no_certificate\";"
passes plain "$john time = \"2010-01-01T00:00:00Z\"; reason = \"not_yet_valid\";"
passes plain "$john time = \"2262304000\"; verdict = \"deny\"; entry = \"1\";"
passes plain "$john time = \"now\"; chain = [ \"ca/intermediate.pem\" ]; verdict = \"allow\";"
passes plain "cert = \"client.der\"; verdict = \"allow\";"
passes plain "cert = \"../pki/client.pem\"; verdict = \"allow\";"
passes hosted "$john set = [ \"http.host=john.example.com\" ]; verdict = \"allow\";"
passes hosted "$john set = [ \"http.host=jane.example.com\" ]; reason = \"host_mismatch\";"
passes hosted "$john set = [ \"http.host=\" ]; reason = \"host_mismatch\";"
passes hosted "$john verdict = \"undetermined\"; reason = \"unavailable\";"
passes hosted "$john set = [ \"http.host=john.example.com\", \"tls.resumed=true\", \"ip.src=::1\",
    \"http.request.headers[a]=1\", \"http.request.headers[a]=2\" ]; verdict = \"allow\";"

# what the request lacks, and what nobody said
sed 's/plugin = "cn";/& when = "app.user ne '"'admin'"'";/' pki/plain.conf >pki/user.conf
passes user "$john verdict = \"undetermined\";"
passes user "$john set = [ \"app.user=\" ]; verdict = \"allow\";"
passes user "$john set = [ \"app.user=admin\" ]; verdict = \"deny\";"

# defaults, and tests that say otherwise
cat >pki/defaults.test <<'END'
policy = "hosted.conf";
time = "2010-01-01T00:00:00Z";
set = [ "http.host=john.example.com", "ip.src=192.0.2.1" ];
tests = (
    { name = "both"; cert = "client.pem"; reason = "not_yet_valid"; },
    { name = "the time"; cert = "client.pem"; time = "now"; verdict = "allow"; },
    { name = "the host"; cert = "client.pem"; set = [ "http.host=a.example.com" ];
      reason = "host_mismatch"; },
    { name = "another field"; cert = "client.pem"; time = "now"; set = [ "tls.alpn=h2" ];
      verdict = "allow"; },
    { name = "no certificate after one"; time = "now"; reason = "no_certificate"; },
);
END
try 0 "defaults" run pki/defaults.test
out_has "all tests ran" '^5 tests, 0 failed$'
try 0 "a policy set" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" --policy-dir "$dir/pki" \
    pki/defaults.test

# a set of policies, by service and by host
mkdir set
sed 's/"ca/"..\/pki\/ca/' pki/hosted.conf >set/hosted.conf
sed 's/"ca/"..\/pki\/ca/' pki/plain.conf >set/plain.conf
cat >sets.test <<'END'
policy = "set/";
tests = (
    { name = "by service"; service = "plain"; cert = "pki/client.pem"; verdict = "allow"; },
    { name = "by host"; set = [ "tls.sni=john.example.com" ]; cert = "pki/client.pem";
      verdict = "allow"; },
    { name = "by neither"; set = [ "http.host=" ]; cert = "pki/client.pem"; reason = "no_policy"; },
    { name = "nobody knows"; cert = "pki/client.pem"; reason = "unavailable"; },
    { name = "no such service"; service = "nonesuch"; cert = "pki/client.pem"; verdict = "deny"; },
);
END
try 0 "a set of policies" run sets.test
try 0 "a set elsewhere" run --policy-dir set sets.test

# ---- what is printed

cat >pki/mixed.test <<'END'
policy = "plain.conf";
tests = (
    { name = "John"; cert = "client.pem"; verdict = "allow"; },
    { name = "Jane # TODO later"; cert = "other.pem"; verdict = "allow"; },
    { name = "a\nok 7 - \x1b[31m"; cert = "other.pem"; verdict = "deny"; },
);
END
try 1 "tests of both kinds" run pki/mixed.test
out_has "the summary" '^3 tests, 1 failed$'
out_has "the place of a failure" '^FAIL  pki/mixed\.test:4: Jane # TODO later$'
out_has "a name cannot end its line" '^ok    pki/mixed\.test:5: a\\x0aok 7 - \\x1b\[31m$'
out_has "the trace" '^        3  required   cn         *no_match  bad  '
[ "$(grep -c trace out)" -eq 1 ]
result "only what fails is explained" $?
try 1 "--verbose" run --verbose pki/mixed.test
[ "$(grep -c '^      trace$' out)" -eq 3 ]
result "--verbose: all is explained" $?

# A reader of TAP 13 that takes nothing but version, plan, tests without directives, and comments.
strict()
{
    awk 'function refuse(why) { wrong = why; exit }
        NR == 1 { if ($0 != "TAP version 13") refuse(3); next }
        /^# / { next }
        planned { refuse(4) }
        /^1\.\.[0-9]+$/ { planned = 1; plan = substr($0, 4); next }
        /^(not )?ok [0-9]+ - [^#]+$/ {
            failed += sub(/^not /, ""); if ($2 != ++n) refuse(5); next }
        { refuse(6) }
        END { if (wrong) exit wrong; if (!planned || plan != n) exit 7; print n, failed + 0 }' "$1"
}
for want in 3 4 5 6 7; do
    case $want in
    3) printf 'ok 1 - a\n1..1\n' ;;
    4) printf 'TAP version 13\nok 1 - a\n1..1\nok 2 - b\n' ;;
    5) printf 'TAP version 13\nok 2 - a\n1..1\n' ;;
    6) printf 'TAP version 13\nok 1 - a # TODO b\n1..1\n' ;;
    7) printf 'TAP version 13\nok 1 - a\n1..2\n' ;;
    esac >wrong.tap
    strict wrong.tap >strict.out
    status=$?
    [ "$status" -eq "$want" ]
    result "the reader of TAP refuses what is wrong ($want)" $?
done
try 1 "--tap" run --tap pki/mixed.test pki/defaults.test
cp out tap
try 0 "--tap: TAP 13" strict tap
out_has "--tap: eight tests, one failed" '^8 1$'
cp tap out
out_has "--tap: no directive" '^not ok 2 - pki/mixed\.test:4: Jane \\x23 TODO later$'
out_has "--tap: the difference" '^# verdict: expected allow, got deny$'
out_has "--tap: the decision" '^# deny \(no_match\)  policy plain, entry 3'

# ---- files that are wrong: status 2, the place, and what to write

# wrong NAME PLACE MESSAGE TEXT: the text is the whole file
wrong()
{
    printf '%s\n' "$4" >pki/plain.test
    try 2 "$1 is an error" run pki/plain.test
    err_has "$1: where and what" "^mtlsauth: pki/plain\\.test:$2: .*$3"
    out_has "$1: nothing ran" '^0 tests, 0 failed, 1 file not tested$'
}
# one NAME MESSAGE GROUP: wrong in a group of its own line
one()
{
    wrong "$1" '2:[0-9]+' "$2" "tests = (
    { $3 } );"
}
wrong "an empty file" '1:1' 'no test in this file' ''
wrong "an empty list" '1:9' 'no test in this file' 'tests = ();'
wrong "a group for a list" '1:9' 'expected a list of groups' 'tests = { name = "x"; };'
wrong "a string for a test" '1:11' 'expected a group' 'tests = ( "x" );'
wrong "no grammar" '1:[0-9]+' '.' 'tests = ( { name "x"; } );'
wrong "an unknown setting" '1:1' 'did you mean "policy"' 'polcy = "plain.conf";'
wrong "a setting of a test, outside" '1:1' '"verdict" stands in the wrong place; put it in a test' \
    'verdict = "allow";'
wrong "a default that is no time" '1:8' 'is no time' 'time = "noon"; tests = ( );'
wrong "a default that is no field" '1:9' 'did you mean tls.sni' 'set = [ "tls.snj=a" ];'
one "an unknown setting of a test" 'did you mean "verdict"' 'name = "x"; verdit = "allow";'
one "a list from a file" 'unknown setting "set_file"' 'name = "x"; set_file = "y"; verdict = "deny";'
one "a test without a name" 'add name' 'verdict = "deny";'
one "an empty name" 'add name' 'name = ""; verdict = "deny";'
one "a test that expects nothing" 'expects nothing' 'name = "x"; cert = "client.pem";'
one "no verdict" 'did you mean "allow"' 'name = "x"; verdict = "alow";'
one "a verdict in capitals" 'never comes' 'name = "x"; verdict = "DENIED";'
one "no reason" 'did you mean "revoked"' 'name = "x"; reason = "revokd";'
one "no mode" '"enforced" never comes' 'name = "x"; mode = "enforced";'
one "no candidate" '"none" never comes' 'name = "x"; candidate = "none";'
one "a number for an entry" 'expected a string, found a number' 'name = "x"; entry = 2;'
one "an empty entry" 'compares nothing' 'name = "x"; entry = "";'
one "an empty message" 'compares nothing' 'name = "x"; message = "";'
one "no headers" 'compares nothing' 'name = "x"; no_headers = [ ];'
one "no strips" 'compares nothing' 'name = "x"; strips = [ ];'
one "a setting of the file, in a test" '"policy" stands in the wrong place; put it at the top' \
    'name = "x"; policy = "plain.conf"; verdict = "deny";'
one "a verdict that never comes" 'write one of allow, deny, undetermined' 'name = "x"; verdict = "foo";'
one "a reason that never comes" 'write one of .*no_match.*' 'name = "x"; reason = "x";'
one "a setting far from any" 'write one of name, service, cert' 'name = "x"; something = "y";'
one "a header without name" 'names no header' 'name = "x"; headers = [ ": x" ];'
one "a header with a blank" 'names no header' 'name = "x"; headers = [ "a b" ];'
one "a value where none is compared" 'the name alone' 'name = "x"; no_headers = [ "a: b" ];'
one "a value to strip" 'the name alone' 'name = "x"; strips = [ "a:" ];'
one "no time" 'is no time' 'name = "x"; verdict = "deny"; time = "12:00";'
one "no value" 'FIELD=VALUE' 'name = "x"; verdict = "deny"; set = [ "ip.src" ];'
one "no address" 'no IPv4 or IPv6' 'name = "x"; verdict = "deny"; set = [ "ip.src=a" ];'
one "a field twice" 'set twice' 'name = "x"; verdict = "deny"; set = [ "ip.src=::1", "ip.src=::2" ];'
one "no certificate file" 'none\.pem: ' 'name = "x"; verdict = "deny"; cert = "none.pem";'
one "an empty path" 'the path is empty' 'name = "x"; verdict = "deny"; cert = "";'
one "a file without certificate" 'no certificate' 'name = "x"; verdict = "deny"; cert = "plain.conf";'
one "PKCS#12 under a password" 'password' 'name = "x"; verdict = "deny"; cert = "client.p12";'
one "no chain file" 'none\.pem: ' \
    'name = "x"; verdict = "deny"; cert = "client.pem"; chain = [ "client.pem", "none.pem" ];'
one "a chain without certificate" 'sent no certificate' \
    'name = "x"; verdict = "deny"; chain = [ "ca/intermediate.pem" ];'
wrong "the second test" '3:29' 'did you mean' 'tests = (
    { name = "x"; verdict = "deny"; },
    { name = "y"; verdict = "den"; } );'
out_lacks "and the first did not run" '^ok'

# - is a file of that name, not standard input
echo 'policy = "pki/plain.conf"; tests = ( { name = "x"; cert = "-"; verdict = "allow"; } );' >in.test
stdin()
{
    run "$@" <pki/client.pem
}
try 2 "standard input is not read" stdin in.test
err_has "but a file" '\./-: '

# the policy
echo 'tests = ( { name = "x"; verdict = "deny"; } );' >pki/alone
cp pki/alone pki/nonesuch.test
try 2 "a file of another name" run pki/alone
err_has "has to name its policy" 'add policy = '
try 2 "a policy that is not there" run pki/nonesuch.test
err_has "is named" 'pki/nonesuch\.conf'
echo 'stack = ( { control = "required"; plugin = "permt"; } );' >pki/nonesuch.conf
try 2 "a policy with an error" run pki/nonesuch.test
err_has "is shown" '^mtlsauth: pki/nonesuch\.conf:1:[0-9]+: .*permt'
try 2 "--policy-dir without the policy" run --policy-dir set pki/mixed.test pki/nonesuch.test

# others may write it
cp pki/mixed.test pki/open.test && chmod 666 pki/open.test
try 2 "a file that others may write" run pki/open.test
try 1 "--insecure-files" run --insecure-files pki/open.test

# ---- several files: what is wrong with one does not hide the others

try 2 "a wrong file among others" run pki/nonesuch.test pki/mixed.test none.test pki/defaults.test
out_has "the others ran" '^8 tests, 1 failed, 2 files not tested$'
out_has "the wrong one is named" '^ERROR pki/nonesuch\.test: not tested$'
err_has "so is the missing one" 'none\.test'
try 2 "the same as TAP" run --tap pki/nonesuch.test pki/mixed.test none.test pki/defaults.test
cp out tap
try 0 "the same as TAP: TAP 13" strict tap
out_has "a wrong file is a test that fails" '^10 3$'

if [ -c /dev/full ]; then
    full()
    {
        run "$@" >/dev/full
    }
    try 2 "passed, but not told" full pki/defaults.test
    err_has "says so" '^mtlsauth: standard output: '
fi

finish

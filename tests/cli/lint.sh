#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lint.sh - `mtlsauth lint`: clean policies, errors with their place, exit status.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

make_pki

lint()
{
    mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

mkdir set
cat >set/good.conf <<'END'
trust = { anchors = [ "../pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "required"; plugin = "cn"; allow = [ "John Doe", ]; },
);
END
cat >set/other.conf <<'END'
stack = ( { control = "requisite"; plugin = "deny"; } );
END

try 0 "a clean policy" lint set/good.conf
out_has "is ok" '^set/good\.conf: ok$'
try 0 "a clean directory" lint set
out_has "is ok, too" '^set: ok$'
try 0 "several" lint set/good.conf set/other.conf set
[ "$(grep -c ': ok$' out)" -eq 3 ]
result "each is named" $?

# broken NAME LINE TEXT...: a policy that has a mistake in that line
broken()
{
    name=$1 line=$2
    shift 2
    printf '%s\n' "$@" >broken.conf
    try 2 "$name" lint broken.conf
    out_has "$name: the place" "broken\\.conf:$line:[0-9]+: error: "
    out_has "$name: the mark" '^ +\| +\^$'
    out_lacks "$name: not ok" ': ok$'
}
broken "a word that is no setting" 1 'stakc = ( );'
broken "a missing comma in a list" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "cn"; allow = [ "John Doe" "Jane Roe" ]; } );'
broken "an unknown plugin" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "nothing"; } );'
broken "an unknown option" 3 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };' \
    'stack = ( { control = "requisite"; plugin = "validity"; },' \
    '  { control = "required"; plugin = "cn"; alow = [ "John Doe" ]; } );'

# The column of the mark is that of the message, tabs and UTF-8 notwithstanding.
printf 'stack = (\n\t{ control = "required"; # \303\274\n\t  plugin = "a"; \303\274 } );\n' \
    >tab.conf
try 2 "tabs and UTF-8 in front of the mistake" lint tab.conf
out_has "are shown" '^ +[23] \|     '

try 2 "one bad among good ones" lint set/good.conf broken.conf set/other.conf
[ "$(grep -c ': ok$' out)" -eq 2 ]
result "the good ones are reported as well" $?
try 2 "a missing file" lint nothing.conf
out_has "is an error" 'error: .*nothing\.conf'
chmod 666 set/good.conf
try 2 "a file that others may write" lint set/good.conf
try 0 "unless --insecure-files" lint --insecure-files set/good.conf

# ---- a CRL that is over

(cd pki && openssl ca -gencrl -config state/intermediate/ca.cnf -crl_lastupdate 20200101000000Z \
    -crl_nextupdate 20200201000000Z -out old.crl) >crl.log 2>&1
result "a list of 2020" $?
# listed FRESHNESS FILES: a policy that asks these lists
listed()
{
    cat >listed.conf <<END
trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "requisite"; plugin = "crl"; freshness = "$1"; files = [ $2 ]; },
    { control = "required"; plugin = "permit"; },
);
END
}
listed strict '"pki/old.crl", "pki/ca/crl/root.crl"'
try 1 "a list that is over" lint listed.conf
out_has "its file, its CA and its end" \
    'pki/old\.crl: warning: the CRL of CN=Example Intermediate.* 2020-02-01T00:00:00Z.*\[crl-over\]$'
out_lacks "not the root's" 'CRL of CN=Example Root'
listed if_present '"pki/old.crl"'
try 1 "if_present demands current lists too" lint listed.conf
listed relaxed '"pki/old.crl", "pki/ca/crl/root.crl"'
try 0 "relaxed does not" lint listed.conf
listed strict '"pki/old.crl", "pki/ca/crl/"'
try 0 "nor is it missed beside a newer one" lint listed.conf

# ---- grants before gates that are meant so

# fine NAME SETTING ENTRY...: no warning
fine()
{
    name=$1
    {
        echo "trust = { anchors = [ \"pki/ca/ca-chain.pem\" ]; }; $2"
        echo 'stack = ('
        shift 2
        printf '%s\n' "$@"
        echo ');'
    } >fine.conf
    try 0 "$name" lint fine.conf
}
validity='{ control = "requisite"; plugin = "validity"; },'
crl='{ control = "requisite"; plugin = "crl"; files = [ "pki/ca/crl/" ]; },'
list='{ control = "required"; plugin = "cn"; allow = [ "*.example.com" ]; }'
echo 'stack = ( { control = "sufficient"; plugin = "cn"; allow = [ "John Doe" ]; } );' >john.stack
fine "a control that is written out" '' "$validity" \
    '{ control = "[success=done default=ignore]"; plugin = "cn"; allow = [ "John Doe" ]; },' \
    "$crl" "$list"
fine "a grant that says for whom it is, before a rule for others" '' "$validity" \
    '{ control = "sufficient"; plugin = "cn"; allow = [ "John Doe" ]; when = "tls.resumed"; },' \
    '{ control = "requisite"; plugin = "deny"; when = "not tls.resumed"; },' "$list"
fine "a substack, which ends alone" '' "$validity" \
    '{ control = "substack"; file = "john.stack"; },' "$crl" "$list"
fine "a deny that says where the stack ends" '' "$validity" "$crl" \
    '{ control = "sufficient"; plugin = "cn"; allow = [ "John Doe" ]; },' \
    '{ control = "requisite"; plugin = "deny"; }'
fine "pinned devices, which have no CA and no CRL" 'allow_unverified = true;' \
    '{ control = "sufficient"; plugin = "fingerprint"; allow_file = "pki/ca/devices.sha256"; },' \
    "$validity" "$crl" "$list"

# ---- rules

# Every id that the library gives is explained, and none else. Ids stand in ma_fail_rule(),
# ma_log_warning(), ma_check_warn() and ma_vfail_rule(), and by code in base/error.c.
try 0 "--explain lists the rules" lint --explain
cut -d ' ' -f 1 out >listed
(
    cd "$srcdir/libmtlsauth" || exit 99
    find . -name '*.c' | sort | while read -r file; do
        tr '\n' ' ' <"$file" |
            grep -Eo '(ma_v?fail_rule|ma_log_warning|ma_check_warn)\([^"]*"[a-z-]+"' |
            sed 's/"$//; s/.*"//'
    done
    sed -n 's/^ *\[-MTLSAUTH_E_[A-Z_]*\] = "\([a-z-]*\)",$/\1/p' base/error.c
) | sort -u >given
diff listed given >err
result "every rule of the code is listed, and no other" $?
[ "$(wc -l <given)" -ge 30 ]
result "the search finds rules" $?

# example RULE WORD: what --explain shows behind "Wrong:" or "Right:", as a policy
example()
{
    echo 'trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };'
    echo 'stack = ('
    mtlsauth lint --explain "$1" | awk -v word="  $2:" '
        /^  [A-Z][a-z]+:$/ { inside = $0 == word; next }
        inside { print }'
    echo ');'
}
while read -r rule; do
    try 0 "$rule is explained" lint --explain "$rule"
    case $(head -n 1 out) in
    "$rule (error): "?*) want=2 ;;
    "$rule (warning): "?*) want=1 ;;
    *) want=none ;;
    esac
    [ "$want" != none ] && [ "$(sed -n 3p out | wc -c)" -gt 10 ]
    result "$rule: the reason" $?
    case $rule in
    crl-over | crl-signer | host-claimed | include-loop) continue ;; # several files
    argument | file-unsafe | limit | malformed | no-memory) continue ;; # no entries of a stack
    esac
    example "$rule" Wrong >example.conf
    try "$want" "$rule: what is wrong" lint example.conf
    out_has "$rule: is found" "example\\.conf:[0-9]+:[0-9]+: (error|warning): .* \\[$rule\\]\$"
    out_has "$rule: the mark" '^ +\| +\^$'
    example "$rule" Right >example.conf
    try 0 "$rule: what is right" lint example.conf
done <listed
# Whatever is wrong, the error has the id of a rule that is explained.
kind()
{
    kind_want=$1
    shift
    try 2 "an error of the kind $kind_want" lint "$@"
    out_has "$kind_want: the id" "^(.*: )?error: .* \\[$kind_want\\]\$"
    out_lacks "$kind_want: no finding is without one" '(error|warning): .*[^]]$'
}
kind file-unreadable nothing.conf
chmod 666 set/good.conf
kind file-unsafe set/good.conf
chmod 644 set/good.conf
{
    echo 'trust = { anchors = [ "broken.pem" ]; };'
    echo 'stack = ( { control = "requisite"; plugin = "validity"; },'
    echo '  { control = "required"; plugin = "permit"; } );'
} >malformed.conf
sed 5d pki/ca/ca-chain.pem >broken.pem
kind malformed malformed.conf
head -c 2000000 /dev/zero | tr '\000' '#' >limit.conf
kind limit limit.conf

# ---- JSON

cat >warn.conf <<'END'
trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; },
    { control = "sufficient"; plugin = "permit"; },
    { control = "required"; plugin = "cn"; allow = [ "a \"; b" ]; when = "http.host contains ''"; },
);
END
cat >route.conf <<'END'
trust = { anchors = [ "pki/ca/ca-chain.pem" ]; };
stack = (
    { control = "requisite"; plugin = "validity"; when = "not tls.resumed"; },
    { control = "required"; plugin = "cn"; allow = [ "John Doe" ]; },
);
END
try 0 "--json of what is clean" lint --json set/good.conf set
[ ! -s out ]
result "is nothing" $?
try 1 "--json of warnings" lint --json warn.conf
out_has "without a route" '^\{"severity":"warning","rule":"contains-empty","file":"warn.conf","line":5,"column":[0-9]+,"message":"[^"]+.*","mend":"[^"]+.*","route":null\}$'
out_has "with one" '^\{"severity":"warning","rule":"entry-unreachable","file":"warn.conf","line":5,"column":5,"message":"no route comes to entry 3 \(cn\): all end at entry 2 \(permit\) at the latest","mend":"remove it, or give the entry before it a condition","route":"1 validity -.u003e 2 permit"\}$'
try 2 "--json of an error, and of others" lint --json route.conf nothing.conf warn.conf
cp out lint.json
out_has "the error" '^\{"severity":"error","rule":"allow-unverified","file":"route.conf","line":4,"column":5,.*"route":"1 validity \(skipped\) -.u003e 2 cn = allow"\}$'
out_has "of a file that is not there" '^\{"severity":"error","rule":"file-unreadable","file":"nothing.conf","line":null,"column":null,'
if command -v python3 >/dev/null; then
    cat >read.py <<'END'
import json
for line in open("lint.json", encoding="utf-8"):
    row = json.loads(line)
    assert list(row) == ["severity", "rule", "file", "line", "column", "message", "mend",
                         "route"], row
    assert row["severity"] in ("error", "warning") and row["rule"] and row["message"], row
    print(row["file"], row["line"], row["column"], row["severity"], row["rule"])
END
    try 0 "every line is an object with the same members" python3 read.py
    cp out read
    mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" route.conf nothing.conf warn.conf |
        grep -E '(error|warning): .*\]$' |
        sed -E 's/^([^:]*):([0-9]+):([0-9]+): (error|warning):.*\[(.*)\]$/\1 \2 \3 \4 \5/
            s/^error:.*\[(.*)\]$/nothing.conf None None error \1/' >text
    try 0 "the same as the text says" diff text read
else
    skip "every line is an object with the same members" "no python3"
fi

try 0 "one rule, as getopt likes it" lint --explain=not-and
try 2 "an unknown rule" lint --explain not-end
err_has "the nearest one" 'did you mean not-and\?'

finish

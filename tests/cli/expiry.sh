#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# expiry.sh - `mtlsauth expiry`: what ends when, for people, for monitoring, and for Prometheus.
#
# The certificates and CRLs are openssl's, with dates chosen here; the judged time is chosen too.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

command -v openssl >/dev/null || skip_all "no openssl"

# ---- the scene: dates as openssl ca has them, YYMMDDHHMMSSZ

cat >ca.cnf <<'CNF'
[ca]
default_ca = main
[main]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
unique_subject = no
email_in_dn = no
[any]
countryName = optional
organizationName = optional
commonName = optional
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[req]
distinguished_name = dn
[dn]
CNF
: >index.txt
echo 0A1B >serial

# make NAME SUBJECT END [SIGNER]: NAME.pem, self-signed without a signer
make()
{
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>>log &&
        openssl req -new -utf8 -config ca.cnf -key "$1.key" -subj "$2" -out "$1.csr" 2>>log &&
        if [ $# -gt 3 ]; then
            openssl ca -batch -notext -config ca.cnf -extensions v3_ca -in "$1.csr" -out "$1.pem" \
                -cert "$4.pem" -keyfile "$4.key" -startdate 260101000000Z -enddate "$3" 2>>log
        else
            openssl ca -batch -notext -config ca.cnf -extensions v3_ca -in "$1.csr" -out "$1.pem" \
                -selfsign -keyfile "$1.key" -startdate 260101000000Z -enddate "$3" 2>>log
        fi || {
        sed 's/^/# /' log
        echo "Bail out! openssl made no certificate"
        exit 99
    }
}
make root '/C=US/CN=Root "A"' 300101000000Z
make middle '/CN=Middle' 270301000000Z root
make leaf '/CN=Leaf <\&>' 270111000000Z middle
make other '/CN=Other Root' 260601120000Z
printf '%s\n' '01' >crlnumber
sed -i.old 's/^\[any\]/crlnumber = crlnumber\n[any]/' ca.cnf
openssl ca -gencrl -config ca.cnf -cert middle.pem -keyfile middle.key -crl_lastupdate \
    260101000000Z -crl_nextupdate 270201000000Z -out middle.crl 2>>log ||
    skip_all "openssl before 3.0"

mkdir set
cat root.pem middle.pem >set/chain.pem
mkdir set/crl
cp middle.crl set/crl/
cp other.pem set/
cat >set/api.conf <<'CONF'
trust = { anchors = [ "chain.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "crl"; files = [ "crl/" ]; freshness = "if_present"; },
  { control = "required"; plugin = "permit"; },
);
CONF
cat >old.conf <<'CONF'
trust = { anchors = [ "other.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "required"; plugin = "permit"; },
);
CONF

expiry()
{
    mtlsauth expiry --plugin-dir "$MTLSAUTH_PLUGINS" "$@"
}

# ---- exit statuses, by the time that is looked at; the CRL of set/ ends 2027-02-01T00:00:00Z

# at TIME STATUS STATE
at()
{
    try "$2" "at $1: $3" expiry --policy set --at "$1"
    out_has "at $1: the CRL is $3" \
        "^$3 +2027-02-01T00:00:00Z +-?[0-9]+d  crl +CN=Middle  .*set/crl/\$"
}
at 2026-11-01T00:00:00Z 0 ok
at 2027-01-01T23:59:59Z 0 ok            # one second more than 30 days
at 2027-01-02T00:00:00Z 1 warning       # 30 days
at 2027-01-17T23:59:59Z 1 warning       # one second more than 14 days
at 2027-01-18T00:00:00Z 2 critical      # 14 days
at 2027-02-01T00:00:00Z 2 critical      # its last second
at 2027-02-01T00:00:01Z 2 expired
at 1801440001 2 expired                 # the same, in seconds

try 0 "shorter limits" expiry --policy set --at 2027-01-20 --warn 2d --critical 1d
try 1 "a longer warning" expiry --policy set --at 2026-12-01 --warn 90d
try 2 "a longer critical" expiry --policy set --at 2026-12-01 --warn 90d --critical 70d

# ---- what is listed, in which order

try 1 "a set and certificates" expiry --policy set --cert leaf.pem --cert root.pem \
    --at 2026-12-20T12:00:00Z
out_has "sums up" '^WARNING: 0 expired, 0 critical, 1 warning, 4 ok$'
sed 1d out | awk '{ print $2, $4 }' >order
printf '%s\n' '2027-01-11T00:00:00Z certificate' '2027-02-01T00:00:00Z crl' \
    '2027-03-01T00:00:00Z intermediate' '2030-01-01T00:00:00Z anchor' \
    '2030-01-01T00:00:00Z certificate' | cmp -s - order
result "what ends first comes first" $?
out_has "days are rounded down" '^warning .*  +21d  certificate '
out_has "the policy of an anchor is named" 'anchor .*  set/api\.conf$'
try 2 "two policies, one of them with an expired anchor" expiry --policy set --policy old.conf \
    --at 2026-12-01
out_has "says so" '^CRITICAL: 1 expired, 0 critical, 0 warning, 3 ok$'
out_has "a negative number of days" '^expired +2026-06-01T12:00:00Z +-183d  anchor +CN=Other Root '
try 0 "only certificates, now" expiry --cert root.pem --warn 0s --critical 0s --at now

# ---- JSON

try 1 "--json" expiry --json --policy set --cert leaf.pem --at 2026-12-20T12:00:00Z
[ "$(wc -l <out)" -eq 1 ]
result "is one line" $?
cat >check.py <<'PY'
import json, subprocess, sys

report = json.load(open("out"))
assert list(report) == ["time", "state", "warning_seconds", "critical_seconds", "errors", "items"]
assert report["time"] == "2026-12-20T12:00:00Z" and report["state"] == "warning"
assert (report["warning_seconds"], report["critical_seconds"]) == (30 * 86400, 14 * 86400)
assert report["errors"] == 0
assert [(i["kind"], i["state"]) for i in report["items"]] == [
    ("certificate", "warning"), ("crl", "ok"), ("intermediate", "ok"), ("anchor", "ok")]

def openssl(file, what):
    line = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-nameopt", "RFC2253", what],
                          check=True, capture_output=True, text=True).stdout
    return line.strip().split("=", 1)[1]

for item, file in ((0, "leaf.pem"), (2, "middle.pem"), (3, "root.pem")):
    entry = report["items"][item]
    assert entry["name"] == openssl(file, "-subject"), entry
    assert entry["number"] == openssl(file, "-serial"), entry
assert report["items"][0]["seconds_left"] == 21 * 86400 + 43200
assert report["items"][1]["number"] == "01"
PY
if command -v python3 >/dev/null; then
    cp out saved
    try 0 "is what openssl says" sh -c 'cp saved out; python3 check.py'
    cp saved out
else
    skip "is what openssl says" "no python3"
fi
! grep -q '<' out
result "is safe in a page" $?

# ---- Prometheus: every line is a comment or a sample, and no sample comes twice

try 1 "--prometheus" expiry --prometheus --policy set --cert leaf.pem --cert leaf.pem \
    --at 2026-12-20T12:00:00Z
value='"([^"\\]|\\\\|\\"|\\n)*"'
label="[a-zA-Z_][a-zA-Z0-9_]*=$value"
name='[a-zA-Z_:][a-zA-Z0-9_:]*'
sample="$name(\\{$label(,$label)*\\})? -?[0-9]+"
grep -Evx "# HELP $name .+|# TYPE $name gauge|$sample" out >wrong.lines
[ ! -s wrong.lines ] && [ -s out ]
result "each line has the format" $?
[ "$(grep -v '^#' out | sed 's/ [0-9]*$//' | sort | uniq -d | wc -l)" -eq 0 ]
result "no sample comes twice" $?
[ "$(grep -c '^mtlsauth_expiry_timestamp_seconds{' out)" -eq 4 ]
result "each thing has a sample" $?
crl='kind="crl",name="CN=Middle",number="01",source="[^"]*set/crl/"'
out_has "with its time" "^mtlsauth_expiry_timestamp_seconds\\{$crl\\} 1801440000\$"
out_has "labels are escaped" 'name="CN=Root \\\\\\"A\\\\\\",C=US"'
out_has "and the time of the look" '^mtlsauth_expiry_check_timestamp_seconds 1797768000$'
out_has "and the errors" '^mtlsauth_expiry_errors 0$'

# ---- errors: status 3, and what could be read is listed all the same

printf 'stack = ( \n' >bad.conf
try 3 "a policy that does not load" expiry --policy bad.conf --policy set --at 2026-12-01
err_has "the place" 'bad\.conf:[12]:'
out_has "the summary" '^UNKNOWN: 0 expired, 0 critical, 0 warning, 3 ok, 1 not read$'
try 3 "an error and something expired" expiry --policy bad.conf --policy set --at 2028-01-01
try 3 "a missing policy" expiry --policy nothing.conf
try 3 "a missing certificate" expiry --cert nothing.pem
err_has "is named" 'nothing\.pem'
printf -- '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n' >cut.pem
try 3 "a certificate that is none" expiry --cert cut.pem --json
err_has "says which" 'cut\.pem: certificate 1: '
out_has "JSON counts it" '"errors":1,"items":\[\]'

# wrong NAME PATTERN ARGUMENT...: wrong usage
wrong()
{
    name=$1 pattern=$2
    shift 2
    try 3 "$name is wrong usage" expiry "$@"
    err_has "$name: the message" "$pattern"
    out_lacks "$name: no output" .
}
wrong "a bare number" '"30" is no duration' --warn 30
wrong "a negative duration" 'is no duration' --critical -1d
wrong "critical before warning" 'longer than --warn' --warn 1d
wrong "a time of day" 'is no time' --at 12:00
wrong "two formats" 'choose one' --json --prometheus
wrong "an argument" 'what is set' set
wrong "an unknown option" 'did you mean --policy' --polcy set
if [ -c /dev/full ]; then
    full()
    {
        expiry --policy set --at 2026-11-01 >/dev/full
    }
    try 3 "output that cannot be written" full
else
    skip "output that cannot be written" "no /dev/full"
fi

# ---- the example: the unit's command writes the file, and keeps the old one after an error

unit=$srcdir/examples/expiry/mtlsauth-expiry.service
sed -n '/^ExecStart=/,/[^\\]$/p' "$unit" | tr -d '\n\\' | sed 's/^ExecStart=//; s/\$\$/$/g' >unit.sh
sed -i.old 's|/var/lib/[^ ]*|metrics.prom|' unit.sh
mkdir bin
cat >bin/mtlsauth <<TOOL
#!/bin/sh
exec "$MTLSAUTH" "\$@" --plugin-dir "$MTLSAUTH_PLUGINS" --policy "\$POLICY" --at 2027-01-20
TOOL
chmod +x bin/mtlsauth
unit()
{
    POLICY=$1 PATH=$PWD/bin:$PATH sh unit.sh
}
try 0 "the unit's command" unit set
grep -q '^mtlsauth_expiry_errors 0' metrics.prom
result "writes the metrics" $?
cp metrics.prom kept
try 3 "after an error" unit bad.conf
cmp -s metrics.prom kept
result "it keeps the old ones" $?

finish

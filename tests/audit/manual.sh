#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# manual.sh - the examples of mtlsauth-audit(1) and of the README do what they say, as they stand
# there. Live capture and a cluster are left out: the job array runs by itself.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/audit/lib.sh"

page=$srcdir/tools/audit/mtlsauth-audit.1
make_captures

# The tool under its name, with the plugins of the build.
mkdir bin
cat >bin/mtlsauth-audit <<END
#!/bin/sh
[ "\$1" = merge ] && exec '$MTLSAUTH_AUDIT' "\$@"
exec '$MTLSAUTH_AUDIT' --plugin-dir '$MTLSAUTH_PLUGINS' --insecure-files "\$@"
END
chmod +x bin/mtlsauth-audit
PATH=$dir/bin:$PATH

# The commands of the page, one a file; those of one .Bd are one.
awk '
function plain(s) { gsub(/\\-/, "-", s); gsub(/\\e/, "\\", s); gsub(/\\&/, "", s); sub(/^\$ /, "", s); return s }
/^\.Sh / { examples = ($2 == "EXAMPLES") }
!examples { next }
/^\.Dl / { print plain(substr($0, 5)) >(sprintf("example-%d", ++n)); next }
/^\.Bd / { name = sprintf("example-%d", ++n); inside = 1; next }
/^\.Ed/ { inside = 0; next }
inside { print plain($0) >name }
' "$page"

# numbered PATTERN: the one file of them that has it, in `example`
numbered()
{
    example=$(grep -lE -e "$1" example-* | head -n 1)
    [ -n "$example" ] || example=/dev/null
    echo "$example" >>tried
}

# The files that they name.
sed 's/client.example/*.example/' in.conf >api.conf
cp in.conf old.conf
cp out.conf new.conf
cp captures/gnutls-tls12.pcap traffic.pcap
cp captures/pcapng-secrets.pcapng traffic.pcapng
cp captures/openssl-tls13.keys keys.log

numbered 'traffic\.pcapng$'
try 0 "what would a policy have decided" sh "$example"
out_has "it says so" '^ +1  allow$'
if command -v zstd >/dev/null; then
    mkdir packed
    zstd -q captures/gnutls-tls12.pcap captures/openssl-tls12.pcap --output-dir-flat packed
    cp old.conf new.conf packed
    cp -r captures packed
    numbered '--baseline'
    in_packed()
    {
        (cd packed && sh "../$example")
    }
    try 1 "which clients change" in_packed
    out_has "it says so" '^Changed: 2$'
    out_has "and why" 'was allow: success'
else
    numbered '--baseline'
    skip "which clients change" "no zstd"
fi
numbered '--at '
try 1 "who will be locked out" sh "$example"
out_has "it says so" 'expired: .* expired on 2026-12-02'
cp captures/openssl-tls13.pcap traffic.pcap
numbered '--as nginx'
try 0 "with keys, as nginx" sh "$example"
out_has "it is one object a line" '^\{"id":.*"server":"nginx".*"visibility":"certificate"'
numbered 'tcpdump'
sed 's/^.*| //' "$example" >input-example
from_input()
{
    sh input-example <captures/gnutls-tls12.pcap
}
try 0 "what comes from a pipe" from_input

# Many captures: by GNU parallel as the page has it, and by xargs.
mkdir many
cp captures/gnutls-*.pcap captures/openssl-tls1*.pcap many
cp api.conf many
cp -r captures many
count=$(find many -maxdepth 1 -name '*.pcap' | wc -l)
numbered '^parallel '
pieces()
{
    (
        cd many && rm -f ./*.json report.html || exit
        sh "../$1" # its status is that of the audit
        cat report.html
    )
}
if parallel --version 2>/dev/null | grep -q '^GNU'; then
    try 0 "many captures with GNU parallel" pieces "$example"
    out_has "one page" "\"handshakes\":$count,"
else
    skip "many captures with GNU parallel" "no GNU parallel"
fi
numbered '^ls .*xargs'
if echo x | xargs -P 2 -n 1 true 2>/dev/null; then
    try 0 "many captures with xargs" pieces "$example"
    out_has "one page" "\"handshakes\":$count,"
else
    skip "many captures with xargs" "xargs has no -P"
fi

# A job array, without the cluster.
mkdir array
cp captures/tls12-resumed-id.pcap array/capture.pcap
cp api.conf array
cp -r captures array
numbered 'SLURM'
(
    cd array || exit
    i=0
    while [ $i -lt 16 ]; do
        i=$((i + 1))
        SLURM_ARRAY_TASK_ID=$i sh "../$example" || echo "part $i: $?"
    done
) >array.log 2>&1
silent array.log && [ "$(find array -name 'part-*.json' | wc -l)" -eq 16 ]
result "a job array makes a summary each" $?
numbered '^mtlsauth-audit merge part'
cd array || exit 99
try 0 "they are merged" sh "../$example"
out_has "to the whole" '^Handshakes: 3,'
cd .. || exit 99

# ---- the README

sed -n '/^mtlsauth-audit --/{s/ *#.*//;p;}' "$srcdir/README.md" >readme
[ "$(wc -l <readme)" -eq 3 ]
result "the README has examples" $?
line=0
for want in 0 1 1; do
    line=$((line + 1))
    sed -n "${line}p" readme >readme-$line
    try $want "README: $(cat readme-$line)" sh readme-$line
done
grep -q '<html' report.html
result "README: there is a page" $?

find . -maxdepth 1 -name 'example-*' | sed 's|^\./||' | sort >all
sort -u tried >tried.sorted
cmp all tried.sorted >out
result "no example is left out" $?

finish

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# make-seeds.sh - writes seeds/ and credential_pki.h anew, with openssl. The results are kept in the
# tree; the judged time in credential_pki.h is one day after they were made.

set -eu
cd "$(dirname "$0")"
here=$PWD
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
rm -rf seeds
# Those of audit-tls and audit-dtls are sessions: BUILD/tests/fuzz/audit-tls-seeds seeds writes them.
for target in audit-capture audit-dtls audit-find audit-flow audit-keylog audit-link audit-protection \
    audit-quic audit-tls certificate certificate-gnutls credential crl expression fmt hosts name \
    name-constraints pem policy-file policy-graph; do
    mkdir -p "seeds/$target"
done
seeds=$here/seeds
cd "$dir"

# segments: what it is, flags, sequence, acknowledgment, size, cut, seconds, 0; the payload
syn='\000\002\000\000\000\000\000\000\001\022\000\001\000\000\000\000'
a='\000\020\001\001\003\000\000\000abc' b='\000\020\004\001\003\000\000\000def'
fin='\000\021\007\001\000\000\000\000\001\021\001\010\000\000\000\000'
printf '%b' "$syn$a$b$fin" >"$seeds/audit-flow/in-order"
printf '%b' "$syn$b$a$fin$syn$a" >"$seeds/audit-flow/out-of-order"
printf '%b' "$b$a" >"$seeds/audit-flow/from-the-middle"
printf '%b' '\002\000\000\000\003\000\000\000abc\003\000\000\000\002\001\005\000de' \
    >"$seeds/audit-flow/datagrams"

# dialogues: who (and 2: over UDP), the length, the octets
hello='\0026\003\001\0000\062\001\000\000\056\003\003abcdefghijklmnopqrstuvwxyzabcdef\000\000\002\023\001\001\000\000\003\000\000\000'
# say FILE WHO TEXT: octal escapes as printf %b has them
say()
{
    printf '%b' "$3" >"$dir/said"
    size=$(wc -c <"$dir/said")
    printf '%b' "\\0$2\\0$(printf %o "$size")" | cat - "$dir/said" >>"$seeds/audit-find/$1"
}
say tls 0 "$hello"
say smtp 1 '220 a\r\n'
say smtp 0 'EHLO b\r\nSTARTTLS\r\n'
say smtp 1 '250 b\r\n220 go\r\n'
say smtp 0 "$hello"
say imap 0 'a STARTTLS\r\n'
say imap 1 'a OK\r\n'
say xmpp 0 '<stream:stream><starttls/>'
say xmpp 1 '<proceed/>'
say connect 0 'CONNECT a HTTP/1.1\r\n\r\n'
say connect 1 'HTTP/1.1 200 OK\r\n\r\n'
say connect 0 "$hello"
say socks 0 '\005\001\000'
say socks 1 '\005\000'
say socks 0 '\005\001\000\001\001\002\003\004\001\0273'
say socks 1 '\005\000\000\001\000\000\000\000\000\000'
say proxy 0 'PROXY UNKNOWN\r\n'
say proxy 0 '\r\n\r\n\000\r\nQUIT\n\041\021\000\000'
say postgresql 0 '\000\000\000\010\004\0322\026\057'
say postgresql 1 S
say ldap 0 '\060\035\002\001\001\0167\030\0200\00261.3.6.1.4.1.1466.20037'
say ldap 1 '\060\014\002\001\001\0170\007\012\001\000\004\000\004\000'
say openvpn 2 '\070abcdefgh\000\000\000\000\000'
say openvpn 2 '\040abcdefgh\000\000\000\000\002b'
say openvpn 2 '\040abcdefgh\000\000\000\000\001a'
say stun 2 '\000\026\000\014\041\022\0244\0102012345678901\000\022\000\000\000\023\000\004\026\0376\0377a'

cat >ca.conf <<'END'
[ca]
default_ca = main
[main]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 3000
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical, CA:TRUE, pathlen:2
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid, issuer
nameConstraints = critical, permitted;DNS:example.com, excluded;DNS:no.example.com, permitted;IP:192.0.2.0/255.255.255.0, permitted;email:.example.com, permitted;URI:.example.com
certificatePolicies = 1.2.3.4, 1.2.3.5
policyMappings = 1.2.3.4:1.2.3.6
policyConstraints = requireExplicitPolicy:3, inhibitPolicyMapping:1
inhibitAnyPolicy = 2
[leaf]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:john.example.com, DNS:*.w.example.com, email:john@mail.example.com, URI:https://john.example.com/x, IP:192.0.2.7
certificatePolicies = 1.2.3.6
[plain]
keyUsage = digitalSignature, decipherOnly, keyAgreement
subjectAltName = otherName:1.2.3.4;UTF8:john, dirName:dn, RID:1.2.3.4, IP:2001:db8::1, DNS:a, DNS:b
authorityInfoAccess = OCSP;URI:http://ocsp.example.com
1.2.3.4.5 = ASN1:UTF8String:unknown
[dn]
CN = Somebody
END
touch index.txt
echo 01 >crlnumber
days=3000

# key NAME ALGORITHM-OPTION ...
key()
{
    name=$1
    shift
    openssl genpkey -out "$name.key" "$@" 2>/dev/null
}

# issue NAME SUBJECT ISSUER SECTION
issue()
{
    openssl req -new -utf8 -key "$1.key" -subj "$2" -multivalue-rdn -out "$1.csr"
    openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -days "$days" -extfile ca.conf \
        -extensions "$4" -out "$1.pem" 2>/dev/null
}

der()
{
    openssl x509 -in "$1.pem" -outform DER
}

for ec in root middle leaf; do
    key "$ec" -algorithm EC -pkeyopt ec_paramgen_curve:P-256
done
key plain -algorithm ED25519
key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:1024
openssl req -x509 -new -config ca.conf -extensions root -key root.key -subj "/CN=Fuzz Root" \
    -days "$days" -out root.pem
issue middle "/C=DE/O=Example/CN=Fuzz Middle" root middle
issue leaf "/O=Example+OU=Unit/CN=John Doe" middle leaf
cp leaf.key direct.key
issue direct "/CN=John Doe" root leaf
issue plain "/O=Zo\xc3\xab, \"Inc\"/CN=a\/b" root plain
openssl req -new -key rsa.key -subj "/CN=v1" -out v1.csr
openssl x509 -req -in v1.csr -signkey rsa.key -days 1 -out v1.pem 2>/dev/null

for name in root middle leaf direct plain v1; do
    der "$name" >"$seeds/certificate/$name.der"
    der "$name" >"$seeds/certificate-gnutls/$name.der"
done

# CRLs: none, three with reasons, PEM and base64
crl()
{
    openssl ca -config ca.conf -gencrl -cert root.pem -keyfile root.key -out "$1.pem" 2>/dev/null
    openssl crl -in "$1.pem" -outform DER -out "$1.der"
}
crl empty
cp empty.pem crl-root.pem
printf 'R\t360101000000Z\t260101000000Z,keyCompromise\t%s\tunknown\t/CN=%s\n' 01 a 00FF b 7F00112233 c \
    >index.txt
printf 'R\t360101000000Z\t260102000000Z\t0AAA\tunknown\t/CN=d\n' >>index.txt
crl some
cp empty.der some.der "$seeds/crl/"

# CRLs of other kinds: deltas, with entries that are removed, and those of one scope or another
cat >>ca.conf <<'END'
[delta]
2.5.29.27 = critical, DER:020101
[user]
issuingDistributionPoint = critical, @user_point
[user_point]
fullname = URI:http://crl.example.com/user.crl, URI:ldap://ldap.example.com/cn=CA
onlyuser = TRUE
[reasons]
issuingDistributionPoint = critical, @reasons_point
[reasons_point]
relativename = relative
onlysomereasons = keyCompromise, CACompromise
onlyCA = TRUE
[relative]
CN = CRL1
[attribute]
issuingDistributionPoint = critical, @attribute_point
[attribute_point]
onlyAA = TRUE
END

# crl_of NAME SECTION CA
crl_of()
{
    openssl ca -config ca.conf -gencrl -cert "$3.pem" -keyfile "$3.key" -md default \
        ${2:+-crlexts "$2"} -out "$1.pem" 2>/dev/null
    openssl crl -in "$1.pem" -outform DER -out "$seeds/crl/$1.der"
}
sed 's/,keyCompromise/,removeFromCRL/' index.txt >removed.txt
cp index.txt revoked.txt
cp removed.txt index.txt
crl_of delta delta root
cp revoked.txt index.txt
crl_of user user root
crl_of reasons reasons root
crl_of attribute attribute root
key rsaca -algorithm RSA -pkeyopt rsa_keygen_bits:1024
for ca in plain rsaca; do # Ed25519, RSA
    openssl req -x509 -new -config ca.conf -extensions root -key "$ca.key" -subj "/CN=Other Root" \
        -days "$days" -out "$ca-root.pem"
    cp "$ca.key" "$ca-root.key"
done
crl_of ed25519 '' plain-root
crl_of rsa '' rsaca-root
cp user.pem "$seeds/pem/crl.pem"
openssl base64 -A -in "$seeds/crl/delta.der" -out "$seeds/pem/cfssl.b64" # as cfssl prints them
openssl base64 -in "$seeds/crl/ed25519.der" | tr '\n' '\r' | sed 's/\r/\r\n/g' \
    >"$seeds/pem/lines.b64"

# an indirect CRL, which openssl writes only piece by piece; nobody signed it
cat >indirect.conf <<'END'
asn1 = SEQUENCE:crl
[crl]
tbs = SEQUENCE:tbs
algorithm = SEQUENCE:algorithm
signature = FORMAT:HEX,BITSTRING:3006020101020101
[algorithm]
oid = OID:ecdsa-with-SHA256
[tbs]
version = INTEGER:1
algorithm = SEQUENCE:algorithm
issuer = SEQUENCE:name
this = UTCTIME:260101000000Z
next = GENERALIZEDTIME:20600101000000Z
revoked = SEQUENCE:revoked
extensions = EXPLICIT:0,SEQUENCE:extensions
[name]
rdn = SET:rdn
[rdn]
cn = SEQUENCE:cn
[cn]
oid = OID:CN
value = UTF8:Indirect
[other]
rdn = SET:other_rdn
[other_rdn]
cn = SEQUENCE:other_cn
[other_cn]
oid = OID:CN
value = PRINTABLESTRING:Other CA
[revoked]
own = SEQUENCE:own
first = SEQUENCE:first
next = SEQUENCE:next
back = SEQUENCE:back
[own]
serial = INTEGER:1
date = UTCTIME:251201000000Z
[first]
serial = INTEGER:0x00F0E1D2C3
date = UTCTIME:251202000000Z
extensions = SEQUENCE:first_extensions
[first_extensions]
reason = SEQUENCE:reason
issuer = SEQUENCE:issuer_other
[reason]
oid = OID:2.5.29.21
value = OCTWRAP,ENUMERATED:1
[issuer_other]
oid = OID:2.5.29.29
critical = BOOLEAN:TRUE
value = OCTWRAP,SEQUENCE:names_other
[names_other]
directory = EXPLICIT:4,SEQUENCE:other
[next]
serial = INTEGER:1
date = GENERALIZEDTIME:20500101000000Z
[back]
serial = INTEGER:2
date = UTCTIME:251203000000Z
extensions = SEQUENCE:back_extensions
[back_extensions]
issuer = SEQUENCE:issuer_name
[issuer_name]
oid = OID:2.5.29.29
critical = BOOLEAN:TRUE
value = OCTWRAP,SEQUENCE:names_name
[names_name]
directory = EXPLICIT:4,SEQUENCE:name
[extensions]
number = SEQUENCE:number
point = SEQUENCE:point
[number]
oid = OID:2.5.29.20
value = OCTWRAP,INTEGER:7
[point]
oid = OID:2.5.29.28
critical = BOOLEAN:TRUE
value = OCTWRAP,SEQUENCE:point_value
[point_value]
indirect = IMPLICIT:4,BOOLEAN:TRUE
END
openssl asn1parse -genconf indirect.conf -noout -out "$seeds/crl/indirect.der"
openssl crl -in "$seeds/crl/indirect.der" -inform DER -noout
cp empty.pem leaf.pem "$seeds/pem/"
cat leaf.pem middle.pem >"$seeds/pem/two.pem"
openssl base64 -in some.der -out "$seeds/pem/some.b64"
der v1 >"$seeds/pem/v1.der"

# names: the subject of a certificate stands in its DER behind the dates
name()
{
    at=$(openssl asn1parse -in "$1.pem" | awk '/cons: SEQUENCE/ && $0 ~ /d=2/ { n++; if (n == 4) { sub(":.*", ""); print $1 } }')
    openssl asn1parse -in "$1.pem" -strparse "$at" -noout -out "$2"
}
name leaf leaf.name
name middle middle.name
name plain plain.name
cp leaf.name middle.name plain.name "$seeds/name/"
cat leaf.name plain.name >"$seeds/name/two.name"
cat middle.name middle.name >"$seeds/name/same.name"

# name constraints: type, size of the constraint, constraint, name
printf '\001\013example.com*.no.example.com' >"$seeds/name-constraints/dns"
printf '\000\014.example.comjohn@mail.example.com' >"$seeds/name-constraints/email"
printf '\003\014.example.comhttps://u@a.example.com:8443/x' >"$seeds/name-constraints/uri"
printf '\004\010\300\000\002\000\377\377\377\000\300\000\002\007' >"$seeds/name-constraints/ip"
{
    printf '\002\002\060\000'
    cat leaf.name
} >"$seeds/name-constraints/directory"
printf '\005\021\060\017\240\015\060\013\202\011a.example\202\013x.a.example' \
    >"$seeds/name-constraints/extension"

# policies along a path: see policy-graph.c
printf '\011A\020\000\002AB\020\000\001A' >"$seeds/policy-graph/initial"
printf '\001\060\000\001A\001AB\020\000\001B' >"$seeds/policy-graph/mapped"
printf '\003\060\000\002AC\001AB\020\000\002BC' >"$seeds/policy-graph/no-mapping"
printf '\005\030\000\001*\020\000\002*A' >"$seeds/policy-graph/no-any"
printf '\000\067\025\001*\002ABAC\020\000\003BC*\000\000' >"$seeds/policy-graph/constraints"
printf '\031ABC\060\000\003A*B\002ADBD\060\000\001D\001DE\020\000\002EF' \
    >"$seeds/policy-graph/chain"

cat >"$seeds/expression/access" <<'END'
(http.host in {"mtls.example.com" "mtls2.example.com"} and (not cf.tls_client_auth.cert_verified or cf.tls_client_auth.cert_revoked))
END
cat >"$seeds/expression/fingerprint" <<'END'
not (tls_client_auth.cert_verified and tls_client_auth.cert_fingerprint_sha256 eq "00:AA")
END
cat >"$seeds/expression/numbers" <<'END'
a in {1..9 -5 0x10} && !b ^^ c >= -1 || d != 7
END
cat >"$seeds/expression/addresses" <<'END'
ip.src in {192.0.2.0/24 10.0.0.1..10.0.0.9} or ip.dst in {2001:db8::/32 ::ffff:192.0.2.1}
END
cat >"$seeds/expression/strings" <<'END'
a eq "\x41\101\"\\" and b eq 'it\'s' and c eq r##"a"#b"##
END
cat >"$seeds/expression/pattern" <<'END'
p matches "^/a\.(b|c)\"$" and q ~ r#"\""# and s strict wildcard "*.x"
END
cat >"$seeds/expression/calls" <<'END'
any(lower(x[*])[*] contains "a") and http.request.headers["x-a"][0] eq "b" and concat(a, 1, true, 192.0.2.1) ne ""
END
cat >"$seeds/expression/comment" <<'END'
# why
	a
 and # then
b
END
printf '#2 ip.da in{1 19-{  \nr!= 7\n' >"$seeds/expression/empty-word"
cat >"$seeds/expression/mistakes" <<'END'
a = "b" AND c not in {1, 2} “d” 010
END
printf 'API.example.com:8443.\n*.example.com' >"$seeds/hosts/name"
printf 'a_b-c.example.com.\na_b-c.example.com' >"$seeds/hosts/same"
printf '192.0.2.1\n*.' >"$seeds/hosts/address"

cat >"$seeds/policy-file/policy" <<'END'
# a policy
trust = { anchors = [ "ca.pem", ]; partial_chain = false; };
hosts = [ "api.example.com", "*.example.com" ];
stack = (
  { control = "requisite"; plugin = "validity"; clock_skew = "5m"; max_depth = 3; },
  { control = "[success=ok default=die]"; plugin = "cn"; allow = [ "John \"J\" Doe\x21" ]; }
);
END
printf 'a=0x1fL;b:-1.5e3,c=[1,2,];d=("x",{e=TRUE;},());/* f */g="1" "2"//h\n' \
    >"$seeds/policy-file/kinds"
printf 'a = "open' >"$seeds/policy-file/open"
cp "$seeds/policy-file/policy" "$seeds/policy-file/kinds" "$seeds/fmt/"
cat >"$seeds/fmt/comments" <<'END'
# head

/* one */ /* two */ a /* in */ = # behind
  "x" // s
  "y"; b : [ 1, /* two */ 2, ] # end
  , c = ( # open
  # own
  { control = "x"; d = ( { } ); } /* tail
 of two lines */ , # after
); /* lead */ e = { f = TRUE }
# last
END
printf '\357\273\277a = [ 1 /* b */ ] /* c */\r\n/* d\r\n */ ; # e  \r\n\r\n\r\n\tf = "%095d";' 0 >"$seeds/fmt/ends"

# frames: see audit-link.c. A link type, then frames of hex, each with its size before it.
# frames NAME LINK-TYPE HEX ...
frames()
{
    frames_of=$2
    frames_to=$seeds/audit-link/$1
    shift 2
    {
        octets "$(printf %04x "$frames_of")"
        for hex; do
            hex=$(printf %s "$hex" | tr -d ' ')
            octets "$(printf %04x $((${#hex} / 2)))0001$hex"
        done
    } >"$frames_to"
}
# octets HEX
octets()
{
    printf %s "$1" | sed 's/../&\n/g' | while read -r octet; do
        # shellcheck disable=SC2059 # octal escapes made here
        printf "\\$(printf %03o $((0x$octet)))"
    done
}
macs='020000000001020000000002'
tcp='303901bb00000001000000005018ffff00000000686921'
four='4500002b0001000040060000c0000201c0000202'
six='60000000001706402001 0db8000000000000000000000001 20010db8000000000000000000000002'
outer='450000%s000100004011 0000c6336401c6336402c000%s00%s0000'
frames ethernet 1 "$macs 0800 $four $tcp" "$macs 86dd $six $tcp" "$macs 0033aaaa030000000800 $four $tcp"
frames tags 1 "$macs 88a800648100006508 00 $four $tcp" "$macs 8847 00010040 00011140 $four $tcp" \
    "$macs 8909 01010001000a 0800 $four $tcp" "$macs 8864 11000001002d 0021 $four $tcp" \
    "$macs 8926 00010002 893f 000100020003 88e700000001 $macs 0800 $four $tcp"
frames null 0 "02000000 $four $tcp" "0000001c $six $tcp"
frames cooked 113 "00000001000602000000000100000800 $four $tcp"
frames cooked2 276 "86dd00000000000200010006020000000001 0000 $six $tcp"
frames ppp 9 "ff030021 $four $tcp" "0f0086dd $six $tcp"
frames wifi 105 "88020000020000000001020000000002020000000003 0000 0000 aaaa030000000800 $four $tcp"
frames radiotap 127 "000011000300000000000000000000002088020000020000000001020000000002020000000003000000000000aaaa030000000800 $four $tcp"
frames ppi 192 "00000800 01000000 $macs 0800 $four $tcp"
frames nflog 239 "020000000800 0a0061626300 2f000900 $four $tcp"
frames extensions 229 "60000000003f00 40 20010db8000000000000000000000001 20010db8000000000000000000000002 2b00010400000000 3c00000000000000 3300010400000000 0604000000000001 00000001 000000000000000000000000 $tcp"
frames gre 101 "4500006300010000402f0000c6336401c6336402 b00086dd 000000000000000100000002 $six $tcp" \
    "4500005d00010000402f0000c6336401c6336402 100088be 00000001 1001006400000000 $macs 0800 $four $tcp" \
    "4500005300010000402f0000c6336401c6336402 3081880b 002f0001 00000001 00000001 ff03 0021 $four $tcp"
# shellcheck disable=SC2059 # lengths and ports of the outer headers
frames udp 101 "$(printf "$outer" 61 12b5 49) 0800000000000100 $macs 0800 $four $tcp" \
    "$(printf "$outer" 69 17c1 51) 0240655800000100 0108000100000000 $macs 0800 $four $tcp" \
    "$(printf "$outer" 5b 0868 47) 34ff003700000001 00000085 01100985 01100900 $four $tcp" \
    "$(printf "$outer" 5b 0dd8 47) 6000000000170640 20010000000000000000000000000001 20010db8000000000000000000000002 $tcp"
frames fragments4 101 "4500001c0007200040110000c0000201c0000202 3039003500180000" \
    "4500001c0007000240110000c0000201c0000202 6262626262626262" \
    "450000240007200140110000c0000201c0000202 61616161616161616262626262626262"
frames fragments6 101 "60000000001 02c4020010db8000000000000000000000001 20010db8000000000000000000000002 11000001 00000007 3039003500180000" \
    "6000000000182c4020010db8000000000000000000000001 20010db8000000000000000000000002 11000008 00000007 61616161616161616262626262626262"

# credentials
size()
{
    n=$(wc -c <"$1")
    # shellcheck disable=SC2059 # octal escapes made here
    printf "\\$(printf %03o $((n / 256)))\\$(printf %03o $((n % 256)))"
}
for name in leaf middle direct plain; do
    der "$name" >"$name.der"
done
cp direct.der "$seeds/credential/direct"
cp direct.pem "$seeds/credential/direct-pem"
cp plain.der "$seeds/credential/plain"
{
    size leaf.der
    cat leaf.der middle.der
} >"$seeds/credential/chain"
{
    size leaf.pem
    cat leaf.pem middle.der plain.der middle.der
} >"$seeds/credential/mixed"

# ---- captures -----------------------------------------------------------------------------------

# little N ...: numbers of 32 bits, the low octet first
little()
{
    for number; do
        for shift in 0 8 16 24; do
            printf "\\$(printf %03o $((number >> shift & 255)))"
        done
    done
}
packet='a packet of 32 octets, more or le'
capture=$seeds/audit-capture
{ # 0xa1b2c3d4
    little 2712847316 262146 0 0 65535 1 1700000000 123456 32 60
    printf %.32s "$packet"
    little 1700000001 0 0 0 1700000002 0 4 4 7
} >"$capture/pcap"
{ # 0xa1b23c4d, the other byte order
    printf '\241\262\074\115\000\002\000\004\0\0\0\0\0\0\0\0\0\0\377\377\0\0\0\145'
    printf '\0\0\0\1\0\0\0\2\0\0\0\4\0\0\0\4abcd'
} >"$capture/pcap-big"
{ # a section, secrets, two interfaces, packets of three kinds, a block to be passed over
    little 168627466 28 439041101 1 4294967295 4294967295 28
    little 10 36 1414288203 16 && printf 'CLIENT_RANDOM 1\n' && little 36
    little 1 32 1 262144 65545 9 0 32
    little 1 20 101 64 20
    little 6 64 0 391 1234 32 32 && printf %.32s "$packet" && little 64
    little 6 36 1 0 1234 3 9 7 36
    little 2 36 1 0 99 4 4 7 36
    little 5 16 0 16
    little 3 20 4 7 20
} >"$capture/pcapng"
{ # a packet of an interface that is not there
    little 168627466 28 439041101 1 4294967295 4294967295 28
    little 6 36 1 0 1234 3 9 7 36
} >"$capture/pcapng-damaged"
{ # the other byte order
    printf '\012\015\015\012\0\0\0\034\032\053\074\115\0\1\0\0\377\377\377\377\377\377\377\377'
    printf '\0\0\0\034\0\0\0\1\0\0\0\024\0\1\0\0\0\0\0\0\0\0\0\024'
    printf '\0\0\0\6\0\0\0\044\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\4\0\0\0\4abcd\0\0\0\044'
} >"$capture/pcapng-big"
gzip -nc "$capture/pcap" >"$capture/gzip"
zstd -qc "$capture/pcapng" >"$capture/zstd"
xz -c "$capture/pcap" >"$capture/xz"
gzip -nc </dev/null | cat - "$capture/gzip" | head -c 90 >"$capture/gzip-cut"
# ---- key logs, records, QUIC --------------------------------------------------------------------

random=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
for label in CLIENT_HANDSHAKE_TRAFFIC_SECRET QUIC_SERVER_TRAFFIC_SECRET_0 EXPORTER_SECRET; do
    printf '%s %s %s\r\n' "$label" "$random" "$random"
done >"$seeds/audit-keylog/tls13"
{
    printf '# a comment\n\nCLIENT_RANDOM %s %s%.32s\n' "$random" "$random" "$random"
    printf 'RSA Session-ID:0A0b Master-Key:%s%.32s\nCLIENT_RANDOM 00 00' "$random" "$random"
} >"$seeds/audit-keylog/tls12"

# record SUITE-VERSION-FLAGS: the head of a seed, and two records behind it
record()
{
    # shellcheck disable=SC2059 # octal escapes made here
    printf "$1"
    printf '\027\000\060%.48s\026\000\043%.35s' "$random" "$random"
}
record '\023\001\003\004\004' >"$seeds/audit-protection/tls13"
record '\300\057\003\003\002' >"$seeds/audit-protection/gcm"
record '\314\250\003\003\000' >"$seeds/audit-protection/chacha20"
record '\300\254\376\375\000' >"$seeds/audit-protection/ccm"
record '\000\057\003\003\003' >"$seeds/audit-protection/cbc-then-mac"
record '\000\012\003\000\010' >"$seeds/audit-protection/ssl3"
record '\000\005\003\001\012' >"$seeds/audit-protection/rc4"
record '\000\002\003\002\000' >"$seeds/audit-protection/null"

# frames, pieces of a stream, and datagrams of a client and a server
printf '\000\001\002\005\001\000\000\006\000\002AB\012\004\001A\034\101\052\006\000\036' \
    >"$seeds/audit-quic/frames"
printf '\001\000\004\004CDEF\000\000\004\001\000\000\004\000\020\001A' >"$seeds/audit-quic/pieces"
{
    printf '\002\000\000\100S\006\000\066\001\000\000\062\003\003%.48s\000\000\000' "$random"
    printf '\001\000\100S\002\000\000\000\000\006\000\060\002\000\000\054\003\003%.32s' "$random"
    printf '\000\023\001\000\000\000\000\000\000\000\000\000\000\000'
    printf '\001\000\060\343\000\000\000\001\000\000\050%.41s' "$random"
    printf '\000\000\040\100%.31s' "$random"
} >"$seeds/audit-quic/datagrams"

# text NAME FILE: a C string
text()
{
    printf 'static const char %s[] =' "$1"
    sed 's/.*/\n    "&\\n"/' "$2" | sed '/^$/d' | awk '{ printf "\n%s", $0 }'
    printf ';\n'
}
{
    echo '/* SPDX-License-Identifier: BSD-2-Clause */'
    echo '/* credential_pki.h - the root of seeds/credential, and its CRL; written by make-seeds.sh. */'
    echo '#ifndef TESTS_FUZZ_CREDENTIAL_PKI_H'
    echo '#define TESTS_FUZZ_CREDENTIAL_PKI_H'
    echo
    echo "#define CREDENTIAL_TIME INT64_C($(($(date +%s) + 86400)))"
    echo
    text credential_root root.pem
    echo
    text credential_crl crl-root.pem
    echo
    echo '#endif'
} >"$here/credential_pki.h"

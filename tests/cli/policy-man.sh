#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# policy-man.sh - mtlsauth-policy(5): its examples do what it says, and nothing is left out of it.
#
# How examples are marked is said at the top of the page.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

page=$srcdir/docs/mtlsauth-policy.5
make_pki

# fingerprint NAME: pinned, as the page has it for devices
fingerprint()
{
    openssl x509 -in "pki/$1.pem" -noout -fingerprint -sha256 >>pki/ca/devices.sha256
}
fingerprint selfsigned
fingerprint expired
fingerprint notyet

# A certificate with the serial number of the page.
openssl req -new -key pki/client.key -subj "/C=US/O=Example/CN=John Doe" -out serial.csr 2>err &&
    openssl x509 -req -in serial.csr -CA pki/ca/intermediate.pem -CAkey pki/ca/intermediate.key \
        -set_serial 0x0A1B2C -days 30 -out pki/serial.pem 2>err
result "a certificate with serial number 0A1B2C" $?

# ---- the examples: N.marks, N.text, and N.line

mkdir ex
awk -v dir=ex -f "$srcdir/tests/cli/examples.awk" "$page"
[ ! -e ex/stray ]
result "every mark is in front of an example" $?
[ "$(find ex -name '*.text' | wc -l)" -gt 40 ]
result "there are examples" $?

trust='trust = { anchors = [ "ca/ca-chain.pem" ]; };'
validity='{ control = "requisite"; plugin = "validity"; }'
crl='{ control = "requisite"; plugin = "crl"; files = [ "ca/crl/" ]; }'

lint()
{
    mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" pki/example.conf
}

# part FILE: its settings, and those that a policy cannot do without
part()
{
    cat "$1"
    grep -q '^trust' "$1" || echo "$trust"
    grep -q '^stack' "$1" ||
        echo "stack = ( $validity, { control = \"required\"; plugin = \"permit\"; } );"
}

# condition FILE: lets in whom it is true for, and denies all others for want of a grant
condition()
{
    cp "$1" pki/example.rule
    echo "$trust"
    echo "stack = ( $validity, $crl,"
    echo '{ control = "required"; plugin = "permit"; when_file = "example.rule"; } );'
}

# ask CERTIFICATE FIELD=VALUE...: into the file out
ask()
{
    cert=pki/$1
    [ "$1" != none ] || cert=--no-cert
    shift
    count=$#
    while [ "$count" -gt 0 ]; do
        set -- "$@" --set "$1"
        shift
        count=$((count - 1))
    done
    mtlsauth check --plugin-dir "$MTLSAUTH_PLUGINS" --policy pki/example.conf --json "$@" "$cert"
}

# checks NAME MARKS: what the policy says of whom
checks()
{
    grep '^check ' "$2" >marked
    while read -r _ code reason who fields; do
        # shellcheck disable=SC2086 # a word each
        try "$code" "$1: $who $fields" ask "$who" $fields
        out_has "$1: $who $fields: $reason" "\"reason\":\"$reason\""
    done <marked
}

# judge NAME MARKS VALUE: the condition of example.conf has this value
judge()
{
    judge_name=$1
    case $3 in
    true) judge_code=0 judge_reason=success ;;
    false) judge_code=1 judge_reason=no_grant ;;
    *) judge_code=3 judge_reason=unavailable ;;
    esac
    who=$(sed -n 's/^cert //p' "$2")
    sed -n 's/^set //p' "$2" >marked
    set -- "${who:-client.pem}"
    while IFS= read -r field; do
        set -- "$@" "$field"
    done <marked
    try "$judge_code" "$judge_name: judged" ask "$@"
    out_has "$judge_name: reason $judge_reason" "\"reason\":\"$judge_reason\""
}

# each FILE COMMAND...: for every line, which is in the file one, with its number
each()
{
    each_file=$1 number=0
    shift
    while IFS= read -r row <&3; do
        number=$((number + 1))
        printf '%s\n' "$row" >one
        printf '# %s\n' "$row"
        "$@" "$number"
    done 3<"$each_file"
}

expression_row()
{
    condition one >pki/example.conf
    try 0 "$1, $4: loads without a warning" lint
    judge "$1, $4" "$2" "$3"
}

# nth N TEXTS: what is to be said of line N
nth()
{
    printf '%s\n' "$2" | tr '|' '\n' | sed -n "$1p"
}

# said NAME TEXT: a message has this text
said()
{
    [ -n "$2" ] && cat out err | grep -Fq -e "$2"
    result "$1: says $2" $?
}

refused_row()
{
    condition one >pki/example.conf
    try 2 "$1, $3: refused" lint
    said "$1, $3" "$(nth "$3" "$2")"
}

warned_row()
{
    condition one >pki/example.conf
    try 1 "$1, $3: warned of" lint
    said "$1, $3" "[$(nth "$3" "$2")]"
}

refused_part_row()
{
    part one >pki/example.conf
    try 2 "$1, $3: refused" lint
    said "$1, $3" "$(nth "$3" "$2")"
}

example()
{
    name="line $(cat "$1.line")"
    kind=$(tail -n 1 "$1.marks")
    value=${kind#* }
    case $kind in
    text) return ;;
    file\ *)
        cp "$1.text" "pki/$value"
        return
        ;;
    tests\ *)
        cp "$1.text" "pki/$value"
        try 0 "$name: passes" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" "pki/$value"
        return
        ;;
    policy) cp "$1.text" pki/example.conf ;;
    part) part "$1.text" >pki/example.conf ;;
    entry)
        {
            echo "$trust"
            echo "stack = ( $validity,"
            cat "$1.text"
            echo ");"
        } >pki/example.conf
        ;;
    expression\ *) condition "$1.text" >pki/example.conf ;;
    expressions\ *)
        each "$1.text" expression_row "$name" "$1.marks" "$value"
        return
        ;;
    refused\ *)
        each "$1.text" refused_row "$name" "$value"
        return
        ;;
    warned\ *)
        each "$1.text" warned_row "$name" "$value"
        return
        ;;
    refused-part\ *)
        each "$1.text" refused_part_row "$name" "$value"
        return
        ;;
    *)
        echo "# mark: $kind"
        result "$name: an example of a known kind" 1
        return
        ;;
    esac
    try 0 "$name: loads without a warning" lint
    checks "$name" "$1.marks"
    case $kind in expression\ *) judge "$name" "$1.marks" "$value" ;; esac
}

for text in ex/*.text; do
    example "${text%.text}"
done

# ---- nothing is left out, and nothing is there that is not

# section NAME: the items of a section of the page, without what is beside the names
section()
{
    awk -v from="$1" -v to="$2" '
        $0 == from { on = 1; next }
        on && to != "" && $0 == to { exit }
        on && /^\.It Cm/ { print }
    ' "$page" | sed -e 's/^\.It Cm //' -e 's/ .*//' | sort
}

sed -n 's/^    {"\([a-z0-9_]*\)",$/\1/p' "$srcdir/libmtlsauth/expr/function.c" | sort >known
section ".Ss Functions" ".Ss Limits" >listed
[ "$(wc -l <known)" -ge 19 ]
result "functions are known" $?
try 0 "all functions of the library, and no others" diff known listed
while read -r function; do
    for text in ex/*.text; do
        case $(tail -n 1 "${text%.text}.marks") in expression*) cat "$text" ;; esac
    done | grep -Eq "(^|[^a-z0-9_])$function\\("
    result "$function(): an example" $?
done <known

mtlsauth fields >table
sed -n 's/^\([^ ][^ ]*\) .*/\1/p' table | sed -E 's/^(cf\.)?tls_client_auth\.//' | sort >known
section ".Sh FIELDS" ".Sh FILES" >listed
try 0 "all fields, and no others" diff known listed
sed -nE 's/^\.It Cm ([^ ]*) Pq (.*)/\1 \2/p' "$page" | sort >listed
sed -nE 's/^([^ ]+)  ([a-z ]*[a-z])  .*/\1 \2/p' table | sed -E 's/^(cf\.)?tls_client_auth\.//' |
    sort >known
try 0 "each with its type" diff known listed

for plugin in plugins/*.so; do
    plugin=$(basename "$plugin" .so)
    mtlsauth plugins --plugin-dir "$MTLSAUTH_PLUGINS" "$plugin" >described
    sed -n '/^options/,/^$/p' described | sed -n 's/^  \([a-z_]*\)  .*/\1/p' >options
    [ -s options ]
    result "$plugin: has options" $?
    while read -r option; do
        sed -n '/^\.Sh PLUGINS/,/^\.Sh CONDITIONS/p' "$page" |
            grep -Eq "^\\.It Cm (.* )?$option( |\$)"
        result "$plugin: $option" $?
    done <options
done

# names FROM TO: what the items between two headings are called, a name a line
names()
{
    sed -n "/^$1\$/,/^$2\$/s/^\\.It Cm //p" "$page" | sed 's/ , / /g' | tr ' ' '\n' | sort -u
}

sed -n '/known_settings\[\]/,/;/p; /known_trust\[\]/,/;/p' "$srcdir/libmtlsauth/policy/policy.c" |
    grep -o '"[a-z_]*"' | tr -d '"' | grep -v '_file$' | sort -u >known
[ "$(wc -l <known)" -ge 13 ]
result "settings are known" $?
names "\.Sh SETTINGS" "\.Ss Lists and durations" >listed
try 0 "all settings, and no others" diff known listed

sed -n 's/^    \[MTLSAUTH_[A-Z_]*\] = "\([a-z_]*\)",$/\1/p' "$srcdir/libmtlsauth/base/result.c" |
    sort -u >known
[ "$(wc -l <known)" -ge 20 ]
result "results are known" $?
names "\.Ss Results and reasons" "\.Sh PLUGINS" >listed
try 0 "all results, and no others" diff known listed

finish

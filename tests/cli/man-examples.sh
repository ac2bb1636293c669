#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man-examples.sh - the examples of the manual do what they say: programs and plugins are built and
# run, policies and files of tests are asked, JSON is what its schema and the tools take.
#
# How examples are marked is said at the top of each page. Those of mtlsauth-policy(5) and
# mtlsauth-audit(1) have tests of their own.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}" "${MTLSAUTH_LIB:?the shared library}"
case ${MTLSAUTH_AUDIT:-} in '' | /*) ;; *) MTLSAUTH_AUDIT=$PWD/$MTLSAUTH_AUDIT ;; esac
make_pki
docs=$srcdir/docs
warnings='-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror'

mkdir -p include/mtlsauth
cp "$srcdir"/libmtlsauth/include/mtlsauth/*.h "$builddir/libmtlsauth/include/mtlsauth/version.h" include/mtlsauth
cp "$MTLSAUTH_LIB" libmtlsauth.so.0 && ln -s libmtlsauth.so.0 libmtlsauth.so

# mailbox ADDRESS: a certificate with that mailbox
mailbox()
{
    echo "subjectAltName = email:$1" >mailbox.ext
    openssl req -new -key pki/client.key -subj "/CN=$1" -out mailbox.csr 2>err &&
        openssl x509 -req -in mailbox.csr -CA pki/ca/intermediate.pem -CAkey pki/ca/intermediate.key \
            -set_serial 7 -days 30 -extfile mailbox.ext -out "pki/$1" 2>err
    result "a certificate for $1" $?
}
for address in jo@example.com JO@example.com jo@example.org root@example.com; do
    mailbox $address
done

# compile NAME ARGUMENT...: CC may be a command with arguments
compile()
{
    compile_name=$1
    shift
    # shellcheck disable=SC2086
    try 0 "$compile_name" ${CC:-cc} -std=c11 $warnings ${SAN_CFLAGS:-} -I include "$@"
}

# flags HEADER: what a page's header needs besides
flags()
{
    case $1 in
    *gnutls*) pkg-config --cflags gnutls ;;
    *openssl*) pkg-config --cflags libssl ;;
    esac
}

program() # NAME POLICY
{
    cp "$ex.text" "$1"
    compile "$where: $1 builds" "$1" -o program -L . -lmtlsauth -Wl,-rpath,"$dir"
    runs=0
    grep '^run ' "$ex.marks" >marked
    while read -r _ code cert text; do
        runs=$((runs + 1))
        try "$code" "$where: $1 of $cert" ./program "pki/$2" "$MTLSAUTH_PLUGINS" "pki/$cert"
        out_has "$where: says $text" "^$text"
    done <marked
    [ $runs -gt 0 ]
    result "$where: was run" $?
}

unit() # NAME
{
    library=${page##*mtlsauth-}
    library=${library%.3}
    [ "$library" != openssl ] || library=libssl
    case $library in
    gnutls | libssl)
        if ! pkg-config --exists "$library"; then
            skip "$where: $1 compiles" "no headers of $library"
            return
        fi
        ;;
    esac
    cp "$ex.text" "$1"
    # shellcheck disable=SC2046 # a word each
    compile "$where: $1 compiles" $(flags "$page") -Wno-missing-prototypes -c -o unit.o "$1"
}

plugin() # NAME.c
{
    cp "$ex.text" "$1"
    compile "$where: $1 builds" -fPIC -shared -Wno-missing-field-initializers \
        -o "$MTLSAUTH_PLUGINS/${1%.c}.so" "$1"
    try 0 "$where: it is a plugin" mtlsauth plugins --plugin-dir "$MTLSAUTH_PLUGINS" "${1%.c}"
    out_has "$where: of that name" "^${1%.c}"
}

policy() # NAME
{
    cp "$ex.text" "pki/$1"
    try 0 "$where: $1 loads without a warning" mtlsauth lint --plugin-dir "$MTLSAUTH_PLUGINS" "pki/$1"
    grep '^check ' "$ex.marks" >marked
    while read -r _ code reason cert; do
        try "$code" "$where: $1 on $cert" mtlsauth check --plugin-dir "$MTLSAUTH_PLUGINS" --policy "pki/$1" \
            --json "pki/$cert"
        out_has "$where: $reason" "\"reason\":\"$reason\""
    done <marked
}

tests_file() # NAME
{
    cp "$ex.text" "pki/$1"
    try 0 "$where: $1 passes" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" "pki/$1"
}

refused() # TEXT|TEXT...
{
    number=0
    while IFS= read -r row <&3; do
        number=$((number + 1))
        said=$(printf '%s\n' "$1" | tr '|' '\n' | sed -n "${number}p")
        echo "policy = \"api.conf\"; tests = ( { name = \"one\"; $row } );" >pki/refused.test
        try 2 "$where: refused: $row" mtlsauth test --plugin-dir "$MTLSAUTH_PLUGINS" pki/refused.test
        [ -n "$said" ] && cat out err | grep -Fq -e "$said"
        result "$where: says $said" $?
    done 3<refused.text
    [ "$number" -gt 0 ] && [ "$number" -eq "$(printf '%s\n' "$1" | tr '|' '\n' | wc -l)" ]
    result "$where: as many are refused as texts are given" $?
}

cat >schema.py <<'PYTHON'
import json, sys, warnings
warnings.simplefilter("ignore")
import jsonschema

docs, name, file = sys.argv[1:]
schema = json.load(open("%s/%s.schema.json" % (docs, name), encoding="utf-8"))
decision = json.load(open(docs + "/decision.schema.json", encoding="utf-8"))
resolver = jsonschema.RefResolver("", schema, store={"decision.schema.json": decision})
validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
example = json.load(open(file, encoding="utf-8"))
for error in validator.iter_errors(example):
    sys.exit(error.message)
if validator.is_valid(dict(example, more=1)):
    sys.exit("the schema takes anything")
PYTHON
python=/usr/bin/python3
"$python" -c 'import jsonschema' 2>/dev/null || python=

# The same words as in the header, however lines are broken.
services()
{
    sed -n '/^struct mtlsauth_services {/,/^};/p' include/mtlsauth/plugin.h | sed '1d;$d' |
        sed -e 's|/\*\*.*\*/||' | awk '/\/\*\*/ { skip = 1 } !skip; /\*\// { skip = 0 }' | tr -s ' \n' '\n\n' |
        grep . >in.header
    tr -s ' \n' '\n\n' <"$ex.text" | grep . >in.page
    [ "$(wc -l <in.header)" -gt 200 ]
    result "$where: the header declares services" $?
    try 0 "$where: they are those of the header" diff in.header in.page
}

json() # SCHEMA
{
    if [ -n "$python" ]; then
        try 0 "$where: by the schema of $1" "$python" schema.py "$docs" "$1" "$ex.text"
    else
        skip "$where: by the schema of $1" "no python3-jsonschema"
    fi
}

summary()
{
    if [ ! -x "${MTLSAUTH_AUDIT:-}" ]; then
        skip "$where: is merged" "mtlsauth-audit is not built"
        return
    fi
    cp "$ex.text" summary.json
    try 3 "$where: is merged" "$MTLSAUTH_AUDIT" merge summary.json summary.json
    out_has "$where: twice" '^Handshakes: 4,'
    # A member less, and it is none: all that are listed are needed.
    tr -d '\n' <summary.json | sed 's/"clients_left_out": 0,//' >less.json
    try 2 "$where: not without a member" "$MTLSAUTH_AUDIT" merge less.json
}

count=0
for page in mtlsauth.3 mtlsauth-gnutls.3 mtlsauth-openssl.3 mtlsauth-plugin.3 mtlsauth-decision.5 \
    mtlsauth-audit.5 mtlsauth-test.5; do
    rm -rf ex && mkdir ex
    awk -v dir=ex -f "$srcdir/tests/cli/examples.awk" "$docs/$page"
    [ ! -e ex/stray ] && [ -e ex/001.text ]
    result "$page: has examples, and no mark without one" $?
    for text in ex/*.text; do
        ex=${text%.text}
        where="$page:$(cat "$ex.line")"
        mark=$(tail -n 1 "$ex.marks")
        value=${mark#* }
        count=$((count + 1))
        case $mark in
        text) count=$((count - 1)) ;;
        program\ *) program "${value% *}" "${value#* }" ;;
        unit\ *) unit "$value" ;;
        plugin\ *) plugin "$value" ;;
        policy\ *) policy "$value" ;;
        file\ *) cp "$text" "pki/$value" ;;
        tests\ *) tests_file "$value" ;;
        refused\ *) # asks the policy of a later example
            [ ! -e refused.text ]
            result "$where: the one example of what is refused" $?
            cp "$text" refused.text
            refused_said=$value
            ;;
        services) services ;;
        decision) json decision ;;
        row) json audit ;;
        summary) summary ;;
        *)
            echo "# mark: $mark"
            result "$where: an example of a known kind" 1
            ;;
        esac
    done
done
where=mtlsauth-test.5
refused "$refused_said"
[ $count -ge 15 ]
result "examples were run" $?

finish

#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# third-party.sh - the example plugin, built as a stranger builds his: from the installed headers,
# in a directory of his own, with nothing of this tree. Then it judges as its README says.

. "${srcdir:-.}/tests/cli/lib.sh"

: "${builddir:?the build tree}"
CC=${CC:-cc}
make_pki

# What `make install` puts there.
mkdir -p include/mtlsauth stranger
cp "$srcdir"/libmtlsauth/include/mtlsauth/*.h include/mtlsauth
cp "$builddir/libmtlsauth/include/mtlsauth/version.h" include/mtlsauth
plugins=$MTLSAUTH_PLUGINS # a copy of our own
cp "$srcdir/examples/plugin/weekdays.c" stranger
cd stranger || exit 99

# $CC may be a command with arguments.
# shellcheck disable=SC2086
try 0 "it builds without a warning" $CC -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror \
    -fPIC -shared -I ../include -o weekdays.so weekdays.c
cp weekdays.so "$plugins"
if command -v nm >/dev/null; then
    # musl's start files bring _init and _fini.
    nm -D --defined-only weekdays.so | sed 's/.* //; /^_init$/d; /^_fini$/d' >out
    [ "$(cat out)" = mtlsauth_plugin ]
    result "it exports its descriptor and nothing else" $?
    nm -D --undefined-only weekdays.so | grep mtlsauth >out
    [ ! -s out ]
    result "it needs no symbol of the library" $?
else
    skip "what it exports" "no nm"
fi

try 0 "mtlsauth plugins shows it" mtlsauth plugins --plugin-dir "$plugins" weekdays
out_has "as a gate" '^weekdays: a gate$'
out_has "with its options" '^  days +strings'
out_has "their ranges and defaults" '^  to +int.*24'

# policy OPTIONS: lets in whoever has a valid certificate, at these times
policy()
{
    cat >policy.conf <<END
trust = { anchors = [ "../pki/ca/ca-chain.pem" ]; };
stack = (
  { control = "requisite"; plugin = "validity"; },
  { control = "requisite"; plugin = "weekdays"; $1 },
  { control = "required"; plugin = "permit"; }
);
END
}

# The next day of that name on which the certificate is valid, as an RFC 3339 date. The certificate
# begins to be valid today, so tomorrow is the first whole day.
day()
{
    awk -v wanted="$1" -v now="$(date +%s)" 'BEGIN {
        day = int(now / 86400) + 1
        while ((day + 3) % 7 != wanted)
            day++
        # days since 1970 to a date of the Gregorian calendar
        z = day + 719468; era = int(z / 146097); doe = z - era * 146097
        yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
        doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100))
        mp = int((5 * doy + 2) / 153); d = doy - int((153 * mp + 2) / 5) + 1
        m = mp < 10 ? mp + 3 : mp - 9; y = yoe + era * 400 + (m <= 2)
        printf "%04d-%02d-%02d", y, m, d
    }'
}

# at STATUS NAME TIME
at()
{
    try "$1" "$2" mtlsauth check --plugin-dir "$plugins" --policy policy.conf --time "$3" \
        ../pki/client.pem
}

monday=$(day 0)
saturday=$(day 5)
sunday=$(day 6)
policy 'days = [ "mon", "sun" ]; from = 8; to = 18;'
at 0 "a listed day, within the hours" "${monday}T12:00:00Z"
out_has "the trace has the entry" 'weekdays.* success'
at 0 "the other listed day" "${sunday}T12:00:00Z"
at 1 "a day that is not listed" "${saturday}T12:00:00Z"
out_has "the reason" 'rule'
out_has "its message names the time" 'sat 12:00 UTC is outside'
at 0 "the first second" "${monday}T08:00:00Z"
at 1 "the second before it" "${monday}T07:59:59Z"
at 0 "the last second" "${monday}T17:59:59Z"
at 1 "the second after it" "${monday}T18:00:00Z"
policy 'days_file = "days.list";'
printf '# from a file\nsat\n' >days.list
at 0 "days from a file, whole days by default" "${saturday}T23:59:59Z"
at 1 "and no other" "${monday}T12:00:00Z"

# bad NAME OPTIONS COLUMN MESSAGE: the policy does not load, and says where and why
bad()
{
    policy "$2"
    try 2 "$1" mtlsauth lint --plugin-dir "$plugins" policy.conf
    out_has "$1: the message" "^policy\\.conf:4:$3: error: $4"
}

bad "no days" '' 3 'option "days" is missing'
bad "an empty list of days" 'days = [ ];' 56 'weekdays holds on no day at all; name a day'
bad "a day that is none" 'days = [ "mon", "Tuesday" ];' 65 \
    '"Tuesday" is not a day of the week; write'
bad "an hour out of range" 'days = [ "mon" ]; to = 25;' 72 'to: must be between 1 and 24'
bad "hours that cross" 'days = [ "mon" ]; from = 18; to = 8;' 83 '"to" is not after "from"'
bad "a mistyped option" 'dais = [ "mon" ];' 49 \
    'unknown setting "dais" in an entry of plugin "weekdays"; did you mean "days"'
bad "a day without quotes" 'days = [ mon ];' 58 'the word mon stands without quotes; write "mon"'
bad "an hour in quotes" 'days = [ "mon" ]; from = "8";' 74 'from: expected a number'
policy 'days = [ "mon", "mon" ];'
try 1 "a day listed twice is a warning" mtlsauth lint --plugin-dir "$plugins" policy.conf
out_has "with its place" '^policy\.conf:4:65: warning: "mon" is listed twice'
sed 's/"requisite"; plugin = "weekdays"/"sufficient"; plugin = "weekdays"/' policy.conf >grant.conf
try 2 "it cannot let anyone in" mtlsauth lint --plugin-dir "$plugins" grant.conf
out_has "and says so" 'plugin "weekdays" is a gate here'

finish

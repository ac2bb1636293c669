#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man-files.sh - pages of section 5 name all members of the JSON, all columns of CSV and all settings of
# files of tests, and no others.
#
# shellcheck disable=SC2317 # functions are called through `try`

. "${srcdir:-.}/tests/cli/man-lib.sh"

# ---- members of JSON, columns of CSV

if python3 -c '' 2>/dev/null; then
    cat >properties.py <<'PYTHON'
import json, sys

# properties.py SCHEMA own|below POINTER: names of the properties of an object of the schema: its own, or
# also those of what is in them
node = json.load(open(sys.argv[1], encoding="utf-8"))
for step in filter(None, sys.argv[3].split("/")):
    node = node[int(step) if isinstance(node, list) else step]
found = set()
def walk(node, depth):
    if isinstance(node, list):
        for item in node:
            walk(item, depth)
    elif isinstance(node, dict):
        for name, below in node.get("properties", {}).items():
            if "decision.schema.json" not in str(below.get("$ref")):
                found.add(name)
                if sys.argv[2] == "below":
                    walk(below, depth + 1)
        for key in ("anyOf", "items"):
            walk(node.get(key), depth)
walk(node, 0)
print("\n".join(sorted(found)))
PYTHON
    # properties SCHEMA own|below POINTER
    properties()
    {
        python3 properties.py "$docs/$1.schema.json" "$2" "$3"
    }
    page=$docs/mtlsauth-decision.5
    while read -r pointer heading; do
        properties decision own "$pointer" >known
        at_least 6 "decision.schema.json $pointer" known
        part "$page" ".Ss $heading" | listed Cm >found
        same "mtlsauth-decision.5: $heading, and no others" known found
    done <<'END'
/ Members of a decision
/properties/trace Members of a row of the trace
/$defs/certificate Members of the certificate
/$defs/request Members of the request
END
    properties decision own '/properties/candidate' >known
    at_least 4 "members of a candidate" known
    part "$page" '.Ss Members of a decision' | told Cm >found
    grep -Fvx -f found known >left
    none_left "mtlsauth-decision.5: members of a candidate" left

    # Rows begin with the members of a decision, which the schema of rows names, too.
    page=$docs/mtlsauth-audit.5
    properties decision own / >of.decision
    properties audit own / | grep -Fvx -f of.decision >known
    at_least 20 "audit.schema.json" known
    part "$page" '.Sh ROWS OF JSON' | listed Cm >found
    same "mtlsauth-audit.5: members of rows, and no others" known found
    properties audit below / | grep -Fvx -f of.decision >known
    at_least 35 "audit.schema.json with what is in its members" known
    part "$page" '.Sh ROWS OF JSON' | told Cm >found
    grep -Fvx -f found known >left
    none_left "mtlsauth-audit.5: and what is in them" left
else
    skip "members of JSON" "no python3"
fi

page=$docs/mtlsauth-audit.5
sed -n '/^void row_csv_header/,/^}/p' "$srcdir/tools/audit/report/row.c" | grep -o '"[a-z0-9_,\\]*' |
    tr -d '\n"' | sed 's/\\.*//' | tr ',' '\n' | sort -u >known
at_least 30 "columns of CSV" known
part "$page" '.Sh COLUMNS OF CSV' | listed Cm >found
same "mtlsauth-audit.5: columns of CSV, and no others" known found

source=$srcdir/tools/audit/report/summary_json.c
sed -n '/ list_names/,/;/p' "$source" | grep -o '"[a-z]*"' | tr -d '"' >lists
at_least 8 "lists of summaries" lists
{
    cat lists
    sed 's/$/_left_out/' lists
    sed -n '/---- writing/,/---- reading/p' "$source" | grep -o '\\"[a-z_]*\\":' | tr -d '\\":'
    printf 'deny\nallow\nundetermined\n'
} | sort -u >known
part "$page" '.Sh SUMMARIES' >body
told Cm <body >found
grep -Fvx -f found known >left
none_left "mtlsauth-audit.5: members of summaries" left
listed Cm <body >found
at_least 25 "members of summaries" found
grep -Fvx -f known found >left
none_left "mtlsauth-audit.5: and no others" left

# ---- files of tests

page=$docs/mtlsauth-test.5
for row in "known_settings:THE FILE" "known_of_test:A TEST"; do
    tr '\n' ' ' <"$srcdir/tools/mtlsauth/test_file.c" | grep -o " ${row%:*}\\[\\][^;]*;" |
        grep -o '"[a-z_]*"' | tr -d '"' | sort -u >known
    at_least 4 "${row%:*}" known
    part "$page" ".Sh SETTINGS OF ${row#*:}" | listed Cm >found
    same "mtlsauth-test.5: SETTINGS OF ${row#*:}, and no others" known found
done

finish

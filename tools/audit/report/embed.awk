# SPDX-License-Identifier: BSD-2-Clause
#
# embed.awk - turns text files into a C source: for each, its lines as strings, NULL at the end.
# The array of page.css is page_css.

BEGIN {
    print "/* SPDX-License-Identifier: BSD-2-Clause */"
    print "/* Made by embed.awk. */"
    print "#include <stddef.h>"
    print "#include \"audit/report/page.h\""
}

FNR == 1 {
    if (NR > 1)
        print "    NULL\n};"
    name = FILENAME
    sub(/^.*\//, "", name)
    sub(/\./, "_", name)
    print "\nconst char *const " name "[] = {"
}

# Character by character: awks differ in what backslashes in gsub() mean.
{
    text = ""
    for (i = 1; i <= length($0); i++) {
        c = substr($0, i, 1)
        text = text (c == "\\" || c == "\"" || c == "?" ? "\\" c : c)
    }
    print "    \"" text "\","
}

END {
    if (NR > 0)
        print "    NULL\n};"
}

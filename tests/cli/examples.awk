# SPDX-License-Identifier: BSD-2-Clause
#
# examples.awk - the displays of a page of the manual, as plain text, for the tests that run them.
#
#     awk -v dir=DIR -f examples.awk PAGE
#
# Of the n-th display DIR/NNN.text has the text, DIR/NNN.marks the comments in front of it, which say
# what it is, and DIR/NNN.line its line. A comment that stands before no display is told in DIR/stray.

function plain(s) {
    gsub(/\\\(aq/, "\047", s); gsub(/\\\(ha/, "^", s); gsub(/\\\(ti/, "~", s); gsub(/\\\(dq/, "\"", s)
    gsub(/\\-/, "-", s); gsub(/\\&/, "", s); gsub(/\\e/, "\\", s)
    return s
}
/^\.Dd/ { body = 1; next }
!body { next }
/^\.\\" / { marks = marks substr($0, 5) "\n"; next }
/^\.Bd -literal/ { name = sprintf("%s/%03d", dir, ++n); printf "%s", marks >(name ".marks")
                   printf "" >(name ".text"); print NR >(name ".line"); inside = 1; next }
/^\.Ed/ { inside = 0; marks = ""; close(name ".text"); next }
inside { print plain($0) >(name ".text"); next }
/^\.[A-Z]/ && marks != "" { print "line " NR ": a mark, and no example" >(dir "/stray"); marks = "" }

# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=sh
#
# report.sh - reports as programs and browsers take them: JSON lines by the schema, CSV, the page in
# Chromium. What is not installed is skipped.

. "${srcdir:-.}/tests/cli/lib.sh"

sample=${builddir:-.}/tests/audit/report-sample
case $sample in /*) ;; *) skip_all "no builddir" ;; esac
[ -x "$sample" ] || skip_all "report-sample is not built"

"$sample" json 200 >rows.json && [ "$(wc -l <rows.json)" -eq 200 ]
result "200 lines of JSON" $?

# ---- by other programs

if python3 -c 'import jsonschema' 2>/dev/null; then
    cat >check.py <<'PYTHON'
import base64, csv, hashlib, ipaddress, json, struct, sys
import warnings
warnings.simplefilter("ignore")
import jsonschema

docs = sys.argv[1]
schema = json.load(open(docs + "/audit.schema.json"))
decision = json.load(open(docs + "/decision.schema.json"))
resolver = jsonschema.RefResolver("", schema, store={"decision.schema.json": decision})
validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
rows = [json.loads(line) for line in open("rows.json", encoding="utf-8")]
for number, row in enumerate(rows):
    for error in validator.iter_errors(row):
        sys.exit("row %d: %s" % (number, error.message))
    flow = row["flow"]
    ends = sorted([(ipaddress.ip_address(flow["source"]).packed, flow["source_port"]),
                   (ipaddress.ip_address(flow["destination"]).packed, flow["destination_port"])])
    data = (struct.pack("!H", 0) + ends[0][0] + ends[1][0] + bytes([6, 0])
            + struct.pack("!HH", ends[0][1], ends[1][1]))
    if flow["community_id"] != "1:" + base64.b64encode(hashlib.sha1(data).digest()).decode():
        sys.exit("community id of row %d" % number)
    spoilt = dict(row, visibility="seen")
    if validator.is_valid(spoilt) or validator.is_valid(dict(row, more=1)):
        sys.exit("the schema takes anything")
lines = list(csv.DictReader(open("rows.csv", encoding="utf-8", newline=""), strict=True))
if len(lines) != len(rows):
    sys.exit("lines of CSV: %d" % len(lines))
for number, (line, row) in enumerate(zip(lines, rows)):
    if None in line or None in line.values():
        sys.exit("line %d has another number of fields" % number)
    if line["verdict"] != row["would"] or line["message"] != row["message"]:
        sys.exit("line %d differs from its row" % number)
    if any(value[:1] in ("=", "+", "-", "@") for value in line.values()):
        sys.exit("line %d has a formula" % number)
PYTHON
    "$sample" csv 200 >rows.csv
    try 0 "JSON by the schema, community ids, CSV" python3 check.py "$srcdir/docs"
else
    skip "JSON by the schema, community ids, CSV" "no python3-jsonschema"
fi

# ---- the page

"$sample" html 6000 >page.html
result "the page is written" $?
[ "$(grep -c '<script' page.html)" -eq 3 ] && [ "$(grep -o '</script>' page.html | wc -l)" -eq 3 ]
result "no name from outside opens or ends a script" $?
! grep -Eq '(src|href)=|url\(|@import|import\(|fetch\(|XMLHttpRequest|innerHTML|outerHTML|eval\(' \
    "$srcdir"/tools/audit/report/page.css "$srcdir"/tools/audit/report/page.js "$srcdir"/tools/audit/report/page.html
result "nothing is loaded, and no text is taken for markup" $?

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
if [ -z "$chromium" ]; then
    skip "the page in a browser" "no Chromium"
    finish
fi

# browse FILE [OPTION...]: the document as it is after its scripts, in `dom`; what tests look at, in `out`
browse()
{
    browse_file=$1
    shift
    HOME=$dir timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$dir/profile" --virtual-time-budget=10000 --allow-file-access-from-files \
        "$@" --dump-dom "file://$dir/$browse_file" >dom 2>/dev/null
    grep -E '^<title>|id="shown"|^said: |<pre id="said">|id="x"' dom | cut -c 1-2000 >out
}

printf '<!DOCTYPE html><p id="x">no</p><script>document.getElementById("x").textContent="y"+"es"</script>' \
    >works.html
if ! browse works.html || ! grep -q '>yes<' out; then
    skip "the page in a browser" "Chromium does not run here"
    finish
fi

browse page.html
out_has "the page's own script runs" '5,000 rows match of 5,000; the first 200 are shown. 1,000 more are in'
out_has "and nothing that a name holds" '<title>mtlsauth-audit</title>'
[ "$(grep -o '<tr class="row"' dom | wc -l)" -eq 200 ]
result "200 rows are drawn" $?
sed 's|</body>|<script>document.title="foreign"</script></body>|' page.html >foreign.html
browse foreign.html
out_has "the page's policy lets no other script run" '<title>mtlsauth-audit</title>'

# drive SCRIPT: a copy without its policy, in which SCRIPT runs behind the page's own; say() reports.
drive()
{
    {
        sed '/http-equiv="Content-Security-Policy"/d; s|</body>||; s|</html>||' page.html
        cat <<'HTML'
<pre id="said"></pre><script>
function say(text) { document.getElementById("said").textContent += "said: " + text + "\n"; }
function id(name) { return document.getElementById(name); }
function set(name, value) { id(name).value = value; id(name).dispatchEvent(new Event("input", { bubbles: true })); }
HTML
        printf '%s\n</script></body></html>\n' "$1"
    } >driven.html
}

drive '
set("f-verdict", "undetermined"); say("verdict " + id("shown").textContent);
say("others " + document.querySelectorAll("#body .verdict:not(.undetermined)").length);
set("f-verdict", ""); set("f-reason", "expired"); say("reason " + document.querySelector("#body .client").textContent);
set("f-reason", ""); set("f-text", "JANE no_match"); say("text " + id("shown").textContent);
id("f-changed").checked = true; set("f-text", ""); say("changed " + id("shown").textContent);
id("f-changed").checked = false; set("f-text", "nothing at all"); say("none " + id("shown").textContent);
set("f-text", "john");
var button = document.querySelector("#body button");
button.focus(); button.click();
var detail = id(button.getAttribute("aria-controls"));
say("open " + button.getAttribute("aria-expanded") + " " + detail.textContent);
say("focus " + (document.activeElement === button));
button.click(); say("closed " + (id(button.getAttribute("aria-controls")) === null));
set("f-text", ""); id("more").click(); say("more " + document.querySelectorAll("#body tr.row").length);
var named = Array.from(document.querySelectorAll("button, input, select, svg[role=img]")).filter(function (e) {
  return !(e.getAttribute("aria-label") || e.textContent.trim() || (e.labels && e.labels.length)); });
say("unnamed " + named.length);
say("paper " + getComputedStyle(document.body).backgroundColor);
'
browse driven.html --blink-settings=preferredColorScheme=1
out_has "filters by verdict" 'said: verdict [1-9][0-9,]* rows match of 5,000'
out_has "and by nothing else" 'said: others 0$'
out_has "filters by reason" 'said: reason CN=expired$'
out_has "filters by words, whatever their case" 'said: text [1-9][0-9,]* rows match of 5,000'
out_has "filters by change" 'said: changed [1-9][0-9,]* rows match of 5,000'
out_has "says when nothing matches" 'said: none 0 rows match of 5,000'
out_has "a row opens" 'said: open true .*Trace of policy new.*validity.*Certificate.*SHA-256.*Flow.*community id'
out_has "its button keeps the focus" 'said: focus true'
out_has "a row closes" 'said: closed true'
out_has "more rows on demand" 'said: more 400$'
out_has "all that is used has a name" 'said: unnamed 0$'
out_has "light" 'said: paper rgb\(246, 247, 249\)'
browse driven.html --blink-settings=preferredColorScheme=0
out_has "dark" 'said: paper rgb\(15, 19, 24\)'

# A phone, 360 pixels wide: a frame, because windows are not that narrow.
drive '
document.querySelectorAll("#body button").forEach(function (b, i) { if (i < 9) b.click(); });
parent.postMessage("wide " + document.documentElement.scrollWidth + " of " + innerWidth, "*");
'
mv driven.html inner.html
cat >phone.html <<'HTML'
<!DOCTYPE html><pre id="said"></pre>
<script>addEventListener("message", function (e) { document.getElementById("said").textContent = e.data; });</script>
<iframe src="inner.html" width="360" height="800" style="border:0"></iframe>
HTML
browse phone.html
out_has "nothing is wider than a phone" '>wide 3[0-9][0-9] of 3[0-9][0-9]<'
wide=$(sed -n 's/.*>wide \([0-9]*\) of \([0-9]*\)<.*/\1 \2/p' out)
# shellcheck disable=SC2086
set -- $wide 1 0
[ "$1" -le "$2" ]
result "it does not scroll sideways" $?

finish

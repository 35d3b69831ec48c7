#!/bin/sh
# Pages of run, compare and sweep: complete by themselves, escaped, the same
# bytes each time, written at once or not at all.  With --browser they are also
# opened in Chromium (exit 77 without one).
set -eu
: "${WBSIM:?}"
: "${WBSIM_SOURCE:?}"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
	echo "pages: $*" >&2
	exit 1
}

# A name that closes tags, quotes and the shell's words when not escaped, and
# gnuplot's texts.
hostile="</title><script>console.error(1)</script>'\"&amp; \$(id) \`id\`"
cat >experiment.py <<'EOF'
import json, sys
path, name = sys.argv[1:]
with open(path) as f:
    experiment = json.load(f)
experiment["name"] = name
experiment["comment"] = name
json.dump(experiment, sys.stdout)
EOF

"$WBSIM" run "$WBSIM_SOURCE/workloads/quickstart.json" --quiet --no-plots \
	-o "run" >/dev/null
python3 experiment.py run/config.json "$hostile" >hostile.json
"$WBSIM" run hostile.json --quiet --no-plots -o "a dir's <b>" >/dev/null
"$WBSIM" compare "$WBSIM_SOURCE/workloads/quickstart.json" --quiet --no-plots \
	--kernel linux-6.16 --kernel linux-6.17 -o "compare" >/dev/null
cat >study.json <<'EOF'
{ "question": "Does <img src=x onerror=console.error(2)> & 'this' \"get\" out?",
  "workload": "hostile.json",
  "grid": { "design": [ "map-blocks", "writeback-range" ],
            "kernel.ioend.max_folios": [ 256, 4096 ] },
  "figures": [ "elapsed", "ioends" ] }
EOF
"$WBSIM" sweep study.json --quiet --no-plots -o "sweep" >/dev/null

for dir in run "a dir's <b>" compare sweep; do
	"$WBSIM" report "$dir" >out
	grep -qxF "report:   $dir/report.html" out || fail "prints $(cat out)"
	"$WBSIM" report "$dir" -o again.html >/dev/null
	cmp -s "$dir/report.html" again.html ||
		fail "$dir: not the same bytes again"
	page=$dir/report.html
	"$here/check_page.py" "$page" || fail "$dir: see above"
	grep -qF 'How to reproduce' "$page" || fail "$dir: nothing to reproduce"
	grep -qF 'wbsim report' "$page" || fail "$dir: no command"
done
grep -qF "&lt;/title&gt;&lt;script&gt;" "a dir's <b>/report.html" ||
	fail "the name is not on the page"
# the words of a command survive both escapes
grep -qF "wbsim plot &#39;a dir&#39;\\&#39;&#39;s &lt;b&gt;&#39;" \
	"a dir's <b>/report.html" || fail "the folder's name is not quoted"

# the commands on the page give the digest on the page
digest=$(sed -n 's/.*event digest must be <code>\([0-9a-f]*\)<.*/\1/p' \
	run/report.html)
command=$(sed -n 's/^.*<pre[^>]*>wbsim run //p' run/report.html)
sh -c "'$WBSIM' run $command --quiet --no-plots -o rerun" >/dev/null
[ -n "$digest" ] || fail "no digest on the page"
grep -qF "\"event_digest\": \"$digest\"" rerun/result.json ||
	fail "the command on the page gives another run"

# not written: no file, no leftover
if "$WBSIM" report run -o missing/page.html >out 2>err; then
	fail "wrote into a folder that does not exist"
elif [ $? -ne 2 ] || [ -e missing ] || [ "$(wc -l <err)" -ne 1 ]; then
	fail "writing into a missing folder: $(cat err)"
fi
echo '{' >run/result.json
cp run/report.html before.html
if "$WBSIM" report run >out 2>err; then
	fail "took a damaged result"
fi
cmp -s run/report.html before.html || fail "a failure touched the old page"
"$WBSIM" run hostile.json --quiet --no-plots -o run >/dev/null

# no gnuplot: a page all the same, that says so
mkdir bin
for tool in python3 sh; do ln -s "$(command -v $tool)" bin/; done
PATH=$work/bin "$WBSIM" report compare -o bare.html >/dev/null 2>err ||
	fail "no page without gnuplot"
grep -q 'gnuplot is not installed' bare.html ||
	fail "does not say why pictures are missing"

[ "${1:-}" = --browser ] || exit 0
exec "$here/browser.py" "a dir's <b>/report.html" compare/report.html \
	sweep/report.html

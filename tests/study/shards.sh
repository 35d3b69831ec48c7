#!/bin/sh
# shards.sh - parts of a sweep, merged in any order, equal one sweep; what
# does not belong together is refused
set -u
# shellcheck source=tests/study/common.sh
. "$(dirname "$0")/common.sh"
make_study
"$WBSIM" sweep study.json --quiet -o whole >whole.txt || fail "whole sweep"
for i in 1 2; do
	"$WBSIM" sweep study.json --quiet --no-plots --shard $i/2 \
		>/dev/null || fail "shard $i"
done
[ "$(nr_lines out/study-1-of-2/points.jsonl)" -eq 12 ] || fail "half has 12"
"$WBSIM" merge out/study-2-of-2 out/study-1-of-2 -o merged --quiet \
	>merged.txt || fail "merge"
diff -r whole merged || fail "merged differs from whole"
sed 's/merged/whole/' merged.txt | cmp - whole.txt || fail "output differs"

if command -v parallel >/dev/null; then
	# shellcheck disable=SC2016
	seq 3 | parallel --will-cite -j 3 \
		'"$WBSIM" sweep study.json --quiet --no-plots --shard {}/3 >/dev/null' ||
		fail "GNU parallel"
	"$WBSIM" merge out/study-*-of-3 -o spread >/dev/null || fail "merge of 3"
	diff -r whole spread || fail "spread by GNU parallel differs"
fi

# a part and what has all of it; twice the same part
"$WBSIM" merge whole out/study-1-of-2 -o again --no-plots >/dev/null ||
	fail "merge with overlap"
cmp whole/points.jsonl again/points.jsonl || fail "overlap changes points"

# must fail [TEXT] COMMAND...: exit 2, message, nothing written
must_fail() {
	text=$1
	shift
	"$@" -o refused >/dev/null 2>message.txt
	[ $? -eq 2 ] || fail "not refused: $*"
	grep -q "$text" message.txt || fail "no '$text' in: $(cat message.txt)"
	[ ! -e refused ] || fail "something was written by $*"
}
must_fail '12 of 24 points are missing, first point 2' \
	"$WBSIM" merge out/study-1-of-2
sed 's/"1GiB"/"2GiB"/; s/"4GiB"/"8GiB"/' study.json >other.json
"$WBSIM" sweep other.json --quiet --no-plots --shard 2/2 >/dev/null ||
	fail "other study"
must_fail 'another study than in out/study-1-of-2' \
	"$WBSIM" merge out/study-1-of-2 out/other-2-of-2
sed -i 's/8000/8001/' workload.json
"$WBSIM" sweep study.json --quiet --no-plots --shard 2/2 -o changed \
	>/dev/null || fail "changed workload"
must_fail 'its workload or a preset was another' \
	"$WBSIM" merge out/study-1-of-2 changed
must_fail 'no finished sweep' "$WBSIM" merge .
head -n 3 whole/points.jsonl >out/study-1-of-2/points.jsonl
must_fail 'is missing\|are missing\|not that of a finished' \
	"$WBSIM" merge out/study-1-of-2 out/study-2-of-2
echo "parts equal the whole"

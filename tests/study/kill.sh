#!/bin/sh
# kill.sh - a sweep killed three times ends like one that was not
set -u
# shellcheck source=tests/study/common.sh
. "$(dirname "$0")/common.sh"
make_study
"$WBSIM" sweep study.json --quiet -o whole >whole.txt || fail "whole sweep"

killed=0
for want in 3 9 16; do
	"$WBSIM" sweep study.json --quiet -j 2 -o killed >/dev/null 2>&1 &
	pid=$!
	while [ "$(nr_lines killed/points.jsonl)" -lt "$want" ] &&
		kill -0 "$pid" 2>/dev/null; do
		sleep 0.01
	done
	if kill -9 "$pid" 2>/dev/null; then killed=$((killed + 1)); fi
	wait "$pid" 2>/dev/null
	lines=$(nr_lines killed/points.jsonl)
	[ "$lines" -lt 24 ] || fail "nothing was left to run after the kill"
	[ ! -f killed/sweep.json ] || fail "the killed sweep had ended"
done
[ "$killed" -eq 3 ] || fail "killed $killed times instead of 3"
cp killed/points.jsonl before.jsonl
"$WBSIM" sweep study.json --quiet -o killed >killed.txt || fail "last sweep"
cmp whole/points.jsonl killed/points.jsonl || fail "points differ"
diff -r whole killed || fail "folders differ"
sed 's/killed/whole/' killed.txt | cmp - whole.txt || fail "output differs"
# the lines of the killed sweeps were kept, in whatever order they came
[ "$(nr_lines before.jsonl)" -ge 16 ] || fail "too few lines survived"
echo "killed 3 times, equal"

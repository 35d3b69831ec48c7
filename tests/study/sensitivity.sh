#!/bin/sh
# sensitivity.sh - a workload whose answer can be calculated: 40 writes and syncs
# to a memory file system, one after the other; each takes the store's latency
set -u
# shellcheck source=tests/study/common.sh
. "$(dirname "$0")/common.sh"
cat >workload.json <<'EOF'
{ "name": "one-by-one", "filesystem": "memory",
  "files": [ { "name": "f", "initial": "empty" } ],
  "threads": [ { "name": "writer", "loop": 40, "ops": [
    { "op": "write", "file": "f", "total_bytes": "4KiB", "write_bytes": "4KiB" },
    { "op": "fsync", "file": "f" },
    { "op": "sleep", "duration_ns": "1us" } ] } ] }
EOF
cat >study.json <<'EOF'
{ "question": "What does a loop of small writes depend on?",
  "workload": "workload.json",
  "grid": {
    "memory_bytes": { "from": "1GiB", "to": "8GiB", "factor": 2 },
    "threads[0].ops[2].duration_ns": { "from": "10us", "to": "40us", "points": 4 },
    "filesystem.memory_latency_ns": { "from": "100us", "to": "400us", "points": 4 } },
  "figures": ["elapsed"] }
EOF
"$WBSIM" sensitivity study.json --figure elapsed --quiet --no-plots \
	--format csv >ranking.txt || fail "sensitivity"
cat ranking.txt
# 40 times 300 us, 40 times 30 us, nothing
awk -F, '
NR == 2 { ok = $2 == "filesystem.memory_latency_ns" && $4 > 11.9e6 && $4 < 12.1e6 }
NR == 3 { ok = ok && $2 == "threads[0].ops[2].duration_ns" && $4 > 1.1e6 && $4 < 1.3e6 }
NR == 4 { ok = ok && $2 == "memory_bytes" && $4 == 0 && $9 != "" }
END { exit !(ok && NR == 4) }' ranking.txt || fail "ranking is wrong"
cmp ranking.txt out/study-sensitivity/ranking.csv || fail "files differ"

# the same plan again finds all of its points
cp -R out/study-sensitivity first
"$WBSIM" sensitivity study.json --figure elapsed --no-plots --format csv \
	2>message.txt | cmp - ranking.txt || fail "another ranking"
grep -q '^wbsim: 0 of 40 points to run' message.txt || fail "ran again"
diff -r first out/study-sensitivity || fail "folders differ"
echo "ranked as calculated"

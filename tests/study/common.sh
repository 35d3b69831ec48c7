# shellcheck shell=sh
# What the tests of studies share; sourced.  $WBSIM: the program.
: "${WBSIM:?is the program to test}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# make_study - study.json of 24 points over a workload that both builds have;
# a point takes long enough to be hit by a kill
make_study() {
	cat >workload.json <<-'EOF'
	{ "name": "small-folios", "filesystem": "memory",
	  "frames": { "policy": "probability" },
	  "files": [ { "name": "f", "initial": "empty" } ],
	  "threads": [ { "name": "writer", "ops": [
	    { "op": "open", "file": "f", "create": true },
	    { "op": "write", "file": "f", "pattern": "random",
	      "total_bytes": "256MiB", "write_bytes": "4KiB", "count": 8000 },
	    { "op": "fsync", "file": "f" } ] } ] }
	EOF
	cat >study.json <<-'EOF'
	{ "question": "Does a study survive?", "workload": "workload.json",
	  "grid": {
	    "filesystem.memory_latency_ns": { "from": "10us", "to": "40us", "step": "10us" },
	    "memory_bytes": { "from": "1GiB", "to": "4GiB", "factor": 4 } },
	  "seeds": [1, 2, 3],
	  "figures": ["elapsed", "folios"],
	  "plot": { "x": "filesystem.memory_latency_ns", "figure": "elapsed" } }
	EOF
}

# nr_lines FILE - number of lines, 0 when there is no such file
nr_lines() {
	if [ -f "$1" ]; then wc -l <"$1"; else echo 0; fi
}

fail() {
	echo "FAILED: $*"
	exit 1
}

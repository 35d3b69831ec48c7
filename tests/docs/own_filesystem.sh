#!/bin/sh
# own_filesystem.sh - the file system of docs/add-a-filesystem.md runs under
# both designs and lays files out as it says
# $WBSIM: the program with docs/examples/chunkfs.c in its table
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# figure WORKLOAD DESIGN NAME - its value
figure() {
	"$WBSIM" run "$1" --design "$2" --no-plots --quiet --format csv \
		--set 'filesystem={"type":"chunkfs"}' -o "$work/run" \
		>"$work/csv" || exit 1
	sed -n "s/^$3,\([0-9]*\),.*/\1/p" "$work/csv"
}

expect() {
	[ "$2" = "$3" ] && return
	echo "$1: '$2', expected $3"
	exit 1
}

for design in map-blocks writeback-range; do
	# one file: its chunks follow each other, one ioend for 64 MiB
	expect "one writer, $design" \
		"$(figure workloads/quickstart.json $design ioends)" 1
done
# two files that grow together: their chunks alternate, an ioend for each MiB
expect "two writers" \
	"$(figure workloads/two-writers.json writeback-range ioends)" 128
expect "two writers, written" \
	"$(figure workloads/two-writers.json writeback-range written)" 134217728
expect "checks" "$(sed -n 's/.*"ok": false.*/failed/p' \
	"$work/run/result.json")" ""

#!/bin/sh
# fuse_published.sh WBSIM - published FUSE measurements that the model must meet
# Speed-up in tenths of a percent: time under the old design over time under the
# new one, less 1.  The bounds are those the measurements leave: "about 40 %",
# "roughly the same".
set -eu
wbsim=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# within WORKLOAD OLD NEW LOW HIGH
within() {
	"$wbsim" compare "workloads/$1.json" --design "$2" --design "$3" \
		--no-plots --format csv -o "$out/$1" >"$out/csv"
	gain=$(awk -F, '$1 == "elapsed" { printf "%d", ($2 / $3 - 1) * 1000 }' \
		"$out/csv")
	echo "$1: $3 against $2: $gain per mille faster, expected $4 to $5"
	[ "$gain" -ge "$4" ] && [ "$gain" -le "$5" ]
}

within fuse-small-redirty fuse-whole-folio writeback-range 300 500
within fuse-chunk-redirty fuse-whole-folio writeback-range -30 30
within fuse-write-4k fuse-temporary-pages fuse-whole-folio 150 250

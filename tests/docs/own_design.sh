#!/bin/sh
# own_design.sh - the design of docs/add-a-design.md runs and does what it says
# $WBSIM: the program with docs/examples/own_design.c in its table
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
own=docs/examples/own_design.c

# figure DESIGN NAME - its value for the quickstart workload
figure() {
	"$WBSIM" run workloads/quickstart.json --design "$1" --no-plots --quiet \
		--format csv -o "$work/$1" >"$work/csv" || exit 1
	sed -n "s/^$2,\([0-9]*\),.*/\1/p" "$work/csv"
}

if [ "$(wc -l <$own)" -ge 100 ]; then
	echo "$own has 100 lines or more"
	exit 1
fi
if ! "$WBSIM" list designs | grep -q '^ioend-4m '; then
	echo "wbsim list designs does not show it"
	exit 1
fi
# 64 MiB contiguous in the file and on the device: one bio without a cap
for pair in writeback-range:1 ioend-4m:16; do
	design=${pair%:*}
	bios=$(figure "$design" bios)
	if [ "$bios" != "${pair#*:}" ]; then
		echo "$design: '$bios' bios, expected ${pair#*:}"
		exit 1
	fi
done

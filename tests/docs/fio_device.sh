#!/bin/sh
# fio_device.sh - scripts/fio-to-device makes a preset of fio's results that
# the program takes and that behaves as measured; bad input is refused
# $WBSIM: the program
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tool=scripts/fio-to-device
sample=docs/examples/fio-sample.json

fail() {
	echo "fio_device: $*"
	exit 1
}

cp -r configs "$work/configs"
WBSIM_CONFIGS=$work/configs
export WBSIM_CONFIGS
preset=$work/configs/devices/my-drive.json
python3 $tool --name my-drive $sample >"$preset" 2>"$work/err" ||
	fail "$(cat "$work/err")"
# 28413 ns less 4096 bytes at 1.2 GB/s; 240000 a second x 25 us
for line in '"units": 6,' '"latency_ns": 25000,' \
	'"bandwidth_bytes_per_s": 1200000000,'; do
	grep -qF "$line" "$preset" || fail "no $line in $(cat "$preset")"
done
grep -q 'rate, 4096 bytes at depth 64: measured 240000 .*(+0.0 %)' \
	"$work/err" || fail "prediction: $(cat "$work/err")"

# 256 MiB in large requests leave at the measured bandwidth: 224 ms, and up to
# 2 % for the CPU's share of the fsync before the first and after the last
"$WBSIM" run workloads/seq-append.json --set device=my-drive --no-plots \
	--quiet --format csv -o "$work/run" >"$work/csv" || fail "does not run"
ns=$(sed -n 's/^sync_phase,\([0-9]*\),.*/\1/p' "$work/csv")
if [ "$ns" -lt 223696213 ] || [ "$ns" -gt 228170137 ]; then
	fail "256 MiB take $ns ns at 1.2 GB/s"
fi

# refuse JOBS MESSAGE - exit 2, nothing on standard output, one line
refuse() {
	echo "$1" >"$work/bad.json"
	python3 $tool "$work/bad.json" >"$work/out" 2>"$work/err"
	[ $? -eq 2 ] || fail "takes $1"
	[ ! -s "$work/out" ] || fail "writes something for $1"
	grep -q "$2" "$work/err" || fail "says $(cat "$work/err")"
	[ "$(wc -l <"$work/err")" -eq 1 ] || fail "more than a line"
}
refuse '{' 'no JSON'
refuse '[]' 'not written by fio'
refuse '{"jobs": []}' 'no job wrote anything'
refuse '{"jobs": [{"jobname": "a", "job options": {"bs": "4k", "iodepth": "8"},
	"write": {"iops": 1, "bw_bytes": 4096, "clat_ns": {"mean": 9}}}]}' \
	'no write job of iodepth 1'
refuse '{"jobs": [{"jobname": "a", "job options": {"bs": "4q"},
	"write": {"iops": 1, "bw_bytes": 4096, "clat_ns": {"mean": 9}}}]}' \
	"block size '4q'"

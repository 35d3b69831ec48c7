#!/bin/sh
# doctored.sh - a recording of throttling in which one field was changed is
# found: its row is named and the exit status is 1
#
# $WBSIM is the program; run from the top of the source tree.
set -eu
: "${WBSIM:?is the program to test}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
timed=tests/groundtruth/timed/6.17.13/t19-throttle-40.json.gz
structural=tests/groundtruth/traces/6.17.13/s15-xfs-throttle.json.gz
fuse=tests/groundtruth/traces/6.17.13/s14-fuse-seq1m.json.gz
failed=0

# validate FILE: what is not full goes to $work/rows
validate() {
	"$WBSIM" validate "$work/$1" --timed --quiet --format json \
		>"$work/out" 2>"$work/rows" || return $?
}

# expect RECORDING SED-SCRIPT ROW: with the change, ROW is not full
expect() {
	gzip -dc "$1" | sed -E "$2" >"$work/case.json"
	if gzip -dc "$1" | cmp -s - "$work/case.json"; then
		echo "doctored: $2 changes nothing in $1"
		failed=1
		return
	fi
	status=0
	validate case.json || status=$?
	if [ "$status" != 1 ] || ! grep -qF "$3: " "$work/rows"; then
		echo "doctored: $2 in $1: exit status $status, expected 1 and '$3':"
		cat "$work/rows"
		failed=1
	fi
}

# the recordings themselves are full
for recording in "$timed" "$structural" "$fuse"; do
	gzip -dc "$recording" >"$work/case.json"
	status=0
	validate case.json || status=$?
	if [ "$status" -gt 1 ] || grep -qF 'exact, expected all' "$work/rows"; then
		echo "doctored: $recording itself is not full:"
		cat "$work/rows"
		failed=1
	fi
done

bdp='balance_dirty_pages'
# the first event with that value only: the rest of the line stays
expect "$timed" 's/(dirty=2[0-9]*)( wb_setpoint)/\11\2/' \
	"$bdp: limit, setpoint, dirty"
expect "$timed" 's/task_ratelimit=0 dirtied=/task_ratelimit=4 dirtied=/' \
	"$bdp: task_ratelimit"
expect "$timed" 's/pause=24 period=24/pause=24 period=28/' "$bdp: period"
expect "$timed" 's/pause=24 period=/pause=20 period=/' "$bdp: pause"
expect "$timed" 's/dirtied_pause=200 /dirtied_pause=201 /' \
	"$bdp: dirtied_pause"
expect "$timed" 's/(balanced_dirty_ratelimit=)102400/\1102396/' \
	"bdi_dirty_ratelimit: task, balanced, new rate"
expect "$timed" 's/to_write=1024 /to_write=2048 /' \
	"writeback_single_inode: to_write, background"
# without a deterministic clock: what needs nothing unrecorded
expect "$structural" 's/(balanced_dirty_ratelimit=)102400/\1102396/' \
	"bdi_dirty_ratelimit: task, balanced, new rate"
expect "$structural" 's/setpoint=3328 dirty=/setpoint=3329 dirty=/' \
	"$bdp: limit, setpoint, dirty"
# a damaged event is a damaged recording
gzip -dc "$timed" | sed 's/ think=4//' >"$work/case.json"
status=0
validate case.json || status=$?
if [ "$status" != 2 ] || ! grep -q 'expected think' "$work/rows"; then
	echo "doctored: an event without think: exit status $status, expected 2"
	cat "$work/rows"
	failed=1
fi
exit $failed

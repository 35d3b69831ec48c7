#!/bin/sh
# control.sh KERNEL - throttling arithmetic against the recordings of KERNEL
#
# Every value that must follow from recorded inputs does, and none of the
# rows is empty.  $WBSIM is the program; run from the top of the source tree.
set -eu
: "${WBSIM:?is the program to test}"
kernel=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rows='structural,limits structural,task_ratelimit structural,period
structural,pause structural,dirtied_pause structural,strict
structural,strict_dirtied_pause structural,rate_step structural,dirty_rate
structural,bandwidth structural,chunk'

mkdir "$work/$kernel"
for file in tests/groundtruth/traces/"$kernel"/s15*.json* \
	tests/groundtruth/traces/"$kernel"/s08-*.json* \
	tests/groundtruth/traces/"$kernel"/s14-fuse-seq1m.json*; do
	cp "$file" "$work/$kernel"
done
for file in tests/groundtruth/timed/"$kernel"/t1[89]-*.json*; do
	[ -e "$file" ] || continue
	cp "$file" "$work/$kernel"
	rows="$rows timed,limits timed,task_ratelimit timed,period timed,pause
		timed,dirtied_pause timed,rate_step timed,chunk"
done

# exit status 1 may also be a bound on times, which are judged elsewhere
status=0
"$WBSIM" validate "$work" --timed --quiet --format csv >"$work/out" \
	2>"$work/err" || status=$?
sed -n '/^kernel,recordings/,$p' "$work/out"
if [ "$status" -gt 1 ] || grep -F 'exact, expected all' "$work/err"; then
	echo "control: exit status $status, or a row is not full"
	exit 1
fi
status=0
for row in $rows; do
	if ! grep -q "^$kernel,$row,[1-9]" "$work/out"; then
		echo "control: no event of $row was reproduced"
		status=1
	fi
done
exit $status

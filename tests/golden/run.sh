#!/bin/sh
# run.sh [--accept] CASE-DIR... - run cases, compare what they print
#
# A case is a folder with `cmd`, a shell script that is run in a copy of the
# folder with $WBSIM set to the program, and what it must do:
#   stdout, stderr            exactly this text, or
#   stdout.glob, stderr.glob  a shell pattern for the whole text
#   status                    exit status (without it: 0)
#   needs-block               only with the block layer built in
# A missing stdout or stderr stands for no output.  --accept writes stdout,
# stderr and status anew where there is no .glob.
set -u
: "${WBSIM:?is the program to test}"
accept=
if [ "${1-}" = --accept ]; then
	accept=yes
	shift
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset WBSIM_ABORT
export NO_COLOR=1 COLUMNS=80 LC_ALL=C
failed=0

# check CASE NAME: the text in $work/NAME against the case's
check() {
	want=$1/$2
	if [ -f "$want.glob" ]; then
		pattern=$(cat "$want.glob")
		text=$(cat "$work/$2")
		# shellcheck disable=SC2254
		case $text in
		$pattern) return 0 ;;
		esac
		echo "$1: $2 does not match $2.glob:"
		cat "$work/$2"
		return 1
	fi
	if [ -n "$accept" ]; then
		rm -f "$want"
		if [ -s "$work/$2" ]; then cp "$work/$2" "$want"; fi
		return 0
	fi
	[ -f "$want" ] || want=/dev/null
	if ! diff -u "$want" "$work/$2"; then
		echo "$1: $2 differs"
		return 1
	fi
}

run_case() {
	case=${1%/}
	if [ -f "$case/needs-block" ] && [ "${WBSIM_HAS_BLOCK-1}" = 0 ]; then
		echo "$case: skipped, needs the block layer"
		return 77
	fi
	rm -rf "$work/dir"
	cp -R "$case" "$work/dir"
	(cd "$work/dir" && sh ./cmd) >"$work/stdout" 2>"$work/stderr" </dev/null
	echo $? >"$work/status"
	# the sanitizer's remark on threads that live on stacks of their own
	sed -i '/ASan is ignoring requested __asan_handle_no_return/,+2d' \
		"$work/stderr"
	if [ -n "$accept" ]; then
		rm -f "$case/status"
		if [ "$(cat "$work/status")" != 0 ]; then
			cp "$work/status" "$case/status"
		fi
	fi
	status=0
	want=0
	[ ! -f "$case/status" ] || want=$(cat "$case/status")
	if [ "$(cat "$work/status")" != "$want" ]; then
		echo "$case: exit status $(cat "$work/status"), expected $want"
		cat "$work/stderr"
		status=1
	fi
	check "$case" stdout || status=1
	check "$case" stderr || status=1
	return $status
}

for dir; do
	run_case "$dir"
	status=$?
	if [ $status = 77 ] && [ $# = 1 ]; then
		exit 77
	fi
	[ $status = 0 ] || [ $status = 77 ] || failed=1
done
exit $failed

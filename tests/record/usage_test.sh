#!/bin/sh
# What "wbsim record" refuses, and that it says what it would do.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

# expect CODE WORDS ARGUMENT... - exit status and words on standard error
expect() {
	code=$1
	words=$2
	shift 2
	got=0
	"$WBSIM" record "$@" >"$dir/out" 2>"$dir/log" || got=$?
	if [ $got -ne "$code" ] || ! grep -q -- "$words" "$dir/log"; then
		echo "record $*: exit $got, expected $code and '$words':"
		cat "$dir/log"
		status=1
	fi
}

expect 2 'OPS-FILE or --scenario' -o "$dir/x"
expect 2 'no scenario none' --scenario none
expect 2 'cannot be read' "$dir/none.ops"
expect 2 'either OPS-FILE' --scenario append "$dir/none.ops"
expect 2 'whole numbers' --scenario append --size-mib 1G
expect 2 '320 or more' --scenario append --size-mib 16
expect 2 'unrecognized option' --scenario append --nonsense
expect 0 'this will' --scenario append --dry-run -o "$dir/never.json"
[ ! -e "$dir/never.json" ] || status=1
expect 0 'whose data is lost' --scenario append --dry-run --device /dev/none
if [ "$(id -u)" -ne 0 ]; then
	expect 77 'needs root' --scenario append
fi
"$WBSIM" record --list | grep -q '^append ' || status=1
exit $status

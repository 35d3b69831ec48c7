#!/bin/sh
# manual.sh - the man page compiles, has no errors, and names every command
# and every long option that the program knows
# $WBSIM: the program
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

if ! command -v scdoc >/dev/null || ! command -v mandoc >/dev/null; then
	echo "no scdoc or no mandoc"
	exit 77
fi
scdoc <docs/wbsim.1.scd >"$work/wbsim.1" || exit 1
mandoc -T lint -W error "$work/wbsim.1" || exit 1
mandoc -T ascii "$work/wbsim.1" | col -b >"$work/text"

commands=$("$WBSIM" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
if [ -z "$commands" ]; then
	echo "wbsim --help lists no commands"
	exit 1
fi
for command in $commands; do
	if ! grep -q "^  *wbsim $command\\b" "$work/text"; then
		echo "docs/wbsim.1.scd: command $command is missing"
		status=1
	fi
	for option in $("$WBSIM" "$command" --help |
		sed -n 's/^ *\(-., \)*--\([a-z-]*\).*/\2/p'); do
		case $option in help | usage) continue ;; esac
		if ! grep -q -- "--$option\\b" "$work/text"; then
			echo "docs/wbsim.1.scd: option --$option of $command is missing"
			status=1
		fi
	done
done
exit $status

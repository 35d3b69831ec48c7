#!/bin/bash
# completion.sh - the generated completion in a real bash: every command and
# option is offered, names come from the program
# $WBSIM: the program
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

scripts/generate-completion >"$work/wbsim.bash" || exit 1
scripts/generate-completion | cmp -s - "$work/wbsim.bash" || {
	echo "not the same completion twice"
	status=1
}
ln -s "$(realpath "$WBSIM")" "$work/wbsim"
export PATH=$work:$PATH
# shellcheck source=/dev/null
. "$work/wbsim.bash"
if [[ $(complete -p wbsim) != "complete -F _wbsim wbsim" ]]; then
	echo "complete -p wbsim: $(complete -p wbsim)"
	status=1
fi

# offered WORD... - what Tab offers behind these words
offered() {
	# shellcheck disable=SC2034
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_wbsim 2>"$work/err"
	[[ -s $work/err ]] && cat "$work/err"
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
}

# expect WANTED WORD... - exactly that is offered
expect() {
	local wanted=$1 got
	shift
	got=$(offered "$@")
	[[ $got == "$wanted " ]] && return
	echo "wbsim ${*:2}<Tab>: offers '$got', expected '$wanted '"
	status=1
}

# some WANTED WORD... - that is among what is offered
some() {
	local wanted=$1 got
	shift
	got=$(offered "$@")
	[[ " $got" == *" $wanted "* ]] && return
	echo "wbsim ${*:2}<Tab>: offers '$got', expected '$wanted' among it"
	status=1
}

all=$(offered wbsim '')
for command in $("$WBSIM" --help |
	sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'); do
	[[ " $all" == *" $command "* ]] || {
		echo "wbsim <Tab>: no '$command' in '$all'"
		status=1
	}
	options=$(offered wbsim "$command" --)
	for option in $("$WBSIM" "$command" --help | sed '/^Example:/,$d' |
		sed -n 's/^ *\(-., \)*\(--[a-z-]*=*\).*/\2/p'); do
		[[ " $options" == *" $option "* ]] && continue
		echo "wbsim $command --<Tab>: no '$option' in '$options'"
		status=1
	done
done
expect "report" wbsim rep
expect "--require-identical" wbsim compare --req
expect "--output=" wbsim report --out
expect "devices" wbsim list dev
# designs and presets, in both spellings of an option
some map-blocks wbsim run --design ''
expect "writeback-range" wbsim run --design = writeback-
expect "map-blocks" wbsim run x.json --design ma
some linux-6.17 wbsim compare x.json --kernel = ''
expect "csv" wbsim run --format = c
# keys level by level, and the values of those that name presets
expect "kernel" wbsim explain ker
expect "kernel.ioend.max_folios" wbsim explain kernel.ioend.max_f
expect "kernel.ioend.max_folios" wbsim run x.json --set kernel.ioend.max_f
some nvme-mdts-512k wbsim run x.json --set device = ''
expect "gfs2" wbsim run x.json --set filesystem = gf
# files that can be meant
expect "workloads/quickstart.json" wbsim run workloads/quick
expect "docs/images" wbsim report docs/im
exit $status

#!/bin/sh
# commands.sh [--write] FILE... - commands in the documents print what stands there
#
# A block that begins with ```console holds lines "$ command", each followed by
# its output.  $WBSIM stands for build/release/wbsim; results go to a
# temporary folder.  --write puts the output into the document.
set -u
: "${WBSIM:?is the program to test}"
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
write=
if [ "${1-}" = --write ]; then
	write=yes
	shift
fi
mkdir -p "$work/dir/build/release"
ln -s "$(realpath "$WBSIM")" "$work/dir/build/release/wbsim"
for folder in workloads configs tests; do
	ln -s "$top/$folder" "$work/dir/$folder"
done
export NO_COLOR=1 COLUMNS=80 LC_ALL=C
status=0

# play FILE - the file again, with the output that its commands give now
play() {
	in=no
	while IFS= read -r line; do
		case $in:$line in
		*:'```console') in=yes ;;
		*:'```') in=no ;;
		esac
		case $in:$line in
		yes:'$ '*)
			printf '%s\n' "$line"
			# without the sanitizer's remark on threads' stacks
			(cd "$work/dir" && sh -c "${line#??}" 2>&1 </dev/null) |
				sed '/ASan is ignoring requested __asan_handle_no_return/,+2d'
			;;
		no:* | yes:'```console') printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

for file; do
	play "$file" >"$work/new"
	if [ -n "$write" ]; then
		cat "$work/new" >"$file"
	elif ! diff -u "$file" "$work/new"; then
		echo "$file: a command prints something else"
		status=1
	fi
done
exit $status

#!/bin/sh
# leak_test.sh FOLDER... - a bio that gets into a folder above the line makes the
# boundary tests fail: its include is refused, and its call is found in the
# archive.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
cp -r "$root/sim" "$root/models" "$work/tree"

# build FOLDER - as one archive
build() {
	rm -rf "$work/objects" "$work/lib.a"
	mkdir "$work/objects"
	for source in "$work/tree/$1"/*.c; do
		"${CC:-cc}" -std=gnu11 -w -DWBSIM_BLOCK=0 -D_GNU_SOURCE \
			-I"$work/tree" -c "$source" \
			-o "$work/objects/$(basename "$source" .c).o"
	done
	ar rcs "$work/lib.a" "$work"/objects/*.o
}

for folder; do
	file=$(find "$work/tree/$folder" -name '*.c' | LC_ALL=C sort | head -n 1)
	build "$folder"
	"$here/symbols.sh" "$work/lib.a" || {
		echo "$folder is refused as it is" >&2
		exit 1
	}
	printf '%s\n' '#include "models/block/bio.h"' \
		'void bio_leak(void);' \
		'void wb_leak(void);' \
		'void wb_leak(void) { bio_leak(); }' >>"$file"
	if "$here/../lint/include_lint.sh" "$work/tree" >"$work/out"; then
		echo "an include of bios in $folder is accepted" >&2
		exit 1
	fi
	grep -q "^${file#"$work/tree/"}:" "$work/out" || {
		echo "the message does not name the file in $folder" >&2
		exit 1
	}
	build "$folder"
	if "$here/symbols.sh" "$work/lib.a" >"$work/out"; then
		echo "a call of bios in $folder is accepted" >&2
		exit 1
	fi
	grep -q bio_leak "$work/out"
	cp "$root/${file#"$work/tree/"}" "$file"
done

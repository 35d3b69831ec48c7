#!/bin/sh
# The symbol check refuses an archive that wants a bio.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
printf 'int bio_add(int);\nint wb(void);\nint wb(void) { return bio_add(1); }\n' >leak.c
printf 'int wb(void);\nint wb(void) { return 1; }\n' >clean.c
${CC:-cc} -c leak.c clean.c
ar rcs libleak.a leak.o
ar rcs libclean.a clean.o
"$here/symbols.sh" libclean.a || {
	echo "a clean archive is refused" >&2
	exit 1
}
if "$here/symbols.sh" libclean.a libleak.a >out; then
	echo "a leak is accepted" >&2
	exit 1
fi
grep -q bio_add out

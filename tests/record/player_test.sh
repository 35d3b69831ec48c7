#!/bin/sh
# The player: paths below the root, sizes, exit status.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0

fail() {
	echo "$*"
	status=1
}

cat >"$dir/ops" <<'END'
# every operation that needs no privilege
open 0 /mnt/f rwct
seq 0 0 10000 4096
w 0 20000 5
a 0 3
fsync 0
fdatasync 0
sfr 0 0 4096 7
trunc 0 30000
mmap 0 4096 8192 4096
mw 0 4097
msync 0
munmap 0
sleep 1
mark nothing
close 0
open 1 /mnt/g rwc
seq 1 0 8192 1024 4096
syncfs 1
END
"$PLAYER" --root "$dir" --marker "$dir/marks" "$dir/ops" ||
	fail "operations failed"
[ "$(stat -c %s "$dir/f")" = 30000 ] || fail "size of f"
[ "$(stat -c %s "$dir/g")" = 5120 ] || fail "size of g"

for line in 'open 0 /mnt/none/f rw' 'w 5 0 4096' 'nonsense 0' 'w 99 0 1' \
	'mw 3 0' 'seq 0 0 4096 0'; do
	echo "$line" >"$dir/bad"
	code=0
	"$PLAYER" --root "$dir" "$dir/bad" 2>"$dir/log" || code=$?
	[ $code -eq 1 ] || fail "'$line': exit $code, expected 1"
	grep -qF "$line" "$dir/log" || fail "'$line' is not named"
done
code=0
"$PLAYER" "$dir/missing" 2>"$dir/log" || code=$?
[ $code -eq 2 ] || fail "missing list: exit $code, expected 2"
exit $status

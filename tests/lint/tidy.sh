#!/bin/sh
# tidy.sh BUILD-DIR - clang-tidy over all sources of that build.
# Options that only gcc knows are taken out of the compile commands first.
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
commands=$(mktemp -d)
trap 'rm -rf "$commands"' EXIT
sed 's/ -W\(logical-op\|duplicated-cond\|duplicated-branches\|jump-misses-init\)//g' \
	"$build/compile_commands.json" >"$commands/compile_commands.json"
find sim models -name '*.c' -print0 | LC_ALL=C sort -z |
	xargs -0 -n 4 -P "$(nproc)" clang-tidy --quiet -p "$commands"

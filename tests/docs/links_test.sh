#!/bin/sh
# links_test.sh - links.sh finds a missing file and a missing heading
set -u
cd "$(dirname "$0")" || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2016
printf '# One Two\n\n[here](#one-two), [file](b.md), `[code](none.md)`\n' \
	>"$work/a.md"
printf '<a id="three.four"></a>\n\n[up](a.md#one-two) [on](#three.four)\n' \
	>"$work/b.md"
if ! ./links.sh "$work"; then
	echo "good links are refused"
	exit 1
fi
printf '[gone](c.md)\n' >"$work/d.md"
if ./links.sh "$work" >/dev/null; then
	echo "a link to a missing file is not found"
	exit 1
fi
printf '[gone](a.md#three)\n' >"$work/d.md"
if ./links.sh "$work" >/dev/null; then
	echo "a link to a missing heading is not found"
	exit 1
fi

#!/bin/sh
# sources.sh c|shell|text - list the project's own files, NUL-separated
# Recordings, builds and results are left out; works without git.
set -eu
cd "$(dirname "$0")/../.."

own() {
	find . \( -name .git -o -path ./build -o -path ./out -o \
		-path ./tests/groundtruth \) -prune -o -type f "$@" -print0 |
		LC_ALL=C sort -z
}

case "${1:-}" in
c) own -path './*/*' -name '*.[ch]' ;;
shell)
	own \( -name '*.sh' -o -path ./scripts/check -o \
		-path ./scripts/quickstart -o -path ./.ci/run \)
	;;
text)
	own \( -name '*.[ch]' -o -name '*.md' -o -name '*.sh' -o \
		-name '*.txt' -o -name '*.gp' -o -name '*.cmake' -o \
		-path './scripts/*' -o -path './configs/*.json' -o \
		-path './workloads/*.json' \)
	;;
*)
	echo "usage: sources.sh c|shell|text" >&2
	exit 2
	;;
esac

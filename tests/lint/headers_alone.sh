#!/bin/sh
# Each header compiles alone, so that include order never matters.
set -eu
cd "$(dirname "$0")/../.."
flags="-std=gnu11 -I. -D_GNU_SOURCE -DWBSIM_BLOCK=1 -Wall -Wextra -Werror"
flags="$flags $(pkg-config --cflags jansson simgrid)"
export flags

# shellcheck disable=SC2016
find sim models -name '*.h' | LC_ALL=C sort |
	xargs -P "$(nproc)" -I '{}' sh -c '
		printf "#include \"%s\"\n#include \"%s\"\n" "$1" "$1" |
			${CC:-cc} $flags -fsyntax-only -x c - ||
			{ echo "$1 does not compile alone"; exit 1; }
	' sh '{}'

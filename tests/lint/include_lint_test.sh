#!/bin/sh
# The include lint accepts the tree as it is and refuses a bio in models/iomap.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$here/../../sim" "$here/../../models" "$copy"

"$here/include_lint.sh" "$copy" || {
	echo "the unchanged copy is refused" >&2
	exit 1
}

# refused FILE LINE - with LINE added to FILE the lint must fail and name FILE
refused() {
	cp "$copy/$1" "$copy/saved"
	printf '%s\n' "$2" >>"$copy/$1"
	if "$here/include_lint.sh" "$copy" >"$copy/out"; then
		echo "accepted in $1: $2" >&2
		exit 1
	fi
	grep -q "^$1:" "$copy/out" || {
		echo "the message does not name $1:" >&2
		cat "$copy/out" >&2
		exit 1
	}
	mv "$copy/saved" "$copy/$1"
}

refused models/iomap/config.h '#include "models/block/bio.h"'
refused models/iomap/config.h '#include "models/ioend/ioend.h"'
refused models/mm/config.h '# include "models/device/config.h"'
refused models/mm/config.h '#include "models/iomap/config.h"'
refused models/mm/config.h '#include <simgrid/actor.h>'
refused sim/engine/sim.h '#include "sim/config/table.h"'
refused sim/base/rng.h '#include "units.h"'

#!/bin/sh
# symbols.sh ARCHIVE... - fail if an archive defines or wants a symbol of bios,
# ioends or the block layer.
set -eu
if [ $# -eq 0 ]; then
	echo "usage: symbols.sh ARCHIVE..." >&2
	exit 2
fi
${NM:-nm} -A -P "$@" | awk '
	$2 ~ /^(bio|ioend|blk|block|device|nvme)_/ { print; bad++ }
	{ symbols++ }
	END {
		if (!symbols)
			print "no symbols at all: wrong files?"
		exit !symbols || bad > 0
	}'

#!/bin/sh
# No heap allocation in models/ outside set-up: simulated objects come from
# pools (sim/base/pool.h).  Set-up is a function whose name ends in _new,
# _init, _setup or _create (files), or a place that malloc_allowed.txt lists with its reason.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."

# shellcheck disable=SC2016
find models -name '*.[ch]' | LC_ALL=C sort |
	xargs awk -v allowed="$here/malloc_allowed.txt" '
function is_allowed(file,    path) {
	for (path in reason)
		if (file == path ||
		    (path ~ /\/$/ && index(file, path) == 1))
			return 1
	return 0
}
BEGIN {
	while ((getline line < allowed) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/)
			continue
		split(line, part, "\t")
		reason[part[1]] = part[2]
		if (part[2] == "") {
			print "malloc_allowed.txt: " part[1] " has no reason"
			bad++
		}
	}
}
FNR == 1 { function_name = "" }
# A definition starts in the first column: remember the name before its "(".
/^[a-z_].*\(/ {
	function_name = $0
	sub(/\(.*/, "", function_name)
	sub(/.*[ *]/, "", function_name)
}
/^[ \t]*(\/?\*|\/\/)/ { next }
/(^|[^_[:alnum:]])(malloc|calloc|realloc|reallocarray|aligned_alloc|strdup|strndup|asprintf)[ \t]*\(/ {
	if (function_name ~ /_(new|init|setup|create)$/ || is_allowed(FILENAME))
		next
	printf "%s:%d: heap allocation in %s(): %s\n", FILENAME, FNR, function_name, $0
	bad++
}
END { exit bad > 0 }
'

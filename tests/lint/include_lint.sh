#!/bin/sh
# include_lint.sh [ROOT] - every #include of sim/ and models/ keeps to layers.txt
# SimGrid's headers may be included in sim/engine only.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here/../..}"

# shellcheck disable=SC2016
find sim models -name '*.[ch]' | LC_ALL=C sort |
	xargs awk -v layers="$here/layers.txt" '
function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }
# allowed(LIST, FOLDER): is FOLDER in the space-separated list ("x/*" is x and below)
function allowed(list, folder,    n, i, item) {
	n = split(list, item, " ")
	for (i = 1; i <= n; i++) {
		if (item[i] == folder)
			return 1
		if (item[i] ~ /\/\*$/ &&
		    index(folder "/", substr(item[i], 1, length(item[i]) - 1)) == 1)
			return 1
	}
	return 0
}
function complain(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	bad++
}
BEGIN {
	while ((getline line < layers) > 0) {
		if (line ~ /^#/ || line ~ /^[ \t]*$/)
			continue
		colon = index(line, ":")
		name = substr(line, 1, colon - 1)
		rest = substr(line, colon + 1)
		if (sub(/^never /, "", name))
			never[name] = rest
		else
			may[name] = rest " " name
	}
}
FNR == 1 {
	here = folder_of(FILENAME)
	if (!(here in may))
		complain("folder " here " has no line in layers.txt")
}
/^[ \t]*#[ \t]*include[ \t]*</ && /<(simgrid|xbt|smpi)[\/.]/ && here != "sim/engine" {
	complain("SimGrid headers belong into sim/engine: " $0)
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	path = $0
	sub(/^[^"]*"/, "", path)
	sub(/".*/, "", path)
	target = folder_of(path)
	if (path !~ /^(sim|models)\//)
		complain("include paths start at the root: \"" path "\"")
	else if (here in never && allowed(never[here], target))
		complain(here " must stay free of " target ": \"" path "\"")
	else if (here in may && !allowed(may[here], target))
		complain(here " may not include " target ": \"" path "\"")
}
END { exit bad > 0 }
'

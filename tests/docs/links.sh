#!/bin/sh
# links.sh [DIR] - every relative link in the project's Markdown files leads
# to a file, and every #fragment to a heading or an anchor of it
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
status=0

# anchors FILE - what its headings and <a id> can be reached by
anchors() {
	sed -n 's/.*<a id="\([^"]*\)".*/\1/p' "$1"
	sed -n 's/^##* *//p' "$1" | tr '[:upper:]' '[:lower:]' |
		sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# links FILE - targets of [text](target) and ![text](target), not in code
links() {
	# shellcheck disable=SC2016
	awk '/^```/ { code = !code } !code && !/^(    |\t)/' "$1" |
		sed 's/`[^`]*`//g' | grep -o '\](<*[^)>]*' | sed 's/^](<*//'
}

for file in $(find . \( -name .git -o -path ./build -o -path ./out \) -prune \
	-o -name '*.md' -print | LC_ALL=C sort); do
	for link in $(links "$file"); do
		case $link in
		http://* | https://* | mailto:*) continue ;;
		/*)
			echo "$file: $link is absolute"
			status=1
			continue
			;;
		esac
		path=${link%%#*}
		target=$(dirname "$file")/$path
		[ -n "$path" ] || target=$file
		if [ ! -e "$target" ]; then
			echo "$file: $link does not exist"
			status=1
			continue
		fi
		case $link in
		*.md\#* | \#*)
			anchors "$target" | grep -qxF -- "${link#*#}" && continue
			echo "$file: $link: no such heading"
			status=1
			;;
		esac
	done
done
exit $status

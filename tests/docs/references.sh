#!/bin/sh
# references.sh - every `file.c:function()`, file and folder of the sources that
# the documents name is there
set -u
cd "$(dirname "$0")/../.." || exit 2
status=0

for file in README.md docs/*.md; do
	# shellcheck disable=SC2016
	for reference in $(grep -oE '`[a-z0-9_/]+\.[ch]:[a-z0-9_]+\(\)`' "$file" |
		tr -d '`()' | sort -u); do
		source=${reference%%:*}
		if [ ! -f "$source" ]; then
			echo "$file: $source does not exist"
			status=1
		elif ! grep -qE "(^|[ *])${reference#*:}\\(" "$source"; then
			echo "$file: $source has no ${reference#*:}()"
			status=1
		fi
	done
	# shellcheck disable=SC2016
	for path in $(grep -oE '`(models|sim|tests|configs|workloads|scripts|docs|cmake|plots)/[A-Za-z0-9_./-]*`' "$file" |
		tr -d '`' | sort -u); do
		case $path in *NAME* | *RELEASE*) continue ;; esac
		[ -e "$path" ] && continue
		echo "$file: $path does not exist"
		status=1
	done
done
exit $status

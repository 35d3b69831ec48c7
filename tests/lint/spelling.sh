#!/bin/sh
# codespell finds no misspelt word; names it takes for one are listed here.
# tests/unit and tests/golden are left out: they misspell keys on purpose.
set -eu
cd "$(dirname "$0")/../.."
tests/lint/sources.sh text | grep -zvE '^\./tests/(unit|golden)/' | xargs -0 codespell \
	--ignore-words-list 'inout,ioend,uptodate,convers,complet'

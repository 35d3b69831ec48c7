#!/bin/sh
# The C sources are formatted as .clang-format says.
# format.sh --fix rewrites them.
set -eu
cd "$(dirname "$0")/../.."
case "${1:-}" in
--fix) set -- -i ;;
*) set -- --dry-run -Werror ;;
esac
tests/lint/sources.sh c | xargs -0 clang-format "$@"

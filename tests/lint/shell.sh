#!/bin/sh
# All shell scripts pass shellcheck.
set -eu
cd "$(dirname "$0")/../.."
tests/lint/sources.sh shell | xargs -0 shellcheck -x

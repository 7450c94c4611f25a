#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Lock the libraries: requirements/*.in become *.txt with hashes and without addresses.
# Usage: tools/lock.sh [--upgrade]          needs uv
set -eu
cd "$(dirname "$0")/.."
for name in run test; do
    uv pip compile "requirements/$name.in" --output-file "requirements/$name.txt" \
        --universal --python-version 3.11 --generate-hashes --quiet \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
done
if grep -n -E '://|^-' requirements/run.txt requirements/test.txt; then
    echo "tools/lock.sh: an address or an option slipped into a lock file" >&2
    exit 1
fi

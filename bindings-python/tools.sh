#!/usr/bin/env bash
# Prints the virtual environment with what builds the wheel, which it makes where it is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${CARGO_TARGET_DIR:-$(dirname "$here")/target}
tools=$target/python/tools
if [ ! -f "$tools/ready" ] || [ "$here/tools.txt" -nt "$tools/ready" ]; then
    "${PYTHON:-python3}" -m venv --clear "$tools"
    "$tools/bin/pip" install -q --disable-pip-version-check -r "$here/tools.txt"
    touch "$tools/ready"
fi
echo "$tools"

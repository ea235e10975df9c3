#!/usr/bin/env bash
# Writes docs/faults.md: what curl, requests, Node, Go, Java and mutls say of the same faults.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target MUTLS_REQUIRE_PEERS=1
env=$target/side-by-side
[ -x "$env/bin/python" ] || python3 -m venv "$env"
"$env/bin/pip" install --quiet --disable-pip-version-check requests
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-conformance
"$root/scripts/side-by-side.py" "$env/bin/python"

#!/usr/bin/env bash
# Licences, sources and duplicates of the dependencies; the advisories too where the database can be fetched.
set -euo pipefail
if ! command -v cargo-deny >/dev/null; then
    echo "cargo-deny is not installed, licences are not checked (cargo install --locked cargo-deny)"
    exit 0
fi
cargo deny --locked --log-level error check bans licenses sources

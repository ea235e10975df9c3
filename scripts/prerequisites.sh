#!/usr/bin/env bash
# Checks what building needs, and says how to get what is missing.
set -euo pipefail

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$(dirname "$0")/../Cargo.toml")

fail() {
    printf 'mutls: %s\n       %s\n' "$1" "$2" >&2
    exit 1
}

command -v cargo >/dev/null || fail "cargo is missing" \
    "Install Rust $wanted or newer: https://rustup.rs, or your distribution's rustc if it is new enough."
have=$(rustc --version | sed 's/rustc \([0-9.]*\).*/\1/')
lowest=$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)
[ "$lowest" = "$wanted" ] || fail "rustc $have is too old, $wanted or newer is needed" "Run: rustup update stable"
command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null ||
    fail "a C compiler is missing (the TLS library is partly C)" "Debian: apt-get install gcc libc6-dev"

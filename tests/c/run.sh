#!/bin/sh
# Builds the C library and its runner, and runs the conformance table and the faults by real servers through them.
#
#   tests/c/run.sh [--faults] [--only PART]
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build -q --manifest-path "$root/Cargo.toml" -p mutls-ffi -p mutls-conformance
"$root/ffi-c/install.sh" "$work/installed" "$target/debug" > /dev/null
export PKG_CONFIG_PATH="$work/installed/lib/pkgconfig"
${CC:-cc} -std=c11 -g -Wall -Wextra -Werror -Wpedantic $(pkg-config --cflags mutls) "$root"/tests/c/*.c \
    -o "$work/runner" $(pkg-config --libs mutls) "-Wl,-rpath,$work/installed/lib" -lpthread
"$target/debug/conformance" c "$@" "$work/runner"
[ $# -gt 0 ] || "$target/debug/conformance" c --faults "$work/runner"

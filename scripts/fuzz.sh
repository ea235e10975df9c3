#!/usr/bin/env bash
# Runs the fuzzers of fuzz/ one after another, each for SECONDS_EACH (600), or those that are named.
# libFuzzer's instrumentation is not stable yet, hence RUSTC_BOOTSTRAP; clang++ builds libFuzzer.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v cargo-fuzz >/dev/null || cargo install --quiet --locked cargo-fuzz --version 0.13.2
export RUSTC_BOOTSTRAP=1
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    mapfile -t targets < <(sed -n 's/^name = "\([a-z0-9]*\)"$/\1/p' fuzz/Cargo.toml)
fi
scripts/fuzz-seeds.sh
for target in "${targets[@]}"; do
    echo "fuzz: $target"
    mkdir -p "fuzz/corpus/$target"
    cargo fuzz run "$target" "fuzz/corpus/$target" fuzz/seeds -- \
        -max_total_time="${SECONDS_EACH:-600}" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
done

#!/usr/bin/env bash
# Runs the fuzzers of fuzz/, each for SECONDS_EACH (600), or those that are named; AT_ONCE (1) of them at a time. With SEED
# they begin with the seeds alone and choose alike each time.
# libFuzzer's instrumentation is not stable yet, hence RUSTC_BOOTSTRAP; clang++ builds libFuzzer. SANITIZER=address adds
# ASan: what it could see is not Rust of ours.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
flags=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-{level=4,inline-8bit-counters,pc-table,trace-compares} --cfg fuzzing)
[ -z "${SANITIZER:-}" ] || flags+=("-Zsanitizer=$SANITIZER")
targets=("$@")
if [ ${#targets[@]} = 0 ]; then
    mapfile -t targets < <(sed -n 's/^name = "\([a-z0-9]*\)"$/\1/p' fuzz/Cargo.toml)
fi
scripts/fuzz-seeds.sh
# In the folder, for its workspace; the flags are for the target alone, not for build scripts.
(cd fuzz && RUSTC_BOOTSTRAP=1 RUSTFLAGS="${flags[*]}" CARGO_TARGET_DIR=$target CXX=${CXX:-clang++} \
    cargo build --quiet --release --target "$host" "${targets[@]/#/--bin=}")

# Says nothing while all is well; what was found lies in fuzz/artifacts.
fuzz() {
    local name=$1 log corpus=fuzz/corpus/$1
    log=$(mktemp)
    [ -z "${SEED:-}" ] || corpus=$(mktemp -d)
    mkdir -p "$corpus" "fuzz/artifacts/$name"
    if "$2/$name" "$corpus" fuzz/seeds ${SEED:+-seed="$SEED"} -artifact_prefix="fuzz/artifacts/$name/" -max_total_time="${SECONDS_EACH:-600}" \
        -max_len=65536 -timeout=60 -rss_limit_mb=2048 -print_final_stats=1 > "$log" 2>&1; then
        echo "fuzz: $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs, nothing found"
    else
        tail -n 60 "$log"
        echo "fuzz: $name found something; again: $2/$name fuzz/artifacts/$name/FILE"
        return 1
    fi
    rm "$log"
    [ -z "${SEED:-}" ] || rm -r "$corpus"
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "${AT_ONCE:-1}" -I{} bash -c 'fuzz {} "$0"' "$target/$host/release"

#!/bin/sh
# Builds and runs the C tests against an installed library and a sandbox.
#
#   ffi-c/tests/run.sh [plain] [valgrind] [asan]     default: all three
#
# TESTS="calls fork" picks tests by name; REPEAT=100 runs each that often; KEEP=1 keeps the folder with the programs.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/ffi-c/tests
target=${CARGO_TARGET_DIR:-$root/target}
modes=${*:-plain valgrind asan}
tests=${TESTS:-arguments lifecycle calls bodies submitted begun cancel diagnosis events threads tools fork flat}
warnings='-Wall -Wextra -Werror -Wpedantic'
work=$(mktemp -d)
sandbox_pid=

finish() {
    status=$?
    [ -z "$sandbox_pid" ] || kill "$sandbox_pid" 2>/dev/null || true
    [ -n "${KEEP:-}" ] && echo "kept $work" || rm -rf "$work"
    exit $status
}
trap finish EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s\n' "$*"; }

need() {
    command -v "$1" >/dev/null 2>&1 || {
        echo "run.sh: $1 is missing; scripts/setup.sh installs it" >&2
        exit 1
    }
}
for tool in cargo gcc g++ clang clang++ pkg-config python3 valgrind nm; do need $tool; done

say 'library and sandbox'
cargo build -q --manifest-path "$root/Cargo.toml" -p mutls-ffi
cargo build -q --manifest-path "$root/Cargo.toml" -p mutls-sandbox --example serve
"$root/ffi-c/install.sh" "$work/installed" "$target/debug"

# It serves until its standard input ends, which this one does not.
mkfifo "$work/stdin"
exec 3<> "$work/stdin"
"$target/debug/examples/serve" "$work/sandbox" > "$work/announcement" <&3 &
sandbox_pid=$!
for _ in $(seq 300); do [ -s "$work/announcement" ] && break; sleep 0.1; done
# One variable for each value that the tests use: URL_REQUIRED, FILE_CA, IDENTITY_VALID_KEY, ...
python3 - "$work/announcement" > "$work/environment" <<'PYTHON'
import json, shlex, sys
info = json.load(open(sys.argv[1]))
values = {f"URL_{name}": one["url"] for name, one in info["listeners"].items()}
values |= {f"FILE_{name}": path for name, path in info["files"].items()}
for name, identity in info["identities"].items():
    values |= {f"IDENTITY_{name}_{key}": identity.get(key) or "" for key in ("cert", "chain", "key", "passphrase")}
for name, value in values.items():
    print(f"export {name.upper()}={shlex.quote(value)}")
PYTHON
. "$work/environment"

say 'header, symbols'
cargo run -q --manifest-path "$root/Cargo.toml" -p xtask -- header --check
cargo run -q --manifest-path "$root/Cargo.toml" -p xtask -- symbols --check "$target/debug/libmutls.so"
export PKG_CONFIG_PATH="$work/installed/lib/pkgconfig"
cflags=$(pkg-config --cflags mutls)
libs=$(pkg-config --libs mutls)
rpath="-Wl,-rpath,$work/installed/lib"
for compiler in 'gcc -std=c11' 'clang -std=c11' 'g++ -std=c++11 -x c++' 'clang++ -std=c++11 -x c++'; do
    $compiler $warnings $cflags "$here/c/header_alone.c" -o "$work/header_alone" $libs $rpath
    "$work/header_alone"
done
# The static library, as pkg-config says that it is linked.
static=$(pkg-config --static --libs mutls | sed 's/-lmutls/-l:libmutls.a/')
gcc -std=c11 $warnings $cflags "$here/c/header_alone.c" -o "$work/header_alone" $static
"$work/header_alone"
# The example on the header's front page is a program, but for its files.
{
    printf '#include <mutls.h>\n#include <stdio.h>\n#include <string.h>\nint main(void) {\n'
    sed -n '/^ \* A CALL$/,/^ \* LINKING$/s/^ \*     //p' "$root/include/mutls.h"
    printf 'return 0;\n}\n'
} > "$work/front_page.c"
gcc -std=c11 $warnings $cflags "$work/front_page.c" -o "$work/front_page" $libs $rpath
"$work/front_page" 2>&1 | grep -q '"code":"ca_unreadable"' || {
    echo 'FAILED: the example on the front page'
    exit 1
}
echo 'ok: C and C++, gcc and clang, shared and static'

# compile COMPILER TEST OUTPUT FLAGS...
compile() {
    compiler=$1 test=$2 output=$3
    shift 3
    $compiler -std=gnu11 -g -O1 -pthread $warnings $cflags "$here/c/$test.c" -o "$output" "$@"
}

# must_fail COMMAND...: a fault on purpose has to be found.
must_fail() {
    if "$@" > "$work/output" 2>&1; then
        echo "FAILED: no fault was found by: $*"
        exit 1
    fi
    grep -Eq 'AddressSanitizer|LeakSanitizer|definitely lost|Invalid read' "$work/output" || {
        echo "FAILED: no report from: $*"
        head -n 40 "$work/output"
        exit 1
    }
}

# run NAME COMMAND...: shows what the test said only if it failed.
run() {
    name=$1
    shift
    started=$(date +%s)
    if (for _ in $(seq "${REPEAT:-1}"); do "$@" > "$work/output" 2>&1 || exit $?; done); then
        echo "ok: $name ($(($(date +%s) - started)) s)"
    else
        status=$?
        echo "FAILED: $name, exit status $status$([ $status -ne 124 ] || echo ': it did not end in time')"
        # What the test itself says, then what watched it.
        grep -v '^==' "$work/output" | head -n 40 || true
        grep '^==' "$work/output" | head -n 60 || true
        exit 1
    fi
}

for mode in $modes; do
    say "$mode"
    case $mode in
    plain)
        for compiler in gcc clang; do
            for test in $tests; do
                compile $compiler "$test" "$work/$test" $libs $rpath
                run "$test, $compiler" timeout 300 "$work/$test"
            done
        done
        ;;
    valgrind)
        export MUTLS_TEST_SLOWNESS=20
        valgrind="valgrind -q --error-exitcode=99 --fair-sched=yes"
        leaks='--leak-check=full --show-leak-kinds=definite,possible --errors-for-leak-kinds=definite,possible'
        compile gcc sanitizer_works "$work/faults" $libs $rpath
        for fault in rust c leak; do must_fail $valgrind $leaks "$work/faults" $fault; done
        for test in $tests; do
            compile gcc "$test" "$work/$test" $libs $rpath
            if [ "$test" = fork ]; then
                # A child leaves alone what it inherited, which is a leak by design: errors there, leaks in the parent.
                run "$test, errors" timeout 600 $valgrind --leak-check=no "$work/$test"
                run "$test, leaks" timeout 600 env MUTLS_TEST_CHILD_UNASKED=1 $valgrind $leaks "$work/$test"
            else
                run "$test" timeout 600 $valgrind $leaks "$work/$test"
            fi
        done
        unset MUTLS_TEST_SLOWNESS
        ;;
    asan)
        # The Rust side is instrumented too; with --target, build scripts are not.
        triple=$(rustc -vV | sed -n 's/^host: //p')
        RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zsanitizer=address' CARGO_TARGET_DIR="$target/asan" \
            cargo build -q --manifest-path "$root/Cargo.toml" -p mutls-ffi --target "$triple"
        built=$target/asan/$triple/debug
        # rustc's own runtime: that of an older clang lacks what a newer LLVM calls.
        runtime=$(rustc --print sysroot)/lib/rustlib/$triple/lib/librustc-stable_rt.asan.a
        export MUTLS_TEST_SLOWNESS=3 ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1
        asan='clang -fsanitize=address -fno-sanitize-link-runtime -fno-omit-frame-pointer'
        asan_libs="$built/libmutls.a -Wl,--whole-archive $runtime -Wl,--no-whole-archive -lgcc_s -lutil -lrt -lpthread -lm -ldl"
        compile "$asan" sanitizer_works "$work/faults" $asan_libs
        for fault in rust c leak; do must_fail "$work/faults" $fault; done
        for test in $tests; do
            compile "$asan" "$test" "$work/$test" $asan_libs
            run "$test" timeout 900 "$work/$test"
        done
        unset MUTLS_TEST_SLOWNESS
        ;;
    *)
        echo "run.sh: unknown mode $mode" >&2
        exit 2
        ;;
    esac
done
echo
echo 'all C tests passed'

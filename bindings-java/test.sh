#!/usr/bin/env bash
# Packs the jars once, and runs every test from there, in an empty folder. `test.sh NAME` runs the class NAME alone.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/java
export CARGO_TARGET_DIR=$target
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-conformance
MUTLS_JAVA_PROFILE=dev MUTLS_JAVA_DIST=$work/dist "$here/dist.sh" >/dev/null
# The jars are there and fresh; this compiles the tests, with warnings as errors, and gathers what they need.
mvn --quiet --batch-mode --file "$here/pom.xml" process-test-classes -Dmutls.natives="$work/none"
rm -rf "$work/empty"
mkdir -p "$work/empty"
export MUTLS_BINARY=$target/debug/mutls MUTLS_EXAMPLES=$root/examples/java
unset MUTLS_LIBRARY
tests=$here/tests/target
# Small heaps and a plain collector: many JVMs run at once here.
java=(java -XX:+UseSerialGC -Xmx512m -cp "$(printf '%s:' "$work"/dist/*.jar)$tests/classes:$tests/test-classes:$tests/lib/*")
export MUTLS_TEST_JAVA=${java[*]:1}
cd "$work/empty"
launch() { "${java[@]}" org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=summary --fail-if-no-tests "$@"; }
if [ $# -gt 0 ]; then
    launch --details=tree --select-class="io.github.mutls.$1"
    exit
fi
# Most of a test is waiting for servers.
together=junit.jupiter.execution.parallel
launch --scan-class-path="$tests/test-classes" --config=$together.enabled=true --config=$together.mode.classes.default=concurrent \
    --config=$together.config.strategy=fixed --config=$together.config.fixed.parallelism=3
status=0
for how in "" "-Dmutls.submit=true" "--async"; do
    echo "conformance $how"
    flags=(-Dmutls.options="$root/include/mutls-options.json")
    last=()
    case $how in
        --*) last=("$how") ;;
        -*) flags+=("$how") ;;
    esac
    "$target/debug/conformance" java "${java[@]}" "${flags[@]}" io.github.mutls.conformance.Conformance "${last[@]}" || status=1
done
echo "faults by real servers"
"$target/debug/conformance" java --faults "${java[@]}" -Dmutls.options="$root/include/mutls-options.json" \
    io.github.mutls.conformance.Conformance || status=1
exit $status

#!/usr/bin/env bash
# Lint, tests and conformance of the Go module. `test.sh ARGUMENT...` hands the arguments to `go test`, in place of all.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
work=$target/go
mkdir -p "$work"

wanted=$(sed -n 's/^go //p' "$here/go.mod")
have=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)" != "$wanted" ]; then
    echo "mutls: Go $wanted or newer is needed, not '${have:-none}': https://go.dev/dl, or Debian's golang if it is new enough" >&2
    exit 1
fi

cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-ffi -p mutls-cli -p mutls-conformance
"$here/place.sh" "$target/debug"
export MUTLS_BINARY=$target/debug/mutls
cd "$here"
if [ $# -gt 0 ]; then
    exec go test "$@"
fi

echo "lint"
unformatted=$(gofmt -l . "$root/examples/go" "$root/bench/go")
if [ -n "$unformatted" ]; then
    echo "gofmt: $unformatted" >&2
    exit 1
fi
staticcheck=$work/staticcheck-0.8.2
[ -x "$staticcheck" ] || {
    GOBIN=$work go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
    mv "$work/staticcheck" "$staticcheck"
}
for tags in "" mutls_gcstress mutls_submitted; do
    go vet -tags "$tags" ./...
    "$staticcheck" -tags "$tags" ./...
done

echo "tests"
go test -count=1 .
for tags in "" mutls_submitted; do
    echo "tests with the race detector ${tags#mutls_}"
    go test -count=1 -short -race -tags "$tags" .
done
echo "tests, the collector all the time"
GOGC=1 go test -count=1 -short .
echo "tests, the collector at each pointer crossing"
go test -count=1 -short -tags mutls_gcstress .
for tags in "" mutls_submitted mutls_gcstress; do
    echo "conformance ${tags#mutls_}"
    go build -tags "$tags" -o "$work/conformance" ./internal/conformance
    "$target/debug/conformance" go "$work/conformance"
done
echo "faults by real servers"
go build -o "$work/conformance" ./internal/conformance
"$target/debug/conformance" go --faults "$work/conformance"
echo "the archive, from an empty folder"
./dist_test.sh

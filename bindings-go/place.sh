#!/bin/sh
# Puts header and static library beside the module, where cgo looks for them.
#
#   place.sh [--small] [BUILD]     BUILD is where cargo built the library, default target/release
#
# With --small it is what users get: one object with only what is reachable, whose only global symbols are mutls_*, so
# that another library made with Rust can be linked beside it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
small=no
if [ "${1:-}" = --small ]; then
    small=yes
    shift
fi
build=${1:-${CARGO_TARGET_DIR:-$root/target}/release}
folder=$here/lib/$(go env GOOS)_$(go env GOARCH)
[ -d "$folder" ] || {
    echo "place.sh: this platform is not among those in bindings-go/lib" >&2
    exit 1
}
[ -e "$build/libmutls.a" ] || {
    echo "place.sh: $build/libmutls.a is missing; build it with: cargo build -p mutls-ffi" >&2
    exit 1
}
cp -p "$root/include/mutls.h" "$folder/"
# Replaced as a whole: a build that is under way goes on with the old one.
if [ $small = yes ] && [ "$(go env GOOS)" = linux ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # shellcheck disable=SC2046 # a word for each symbol
    ld -r --gc-sections $(sed 's/^/-u /' "$root/ffi-c/symbols.txt") -o "$work/all.o" "$build/libmutls.a"
    # The bitcode of Rust's own library is for no linker here, and stumbles those that try to read it.
    objcopy --strip-debug -R .llvmbc -R .llvmcmd --keep-global-symbols="$root/ffi-c/symbols.txt" \
        "$work/all.o" "$work/mutls.o"
    rm -f "$folder/libmutls.a.new"
    ar rcsD "$folder/libmutls.a.new" "$work/mutls.o"
else
    cp "$build/libmutls.a" "$folder/libmutls.a.new"
    [ $small = no ] || strip -S "$folder/libmutls.a.new"
fi
if cmp -s "$folder/libmutls.a.new" "$folder/libmutls.a"; then
    rm "$folder/libmutls.a.new"
    exit 0
fi
mv "$folder/libmutls.a.new" "$folder/libmutls.a"
# Go's build cache does not look into libraries: this is how it learns that there is another one.
cat >"$folder/sum.go" <<GO
package lib

// Sum tells one build of the library from another.
const Sum = "$(sha256sum "$folder/libmutls.a" | cut -c1-64)"
GO

#!/usr/bin/env bash
# What a user installs: the nupkg of this platform, with the native library in it, into dist/dotnet. Made without an SDK: mono-mcs
# compiles the assembly, and a nupkg is a zip.
# MUTLS_DOTNET_PROFILE=dev takes the library as the tests build it; MUTLS_DOTNET_DIST is another folder for the package.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
dist=${MUTLS_DOTNET_DIST:-$root/dist/dotnet}
profile=${MUTLS_DOTNET_PROFILE:-release}
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "the .NET package is made on linux-x64 alone so far" >&2
    exit 0
fi
# shellcheck source=toolchain.sh
. "$here/toolchain.sh"
cargo build --quiet --locked --profile "$profile" --manifest-path "$root/Cargo.toml" -p mutls-ffi
built=$target/$profile
[ "$profile" = dev ] && built=$target/debug

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/lib/netstandard2.1" "$stage/runtimes/linux-x64/native"
mapfile -t sources < <(find "$here/src/Mutls" -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*' | sort)
compile -target:library -unsafe -optimize -define:NETSTANDARD,NETSTANDARD2_1 -r:"$netstandard" \
    -doc:"$stage/lib/netstandard2.1/Mutls.xml" -out:"$stage/lib/netstandard2.1/Mutls.dll" "${sources[@]}"
install -m 644 "$built/libmutls.so" "$stage/runtimes/linux-x64/native/"
strip -x "$stage/runtimes/linux-x64/native/libmutls.so"
cp "$here/Mutls.nuspec" "$here/README.md" "$root"/LICENSE* "$stage"
rm -rf "$dist"
mkdir -p "$dist"
"$here/pack.py" "$stage" "$dist/Mutls.0.1.0.nupkg"
ls -l "$dist"

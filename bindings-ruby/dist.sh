#!/usr/bin/env bash
# What a user installs: the gem of this platform, with the native library in it, into dist/ruby.
# MUTLS_RUBY_PROFILE=dev takes the library as the tests build it; MUTLS_RUBY_DIST is another folder for the gem.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
dist=${MUTLS_RUBY_DIST:-$root/dist/ruby}
profile=${MUTLS_RUBY_PROFILE:-release}
cargo build --quiet --locked --profile "$profile" --manifest-path "$root/Cargo.toml" -p mutls-ffi
built=$target/$profile
[ "$profile" = dev ] && built=$target/debug

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -r "$here/lib" "$here/sig" "$here/README.md" "$here/mutls.gemspec" "$root"/LICENSE* "$stage"
read -r platform native library < <(ruby -rffi -e '
    puts [Gem::Platform.local.to_s, "#{FFI::Platform::ARCH}-#{FFI::Platform::OS}", "libmutls.#{FFI::Platform::LIBSUFFIX}"].join(" ")')
mkdir -p "$stage/lib/mutls/native/$native"
install -m 755 "$built/$library" "$stage/lib/mutls/native/$native/"
strip -x "$stage/lib/mutls/native/$native/$library"
rm -rf "$dist"
mkdir -p "$dist"
cd "$stage"
MUTLS_GEM_PLATFORM=$platform gem build --silent mutls.gemspec
mv ./*.gem "$dist"
ls -l "$dist"

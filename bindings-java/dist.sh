#!/usr/bin/env bash
# What a user installs: the jars, with the native library of this platform in them, into dist/java.
# MUTLS_JAVA_PROFILE=dev takes the library as the tests build it; MUTLS_JAVA_DIST is another folder for the jars.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
dist=${MUTLS_JAVA_DIST:-$root/dist/java}
profile=${MUTLS_JAVA_PROFILE:-release}
cargo build --quiet --locked --profile "$profile" --manifest-path "$root/Cargo.toml" -p mutls-ffi
built=$target/$profile
[ "$profile" = dev ] && built=$target/debug

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
case $(uname -s) in
    Darwin) platform=darwin library=libmutls.dylib ;;
    *) platform=linux library=libmutls.so ;;
esac
machine=$(uname -m)
[ "$machine" = arm64 ] && machine=aarch64
mkdir -p "$stage/$platform-$machine"
install -m 755 "$built/$library" "$stage/$platform-$machine/"
strip -x "$stage/$platform-$machine/$library"
# Manuals and sources go with what is released.
goals="package"
[ "$profile" = dev ] || goals="package source:jar-no-fork javadoc:jar"
# shellcheck disable=SC2086
mvn --quiet --batch-mode --file "$here/pom.xml" --projects mutls,spring --also-make clean $goals -Dmutls.natives="$stage"
rm -rf "$dist"
mkdir -p "$dist"
cp "$here"/mutls/target/mutls-*.jar "$here"/spring/target/mutls-spring-*.jar "$dist"
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$here/pom.xml")
cp "$here/pom.xml" "$dist/mutls-parent-$version.pom"
cp "$here/mutls/pom.xml" "$dist/mutls-$version.pom"
cp "$here/spring/pom.xml" "$dist/mutls-spring-$version.pom"
ls -l "$dist"

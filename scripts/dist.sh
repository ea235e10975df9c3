#!/usr/bin/env bash
# Packs what a user installs: the C library with its header and pkg-config file, and the command.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
name=mutls-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
rm -rf "dist/$name"
mkdir -p "dist/$name/bin" "dist/$name/doc"
DESTDIR=$PWD/dist/$name ffi-c/install.sh /
install -m 755 target/release/mutls "dist/$name/bin/"
strip --strip-unneeded "dist/$name/bin/mutls" "dist/$name"/lib/libmutls.so.*.*.*
strip --strip-debug "dist/$name/lib/libmutls.a"
# The archive is unpacked anywhere: pkg-config finds the rest from where its file lies.
sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "dist/$name/lib/pkgconfig/mutls.pc"
cp README.md LICENSE* CHANGELOG.md "dist/$name/doc/"
cp include/mutls-config.schema.json docs/config.md docs/errors.md docs/identity-files.md "dist/$name/doc/"
tar -C dist -czf "dist/$name.tar.gz" "$name"
ls -l "dist/$name.tar.gz"

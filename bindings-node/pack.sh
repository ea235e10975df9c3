#!/usr/bin/env bash
# pack.sh ADDON FOLDER: the npm package and the one of this platform, as tarballs in FOLDER.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
addon=$1
out=$2
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$here/package.json")
case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) arch=$(uname -m) ;;
esac
case $(uname -s) in
    Linux)
        system=linux
        libc=$(ldd --version 2>&1 | grep -qi musl && echo musl || echo gnu)
        name=linux-$arch-$libc
        only=$([ "$libc" = gnu ] && echo glibc || echo musl)
        ;;
    Darwin) system=darwin name=darwin-$arch only= ;;
    *) echo "mutls: no package for $(uname -s)" >&2 && exit 1 ;;
esac
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$out" "$stage/main" "$stage/binding"
cp "$addon" "$stage/binding/mutls.node"
cp "$here"/../LICENSE* "$stage/binding/"
cat >"$stage/binding/package.json" <<JSON
{
  "name": "@mutls/binding-$name",
  "version": "$version",
  "description": "The compiled part of mutls for $name",
  "license": "MIT OR Apache-2.0",
  "repository": { "type": "git", "url": "git+https://github.com/mutls/mutls.git", "directory": "bindings-node" },
  "engines": { "node": ">=20.0.0" },
  "os": ["$system"],
  "cpu": ["$arch"],
${only:+  \"libc\": [\"$only\"],
}  "main": "mutls.node",
  "files": ["mutls.node"]
}
JSON
# Only what the package has by its own list, and never an addon that was built in place.
(cd "$here" && cp -r lib ./*.js ./*.mjs ./*.d.ts ./*.d.mts package.json README.md "$stage/main/")
cp "$here"/../LICENSE* "$stage/main/"
(cd "$out" && rm -f mutls-[0-9]*.tgz "mutls-binding-$name-"*.tgz)
for part in main binding; do
    (cd "$stage/$part" && npm pack --loglevel=error --pack-destination "$out" >/dev/null)
done

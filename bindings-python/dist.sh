#!/usr/bin/env bash
# What a user installs: the wheel and the sdist, into dist/python.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
dist=$root/dist/python
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
rm -rf "$dist"
mkdir -p "$dist"
"$here/wheel.sh" "$dist"

tools=$("$here/tools.sh")
work=$target/python/sdist
rm -rf "$work"
(cd "$here" && PATH=$tools/bin:$PATH maturin sdist -o "$work" 2>"$target/python/sdist.log") || {
    cat "$target/python/sdist.log" >&2
    exit 1
}
# The workspace in it has fewer members than ours: its lock file has to say so, or --locked refuses it.
name=$(basename "$work"/mutls-*.tar.gz .tar.gz)
tar -C "$work" -xmzf "$work/$name.tar.gz"
cp "$root"/LICENSE* "$work/$name/"
cargo update --quiet --workspace --manifest-path "$work/$name/Cargo.toml"
cargo tree --quiet --locked --manifest-path "$work/$name/Cargo.toml" >/dev/null
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -czf "$dist/$name.tar.gz" "$name"
# An sdist that does not build is none.
"$tools/bin/pip" wheel -q --disable-pip-version-check --no-deps -w "$work" "$work/$name"
ls -l "$dist"

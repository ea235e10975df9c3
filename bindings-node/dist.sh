#!/usr/bin/env bash
# What a user installs: the npm package and the one of this platform, for every glibc from 2.17 on, into dist/.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
work=$target/node
mkdir -p "$work" "$root/dist"
build=(cargo build)
place=$target/release
if [ "$(uname -s)" = Linux ]; then
    tools=$work/tools
    [ -x "$tools/bin/pip" ] || "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install -q 'cargo-zigbuild>=0.20' ziglang
    export PATH=$tools/bin:$PATH
    triple=$(uname -m)-unknown-linux-gnu
    build=(cargo zigbuild --target "$triple.2.17")
    place=$target/$triple/release
fi
"${build[@]}" --quiet --locked --release --manifest-path "$root/Cargo.toml" -p mutls-node
addon=$(find "$place" -maxdepth 1 -name 'libmutls_node.so' -o -maxdepth 1 -name 'libmutls_node.dylib')
cp "$addon" "$work/mutls.node"
if [ "$(uname -s)" = Darwin ]; then strip -x "$work/mutls.node"; else strip --strip-unneeded "$work/mutls.node"; fi
rm -rf "$root/dist/node"
"$here/pack.sh" "$work/mutls.node" "$root/dist/node"
ls -l "$root/dist/node"

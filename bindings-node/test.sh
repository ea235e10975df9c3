#!/usr/bin/env bash
# Packs the tarballs, installs them into an empty folder, and runs every test from there.
# `test.sh ARGUMENT...` hands the arguments to `node --test`, in place of the whole. MUTLS_NODE_TARBALLS names a folder of
# tarballs to test in place of what is built here; MUTLS_NODE_VERSIONS further versions of Node to run with.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
work=$target/node
app=$work/app
mkdir -p "$app"

packages=(-p mutls-cli -p mutls-conformance)
[ -n "${MUTLS_NODE_TARBALLS:-}" ] || packages+=(-p mutls-node)
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" "${packages[@]}"
tarballs=${MUTLS_NODE_TARBALLS:-$work/tarballs}
if [ -z "${MUTLS_NODE_TARBALLS:-}" ]; then
    cp "$target/debug/libmutls_node.so" "$work/mutls.node"
    strip --strip-debug "$work/mutls.node"
    "$here/pack.sh" "$work/mutls.node" "$tarballs"
fi

quiet=(--no-audit --no-fund --loglevel=error)
# Debian 12 has a Node that is older than ours.
if [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
    [ -x "$work/node-20/node_modules/node/bin/node" ] || npm install "${quiet[@]}" --no-save --prefix "$work/node-20" node@20 >/dev/null
    export PATH=$work/node-20/node_modules/node/bin:$PATH
fi
if ! cmp -s "$here/tests/package-lock.json" "$app/ready"; then
    rm -rf "$app"
    mkdir -p "$app"
    cp "$here/tests/package.json" "$here/tests/package-lock.json" "$app/"
    (cd "$app" && npm ci "${quiet[@]}")
    cp "$here/tests/package-lock.json" "$app/ready"
fi
# Both in one command: npm leaves a platform package out without a word where a registry does not have it.
(cd "$app" && rm -rf node_modules/mutls node_modules/@mutls &&
    npm install "${quiet[@]}" --no-save --force --install-links "$tarballs"/mutls-[0-9]*.tgz "$tarballs"/mutls-binding-*.tgz)
rm -rf "$app"/*.mjs "$app"/*.cjs "$app/types"
cp -r "$here"/tests/*.mjs "$here/tests/types" "$app/"
export MUTLS_BINARY=$target/debug/mutls MUTLS_EXAMPLES=$root/examples/node
cd "$app"
if [ $# -gt 0 ]; then
    exec node --test "$@"
fi
node_modules/.bin/publint --strict "$tarballs"/mutls-[0-9]*.tgz
node_modules/.bin/attw "$tarballs"/mutls-[0-9]*.tgz
node_modules/.bin/tsc -p types/tsconfig.json
node_modules/.bin/tsc -p types/tsconfig.cjs.json
node --test --test-concurrency=2 ./*.test.mjs
status=0
for how in "" --fetch; do
    echo "conformance $how"
    # shellcheck disable=SC2086
    "$target/debug/conformance" node node "$app/conformance.mjs" $how || status=1
done
echo "faults by real servers"
"$target/debug/conformance" node --faults node "$app/conformance.mjs" || status=1
# Other versions of Node, from their npm packages.
for version in ${MUTLS_NODE_VERSIONS-22 24}; do
    other=$work/node-$version
    [ -x "$other/node_modules/node/bin/node" ] || npm install "${quiet[@]}" --no-save --prefix "$other" "node@$version" >/dev/null
    binary=$other/node_modules/node/bin/node
    echo "Node $("$binary" --version)"
    "$binary" --test --test-concurrency=2 ./*.test.mjs || status=1
done
exit $status

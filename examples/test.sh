#!/usr/bin/env bash
# Runs every example against the sandbox, from an empty folder, with the partner's own file names.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${CARGO_TARGET_DIR:-$root/target}/debug
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-ffi
work=$(mktemp -d)
mkfifo "$work/stdin"
exec 3<>"$work/stdin"
"$build/mutls" sandbox >"$work/announcement" 2>/dev/null <&3 &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; rm -rf "$work"' EXIT
until [ -s "$work/announcement" ]; do sleep 0.05; done
of() { python3 -c 'import json, sys; print(eval("json.load(open(sys.argv[1]))" + sys.argv[2]))' "$work/announcement" "$1"; }

mkdir "$work/empty"
cd "$work/empty"
PATH=$build:$PATH
cp "$(of "['identities']['valid']['cert']")" my_app_cert.crt
cp "$(of "['identities']['valid']['key']")" my_app_private_key.pem
cp "$(of "['files']['chain']")" lean_public_cert_chain.pem
cp "$(of "['identities']['encrypted']['chain']")" client.crt
cp "$(of "['identities']['encrypted']['key']")" client.key
base=$(of "['lean']['base_url']")
token=$(of "['lean']['app_token']")

LEAN_URL=$base LEAN_APP_TOKEN=$token sh "$root/examples/shell/lean.sh" >lean.out
grep -q SANDBOX_BANK_ONE lean.out && grep -q customer_id lean.out
# An application without access: the partner's own sign that mutual TLS works.
LEAN_URL=$base LEAN_APP_TOKEN=other sh "$root/examples/shell/lean.sh" >other.out
grep -q INSUFFICIENT_ACCESS_LEVEL other.out
echo "ok: shell/lean.sh"

TRULIOO_URL=$base TRULIOO_USER="$(of "['trulioo']['username']"):$(of "['trulioo']['password']")" \
    TRULIOO_PASSPHRASE=$(of "['identities']['encrypted']['passphrase']") TRULIOO_CA=$(of "['files']['ca']") \
    sh "$root/examples/shell/trulioo.sh" >trulioo.out
grep -q Hello trulioo.out
echo "ok: shell/trulioo.sh"

"$root/ffi-c/install.sh" "$work/installed" "$build" >/dev/null
export PKG_CONFIG_PATH=$work/installed/lib/pkgconfig
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror -Wpedantic "$root/examples/c/banks.c" $(pkg-config --cflags --libs mutls) \
    "-Wl,-rpath,$work/installed/lib" -o banks
./banks "$base/" my_app_cert.crt my_app_private_key.pem lean_public_cert_chain.pem "$token" >banks.out
grep -q SANDBOX_BANK_ONE banks.out
if ./banks "$base/" my_app_cert.crt client.key lean_public_cert_chain.pem "$token" 2>banks.err; then exit 1; fi
grep -q hint: banks.err
echo "ok: c/banks.c"

if command -v go >/dev/null; then
    "$root/bindings-go/place.sh" "$build"
    for example in lean lean_get lean_header; do
        go build -C "$root/examples/go" -o "$work/go_$example" "./$example"
    done
    LEAN_URL=$base LEAN_APP_TOKEN=$token "$work/go_lean" >lean.go.out
    grep -q SANDBOX_BANK_ONE lean.go.out && grep -q customer_id lean.go.out
    files="-cert my_app_cert.crt -key my_app_private_key.pem -CA lean_public_cert_chain.pem"
    # shellcheck disable=SC2086
    "$work/go_lean_get" $files -url "$base/banks/v1" 2>get.go.out
    # Without a token: the partner's own words, behind a handshake that worked.
    grep -q UNAUTHORIZED get.go.out
    # shellcheck disable=SC2086
    "$work/go_lean_header" $files -url "$base/banks/v1" -token "$token" 2>header.go.out
    grep -q SANDBOX_BANK_ONE header.go.out
    echo "ok: go/lean, go/lean_get, go/lean_header"
else
    echo "go is not installed, its examples are not run"
fi

for example in "$root"/examples/ruby/*.rb; do
    MUTLS_LIBRARY=$build/libmutls.so LEAN_URL=$base LEAN_APP_TOKEN=$token TRULIOO_URL=$base \
        TRULIOO_USER=$(of "['trulioo']['username']") TRULIOO_PASSWORD=$(of "['trulioo']['password']") \
        TRULIOO_PASSPHRASE=$(of "['identities']['encrypted']['passphrase']") TRULIOO_CA=lean_public_cert_chain.pem \
        ruby -W0 -I "$root/bindings-ruby/lib" "$example" >ruby.out
    grep -q 'SANDBOX_BANK_ONE\|Hello napi_user' ruby.out
    echo "ok: ruby/$(basename "$example")"
done
# Java's examples need its jars: bindings-java/test.sh runs them.

if command -v mcs >/dev/null && [ "$(uname -sm)" = "Linux x86_64" ]; then
    # shellcheck disable=SC2034
    target=$(dirname "$build")
    # shellcheck source=../bindings-dotnet/toolchain.sh
    . "$root/bindings-dotnet/toolchain.sh"
    MUTLS_DOTNET_PROFILE=dev MUTLS_DOTNET_DIST=$work/nupkg "$root/bindings-dotnet/dist.sh" >/dev/null
    restore "$work/nupkg" "$work/packages"
    for example in Lean LeanHttpClient TruliooHttpClient; do
        application "$work/packages" "$work/dotnet/$example/$example.dll" "$root/examples/dotnet/$example/Program.cs"
        LEAN_URL=$base LEAN_APP_TOKEN=$token TRULIOO_URL=$base \
            TRULIOO_USER=$(of "['trulioo']['username']") TRULIOO_PASSWORD=$(of "['trulioo']['password']") \
            TRULIOO_PASSPHRASE=$(of "['identities']['encrypted']['passphrase']") TRULIOO_CA=lean_public_cert_chain.pem \
            "$DOTNET" "$work/dotnet/$example/$example.dll" >dotnet.out
        grep -q 'SANDBOX_BANK_ONE\|Hello napi_user' dotnet.out
        echo "ok: dotnet/$example"
    done
else
    echo "mono-mcs is not installed, or this is no linux-x64: the .NET examples are not run"
fi

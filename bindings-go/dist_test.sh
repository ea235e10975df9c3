#!/usr/bin/env bash
# Uses the module archive as a stranger would: from an empty folder, through a module proxy; vendored too. Says what is
# missing where the library is.
#
#   dist_test.sh [BUILD]     BUILD is where cargo built the library, default target/debug
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
build=${1:-$target/debug}
"$here/dist.sh" "$build" >/dev/null
work=$(mktemp -d)
mkfifo "$work/stdin"
exec 3<>"$work/stdin"
"$target/debug/mutls" sandbox >"$work/announcement" 2>/dev/null <&3 &
sandbox=$!
# The module cache is read-only.
trap 'kill $sandbox; chmod -R u+w "$work"; rm -rf "$work"' EXIT
until [ -s "$work/announcement" ]; do sleep 0.05; done
of() { python3 -c 'import json, sys; print(eval("json.load(open(sys.argv[1]))" + sys.argv[2]))' "$work/announcement" "$1"; }

mkdir "$work/app"
cd "$work/app"
cat >main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/mutls/mutls/bindings-go"
)

func main() {
	client, err := mutls.New(mutls.Config{
		BaseURL: os.Args[1], CertFile: os.Args[2], KeyFile: os.Args[3], CAFile: os.Args[4],
	})
	if err != nil {
		log.Fatal(err)
	}
	resp, err := client.Get(context.Background(), "/echo")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.StatusCode)
}
GO
export GOPROXY=file://$root/dist/go GONOSUMDB='*' GOFLAGS=-mod=mod GOMODCACHE=$work/modules GOTOOLCHAIN=local
unset PKG_CONFIG_PATH
go mod init -q example.test/app 2>/dev/null || go mod init example.test/app
go get -x=false github.com/mutls/mutls/bindings-go@latest 2>/dev/null || go get github.com/mutls/mutls/bindings-go@latest
run() {
    [ "$("$1" "$(of "['listeners']['required']['url']")" "$(of "['identities']['valid']['chain']")" \
        "$(of "['identities']['valid']['key']")" "$(of "['files']['ca']")")" = 200 ]
}
go build -o app .
run ./app
echo "ok: through a module proxy, $(stat -c %s app) bytes"

go mod vendor
GOFLAGS=-mod=vendor go build -o vendored .
run ./vendored
echo "ok: vendored"

# Without the library, words. Elsewhere, for Go's build cache does not look at headers.
cp -r "$work/app" "$work/bare"
cd "$work/bare"
rm vendor/github.com/mutls/mutls/bindings-go/lib/*/mutls.h vendor/github.com/mutls/mutls/bindings-go/lib/*/libmutls.a
if GOFLAGS=-mod=vendor go build -o nothing . 2>said; then exit 1; fi
grep -q 'libmutls is not beside this module' said || { cat said; exit 1; }
"$root/ffi-c/install.sh" "$work/installed" "$build" >/dev/null
PKG_CONFIG_PATH=$work/installed/lib/pkgconfig GOFLAGS=-mod=vendor CGO_LDFLAGS="-Wl,-rpath,$work/installed/lib" \
    go build -tags mutls_pkgconfig -o shared .
run ./shared
echo "ok: through pkg-config, and words where there is neither"

#!/usr/bin/env bash
# `wheel.sh FOLDER` builds the wheel that a user installs: for every CPython from 3.9 on and every glibc from 2.17 on.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
tools=$("$here/tools.sh")
export PATH=$tools/bin:$PATH
compatible=() linked=()
if [ "$(uname -s)" = Linux ]; then
    compatible=(--zig --compatibility manylinux2014)
    # zig would link an unwinder of its own into the wheel; a thread that the interpreter ends is unwound by the system's,
    # and Rust's frames have to understand that one.
    linked=(-- -C "link-arg=$("${CC:-cc}" -print-file-name=libgcc_s.so.1)")
fi
mkdir -p "$out"
rm -f "$out"/mutls-*.whl
cd "$here"
maturin build -q --locked --release --strip "${compatible[@]}" -o "$out" "${linked[@]}"

#!/usr/bin/env bash
# Counts the syscalls of warm requests to the sandbox: a process that makes one request beside one that makes
# many, and fails if a warm request opens a file, looks up a name or connects.
set -euo pipefail
cd "$(dirname "$0")/.."
count=${1:-1000}
build=${CARGO_TARGET_DIR:-target}/debug
cargo build --quiet --locked -p mutls --example warm
cargo build --quiet --locked -p mutls-cli
work=$(mktemp -d)
mkfifo "$work/stdin"
exec 3<>"$work/stdin"
"$build/mutls" sandbox >"$work/announcement" 2>/dev/null <&3 &
sandbox=$!
trap 'kill $sandbox; rm -rf "$work"' EXIT
until [ -s "$work/announcement" ]; do sleep 0.05; done
config=$(python3 - "$work/announcement" <<'P'
import json, sys
info = json.load(open(sys.argv[1]))
identity = info["identities"]["valid"]
print(json.dumps({"base_url": info["listeners"]["required"]["url"], "ca": info["files"]["ca"],
                  "cert": identity["chain"], "key": identity["key"]}))
P
)
for requests in 1 "$count"; do
    strace -f -qq -o "$work/trace.$requests" "$build/examples/warm" "$config" /connection "$requests"
done
python3 - "$work/trace.1" "$work/trace.$count" "$count" <<'P'
import collections, re, sys
def read(path):
    names = (re.match(r"\d+ +(?:<\.\.\. )?(\w+)(\(| resumed)", line) for line in open(path))
    return collections.Counter(m[1] for m in names if m and m[2] == "(")
one, many, count = read(sys.argv[1]), read(sys.argv[2]), int(sys.argv[3])
print(f"{'syscall':16} {'1 request':>10} {count:>6} requests")
for name, calls in many.most_common():
    if calls != one[name] or name in ("openat", "newfstatat", "connect"):
        print(f"{name:16} {one[name]:10} {calls:6}")
warm = (sum(many.values()) - sum(one.values())) / (count - 1)
print(f"a warm request: {warm:.3f} syscalls")
extra = [name for name in ("openat", "newfstatat", "connect") if many[name] > one[name]]
if extra or warm > 3:
    sys.exit(f"too many: {extra or warm}")
P

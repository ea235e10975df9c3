#!/usr/bin/env bash
# What a user installs: the module with the library inside, laid out as a module proxy serves it, into dist/go.
#
#   GOPROXY=file://$PWD/dist/go GONOSUMDB='*' go get github.com/mutls/mutls/bindings-go
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
module=$(sed -n 's/^module //p' "$here/go.mod")
version=v$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
build=${1:-}
if [ -z "$build" ]; then
    cargo build --quiet --locked --release --manifest-path "$root/Cargo.toml" -p mutls-ffi
    build=$CARGO_TARGET_DIR/release
fi
"$here/place.sh" --small "$build"

to=$root/dist/go/$module/@v
rm -rf "$root/dist/go"
mkdir -p "$to"
cp "$here/go.mod" "$to/$version.mod"
echo "$version" >"$to/list"
echo "{\"Version\": \"$version\"}" >"$to/$version.info"
python3 - "$here" "$root" "$module@$version" "$to/$version.zip" <<'PYTHON'
import pathlib, sys, zipfile

here, root, prefix, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4]
files = sorted(p for p in here.rglob("*") if p.is_file() and p.suffix in {".go", ".c", ".h", ".a", ".md", ".mod"})
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
    for path in [*files, *sorted(root.glob("LICENSE*"))]:
        name = path.relative_to(here if here in path.parents else root)
        # The same input gives the same archive.
        entry = zipfile.ZipInfo(f"{prefix}/{name.as_posix()}", (1980, 1, 1, 0, 0, 0))
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        archive.writestr(entry, path.read_bytes())
PYTHON
ls -l "$to/$version.zip"

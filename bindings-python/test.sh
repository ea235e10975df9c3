#!/usr/bin/env bash
# Builds the wheel that ships, installs it into an empty virtual environment, and runs every test from there.
# `test.sh -k NAME` and the like hand their arguments to pytest, in place of the whole.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
work=$target/python
env=$work/env
mkdir -p "$work"

begun=$SECONDS
stage() { echo "python: $1 (at $((SECONDS - begun)) s)"; }

# environment NAME REQUIREMENTS
environment() {
    if [ ! -f "$work/$1/ready" ] || [ "$2" -nt "$work/$1/ready" ]; then
        "${PYTHON:-python3}" -m venv --clear "$work/$1"
        "$work/$1/bin/pip" install -q --disable-pip-version-check -r "$2"
        touch "$work/$1/ready"
    fi
}
environments() {
    environment env "$here/tests/requirements.txt"
    environment lowest "$here/tests/lowest.txt"
}

stage "building the wheel"
environments & downloading=$!
"$here/wheel.sh" "$work/wheels"
stage "building the sandbox"
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-conformance
wait "$downloading"
for name in env lowest; do
    "$work/$name/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps "$work"/wheels/mutls-*.whl
done
export MUTLS_BINARY=$target/debug/mutls

# From elsewhere, so that the wheel is tested and not the folder.
cd "$work"
pytest() { "$env/bin/python" -m pytest -q -c "$here/pyproject.toml" --rootdir "$here" "$@"; }
if [ $# -gt 0 ]; then
    pytest "$here/tests" "$@"
    exit
fi

stage "lint and types"
"$env/bin/ruff" check -q --config "$here/pyproject.toml" "$here" "$root/examples/python"
"$env/bin/ruff" format -q --config "$here/pyproject.toml" --check "$here" "$root/examples/python"
"$env/bin/python" -m mypy.stubtest mutls._native --mypy-config-file "$here/pyproject.toml"
"$env/bin/mypy" --config-file "$here/pyproject.toml" -p mutls
stage "tests, side by side"
pytest -n 4 -m 'not alone' "$here/tests"
stage "the lowest requests, urllib3 and httpx"
"$work/lowest/bin/python" -m pytest -q -c "$here/pyproject.toml" --rootdir "$here" -n 2 "$here"/tests/test_{requests,httpx}.py
stage "tests, one by one"
pytest -m alone "$here/tests"
status=0
for how in "" --async; do
    stage "conformance $how"
    # shellcheck disable=SC2086
    "$target/debug/conformance" python "$env/bin/python" "$here/tests/conformance.py" $how || status=1
done
stage "faults by real servers"
"$target/debug/conformance" python --faults "$env/bin/python" "$here/tests/conformance.py" || status=1
stage "done"
exit $status

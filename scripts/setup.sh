#!/usr/bin/env bash
# Installs what the tests need beyond Rust and a C compiler; changes nothing when all is there.
set -euo pipefail

declare -A package=(
    [gcc]=gcc [g++]=g++ [clang]=clang [pkg-config]=pkg-config [python3]=python3 [valgrind]=valgrind [nm]=binutils
    [ruby]=ruby [puma]=puma
    [openssl]=openssl [keytool]=default-jdk-headless [curl]=curl [nginx]=nginx-light [strace]=strace [make]=make
    [certtool]=gnutls-bin [zip]=zip [apache2]=apache2-bin [haproxy]=haproxy [stunnel]=stunnel4 [setpriv]=util-linux
    [node]=nodejs [npm]=npm [mcs]=mono-mcs
    [javac]=default-jdk-headless [mvn]=maven
    [chromium-headless-shell]=chromium-headless-shell
)
missing=()
for tool in "${!package[@]}"; do
    command -v "$tool" >/dev/null || PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
done
# clang's C++ driver and the C headers have no command of their own.
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
# Nor has the sanitizers' runtime.
compgen -G "$(clang -print-resource-dir 2>/dev/null)/lib/linux/libclang_rt.asan_static-*.a" >/dev/null || missing+=(libclang-rt-dev)
for library in ffi faraday minitest; do
    ruby -e "require '$library'" 2>/dev/null || missing+=("ruby-$library")
done
# Without any font a browser draws no letters.
[ -d /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
# Debian's Python makes no virtual environments by itself.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)

if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q >/dev/null
        apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "mutls: the tests need these Debian packages: ${missing[*]}" >&2
        echo "       Run: sudo apt-get install ${missing[*]}" >&2
        exit 1
    fi
fi
"$(dirname "$0")/prerequisites.sh"

#!/bin/sh
# Installs the C library: headers, shared and static library, pkg-config file.
#
#   ffi-c/install.sh PREFIX [BUILD]     BUILD is where cargo built it, default target/release
#
# With DESTDIR set, files go below it, and are made to be used from PREFIX.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
prefix=${1:?usage: install.sh PREFIX [BUILD]}
build=${2:-${CARGO_TARGET_DIR:-$root/target}/release}
case $prefix in /*) ;; *) prefix=$(pwd)/$prefix ;; esac
to=${DESTDIR:-}$prefix

version_part() { sed -n "s/^#define MUTLS_VERSION_$1 *//p" "$root/include/mutls.h"; }
version=$(version_part MAJOR).$(version_part MINOR).$(version_part PATCH)

case $(uname -s) in
Darwin)
    shared=libmutls.dylib
    libs_private='-lSystem -lc -lm -framework Security -framework CoreFoundation'
    ;;
*)
    shared=libmutls.so
    # What `rustc --print native-static-libs` says.
    libs_private='-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc'
    ;;
esac
[ -e "$build/$shared" ] || {
    echo "install.sh: $build/$shared is missing; build it with: cargo build --release -p mutls-ffi" >&2
    exit 1
}

install -d "$to/lib/pkgconfig" "$to/include"
install -m 644 "$root/include/mutls.h" "$to/include/"
install -m 644 "$build/libmutls.a" "$to/lib/"
if [ "$shared" = libmutls.so ]; then
    install -m 755 "$build/libmutls.so" "$to/lib/libmutls.so.$version"
    ln -sf "libmutls.so.$version" "$to/lib/libmutls.so.0"
    ln -sf libmutls.so.0 "$to/lib/libmutls.so"
else
    install -m 755 "$build/$shared" "$to/lib/"
fi
sed -e "s|@PREFIX@|$prefix|" -e "s|@VERSION@|$version|" -e "s|@LIBS_PRIVATE@|$libs_private|" \
    "$root/ffi-c/mutls.pc.in" > "$to/lib/pkgconfig/mutls.pc"
echo "installed mutls $version in $to"

#!/usr/bin/env bash
# build.sh FOLDER: the .NET load in FOLDER, on the package that ships. .NET Core's runtime comes as the tests fetch it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
# shellcheck source=../../bindings-dotnet/toolchain.sh
. "$root/bindings-dotnet/toolchain.sh"
MUTLS_DOTNET_DIST=$1/nupkg "$root/bindings-dotnet/dist.sh" >/dev/null
restore "$1/nupkg" "$1/packages"
application "$1/packages" "$1/load/Load.dll" "$root/bench/dotnet/Load.cs"

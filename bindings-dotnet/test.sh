#!/usr/bin/env bash
# Packs the nupkg once, and runs every test from it on a real CoreCLR, without an SDK: Debian's mono-mcs compiles, the wheel
# `dotnetcore2` has the runtime. `test.sh NAME...` runs the tests whose name contains one of the NAMEs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
export CARGO_TARGET_DIR=$target
# shellcheck source=toolchain.sh
. "$here/toolchain.sh"
work=$target/dotnet
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-conformance
MUTLS_DOTNET_PROFILE=dev MUTLS_DOTNET_DIST=$work/dist "$here/dist.sh" >/dev/null
restore "$work/dist" "$work/packages"

application "$work/packages" "$work/conformance/Conformance.dll" "$here"/test/Conformance/*.cs
application "$work/packages" "$work/tests/Mutls.Tests.dll" "$here"/test/Mutls.Tests/*.cs "$here"/test/Xunit/*.cs
export MUTLS_BINARY=$target/debug/mutls
mkdir -p "$work/empty"
cd "$work/empty"
echo "tests"
"$DOTNET" "$work/tests/Mutls.Tests.dll" "$@"
[ $# -eq 0 ] || exit 0
echo "tests, the collector all the time"
COMPlus_GCgen0size=20000 COMPlus_gcConcurrent=0 "$DOTNET" "$work/tests/Mutls.Tests.dll" ClientTests HandlerTests
echo "the end of a process with calls in flight"
application "$work/packages" "$work/exit/Exit.dll" "$here/test/Exit/Program.cs"
coproc SANDBOX { "$MUTLS_BINARY" sandbox 2>/dev/null; }
read -r announcement <&"${SANDBOX[0]}"
url=$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["listeners"]["plain"]["url"])' "$announcement")
timeout 60 "$DOTNET" "$work/exit/Exit.dll" "$url" | grep '"seen":2'
kill "$SANDBOX_PID"
status=0
for way in "" --blocking --handler; do
    echo "conformance ${way#--}"
    # shellcheck disable=SC2086
    "$target/debug/conformance" dotnet "$DOTNET" "$work/conformance/Conformance.dll" $way || status=1
done
echo "faults by real servers"
"$target/debug/conformance" dotnet --faults "$DOTNET" "$work/conformance/Conformance.dll" || status=1
exit $status

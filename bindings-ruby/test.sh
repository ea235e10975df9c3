#!/usr/bin/env bash
# Builds the gem once, installs it into an empty GEM_HOME, and runs every test from there, in an empty folder.
# `test.sh NAME [ARGUMENT...]` runs test/test_NAME.rb alone; the arguments go to minitest.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
target=${CARGO_TARGET_DIR:-$root/target}
work=$target/ruby
export CARGO_TARGET_DIR=$target
cargo build --quiet --locked --manifest-path "$root/Cargo.toml" -p mutls-cli -p mutls-conformance
MUTLS_RUBY_PROFILE=dev MUTLS_RUBY_DIST=$work/dist "$here/dist.sh" >/dev/null
rm -rf "$work/gems" "$work/empty"
mkdir -p "$work/gems" "$work/empty"
GEM_PATH=$work/gems:$(gem env gempath)
export GEM_HOME=$work/gems GEM_PATH MUTLS_BINARY=$target/debug/mutls
unset MUTLS_LIBRARY RUBYLIB RUBYOPT
gem install --silent --local --no-document "$work"/dist/mutls-*.gem
cd "$work/empty"
ruby -rmutls -e 'abort $LOADED_FEATURES.grep(/mutls/).first unless $LOADED_FEATURES.grep(/mutls/).all? { |file| file.start_with?(ENV["GEM_HOME"]) }'

run() { ruby -w -I "$here/test" "$here/test/test_$1.rb" "${@:2}" 2> >(grep -v '/vendor_ruby/.*warning:\|rubygems-integration/.*warning:' >&2); }
if [ $# -gt 0 ]; then
    run "$@"
    exit
fi
find "$here" "$root/examples/ruby" -name '*.rb' -print0 | xargs -0 -n1 ruby -wc | sort | uniq -c | grep 'Syntax OK'
echo "types"
ruby -e 'gem "rbs"; load Gem.bin_path("rbs", "rbs")' -- -r uri -r pathname -I "$here/sig" validate --silent
for name in client events tools net_http faraday examples processes; do
    echo "test_$name"
    run "$name"
done
status=0
for how in "" --submitted; do
    echo "conformance $how"
    # shellcheck disable=SC2086
    "$target/debug/conformance" ruby ruby -w "$here/test/conformance.rb" $how || status=1
done
echo "faults by real servers"
"$target/debug/conformance" ruby --faults ruby -w "$here/test/conformance.rb" || status=1
exit $status

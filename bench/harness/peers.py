"""Who takes part. A new language adds its rows here; the interface of a load is in bench/README.md."""

import glob
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from . import dotnet, java, node

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
OUT = TARGET / "bench"
PYTHON = OUT / "python" / "bin" / "python"
NIQUESTS = OUT / "niquests" / "bin" / "python"

ALL = ("get", "fresh", "resumed", "download", "upload", "first")
# Those that do not keep sessions over connections have no resumed handshakes to show.
NO_SESSIONS = tuple(mode for mode in ALL if mode != "resumed")
# What is compared of those that stand on another peer, or are there for Python alone.
SEAM = ("get", "fresh", "download")


@dataclass(frozen=True)
class Peer:
    """One load program."""

    name: str
    what: str
    command: list
    modes: tuple = ALL
    levels: tuple = (1, 32, 256, 1000)
    # Files (or patterns) whose absence means that the peer is not installed.
    needs: tuple = ()
    # Ours, a floor that we compare with, or another client.
    kind: str = "peer"
    # A bound compares ours with it.
    compared: bool = False
    # Callgrind can follow it.
    native: bool = False
    environment: dict = field(default_factory=dict)

    @property
    def judged(self) -> bool:
        """Whether a bound speaks of it, as ours or as what ours is held against."""
        return self.compared or self.kind != "peer"

    def missing(self) -> str | None:
        """Why it cannot take part, or None."""
        program = self.command[0]
        for file in (program, *self.needs):
            found = glob.glob(str(file)) if os.sep in str(file) else shutil.which(file)
            if not found:
                return f"{Path(file).name} is not there"
        return None


def _rust(name: str, what: str, **more) -> Peer:
    return Peer(name, what, [OUT / "rust" / "release" / name], native=True, **more)


def _python(name: str, what: str, module: str, python: Path = PYTHON, **more) -> Peer:
    script = f"{name.replace('-', '_')}_load.py"
    # The installed package: a folder, or an extension module's metadata.
    package = python.parent.parent / "lib" / "python3*" / "site-packages" / module
    return Peer(
        name,
        what,
        [python, BENCH / "python" / script],
        levels=(1, 32, 256),
        needs=(package,),
        **more,
    )


PEERS = [
    _rust("mutls", "mutls, blocking calls on threads", kind="ours"),
    _rust("mutls-submit", "mutls, submitted calls from one thread", kind="ours", modes=("get",)),
    Peer(
        "mutls-c",
        "mutls through its C ABI, blocking calls on threads",
        [OUT / "mutls-c"],
        modes=("get", "fresh", "resumed", "download", "first"),
        kind="ours",
    ),
    Peer("mutls-go", "mutls in Go behind http.Client", [OUT / "mutls-go"], kind="ours"),
    _rust("rustls-bare", "rustls on blocking sockets, fixed request: the floor", kind="floor", modes=ALL[:-1]),
    _rust("hyper", "hyper 1 and tokio-rustls on one thread", kind="floor", modes=ALL[:-1]),
    _rust("ureq", "stock ureq 3.5 with its rustls connector", modes=ALL[:-1]),
    Peer("curl", "libcurl, an easy handle a thread", [OUT / "curl"], kind="floor"),
    Peer("go", "Go net/http with crypto/tls", [OUT / "go"], compared=True),
    _python("mutls-python", "mutls in Python, threads", "mutls", kind="ours"),
    _python("mutls-asyncio", "mutls in Python, asyncio", "mutls", kind="ours"),
    _python("mutls-requests", "Python requests with mutls's adapter, threads", "mutls", kind="ours", modes=SEAM),
    _python("mutls-httpx", "Python httpx with mutls's transport, threads", "mutls", kind="ours", modes=SEAM),
    _python("mutls-httpx-async", "Python httpx with mutls's transport, asyncio", "mutls", kind="ours", modes=SEAM),
    _python("requests", "Python requests, threads", "requests", modes=NO_SESSIONS),
    _python("httpx", "Python httpx, threads", "httpx", modes=NO_SESSIONS),
    _python("httpx-async", "Python httpx, asyncio", "httpx", modes=NO_SESSIONS),
    _python("aiohttp", "Python aiohttp, asyncio", "aiohttp", modes=NO_SESSIONS),
    _python("pycurl", "Python pycurl, threads", "pycurl"),
    _python("niquests", "Python niquests, threads", "niquests", NIQUESTS, modes=SEAM),
    _python("pyreqwest", "Python pyreqwest, threads", "pyreqwest", modes=SEAM),
    _python("pyreqwest-async", "Python pyreqwest, asyncio", "pyreqwest", modes=SEAM),
    Peer(
        "undici",
        "Node undici request",
        ["node", BENCH / "node" / "undici.mjs"],
        levels=(1, 32, 256),
        needs=(BENCH / "node" / "node_modules" / "undici",),
        compared=True,
    ),
    Peer(
        "node-https", "Node https with a keep-alive Agent", ["node", BENCH / "node" / "https.mjs"], levels=(1, 32, 256)
    ),
]

# The languages below have a file each, which imports what stands above.
from .ruby import RUBY_PEERS  # noqa: E402

PEERS += RUBY_PEERS
PEERS += node.peers(Peer, BENCH)
PEERS += java.peers(Peer, OUT)
PEERS += dotnet.peers(Peer, TARGET, OUT)

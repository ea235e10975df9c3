"""What a warm request costs in exact counts: syscalls by strace, instructions by callgrind.

Each is the difference of two runs, so that start, handshake and end cancel out.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import load
from .peers import Peer
from .server import Server
from .tests import TESTS

WARM = next(test for test in TESTS if test.key == "get-1")


def syscalls(server: Server, peer: Peer, requests: int) -> dict | None:
    """Syscalls a warm request, all together and by name."""
    if not shutil.which("strace"):
        return None
    few, many = (_strace(server, peer, count) for count in (requests // 10, requests))
    if not few or not many:
        return None
    apart = requests - requests // 10
    by_name = {name: (many[name] - few.get(name, 0)) / apart for name in many}
    by_name = {name: round(count, 3) for name, count in by_name.items() if count >= 0.005}
    return {"all": round(sum(by_name.values()), 3), "by_name": by_name}


def _strace(server: Server, peer: Peer, requests: int) -> dict[str, int]:
    out = server.folder / "strace"
    words = ["strace", "-f", "-c", "-qq", "-o", str(out), *load.command(server, peer, WARM, 0, requests)]
    if not _ran(words):
        return {}
    counts = {}
    for line in out.read_text().splitlines():
        # % time, seconds, usecs/call, calls, errors (may be absent), name
        match = re.match(r" *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$", line)
        if match and match[2] != "total":
            counts[match[2]] = int(match[1])
    return counts


def instructions(server: Server, peer: Peer, requests: int) -> float | None:
    """Instructions a warm request. The processor's newest vector units are unknown to valgrind: encryption
    takes other code than it would without, the same for every peer."""
    if not peer.native or not shutil.which("valgrind"):
        return None
    few, many = (_callgrind(server, peer, count) for count in (requests // 5, requests))
    if not few or not many:
        return None
    return (many - few) / (requests - requests // 5)


def _callgrind(server: Server, peer: Peer, requests: int) -> int | None:
    out = server.folder / "callgrind"
    options = ["--tool=callgrind", f"--callgrind-out-file={out}", "-q"]
    if not _ran(["valgrind", *options, *load.command(server, peer, WARM, 0, requests)]):
        return None
    totals = re.search(r"^(?:totals|summary): (\d+)", Path(out).read_text(), re.MULTILINE)
    return int(totals[1]) if totals else None


def _ran(words: list[str]) -> bool:
    try:
        done = subprocess.run(words, capture_output=True, timeout=load.PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode:
        print(f"{words[0]}: {done.stderr.decode()[-200:]}", file=sys.stderr)
    return done.returncode == 0


def library_bytes(library: Path, folder: Path) -> int | None:
    """The size of the shared library without symbols."""
    strip = shutil.which("strip")
    if not library.exists() or not strip:
        return None
    copy = folder / "stripped"
    subprocess.run([strip, "-o", copy, library], check=True)
    return copy.stat().st_size

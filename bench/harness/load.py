"""Runs one load and reads its line."""

import json
import subprocess
import time
from pathlib import Path

from .peers import Peer
from .server import LARGE, Server
from .tests import Test

PATIENCE = 120


class Failed(Exception):
    """A load that did not end as it should; the text says why."""


def config(server: Server, test: Test) -> Path:
    """Writes the document that tells a load about the server."""
    folder = server.folder
    document = {
        "base": server.base(test.listener),
        "path": test.path,
        "cert": str(folder / f"{test.identity}.pem"),
        "key": str(folder / f"{test.identity}.key"),
        "ca": None if test.system_roots else str(folder / "ca.pem"),
        "upload_bytes": LARGE,
    }
    file = folder / f"{test.key}.json"
    file.write_text(json.dumps(document))
    return file


def command(server: Server, peer: Peer, test: Test, seconds: float, requests: int = 0) -> list[str]:
    """The command line of a load; `requests`, or else those of the test, stand in for time."""
    words = [*peer.command, "--config", config(server, test), "--mode", test.mode, "--in-flight", test.in_flight]
    requests = requests or test.requests
    words += ["--requests", requests] if requests else ["--seconds", seconds]
    return [str(word) for word in words]


def run(words: list[str], peer: Peer) -> dict:
    """Runs a command and gives the numbers that it printed, with `wall_s`, the life of the process."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{peer.name} did not end in {PATIENCE} s") from error
    wall = time.perf_counter() - begun
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines()
        raise Failed(f"{peer.name} failed: {said[-1] if said else 'it says nothing'}")
    numbers = json.loads(lines[-1])
    numbers["wall_s"] = wall
    if numbers["requests"] == 0:
        raise Failed(f"{peer.name}: no request ended within the time")
    if numbers["errors"] and numbers["errors"] > numbers["requests"] / 1000:
        raise Failed(
            f"{peer.name}: {numbers['errors']} errors, {numbers['requests']} requests: {done.stderr.strip()[:200]}"
        )
    return numbers

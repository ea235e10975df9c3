#!/usr/bin/env python3
"""Puts mutls and its peers on one server, in one run, and writes bench/results."""

import argparse
import json
import signal
import sys
import tempfile
import time
from pathlib import Path

from harness import awake, bounds, build, counts, figures, identities, machine, picture, rounds, table
from harness.peers import BENCH, PEERS, Peer
from harness.server import Server, find
from harness.tests import TESTS, Test

RESULTS = BENCH / "results"


def main() -> None:
    """Builds, measures, writes."""
    given = arguments()
    # The server has to end with us, however we end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))
    if not find():
        raise SystemExit("nginx is not installed (Debian: nginx-light)")
    if not given.no_build:
        build.all_loads()
    peers, skipped = chosen_peers(given.only)
    tests = chosen_tests(given.modes)
    with tempfile.TemporaryDirectory(prefix="mutls-bench-") as folder:
        identities.make(Path(folder))
        server = Server(Path(folder), given.workers)
        try:
            document = measure(server, peers, tests, given)
        finally:
            server.stop()
    document["skipped"] = skipped
    document["bounds"] = bounds.judge(document)
    write(document, peers, given.results)


def arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it works, measures nothing")
    parser.add_argument("--only", help="names of peers, with commas")
    parser.add_argument("--modes", help="keys of tests or modes, with commas; also: counts")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long a load runs")
    parser.add_argument("--rounds", type=int, default=5, help="at most so many rounds")
    parser.add_argument("--budget", type=float, default=720, help="seconds for all rounds together")
    parser.add_argument("--workers", type=int, default=2, help="nginx's worker processes")
    parser.add_argument("--keep-awake", action="store_true", help="keep idle processors from halting")
    parser.add_argument("--no-build", action="store_true", help="take the loads as they are")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write")
    given = parser.parse_args()
    if given.quick:
        given.rounds, given.seconds = 1, min(given.seconds, 0.3)
    return given


def chosen_peers(only: str | None) -> tuple[list[Peer], dict[str, str]]:
    """Those that take part, and why others do not."""
    names = only.split(",") if only else [peer.name for peer in PEERS]
    unknown = set(names) - {peer.name for peer in PEERS}
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}")
    wanted = [peer for peer in PEERS if peer.name in names]
    skipped = {peer.name: why for peer in wanted if (why := peer.missing())}
    return [peer for peer in wanted if peer.name not in skipped], skipped


def chosen_tests(modes: str | None) -> list[Test]:
    """All, or those that were named."""
    if not modes:
        return TESTS
    return [test for test in TESTS if test.key in modes.split(",") or test.mode in modes.split(",")]


def measure(server: Server, peers: list[Peer], tests: list[Test], given: argparse.Namespace) -> dict:
    """Everything that is measured, as one document."""
    begun = time.monotonic()
    counted = {}
    if not given.modes or "counts" in given.modes.split(","):
        counted = count(server, peers, given.quick)
    left = given.budget - (time.monotonic() - begun)
    with awake.Awake(given.keep_awake) as kept:
        outcome = rounds.measure(server, peers, tests, rounds.Extent(given.seconds, given.rounds, left))
    numbers = outcome["numbers"]
    return {
        "machine": machine.describe(),
        "versions": machine.versions(),
        "workers": given.workers,
        "rounds": outcome["rounds"],
        "load_seconds": given.seconds,
        "kept_awake": kept.count > 0,
        "seconds": time.monotonic() - begun,
        "peers": {peer.name: peer.what for peer in peers},
        "counts": counted,
        "library_bytes": counts.library_bytes(build.LIBRARY, server.folder),
        "tests": {
            test.key: {
                peer.name: figures.summarise(test, numbers[test.key, peer.name])
                for peer in peers
                if (test.key, peer.name) in numbers and (test.key, peer.name) not in outcome["faults"]
            }
            for test in tests
        },
        "faults": [{"test": test, "peer": peer, "why": why} for (test, peer), why in outcome["faults"].items()],
    }


def count(server: Server, peers: list[Peer], quick: bool) -> dict:
    """Syscalls and instructions of a warm request."""
    counted = {}
    for peer in peers:
        rounds.progress(f"counting: {peer.name}")
        # Ours are counted over ten thousand; the others' are clear with fewer.
        calls = 500 if quick else 10_000 if peer.kind == "ours" else 2000
        counted[peer.name] = {
            "syscalls": counts.syscalls(server, peer, calls),
            "instructions": counts.instructions(server, peer, 100 if quick else 500),
        }
    rounds.progress("")
    return counted


def write(document: dict, peers: list[Peer], results: Path) -> None:
    """latest.json, latest.md, latest.svg."""
    results.mkdir(parents=True, exist_ok=True)
    (results / "latest.json").write_text(json.dumps(document, indent=1) + "\n")
    (results / "latest.md").write_text(table.markdown(document))
    (results / "latest.svg").write_text(picture.svg(document, {peer.name: peer.kind for peer in peers}))
    for row in document["bounds"]:
        measured = "-" if row["measured"] is None else f"{row['measured']:.2f}"
        verdict = {True: "met", False: "NOT MET", None: "not measured"}[row["met"]]
        print(f"{row['what']:62} {row['sign']:2} {row['bound']:<5g} {measured:>9} {row['unit']:3} {verdict}")
    print(f"written: {results.name}/latest.md, latest.json, latest.svg")


if __name__ == "__main__":
    main()

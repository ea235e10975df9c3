#!/usr/bin/env python3
"""Where the instructions of a warm request go, by callgrind: `profile.py mutls rustls-bare`.

The difference of two runs, divided by the requests between them.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from harness import callgrind, identities, load
from harness.counts import WARM
from harness.peers import PEERS, Peer
from harness.server import Server


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peers", nargs="+", help="names of Rust peers")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--least", type=float, default=50, help="leave out what takes fewer instructions")
    parser.add_argument("--own", action="store_true", help="without what a function calls")
    parser.add_argument("--tree", metavar="FUNCTION", help="what it calls, and what these call")
    parser.add_argument("--callers", metavar="FUNCTION", action="append", default=[], help="who calls it")
    given = parser.parse_args()
    peers = [next(peer for peer in PEERS if peer.name == name) for name in given.peers]
    with tempfile.TemporaryDirectory(prefix="mutls-profile-") as folder:
        identities.make(Path(folder))
        server = Server(Path(folder), 1)
        try:
            profiles = [per_request(server, peer, given.requests) for peer in peers]
        finally:
            server.stop()
    for function in given.callers:
        callers(profiles[0], function, given.least)
    if given.tree:
        tree(profiles[0], given.tree, given.least)
    elif not given.callers:
        ranking(peers, profiles, given)


def ranking(peers: list[Peer], profiles: list[callgrind.Profile], given: argparse.Namespace) -> None:
    """The dearest functions, peers side by side."""
    costs = [profile.own if given.own else profile.whole() for profile in profiles]
    print("".join(f"{peer.name:>14}" for peer in peers))
    print("".join(f"{sum(profile.own.values()):14,.0f}" for profile in profiles), " everything")
    names = sorted(set().union(*costs), key=lambda name: -max(cost[name] for cost in costs))
    for name in names:
        if max(cost[name] for cost in costs) >= given.least:
            print("".join(f"{cost[name]:14,.0f}" for cost in costs), f" {name[:150]}")


def callers(profile: callgrind.Profile, function: str, least: float) -> None:
    """Who calls a function."""
    rows = profile.callers(function)
    print(f"{sum(row[1] for row in rows):10,.0f} {sum(row[2] for row in rows):6.1f}x {function}")
    for caller, cost, times in rows:
        if cost >= least:
            print(f"{cost:10,.0f} {times:6.1f}x   from {caller[:130]}")


def tree(profile: callgrind.Profile, name: str, least: float, above: tuple[str, ...] = ()) -> None:
    """What a function calls. Costs are those of the callee's calls from there, whoever called the caller."""
    if not above:
        print(f"{profile.whole()[name]:10,.0f} {name}, of which itself {profile.own[name]:,.0f}")
    for callee, cost in profile.callees(name):
        if cost >= least and callee not in above and len(above) < 12:
            indent = "  " * (len(above) + 1)
            print(f"{cost:10,.0f} {indent}{callee[:130]}, itself {profile.own[callee]:,.0f}")
            tree(profile, callee, least, (*above, name))


def per_request(server: Server, peer: Peer, requests: int) -> callgrind.Profile:
    """Instructions a request."""
    few, many = (run(server, peer, count) for count in (requests // 5, requests))
    return many.minus(few, requests - requests // 5)


def run(server: Server, peer: Peer, requests: int) -> callgrind.Profile:
    """One run under callgrind."""
    out = server.folder / "callgrind"
    words = load.command(server, peer, WARM, 0, requests)
    options = ["--tool=callgrind", f"--callgrind-out-file={out}", "-q"]
    subprocess.run(["valgrind", *options, *words], check=True, capture_output=True)
    return callgrind.read(out)


if __name__ == "__main__":
    main()

"""The measured rounds: in the first, every test is put on every peer; in the others, those that a bound speaks of.

The order rotates, so that a slow minute meets all of them.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass

from . import load
from .peers import Peer
from .server import Server
from .tests import Test


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    # Of one load.
    seconds: float
    rounds: int
    # For all rounds together, in seconds.
    budget: float


def measure(server: Server, peers: list[Peer], tests: list[Test], extent: Extent) -> dict:
    """As many rounds as are asked for and fit into the budget; two at least, if more than one is asked for.

    Gives the numbers by (test, peer), one entry a round, and the number of rounds.
    """
    numbers: dict[tuple[str, str], list[dict]] = {}
    faults: dict[tuple[str, str], str] = {}
    logs = {"fresh": 0, "resumed": 0}
    begun, done, last = time.monotonic(), 0, 0.0
    while done < extent.rounds and (done < 2 or time.monotonic() - begun + last < extent.budget):
        round_begun = time.monotonic()
        for place, test in enumerate(tests):
            for peer in rotated([p for p in peers if takes_part(p, test, done)], done + place):
                key = (test.key, peer.name)
                if key in faults:
                    continue
                progress(f"round {done + 1}: {test.key:14} {peer.name:14}")
                try:
                    result = load.run(load.command(server, peer, test, extent.seconds), peer)
                    if test.listener in logs:
                        result.update(sessions(server, test.listener, logs))
                    numbers.setdefault(key, []).append(result)
                except load.Failed as failure:
                    faults[key] = str(failure)
                    progress("")
                    print(f"{test.key}: {failure}", file=sys.stderr)
        done += 1
        last = time.monotonic() - round_begun
    progress("")
    return {"numbers": numbers, "faults": faults, "rounds": done}


def progress(text: str) -> None:
    """Says what is under way, on one line of a terminal."""
    if sys.stderr.isatty():
        print(f"\r{text:50}\r", end="", file=sys.stderr, flush=True)


# Tests whose figures bounds compare, and which differ from one time to the next.
REPEATED = ("get", "fresh", "resumed")


def takes_part(peer: Peer, test: Test, earlier: int) -> bool:
    """Whether the test is one for this peer, after so many earlier rounds."""
    if earlier and not (peer.judged and test.mode in REPEATED):
        return False
    return test.mode in peer.modes and (test.mode != "get" or test.in_flight in peer.levels)


def rotated(peers: list[Peer], by: int) -> list[Peer]:
    """The same peers, another one first."""
    by %= max(1, len(peers))
    return peers[by:] + peers[:by]


def sessions(server: Server, listener: str, logs: dict[str, int]) -> dict:
    """What the server saw: how many handshakes, the share that was resumed, the group met most."""
    logs[listener], lines = server.sessions(listener, logs[listener])
    words = [line.split() for line in lines]
    groups = Counter(word[2] for word in words if len(word) > 2 and word[0] == ".")
    return {
        "served": len(words),
        "resumed_share": sum(word[0] == "r" for word in words) / max(1, len(words)),
        "group": groups.most_common(1)[0][0] if groups else None,
    }

"""Reads a callgrind profile: instructions by function and by call."""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Profile:
    """What a run spent."""

    # In the function itself.
    own: Counter = field(default_factory=Counter)
    # From one function into another, with all that the latter calls.
    calls: Counter = field(default_factory=Counter)
    # How often.
    times: Counter = field(default_factory=Counter)

    def minus(self, other: "Profile", by: float) -> "Profile":
        """The difference of two runs, divided."""
        pairs = ((self.own, other.own), (self.calls, other.calls), (self.times, other.times))
        return Profile(*(_minus(many, few, by) for many, few in pairs))

    def whole(self) -> Counter:
        """Instructions by function with all that it calls; what calls itself counts more than once."""
        costs = Counter(self.own)
        for (caller, _), cost in self.calls.items():
            costs[caller] += cost
        return costs

    def callees(self, caller: str) -> list[tuple[str, float]]:
        """What a function calls, dearest first."""
        found = [(callee, cost) for (by, callee), cost in self.calls.items() if by == caller and callee != by]
        return sorted(found, key=lambda pair: -pair[1])

    def callers(self, callee: str) -> list[tuple[str, float, float]]:
        """Who calls a function: instructions there, and how often; dearest first."""
        found = [(by, cost, self.times[by, to]) for (by, to), cost in self.calls.items() if to == callee]
        return sorted(found, key=lambda row: -row[1])


def read(file: Path) -> Profile:
    """Parses callgrind's format: https://valgrind.org/docs/manual/cl-format.html"""
    profile, names = Profile(), {}
    current = callee = ""
    called = False
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            if match := re.match(r"(c?fn)=\((\d+)\)(?: (.*))?", line):
                kind, number, name = match.groups()
                if name:
                    names[number] = _shown(name)
                if kind == "fn":
                    current = names[number]
                else:
                    callee = names[number]
            elif match := re.match(r"calls=(\d+)", line):
                profile.times[current, callee] += int(match[1])
                called = True
            elif match := re.match(r"[+\-*\d]\S* (\d+)$", line):
                cost = int(match[1])
                if called:
                    profile.calls[current, callee] += cost
                    called = False
                else:
                    profile.own[current] += cost
    return profile


def _shown(name: str) -> str:
    """The hash at the end of a Rust name says nothing; instances of one function count together."""
    return re.sub(r"::h[0-9a-f]{16}", "", name)


def _minus(many: Counter, few: Counter, by: float) -> Counter:
    return Counter({key: (cost - few[key]) / by for key, cost in many.items()})

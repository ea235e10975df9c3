"""Node's peers, and the addon of ours."""

import shutil
import sys
from pathlib import Path

# Name, what it is, the package that it needs, whether it is ours.
ROWS = [
    ("node-mutls-request", "Node mutls, client.request", None),
    ("node-mutls-fetch", "Node mutls, client.fetch", None),
    ("undici-fetch", "Node undici fetch", "undici"),
    ("axios", "Node axios on a keep-alive https.Agent", "axios"),
    ("node-fetch", "Node node-fetch on a keep-alive https.Agent", "node-fetch"),
]


def peers(make, bench: Path) -> list:
    """A row for each, made by `make`, which is `Peer`."""
    folder = bench / "node"
    addon = bench.parent / "bindings-node" / "mutls.node"
    return [
        make(
            name,
            what,
            ["node", folder / f"{name.removeprefix('node-') if package is None else name}.mjs"],
            levels=(1, 32, 256),
            needs=(folder / "node_modules" / package if package else addon,),
            kind="peer" if package else "ours",
            compared=name == "undici-fetch",
        )
        for name, what, package in ROWS
    ]


def build(ran, target: Path, root: Path) -> None:
    """Puts the addon where the loads look for it. `ran` runs a command and says whether it succeeded."""
    addon = root / "bindings-node" / "mutls.node"
    addon.unlink(missing_ok=True)
    if not shutil.which("node"):
        return
    if ran(["cargo", "build", "--release", "--locked", "--quiet", "-p", "mutls-node"], root):
        suffix = "dylib" if sys.platform == "darwin" else "so"
        shutil.copy(target / "release" / f"libmutls_node.{suffix}", addon)


def bounds(r, row) -> list:
    """What is promised of ours: `r` has the medians, `row` makes a row."""
    rows = []
    for ours, theirs, by_level in (
        ("node-mutls-request", "undici", {1: 1.5, 32: 2, 256: 2}),
        ("node-mutls-fetch", "undici-fetch", {1: 2, 32: 2, 256: 2}),
    ):
        for level, bound in by_level.items():
            test = f"get-{level}"
            ratio = r.ratio("per_s", (test, ours), (test, theirs))
            rows.append(row(f"{ours}: requests/s, {level} in flight, of {theirs}'s", ">=", bound, ratio, "x"))
            ratio = r.ratio("delay_ms", (test, ours), (test, theirs))
            rows.append(row(f"{ours}: event-loop delay p99, {level} in flight, of {theirs}'s", "<", 1, ratio, "x"))
    return rows

"""What was promised, what was measured, and whether it holds."""

import operator

from . import java, node


class Results:
    """Medians by (test, peer, figure)."""

    def __init__(self, document: dict):
        self.document = document

    def __call__(self, test: str, peer: str, name: str) -> float | None:
        """The median, or None where it was not measured."""
        try:
            return self.document["tests"][test][peer][name]["median"]
        except KeyError:
            return None

    def ratio(self, name: str, mine: tuple[str, str], other: tuple[str, str]) -> float | None:
        """One median over another."""
        ours, theirs = self(*mine, name), self(*other, name)
        return None if ours is None or not theirs else ours / theirs

    def count(self, peer: str) -> float | None:
        """Syscalls a warm request."""
        found = self.document["counts"].get(peer, {}).get("syscalls")
        return found and found["all"]


def judge(document: dict) -> list[dict]:
    """One row a promise; `met` is None where something was not measured."""
    r = Results(document)
    rows = [_row("syscalls a warm request", "<=", 3, r.count("mutls"), "")]

    def against(name, title, sign, bound, test, peer):
        rows.append(_row(title, sign, bound, r.ratio(name, (test, "mutls"), (test, peer)), "x"))

    for level in (1, 32):
        against(
            "cpu_us",
            f"CPU a warm request, {level} in flight, of the bare loop's",
            "<=",
            1.25,
            f"get-{level}",
            "rustls-bare",
        )
        against("cpu_us", f"CPU a warm request, {level} in flight, of Go's", "<=", 0.7, f"get-{level}", "go")
    for level in (32, 256):
        against("per_s", f"requests/s, {level} in flight, of the bare loop's", ">=", 0.9, f"get-{level}", "rustls-bare")
        against("per_s", f"requests/s, {level} in flight, of Go's", ">=", 1.4, f"get-{level}", "go")
    for level, bound in ((1, 1), (32, 1.2), (256, 1.5)):
        rate = r.ratio("per_s", (f"get-{level}", "mutls-go"), (f"get-{level}", "go"))
        rows.append(_row(f"requests/s, {level} in flight, in Go, of net/http's", ">=", bound, rate, "x"))
    rows.append(_row("peak memory, 256 connections", "<=", 24, r("get-256", "mutls", "rss_mb"), "MB"))
    rows.append(_row("peak memory, 1,000 connections", "<=", 80, r("get-1000", "mutls", "rss_mb"), "MB"))
    for identity in ("rsa", "ecdsa"):
        for peer, title in (("go", "Go"), ("curl", "libcurl")):
            against(
                "per_s", f"full handshakes/s, {identity.upper()}, of {title}'s", ">=", 1.2, f"fresh-{identity}", peer
            )
        resumed = r.ratio("per_s", (f"resumed-{identity}", "mutls"), (f"fresh-{identity}", "mutls"))
        rows.append(_row(f"resumed handshakes/s, {identity.upper()}, of our full ones", ">=", 2.5, resumed, "x"))
    for level in (1, 32):
        submitted, sent = (r(f"get-{level}", peer, "cpu_us") for peer in ("mutls-submit", "mutls"))
        more = None if submitted is None or sent is None else submitted - sent
        rows.append(_row(f"CPU of a submitted call above a blocking one, {level} in flight", "<=", 15, more, "us"))
    for level in (1, 32):
        ruby = r.ratio("per_s", (f"get-{level}", "ruby-mutls"), (f"get-{level}", "ruby-net-http"))
        rows.append(_row(f"requests/s from Ruby, {level} in flight, of Net::HTTP's", ">=", 3, ruby, "x"))
    library = document.get("library_bytes")
    rows.append(_row("stripped shared library", "<=", 5, library and library / 1e6, "MB"))
    rows.append(_row("first client ready, one certificate", "<", 5, r("first", "mutls-c", "ready_ms"), "ms"))
    rows.append(_row("first client ready, the system's roots", "<", 25, r("first-system", "mutls-c", "ready_ms"), "ms"))
    rows += node.bounds(r, _row)
    rows += java.bounds(r, _row)
    rows.append(_row("the whole run", "<", 15, document["seconds"] / 60, "min"))
    return rows


SIGNS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge}


def _row(title: str, sign: str, bound: float, measured: float | None, unit: str) -> dict:
    met = None if measured is None else SIGNS[sign](measured, bound)
    return {"what": title, "sign": sign, "bound": bound, "measured": measured, "unit": unit, "met": met}

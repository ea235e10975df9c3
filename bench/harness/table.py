"""The results as Markdown."""

from .tests import TESTS

# By mode: the columns as (title, figure, decimals), and the figure that ratios are made of.
COLUMNS = {
    "get": ([("requests/s", "per_s", 0), ("CPU us", "cpu_us", 1), ("peak MB", "rss_mb", 1)], "per_s"),
    "fresh": ([("handshakes/s", "per_s", 0), ("CPU us", "cpu_us", 0), ("peak MB", "rss_mb", 1)], "per_s"),
    "download": ([("MiB/s", "mib_s", 0), ("CPU ms", "cpu_ms", 0), ("peak MB", "rss_mb", 1)], "mib_s"),
    "first": ([("ready ms", "ready_ms", 2), ("whole process ms", "process_ms", 1), ("peak MB", "rss_mb", 1)], None),
}
COLUMNS["resumed"], COLUMNS["upload"] = COLUMNS["fresh"], COLUMNS["download"]


COUNTED = (
    "The difference of a long and a short run. Instructions are those of the process on valgrind's processor, without "
    "the kernel's; it counts each byte of a large fill or copy as one."
)


def markdown(document: dict) -> str:
    """The whole page."""
    parts = [_head(document), _bounds(document["bounds"]), _counts(document)]
    parts += [_test(document, test) for test in TESTS if test.key in document["tests"]]
    parts.append(_versions(document))
    return "\n\n".join(parts) + "\n"


def _head(document: dict) -> str:
    machine = document["machine"]
    virtual = ", virtual" if machine["virtual"] else ""
    lines = [
        "# Benchmark",
        "Written by `make bench`. How to read it: [docs/benchmarks.md](../../docs/benchmarks.md).",
        f"{machine['processor']}, {machine['cores']} cores{virtual}, {machine['memory_gib']} GiB, {machine['kernel']}. "
        f"Client and server share the machine; nginx has {document['workers']} worker process(es). "
        f"Medians of {document['rounds']} rounds of {document['load_seconds']:g} s, in brackets lowest and highest; what no bound speaks of has one round. "
        + ("Idle processors were kept awake. " if document.get("kept_awake") else "")
        + f"The run took {document['seconds'] / 60:.1f} minutes.",
        "![requests per second and CPU per request](latest.svg)",
    ]
    if document["skipped"]:
        skipped = "; ".join(f"{name} ({why})" for name, why in document["skipped"].items())
        lines.append(f"Not installed, so skipped: {skipped}.")
    if document["faults"]:
        faults = "; ".join(f"{fault['test']}: {fault['why']}" for fault in document["faults"])
        lines.append(f"Failed, so left out: {faults}.")
    return "\n\n".join(lines)


def _bounds(rows: list[dict]) -> str:
    lines = ["## Bounds", "", "| what | bound | measured | |", "|---|---:|---:|---|"]
    words = {True: "met", False: "**not met**", None: "not measured"}
    for row in rows:
        unit = f" {row['unit']}" if len(row["unit"]) > 1 else row["unit"]
        measured = "" if row["measured"] is None else f"{row['measured']:.2f}{unit}"
        sign = {"<=": "at most", ">=": "at least", "<": "under"}[row["sign"]]
        lines.append(f"| {row['what']} | {sign} {row['bound']:g}{unit} | {measured} | {words[row['met']]} |")
    return "\n".join(lines)


def _counts(document: dict) -> str:
    lines = [
        "## Counts of one warm request",
        "",
        COUNTED,
        "",
        "| | syscalls | which | instructions |",
        "|---|---:|---|---:|",
    ]
    for name, counts in document["counts"].items():
        calls = counts["syscalls"] or {"all": "", "by_name": {}}
        which = sorted(calls["by_name"].items(), key=lambda item: -item[1])[:5]
        instructions = counts["instructions"]
        instructions = "" if instructions is None else f"{instructions:,.0f}"
        shown = ", ".join(f"{call} {count:.3g}" for call, count in which)
        lines.append(f"| {name} | {calls['all']} | {shown} | {instructions} |")
    return "\n".join(lines)


def _test(document: dict, test) -> str:
    columns, ranked = COLUMNS[test.mode]
    peers = document["tests"][test.key]
    titles = [title for title, _, _ in columns]
    ratios = {"of bare": "rustls-bare", "of Go": "go"} if ranked else {}
    shares = "fresh" in test.key or "resumed" in test.key
    delays = test.mode != "first" and any("delay_ms" in figures for figures in peers.values())
    extra = (["resumed", "group"] if shares else []) + (["loop delay p99 ms"] if delays else [])
    lines = [f"## {test.title}", "", f"| | {' | '.join([*titles, *ratios, *extra])} |"]
    lines.append("|---|" + "---:|" * (len(titles) + len(ratios) + len(extra)))
    for name, figures in peers.items():
        cells = [_cell(figures[figure], decimals) for _, figure, decimals in columns]
        for other in ratios.values():
            base = peers.get(other)
            cells.append(f"{figures[ranked]['median'] / base[ranked]['median']:.2f}x" if base else "")
        if shares:
            cells += [f"{figures['resumed_share']['median']:.0%}", figures["group"] or ""]
        if delays:
            cells.append(_cell(figures["delay_ms"], 1) if "delay_ms" in figures else "")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(figure: dict, decimals: int) -> str:
    middle, low, high = (f"{figure[part]:,.{decimals}f}" for part in ("median", "min", "max"))
    return f"{middle} ({low}..{high})"


def _versions(document: dict) -> str:
    rows = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    peers = "\n".join(f"- `{name}`: {what}" for name, what in document["peers"].items())
    return f"## Peers\n\n{peers}\n\nVersions: {rows}."

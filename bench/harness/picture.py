"""The results as one SVG picture, readable on light and dark pages."""

from xml.sax.saxutils import escape

PANELS = [
    ("get-1", "per_s", "1 in flight: requests a second"),
    ("get-1", "cpu_us", "1 in flight: CPU a request, us"),
    ("get-32", "per_s", "32 in flight: requests a second"),
    ("get-32", "cpu_us", "32 in flight: CPU a request, us"),
    ("get-256", "per_s", "256 in flight: requests a second"),
    ("get-256", "rss_mb", "256 in flight: peak memory, MB"),
    ("fresh-rsa", "per_s", "RSA: full handshakes a second"),
    ("fresh-ecdsa", "per_s", "ECDSA: full handshakes a second"),
    ("download", "mib_s", "256 MiB down: MiB a second"),
    ("upload", "mib_s", "256 MiB up: MiB a second"),
]
# Figures of which less is better.
LOW = {"cpu_us", "rss_mb"}
# How many times the shortest bar the longest may be there.
CUT = 10

WIDTH, PANEL, LEFT, BAR, GAP, TOP = 1040, 500, 110, 16, 22, 64
STYLE = """
  :root { color-scheme: light dark; }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #24292f; }
  .title { font-size: 18px; font-weight: 600; } .panel { font-size: 13px; font-weight: 600; }
  .small { font-size: 11px; fill: #57606a; } .page, .gap { fill: #ffffff; }
  .ours { fill: #0969da; } .floor { fill: #8c959f; } .peer { fill: #c4ccd4; }
  .spread { stroke: #24292f; stroke-width: 1; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .small { fill: #9198a1; } .page, .gap { fill: #0d1117; }
    .ours { fill: #4493f8; } .floor { fill: #7d8590; } .peer { fill: #444c56; } .spread { stroke: #e6edf3; }
  }
"""


def svg(document: dict, kinds: dict[str, str]) -> str:
    """Bars of medians with their spread, best first; `kinds` says which are ours."""
    panels = [panel for panel in PANELS if document["tests"].get(panel[0])]
    pairs = [panels[at : at + 2] for at in range(0, len(panels), 2)]
    body, y = [], TOP
    for pair in pairs:
        heights = []
        for column, (test, name, title) in enumerate(pair):
            corner = (20 + column * (PANEL + 10), y)
            drawn, height = _panel(document["tests"][test], name, title, kinds, corner)
            body += drawn
            heights.append(height)
        y += max(heights) + 26
    machine = document["machine"]
    under = (
        f"nginx on loopback, client certificates required; {machine['processor']}, {machine['cores']} cores, shared "
        f"by both; medians of {document['rounds']} rounds, lines: lowest to highest"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}">',
            f"<title>mutls beside other clients</title><style>{STYLE}</style>",
            f'<rect class="page" width="{WIDTH}" height="{y}"/>',
            '<text class="title" x="20" y="28">mutls beside other clients</text>',
            f'<text class="small" x="20" y="47">{escape(under)}</text>',
            *_legend(),
            *body,
            "</svg>\n",
        ]
    )


def _legend() -> list[str]:
    drawn, x = [], 780
    for kind, title in (("ours", "mutls"), ("floor", "floor"), ("peer", "other clients")):
        drawn.append(f'<rect class="{kind}" x="{x}" y="17" width="12" height="12" rx="2"/>')
        drawn.append(f'<text x="{x + 17}" y="28">{title}</text>')
        x += 72
    return drawn


def _panel(peers: dict, name: str, title: str, kinds: dict, at: tuple[int, int]) -> tuple[list[str], int]:
    x, y = at
    low = name in LOW
    rows = sorted(((peer, figures[name]) for peer, figures in peers.items()), key=lambda row: row[1]["median"])
    if not low:
        rows.reverse()
    longest = max(figure["max"] for _, figure in rows) or 1
    if low:
        # One that takes a hundred times more would make the others' bars alike: those are cut.
        longest = min(longest, CUT * min(figure["median"] for _, figure in rows))
    better = "less" if low else "more"
    drawn = [
        f'<text class="panel" x="{x}" y="{y + 14}">{escape(title)}</text>',
        f'<text class="small" x="{x + PANEL - 10}" y="{y + 14}" text-anchor="end">{better} is better</text>',
    ]
    top = y + 24
    for peer, figure in rows:
        drawn += _bar(peer, figure, kinds.get(peer, "peer"), (x + LEFT, top), longest)
        top += GAP
    return drawn, top - y


def _bar(peer: str, figure: dict, kind: str, at: tuple[int, int], longest: float) -> list[str]:
    x, y = at
    middle = y + BAR // 2
    # Room at the right for the number.
    scale = (PANEL - LEFT - 70) / longest
    cut = figure["median"] > longest
    length, start, end = (min(figure[part], longest) * scale for part in ("median", "min", "max"))
    drawn = [
        f'<text x="{x - 8}" y="{middle + 4}" text-anchor="end">{escape(peer)}</text>',
        f'<rect class="{kind}" x="{x}" y="{y}" width="{max(1, length):.1f}" height="{BAR}" rx="2"/>',
        f'<text x="{x + max(length, end) + 6:.1f}" y="{middle + 4}">{_short(figure["median"])}</text>',
    ]
    if cut:
        gap = x + length - 24
        drawn.append(f'<path class="gap" d="M{gap:.1f} {y + BAR + 1} l6 -{BAR + 2} h5 l-6 {BAR + 2} z"/>')
    else:
        drawn.append(f'<line class="spread" x1="{x + start:.1f}" x2="{x + end:.1f}" y1="{middle}" y2="{middle}"/>')
    return drawn


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"

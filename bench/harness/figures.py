"""From the numbers of the rounds to figures: median with lowest and highest."""

from statistics import median

from .server import LARGE, MIB
from .tests import Test


def figure(values: list[float]) -> dict:
    """Median and spread."""
    return {"median": median(values), "min": min(values), "max": max(values)}


def summarise(test: Test, rounds: list[dict]) -> dict:
    """The figures of one peer in one test, by name."""
    cpu = [(r["user_s"] + r["sys_s"]) for r in rounds]
    made = {"rss_mb": figure([r["max_rss_kb"] / 1000 for r in rounds])}
    if test.mode == "first":
        made["ready_ms"] = figure([r["seconds"] * 1e3 for r in rounds])
        made["process_ms"] = figure([r["wall_s"] * 1e3 for r in rounds])
    elif test.mode in ("download", "upload"):
        made["mib_s"] = figure([LARGE / MIB * r["requests"] / r["seconds"] for r in rounds])
        made["cpu_ms"] = figure([1e3 * used / r["requests"] for used, r in zip(cpu, rounds, strict=True)])
    else:
        made["per_s"] = figure([r["requests"] / r["seconds"] for r in rounds])
        made["cpu_us"] = figure([1e6 * used / max(1, r["requests"]) for used, r in zip(cpu, rounds, strict=True)])
    if "delay_p99_ms" in rounds[0]:
        made["delay_ms"] = figure([r["delay_p99_ms"] for r in rounds])
    if "resumed_share" in rounds[0]:
        made["resumed_share"] = figure([r["resumed_share"] for r in rounds])
        made["group"] = rounds[-1]["group"]
    return made

"""The machine and the versions of everything; no names and no paths."""

import os
import platform
import re
import subprocess
from pathlib import Path

from .peers import BENCH, NIQUESTS, PYTHON, ROOT
from .server import find


def describe() -> dict:
    """Processor, cores, memory, kernel."""
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)$", info, re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "virtual": "hypervisor" in info,
        "memory_gib": round(int(memory[1]) / (1 << 20)) if memory else None,
        "kernel": f"{platform.system()} {re.match(r'[0-9.]*', platform.release())[0]}",
    }


def versions() -> dict[str, str]:
    """By name, those that are there."""
    found = {
        "rustc": _said("rustc", "--version"),
        "nginx": _said(find() or "nginx", "-v"),
        "openssl": _said("openssl", "version"),
        "curl": _said("curl", "--version"),
        "go": _said("go", "version"),
        "node": _said("node", "--version"),
        "java": _said("java", "-version"),
        "python": _said(str(PYTHON), "--version"),
        "undici": _npm("undici"),
    }
    found.update(_crates("mutls", "rustls", "aws-lc-rs", "hyper", "tokio", "ureq"))
    freeze = ("-m", "pip", "freeze", "--disable-pip-version-check")
    frozen = _all(str(PYTHON), *freeze) + "\n" + _all(str(NIQUESTS), *freeze)
    for name in ("aiohttp", "httpx", "niquests", "pycurl", "pyreqwest", "requests"):
        match = re.search(rf"^{name}==(.*)$", frozen, re.MULTILINE)
        found[name] = match[1] if match else None
    return {name: version for name, version in sorted(found.items()) if version}


def _all(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip()


def _said(*words: str) -> str | None:
    match = re.search(r"\d+\.\d+[\w.]*", _all(*words))
    return match[0] if match else None


def _npm(name: str) -> str | None:
    file = BENCH / "node" / "node_modules" / name / "package.json"
    match = re.search(r'"version": "([^"]*)"', file.read_text()) if file.exists() else None
    return match[1] if match else None


def _crates(*names: str) -> dict[str, str]:
    lock = (ROOT / "bench" / "rust" / "Cargo.lock").read_text()
    found = (re.search(rf'name = "{name}"\nversion = "([^"]*)"', lock) for name in names)
    return {name: match[1] for name, match in zip(names, found, strict=True) if match}

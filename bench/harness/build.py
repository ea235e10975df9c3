"""Builds the loads. What cannot be built is a peer that does not take part."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import dotnet, java, node
from .peers import BENCH, NIQUESTS, OUT, PYTHON, ROOT, TARGET

LIBRARY = TARGET / "release" / "libmutls.so"


def all_loads() -> None:
    """Everything that the tools of this machine can build."""
    OUT.mkdir(parents=True, exist_ok=True)
    rust = BENCH / "rust"
    # Not locked: the lock file follows the dependencies of the core.
    if not _ran(["cargo", "build", "--release", "--quiet", "--target-dir", OUT / "rust"], rust):
        raise SystemExit("the Rust loads cannot be built")
    if not _ran(["cargo", "build", "--release", "--locked", "--quiet", "-p", "mutls-ffi"], ROOT):
        raise SystemExit("the library cannot be built")
    compiler = ["cc", "-O2", "-Wall", "-Wextra"]
    _optional("cc", [*compiler, "curl.c", "-o", OUT / "curl", "-lcurl", "-lpthread"], BENCH / "c", OUT / "curl")
    # The linked program asks for the library by its version, which only an installation provides.
    versioned = OUT / "libmutls.so.0"
    versioned.unlink(missing_ok=True)
    versioned.symlink_to(LIBRARY)
    link = [LIBRARY, f"-Wl,-rpath,{OUT}", "-lpthread"]
    include = f"-I{ROOT / 'include'}"
    _optional("cc", [*compiler, include, "mutls.c", "-o", OUT / "mutls-c", *link], BENCH / "c", OUT / "mutls-c")
    _optional("go", ["go", "build", "-o", OUT / "go", "."], BENCH / "go", OUT / "go")
    if shutil.which("go") and _ran([ROOT / "bindings-go" / "place.sh", TARGET / "release"], ROOT):
        _optional("go", ["go", "build", "-o", OUT / "mutls-go", "./mutls"], BENCH / "go", OUT / "mutls-go")
    java.build(_ran, OUT, ROOT)
    _python()
    node.build(_ran, TARGET, ROOT)
    dotnet.build(_ran, BENCH, OUT)
    if shutil.which("npm") and not (BENCH / "node" / "node_modules" / "axios").exists():
        _ran(["npm", "ci", "--silent", "--no-audit", "--no-fund"], BENCH / "node")


def _python() -> None:
    """Virtual environments with the peers, and with the wheel that ships."""
    folder = BENCH / "python"
    _environment(NIQUESTS, folder / "niquests.txt")
    if _environment(PYTHON, folder / "requirements.txt") and _ran([ROOT / "bindings-python" / "wheel.sh", OUT], ROOT):
        wheels = OUT.glob("mutls-*.whl")
        _ran([PYTHON, *PIP_INSTALL, "--force-reinstall", "--no-deps", *wheels], ROOT)


PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def _environment(python: Path, requirements: Path) -> bool:
    home = python.parent.parent
    stamp = home / "ready"
    if stamp.exists() and stamp.stat().st_mtime > requirements.stat().st_mtime:
        return True
    for words in (["python3", "-m", "venv", "--clear", home], [python, *PIP_INSTALL, "-r", requirements]):
        if not _ran(words, BENCH):
            return False
    stamp.touch()
    return True


def _optional(tool: str, words: list, folder: Path, product: Path) -> None:
    # A product of an earlier build would stand in for a failed one.
    product.unlink(missing_ok=True)
    if shutil.which(tool):
        _ran(words, folder)


def _ran(words: list, folder: Path) -> bool:
    done = subprocess.run([str(word) for word in words], cwd=folder, env=os.environ, check=False)
    if done.returncode:
        print(f"not built: {words[0]} in {folder.name}", file=sys.stderr)
    return done.returncode == 0

"""One sandbox for each test process."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


def sandbox_binary() -> str:
    target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
    return os.environ.get("MUTLS_BINARY", f"{target}/debug/mutls")


class Sandbox:
    """What `mutls sandbox` announced."""

    def __init__(self, announcement: dict[str, Any]) -> None:
        self.announcement = announcement
        self.ca: str = announcement["files"]["ca"]
        self.files: dict[str, str] = announcement["files"]
        self.lean: dict[str, str] = announcement["lean"]
        self.trulioo: dict[str, str] = announcement["trulioo"]

    def url(self, listener: str, path: str = "") -> str:
        return self.announcement["listeners"][listener]["url"] + path

    def identity(self, name: str = "valid") -> dict[str, str]:
        return self.announcement["identities"][name]

    def pair(self, name: str = "valid") -> dict[str, str]:
        """The options of a client with that identity."""
        identity = self.identity(name)
        return {"cert": identity["chain"], "key": identity["key"], "ca": self.ca}


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    process = subprocess.Popen(
        [sandbox_binary(), "sandbox"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None and process.stdin is not None
    yield Sandbox(json.loads(process.stdout.readline()))
    process.stdin.close()
    process.wait(10)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

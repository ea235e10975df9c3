"""Every example runs against the sandbox, from a folder with the partner's own file names."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Sandbox

EXAMPLES = sorted((ROOT / "examples" / "python").glob("*.py"))


@pytest.fixture
def folder(sandbox: Sandbox, tmp_path: Path) -> Path:
    files = {
        "my_app_cert.crt": sandbox.identity()["chain"],
        "my_app_private_key.pem": sandbox.identity()["key"],
        "lean_public_cert_chain.pem": sandbox.files["chain"],
        "plain.crt": sandbox.identity("rsa")["chain"],
        "plain.key": sandbox.identity("rsa")["key"],
        "client.crt": sandbox.identity("encrypted")["chain"],
        "client.key": sandbox.identity("encrypted")["key"],
    }
    for name, source in files.items():
        shutil.copy(source, tmp_path / name)
    return tmp_path


def run(text: str, sandbox: Sandbox, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "LEAN_URL": sandbox.lean["base_url"],
        "LEAN_APP_TOKEN": sandbox.lean["app_token"],
        "TRULIOO_URL": sandbox.trulioo["base_url"],
        "TRULIOO_USER": sandbox.trulioo["username"],
        "TRULIOO_PASSWORD": sandbox.trulioo["password"],
        "TRULIOO_PASSPHRASE": sandbox.identity("encrypted")["passphrase"],
        "TRULIOO_CA": sandbox.ca,
        # Where a snippet names no CA, the system's roots are meant; these stand in for them.
        "REQUESTS_CA_BUNDLE": sandbox.ca,
        **more,
    }
    return subprocess.run(
        [sys.executable, "-c", text], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_works(example: Path, sandbox: Sandbox, folder: Path) -> None:
    done = run(example.read_text(), sandbox, folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("SANDBOX_BANK_ONE" if "lean" in example.name else '"Hello napi_user"') in done.stdout


@pytest.mark.parametrize("example", [path for path in EXAMPLES if "_requests" in path.name], ids=lambda path: path.name)
def test_the_original_differs_in_one_line_and_says_the_same(example: Path, sandbox: Sandbox, folder: Path) -> None:
    changed, lines = re.subn(r"^# was: (.*)\n.*$", r"\1", example.read_text(), flags=re.MULTILINE)
    assert lines == 1 and "# was" not in changed
    assert run(changed, sandbox, folder).stdout == run(example.read_text(), sandbox, folder).stdout != ""


def test_an_application_without_access_is_told_so(sandbox: Sandbox, folder: Path) -> None:
    # The partner's own sign that mutual TLS works.
    example = ROOT / "examples" / "python" / "lean_requests_chain.py"
    done = run(example.read_text(), sandbox, folder, LEAN_APP_TOKEN="other")
    assert done.stdout.startswith("Error - INSUFFICIENT_ACCESS_LEVEL")

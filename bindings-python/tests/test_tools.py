"""The tools: files and bytes in, reports and bytes out; Python's own TLS loads what they write."""

from __future__ import annotations

import os
import ssl
import stat
from pathlib import Path
from typing import Any

import pytest

import mutls


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key and a request."""
    folder = tmp_path_factory.mktemp("tools")
    mutls.create_csr(
        key="p-256",
        subject={"common_name": "services.company.com", "country": "CA"},
        names=["services.company.com"],
        key_output_file=folder / "server.key",
        csr_output_file=folder / "server.csr",
    )
    return folder


def test_a_request_and_its_key_belong_together(made: Path) -> None:
    assert stat.S_IMODE(os.stat(made / "server.key").st_mode) == 0o600
    assert mutls.match(made / "server.key", str(made / "server.csr"))["matches"] is True
    seen = mutls.inspect(made / "server.csr")
    assert seen["requests"][0]["names"] == ["services.company.com"]
    assert seen["requests"][0]["signature_valid"] is True
    with pytest.raises(mutls.ConfigError, match="is there already"):
        mutls.create_csr(subject="CN=a.example", key="p-256", key_output_file=made / "server.key")


def test_bytes_and_passphrases_stay_out_of_the_document(made: Path) -> None:
    key = (made / "server.key").read_bytes()
    shut = mutls.convert(key, to="pkcs8", new_passphrase="hunter2")
    assert shut["output"].startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY")
    assert "hunter2" not in repr(shut) and "output" in shut and shut.report["encrypted"] is True
    with pytest.raises(mutls.IdentityError) as caught:
        mutls.convert(shut["output"], to="pkcs8", unencrypted=True)
    assert caught.value.code == "passphrase_required"
    again = mutls.convert(shut["output"].decode(), passphrase=b"hunter2", to="pkcs8", unencrypted=True)
    assert again["output"] == key


def test_an_identity_in_every_dress(sandbox: Any, tmp_path: Path) -> None:
    identity = sandbox.identity()
    chain, key = Path(identity["chain"]), Path(identity["key"])
    report = mutls.check(chain, key, ca=sandbox.ca, within="1d")
    assert report["ok"] is True
    assert mutls.inspect(chain)["certificates"][0]["role"] == "leaf"
    store = mutls.convert(chain, key, to="pkcs12", new_passphrase="changeit")["output"]
    pem = mutls.convert(
        store, passphrase="changeit", to="pem", new_passphrase="geheim", output_file=tmp_path / "all.pem"
    )
    assert pem.report["files"] == [str(tmp_path / "all.pem")] and pem.keys() == []
    ssl.create_default_context().load_cert_chain(tmp_path / "all.pem", password="geheim")
    bundle = mutls.bundle(identity["cert"], ca=[chain, sandbox.ca])
    assert bundle["bundle"].count(b"BEGIN CERTIFICATE") == 2
    assert mutls.needs_renewal(chain, within="99999d")["needs_renewal"] is True
    with pytest.raises(mutls.ConfigError) as caught:
        mutls.needs_renewal(chain, within="soon")
    assert caught.value.code == "bad_option"


def test_a_server_is_asked(sandbox: Any) -> None:
    url = sandbox.url("required")
    seen = mutls.inspect(url=url, client={"ca": sandbox.ca, "proxy": "none", "timeouts": {"connect": 20.0}})
    assert seen["trusted"] is True
    assert seen["client_certificate"]["requested"] is True


def test_a_partners_rules() -> None:
    with pytest.raises(mutls.ConfigError, match="the profile trulioo refuses the request"):
        mutls.create_csr(subject={"common_name": "*.company.com"}, profile="trulioo")

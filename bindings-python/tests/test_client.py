"""The blocking client: what a call may be given, and what comes back."""

from __future__ import annotations

import io
import json
import logging
import pickle
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import mutls
from conftest import Sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    with mutls.Client(**sandbox.pair(), base_url=sandbox.url("required", "/")) as client:
        yield client


def test_the_partner_call(client: mutls.Client, sandbox: Sandbox) -> None:
    response = client.get("banks/v1", headers={"lean-app-token": sandbox.lean["app_token"]})
    assert response.status_code == 200 and response.is_success and not response.is_error
    assert response.json()[0]["identifier"] == "SANDBOX_BANK_ONE"
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.raise_for_status() is response
    report = response.handshake
    assert report.completed and report.client_certificate.summary == "sent"
    assert report.server_chain[0].names and report.timings.handshake_ms is not None
    assert set(report.to_dict()) == set(mutls.HandshakeReport.__annotations__)
    assert set(report.to_dict()["client_certificate"]) == set(mutls.ClientCertificateReport.__annotations__)
    assert set(report.to_dict()["server_chain"][0]) == set(mutls.CertificateSummary.__annotations__)
    assert set(report.to_dict()["timings"]) == set(mutls.Timings.__annotations__)


def test_an_error_status_is_an_answer(client: mutls.Client) -> None:
    response = client.get("status/404")
    assert response.status_code == 404 and response.is_error and response.reason == "Not Found"
    with pytest.raises(mutls.StatusError, match="404 Not Found") as caught:
        response.raise_for_status()
    assert caught.value.response is response
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.status_code == 404 and again.response is None and str(again) == str(caught.value)


def echo(client: mutls.Client, method: str = "POST", **options: Any) -> Any:
    return client.request(method, "echo", **options).json()


def header(answer: Any, name: str) -> list[str]:
    return [value for known, value in answer["headers"] if known.lower() == name]


def test_every_method(client: mutls.Client) -> None:
    for method in ("get", "post", "put", "patch", "delete", "options"):
        assert getattr(client, method)("echo").json()["method"] == method.upper()
    assert client.head("echo").content == b""
    assert client.request("PROPFIND", "echo").json()["method"] == "PROPFIND"


def test_params(client: mutls.Client) -> None:
    answer = echo(client, "GET", params={"a": "b c", "n": [1, 2.5], "t": True, "none": None, "b": b"x"})
    assert answer["query"] == "a=b+c&n=1&n=2.5&t=true&b=x"


def test_headers(client: mutls.Client) -> None:
    answer = echo(client, headers={"X-One": "a", "X-Two": ["b", b"c"], "x-latin": "caf\u00e9"})
    assert header(answer, "x-one") == ["a"] and header(answer, "x-two") == ["b", "c"]
    assert header(answer, "x-latin") == ["caf\u00e9"]
    answer = echo(client, headers=[("x-dup", "1"), ("x-dup", "2")])
    assert header(answer, "x-dup") == ["1", "2"]
    with pytest.raises(mutls.ConfigError) as caught:
        client.get("echo", headers={"x": "a\r\nb: c"})
    assert caught.value.code == "bad_header" and "b: c" not in str(caught.value)


def test_bodies(client: mutls.Client, tmp_path: Path) -> None:
    sent = json.loads(client.post("echo", json={"a": "\u00e9"}).text)
    assert header(sent, "content-type") == ["application/json"] and sent["body_length"] == 10
    assert header(echo(client, json=1, headers={"content-type": "application/x"}), "content-type") == ["application/x"]
    form = echo(client, data={"a": "b&c", "d": ["1", "2"]})
    assert form["body_base64"] == "YT1iJTI2YyZkPTEmZD0y"
    for content in ("hi", b"hi", bytearray(b"hi"), memoryview(b"hi"), io.BytesIO(b"hi"), [b"h", b"i"], iter([b"hi"])):
        assert echo(client, content=content)["body_base64"] == "aGk="
    path = tmp_path / "file"
    path.write_bytes(b"x" * 300_000)
    with path.open("rb") as file:
        answer = echo(client, content=file)
    assert answer["body_length"] == 300_000 and header(answer, "content-length") == ["300000"]
    assert header(echo(client, content=(b"x" for _ in range(3))), "transfer-encoding") == ["chunked"]
    assert header(echo(client, content=iter([b"abc"]), content_length=3), "content-length") == ["3"]
    with pytest.raises(mutls.ConfigError, match="both given"):
        echo(client, json=1, content=b"")
    with pytest.raises(TypeError):
        echo(client, content=5)
    with pytest.raises(TypeError, match="unexpected keyword argument 'tiemout'"):
        client.get("echo", tiemout=1)  # type: ignore[call-arg]


def test_forms_with_files(client: mutls.Client, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello")
    with path.open("rb") as file:
        answer = client.post(
            "echo",
            data={"field": "value"},
            files={"f": file, "g": ("g.json", b"{}", "application/json"), "h": ("h.bin", io.BytesIO(b"123"))},
        ).json()
    assert header(answer, "content-type")[0].startswith("multipart/form-data; boundary=")
    import base64

    body = base64.b64decode(answer["body_base64"])
    for part in (
        b'name="field"\r\n\r\nvalue',
        b'name="f"; filename="a.txt"',
        b'filename="g.json"\r\nContent-Type: application/json',
        b"123",
    ):
        assert part in body


def test_a_failing_source_is_the_cause(client: mutls.Client) -> None:
    def source() -> Any:
        yield b"a"
        raise ZeroDivisionError

    with pytest.raises(mutls.BodyError) as caught:
        client.post("upload", content=source())
    assert caught.value.code == "body_source_failed" and isinstance(caught.value.__cause__, ZeroDivisionError)

    def leaving() -> Any:
        yield b"a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        client.post("upload", content=leaving())
    with pytest.raises(mutls.BodyError) as caught:
        client.post("upload", content=io.StringIO("text"))
    assert isinstance(caught.value.__cause__, TypeError)


def test_auth(client: mutls.Client, sandbox: Sandbox) -> None:
    assert client.get("basic-auth/u/p", auth=("u", "p")).status_code == 200
    assert client.get("bearer/t", auth={"bearer": {"token": "t"}}).status_code == 200
    assert client.get("basic-auth/u/p", auth={"basic": {"username": "u", "password": b"p"}}).status_code == 200
    with mutls.Client(**sandbox.pair(), base_url=sandbox.url("required", "/"), auth=("u", "p")) as own:
        assert own.get("basic-auth/u/p").status_code == 200
        assert own.get("basic-auth/u/x", auth=("u", "x")).status_code == 200
    with pytest.raises(mutls.ConfigError):
        client.get("echo", auth="secret")  # type: ignore[arg-type]


def test_streams(client: mutls.Client) -> None:
    with client.stream("GET", "bytes/100000") as response:
        assert response.content_length == 100_000
        pieces = list(response.iter_bytes(chunk_size=30_000))
    assert [len(piece) for piece in pieces] == [30_000, 30_000, 30_000, 10_000]
    with client.stream("GET", "stream/3") as response:
        assert [json.loads(line)["id"] for line in response.iter_lines()] == [0, 1, 2]
    whole = client.get("stream/3")
    assert len(list(whole.iter_lines())) == 3 and list(whole.iter_bytes(10**6)) == [whole.content]
    with client.stream("GET", "bytes/10") as response:
        assert response.read() == response.content and len(response.content) == 10
    with client.stream("GET", "large/100000000") as response:
        assert len(response.read_chunk(10)) == 10
    assert response.is_closed
    with pytest.raises(RuntimeError, match="closed"):
        response.read()


def test_a_body_cut_short_is_an_error(client: mutls.Client) -> None:
    for path in ("truncated/10/20", "truncated-chunked", "close-delimited-reset/10"):
        with pytest.raises(mutls.BodyError) as caught:
            client.get(path)
        assert caught.value.code == "body_truncated"
    with client.stream("GET", "truncated/10/20") as response, pytest.raises(mutls.BodyError):
        list(response.iter_bytes())


def test_text(client: mutls.Client) -> None:
    assert client.get("gzip").json()["encoding"] == "gzip"
    assert client.get("brotli").json()["encoding"] == "br"
    assert client.get("gzip", decompress=False).content[:2] == b"\x1f\x8b"
    response = client.get("dup-headers")
    assert response.headers.get_all("X-Dup") == ["one", "two"] and response.headers["x-dup"] == "one, two"
    assert response.headers["x-latin1"] == "caf\u00e9" and response.headers.get("none", "d") == "d"
    assert (b"x-latin1", b"caf\xe9") in response.headers.raw and "X-DUP" in response.headers


def test_timeouts(client: mutls.Client, sandbox: Sandbox) -> None:
    begun = time.monotonic()
    with pytest.raises(mutls.TimeoutError) as caught:
        client.get("silence", timeout=0.2)
    assert time.monotonic() - begun < 10
    assert isinstance(caught.value, TimeoutError) and caught.value.phase == "receive"
    with pytest.raises(TimeoutError):
        client.get("silence", timeout={"first_byte": 0.1})
    with pytest.raises(mutls.ConfigError, match="conect"):
        client.get("silence", timeout={"conect": 0.1})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(mutls.ConfigError):
        client.get("silence", timeout=-1)
    with mutls.Client(ca=sandbox.ca, timeouts=0.2) as own, pytest.raises(TimeoutError):
        own.get(sandbox.url("none", "/silence"))
    with mutls.Client(ca=sandbox.ca, timeouts={"connect": 0.1}) as own, pytest.raises(TimeoutError) as connecting:
        own.get(sandbox.url("tcp_unaccepted"))
    assert connecting.value.code == "connect_timeout"  # type: ignore[attr-defined]


def test_a_token_cancels_from_another_thread(client: mutls.Client) -> None:
    token = mutls.CancelToken()
    threading.Timer(0.1, token.cancel).start()
    with pytest.raises(mutls.CancelledError):
        client.get("silence", cancel=token)
    assert token.cancelled


def test_threads_share_a_client(client: mutls.Client) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: client.get("echo").status_code, range(200)))
    assert statuses == [200] * 200


def test_redirects(client: mutls.Client, sandbox: Sandbox) -> None:
    assert client.get("redirect-chain/3").url.endswith("/echo")
    assert client.get("redirect-chain/3", redirects="none").status_code == 302
    with pytest.raises(mutls.ProtocolError) as caught:
        client.get("redirect/302", params={"to": sandbox.url("other_origin", "/echo")})
    assert caught.value.code == "redirect_refused"


def test_identity_in_memory(sandbox: Sandbox) -> None:
    identity = sandbox.identity("encrypted")
    cert, key = Path(identity["chain"]), Path(identity["key"])
    ca = Path(sandbox.ca)
    forms: list[dict[str, Any]] = [
        {"cert": cert, "key": key, "ca": ca},
        {"cert": cert.read_bytes(), "key": key.read_bytes(), "ca": ca.read_bytes()},
        {"cert": cert.read_text(), "key": key.read_text(), "ca": ca.read_text()},
        {
            "cert": {"ref": "c"},
            "key": {"ref": "k"},
            "ca": ca,
            "attachments": {"c": cert.read_bytes(), "k": key.read_bytes()},
        },
    ]
    for form in forms:
        for passphrase in (identity["passphrase"], identity["passphrase"].encode()):
            with mutls.Client(**form, passphrase=passphrase) as client:
                assert client.get(sandbox.url("required", "/echo")).json()["client"] is not None
    with pytest.raises(mutls.IdentityError) as caught:
        mutls.Client(**forms[0])
    assert caught.value.code == "passphrase_required"
    with pytest.raises(mutls.IdentityError) as caught:
        mutls.Client(**forms[0], passphrase="hunter2")
    assert caught.value.code == "passphrase_wrong" and "hunter2" not in repr(caught.value) + str(caught.value)


def test_a_reload_swaps_the_identity(client: mutls.Client, sandbox: Sandbox) -> None:
    def subject() -> Any:
        return client.get("connection").json()["client_subject"]

    assert "valid" in subject()
    client.reload(**sandbox.pair("rotated"), base_url=sandbox.url("required", "/"))
    assert "rotated" in subject()
    with pytest.raises(mutls.IdentityError):
        client.reload(cert=sandbox.identity()["cert"], key=sandbox.identity("rsa")["key"])
    assert "rotated" in subject()


def test_options_are_checked() -> None:
    with pytest.raises(mutls.ConfigError) as caught:
        mutls.Client(conect_timeout=1)  # type: ignore[call-arg]
    assert isinstance(caught.value, ValueError) and caught.value.code == "bad_option"
    with pytest.raises(mutls.ConfigError, match="given twice"):
        mutls.Client(timeouts={"connect": 1, "connect_ms": 5})  # type: ignore[typeddict-unknown-key]


def test_a_document(sandbox: Sandbox) -> None:
    document = json.dumps({"ca": sandbox.ca, "timeouts": {"total_ms": 5000}, "base_url": sandbox.url("none", "/")})
    with mutls.Client.from_json(document) as client:
        assert client.get("echo").status_code == 200


def test_errors_survive_pickling(sandbox: Sandbox) -> None:
    identity = sandbox.identity("expired")
    own = {"cert_file": identity["chain"], "key_file": identity["key"], "allow_expired": True}
    with mutls.Client(identity=own, ca=sandbox.ca) as client, pytest.raises(mutls.HandshakeError) as caught:  # type: ignore[typeddict-item]
        client.get(sandbox.url("required", "/echo"))
    error = caught.value
    assert isinstance(error, ConnectionError)
    assert error.tls_alert == mutls.TlsAlert(45, "certificate_expired", True)
    assert error.not_processed and error.origin == "peer" and error.number == 502 and error.hint
    assert error.handshake is not None and error.handshake.client_certificate.offered
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and again.to_dict() == error.to_dict() and str(again) == str(error)
    assert again.handshake == error.handshake


def test_causes_are_chained(sandbox: Sandbox) -> None:
    with mutls.Client(ca=sandbox.ca) as client, pytest.raises(mutls.ConnectError) as caught:
        client.get(sandbox.url("refused"))
    error = caught.value
    assert error.code == "connect_refused" and error.transient and isinstance(error, ConnectionError)
    below: Any = error
    for cause in error.causes:
        below = below.__cause__
        assert isinstance(below, mutls.Cause) and str(below) == cause


def test_logging(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "mutls")
    time.sleep(1.1)
    with mutls.Client(ca=sandbox.ca, base_url=sandbox.url("none", "/")) as client:
        client.get("close-if-reused")
        client.get("close-if-reused")
    assert any(record.name == "mutls" and "dead" in record.message for record in caplog.records)


def test_a_closed_client_refuses(sandbox: Sandbox) -> None:
    client = mutls.Client(ca=sandbox.ca)
    assert client.close() is True
    with pytest.raises(mutls.CancelledError) as caught:
        client.get(sandbox.url("none", "/echo"))
    assert caught.value.code == "closed"

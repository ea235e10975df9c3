"""`requests` with our adapter below it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests import exceptions as rexc
from urllib3.util import Timeout
from urllib3.util.retry import Retry

import mutls.requests
from conftest import Sandbox
from mutls.requests import Adapter, OptionError


@pytest.fixture
def base(sandbox: Sandbox) -> str:
    return sandbox.url("required")


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.mount("https://", Adapter(**sandbox.pair()))
        yield session


def test_the_partner_call(session: requests.Session, base: str, sandbox: Sandbox) -> None:
    response = session.get(f"{base}/banks/v1", headers={"lean-app-token": sandbox.lean["app_token"]})
    assert response.status_code == 200 and response.ok and response.reason == "OK"
    assert response.json()[0]["identifier"] == "SANDBOX_BANK_ONE"
    assert response.encoding == "utf-8" and response.elapsed.total_seconds() > 0
    assert response.url == f"{base}/banks/v1" and response.request.method == "GET"
    assert isinstance(response, mutls.requests.Response) and response.handshake is not None
    assert response.handshake.client_certificate.summary == "sent"
    again = pickle.loads(pickle.dumps(response))
    assert again.json() == response.json() and again.handshake is None
    with pytest.raises(rexc.HTTPError):
        session.get(f"{base}/status/500").raise_for_status()


def test_bodies_of_every_kind(session: requests.Session, base: str) -> None:
    def sent(**options: Any) -> Any:
        return session.post(f"{base}/echo", **options).json()

    def header(answer: Any, name: str) -> list[str]:
        return [value for known, value in answer["headers"] if known.lower() == name]

    assert sent(json={"a": 1})["body_length"] == 8
    assert sent(data={"a": "b"})["body_base64"] == "YT1i"
    assert sent(data=b"hi")["body_base64"] == "aGk="
    assert header(sent(files={"f": ("a.txt", b"hello")}), "content-type")[0].startswith("multipart/form-data")
    assert header(sent(data=(b"x" for _ in range(3))), "transfer-encoding") == ["chunked"]
    assert header(sent(data=io.BytesIO(b"abc")), "content-length") == ["3"]
    assert header(sent(params={"a": "b c"}), "content-length") == ["0"]
    assert session.get(f"{base}/echo", params={"a": "b c"}).json()["query"] == "a=b+c"
    assert header(session.get(f"{base}/echo").json(), "content-length") == []


def test_large_uploads(session: requests.Session, base: str, tmp_path: Any) -> None:
    path = tmp_path / "large"
    path.write_bytes(os.urandom(8_000_000))
    with path.open("rb") as file:
        answer = session.post(f"{base}/upload", data=file).json()
    assert answer == {"length": 8_000_000, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_chunked_uploads(session: requests.Session, base: str) -> None:
    pieces = [os.urandom(size) for size in (1, 10, 100_000, 3_000_000)]
    answer = session.post(f"{base}/upload", data=iter(pieces)).json()
    assert answer == {"length": 3_100_011, "sha256": hashlib.sha256(b"".join(pieces)).hexdigest()}
    # The server answers before the body ends, and reads no more of it.
    assert session.post(f"{base}/early-413", data=(b"x" * 65536 for _ in range(1000))).status_code == 413
    assert session.post(f"{base}/echo", data=iter(())).json()["body_length"] == 0


def test_streaming(session: requests.Session, base: str) -> None:
    with session.get(f"{base}/bytes/100000", stream=True) as response:
        assert [len(piece) for piece in response.iter_content(40_000)] == [40_000, 40_000, 20_000]
    with session.get(f"{base}/stream/3", stream=True) as response:
        assert [json.loads(line)["id"] for line in response.iter_lines()] == [0, 1, 2]
    with session.get(f"{base}/drip", params={"bytes": 3, "ms": 3000}, stream=True) as response:
        begun = time.monotonic()
        assert len(next(response.iter_content(1))) == 1
        assert time.monotonic() - begun < 2


def test_raw_is_as_urllib3_has_it(session: requests.Session, base: str) -> None:
    response = session.get(f"{base}/gzip", stream=True)
    assert response.raw.headers["content-encoding"] == "gzip" and response.raw.status == 200
    assert response.raw.read(2, decode_content=False) == b"\x1f\x8b"
    response.raw.release_conn()
    response.raw.close()
    assert response.raw.closed
    assert b"".join(session.get(f"{base}/bytes/9", stream=True).raw.stream(4)) == bytes(31 * i % 251 for i in range(9))
    assert session.get(f"{base}/gzip").json()["encoding"] == "gzip"
    response = session.get(f"{base}/dup-headers")
    assert response.raw.headers.getlist("x-dup") == ["one", "two"] and response.headers["X-Dup"] == "one, two"
    assert response.headers["x-latin1"] == "caf\u00e9"
    assert session.head(f"{base}/bytes/10").headers["content-length"] == "10"


def test_closing_early_closes_the_connection(session: requests.Session, base: str, sandbox: Sandbox) -> None:
    marks = {"x-sandbox-id": f"requests-{time.time_ns()}"}
    with session.get(f"{base}/large/1000000000", headers=marks, stream=True) as response:
        next(response.iter_content(10))
    log = requests.get(sandbox.url("plain", "/_log"), params={"id": marks["x-sandbox-id"], "aborted": "1"}).json()
    assert log["aborted"] == 1


def test_redirects_stay_with_requests(session: requests.Session, base: str) -> None:
    response = session.get(f"{base}/redirect-chain/3")
    assert response.status_code == 200 and len(response.history) == 3
    assert session.get(f"{base}/redirect-chain/3", allow_redirects=False).status_code == 302
    assert session.post(f"{base}/redirect/307?to=/echo", data=b"hi").json()["body_base64"] == "aGk="
    with pytest.raises(rexc.TooManyRedirects):
        session.get(f"{base}/redirect-loop")


def test_cookies_stay_with_requests(session: requests.Session, base: str) -> None:
    session.get(f"{base}/cookies/set?a=1&b=2")
    assert dict(session.cookies) == {"a": "1", "b": "2"}
    assert session.get(f"{base}/cookies").json()["cookies"] == {"a": "1", "b": "2"}
    response = session.get(f"{base}/redirect/302?to=/cookies/set?c=3")
    assert session.cookies["c"] == "3" and response.status_code == 200


def test_auth_and_hooks(session: requests.Session, base: str) -> None:
    seen: list[int] = []
    response = session.get(
        f"{base}/basic-auth/u/p", auth=("u", "p"), hooks={"response": lambda r, **_: seen.append(r.status_code)}
    )
    assert response.json()["authenticated"] and seen == [200]
    assert session.get(f"{base}/basic-auth/u/p").status_code == 401
    session.auth = ("u", "p")
    assert session.get(f"{base}/basic-auth/u/p").ok

    def again(response: requests.Response, **options: Any) -> requests.Response:
        """As HTTPDigestAuth does: sends once more, through the adapter that answered."""
        if response.status_code != 401:
            return response
        _ = response.content
        response.close()
        request = response.request.copy()
        request.headers["Authorization"] = requests.auth._basic_auth_str("u", "p")
        repeated = response.connection.send(request, **options)  # type: ignore[attr-defined]
        repeated.history.append(response)
        return repeated

    session.auth = None
    session.hooks["response"].append(again)
    response = session.get(f"{base}/basic-auth/u/p")
    assert response.ok and [old.status_code for old in response.history] == [401]


def test_timeouts(session: requests.Session, base: str, sandbox: Sandbox) -> None:
    for timeout in (0.2, (5, 0.2), Timeout(read=0.2), Timeout(total=0.2)):
        with pytest.raises(rexc.ReadTimeout):
            session.get(f"{base}/silence", timeout=timeout)
    for listener in ("tcp_unaccepted", "tcp_silent"):
        with pytest.raises(rexc.ConnectTimeout):
            session.get(sandbox.url(listener), timeout=(0.2, 5))
    with pytest.raises(ValueError, match="Invalid timeout"):
        session.get(f"{base}/echo", timeout=(1, 2, 3))  # type: ignore[arg-type]
    # As with requests itself, a timeout within the body is a ConnectionError.
    with pytest.raises(rexc.ConnectionError), session.get(f"{base}/drip?ms=5000", timeout=0.3, stream=True) as response:
        _ = response.content


def test_errors(session: requests.Session, base: str, sandbox: Sandbox) -> None:
    def refused(kind: Any, url: str, **options: Any) -> None:
        with pytest.raises(kind) as caught:
            _ = session.get(url, **options).content
        assert type(caught.value) is kind
        assert caught.value.request is None or caught.value.request.url

    refused(rexc.ConnectionError, sandbox.url("refused"))
    refused(rexc.ConnectionError, f"{base}/reset")
    for listener in ("server_expired", "server_self_signed", "server_wrong_host", "alert_handshake_failure"):
        refused(rexc.SSLError, sandbox.url(listener))
    for path in ("truncated/10/20", "truncated-chunked", "close-delimited-reset/10", "bad-chunk"):
        refused(rexc.ChunkedEncodingError, f"{base}/{path}")
    refused(rexc.ContentDecodingError, f"{base}/gzip-corrupt")
    with pytest.raises(rexc.InvalidHeader):
        session.get(base, headers={"a": "b\nc"})
    with pytest.raises(ZeroDivisionError):
        session.post(f"{base}/upload", data=(1 // 0 for _ in range(3)))


def test_a_rejected_certificate(sandbox: Sandbox, base: str) -> None:
    with requests.Session() as session:
        session.mount("https://", Adapter(**sandbox.pair("revoked")))
        with pytest.raises(rexc.SSLError, match="revoked"):
            session.get(f"{base}/echo")


def test_retries(sandbox: Sandbox, base: str) -> None:
    marks = {"x-sandbox-id": f"requests-retry-{time.time_ns()}"}

    def seen() -> int:
        log = requests.get(sandbox.url("plain", "/_log"), params={"id": marks["x-sandbox-id"]}).json()
        return int(log["seen"])

    with requests.Session() as session:
        session.mount(
            "https://", Adapter(**sandbox.pair(), max_retries=Retry(2, status_forcelist=[503], backoff_factor=0))
        )
        with pytest.raises(rexc.RetryError):
            session.get(f"{base}/status/503", headers=marks)
        assert seen() == 3
        with pytest.raises(rexc.ConnectionError):
            session.get(f"{base}/reset", headers=marks)
        assert seen() == 6
        with pytest.raises(rexc.ConnectionError):
            session.post(f"{base}/reset", headers=marks, data=b"x")
        assert seen() == 7
        quiet = Retry(1, status_forcelist=[503], backoff_factor=0, raise_on_status=False, allowed_methods=None)
        session.mount("https://", Adapter(**sandbox.pair(), max_retries=quiet))
        assert session.post(f"{base}/status/503", headers=marks, data=io.BytesIO(b"x")).status_code == 503
        assert seen() == 9
        with pytest.raises(rexc.UnrewindableBodyError):
            session.post(f"{base}/status/503", data=iter([b"x"]))


def test_retries_of_connects(sandbox: Sandbox) -> None:
    slept: list[float] = []

    class Counting(Retry):
        def sleep(self, response: Any = None) -> None:
            slept.append(self.get_backoff_time())

    with requests.Session() as session:
        session.mount("https://", Adapter(**sandbox.pair(), max_retries=Counting(connect=3, read=0, backoff_factor=0)))
        with pytest.raises(rexc.ConnectionError):
            session.post(sandbox.url("refused"), data=b"nobody acted on it")
        assert len(slept) == 3
        with pytest.raises(rexc.ReadTimeout):
            session.get(sandbox.url("required", "/silence"), timeout=0.1)
        assert len(slept) == 3


def test_a_passphrase(sandbox: Sandbox) -> None:
    identity = sandbox.identity("encrypted")
    with requests.Session() as session:
        session.mount(
            "https://",
            Adapter(cert=identity["chain"], key=identity["key"], passphrase=identity["passphrase"], ca=sandbox.ca),
        )
        assert session.get(sandbox.url("required", "/echo")).json()["client"]


def test_cert_and_verify_of_requests_are_honoured(sandbox: Sandbox, base: str) -> None:
    identity = sandbox.identity()
    cert = (identity["chain"], identity["key"])
    with requests.Session() as session:
        session.mount("https://", Adapter())
        assert "valid" in session.get(f"{base}/connection", cert=cert, verify=sandbox.ca).json()["client_subject"]
        session.cert, session.verify = cert, sandbox.ca
        assert "valid" in session.get(f"{base}/connection").json()["client_subject"]
        other = sandbox.identity("rotated")
        answer = session.get(f"{base}/connection", cert=(other["chain"], other["key"])).json()
        assert "rotated" in answer["client_subject"]
        bundle = sandbox.identity("bundle")["cert"]
        assert session.get(f"{base}/connection", cert=bundle).status_code == 200
        with pytest.raises(rexc.SSLError):
            session.get(f"{base}/connection", verify=sandbox.files["other_ca"])
        with pytest.raises(rexc.SSLError):
            session.get(f"{base}/connection", cert=(identity["chain"], other["key"]))


def test_contradictions_are_errors(session: requests.Session, sandbox: Sandbox, base: str) -> None:
    identity = sandbox.identity()
    assert session.get(f"{base}/echo", cert=(identity["chain"], identity["key"]), verify=sandbox.ca).ok
    other = sandbox.identity("rotated")
    for options in (
        {"cert": (other["chain"], other["key"])},
        {"verify": sandbox.files["other_ca"]},
        {"verify": False},
    ):
        with pytest.raises(OptionError) as caught:
            session.get(f"{base}/echo", **options)
        assert isinstance(caught.value, ValueError)


def test_a_bundle_of_the_environment_gives_way(
    session: requests.Session, sandbox: Sandbox, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sandbox.files["other_ca"])
    assert session.get(f"{base}/echo").ok
    with requests.Session() as plain:
        plain.mount("https://", Adapter())
        with pytest.raises(rexc.SSLError):
            plain.get(sandbox.url("none", "/echo"))


def test_proxies(session: requests.Session, sandbox: Sandbox, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def tunnels(listener: str) -> int:
        return int(requests.get(sandbox.url(listener, "/_stats")).json()["tunnels"])

    before = tunnels("proxy")
    assert session.get(f"{base}/echo", proxies={"https": sandbox.url("proxy")}).ok
    assert tunnels("proxy") == before + 1
    with_password = sandbox.url("proxy_auth").replace("://", "://proxyuser:proxypass@")
    assert session.get(f"{base}/echo", proxies={"https": with_password}).ok
    for listener in ("proxy_auth", "proxy_refusing"):
        with pytest.raises(rexc.ProxyError):
            session.get(f"{base}/echo", proxies={"https": sandbox.url(listener)})
    monkeypatch.setenv("HTTPS_PROXY", sandbox.url("proxy_refusing"))
    with pytest.raises(rexc.ProxyError):
        session.get(f"{base}/echo")
    monkeypatch.setenv("NO_PROXY", "localhost")
    assert session.get(f"{base}/echo").ok
    with requests.Session() as own:
        own.mount("https://", Adapter(**sandbox.pair(), proxy=sandbox.url("proxy")))
        assert own.get(f"{base}/echo").ok
        with pytest.raises(OptionError):
            own.get(f"{base}/echo", proxies={"https": with_password})


def test_an_adapter_survives_pickling(session: requests.Session, base: str) -> None:
    again = pickle.loads(pickle.dumps(session))
    assert again.get(f"{base}/echo").ok


def test_a_bad_identity_is_an_error_at_once(sandbox: Sandbox) -> None:
    with pytest.raises(mutls.IdentityError):
        Adapter(cert=sandbox.identity("mismatch")["cert"], key=sandbox.identity("mismatch")["key"])

"""`httpx` with our transports below it: every claim for both clients."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Callable

import httpx
import pytest

from conftest import Sandbox
from mutls.httpx import AsyncTransport, Transport


class Either:
    """One face for both clients."""

    def __init__(self, asynchronous: bool, sandbox: Sandbox, **options: Any) -> None:
        self.asynchronous = asynchronous
        self.options = {**sandbox.pair(), **options}
        self.base = sandbox.url("required")

    def call(self, method: str, url: str, client: Any = None, **options: Any) -> httpx.Response:
        given = client or {}
        if not self.asynchronous:
            with httpx.Client(transport=Transport(**self.options), base_url=self.base, **given) as sync:
                return sync.request(method, url, **options)

        async def main() -> httpx.Response:
            transport = AsyncTransport(**self.options)
            async with httpx.AsyncClient(transport=transport, base_url=self.base, **given) as client:
                return await client.request(method, url, **options)

        return asyncio.run(main())

    def body(self, pieces: list[bytes]) -> Any:
        def sync() -> Iterator[bytes]:
            yield from pieces

        async def asynchronous() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        return asynchronous() if self.asynchronous else sync()


@pytest.fixture(params=["sync", "async"])
def make(request: Any, sandbox: Sandbox) -> Callable[..., Either]:
    return lambda **options: Either(request.param == "async", sandbox, **options)


@pytest.fixture
def http(make: Callable[..., Either]) -> Either:
    return make()


def test_the_partner_call(http: Either, sandbox: Sandbox) -> None:
    response = http.call("GET", "/banks/v1", headers={"lean-app-token": sandbox.lean["app_token"]})
    assert response.status_code == 200 and response.reason_phrase == "OK" and response.http_version == "HTTP/1.1"
    assert response.json()[0]["identifier"] == "SANDBOX_BANK_ONE"
    assert response.extensions["mutls"].handshake.client_certificate.summary == "sent"


def test_bodies(http: Either) -> None:
    def header(answer: Any, name: str) -> list[str]:
        return [value for known, value in answer["headers"] if known.lower() == name]

    def sent(**options: Any) -> Any:
        return http.call("POST", "/echo", **options).json()

    assert sent(json={"a": 1})["body_length"] in (7, 8)
    assert sent(data={"a": "b"})["body_base64"] == "YT1i"
    assert sent(content=b"hi")["body_base64"] == "aGk="
    assert header(sent(files={"f": ("a.txt", io.BytesIO(b"hello"))}), "content-length") != []
    assert header(sent(content=http.body([b"a"] * 3)), "transfer-encoding") == ["chunked"]
    sized = sent(content=http.body([b"abc"]), headers={"content-length": "3"})
    assert header(sized, "content-length") == ["3"]
    large = http.call("POST", "/upload", content=http.body([b"x" * 100_000] * 80)).json()
    assert large["length"] == 8_000_000
    assert header(http.call("GET", "/echo").json(), "content-length") == []


def test_what_stays_with_httpx(http: Either) -> None:
    response = http.call("GET", "/redirect-chain/3", follow_redirects=True)
    assert response.status_code == 200 and len(response.history) == 3
    assert http.call("GET", "/redirect-chain/3").status_code == 302
    assert http.call("GET", "/cookies", client={"cookies": {"a": "1"}}).json()["cookies"] == {"a": "1"}
    assert http.call("GET", "/cookies/set?a=1").cookies["a"] == "1"
    assert http.call("GET", "/basic-auth/u/p", auth=("u", "p")).status_code == 200
    assert http.call("GET", "/basic-auth/u/p").status_code == 401
    seen: list[str] = []

    def hook(request: httpx.Request) -> None:
        seen.append(request.method)

    async def async_hook(request: httpx.Request) -> None:
        seen.append(request.method)

    http.call("GET", "/echo", client={"event_hooks": {"request": [async_hook if http.asynchronous else hook]}})
    assert seen == ["GET"]


def test_answers(http: Either) -> None:
    assert http.call("GET", "/gzip").json()["encoding"] == "gzip"
    response = http.call("GET", "/dup-headers")
    assert response.headers.get_list("x-dup") == ["one", "two"]
    assert (b"x-latin1", b"caf\xe9") in [(name.lower(), value) for name, value in response.headers.raw]
    assert http.call("HEAD", "/bytes/10").headers["content-length"] == "10"
    assert http.call("GET", "/bytes/100000").content[:3] == b"\x00\x1f\x3e"
    assert http.call("GET", "/status/204").content == b""


def test_errors(http: Either, sandbox: Sandbox) -> None:
    def refused(kind: Any, url: str, **options: Any) -> None:
        with pytest.raises(kind) as caught:
            http.call("GET", url, **options)
        assert type(caught.value) is kind and caught.value.request.url

    refused(httpx.ConnectError, sandbox.url("refused"))
    refused(httpx.ReadError, "/reset")
    for listener in ("server_expired", "server_self_signed", "alert_handshake_failure"):
        refused(httpx.ConnectError, sandbox.url(listener))
    for path in ("truncated/10/20", "truncated-chunked", "close-delimited-reset/10", "bad-status-line"):
        refused(httpx.RemoteProtocolError, f"/{path}")
    refused(httpx.DecodingError, "/gzip-corrupt")


def test_timeouts(http: Either, sandbox: Sandbox) -> None:
    for path in ("/silence", "/drip?ms=5000"):
        with pytest.raises(httpx.ReadTimeout):
            http.call("GET", path, timeout=0.3)
    for listener in ("tcp_unaccepted", "tcp_silent"):
        with pytest.raises(httpx.ConnectTimeout):
            http.call("GET", sandbox.url(listener), timeout=httpx.Timeout(5, connect=0.2))
    assert http.call("GET", "/delay/100", timeout=None).status_code == 200


def test_a_failing_body(http: Either) -> None:
    def failing() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    async def async_failing() -> AsyncIterator[bytes]:
        yield b"a"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        http.call("POST", "/upload", content=async_failing() if http.asynchronous else failing())


def test_the_environment_names_no_proxy(
    http: Either, make: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", sandbox.url("proxy_refusing"))
    # This machine itself is never reached through a proxy of the environment.
    url = sandbox.url("required", "/echo").replace("localhost", "api.sandbox.test")
    with pytest.raises(httpx.ConnectError):
        http.call("GET", url)
    with pytest.raises(httpx.ProxyError):
        make(proxy="environment").call("GET", url)
    monkeypatch.setenv("HTTPS_PROXY", sandbox.url("proxy"))
    assert make(proxy="environment").call("GET", url).status_code == 200
    assert make(proxy=sandbox.url("proxy")).call("GET", "/echo").status_code == 200


def test_a_wait_for_a_worker_is_a_wait_for_the_pool(sandbox: Sandbox) -> None:
    async def main() -> None:
        transport = AsyncTransport(**sandbox.pair(), workers={"max": 1})
        async with httpx.AsyncClient(transport=transport, base_url=sandbox.url("required")) as client:
            busy = asyncio.create_task(client.get("/delay/2000"))
            await asyncio.sleep(0.3)
            with pytest.raises(httpx.PoolTimeout):
                await client.get("/echo", timeout=httpx.Timeout(5, pool=0.2))
            busy.cancel()

    asyncio.run(main())


def test_what_httpx_is_given_for_its_own_transport_changes_nothing(http: Either, sandbox: Sandbox) -> None:
    given = {"verify": False, "cert": ("/nowhere.crt", "/nowhere.key"), "http2": False}
    assert http.call("GET", "/connection", client=given).json()["client_subject"]
    with pytest.raises(httpx.ConnectError):
        http.call("GET", sandbox.url("server_self_signed"), client={"verify": False})


def test_authentication_in_two_steps(http: Either) -> None:
    class TwoSteps(httpx.Auth):
        def auth_flow(self, request: httpx.Request) -> Any:
            response = yield request
            assert response.status_code == 401
            yield from httpx.BasicAuth("u", "p").auth_flow(request)

    assert http.call("GET", "/basic-auth/u/p", auth=TwoSteps()).status_code == 200


def test_an_answer_before_the_body_ends(http: Either) -> None:
    assert http.call("POST", "/early-413", content=http.body([b"x" * 65536] * 1000)).status_code == 413


def test_streams(sandbox: Sandbox) -> None:
    transport = Transport(**sandbox.pair())
    with httpx.Client(transport=transport, base_url=sandbox.url("required")) as client:
        with client.stream("GET", "/stream/3") as response:
            assert [json.loads(line)["id"] for line in response.iter_lines()] == [0, 1, 2]
        marks = {"x-sandbox-id": f"httpx-{time.time_ns()}"}
        with client.stream("GET", "/large/1000000000", headers=marks) as response:
            next(response.iter_raw())
    log = httpx.get(sandbox.url("plain", "/_log"), params={"id": marks["x-sandbox-id"], "aborted": 1}).json()
    assert log["aborted"] == 1


def test_async_streams_and_cancellation(sandbox: Sandbox) -> None:
    marks = {"x-sandbox-id": f"httpx-async-{time.time_ns()}"}

    async def main() -> None:
        transport = AsyncTransport(**sandbox.pair())
        async with httpx.AsyncClient(transport=transport, base_url=sandbox.url("required")) as client:
            async with client.stream("GET", "/stream/3") as response:
                assert [json.loads(line)["id"] async for line in response.aiter_lines()] == [0, 1, 2]
            async with client.stream("GET", "/large/1000000000", headers=marks) as response:
                async for _ in response.aiter_raw():
                    break
            waiting = asyncio.create_task(client.get("/silence", headers=marks, timeout=None))
            async with httpx.AsyncClient() as ledger:
                await ledger.get(sandbox.url("plain", "/_log"), params={"id": marks["x-sandbox-id"], "seen": 2})
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(waiting, 0.1)
            answers = await asyncio.gather(*(client.get("/echo") for _ in range(50)))
            assert {answer.status_code for answer in answers} == {200}

    asyncio.run(main())
    log = httpx.get(sandbox.url("plain", "/_log"), params={"id": marks["x-sandbox-id"], "aborted": 2}).json()
    assert log["aborted"] == 2


def test_trio_gets_a_clear_error(sandbox: Sandbox) -> None:
    trio = pytest.importorskip("trio")

    async def main() -> None:
        async with httpx.AsyncClient(transport=AsyncTransport(**sandbox.pair())) as client:
            with pytest.raises(RuntimeError, match="asyncio"):
                await client.get(sandbox.url("required", "/echo"))

    trio.run(main)

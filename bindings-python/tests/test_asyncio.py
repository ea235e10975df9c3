"""The asyncio client."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Callable

import pytest

import mutls
from conftest import Sandbox

Act = Callable[[mutls.AsyncClient], Coroutine[Any, Any, None]]


@pytest.fixture
def run(sandbox: Sandbox) -> Callable[[Act], None]:
    async def main(act: Act) -> None:
        async with mutls.AsyncClient(**sandbox.pair(), base_url=sandbox.url("required", "/")) as client:
            await act(client)

    return lambda act: asyncio.run(main(act))


def test_calls(run: Any, sandbox: Sandbox) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        response = await client.get("banks/v1", headers={"lean-app-token": sandbox.lean["app_token"]})
        assert response.json()[0]["identifier"] == "SANDBOX_BANK_ONE"
        for method in ("get", "post", "put", "patch", "delete", "options"):
            assert (await getattr(client, method)("echo")).json()["method"] == method.upper()
        assert (await client.head("echo")).content == b""
        assert (await client.request("POST", "echo", json={"a": 1})).json()["body_length"] == 7

    run(act)


def test_many_at_once(run: Any) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        begun = time.monotonic()
        answers = await asyncio.gather(*(client.get("delay/200") for _ in range(100)))
        assert all(answer.status_code == 200 for answer in answers)
        assert time.monotonic() - begun < 10

    run(act)


def test_streams(run: Any) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        async with client.stream("GET", "bytes/1000000") as response:
            assert sum([len(piece) async for piece in response.aiter_bytes()]) == 1_000_000
        async with client.stream("GET", "bytes/100") as response:
            assert [len(piece) async for piece in response.aiter_bytes(30)] == [30, 30, 30, 10]
        async with client.stream("GET", "stream/3") as response:
            assert [json.loads(line)["id"] async for line in response.aiter_lines()] == [0, 1, 2]
        async with client.stream("GET", "bytes/10") as response:
            with pytest.raises(RuntimeError, match="aread"):
                _ = response.content
            assert len(await response.aread()) == 10 and len(response.content) == 10
        async with client.stream("GET", "truncated/10/20") as response:
            with pytest.raises(mutls.BodyError):
                await response.aread()
        whole = await client.get("bytes/10")
        assert [len(piece) async for piece in whole.aiter_bytes(6)] == [6, 4]

    run(act)


def test_bodies(run: Any) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        async def source() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b"x" * 10_000

        assert (await client.post("upload", content=source())).json()["length"] == 1_000_000
        assert (await client.post("upload", data=source(), content_length=1_000_000)).json()["length"] == 1_000_000
        assert (await client.post("upload", content=iter([b"a", b"b"]))).json()["length"] == 2

        async def failing() -> AsyncIterator[bytes]:
            yield b"a"
            raise ZeroDivisionError

        with pytest.raises(mutls.BodyError) as caught:
            await client.post("upload", content=failing())
        assert isinstance(caught.value.__cause__, ZeroDivisionError)

        async def text() -> AsyncIterator[Any]:
            yield "text"

        with pytest.raises(mutls.BodyError) as caught:
            await client.post("upload", content=text())
        assert isinstance(caught.value.__cause__, TypeError)

    run(act)


def test_a_cancelled_task_closes_its_socket(run: Any, sandbox: Sandbox) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        marks = {"x-sandbox-id": f"python-cancel-{time.time_ns()}"}

        async def drip() -> None:
            async with client.stream("GET", "drip?bytes=1000&ms=100", headers=marks) as response:
                async for _ in response.aiter_bytes():
                    pass

        tasks = [asyncio.create_task(client.get("silence", headers=marks)), asyncio.create_task(drip())]
        async with mutls.AsyncClient(base_url=sandbox.url("plain", "/")) as ledger:
            await ledger.get("_log", params={"id": marks["x-sandbox-id"], "seen": 2})
            for task in tasks:
                task.cancel()
            for task in tasks:
                with pytest.raises(asyncio.CancelledError):
                    await task
            seen = (await ledger.get("_log", params={"id": marks["x-sandbox-id"], "aborted": 2})).json()
        assert seen["aborted"] == 2

    run(act)


def test_timeouts(run: Any) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        begun = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.get("silence"), 0.2)
        if hasattr(asyncio, "timeout"):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await client.get("silence")
        with pytest.raises(mutls.TimeoutError):
            await client.get("silence", timeout=0.2)
        assert time.monotonic() - begun < 10

    run(act)


def test_several_loops_share_a_client(sandbox: Sandbox) -> None:
    client = mutls.AsyncClient(ca=sandbox.ca, base_url=sandbox.url("none", "/"))
    for _ in range(3):
        assert asyncio.run(client.get("echo")).status_code == 200
    gc.collect()


def test_a_loop_that_cannot_watch_descriptors(sandbox: Sandbox) -> None:
    class Blind(asyncio.SelectorEventLoop):
        def add_reader(self, *arguments: Any) -> None:
            raise NotImplementedError

    # The loop's own waker needs the real one.
    loop = asyncio.SelectorEventLoop()
    loop.add_reader = Blind.add_reader.__get__(loop)  # type: ignore[method-assign]
    client = mutls.AsyncClient(ca=sandbox.ca, base_url=sandbox.url("none", "/"))

    async def main() -> list[int]:
        return [answer.status_code for answer in await asyncio.gather(*(client.get("echo") for _ in range(20)))]

    try:
        assert loop.run_until_complete(main()) == [200] * 20
    finally:
        loop.close()


def test_trio_gets_a_clear_error(sandbox: Sandbox) -> None:
    trio = pytest.importorskip("trio")
    client = mutls.AsyncClient(ca=sandbox.ca)

    async def main() -> None:
        with pytest.raises(RuntimeError, match="asyncio"):
            await client.get(sandbox.url("none", "/echo"))

    trio.run(main)


def test_a_reload(run: Any, sandbox: Sandbox) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        await client.reload(**sandbox.pair("rotated"), base_url=sandbox.url("required", "/"))
        assert "rotated" in (await client.get("connection")).json()["client_subject"]
        assert await client.aclose(drain=1) is True

    run(act)


def test_nothing_is_left_behind(run: Any) -> None:
    async def act(client: mutls.AsyncClient) -> None:
        await asyncio.gather(*(client.get("echo") for _ in range(50)))
        gc.collect()
        before = len(gc.get_objects())
        for _ in range(5):
            await asyncio.gather(*(client.get("echo") for _ in range(50)))
        gc.collect()
        assert len(gc.get_objects()) - before < 200

    run(act)

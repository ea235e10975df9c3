"""The conformance runner for Python: `conformance.py [--async] CASES` prints one outcome a line.

docs/conformance.md says what a case is. The blocking run makes its clients from keyword arguments, the
asynchronous one from the config document's JSON, so that both ways are run.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Optional

import mutls
from mutls._options import TABLE

AT_ONCE = 4
PATIENCE = 60

Json = Any


class Mismatch(Exception):
    """What was claimed does not hold."""


# Comparing.


def mismatch(claim: Json, got: Json, place: str) -> Optional[str]:
    differs = f"{place}: expected {json.dumps(claim)}, got {json.dumps(got)[:600]}"
    if claim == "$any":
        return differs if got is None else None
    if isinstance(claim, dict):
        if len(claim) == 1 and next(iter(claim)).startswith("$"):
            ((operator, operand),) = claim.items()
            return None if operate(operator, operand, got) else differs
        if not isinstance(got, dict):
            return differs
        found = (mismatch(value, got.get(name), f"{place}.{name}") for name, value in claim.items())
        return next((what for what in found if what), None)
    if isinstance(claim, list):
        if not isinstance(got, list) or len(got) != len(claim):
            return differs
        found = (mismatch(c, g, f"{place}[{at}]") for at, (c, g) in enumerate(zip(claim, got)))
        return next((what for what in found if what), None)
    same = claim == got and isinstance(claim, bool) == isinstance(got, bool)
    return None if same else differs


def operate(operator: str, operand: Json, got: Json) -> bool:
    if operator == "$contains":
        return bool(operand) and all(contains(got, part) for part in operand)
    if operator == "$lacks":
        return isinstance(got, (list, str)) and not any(contains(got, part) for part in operand)
    if operator == "$one_of":
        return any(mismatch(claim, got, "") is None for claim in operand)
    if operator == "$min":
        return isinstance(got, (int, float)) and not isinstance(got, bool) and got >= operand
    return False


def contains(got: Json, part: Json) -> bool:
    if isinstance(got, list):
        return any(mismatch(part, one, "") is None for one in got)
    return isinstance(got, str) and isinstance(part, str) and part in got


def compare_error(claim: Json, error: mutls.Error, place: str) -> None:
    what = mismatch(claim, error.to_dict(), "error")
    if what:
        raise Mismatch(f"{place}: {what}; the error is: {error}")
    number, family = mutls._errors.CODES[error.code]
    if type(error) is not family or error.number != number:
        raise Mismatch(f"{place}: {error.code} ({error.number}) is raised as {type(error).__name__}")


def compare_answer(claim: Json, response: mutls.Response, body: bytes) -> None:
    if response.status_code != claim["status"]:
        raise Mismatch(f"expected {claim['status']}, got {response.status_code} {body[:300]!r}")
    for name, values in claim.get("headers", {}).items():
        what = mismatch(values or [], response.headers.get_all(name), f"header {name}")
        if what:
            raise Mismatch(what)
    for name, got in (("url", response.url), ("reused", response.connection_reused)):
        if claim.get(name) is not None and claim[name] != got:
            raise Mismatch(f"{name}: expected {claim[name]}, got {got}")
    wanted = claim.get("body") or {}
    if wanted.get("text") is not None and body.decode("utf-8", "replace") != wanted["text"]:
        raise Mismatch(f"body: expected {wanted['text']!r}, got {body[:300]!r}")
    if wanted.get("length") is not None and len(body) != wanted["length"]:
        raise Mismatch(f"body: expected {wanted['length']} bytes, got {len(body)}")
    if wanted.get("pattern") is not None and body != pattern(wanted["pattern"]):
        raise Mismatch(f"body: {len(body)} bytes are not the pattern {wanted['pattern']}")
    if "json" in wanted:
        what = mismatch(wanted["json"], json.loads(body), "body")
        if what:
            raise Mismatch(what)


def pattern(claim: Json) -> bytes:
    period = bytes((31 * i + claim.get("seed", 0)) % 251 for i in range(251))
    length: int = claim["length"]
    return (period * (length // 251 + 1))[:length]


# What both runs share.


def keyword_arguments(config: Json, path: str = "") -> Json:
    """A config document with the names and durations of Python."""
    if isinstance(config, list):
        return [keyword_arguments(one, path) for one in config]
    if not isinstance(config, dict) or path not in TABLE:
        return config
    names = {key: (name, kind) for name, (key, kind) in TABLE[path].items()}
    found = {}
    for key, value in config.items():
        name, kind = names.get(key, (key, ""))
        if kind == "duration" and isinstance(value, int):
            value = value / 1000
        found[name] = keyword_arguments(value, f"{path}.{key}" if path else key)
    return found


def attachments(case: Json) -> dict[str, bytes]:
    found = {}
    for name, path in case.get("attachments", {}).items():
        with open(path, "rb") as file:
            found[name] = file.read()
    return found


def call_options(step: Json) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if step.get("headers"):
        options["headers"] = [(name, value.encode("latin-1")) for name, value in step["headers"]]
    given = step.get("options") or {}
    if "timeout_ms" in given:
        options["timeout"] = given["timeout_ms"] / 1000
    if given.get("timeouts") is not None:
        options["timeout"] = keyword_arguments(given["timeouts"], "timeouts")
    if given.get("decompress") is not None:
        options["decompress"] = given["decompress"]
    if given.get("redirects") is not None:
        options["redirects"] = given["redirects"]["follow"]
    if step.get("cancel_after_ms") is not None:
        options["cancel"] = mutls.CancelToken()
        cancel_later(options["cancel"], step["cancel_after_ms"])
    return options


def content(body: Json) -> tuple[bytes, Optional[str], Optional[int]]:
    """The bytes, how they stream, and the length to announce."""
    data = pattern(body["pattern"]) if body.get("pattern") else (body.get("text") or "").encode()
    stream = body.get("stream")
    length = body.get("announced", len(data)) if stream == "sized" else None
    return data, stream, length


def pieces(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), 10_000):
        yield data[at : at + 10_000]


async def async_pieces(data: bytes) -> AsyncIterator[bytes]:
    for piece in pieces(data):
        yield piece


def cancel_later(token: mutls.CancelToken, ms: int) -> None:
    if ms == 0:
        token.cancel()
        return
    timer = threading.Timer(ms / 1000, token.cancel)
    timer.daemon = True
    timer.start()


def judge(
    step: Json, response: Optional[mutls.Response], body: bytes, error: Optional[mutls.Error], took: float
) -> None:
    if error is not None:
        if step.get("error") is None:
            raise Mismatch(f"expected an answer, got {error}")
        compare_error(step["error"], error, "the call")
    elif step.get("answer") is None:
        raise Mismatch(f"expected an error, got {response} {body[:300]!r}")
    else:
        assert response is not None
        compare_answer(step["answer"], response, body)
    if step.get("report") is not None:
        report = (response or error).handshake  # type: ignore[union-attr]
        what = mismatch(step["report"], report.to_dict() if report else None, "report")
        if what:
            raise Mismatch(what)
    if step.get("within_ms") is not None and took * 1000 > step["within_ms"]:
        raise Mismatch(f"it took {took * 1000:.0f} ms, not {step['within_ms']}")


def at(place: int, step: Json, problem: BaseException) -> Mismatch:
    text = str(problem) if isinstance(problem, Mismatch) else f"{type(problem).__name__}: {problem}"
    return Mismatch(f"step {place} ({step['url']}): {text}")


def construct(case: Json, make: Callable[[], Any]) -> Any:
    """The case's client; None if it rightly cannot be made."""
    claim = case.get("construct_error")
    try:
        client = make()
    except mutls.Error as error:
        if claim is None:
            raise Mismatch(f"the client: {error}") from error
        compare_error(claim, error, "the client")
        return None
    if claim is not None:
        raise Mismatch(f"the client: expected {claim['code']}, got a client")
    return client


# The blocking run.


def run_blocking(case: Json) -> None:
    def make(config: Json) -> mutls.Client:
        return mutls.Client(attachments=attachments(case), **keyword_arguments(config))

    client = construct(case, lambda: make(case.get("config") or {}))
    if client is None:
        return
    for place, step in enumerate(case.get("steps", []), 1):
        try:
            own = make(step["config"]) if step.get("config") is not None else client
            if step.get("close"):
                client.close()
            time.sleep(step.get("pause_ms", 0) / 1000)
            if step.get("parallel"):
                with ThreadPoolExecutor(step["parallel"]) as pool:
                    for future in [pool.submit(call_blocking, own, step) for _ in range(step["parallel"])]:
                        future.result()
            else:
                for _ in range(step.get("times") or 1):
                    call_blocking(own, step)
        except Exception as problem:
            raise at(place, step, problem) from problem


def call_blocking(client: mutls.Client, step: Json) -> None:
    options = call_options(step)
    if step.get("body"):
        data, stream, length = content(step["body"])
        options["content"] = pieces(data) if stream else data
        options["content_length"] = length
    begun = time.monotonic()
    response, body, failure = None, b"", None
    try:
        method = step.get("method", "GET")
        if step.get("read", "whole") == "whole":
            response = client.request(method, step["url"], **options)
            body = response.content
        else:
            with client.stream(method, step["url"], **options) as response:
                if step["read"] == "first":
                    body = response.read_chunk(16)
    except mutls.Error as error:
        failure = error
    judge(step, response, body, failure, time.monotonic() - begun)


# The asynchronous run.


async def run_async(case: Json) -> None:
    def make(config: Json) -> mutls.AsyncClient:
        return mutls.AsyncClient.from_json(json.dumps(config), attachments(case))

    client = construct(case, lambda: make(case.get("config") or {}))
    if client is None:
        return
    for place, step in enumerate(case.get("steps", []), 1):
        try:
            own = make(step["config"]) if step.get("config") is not None else client
            if step.get("close"):
                await client.aclose()
            await asyncio.sleep(step.get("pause_ms", 0) / 1000)
            if step.get("parallel"):
                await asyncio.gather(*(call_async(own, step) for _ in range(step["parallel"])))
            else:
                for _ in range(step.get("times") or 1):
                    await call_async(own, step)
        except Exception as problem:
            raise at(place, step, problem) from problem


async def call_async(client: mutls.AsyncClient, step: Json) -> None:
    options = call_options(step)
    if step.get("body"):
        data, stream, length = content(step["body"])
        options["content"] = async_pieces(data) if stream else data
        if length is not None:
            options["content_length"] = length
    begun = time.monotonic()
    response, body, failure = None, b"", None
    try:
        method = step.get("method", "GET")
        if step.get("read", "whole") == "whole":
            response = await client.request(method, step["url"], **options)
            body = response.content
        else:
            async with client.stream(method, step["url"], **options) as response:
                if step["read"] == "first":
                    async for piece in response.aiter_bytes():
                        body = piece[:16]
                        break
    except mutls.Error as error:
        failure = error
    judge(step, response, body, failure, time.monotonic() - begun)


# The runner.

_printing = threading.Lock()


def tell(case: Json, problem: Optional[BaseException]) -> None:
    outcome = {"id": case["id"], "outcome": "pass"}
    if problem is not None:
        detail = str(problem) if isinstance(problem, Mismatch) else f"{type(problem).__name__}: {problem}"
        outcome = {"id": case["id"], "outcome": "fail", "detail": detail or "it hangs"}
    with _printing:
        print(json.dumps(outcome), flush=True)


def guarded(case: Json) -> None:
    """On a thread of its own, so that a case that hangs fails alone."""
    problem: list[BaseException] = []

    def run() -> None:
        try:
            run_blocking(case)
        except Exception as error:
            problem.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    tell(case, Mismatch("it hangs") if thread.is_alive() else next(iter(problem), None))


async def guarded_async(case: Json, room: asyncio.Semaphore) -> None:
    async with room:
        try:
            await asyncio.wait_for(run_async(case), PATIENCE)
        except Exception as error:
            tell(case, error)
        else:
            tell(case, None)


async def all_async(together: list[Json], alone: list[Json]) -> None:
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(guarded_async(case, room) for case in together))
    for case in alone:
        await guarded_async(case, room)


def main() -> None:
    with open(sys.argv[-1]) as file:
        cases = json.load(file)["cases"]
    alone = [case for case in cases if case.get("alone")]
    together = [case for case in cases if not case.get("alone")]
    if "--async" in sys.argv:
        asyncio.run(all_async(together, alone))
        return
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(guarded, together))
    for case in alone:
        guarded(case)


if __name__ == "__main__":
    main()

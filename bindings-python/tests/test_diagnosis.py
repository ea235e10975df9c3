"""Why calls fail."""

import asyncio
import json

import pytest

import mutls


def test_a_client_that_works(sandbox):
    with mutls.Client(**sandbox.pair(), base_url=sandbox.url("required")) as client:
        found = client.diagnose("/echo")
    assert found.state == "ok" and found.code is None, str(found)
    assert [step.name for step in found.steps] == [
        "options",
        "identity",
        "trust",
        "proxy",
        "dns",
        "connect",
        "handshake",
        "without_identity",
        "answer",
    ]
    assert "<svg" in found.html
    assert json.loads(json.dumps(found.to_dict()))["handshake"]["completed"]


def test_a_client_that_cannot_be_made(sandbox):
    options = {
        **sandbox.pair(),
        "key": sandbox.identity("mismatch")["key"],
    }
    found = mutls.diagnose(sandbox.url("required"), **options)
    assert (found.state, found.code) == ("failed", "key_mismatch"), str(found)
    failed = next(step for step in found.steps if step.state == "failed")
    assert failed.error["code"] == "key_mismatch" and failed.cure
    with pytest.raises(mutls.ConfigError):
        mutls.diagnose("https://localhost/", crt="x")


def test_without_a_probe_no_request_is_sent(sandbox):
    with mutls.Client(**sandbox.pair(), base_url=sandbox.url("required")) as client:
        assert all(step.name != "answer" for step in client.diagnose("/echo", probe=False).steps)


def test_with_asyncio(sandbox):
    async def main():
        async with mutls.AsyncClient(**sandbox.pair(), base_url=sandbox.url("required")) as client:
            found = await client.diagnose("/echo")
            assert found.state == "ok", str(found)
            # A server that never answers, and limits of half a minute.
            looking = asyncio.create_task(client.diagnose("/silence"))
            await asyncio.sleep(0.3)
            looking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await looking

    # The end of the loop waits for its threads.
    asyncio.run(asyncio.wait_for(main(), 20))

"""pyreqwest (Rust's reqwest): one Client, on asyncio."""

import asyncio
import os
import sys

import pyreqwest_client
from load import Plan, Repeat, first, tasks
from pyreqwest.client import ClientBuilder

plan = Plan()


def make():
    """The client."""
    return pyreqwest_client.make(ClientBuilder(), plan)


first(plan, make)


async def main():
    """One client for all tasks."""
    async with make() as client:

        async def request():
            if plan.mode == "upload":
                length, body = str(plan.upload_bytes), aiter(Repeat(plan.upload_bytes))
                await client.post(plan.url).header("content-length", length).body_stream(body).build().send()
            elif plan.mode == "download":
                async with client.get(plan.url).build_streamed() as response:
                    while await response.body_reader.read_chunk():
                        pass
            else:
                response = await client.get(plan.url).build().send()
                await response.json()

        await tasks(plan, request)


asyncio.run(main())
# Its worker threads make the interpreter abort at its end.
sys.stdout.flush()
os._exit(0)

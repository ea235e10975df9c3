"""aiohttp: one ClientSession on asyncio."""

import asyncio

import aiohttp
from load import Plan, Repeat, first, tasks
from tls import context

plan = Plan()


def connector():
    """Room for every connection."""
    return aiohttp.TCPConnector(limit=0, ssl=context(plan))


async def make():
    """A session, as the first call would want it."""
    async with aiohttp.ClientSession(connector=connector()):
        pass


first(plan, lambda: asyncio.run(make()))


async def main():
    """One session for all tasks."""
    async with aiohttp.ClientSession(connector=connector(), raise_for_status=True) as session:

        async def request():
            if plan.mode == "upload":
                headers = {"content-length": str(plan.upload_bytes)}
                body = aiter(Repeat(plan.upload_bytes))
                async with session.post(plan.url, data=body, headers=headers) as response:
                    await response.read()
                return
            async with session.get(plan.url) as response:
                if plan.mode == "download":
                    async for _ in response.content.iter_any():
                        pass
                else:
                    await response.json()

        await tasks(plan, request)


asyncio.run(main())

"""A load with an AsyncClient of `httpx`, on asyncio."""

import asyncio

from load import Repeat, first, tasks


def run(plan, make):
    """`make()` gives a client."""
    first(plan, make)
    asyncio.run(_main(plan, make))


async def _main(plan, make):
    async with make() as client:

        async def request():
            if plan.mode == "upload":
                headers = {"content-length": str(plan.upload_bytes)}
                body = aiter(Repeat(plan.upload_bytes))
                (await client.post(plan.url, content=body, headers=headers)).raise_for_status()
            elif plan.mode == "download":
                async with client.stream("GET", plan.url) as response:
                    response.raise_for_status()
                    async for _ in response.aiter_bytes():
                        pass
            else:
                (await client.get(plan.url)).raise_for_status().json()

        await tasks(plan, request)

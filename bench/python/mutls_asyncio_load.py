"""mutls: one AsyncClient, on asyncio."""

import asyncio

import mutls
from load import Plan, Repeat, first, tasks
from options import options

plan = Plan()


def make():
    """A client with room for every connection."""
    return mutls.AsyncClient(**options(plan))


first(plan, make)


async def main():
    """One client for all tasks."""
    async with make() as client:

        async def request():
            if plan.mode == "upload":
                body = aiter(Repeat(plan.upload_bytes))
                response = await client.post(plan.url, content=body, content_length=plan.upload_bytes)
                response.raise_for_status()
            elif plan.mode == "download":
                async with client.stream("GET", plan.url) as response:
                    response.raise_for_status()
                    async for _ in response.aiter_bytes():
                        pass
            else:
                (await client.get(plan.url)).raise_for_status().json()

        await tasks(plan, request)


asyncio.run(main())

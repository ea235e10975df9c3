"""Lean's calls, several at once."""

import asyncio
import os

import mutls


async def main() -> None:
    async with mutls.AsyncClient(
        base_url=os.environ.get("LEAN_URL", "https://api.leantech.me") + "/",
        cert="my_app_cert.crt",
        key="my_app_private_key.pem",
        ca="lean_public_cert_chain.pem",
        headers={"lean-app-token": os.environ["LEAN_APP_TOKEN"]},
    ) as client:
        users = ["ada", "grace", "linus"]
        answers = await asyncio.gather(*(client.post("customers/v1", json={"app_user_id": user}) for user in users))
        for user, answer in zip(users, answers):
            print(user, answer.json()["customer_id"])
        print((await client.get("banks/v1")).json())


asyncio.run(main())

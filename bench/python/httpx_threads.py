"""A load with a Client of `httpx`, shared by threads."""

from load import Repeat, first, threads


def run(plan, make):
    """`make()` gives a client."""
    first(plan, make)
    client = make()

    def request():
        """One request, its body read."""
        if plan.mode == "upload":
            headers = {"content-length": str(plan.upload_bytes)}
            client.post(plan.url, content=iter(Repeat(plan.upload_bytes)), headers=headers).raise_for_status()
        elif plan.mode == "download":
            with client.stream("GET", plan.url) as response:
                response.raise_for_status()
                for _ in response.iter_bytes():
                    pass
        else:
            client.get(plan.url).raise_for_status().json()

    threads(plan, request)

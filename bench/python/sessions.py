"""A load with a Session of `requests`, or of who does as requests does, shared by threads."""

from load import Repeat, first, threads


def run(plan, make):
    """`make()` gives a session."""
    first(plan, make)
    client = make()

    def request():
        """One request, its body read."""
        if plan.mode in ("fresh", "resumed"):
            with make() as once:
                once.get(plan.url).raise_for_status()
        elif plan.mode == "upload":
            client.post(plan.url, data=Repeat(plan.upload_bytes)).raise_for_status()
        elif plan.mode == "download":
            with client.get(plan.url, stream=True) as response:
                response.raise_for_status()
                for _ in response.iter_content(65536):
                    pass
        else:
            response = client.get(plan.url)
            response.raise_for_status()
            response.json()

    threads(plan, request)

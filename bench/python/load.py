"""What the Python loads share: the plan, threads or tasks, the measured window, the printed line."""

import argparse
import asyncio
import json
import resource
import sys
import threading
import time


class Plan:
    """What the driver asks for."""

    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--config", required=True)
        parser.add_argument("--mode", default="get")
        parser.add_argument("--in-flight", type=int, default=1)
        parser.add_argument("--seconds", type=float, default=1.0)
        parser.add_argument("--requests", type=int, default=0)
        given = parser.parse_args()
        with open(given.config, encoding="utf-8") as file:
            document = json.load(file)
        self.mode, self.in_flight, self.seconds = given.mode, given.in_flight, given.seconds
        # A pool opens its connections as they are needed: nobody's first handshakes belong into the window.
        self.settling = 0.2 + 0.002 * given.in_flight
        self.share = -(-given.requests // given.in_flight) if given.requests else None
        self.base, self.path = document["base"], document["path"]
        self.url = self.base + self.path
        self.cert, self.key, self.ca = document["cert"], document["key"], document["ca"]
        self.upload_bytes = document["upload_bytes"]


class Repeat:
    """A request body: the same byte again and again."""

    def __init__(self, length):
        self.left = self.length = length
        self.same = b"x" * 65536

    def __len__(self):
        return self.length

    def read(self, size=-1):
        """The next part, at most 64 KiB."""
        part = min(self.left, len(self.same), size if size >= 0 else self.left)
        self.left -= part
        return self.same if part == len(self.same) else self.same[:part]

    def __iter__(self):
        while chunk := self.read(65536):
            yield chunk

    async def __aiter__(self):
        for chunk in self:
            yield chunk


class Window:
    """Opened when every connection is warm."""

    def __init__(self):
        self.used = resource.getrusage(resource.RUSAGE_SELF)
        self.begun = time.perf_counter()

    def close(self, requests, errors):
        """Prints the line."""
        seconds = time.perf_counter() - self.begun
        used = resource.getrusage(resource.RUSAGE_SELF)
        line = {
            "requests": requests,
            "errors": errors,
            "seconds": seconds,
            "user_s": used.ru_utime - self.used.ru_utime,
            "sys_s": used.ru_stime - self.used.ru_stime,
            "max_rss_kb": _peak_kb(),
        }
        print(json.dumps(line))


class Count:
    """Requests and errors, of which the first is told."""

    def __init__(self):
        self.errors = 0
        self.lock = threading.Lock()
        self.counts = []

    def thread(self):
        """A counter that only one thread adds to."""
        self.counts.append([0])
        return self.counts[-1]

    def requests(self):
        """All of them together."""
        return sum(count[0] for count in self.counts)

    def fault(self, error):
        """Counts one failure."""
        with self.lock:
            self.errors += 1
            if self.errors == 1:
                print(repr(error), file=sys.stderr)


def first(plan, make):
    """Times the making of a client."""
    if plan.mode == "first":
        window = Window()
        client = make()
        window.close(1, 0)
        del client
        raise SystemExit


def threads(plan, request):
    """Calls `request()` again and again on `in_flight` threads; the first round warms up."""
    begin, end = threading.Barrier(plan.in_flight + 1), threading.Barrier(plan.in_flight + 1)
    stop, count = threading.Event(), Count()

    def worker():
        done, warm = 0, True
        mine = count.thread()
        try:
            request()
        except Exception as error:
            warm = False
            count.fault(error)
        begin.wait()
        while warm and not stop.is_set() and done != plan.share:
            done += 1
            try:
                request()
                mine[0] += 1
            except Exception as error:
                count.fault(error)
        end.wait()

    threading.stack_size(512 * 1024)
    for _ in range(plan.in_flight):
        threading.Thread(target=worker, daemon=True).start()
    begin.wait()
    if plan.share is not None:
        window = Window()
        end.wait()
        window.close(count.requests(), count.errors)
        return
    time.sleep(plan.settling)
    window, before = Window(), count.requests()
    time.sleep(plan.seconds)
    window.close(count.requests() - before, count.errors)
    stop.set()
    end.wait()


async def tasks(plan, request):
    """Awaits `request()` again and again in `in_flight` tasks; the first round warms up."""
    count = Count()
    mine, stop = count.thread(), asyncio.Event()

    async def warm():
        try:
            await request()
        except Exception as error:
            count.fault(error)

    async def worker():
        done = 0
        while done != plan.share and not stop.is_set():
            done += 1
            try:
                await request()
                mine[0] += 1
            except Exception as error:
                count.fault(error)

    await asyncio.gather(*(warm() for _ in range(plan.in_flight)))
    if plan.share is not None:
        window = Window()
        await asyncio.gather(*(worker() for _ in range(plan.in_flight)))
        window.close(count.requests(), count.errors)
        return
    running = asyncio.gather(*(worker() for _ in range(plan.in_flight)))
    await asyncio.sleep(plan.settling)
    window, before = Window(), count.requests()
    await asyncio.sleep(plan.seconds)
    window.close(count.requests() - before, count.errors)
    stop.set()
    await running


def _peak_kb():
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0

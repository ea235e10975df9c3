"""Keeps the processors from falling asleep while loads run.

A virtual processor that idles halts, and waking it up costs tens of microseconds: with one request in flight, client and
server wait for each other in turn, and that would be most of what is measured, unless some other thread of the client
happens to be busy.
"""

import os
import subprocess
import sys
from types import TracebackType

SPIN = "import os\nos.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))\nprint(flush=True)\nwhile os.getppid() == {parent}:\n    for _ in range(1_000_000):\n        pass"


class Awake:
    """For each processor a process that runs only where nothing else wants to."""

    def __init__(self, wanted: bool) -> None:
        """`wanted` is false to leave the machine as it is."""
        self.count = (os.cpu_count() or 1) if wanted and hasattr(os, "SCHED_IDLE") else 0
        self.spinners: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Awake":
        """Starts them, and waits until each has given way."""
        command = [sys.executable, "-c", SPIN.format(parent=os.getpid())]
        for _ in range(self.count):
            spinner = subprocess.Popen(command, stdout=subprocess.PIPE)
            self.spinners.append(spinner)
            assert spinner.stdout is not None
            spinner.stdout.readline()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Ends them."""
        for spinner in self.spinners:
            spinner.kill()
            spinner.wait()

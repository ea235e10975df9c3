"""The Ruby peers. `setup.sh` installs what Debian has of them."""

import shutil
import subprocess

from .peers import BENCH, Peer


def _installed(gem: str) -> str:
    """The gem's own file, or a name that is not there."""
    if shutil.which("ruby"):
        words = ["ruby", "-e", "puts Gem.find_files(ARGV[0]).first", gem]
        found = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
        if found:
            return found
    return f"/missing/{gem}"


def _ruby(name: str, what: str, gem: str, **more) -> Peer:
    script = BENCH / "ruby" / f"{name.replace('-', '_')}_load.rb"
    return Peer(f"ruby-{name}", what, ["ruby", script], needs=(_installed(gem),), **more)


RUBY_PEERS = [
    _ruby("mutls", "mutls from Ruby, threads", "ffi", kind="ours", levels=(1, 32, 256)),
    _ruby("net-http", "Ruby Net::HTTP, a kept connection a thread", "net/http", levels=(1, 32, 256), compared=True),
    _ruby(
        "httpclient",
        "Ruby httpclient, threads",
        "httpclient",
        levels=(1, 32),
        modes=("get", "fresh", "resumed", "download", "first"),
    ),
    _ruby(
        "typhoeus",
        "Ruby typhoeus (libcurl), threads",
        "typhoeus",
        levels=(1, 32),
        modes=("get", "download", "first"),
    ),
    _ruby("excon", "Ruby excon, threads", "excon", levels=(1, 32), modes=("get", "download", "first")),
]

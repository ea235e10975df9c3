#!/usr/bin/env python3
"""What several clients say of the same faults by real servers: writes docs/faults.md.

The faults are cases of tests/faults/. `make side-by-side` builds what this needs.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
HERE = ROOT / "scripts/side-by-side"
WIDTH = 300

CHOSEN = """
server-expired-apache server-expired-intermediate-nginx server-not-yet-valid-nginx server-wrong-host-haproxy
server-no-san-apache server-self-signed-openssl server-unknown-issuer-gnutls server-missing-intermediate-openssl
server-sha1-openssl server-rsa1024-openssl server-ca-as-leaf-gnutls server-wrong-eku-haproxy
client-absent-openssl client-absent-jsse client-wrong-ca-openssl client-wrong-ca-jsse client-revoked-apache
client-wrong-eku-jsse client-chain-not-sent-openssl client-no-scheme-openssl client-renegotiation-jsse client-absent-nginx
version-tls11-openssl cipher-static-rsa-nginx sni-unknown-nginx
wire-plain-http-nginx wire-ssh wire-reset-in-handshake wire-not-http-stunnel way-unknown-name
""".split()


def first_line(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def resolve(text, announcement):
    def value(match):
        found = announcement
        for key in match[1].split("."):
            found = found[key]
        return str(found)

    return re.sub(r"\$\{([^}]+)\}", value, text)


def rows(announcement):
    cases = [case for path in sorted((ROOT / "tests/faults").glob("*.json")) for case in json.loads(path.read_text())]
    by_id = {case["id"]: case for case in cases}
    for name in CHOSEN:
        case = by_id[name]
        config = case["config"]
        files = [resolve(config.get(key, ""), announcement) for key in ("cert", "key")]
        url = resolve(case["steps"][0]["url"], announcement)
        yield case, (url, *files, announcement["files"]["ca"])


def curl(row):
    url, cert, key, ca = row
    identity = ["--cert", cert, "--key", key] if cert else []
    command = ["curl", "-sS", "--max-time", "10", "--cacert", ca, "-o", os.devnull, "-w", "status %{http_code}", *identity, url]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stderr.strip().splitlines()[0] if done.returncode else done.stdout


def mutls(row):
    url, cert, key, ca = row
    identity = ["--cert", cert, "--key", key] if cert else []
    command = [str(TARGET / "debug/mutls"), "request", "-sS", "--max-time", "10", "--cacert", ca, "-o", os.devnull, *identity, url]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stderr.strip() or "an answer"


def all_at_once(command, table):
    text = "".join("\t".join(row) + "\n" for row in table)
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if len(lines) != len(table):
        sys.exit(f"{command[0]} gave {len(lines)} lines for {len(table)}: {done.stderr}")
    return lines


def stable(text, announcement):
    """Without what is another at each run: folders, ports, dates, addresses in memory."""
    for folder in {announcement["dir"], str(Path(announcement["peers"]["made"]).parent)}:
        text = text.replace(folder, "DIR")
    text = re.sub(r"(localhost|127\.0\.0\.1|\[::1\]):\d+", r"\1:PORT", text)
    text = re.sub(r" on \d+\.\d+\.\d+\.\d+:53\b", " on RESOLVER", text)
    text = re.sub(r"port=\d+", "port=PORT", text)
    text = re.sub(r"\bport \d{4,5}\b", "port PORT", text)
    text = re.sub(r"\b0x[0-9a-f]{6,}\b|\b[0-9A-F]{12,16}(?=:error)", "ADDRESS", text)
    text = re.sub(r"\b20(2[5-9]|3[0-8])-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z|\.\d+)?", "DATE", text)
    text = re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d [A-Z]+ 20\d\d", "DATE", text)
    text = re.sub(r"\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d 20\d\d GMT", "DATE", text)
    return re.sub(r"(serial number )[0-9a-f:]+", r"\1SERIAL", text)


def cell(text):
    text = " ".join(text.split())
    text = text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"
    return text.replace("|", "\\|").replace("<", "&lt;")


def main():
    python = sys.argv[1]
    faults = subprocess.Popen([TARGET / "debug/mutls-faults"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        announcement = json.loads(faults.stdout.readline())
        chosen = list(rows(announcement))
        table = [row for _, row in chosen]

        said = {
            "curl": [curl(row) for row in table],
            "requests": all_at_once([python, HERE / "client.py"], table),
            "Node": all_at_once(["node", HERE / "client.mjs"], table),
            "Go": all_at_once(["go", "run", HERE / "client.go"], table),
            "Java": all_at_once(["java", HERE / "Client.java"], table),
        }
        ours = [mutls(row) for row in table]
    finally:
        faults.stdin.close()
        faults.wait()
    versions = [
        " ".join(first_line("curl", "--version").split()[:2]),
        first_line(python, "-c", "import requests, sys, ssl; print('requests', requests.__version__, 'on Python', sys.version.split()[0])"),
        "Node " + first_line("node", "--version"),
        first_line("go", "version").split(" linux")[0],
        first_line("java", "--version"),
    ]
    page = [
        "<!-- Written by `make side-by-side`; do not edit. -->",
        "# The same faults, side by side",
        "",
        "Each fault is made by a real server ([conformance.md](conformance.md#faults-by-real-servers)), and each client is told the same: URL, certificate, key, CA. What is",
        f"shown is the first line of what it says, up to {WIDTH} characters; DIR, PORT, DATE and the like stand for what is another at each run. mutls is shown whole, as",
        "its command prints it; every language gets the same code, message and hint.",
        "",
        "Taken with " + ", ".join(versions) + ".",
        "",
    ]
    for at, (case, _) in enumerate(chosen):
        page += [f"## {case['sentence'].rstrip('.')}", "", f"`{case['id']}`", "", "| client | what it says |", "|---|---|"]
        for name, lines in said.items():
            text = stable(lines[at], announcement)
            page.append(f"| {name} | {cell(text)} |")
        page += ["", "```text", stable(ours[at], announcement), "```", ""]
    (ROOT / "docs/faults.md").write_text("\n".join(page).rstrip() + "\n")


main()

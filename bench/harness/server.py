"""nginx with client certificates required: the neutral server, on loopback and ephemeral ports."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

MIB = 1 << 20
LARGE = 256 * MIB
ANSWER = (
    '{"id":"2f1c9e0a-7b56-4d0e-9a55-0c7f1f3a6d21","status":"connected","bank":"EXAMPLE_BANK",'
    '"permissions":["identity","accounts","balance","transactions"],"currency":"AED",'
    '"created_at":"2026-01-01T00:00:00Z"}'
)

# `warm` keeps connections and gives tickets; `resumed` closes after each answer and gives tickets;
# `fresh` closes and gives none. The logs of the latter two say whether a session was resumed.
TEMPLATE = """
worker_processes {workers};
worker_rlimit_nofile 16384;
error_log {folder}/error.log error;
pid {folder}/nginx.pid;
daemon off;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    log_format session "$ssl_session_reused $ssl_protocol $ssl_curve";
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/json;
    sendfile on;
    tcp_nodelay on;
    server_tokens off;
    client_header_timeout 300;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/ca.pem;
    ssl_verify_client on;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {{
        {warm}
        keepalive_timeout 300;
        keepalive_requests 1000000000;
        ssl_session_tickets on;
        location = /answer {{ return 200 '{answer}'; }}
        location = /large {{ alias {folder}/large; }}
        # The body is read to its end into memory; only then is the head alone passed on.
        location = /upload {{
            client_max_body_size 0;
            client_body_buffer_size {large};
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_pass http://unix:{folder}/sink;
        }}
    }}
    server {{
        {resumed}
        keepalive_timeout 0;
        ssl_session_tickets on;
        access_log {folder}/resumed.log session buffer=256k flush=200ms;
        location = /answer {{ return 200 '{answer}'; }}
    }}
    server {{
        {fresh}
        keepalive_timeout 0;
        ssl_session_tickets off;
        ssl_session_cache off;
        access_log {folder}/fresh.log session buffer=256k flush=200ms;
        location = /answer {{ return 200 '{answer}'; }}
    }}
    server {{
        listen unix:{folder}/sink;
        location / {{ return 204; }}
    }}
}}
"""


class Server:
    """A running nginx; `ports` by listener name."""

    def __init__(self, folder: Path, workers: int):
        self.folder = folder
        self.ports = {name: _free_port() for name in ("warm", "resumed", "fresh")}
        listeners = {name: _listen(port) for name, port in self.ports.items()}
        configuration = folder / "nginx.conf"
        configuration.write_text(
            TEMPLATE.format(folder=folder, workers=workers, answer=ANSWER, large=LARGE, **listeners)
        )
        with open(folder / "large", "wb") as file:
            file.truncate(LARGE)
        # The workers may run as another user, who has to reach the files.
        folder.chmod(0o755)
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen([find(), "-e", folder / "error.log", "-c", configuration, *user])
        _await(self.ports["warm"], self.process)

    def base(self, listener: str) -> str:
        """The origin of a listener."""
        return f"https://localhost:{self.ports[listener]}"

    def sessions(self, listener: str, skip: int) -> tuple[int, list[str]]:
        """Where the listener's log ends now, and its lines from `skip` on."""
        time.sleep(0.3)
        with open(self.folder / f"{listener}.log", "rb") as log:
            log.seek(skip)
            new = log.read()
        return skip + len(new), new.decode().splitlines()

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait()


def find() -> str | None:
    """The nginx command; Debian keeps it out of the users' PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _listen(port: int) -> str:
    addresses = ["127.0.0.1", "[::1]"] if _has_ipv6() else ["127.0.0.1"]
    options = "ssl backlog=4096 reuseport"
    return " ".join(f"listen {address}:{port} {options};" for address in addresses)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _await(port: int, process: subprocess.Popen) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise SystemExit("nginx did not start; its error log says why")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise SystemExit("nginx does not answer")

"""The certificates of the benchmark, made by the openssl command for one run."""

import subprocess
from pathlib import Path

RSA = ["-newkey", "rsa:2048"]
ECDSA = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]


def make(folder: Path) -> None:
    """Writes ca.pem, server.{pem,key}, rsa.{pem,key} and ecdsa.{pem,key}."""
    _openssl(
        folder,
        ["req", "-x509", "-nodes", *ECDSA, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"],
        ["-subj", "/CN=Benchmark CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
    )
    server = "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
    client = "extendedKeyUsage=clientAuth\n"
    _leaf(folder, "server", ECDSA, server)
    _leaf(folder, "rsa", RSA, client)
    _leaf(folder, "ecdsa", ECDSA, client)


def _leaf(folder: Path, name: str, key: list[str], purpose: str) -> None:
    (folder / f"{name}.ext").write_text(
        f"basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n{purpose}"
    )
    _openssl(
        folder,
        ["req", "-nodes", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr"],
        ["-subj", f"/CN=benchmark {name}"],
    )
    _openssl(
        folder,
        ["x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key"],
        ["-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem"],
    )


def _openssl(folder: Path, *arguments: list[str]) -> None:
    command = ["openssl", *(word for part in arguments for word in part)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")

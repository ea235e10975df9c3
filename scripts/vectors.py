"""Asks pyca/cryptography and openssl about each private key and PKCS#12 file of `cryptography-vectors`.

Run by scripts/vectors.sh --judge. Prints core/tests/vectors.tsv: path, passphrase, whether pyca and openssl read it, what
it is, and what mutls must do with it.
"""

import os
import pathlib
import subprocess
import sys
import warnings

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

warnings.simplefilter("ignore")
ENDINGS = {".der", ".key", ".p12", ".pem", ".pub"}
# Those of the files, as pyca's own tests name them.
PASSPHRASES = ["123456", "a123456", "foobar", "baz", "password", "cryptography", "test", "Red Hat Enterprise Linux 7.4", "hunter2", "hunter42", "PolarSSLTest"]
# Where mutls may go its own way, and why.
OVERRIDES = {
    "asymmetric/EC/ec-missing-curve.pem": ("either", "the length of the key tells its curve"),
    "asymmetric/MLDSA/mldsa65_noseed_priv.der": ("either", "newer than openssl 3.0, and a form that pyca leaves out"),
}
CURVES = {"secp256r1", "secp384r1", "secp521r1"}


def kind(key):
    if isinstance(key, rsa.RSAPrivateKey):
        return f"rsa-{key.key_size}", 2048 <= key.key_size <= 8192
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.curve.name, key.curve.name in CURVES
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519", True
    return type(key).__name__.lstrip("_").replace("PrivateKey", "").lower(), False


def with_pyca(data, passphrase):
    secret = None if passphrase is None else passphrase.encode()
    for load in (serialization.load_pem_private_key, serialization.load_der_private_key):
        try:
            return load(data, secret)
        except Exception:
            pass
    try:
        key, cert, more = pkcs12.load_key_and_certificates(data, secret)
    except Exception:
        return None
    return key or ([cert] if cert else more) or None


def with_openssl(path, passphrase):
    secret = ["-passin", f"pass:{passphrase or ''}"]
    providers = ["-provider", "default", "-provider", "legacy"]
    attempts = [["openssl", "pkey", "-in", path, "-noout", *secret, *providers]]
    if path.endswith(".p12"):
        attempts = [["openssl", "pkcs12", "-in", path, "-noout", "-legacy", *secret]]
    return any(subprocess.run(a, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0 for a in attempts)


def is_pss(path, passphrase):
    """pyca makes a plain RSA key of it; no TLS library but OpenSSL signs with one."""
    command = ["openssl", "pkey", "-in", path, "-outform", "DER", "-passin", f"pass:{passphrase or ''}"]
    run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
    return bytes.fromhex("06092a864886f70d01010a") in run.stdout


def judge(root, path):
    data = path.read_bytes()
    for passphrase in [None, *PASSPHRASES]:
        found, opened = with_pyca(data, passphrase), with_openssl(str(path), passphrase)
        if found is not None or opened:
            break
    else:
        passphrase = None
    if found is None:
        what, usable = "-", False
    elif isinstance(found, list):
        what, usable = "certificates", True
    else:
        what, usable = kind(found)
        if what.startswith("rsa") and is_pss(str(path), passphrase):
            what, usable = "rsa-pss", False
    if found is not None and opened:
        expected = ("certificates" if what == "certificates" else "key") if usable else "unsupported"
    else:
        expected = "either" if found is not None or opened else "refused"
    name = str(path.relative_to(root))
    expected, why = OVERRIDES.get(name, (expected, ""))
    yes = {True: "yes", False: "no"}
    return [name, passphrase or "", yes[found is not None], yes[opened], what, expected, why]


def main():
    root = pathlib.Path(sys.argv[1])
    os.environ["LC_ALL"] = "C"
    print("\t".join(["# path", "passphrase", "pyca", "openssl", "what", "expected", "why"]))
    for folder in ("asymmetric", "pkcs12"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in ENDINGS and path.is_file():
                print("\t".join(judge(root, path)))


main()

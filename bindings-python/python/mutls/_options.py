"""The options of a client, by their names in Python.

Generated from include/mutls-options.json by `make generate`. Durations are seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

#: By path in the config document: the key there, and whether it is a duration or may be a secret.
TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "": {
        "base_url": ("base_url", ""),
        "hosts": ("hosts", ""),
        "headers": ("headers", ""),
        "auth": ("auth", "object"),
        "identity": ("identity", "object"),
        "trust": ("trust", "object"),
        "tls": ("tls", "object"),
        "timeouts": ("timeouts", "object"),
        "proxy": ("proxy", "object"),
        "redirects": ("redirects", "object"),
        "pool": ("pool", "object"),
        "workers": ("workers", "object"),
        "dns": ("dns", "object"),
        "resolve": ("resolve", ""),
        "decompress": ("decompress", ""),
        "cookies": ("cookies", ""),
        "max_body_bytes": ("max_body_bytes", ""),
        "expiry_warning_days": ("expiry_warning_days", ""),
        "user_agent": ("user_agent", ""),
        "cert": ("cert", "secret"),
        "key": ("key", "secret"),
        "ca": ("ca", "secret"),
        "cert_file": ("cert_file", ""),
        "key_file": ("key_file", ""),
        "chain_file": ("chain_file", ""),
        "pkcs12_file": ("pkcs12_file", ""),
        "passphrase": ("passphrase", "secret"),
        "passphrase_env": ("passphrase_env", ""),
        "passphrase_file": ("passphrase_file", ""),
        "ca_file": ("ca_file", ""),
    },
    "auth": {
        "basic": ("basic", "object"),
        "bearer": ("bearer", "object"),
    },
    "auth.basic": {
        "username": ("username", ""),
        "password": ("password", "secret"),
    },
    "auth.bearer": {
        "token": ("token", "secret"),
    },
    "identity": {
        "name": ("name", ""),
        "cert_file": ("cert_file", ""),
        "chain_file": ("chain_file", ""),
        "key_file": ("key_file", ""),
        "cert_pem": ("cert_pem", "secret"),
        "chain_pem": ("chain_pem", "secret"),
        "key_pem": ("key_pem", "secret"),
        "pkcs12_file": ("pkcs12_file", ""),
        "pkcs12": ("pkcs12", "secret"),
        "alias": ("alias", ""),
        "passphrase": ("passphrase", "secret"),
        "passphrase_env": ("passphrase_env", ""),
        "passphrase_file": ("passphrase_file", ""),
        "key_passphrase": ("key_passphrase", "secret"),
        "key_passphrase_env": ("key_passphrase_env", ""),
        "key_passphrase_file": ("key_passphrase_file", ""),
        "max_kdf_iterations": ("max_kdf_iterations", ""),
        "hosts": ("hosts", ""),
        "allow_expired": ("allow_expired", ""),
    },
    "trust": {
        "ca_file": ("ca_file", ""),
        "ca_pem": ("ca_pem", "secret"),
        "ca_dir": ("ca_dir", ""),
        "truststore_file": ("truststore_file", ""),
        "truststore": ("truststore", "secret"),
        "truststore_passphrase": ("truststore_passphrase", "secret"),
        "truststore_passphrase_env": ("truststore_passphrase_env", ""),
        "truststore_passphrase_file": ("truststore_passphrase_file", ""),
        "max_kdf_iterations": ("max_kdf_iterations", ""),
        "system_roots": ("system_roots", ""),
        "pins": ("pins", ""),
        "server_cert_file": ("server_cert_file", ""),
        "server_cert_pem": ("server_cert_pem", "secret"),
        "crl_file": ("crl_file", ""),
        "crl_pem": ("crl_pem", "secret"),
        "crl_check": ("crl_check", ""),
        "allow_expired_crl": ("allow_expired_crl", ""),
        "allow": ("allow", ""),
    },
    "tls": {
        "min_version": ("min_version", ""),
        "max_version": ("max_version", ""),
        "server_name": ("server_name", ""),
        "key_log_file": ("key_log_file", ""),
    },
    "timeouts": {
        "queue": ("queue_ms", "duration"),
        "dns": ("dns_ms", "duration"),
        "connect": ("connect_ms", "duration"),
        "handshake": ("handshake_ms", "duration"),
        "send": ("send_ms", "duration"),
        "first_byte": ("first_byte_ms", "duration"),
        "read": ("read_ms", "duration"),
        "total": ("total_ms", "duration"),
        "expect_continue": ("expect_continue_ms", "duration"),
    },
    "proxy": {
        "url": ("url", ""),
        "username": ("username", ""),
        "password": ("password", "secret"),
        "no_proxy": ("no_proxy", ""),
    },
    "redirects": {
        "follow": ("follow", ""),
        "max": ("max", ""),
    },
    "pool": {
        "max_idle": ("max_idle", ""),
        "idle": ("idle_ms", "duration"),
        "max_age": ("max_age_ms", "duration"),
    },
    "workers": {
        "max": ("max", ""),
        "queue": ("queue", ""),
    },
    "dns": {
        "cache": ("cache_ms", "duration"),
    },
}

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal, Optional, TypedDict, Union

    class Ref(TypedDict):
        """The name of an attachment."""

        ref: str

    class DNS(TypedDict, total=False):
        """Name lookup."""

        #: How long an answer is kept. Default 30; 0 keeps none.
        cache: Optional[float]

    class Workers(TypedDict, total=False):
        """The threads behind asynchronous calls."""

        #: How many calls run at once. Default 2048. Idle threads end by themselves.
        max: int
        #: How many further calls may wait; one more is `overloaded`. Default 65536.
        queue: int

    class Pool(TypedDict, total=False):
        """Which connections are kept for the next request."""

        #: How many idle connections are kept. Default 64; 0 closes each one after its answer.
        max_idle: int
        #: How long an idle one is kept. Default 60.
        idle: Optional[float]
        #: How old a connection may become. Default no limit.
        max_age: Optional[float]

    class Redirects(TypedDict, total=False):
        """Which redirects are followed."""

        #: `same_origin` (default), `any` or `none`. The identity and the credentials never follow to a host outside the scope.
        follow: Literal["none", "same_origin", "any"]
        #: How many in a row. Default 10.
        max: int

    class Proxy(TypedDict, total=False):
        """An HTTP proxy: a URL, an object, `"none"`, or `"environment"` (the default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case)."""

        #: `http://host:port`; user and password may be in it.
        url: str
        #: The user name, where it is not in the URL.
        username: str
        #: The password, where it is not in the URL.
        password: Union[str, bytes, Ref]
        #: Hosts that are called without the proxy: names, `.suffix`, addresses, networks (`10.0.0.0/8`), `*`.
        no_proxy: Sequence[str]

    class Timeouts(TypedDict, total=False):
        """How long each phase may take."""

        #: Waiting for a worker (submitted calls).
        queue: Optional[float]
        #: Name lookup. Default 5.
        dns: Optional[float]
        #: TCP connection, over all addresses, and the proxy's answer. Default 10.
        connect: Optional[float]
        #: TLS handshake. Default 10.
        handshake: Optional[float]
        #: Sending the whole request.
        send: Optional[float]
        #: From the end of the request to the head of the response. Default 30.
        first_byte: Optional[float]
        #: Between two reads of the response body. Default 30.
        read: Optional[float]
        #: The whole call, from the queue to the last byte of the body.
        total: Optional[float]
        #: Waiting for `100 Continue` before the body is sent anyway. Default 1.
        expect_continue: Optional[float]

    class TLS(TypedDict, total=False):
        """TLS versions and names."""

        #: The lowest version: `"1.2"` (default) or `"1.3"`.
        min_version: Literal["1.2", "1.3"]
        #: The highest version: `"1.2"` or `"1.3"` (default).
        max_version: Literal["1.2", "1.3"]
        #: The name sent as SNI and expected in the server's certificate, in place of the URL's host.
        server_name: str
        #: Append the session keys to this file in NSS format, for a network analyser. Who has the file can read the traffic. `"SSLKEYLOGFILE"` takes the path from that environment variable. Default none.
        key_log_file: Union[str, os.PathLike[str]]

    class Trust(TypedDict, total=False):
        """Whom we accept."""

        #: CA certificates: PEM, DER or PKCS#7; one file or several.
        ca_file: Union[Union[str, os.PathLike[str]], Sequence[Union[str, os.PathLike[str]]]]
        #: In-memory twin of `ca_file`.
        ca_pem: Union[Union[str, bytes, Ref], Sequence[Union[str, bytes, Ref]]]
        #: Folders of CA certificates: those under the names that `openssl rehash` gives (`1a2b3c4d.0`), with the revocation lists beside them (`1a2b3c4d.r0`); where no file has such a name, every `.pem`, `.crt`, `.cer` and `.der`.
        ca_dir: Union[str, Sequence[str]]
        #: A truststore (PKCS#12, JKS or JCEKS).
        truststore_file: Union[str, os.PathLike[str]]
        #: In-memory twin of `truststore_file`: an attachment.
        truststore: Union[str, bytes, Ref]
        #: The truststore's passphrase.
        truststore_passphrase: Union[str, bytes, Ref]
        #: The environment variable that holds the truststore's passphrase.
        truststore_passphrase_env: str
        #: The file that holds the truststore's passphrase, in its first line.
        truststore_passphrase_file: Union[str, os.PathLike[str]]
        #: Refuse a truststore that asks for more iterations than this to be opened. Default: ten million.
        max_kdf_iterations: int
        #: Trust the system's roots. Default: only when no bundle is given.
        system_roots: bool
        #: Accept only chains that hold one of these keys: `sha256/` and the base64 of the SHA-256 of the SubjectPublicKeyInfo (RFC 7469). The chain must be trusted as well.
        pins: Sequence[str]
        #: Certificates of the server itself: exactly these are accepted, whoever issued them, within their dates and for their names. They stand in place of CA certificates, not beside them.
        server_cert_file: Union[Union[str, os.PathLike[str]], Sequence[Union[str, os.PathLike[str]]]]
        #: In-memory twin of `server_cert_file`.
        server_cert_pem: Union[Union[str, bytes, Ref], Sequence[Union[str, bytes, Ref]]]
        #: Revocation lists (CRLs), PEM or DER. A server whose certificate, or one of whose CAs, is on one is refused; so is a chain with a certificate whose issuer has no list here.
        crl_file: Union[Union[str, os.PathLike[str]], Sequence[Union[str, os.PathLike[str]]]]
        #: In-memory twin of `crl_file`.
        crl_pem: Union[Union[str, bytes, Ref], Sequence[Union[str, bytes, Ref]]]
        #: Which certificates the lists are asked about: the server's own (`"leaf"`), or it and the CAs between it and the trusted one (`"chain"`, the default).
        crl_check: Literal["chain", "leaf"]
        #: Use a revocation list even after the date by which the next one was due.
        allow_expired_crl: bool
        #: Faults of a server's certificate that are forgiven, each by its name; the handshake report says where one was. `"v1"` (X.509 version 1) and `"ca_leaf"` (marked as a CA's) want the very certificate to be given, as `server_cert_file` or in the CA bundle. `"common_name"`: without alternative names, the subject's CN counts.
        allow: Sequence[str]

    class Identity(TypedDict, total=False):
        """Who we are: one certificate with its key, or several, or none."""

        #: A name for reports and logs. Default: the file's name.
        name: str
        #: The certificate, PEM or DER, or a store (PKCS#12, JKS, JCEKS), or a zip archive of such files. May hold the chain and the key too.
        cert_file: Union[str, os.PathLike[str]]
        #: The intermediates, PEM, DER or PKCS#7 (`.p7b`), where they are not in `cert_file`.
        chain_file: Union[str, os.PathLike[str]]
        #: The private key, PEM or DER. Default: `cert_file`.
        key_file: Union[str, os.PathLike[str]]
        #: In-memory twin of `cert_file`.
        cert_pem: Union[str, bytes, Ref]
        #: In-memory twin of `chain_file`.
        chain_pem: Union[str, bytes, Ref]
        #: In-memory twin of `key_file`.
        key_pem: Union[str, bytes, Ref]
        #: A store with key and chain: PKCS#12 (`.p12`, `.pfx`), JKS or JCEKS.
        pkcs12_file: Union[str, os.PathLike[str]]
        #: In-memory twin of `pkcs12_file`: an attachment.
        pkcs12: Union[str, bytes, Ref]
        #: Which key of a store that holds several. Case does not matter.
        alias: str
        #: The passphrase of the private key, or of the store.
        passphrase: Union[str, bytes, Ref]
        #: The environment variable that holds the passphrase.
        passphrase_env: str
        #: The file that holds the passphrase, in its first line.
        passphrase_file: Union[str, os.PathLike[str]]
        #: The passphrase of the key, where it differs from the store's.
        key_passphrase: Union[str, bytes, Ref]
        #: The environment variable that holds the key's passphrase.
        key_passphrase_env: str
        #: The file that holds the key's passphrase, in its first line.
        key_passphrase_file: Union[str, os.PathLike[str]]
        #: Refuse a key or a store that asks for more work than this to be opened: iterations of PBKDF2 and its like, rounds of scrypt. Default: ten million, which take some seconds.
        max_kdf_iterations: int
        #: The hosts that this identity is for (`host`, `host:port`, `*.example.com`). Default: every host within the client's scope.
        hosts: Sequence[str]
        #: Send the certificate even outside its dates, and let the server decide.
        allow_expired: bool

    class BearerAuth(TypedDict, total=False):
        """RFC 6750."""

        #: The token, without the word `Bearer`.
        token: Union[str, bytes, Ref]

    class BasicAuth(TypedDict, total=False):
        """RFC 7617, sent without waiting for a challenge."""

        #: The user name; it cannot hold a colon.
        username: str
        #: The password.
        password: Union[str, bytes, Ref]

    class Auth(TypedDict, total=False):
        """HTTP authentication sent with every request within the scope."""

        #: RFC 7617, sent without waiting for a challenge.
        basic: BasicAuth
        #: RFC 6750.
        bearer: BearerAuth

    class Options(TypedDict, total=False):
        """What a client is made of."""

        #: The URL that relative URLs are joined to, as RFC 3986 says: end it with a slash to keep its last segment. Its origin is the scope of the credentials.
        base_url: str
        #: Further hosts (`host` or `host:port`; `*.example.com` for every name below it) that may see the headers, auth and identity of this client.
        hosts: Sequence[str]
        #: Headers sent with every request within the scope, each with one value or a list.
        headers: Mapping[str, Union[str, Sequence[str]]]
        #: HTTP authentication sent with every request within the scope.
        auth: Union[tuple[str, Union[str, bytes]], Auth]
        #: Who we are: one certificate with its key, or several, or none.
        identity: Union[Identity, Sequence[Identity]]
        #: Whom we accept.
        trust: Trust
        #: TLS versions and names.
        tls: TLS
        #: How long each phase may take.
        timeouts: Union[float, Timeouts]
        #: An HTTP proxy: a URL, an object, `"none"`, or `"environment"` (the default: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case).
        proxy: Union[str, Proxy]
        #: Which redirects are followed.
        redirects: Redirects
        #: Which connections are kept for the next request.
        pool: Pool
        #: The threads behind asynchronous calls.
        workers: Workers
        #: Name lookup.
        dns: DNS
        #: Addresses to use instead of a lookup, by `host:port` or `host`, as curl's `--resolve`.
        resolve: Mapping[str, Union[str, Sequence[str]]]
        #: Decode gzip and brotli bodies, and offer them in `Accept-Encoding`. Default true.
        decompress: bool
        #: Keep cookies between the requests of this client. Default false.
        cookies: bool
        #: Refuse a response body larger than this many bytes, after decoding. Default none.
        max_body_bytes: int
        #: Warn of a certificate, ours or a server's, this many days before it ends: an event, once a day for each. 0 never warns. Default: 30, or the last third of its life where that is less.
        expiry_warning_days: int
        #: The `User-Agent`; `""` sends none. Default `mutls/VERSION`.
        user_agent: str
        #: Short for `identity.cert_file`, or `identity.cert_pem` where it holds PEM text.
        cert: Union[str, bytes, os.PathLike[str], Ref]
        #: Short for `identity.key_file`, or `identity.key_pem` where it holds PEM text.
        key: Union[str, bytes, os.PathLike[str], Ref]
        #: Short for `trust.ca_file`, or `trust.ca_pem` where it holds PEM text.
        ca: Union[str, bytes, os.PathLike[str], Ref]
        #: Short for `identity.cert_file`.
        cert_file: Union[str, os.PathLike[str]]
        #: Short for `identity.key_file`.
        key_file: Union[str, os.PathLike[str]]
        #: Short for `identity.chain_file`.
        chain_file: Union[str, os.PathLike[str]]
        #: Short for `identity.pkcs12_file`.
        pkcs12_file: Union[str, os.PathLike[str]]
        #: Short for `identity.passphrase`.
        passphrase: Union[str, bytes, Ref]
        #: Short for `identity.passphrase_env`.
        passphrase_env: str
        #: Short for `identity.passphrase_file`.
        passphrase_file: Union[str, os.PathLike[str]]
        #: Short for `trust.ca_file`.
        ca_file: Union[Union[str, os.PathLike[str]], Sequence[Union[str, os.PathLike[str]]]]

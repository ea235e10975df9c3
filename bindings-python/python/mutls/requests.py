"""mutls below `requests`: an adapter to mount on a `Session`.

    session = requests.Session()
    session.mount("https://", mutls.requests.Adapter(cert="cert.crt", key="key.pem", passphrase="..."))

Everything else of the session keeps working: cookies, redirects, authentication, hooks, `verify=` and `cert=`.

For code that calls `requests.get` and the like, `from mutls import requests` in place of `import requests` is enough:
whatever is not defined here is what `requests` has under that name.
"""

from __future__ import annotations

import http.client
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Optional, Union

import requests
from requests import exceptions as rexc
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers, select_proxy
from urllib3 import HTTPResponse
from urllib3 import exceptions as uexc
from urllib3.util import Timeout
from urllib3.util.retry import Retry

import mutls
from mutls._status import _reason

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from mutls._options import Options

__all__ = [
    "Adapter",
    "OptionError",
    "Response",
    "Session",
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
    "request",
    "session",
]

Cert = Union[str, tuple[str, str], None]
Verify = Union[bool, str, None]
TimeoutLike = Union[float, tuple[Optional[float], Optional[float]], Timeout, None]

_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_IDENTITY_OPTIONS = (
    "identity",
    "cert",
    "key",
    "cert_file",
    "key_file",
    "chain_file",
    "pkcs12_file",
    "passphrase",
    "passphrase_env",
    "passphrase_file",
)
_TRUST_OPTIONS = ("trust", "ca", "ca_file")
_OURS = frozenset({"content-length", "transfer-encoding", "connection", "host"})


class OptionError(rexc.RequestException, ValueError):
    """What was given to `requests` contradicts the adapter's own options, or cannot be honoured."""


class Adapter(BaseAdapter):
    """Sends the requests of a `requests.Session` through mutls.

    Options are those of `mutls.Client`. `cert=` and `verify=` of the session or the call are honoured too: identity
    and trust are built from them, in one client for each pair. Where they contradict the adapter's own options,
    and for `verify=False`, an `OptionError` is raised. `max_retries` is a number or a `urllib3.util.Retry`, as with
    `requests.adapters.HTTPAdapter`.
    """

    __attrs__ = ("max_retries", "_options", "_attachments", "_on_event")

    max_retries: Retry

    def __init__(
        self,
        *,
        max_retries: int | Retry = 0,
        attachments: Mapping[str, bytes] | None = None,
        on_event: Callable[[mutls.Event], object] | None = None,
        **options: Unpack[Options],
    ) -> None:
        super().__init__()
        self._on_event = on_event
        self.max_retries = Retry(0, read=False) if max_retries == 0 else Retry.from_int(max_retries)
        self._options: dict[str, Any] = dict(options)
        self._attachments = attachments
        self._clients: dict[tuple[Any, ...], mutls.Client] = {}
        self._making = threading.Lock()
        # A bad identity is an error here, and not in the first request.
        self._client(None, True, None)

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__attrs__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._clients = {}
        self._making = threading.Lock()

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: TimeoutLike = None,
        verify: Verify = True,
        cert: Cert = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """One transaction, as `requests.adapters.HTTPAdapter.send`; its retries apart."""
        assert request.url is not None and request.method is not None
        try:
            client = self._client(cert, verify, self._proxy(request.url, proxies))
        except mutls.Error as error:
            _raise(error, request)
        options: dict[str, Any] = {
            "headers": _headers(request),
            "timeout": _timeouts(timeout),
            "decompress": False,
            "redirects": "none",
        }
        body = request.body
        length = _length(request)
        position = _position(body)
        retries = self.max_retries
        while True:
            options["content"] = body
            if body is not None and length is not None:
                options["content_length"] = length
            try:
                head = client.stream(request.method, request.url, **options)
            except mutls.Error as error:
                caused = _own_exception(error)
                if caused is not None:
                    raise caused from None
                retries = self._again(retries, request, error=error)
                _rewind(body, position, request)
                continue
            raw = _raw(head, request)
            has_retry_after = "Retry-After" in raw.headers
            if not retries.is_retry(request.method, raw.status, has_retry_after):
                return self._response(request, raw, head)
            try:
                retries = retries.increment(request.method, request.url, response=raw)
            except uexc.MaxRetryError as error:
                if retries.raise_on_status:
                    raw.close()
                    raise rexc.RetryError(error, request=request) from error
                return self._response(request, raw, head)
            raw.drain_conn()
            raw.close()
            retries.sleep(raw)
            _rewind(body, position, request)

    def _again(self, retries: Retry, request: requests.PreparedRequest, error: mutls.Error) -> Retry:
        """What is left of the retries, or the error in the words of `requests`."""
        if isinstance(error, (mutls.ConnectError, mutls.TimeoutError)):
            # urllib3 counts what the peer cannot have acted on apart from the rest.
            told: Exception = (
                uexc.ConnectTimeoutError(str(error)) if error.not_processed else uexc.ProtocolError(str(error), error)
            )
            try:
                retries = retries.increment(request.method, request.url, error=told)
            except (uexc.MaxRetryError, uexc.ProtocolError, uexc.ConnectTimeoutError):
                _raise(error, request)
            retries.sleep()
            return retries
        _raise(error, request)

    def _response(
        self, request: requests.PreparedRequest, raw: HTTPResponse, head: mutls.Response
    ) -> requests.Response:
        response = Response(head)
        response.status_code = raw.status
        response.headers = CaseInsensitiveDict(raw.headers)
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = raw
        response.reason = raw.reason  # type: ignore[assignment]
        assert request.url is not None
        response.url = request.url
        requests.cookies.extract_cookies_to_jar(response.cookies, request, raw)  # type: ignore[no-untyped-call]
        response.request = request
        response.connection = self  # type: ignore[assignment]
        return response

    def _proxy(self, url: str, proxies: Mapping[str, str] | None) -> Optional[str]:
        chosen = select_proxy(url, proxies)
        if chosen and "proxy" in self._options:
            environment = requests.utils.get_environ_proxies(url)
            if chosen not in environment.values() and chosen != self._options["proxy"]:
                raise OptionError("`proxies` is given to requests and `proxy` to mutls.requests.Adapter: keep one")
            return None
        return str(chosen) if chosen else None

    def _client(self, cert: Cert, verify: Verify, proxy: Optional[str]) -> mutls.Client:
        if isinstance(cert, list):
            cert = tuple(cert)
        key = (cert, verify, proxy)
        try:
            return self._clients[key]
        except KeyError:
            pass
        options = self._with_requests(cert, verify)
        if proxy is not None:
            options["proxy"] = proxy if "://" in proxy else f"http://{proxy}"
        else:
            # requests has looked at the environment already.
            options.setdefault("proxy", "none")
        with self._making:
            if key not in self._clients:
                self._clients[key] = mutls.Client(attachments=self._attachments, on_event=self._on_event, **options)
            return self._clients[key]

    def _with_requests(self, cert: Cert, verify: Verify) -> dict[str, Any]:
        """The adapter's options, and what requests was given."""
        options = dict(self._options)
        if cert:
            own = [name for name in _IDENTITY_OPTIONS if options.get(name) is not None]
            certificate, key = (cert, None) if isinstance(cert, str) else cert
            if own and (options.get("cert"), options.get("key")) != (certificate, key):
                raise OptionError(f"`cert` is given to requests and `{own[0]}` to mutls.requests.Adapter: keep one")
            options["cert"] = certificate
            if key is not None:
                options["key"] = key
        if verify is False:
            raise OptionError("`verify=False` is not supported: give the partner's CA as `verify` or `ca`")
        if isinstance(verify, (str, os.PathLike)):
            path = os.fspath(verify)
            own = [name for name in _TRUST_OPTIONS if options.get(name) is not None]
            if not own:
                options["ca_file"] = _bundle(path)
            elif options.get("ca", options.get("ca_file")) != path and path not in map(os.environ.get, _CA_VARIABLES):
                # A bundle of the environment's is for those who have none of their own.
                raise OptionError(f"`verify` is given to requests and `{own[0]}` to mutls.requests.Adapter: keep one")
        return options

    def close(self) -> None:
        """Closes the connections."""
        clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()


class Response(requests.Response):
    """A `requests.Response` that shows the handshake too."""

    _head: mutls.Response | None = None

    def __init__(self, head: mutls.Response | None = None) -> None:
        super().__init__()
        self._head = head

    @property
    def handshake(self) -> mutls.HandshakeReport | None:
        """What the connection's handshake showed; None once the answer was pickled."""
        return None if self._head is None else self._head.handshake


class Session(requests.Session):
    """A `requests.Session` with an `Adapter()` for `https://`."""

    def __init__(self) -> None:
        super().__init__()
        self.mount("https://", Adapter())


def session() -> Session:
    """A `Session`."""
    return Session()


def request(method: str, url: str, **kwargs: Any) -> requests.Response:
    """`requests.request` with a `Session` of ours. Each call makes a connection of its own, as there."""
    with Session() as own:
        return own.request(method, url, **kwargs)


def get(url: str, params: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.get`"""
    return request("GET", url, params=params, **kwargs)


def options(url: str, **kwargs: Any) -> requests.Response:
    """`requests.options`"""
    return request("OPTIONS", url, **kwargs)


def head(url: str, **kwargs: Any) -> requests.Response:
    """`requests.head`"""
    return request("HEAD", url, **{"allow_redirects": False, **kwargs})


def post(url: str, data: Any = None, json: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.post`"""
    return request("POST", url, data=data, json=json, **kwargs)


def put(url: str, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.put`"""
    return request("PUT", url, data=data, **kwargs)


def patch(url: str, data: Any = None, **kwargs: Any) -> requests.Response:
    """`requests.patch`"""
    return request("PATCH", url, data=data, **kwargs)


def delete(url: str, **kwargs: Any) -> requests.Response:
    """`requests.delete`"""
    return request("DELETE", url, **kwargs)


def __getattr__(name: str) -> Any:
    return getattr(requests, name)


def _bundle(path: str) -> str | list[str]:
    if not os.path.isdir(path):
        return path
    files = sorted(os.path.join(path, name) for name in os.listdir(path))
    return [file for file in files if os.path.isfile(file)]


def _headers(request: requests.PreparedRequest) -> list[tuple[str, Any]]:
    """Those that the connection and the body make are core's; a Host of the caller's own is kept."""
    kept = []
    for name, value in request.headers.items():
        lower = name.lower() if isinstance(name, str) else name.decode("latin-1").lower()
        if lower in _OURS and lower != "host":
            continue
        kept.append((name, value))
    return kept


def _length(request: requests.PreparedRequest) -> Optional[int]:
    length = request.headers.get("Content-Length")
    return int(length) if length is not None else None


def _position(body: Any) -> Optional[int]:
    try:
        return int(body.tell())
    except (AttributeError, OSError, ValueError):
        return None


def _rewind(body: Any, position: Optional[int], request: requests.PreparedRequest) -> None:
    if body is None or isinstance(body, (bytes, str)):
        return
    if position is None:
        raise rexc.UnrewindableBodyError("the request body cannot be sent a second time", request=request)
    body.seek(position)


def _timeouts(timeout: TimeoutLike) -> dict[str, Optional[float]]:
    """Connecting is name, TCP, proxy and handshake; reading is the wait for the head and for each piece after it."""
    total: Any = None
    if isinstance(timeout, tuple):
        try:
            connect, read = timeout
        except ValueError:
            raise ValueError(
                f"Invalid timeout {timeout}. Pass a (connect, read) timeout tuple, or a single float to set both "
                "timeouts to the same value."
            ) from None
    elif isinstance(timeout, Timeout):
        total = timeout.total
        connect, read = (
            value if isinstance(value, (int, float)) else None for value in (timeout.connect_timeout, timeout._read)
        )
    else:
        connect = read = timeout
    return {
        "queue": None,
        "dns": connect,
        "connect": connect,
        "handshake": connect,
        "send": None,
        "first_byte": read,
        "read": read,
        "total": total if isinstance(total, (int, float)) else None,
    }


class _Source:
    """The body as urllib3 reads it: errors in its words."""

    def __init__(self, response: mutls.Response) -> None:
        self._response = response
        self._ended = False

    def read(self, amount: Optional[int] = None) -> bytes:
        if self._ended:
            return b""
        try:
            if amount is None:
                self._ended = True
                return self._response.read()
            pieces: list[bytes] = []
            room = amount
            while room > 0:
                piece = self._response.read_chunk(room)
                if not piece:
                    self.close()
                    break
                pieces.append(piece)
                room -= len(piece)
                if self._response.content_length is None:
                    # A stream of events is read as it comes.
                    break
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)
        except mutls.TimeoutError as error:
            raise uexc.ReadTimeoutError(None, None, str(error)) from error  # type: ignore[arg-type]
        except mutls.TrustError as error:
            raise uexc.SSLError(error) from error
        except mutls.Error as error:
            raise uexc.ProtocolError(str(error), error) from error

    def close(self) -> None:
        self._ended = True
        self._response.close()

    @property
    def closed(self) -> bool:
        return self._ended

    def flush(self) -> None:
        """There is nothing to flush."""


class _Original:
    """What `http.cookiejar` and urllib3 look at."""

    def __init__(self, headers: Iterable[tuple[str, str]], source: _Source) -> None:
        self.msg = http.client.HTTPMessage()
        for name, value in headers:
            self.msg[name] = value
        self._source = source

    def isclosed(self) -> bool:
        return self._source.closed

    def close(self) -> None:
        self._source.close()


def _raw(head: mutls.Response, request: requests.PreparedRequest) -> HTTPResponse:
    headers = head.headers.multi_items()
    source = _Source(head)
    raw = HTTPResponse(
        body=source,  # type: ignore[arg-type]
        headers=headers,  # type: ignore[arg-type]
        status=head.status_code,
        version=10 if head.http_version == "HTTP/1.0" else 11,
        reason=_reason(head.status_code),
        preload_content=False,
        decode_content=False,
        original_response=_Original(headers, source),  # type: ignore[arg-type]
        request_method=request.method,
        request_url=request.url,
        # Core knows the length, and what of it is missing.
        enforce_content_length=False,
    )
    # Newer ones of urllib3 show it, older ones take no such argument.
    raw.version_string = head.http_version
    return raw


def _own_exception(error: mutls.Error) -> Optional[BaseException]:
    """What the caller's own body raised."""
    cause = error.__cause__
    if error.code == "body_source_failed" and cause is not None and not isinstance(cause, mutls.Cause):
        return cause
    return None


def _raise(error: mutls.Error, request: requests.PreparedRequest) -> NoReturn:
    """The most specific exception of `requests`."""
    connecting = error.phase in ("queue", "dns", "connect", "proxy", "handshake")
    kind: type[rexc.RequestException]
    if error.code == "proxy_refused" or (error.phase == "proxy" and not isinstance(error, mutls.TimeoutError)):
        kind = rexc.ProxyError
    elif isinstance(error, mutls.TimeoutError):
        kind = rexc.ConnectTimeout if connecting else rexc.ReadTimeout
    elif isinstance(error, (mutls.IdentityError, mutls.TrustError, mutls.HandshakeError)):
        kind = rexc.SSLError
    elif error.code == "bad_url":
        kind = rexc.InvalidURL
    elif error.code == "bad_header":
        kind = rexc.InvalidHeader
    elif isinstance(error, mutls.ConfigError):
        kind = OptionError
    elif isinstance(error, mutls.BodyError) and error.phase == "body":
        kind = rexc.ChunkedEncodingError
    else:
        kind = rexc.ConnectionError
    raise kind(error, request=request) from error

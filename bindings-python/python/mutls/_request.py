"""What a call may be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
    from typing import IO, Any, Literal, TypedDict, Union

    from mutls._native import CancelToken
    from mutls._options import Auth, Timeouts

    #: A value of a query or form; None leaves it out.
    Value = Union[str, bytes, int, float, bool, None]
    Fields = Union[Mapping[str, Union[Value, Sequence[Value]]], Iterable[tuple[str, Union[Value, Sequence[Value]]]]]
    HeaderValue = Union[str, bytes]
    Headers = Union[
        Mapping[str, Union[HeaderValue, Sequence[HeaderValue]]],
        Iterable[tuple[HeaderValue, HeaderValue]],
    ]
    Content = Union[str, bytes, bytearray, memoryview, IO[bytes], Iterable[bytes]]
    File = Union[
        str,
        bytes,
        IO[bytes],
        tuple[Union[str, None], Union[str, bytes, IO[bytes]]],
        tuple[Union[str, None], Union[str, bytes, IO[bytes]], str],
    ]

    class RequestOptions(TypedDict, total=False):
        """What a call may be given, beside its method and URL."""

        #: Appended to the URL's query, percent-encoded.
        params: Fields
        #: Sent beside the client's own, and in place of those of the same name.
        headers: Headers
        #: The body: bytes, text (sent as UTF-8), a binary file or an iterable of bytes. Sources are read as
        #: they are sent: with a length where it is known, else chunked.
        content: Union[Content, AsyncIterable[bytes]]
        #: The length of a `content` that is an iterable.
        content_length: int
        #: The body, as JSON.
        json: Any
        #: The body: the fields of a form, or the same as `content`.
        data: Union[Fields, Content, AsyncIterable[bytes]]
        #: A form with files: by field name a file, or (file name, file), or (file name, file, content type).
        #: Files are streamed.
        files: Union[Mapping[str, File], Iterable[tuple[str, File]]]
        #: (user, password), or `{"bearer": {"token": ...}}`, in place of the client's.
        auth: Union[tuple[str, Union[str, bytes]], Auth]
        #: Seconds for the whole call, in place of every other limit; or limits by phase, those that are not
        #: named having their defaults: `{"connect": 2.0, "read": 10.0}`.
        timeout: Union[float, Timeouts]
        #: In place of the client's `decompress`.
        decompress: bool
        #: In place of the client's `redirects.follow`.
        redirects: Literal["none", "same_origin", "any"]
        #: Cancels this call, its body included.
        cancel: CancelToken

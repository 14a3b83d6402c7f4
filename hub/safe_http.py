"""The one HTTP client: goes to checked addresses only, and gives up in time, however a server behaves.

A name is resolved once, every address of it is checked, and the connection goes to a checked address, so
that a name that changes its mind afterwards gains nothing. Names are kept in Host and in TLS.
"""

import json as json_codec
import socket
import ssl
import time
import typing
import zlib
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import httpcore
import httpx
from django.conf import settings

from hub import providers, public_addresses
from hub.public_addresses import Address

PORTS = frozenset([80, 443])
"""Ports of public addresses; in networks that the operator allowed, every port."""

USER_AGENT = "Omnihub"

_REDIRECTS = frozenset([301, 302, 303, 307, 308])
_KEPT_ELSEWHERE = frozenset(["accept", "accept-language", "user-agent"])
_CHUNK = 65_536


class HttpError(Exception):
    """A request came to nothing. The text is one plain line; it holds no more of a URL than its host."""


class Refused(HttpError):
    """The hub must not go there: address, port, scheme or redirect."""


class Unreachable(HttpError):
    """The server did not answer, not in time, or not in HTTP."""


class TooLarge(HttpError):
    """The answer is larger than was allowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, whatever its status; header names in lower case, `content` decoded.

    `url` is where the answer came from after redirects.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    url: str

    @property
    def ok(self) -> bool:
        """Whether the server says that it went well."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The content as JSON. Raises `ValueError` for anything else."""
        return json_codec.loads(self.content)


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    max_bytes: int = 5_000_000,
    redirects: int = 3,
    provider: str = "",
) -> Answer:
    """Ask a server and read its whole answer; `timeout` is in seconds, for everything together.

    At most `max_bytes` are read, before and after decompression. Redirects are followed with the same
    checks; to another origin no header goes along but harmless ones, and no content. Raises `Refused`,
    `Unreachable` or `TooLarge`. Blocks: from a coroutine call it in a thread.

    A call for a `provider` may also go to where `HUB_PROVIDER_BASE_URLS` has put that one, on whatever
    address and port; a redirect from there to another such place may not.
    """
    call = _Call(method.upper(), _parsed(url), *_with_content(headers, content, json, form))
    deadline = time.monotonic() + timeout
    moved_to = providers.moved_origin(provider)
    for _ in range(redirects + 1):
        answer = _ask(call, deadline, max_bytes, is_trusted=_origin(call.url) == moved_to)
        target = answer.headers.get("location") if answer.status in _REDIRECTS else None
        if target is None:
            return answer
        call = call.redirected(answer.status, target)
    raise Unreachable(f"{call.url.host} redirects too often.")


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    content: bytes

    def redirected(self, status: int, target: str) -> "_Call":
        """The next request after a redirect (RFC 9110, 15.4)."""
        try:
            url = _parsed(str(self.url.join(target)))
        except httpx.InvalidURL as error:
            raise Refused(f"{self.url.host} redirects to what is no address.") from error
        method, content, headers = self.method, self.content, self.headers
        if status == 303 or (status in (301, 302) and method == "POST"):
            method, content = ("HEAD" if method == "HEAD" else "GET"), b""
            headers = {name: value for name, value in headers.items() if name != "content-type"}
        if _origin(url) != _origin(self.url):
            if content:
                raise Refused(f"{self.url.host} wants to pass on to {url.host} what was meant for itself.")
            headers = {name: value for name, value in headers.items() if name in _KEPT_ELSEWHERE}
        return _Call(method, url, headers, content)


def _parsed(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Refused("This is no address of a web server.") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise Refused("Only http:// and https:// are allowed.")
    if parsed.userinfo:
        raise Refused("A password has no place in an address.")
    return parsed


def _origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, url.host, _port(url)


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _with_content(
    headers: Mapping[str, str] | None, content: bytes | None, json: Any, form: Mapping[str, str] | None
) -> tuple[Mapping[str, str], bytes]:
    all_headers = {"accept": "*/*", "user-agent": USER_AGENT}
    if json is not None:
        content, all_headers["content-type"] = json_codec.dumps(json).encode(), "application/json"
    elif form is not None:
        content = urlencode(form).encode()
        all_headers["content-type"] = "application/x-www-form-urlencoded"
    all_headers |= {name.lower(): value for name, value in (headers or {}).items()}
    # What the connection itself decides.
    for name in ("host", "content-length", "transfer-encoding", "connection", "accept-encoding"):
        all_headers.pop(name, None)
    return all_headers, content or b""


def _ask(call: _Call, deadline: float, max_bytes: int, *, is_trusted: bool) -> Answer:
    """One request and its answer, on a connection of its own."""
    url, host = call.url, call.url.host
    headers = [(b"host", url.netloc), (b"accept-encoding", b"gzip"), (b"connection", b"close")]
    headers += [(name.encode(), value.encode()) for name, value in call.headers.items()]
    if call.content or call.method in ("POST", "PUT", "PATCH"):
        headers.append((b"content-length", str(len(call.content)).encode()))
    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=url.raw_path or b"/"
    )
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=_tls(),
                network_backend=_CheckedNetwork(deadline, is_trusted=is_trusted),
                http2=False,
            ) as pool,
            pool.stream(call.method, target, headers=headers, content=call.content or None) as response,
        ):
            found = _joined(response.headers)
            content = _read(response.iter_stream(), found.get("content-encoding", ""), max_bytes)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
        raise Unreachable(f"{host} cannot be reached: {_reason(error)}") from error
    return Answer(response.status, found, content, str(url))


def _reason(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException | TimeoutError):
        return "it did not answer in time."
    if isinstance(error, httpcore.ProtocolError):
        return "what it answers is not HTTP."
    return f"{error}".strip().rstrip(".") + "." if str(error).strip() else "the connection broke."


def _joined(headers: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("ascii", "replace").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _read(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The whole content, decompressed, never holding much more of it than is allowed."""
    coding = encoding.strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise Unreachable(f"The answer is compressed in a way that was not asked for: {coding[:20]}.")
    inflater = zlib.decompressobj(wbits=31) if "gzip" in coding else None
    content, received = bytearray(), 0
    for chunk in chunks:
        received += len(chunk)
        if received > max_bytes:
            raise TooLarge(f"The answer has more than {max_bytes} bytes.")
        content += _inflated(inflater, chunk, max_bytes + 1 - len(content)) if inflater else chunk
        if len(content) > max_bytes:
            raise TooLarge(f"The answer has more than {max_bytes} bytes.")
    if inflater and received and not inflater.eof:
        raise Unreachable("The answer ends too early.")
    return bytes(content)


def _inflated(inflater: "zlib._Decompress", chunk: bytes, room: int) -> bytes:
    try:
        return inflater.decompress(chunk, max(1, room))
    except zlib.error as error:
        raise Unreachable("The answer's compression is broken.") from error


@cache
def _tls() -> ssl.SSLContext:
    context = httpcore.default_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses, every step of it within one deadline."""

    def __init__(self, deadline: float, *, is_trusted: bool = False) -> None:
        self._deadline = deadline
        self._is_trusted = is_trusted

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to one of the host's addresses, all of which have been checked."""
        find = known_addresses if self._is_trusted else checked_addresses
        addresses = find(host, port, _left(self._deadline))
        failure: Exception = httpcore.ConnectError("no address answers")
        for address in addresses:
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, timeout=_left(self._deadline), socket_options=socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every wait ends with the deadline: one byte a second gains no time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, within the deadline."""
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send in pieces, so that a slow reader cannot stretch the time."""
        for start in range(0, len(buffer), _CHUNK):
            self._stream.write(buffer[start : start + _CHUNK], _left(self._deadline))

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same connection with TLS for the name that was asked for."""
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> typing.Any:
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Seconds until the deadline; at the deadline the time is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left


def checked_addresses(host: str, port: int, timeout: float = 10.0) -> list[Address]:
    """Every address of a host, all of them allowed; for protocols other than HTTP, too.

    Raises `Refused` when one of them is not, or when the port is not; `Unreachable` for unknown names.
    """
    addresses = known_addresses(host, port, timeout)
    networks = settings.ALLOWED_NETWORKS
    for address in addresses:
        if not public_addresses.is_allowed(address, networks):
            raise Refused(f"{host} is at {address}, an address that the hub may not use.")
        if port not in PORTS and not public_addresses.is_within(address, networks):
            raise Refused(f"Port {port} of {host} may not be used; 80 and 443 may.")
    return addresses


def known_addresses(host: str, port: int, timeout: float = 10.0) -> list[Address]:
    """Every address of a host, unchecked: for what the operator has named. Raises `Unreachable`."""
    literal = public_addresses.parse(host.strip("[]"))
    return [literal] if literal is not None else _resolved(host, port, timeout)


def _resolved(host: str, port: int, timeout: float) -> list[Address]:
    """All addresses of a name. The system's resolver knows no time limit: it is left behind instead."""
    answer: Future[list[Any]] = Future()

    def resolve() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    Thread(target=resolve, name="resolve", daemon=True).start()
    try:
        rows = answer.result(timeout)
    except TookTooLong as error:
        raise Unreachable(f"The address of {host} was not found in time.") from error
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"The address of {host} is not known.") from error
    found = [public_addresses.parse(str(row[4][0])) for row in rows]
    known = list(dict.fromkeys(address for address in found if address is not None))
    if not known or len(known) < len({row[4][0] for row in rows}):
        raise Refused(f"{host} has an address that cannot be checked.")
    return known

"""A provider's API as a real HTTP server on loopback: it records, checks who asks, and can misbehave."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request that the provider got; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        """The body's values by name."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Answer:
    """What the provider says; a body that is not bytes goes out as JSON."""

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The bytes of the body."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Trouble = Callable[["_Handler", Asked], None]
"""What happens to one request instead of an ordinary answer."""


class FakeProvider:
    """A base for fakes: say in `answer` what the provider does, in `is_authorised` whom it listens to.

    Use it as a context manager; `base_url` is where it listens then. Troubles are for the next requests, in
    the order in which they were asked for. It may be used by several threads.
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self.refused: list[Asked] = []
        """Those without the right credentials."""
        self.lock = threading.RLock()
        self.base_url = ""
        self._troubles: deque[Trouble] = deque()
        self._closing = threading.Event()
        self._server: ThreadingHTTPServer | None = None

    def answer(self, asked: Asked) -> Answer:
        """What the provider does with a good request. Override it; called under `lock`."""
        return Answer()

    def is_authorised(self, asked: Asked) -> bool:
        """Whether the request carries good credentials."""
        return True

    def unauthorised(self, asked: Asked) -> Answer:
        """The answer to those without."""
        return Answer(401, {"error": "unauthorized"})

    def __enter__(self) -> Self:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": self}))
        server.daemon_threads = True
        self._server = server
        self.base_url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def ordinary(self, asked: Asked) -> Answer:
        """The answer without trouble; the request is on record."""
        with self.lock:
            self.requests.append(asked)
            if not self.is_authorised(asked):
                self.refused.append(asked)
                return self.unauthorised(asked)
            return self.answer(asked)

    # Troubles

    def answer_next(self, answer: Answer, times: int = 1) -> None:
        """Answer the next requests with this; what they ask for does not happen."""
        self._then(lambda handler, asked: handler.reply(answer), times)

    def throttle(self, retry_after: int | None = None, times: int = 1, body: Any = None) -> None:
        """429, with or without Retry-After."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.answer_next(Answer(429, body if body is not None else {}, headers), times)

    def fail(self, status: int = 503, times: int = 1) -> None:
        """A server error."""
        self.answer_next(Answer(status, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}), times)

    def say_garbage(self, times: int = 1) -> None:
        """200 with bytes that are nothing."""
        self.answer_next(Answer(200, b"\x00\xff{]garbage", {"Content-Type": "application/json"}), times)

    def never_answer(self, times: int = 1) -> None:
        """Do nothing, and say nothing until the fake is closed."""

        def wait(handler: _Handler, asked: Asked) -> None:
            self._closing.wait()
            handler.reset()

        self._then(wait, times)

    def drop_after_accepting(self, times: int = 1) -> None:
        """Do what is asked for, and reset the connection instead of saying so."""

        def drop(handler: _Handler, asked: Asked) -> None:
            self.ordinary(asked)
            handler.reset()

        self._then(drop, times)

    def drop(self, times: int = 1) -> None:
        """Reset the connection; nothing was done."""
        self._then(lambda handler, asked: handler.reset(), times)

    def _then(self, trouble: Trouble, times: int) -> None:
        with self.lock:
            self._troubles.extend([trouble] * times)

    def next_trouble(self) -> Trouble | None:
        """What is to happen to the next request, if anything."""
        with self.lock:
            return self._troubles.popleft() if self._troubles else None


class _Handler(BaseHTTPRequestHandler):
    provider: FakeProvider
    protocol_version = "HTTP/1.1"

    def reply(self, answer: Answer) -> None:
        content = answer.content
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def reset(self) -> None:
        """Close so that the peer sees a reset (RST), not an orderly end."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def _take(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qs(parts.query, keep_blank_values=True)
        asked = Asked(self.command, parts.path, query, headers, body)
        trouble = self.provider.next_trouble()
        if trouble is not None:
            trouble(self, asked)
        else:
            self.reply(self.provider.ordinary(asked))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _take  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def finish(self) -> None:
        if not self.connection._closed:
            super().finish()

"""Django's HTTP on ASGI, each request in one thread from its beginning to its end."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

THREADS = 40
"""So many requests are answered at a time; further ones wait for their turn."""

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="http")


class Handler(ASGIHandler):
    """Runs Django's synchronous chain: one hop to a thread of the pool, and one back.

    Django's own handler makes a thread, and so a database connection, for each request, and crosses
    between it and the loop for every signal, for the view and to close; that cost more than most views do.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """Load the chain for threads, whatever the caller expects."""
        super().load_middleware(is_async=False)

    async def handle(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request; nothing to somebody who leaves before it is complete."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        respond = sync_to_async(self._respond, thread_sensitive=False, executor=_threads)
        response = await respond(scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _respond(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        """The answer: closed, its bytes in memory, unless it streams."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response = self.get_response(request) if request is not None else refusal
        assert response is not None
        response._handler_class = type(self)  # type: ignore[attr-defined]
        if response.streaming:
            # It is closed by the thread that reads it; this thread is done.
            close_old_connections()
        else:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Send piece by piece until the end, or until the client leaves."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await sync_to_async(response.close)()
        if not sending.cancelled():
            sending.result()

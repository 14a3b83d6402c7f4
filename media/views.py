"""Serves files by signed link: no cookies, always a download, never a page."""

from collections.abc import AsyncIterator, Generator, Iterator
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hub.models import Attachment
from media import links, storage
from media.ranges import Span, Unsatisfiable, requested

_CHUNK = 256 * 1024

SHOWN_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}
    | {"audio/mpeg", "audio/ogg", "audio/wav", "audio/webm", "audio/mp4", "audio/aac"}
    | {"video/mp4", "video/webm", "application/pdf", "text/plain"}
)
"""Types that are named to the browser, so that `<img>` and `<audio>` can use them. Anything
else, SVG and HTML above all, is octets."""


@csrf_exempt
@require_safe
def file(request: HttpRequest, token: str, filename: str) -> HttpResponseBase:
    """A file, or the bytes of it that a `Range` header asks for.

    404 for a token that is not ours or a file that is gone, 410 once the link has expired,
    503 when the database cannot say.
    """
    link = links.read(token)
    if link is None:
        return _plain(404, "There is no such file.")
    if link.seconds_left <= 0:
        return _plain(410, "This link has expired. Open the conversation again for a new one.")
    try:
        rows = Attachment.objects.unscoped("a signed link names the file")
        attachment = rows.filter(pk=link.attachment_id).first()
        return _answer(request, attachment, link) if attachment else _plain(404, "There is no such file.")
    except FileNotFoundError:
        return _plain(404, "There is no such file.")
    except DatabaseError:
        return _plain(503, "The hub cannot reach its database. Try again in a moment.", {"Retry-After": "5"})


def _answer(request: HttpRequest, attachment: Attachment, link: links.Link) -> HttpResponseBase:
    size = storage.size(attachment.storage_key)
    try:
        span = requested(request.headers.get("Range", ""), size)
    except Unsatisfiable:
        return _plain(416, "There are no such bytes.", {"Content-Range": f"bytes */{size}"})
    whole = Span(0, size)
    response = _stream(request, attachment.storage_key, span or whole)
    if span:
        response.status_code = 206
        response["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    response["Content-Length"] = str((span or whole).length)
    response["Content-Type"] = _content_type(attachment)
    response["Content-Disposition"] = disposition(attachment.filename)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = f"private, max-age={link.seconds_left}, immutable"
    return _guarded(response)


def _content_type(attachment: Attachment) -> str:
    shown = attachment.content_type if attachment.content_type in SHOWN_TYPES else "application/octet-stream"
    return "text/plain; charset=utf-8" if shown == "text/plain" else shown


def disposition(filename: str) -> str:
    """`Content-Disposition` of a download: the name in UTF-8 (RFC 6266), and near it in ASCII."""
    ascii_name = "".join(char if " " <= char <= "~" and char not in '"\\%' else "_" for char in filename)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    # Mail is shown in a frame of no origin, and the widget on other people's sites.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> HttpResponseBase:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
    response["Cache-Control"] = "no-store"
    return _guarded(response)


def _stream(request: HttpRequest, key: str, span: Span) -> StreamingHttpResponse:
    chunks = _read(key, span)
    # Django would read a plain iterator to its end before an ASGI server gets the first byte.
    return StreamingHttpResponse(_on_a_thread(chunks) if isinstance(request, ASGIRequest) else chunks)


def _read(key: str, span: Span) -> Generator[bytes, None, None]:
    with storage.open(key) as opened:
        opened.seek(span.start)
        left = span.length
        while left > 0 and (chunk := opened.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk


async def _on_a_thread(chunks: Generator[bytes, None, None]) -> AsyncIterator[bytes]:
    try:
        while chunk := await sync_to_async(_next, thread_sensitive=False)(chunks):
            yield chunk
    finally:
        chunks.close()


def _next(chunks: Iterator[bytes]) -> bytes:
    return next(chunks, b"")

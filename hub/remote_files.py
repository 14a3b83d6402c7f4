"""Fetches files that lie with providers: from known hosts only, limited, credentials for those alone."""

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import unquote, urlsplit

from hub import providers, safe_http
from hub.messages import CannotFetch, File, RemoteFile

SECONDS = 30.0

_LATER = frozenset([408, 425, 429])


def fetch(
    file: RemoteFile,
    *,
    hosts: Sequence[str],
    headers: Mapping[str, str] | None = None,
    limit: int,
    provider: str = "",
) -> File:
    """The file's bytes, at most `limit` of them.

    `hosts` as in `Connector.file_hosts`; the place where the operator has put the `provider` belongs to them.
    Redirects may lead to other public hosts, without the headers. Raises `CannotFetch`.
    """
    if file.size is not None and file.size > limit:
        raise CannotFetch(_too_large(limit), is_lasting=True)
    if not _is_known(file.url, hosts, provider):
        raise CannotFetch("The file lies on a server that does not belong to the channel.", is_lasting=True)
    try:
        answer = safe_http.request(
            "GET", file.url, headers=headers, timeout=SECONDS, max_bytes=limit, provider=provider
        )
    except safe_http.TooLarge as error:
        raise CannotFetch(_too_large(limit), is_lasting=True) from error
    except safe_http.Refused as error:
        raise CannotFetch(str(error), is_lasting=True) from error
    except safe_http.HttpError as error:
        raise CannotFetch(str(error)) from error
    if not answer.ok:
        is_lasting = answer.status < 500 and answer.status not in _LATER
        raise CannotFetch(f"The server answered {answer.status}.", is_lasting=is_lasting)
    content_type = file.content_type or answer.headers.get("content-type", "").partition(";")[0].strip()
    return File(
        filename=file.filename or unquote(urlsplit(file.url).path.rpartition("/")[2])[:200],
        content_type=content_type or "application/octet-stream",
        data=answer.content,
        content_id=file.content_id,
        inline=file.inline,
    )


def _too_large(limit: int) -> str:
    return f"The file is larger than {limit // (1024 * 1024)} MB."


def _is_known(url: str, hosts: Sequence[str], provider: str) -> bool:
    try:
        parts = urlsplit(url)
        place = (parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        return False
    if place == providers.moved_origin(provider):
        return True
    return any(
        host == "*" or place[1] == host or (host.startswith(".") and place[1].endswith(host))
        for host in hosts
    )


_PORTS = {"http": 80, "https": 443}


def digest(*parts: str | bytes) -> str:
    """A digest of some texts and bytes that tells their borders."""
    made = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "replace") if isinstance(part, str) else part
        made.update(len(content).to_bytes(8, "big") + content)
    return made.hexdigest()

"""Requests to the API: signed in, repeated where that is safe, and answered with data or an exception."""

import asyncio
import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from hub.client import errors
from hub.client.backoff import pause

TRIES = 4
"""A request that meets a closed port, a lost connection, 429 or 503 is made this often."""

LONGEST_RETRY_AFTER = 60.0
_AGAIN = frozenset({429, 502, 503, 504})


class Http:
    """One connection pool to one hub."""

    def __init__(self, base_url: str, token: str, timeout: float) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/api/v1/",
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout,
            follow_redirects=False,
        )

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        files: Mapping[str, Any] | None = None,
    ) -> Any:
        """The decoded answer of one call below /api/v1, None for an empty one.

        Every POST carries an Idempotency-Key of its own, so a call whose answer was lost is repeated
        without a second effect. Raises an `ApiError` for a refusal, `Unavailable` when no try got through.
        """
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        options: dict[str, Any] = {"params": _given(query), "headers": headers}
        if files is not None:
            options["files"] = files
        elif body is not None:
            options["json"] = body
        last: Exception | None = None
        for attempt in range(TRIES):
            try:
                answer = await self._client.request(method, path.lstrip("/"), **options)
            except httpx.TransportError as error:
                last = error
                wait = pause(attempt)
            else:
                if answer.status_code not in _AGAIN:
                    return _content(answer)
                last = errors.for_status(answer.status_code, _problem(answer))
                wait = _retry_after(answer) or pause(attempt)
            if attempt < TRIES - 1:
                await asyncio.sleep(wait)
        raise errors.Unavailable(f"{method} {path}: {last}") from last

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _given(query: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters that have a value; None means "not said"."""
    return {name: value for name, value in (query or {}).items() if value is not None}


def _content(answer: httpx.Response) -> Any:
    if answer.is_error:
        raise errors.for_status(answer.status_code, _problem(answer))
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as error:
        raise errors.ProtocolError(f"{answer.request.url} did not answer with JSON") from error


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": answer.reason_phrase, "detail": answer.text[:300]}


def _retry_after(answer: httpx.Response) -> float:
    """The seconds that the hub asks for, within reason; 0 when it asks for none."""
    value = answer.headers.get("Retry-After", "")
    return min(float(value), LONGEST_RETRY_AFTER) if value.isdigit() else 0.0

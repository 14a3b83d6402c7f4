"""Idempotency keys: a POST that is repeated with its key has its effect once and its first answer again."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from hub.clock import now
from hub.models import IdempotentRequest
from hub.transaction import unit
from hub.viewer import Viewer
from inbox.api import access
from inbox.api.problems import KeyReused
from inbox.errors import Conflict, Forbidden, Invalid

HEADER = "Idempotency-Key"
LONGEST = 255

ABANDONED_AFTER = timedelta(seconds=60)
"""A request that has been running for so long has died with its process; the next one takes over."""

Work = Callable[[], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class _Claim:
    """The right to carry out a request; lost to whoever renews it after `ABANDONED_AFTER`."""

    row_id: Any
    viewer: Viewer
    since: datetime

    def rows(self) -> Any:
        """Our row, unless somebody else has taken over."""
        rows = IdempotentRequest.objects.within(self.viewer.organization)
        return rows.filter(pk=self.row_id, created_at=self.since, status__isnull=True)


class _Refused(Exception):
    # Carries an answer out of the transaction that must not be committed.
    def __init__(self, response: HttpResponseBase) -> None:
        self.response = response


def once(request: HttpRequest, work: Work, *, is_long: bool = False) -> HttpResponseBase:
    """Do the work of a POST, or give again what it answered to the same key.

    The answer is committed together with the effect, so a crash leaves both or neither and
    the request can simply be sent again; `is_long` work has its own transactions, and its answer
    is kept after them. Raises `Invalid` for a malformed key, `KeyReused`
    when the key came with another request, `Conflict` while the first is running.
    """
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None:
        return work()
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Invalid({HEADER: [f"A key has 1 to {LONGEST} printable ASCII characters."]})
    try:
        viewer = access.identify(request)
    except Forbidden:
        viewer = None
    # Without a viewer the route itself says what is wrong.
    return _once(viewer, key, _fingerprint(request), work, is_long) if viewer else work()


def _once(viewer: Viewer, key: str, fingerprint: str, work: Work, is_long: bool) -> HttpResponseBase:
    claim = _claim(viewer, key, fingerprint)
    if isinstance(claim, HttpResponse):
        return claim
    try:
        with nullcontext() if is_long else unit():
            response = work()
            if response.status_code >= 400:
                raise _Refused(response)
            _keep(claim, response)
            return response
    except _Refused as refused:
        _settle(claim, refused.response)
        return refused.response
    except BaseException:
        claim.rows().delete()
        raise


def _claim(viewer: Viewer, key: str, fingerprint: str) -> _Claim | HttpResponse:
    """Take the key, or the answer that it has already."""
    moment = now()
    row = IdempotentRequest(
        organization=viewer.organization,
        user=viewer.user,
        key=key,
        fingerprint=fingerprint,
        created_at=moment,
    )
    # Nearly every key is new, so nobody looks for it first.
    for _ in range(2):
        with suppress(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
            return _Claim(row.pk, viewer, moment)
        rows = IdempotentRequest.objects.within(viewer.organization).filter(user=viewer.user, key=key)
        known = rows.filter(created_at__gte=moment - IdempotentRequest.KEPT).first()
        if known is not None:
            return _known(viewer, known, fingerprint, moment)
        rows.filter(created_at__lt=moment - IdempotentRequest.KEPT).delete()
    raise _running()


def _known(
    viewer: Viewer, known: IdempotentRequest, fingerprint: str, moment: datetime
) -> _Claim | HttpResponse:
    if known.fingerprint != fingerprint:
        raise KeyReused("Send another request with another key.")
    if known.status is not None:
        response = HttpResponse(known.answer, status=known.status, content_type=known.content_type)
        response["Idempotency-Replayed"] = "true"
        return response
    abandoned = known.created_at < moment - ABANDONED_AFTER
    if not abandoned or not _Claim(known.pk, viewer, known.created_at).rows().update(created_at=moment):
        raise _running()
    return _Claim(known.pk, viewer, moment)


def _running() -> Conflict:
    return Conflict("The first request with this key is still running.", slug="idempotency-key-in-use")


def _keep(claim: _Claim, response: HttpResponseBase) -> None:
    """Write the answer beside the effect; without our claim the effect must not be either."""
    assert isinstance(response, HttpResponse)
    kept = claim.rows().update(
        status=response.status_code,
        answer=response.content.decode(),
        content_type=response.headers["Content-Type"],
    )
    if not kept:
        raise _running()


def _settle(claim: _Claim, response: HttpResponseBase) -> None:
    """Remember a refusal; what may go better next time, and who was not let in, is forgotten."""
    if response.status_code >= 500 or response.status_code in (401, 403, 429):
        claim.rows().delete()
    else:
        _keep(claim, response)


def _fingerprint(request: HttpRequest) -> str:
    """A digest of all that makes a request this request."""
    found = hashlib.sha256(f"{request.method}\0{request.get_full_path()}\0".encode())
    for part in _content(request):
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def _content(request: HttpRequest) -> Iterator[bytes]:
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    # The boundary between the parts differs each time; what they hold does not.
    for name, file in request.FILES.items():
        assert isinstance(file, UploadedFile)
        yield f"{name}\0{file.name}\0{file.content_type}".encode()
        yield from file.chunks()
        file.seek(0)

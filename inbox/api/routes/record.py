"""The record: events, counters, a message's trace, envelopes set aside, deliveries tried again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from inbox import actions, ledger, payloads, queries, remote_images
from inbox.api.access import may, viewer_of
from inbox.api.answers import answer, listing
from inbox.api.schemas import sent, shapes
from realtime import events

router = Router(tags=["Record"])
VIEW, ANSWER = may("conversations.view"), may("conversations.answer")
REPLAY = may("envelopes.replay")


@router.get("/events", auth=VIEW, response=shapes.EventLog)
def list_events(request: HttpRequest, part: Query[sent.EventRange]) -> HttpResponse:
    """Events after `since` that the caller may see, oldest first."""
    viewer = viewer_of(request)
    position = events.position(viewer.organization.pk)
    found = events.since(viewer.organization, int(part.cursor or part.since), part.limit, viewer)
    following = str(found[-1]["seq"]) if len(found) == part.limit else None
    return listing(found, following, epoch=position.epoch, seq=position.seq)


@router.get("/counters", auth=VIEW, response=shapes.Counters)
def get_counters(request: HttpRequest) -> HttpResponse:
    """The numbers beside the inbox's views."""
    return answer(queries.counters(viewer_of(request)))


@router.get("/messages/{message_id}/trace", auth=VIEW, response=shapes.Trace)
def trace(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """A message's whole way: as it came in, how it was read and threaded, each try to send it."""
    return answer(ledger.trace(viewer_of(request), message_id))


@router.get("/messages/{message_id}/original", auth=VIEW, response={200: None}, url_name="original")
def original(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The bytes as they came in, or as they went out, as a download."""
    raw = ledger.original(viewer_of(request), message_id)
    extension = "json" if raw.lstrip()[:1] in (b"{", b"[") else "eml"
    response = HttpResponse(raw, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{message_id}.{extension}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@router.get("/messages/{message_id}/headers", auth=VIEW, response=shapes.Headers)
def headers(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """The head of a message as it came: every header decoded, and the servers that it passed."""
    return answer(ledger.headers(viewer_of(request), message_id))


@router.get("/messages/{message_id}/images", auth=VIEW, response=shapes.Listing[shapes.RemoteImage])
def images(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Links to the pictures of a message that lie elsewhere. Asking loads nothing; following a link does."""
    found = remote_images.links(viewer_of(request), message_id)
    return listing([{"source": source, "url": url} for source, url in found])


@router.get("/envelopes", auth=REPLAY, response=shapes.Listing[shapes.Envelope])
def list_envelopes(request: HttpRequest, wanted: Query[sent.EnvelopeFilter]) -> HttpResponse:
    """What came in, newest first; by default what could not be understood."""
    rows, following = ledger.envelopes(viewer_of(request), wanted.state, wanted.limit, wanted.cursor)
    return listing([ledger.envelope_shape(row) for row in rows], following)


@router.post("/envelopes/{envelope_id}/replay", auth=REPLAY, response=shapes.Envelope)
def replay(request: HttpRequest, envelope_id: UUID) -> HttpResponse:
    """Try once more to understand an envelope; what it says arrives once."""
    viewer = viewer_of(request)
    actions.replay_envelope(viewer, envelope_id)
    return answer(ledger.envelope_shape(ledger.envelope(viewer, envelope_id)))


@router.post("/deliveries/{delivery_id}/retry", auth=ANSWER, response=shapes.Delivery)
def retry(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send again what failed or may not have arrived, or now what waits for its next try."""
    return answer(payloads.delivery(actions.retry_delivery(viewer_of(request), delivery_id)))


@router.post("/deliveries/{delivery_id}/cancel", auth=ANSWER, response=shapes.Delivery)
def cancel(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give up a message that has not left yet."""
    return answer(payloads.delivery(actions.cancel_delivery(viewer_of(request), delivery_id)))

"""The entrance for providers' webhooks: verify, keep, acknowledge; nothing is understood here."""

import uuid

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from hub import registry
from hub.clock import now
from hub.connector import BadSignature, StorageUnavailable, accept
from hub.messages import RawRequest, WebhookReply
from hub.models.channels import Channel

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 30
_MAX_BYTES = 10 * 1024 * 1024


@csrf_exempt  # A provider has no cookie; its signature is what counts.
def hook(request: HttpRequest, kind: str, channel_id: str, rest: str = "") -> HttpResponse:
    """Take one webhook request for a channel.

    2xx only after the raw request is committed; 403 for a bad signature and for a channel
    that does not exist (so that ids cannot be probed), 413 over 10 MB, 503 with Retry-After
    while the database cannot take it.
    """
    if int(request.headers.get("Content-Length") or 0) > _MAX_BYTES:
        return HttpResponse("Too large.", status=413, content_type="text/plain")
    raw = _raw(request)
    channel = _channel(kind, channel_id)
    if channel is None or not channel.is_active:
        return _refused()
    connector = registry.connector(kind)
    try:
        connector.verify(channel, raw)
    except BadSignature:
        log.warning("webhook.refused", channel=str(channel.pk), kind=kind)
        return _refused()
    challenge = connector.handshake(channel, raw)
    if challenge is not None:
        return _response(challenge)
    headers = {"method": raw.method, "url": raw.url, "headers": dict(raw.headers)}
    try:
        accept(channel, raw.body, dedupe_key=connector.dedupe_key(channel, raw), headers=headers)
    except StorageUnavailable:
        response = HttpResponse("Try again later.", status=503, content_type="text/plain")
        response["Retry-After"] = str(_RETRY_SECONDS)
        return response
    return _response(connector.acknowledge(channel, raw))


def _raw(request: HttpRequest) -> RawRequest:
    """The request as the provider signed it: its address is the public one, never the Host header's."""
    return RawRequest(
        method=request.method or "",
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=request.body,
        received_at=now(),
        remote_address=request.META.get("REMOTE_ADDR", ""),
    )


def _channel(kind: str, channel_id: str) -> Channel | None:
    try:
        row_id = uuid.UUID(channel_id)
    except ValueError:
        return None
    if kind not in registry.connectors():
        return None
    return (
        Channel.objects.unscoped("a webhook's address names its channel").filter(pk=row_id, kind=kind).first()
    )


def _refused() -> HttpResponse:
    return HttpResponse("Not accepted.", status=403, content_type="text/plain")


def _response(reply: WebhookReply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)

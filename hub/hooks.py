"""The entrance for providers' webhooks: verify, keep, acknowledge; nothing is understood here."""

import uuid
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from hub import registry
from hub.clock import now
from hub.connector import BadSignature, Connector, NotSupported, Polled, StorageUnavailable, accept_all
from hub.messages import RawRequest, WebhookReply
from hub.models.channels import Channel

log = structlog.get_logger(__name__)

RETRY_SECONDS = 30
MAX_BYTES = 10 * 1024 * 1024
MOST_CHANNELS = 200
"""Of one request to a shared URL, so many channels may be meant."""


@csrf_exempt  # A provider has no cookie; its signature is what counts.
def hook(request: HttpRequest, kind: str, channel_id: str, rest: str = "") -> HttpResponse:
    """Take one webhook request for a channel.

    2xx only after the raw request is committed; 400 for what no provider would send, 403 for a bad signature
    and for a channel or route that does not exist (so that ids cannot be probed), 405 for another method than
    POST, 413 over 10 MB, 503 with Retry-After while the database cannot take it.
    """
    raw = _raw(request, rest)
    if isinstance(raw, HttpResponse):
        return raw
    channel, connector = _channel(kind, channel_id), registry.connectors().get(kind)
    if channel is None or connector is None or raw.route not in connector.routes:
        return _refused()
    return _take(connector, [channel], raw)


@csrf_exempt
def shared_hook(request: HttpRequest, kind: str) -> HttpResponse:
    """Take one webhook request that names its channels itself; answers as `hook` does.

    It is refused when one of the channels that it names does not verify it, or when there is none of them.
    """
    raw = _raw(request, "")
    if isinstance(raw, HttpResponse):
        return raw
    connector = registry.connectors().get(kind)
    if connector is None:
        return _refused()
    try:
        addresses = list(dict.fromkeys(connector.addressees(raw)))[:MOST_CHANNELS]
    except (NotSupported, ValueError):
        return _refused()
    channels = _active(kind, addresses) if addresses else _first_verifying(connector, raw)
    return _take(connector, channels, raw) if channels else _refused()


def _take(connector: Connector, channels: Sequence[Channel], raw: RawRequest) -> HttpResponse:
    """Verify, keep and acknowledge a request for one or more channels."""
    try:
        for channel in channels:
            connector.verify(channel, raw)
    except BadSignature:
        log.warning("webhook.refused", channel=str(channel.pk), kind=connector.kind)
        return _refused()
    challenge = connector.handshake(channels[0], raw)
    if challenge is not None:
        return _response(challenge)
    if raw.method != "POST":
        return _plain("Only POST is taken here.", 405)
    try:
        accept_all([(channel, _polled(connector, channel, raw)) for channel in channels])
    except ValueError:
        return _plain("This is no request that can be understood.", 400)
    except StorageUnavailable:
        response = _plain("Try again later.", 503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _response(connector.acknowledge(channels[0], raw))


def _polled(connector: Connector, channel: Channel, raw: RawRequest) -> Polled:
    headers = {
        "method": raw.method,
        "url": raw.url,
        "route": raw.route,
        "address": channel.address,
        "received_at": raw.received_at.isoformat(),
        "headers": {
            name: value for name, value in raw.headers.items() if name not in connector.secret_headers
        },
    }
    key = connector.dedupe_key(channel, raw)
    return Polled(raw.body, key, headers, connector.lane(channel, raw))


def _raw(request: HttpRequest, rest: str) -> RawRequest | HttpResponse:
    """The request as the provider signed it: its address is the public one, never the Host header's."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > MAX_BYTES:
        return _plain("Too large.", 413)
    try:
        body = request.body
    except RequestDataTooBig:
        return _plain("Too large.", 413)
    if len(body) > MAX_BYTES:
        return _plain("Too large.", 413)
    return RawRequest(
        method=request.method or "",
        url=settings.PUBLIC_URL + request.get_full_path(),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        received_at=now(),
        remote_address=request.META.get("REMOTE_ADDR", ""),
        route=rest.strip("/"),
    )


def _channel(kind: str, channel_id: str) -> Channel | None:
    try:
        row_id = uuid.UUID(channel_id)
    except ValueError:
        return None
    rows = Channel.objects.unscoped("a webhook's address names its channel").filter(pk=row_id, kind=kind)
    return next((channel for channel in rows if channel.is_active), None)


def _active(kind: str, addresses: Sequence[str]) -> list[Channel]:
    rows = Channel.objects.unscoped("a webhook names the addresses of its channels")
    rows = rows.filter(kind=kind, address__in=addresses, archived_at__isnull=True)
    return [channel for channel in rows.order_by("pk") if channel.is_active]


def _first_verifying(connector: Connector, raw: RawRequest) -> list[Channel]:
    """The channel whose secret a request without an address fits, such as a challenge for a whole app."""
    rows = Channel.objects.unscoped("a challenge names no channel").filter(kind=connector.kind)
    for channel in rows.filter(archived_at__isnull=True).order_by("pk").iterator():
        if channel.is_active and _is_verified(connector, channel, raw):
            return [channel]
    return []


def _is_verified(connector: Connector, channel: Channel, raw: RawRequest) -> bool:
    try:
        connector.verify(channel, raw)
    except BadSignature:
        return False
    return True


def _refused() -> HttpResponse:
    return _plain("Not accepted.", 403)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


def _response(reply: WebhookReply) -> HttpResponse:
    return HttpResponse(reply.body, status=reply.status, content_type=reply.content_type)

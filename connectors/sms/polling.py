"""Asks for messages that no webhook brought: the provider calls once or twice, and never again."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.sms import api
from connectors.sms.addresses import party
from connectors.sms.parse import POLLED
from hub.clock import now
from hub.connector import Polled
from hub.models import Channel, InboundEnvelope

SETTLED = timedelta(minutes=2)
"""What is newer may have its webhook on the way."""

_OVERLAP = timedelta(hours=1)
"""What the provider is late to list is looked for again."""


def poll(channel: Channel, cursor: Mapping[str, Any]) -> tuple[Sequence[Polled], Mapping[str, Any]]:
    """What was written to the channel's number since the last time and is not known yet, oldest first.

    A message has one dedupe key, whether it was called or asked for. Raises `SendError`.
    """
    if channel.config.get("asks_for_missed", True) is not True:
        return [], cursor
    if not channel.address.lstrip("+").isdigit():
        return [], cursor  # Nobody can write to a sender of letters, nor to a service without a number.
    began = now()
    found = api.messages_since(channel, channel.address, _since(channel, cursor))
    waiting = {
        key(one): one
        for one in reversed(found)
        if one.direction == "inbound" and (one.date_sent or began) < began - SETTLED
    }
    known = set(
        InboundEnvelope.objects.within(channel.organization_id)
        .filter(channel=channel, dedupe_key__in=list(waiting))
        .values_list("dedupe_key", flat=True)
    )
    missed = [_polled(channel, one) for name, one in waiting.items() if name not in known]
    return missed, {"since": began.isoformat()}


def key(message: api.Resource) -> str:
    """The dedupe key of a message's webhook."""
    return f"message:{message.sid}"


def _since(channel: Channel, cursor: Mapping[str, Any]) -> datetime:
    """An hour before the last poll, but nothing from before there was a channel."""
    if not cursor.get("since"):
        return channel.created_at
    return max(datetime.fromisoformat(str(cursor["since"])) - _OVERLAP, channel.created_at)


def _polled(channel: Channel, message: api.Resource) -> Polled:
    has_files = str(message.num_media or "0") != "0"
    resource = {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "date_sent": message.date_sent.isoformat() if message.date_sent else "",
        "media": api.media_of(channel, message.sid) if has_files else [],
    }
    raw = json.dumps(resource, ensure_ascii=False).encode()
    headers = {"route": POLLED, "address": channel.address}
    return Polled(raw, key(message), headers, party(str(message.from_ or "")).value)

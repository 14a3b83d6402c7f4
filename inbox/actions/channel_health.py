"""Channel health: what a listener says of its channel becomes the channel's state, and an event."""

from typing import Any

from hub.clock import now
from hub.models import Channel
from hub.transaction import unit
from inbox import payloads
from realtime import events

State = Channel.State
_ILL = (State.DEGRADED, State.NEEDS_RECONNECT)


def channel_health(
    channel_id: str, *, ok: bool, code: str = "", detail: str = "", needs_reconnect: bool = False
) -> None:
    """Take up how receiving on a channel goes; announced when that changes something to be seen.

    An `ok` with a `detail` works, with something to know. It heals what a listener said before, not what
    sending found out. A channel that needs a person, is switched off or gone is not touched by lesser news.
    """
    with unit():
        rows = Channel.objects.unscoped("the listen role's own job names the row")
        rows = rows.select_related("organization").select_for_update(of=("self",))
        channel = rows.filter(pk=channel_id).first()
        if channel is None or not channel.is_active:
            return
        before = (channel.state, channel.health.get("code"), channel.health.get("detail"))
        if ok:
            _is_well(channel, detail)
        elif needs_reconnect or channel.state != State.NEEDS_RECONNECT:
            channel.state = State.NEEDS_RECONNECT if needs_reconnect else State.DEGRADED
            channel.health = _said(channel, ok=False, code=code, detail=detail)
        channel.save(update_fields=["state", "health"])
        if before != (channel.state, channel.health.get("code"), channel.health.get("detail")):
            announce(channel)


def announce(channel: Channel) -> None:
    """Append `channel.health_changed` to the log."""
    events.append(channel.organization, "channel.health_changed", {"channel": payloads.channel(channel)})


def _is_well(channel: Channel, detail: str) -> None:
    moment = payloads.moment(now())
    if channel.state in _ILL and channel.health.get("by") != "receiving":
        channel.health = {**channel.health, "received_at": moment}
        return
    channel.state = State.DEGRADED if detail else State.CONNECTED
    channel.health = _said(channel, ok=not detail, code="", detail=detail) | {"received_at": moment}


def _said(channel: Channel, **word: Any) -> dict[str, Any]:
    kept = {key: value for key, value in channel.health.items() if key == "received_at"}
    return {**kept, **word, "by": "receiving", "at": payloads.moment(now())}

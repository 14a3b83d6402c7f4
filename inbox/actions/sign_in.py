"""A channel's provider lets us in: where its administrator is sent, and what comes back."""

import secrets
from collections.abc import Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from hub.clock import now
from hub.connector import NotSupported
from hub.messages import SendError
from hub.models import Channel
from hub.transaction import unit
from hub.viewer import Viewer
from inbox import channel_settings
from inbox.actions.channels import lock_channel, note_health, usable_channel
from inbox.errors import Conflict

LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_KEY = "channel_sign_ins"
_MOST = 5


class NotAllowedIn(Exception):
    """The provider did not let us in, in plain words; `channel_id` when it is known which channel it was."""

    def __init__(self, detail: str, channel_id: str = "") -> None:
        super().__init__(detail)
        self.channel_id = channel_id


def redirect_url() -> str:
    """Where providers send administrators back to; to be entered there as it is."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/settings/channels/signed-in"


def begin_sign_in(viewer: Viewer, channel_id: Any, session: MutableMapping[str, Any]) -> str:
    """The provider's page for this channel. What it will come back with is remembered in this session alone.

    Raises `Conflict` when the channel needs no sign-in, or settings for it are missing.
    """
    channel, connector = usable_channel(viewer, channel_id)
    state = secrets.token_urlsafe(32)
    try:
        url = connector.sign_in_url(channel, redirect_url(), state)
    except NotSupported:
        raise Conflict("This channel needs no sign-in elsewhere.", slug="no-sign-in") from None
    except SendError as error:
        raise Conflict(error.detail, slug="no-sign-in") from None
    begun = dict(list(session.get(_KEY, {}).items())[1 - _MOST :])
    session[_KEY] = {**begun, state: [str(channel.pk), now().isoformat()]}
    return url


def finish_sign_in(viewer: Viewer, session: MutableMapping[str, Any], answer: Mapping[str, str]) -> Channel:
    """Take what the provider sent its administrator back with; each state counts once, in its own session.

    Raises `NotAllowedIn`.
    """
    begun = dict(session.get(_KEY, {}))
    channel_id, at = begun.pop(answer.get("state", ""), ("", ""))
    session[_KEY] = begun
    if not channel_id:
        raise NotAllowedIn("This sign-in was not begun here, or it is used up. Press the button again.")
    if now() - datetime.fromisoformat(at) > LIFETIME:
        raise NotAllowedIn("The sign-in took longer than ten minutes. Press the button again.", channel_id)
    channel, connector = usable_channel(viewer, channel_id)
    try:
        allowed = connector.finish_sign_in(channel, answer, redirect_url())
    except (SendError, NotSupported) as error:
        raise NotAllowedIn(str(getattr(error, "detail", error)), channel_id) from error
    with unit():
        fresh = lock_channel(viewer, channel_id)
        fresh.secrets = _joined(fresh.secrets, allowed)
        fresh.save(update_fields=["secrets"])
        note_health(fresh, ok=True)
    return fresh


def _joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Both, the newer winning; a mapping inside keeps what the newer one does not name."""
    joined = channel_settings.merged(old, {})
    for name, value in new.items():
        both = isinstance(joined.get(name), dict) and isinstance(value, Mapping)
        joined[name] = _joined(joined[name], value) if both else value
    return joined
